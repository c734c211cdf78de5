"""From a document in the form of the counting contract to a typed input. Everything odd is refused here."""

from __future__ import annotations

from typing import cast

from election.counting.methods.bad_input import BadInput
from election.counting.methods.entries import candidates_in, lots_in
from election.counting.methods.fields import array, known_ids, one_of, record, share, shown, text, truth, whole
from election.counting.methods.inputs import (
    Ballot,
    BlockVote,
    Candidate,
    CandidateList,
    CountInput,
    ListsDhondt,
    PersonalVotes,
    Reservation,
    SubstituteOrder,
    SubstituteRule,
    alliance_id,
)
from election.counting.methods.papers import bundled
from election.counting.methods.reading_posts import groups_dhondt, three_rounds

Document = dict[str, object]
_PERSONS = ("reserved_seats", "unfilled_reserved", "substitutes", "rank_substitutes", "lots")
_CROSSES = (*_PERSONS, "max_crosses", "min_crosses", "ties_by", "tie_round")
_LISTS = ("candidates", "alliances", "threshold", "substitutes", "rank_substitutes", "lots")
_ROUNDS = ("majority_of", "lots")
_PERSON_ORDERS = ("votes", "within-group", "none")
_LIST_ORDERS = ("per-list", "votes", "none")


def read_document(obj: object) -> CountInput:
    """The typed input in `obj`, a decoded JSON document. Raises BadInput that names the place."""
    if not isinstance(obj, dict):
        raise BadInput("document", "must be an object")
    if "method" not in obj:
        raise BadInput("method", "is missing")
    method = obj["method"]
    if method == "personal-votes":
        return _personal_votes(record(obj, "", ("method", "seats", "candidates"), _PERSONS))
    if method == "block-vote":
        return _block_vote(record(obj, "", ("method", "seats", "candidates", "ballots"), _CROSSES))
    if method == "lists-dhondt":
        return _lists_dhondt(record(obj, "", ("method", "seats", "lists"), _LISTS))
    if method == "majority-three-rounds":
        return three_rounds(record(obj, "", ("method", "seats", "candidates", "rounds"), _ROUNDS))
    if method == "groups-dhondt":
        return groups_dhondt(record(obj, "", ("method", "seats", "groups"), ("lots",)))
    named = shown(method) if isinstance(method, str) else "this"
    raise BadInput("method", f"{named} is not a known method")


def _personal_votes(document: Document) -> PersonalVotes:
    seats = whole(document["seats"], "seats", 1)
    candidates = candidates_in(document["candidates"], ("id", "name", "votes"), ("group",))
    return PersonalVotes(
        seats=seats,
        candidates=candidates,
        reservation=_reservation(document, seats),
        substitutes=_substitutes(document, _PERSON_ORDERS),
        lots=lots_in(document, [c.id for c in candidates]),
    )


def _block_vote(document: Document) -> BlockVote:
    seats = whole(document["seats"], "seats", 1)
    candidates = candidates_in(document["candidates"], ("id", "name"), ("group",))
    most = whole(document.get("max_crosses", seats), "max_crosses", 1)
    least = whole(document.get("min_crosses", 1), "min_crosses")
    if least > most:
        raise BadInput("min_crosses", "must not be above max_crosses")
    known = [c.id for c in candidates]
    by_round = one_of(document.get("ties_by", "lot"), "ties_by", ("lot", "round")) == "round"
    reservation = _reservation(document, seats)
    substitutes = _substitutes(document, _PERSON_ORDERS)
    if by_round and (any(number for _, number in reservation.seats) or substitutes.order == "within-group"):
        raise BadInput("ties_by", "cannot be round where groups are told apart")
    return BlockVote(
        seats=seats,
        candidates=candidates,
        bundles=bundled(_ballots(document["ballots"], "ballots", frozenset(known)), known),
        max_crosses=most,
        min_crosses=least,
        reservation=reservation,
        substitutes=substitutes,
        lots=lots_in(document, known),
        ties_by_round=by_round,
        tie_round=_tie_round(document, by_round, frozenset(known)),
    )


def _tie_round(document: Document, by_round: bool, known: frozenset[str]) -> tuple[Ballot, ...] | None:
    if "tie_round" not in document:
        return None
    if not by_round:
        raise BadInput("tie_round", "belongs to ties_by round")
    entry = record(document["tie_round"], "tie_round", ("ballots",), ())
    return _ballots(entry["ballots"], "tie_round.ballots", known)


def _lists_dhondt(document: Document) -> ListsDhondt:
    lists = _lists(document["lists"])
    candidates = candidates_in(document.get("candidates", []), ("id", "name", "votes", "list"), ())
    alliances = _alliances(document.get("alliances", []), lists)
    _check_lists_of(candidates, lists)
    known = [c.id for c in candidates] + [one.id for one in lists] + [alliance_id(one) for one in alliances]
    return ListsDhondt(
        seats=whole(document["seats"], "seats", 1),
        lists=lists,
        candidates=candidates,
        alliances=alliances,
        threshold=share(document.get("threshold", "0"), "threshold"),
        substitutes=_substitutes(document, _LIST_ORDERS),
        lots=lots_in(document, known, may_repeat={c.id for c in candidates} & {one.id for one in lists}),
    )


def _lists(value: object) -> tuple[CandidateList, ...]:
    found: dict[str, CandidateList] = {}
    for position, item in enumerate(array(value, "lists")):
        place = f"lists[{position}]"
        entry = record(item, place, ("id", "name", "votes"), ("order",))
        order = one_of(entry.get("order", "sideordnet"), f"{place}.order", ("sideordnet", "partiliste"))
        one = CandidateList(
            id=text(entry["id"], f"{place}.id"),
            name=text(entry["name"], f"{place}.name"),
            votes=whole(entry["votes"], f"{place}.votes"),
            is_party_list=order == "partiliste",
        )
        if one.id in found:
            raise BadInput(f"{place}.id", f"{shown(one.id)} stands twice")
        found[one.id] = one
    if not found:
        raise BadInput("lists", "must name at least one list")
    return tuple(found.values())


def _check_lists_of(candidates: tuple[Candidate, ...], lists: tuple[CandidateList, ...]) -> None:
    personal = {one.id: 0 for one in lists}
    for position, candidate in enumerate(candidates):
        if candidate.list_id not in personal:
            raise BadInput(f"candidates[{position}].list", "is not a known list")
        personal[candidate.list_id] += candidate.votes
    for position, one in enumerate(lists):
        if personal[one.id] > one.votes:
            raise BadInput(f"lists[{position}].votes", f"is below its {personal[one.id]} personal votes")


def _alliances(value: object, lists: tuple[CandidateList, ...]) -> tuple[tuple[str, ...], ...]:
    known = {one.id for one in lists}
    names = set(known)
    taken: set[str] = set()
    found: list[tuple[str, ...]] = []
    for position, item in enumerate(array(value, "alliances")):
        place = f"alliances[{position}]"
        members = known_ids(item, place, known)
        if not members:
            raise BadInput(place, "must name at least one list")
        if taken.intersection(members):
            raise BadInput(place, "names a list that is in another alliance")
        if len(members) > 1 and alliance_id(members) in names:
            raise BadInput(place, "has the same name in a lot as a list or another alliance")
        taken.update(members)
        names.add(alliance_id(members))
        found.append(members)
    return tuple(found)


def _ballots(value: object, at: str, known: frozenset[str]) -> tuple[Ballot, ...]:
    found = []
    for position, item in enumerate(array(value, at)):
        place = f"{at}[{position}]"
        entry = record(item, place, ("count", "ranking"), ())
        papers = whole(entry["count"], f"{place}.count")
        found.append(Ballot(papers, known_ids(entry["ranking"], f"{place}.ranking", known)))
    return tuple(found)


def _reservation(document: Document, seats: int) -> Reservation:
    given = document.get("reserved_seats", {})
    if not isinstance(given, dict):
        raise BadInput("reserved_seats", "must be an object")
    reserved: list[tuple[str, int]] = []
    for group, number in given.items():
        text(group, "reserved_seats")
        if group == "open":
            raise BadInput('reserved_seats."open"', "is the name of the seats that are not reserved")
        reserved.append((group, whole(number, f"reserved_seats.{shown(group)}")))
    if sum(number for _, number in reserved) > seats:
        raise BadInput("reserved_seats", "reserves more than all seats")
    unfilled = one_of(document.get("unfilled_reserved", "vacant"), "unfilled_reserved", ("vacant", "open"))
    return Reservation(tuple(reserved), unfilled == "open")


def _substitutes(document: Document, orders: tuple[str, ...]) -> SubstituteRule:
    entry = record(document.get("substitutes", {}), "substitutes", (), ("order", "max"))
    order = one_of(entry.get("order", orders[0]), "substitutes.order", orders)
    return SubstituteRule(
        order=cast(SubstituteOrder, order),
        most=whole(entry["max"], "substitutes.max") if "max" in entry else None,
        is_ranked=truth(document.get("rank_substitutes", True), "rank_substitutes"),
    )
