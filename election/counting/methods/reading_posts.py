"""Reading documents of elections to posts: rounds of one post, groups that choose several."""

from __future__ import annotations

from typing import cast

from election.counting.methods.bad_input import BadInput
from election.counting.methods.entries import candidates_in, lots_in
from election.counting.methods.fields import array, one_of, record, shown, text, whole
from election.counting.methods.inputs import Group, GroupsDhondt, MajorityOf, Round, ThreeRounds

MOST_CHOICES = 10_000
"""Each place is one entry of the result; more than any council has, few enough to be written out."""


def three_rounds(document: dict[str, object]) -> ThreeRounds:
    """Rounds as they were recorded. Whether they can have been held so is for the count to say."""
    if whole(document["seats"], "seats", 1) != 1:
        raise BadInput("seats", "must be 1")
    candidates = candidates_in(document["candidates"], ("id", "name"), ())
    if not candidates:
        raise BadInput("candidates", "must name at least one")
    majority_of = one_of(document.get("majority_of", "present"), "majority_of", ("present", "cast"))
    return ThreeRounds(
        candidates=candidates,
        rounds=tuple(
            _round(item, f"rounds[{position}]")
            for position, item in enumerate(array(document["rounds"], "rounds"))
        ),
        majority_of=cast(MajorityOf, majority_of),
        lots=lots_in(document, [c.id for c in candidates]),
    )


def _round(value: object, place: str) -> Round:
    entry = record(value, place, ("present", "votes", "blank", "invalid"), ())
    votes = entry["votes"]
    if not isinstance(votes, dict):
        raise BadInput(f"{place}.votes", "must be an object")
    if not all(isinstance(one, str) for one in votes):
        raise BadInput(f"{place}.votes", "has a key that is not text")
    return Round(
        present=whole(entry["present"], f"{place}.present"),
        votes={one: whole(number, f"{place}.votes.{shown(one)}") for one, number in votes.items()},
        blank=whole(entry["blank"], f"{place}.blank"),
        invalid=whole(entry["invalid"], f"{place}.invalid"),
    )


def groups_dhondt(document: dict[str, object]) -> GroupsDhondt:
    """Groups with their members. The same groups may be level at several quotients, so lots may repeat."""
    seats = whole(document["seats"], "seats", 1)
    if seats > MOST_CHOICES:
        raise BadInput("seats", f"must be from 1 to {MOST_CHOICES}, for each is chosen in turn")
    found: dict[str, Group] = {}
    for position, item in enumerate(array(document["groups"], "groups")):
        place = f"groups[{position}]"
        entry = record(item, place, ("id", "members"), ())
        one = Group(text(entry["id"], f"{place}.id"), whole(entry["members"], f"{place}.members"))
        if one.id in found:
            raise BadInput(f"{place}.id", f"{shown(one.id)} stands twice")
        found[one.id] = one
    if not any(one.members for one in found.values()):
        raise BadInput("groups", "must name at least one group with a member")
    return GroupsDhondt(seats, tuple(found.values()), lots_in(document, list(found), may_repeat=list(found)))
