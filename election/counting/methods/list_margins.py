"""How close it was between lists, and on a list: the fewest votes that would have changed who is elected.

More votes never take a seat from the list that gets them, so the fewest are found by halving; D'Hondt says first
where to look. A threshold and an alliance are counted anew each time, for votes move both. One thing breaks the
rule: votes for a list can push a partner of its alliance below the threshold, and the alliance loses the partner's
votes. So each stretch between two such losses is searched by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from election.counting.methods.highest_quotients import Contender, missing_votes
from election.counting.methods.inputs import Candidate, CandidateList, ListsDhondt
from election.counting.methods.list_candidates import party_list_order
from election.counting.methods.list_shares import Possible, contests, contests_with, possible_seats, rooms_of
from election.counting.methods.outcome import Step
from election.counting.methods.person_margins import votes_more_da, votes_more_en
from election.counting.methods.person_steps import seats_da, seats_en, votes_of
from election.counting.methods.ranking import Level, without

_OUT_OF_REACH = 1 << 120


@dataclass(frozen=True, slots=True)
class NearestSeat:
    """The list that lacked fewest votes for one seat more, and what the lists would have had with them."""

    best: CandidateList
    missing: int
    then: Possible
    is_lot_with_one_less: bool


def nearest_seat(given: ListsDhondt, seats: Mapping[str, int]) -> NearestSeat | None:
    """None where no number of votes gives any list a seat more. `seats` are the final ones."""
    rooms = rooms_of(given)
    before = contests(given, rooms)

    def after(one: CandidateList, votes: int, only: str | None = None) -> Possible:
        """A threshold may let other lists take part then; without one nothing else moves."""
        moved = contests(_with(given, one, votes), rooms) if given.threshold else contests_with(before, one, votes)
        return possible_seats(given, rooms, moved, only)

    looks = _where_to_look(given, seats, rooms)
    sure = [(look.enough, look.at) for look in looks if look.enough is not None]
    best = min(sure, key=lambda pair: pair[0], default=None)
    for look in looks:
        one = look.at
        if best is not None and look.low >= best[0]:
            continue

        def has_more(votes: int, one: CandidateList = one) -> bool:
            return after(one, votes, one.id).fewest[one.id] > seats[one.id]

        missing = _least_of(has_more, look.low, best[0] - 1 if best else None, _partners_lost(given, one))
        if missing is not None:
            best = (missing, one)
    if best is None:
        return None
    missing, one = best
    one_less = after(one, missing - 1, one.id).most[one.id] if missing > 1 else 0
    return NearestSeat(one, missing, after(one, missing), one_less > seats[one.id])


def _with(given: ListsDhondt, more_for: CandidateList, votes: int) -> ListsDhondt:
    lists = tuple(replace(one, votes=one.votes + votes) if one.id == more_for.id else one for one in given.lists)
    return replace(given, lists=lists)


def _partners_lost(given: ListsDhondt, one: CandidateList) -> list[int]:
    """So many votes more for this list, and one of its alliance is below the threshold: each such number."""
    if not given.threshold:
        return []
    total = sum(other.votes for other in given.lists)
    partners = {name for members in given.alliances if one.id in members for name in members} - {one.id}
    part, whole = given.threshold.numerator, given.threshold.denominator
    lost_at = {other.votes * whole // part - total + 1 for other in given.lists if other.id in partners}
    return sorted(votes for votes in lost_at if votes > 0)


def _least_of(is_enough: Callable[[int], bool], low: int, high: int | None, breaks: list[int]) -> int | None:
    """As `_least`, where what is enough may stop to be so at the breaks, and only there."""
    for until in breaks:
        if until > low and (high is None or until <= high):
            found = _least(is_enough, low, until - 1)
            if found is not None:
                return found
            low = until
    return _least(is_enough, low, high)


def _least(is_enough: Callable[[int], bool], low: int, high: int | None) -> int | None:
    """The least number from `low` to `high` that is enough; whatever is above one that is enough is, too."""
    if high is not None and low > high:
        return None
    if is_enough(low):
        return low
    if high is None:
        high = 2 * low
        while not is_enough(high):
            if high > _OUT_OF_REACH:
                return None
            high *= 2
    elif not is_enough(high):
        return None
    return bisect_left(range(high), True, lo=low + 1, key=is_enough)


@dataclass(frozen=True, slots=True)
class _Look:
    """A list that has room. Fewer votes more than `low` give it nothing; so many as `enough` give it a seat."""

    low: int
    at: CandidateList
    enough: int | None = None


def _where_to_look(given: ListsDhondt, seats: Mapping[str, int], rooms: Mapping[str, int | None]) -> list[_Look]:
    """Where the nearest seat may be, the nearest first.

    A list gets on by beating the others of its alliance, or with its alliance.
    """
    roomy = {one.id for one in given.lists if (room := rooms[one.id]) is None or seats[one.id] < room}
    if given.threshold:
        return [_Look(1, one) for one in given.lists if one.id in roomy]
    found: list[_Look] = []
    outer, inside = contests(given, rooms)
    together = {name: sum(seats[one.id] for one in members) for name, members in inside.items()}
    with_others = missing_votes(outer, together)
    for contender in outer:
        members = inside[contender.id]
        among = [Contender(one.id, one.votes, rooms[one.id]) for one in members]
        against_each_other = missing_votes(among, seats) if len(among) > 1 else {}
        for one in members:
            jointly, alone = with_others.get(contender.id), against_each_other.get(one.id)
            ways = [way for way in (jointly, alone) if way is not None]
            if ways and one.id in roomy:
                found.append(_Look(min(ways), one, alone if len(among) > 1 else jointly))
    return sorted(found, key=lambda look: look.low)


def between_lists(given: ListsDhondt, seats: Mapping[str, int], cite: str) -> Step:
    """The margin of the last seat."""
    found = nearest_seat(given, seats)
    if found is None:
        return Step(
            cite,
            "Margin: Ingen liste kunne have fået en plads mere, uanset hvor mange stemmer den havde fået.",
            "Margin: no list could have had one more seat, however many votes it had.",
            {"margin": None},
        )
    one, missing, then = found.best, found.missing, found.then
    other = [name for name in seats if name != one.id]
    lost = {name: then.most[name] for name in other if then.most[name] < seats[name]}
    lost_da = "".join(f", liste {name} {number} i stedet for {seats[name]}" for name, number in lost.items())
    lost_en = "".join(f", list {name} {number} instead of {seats[name]}" for name, number in lost.items())
    is_lot = any(then.fewest[name] < then.most[name] for name in other)
    rest_da = ", resten efter lodtrækning" if is_lot else ""
    rest_en = ", the rest by lot" if is_lot else ""
    lot_da = f" Med {missing - 1} var der trukket lod." if found.is_lot_with_one_less else ""
    lot_en = f" With {missing - 1} a lot would have been drawn." if found.is_lot_with_one_less else ""
    now, had = seats[one.id], then.fewest[one.id]
    return Step(
        cite,
        f"Margin: Med {votes_more_da(missing)} havde liste {one.id} ({one.votes}) fået {seats_da(had)}"
        f" i stedet for {now}{lost_da}{rest_da}.{lot_da}",
        f"Margin: with {votes_more_en(missing)} list {one.id} ({one.votes}) would have had {seats_en(had)}"
        f" instead of {now}{lost_en}{rest_en}.{lot_en}",
        {
            "best_without": {"id": one.id, "votes": one.votes, "seats": now, "seats_then": had},
            "others_then": {
                name: [then.fewest[name], then.most[name]]
                for name in other
                if (then.fewest[name], then.most[name]) != (seats[name], seats[name])
            },
            "margin": missing,
            "lot_with": missing - 1 if found.is_lot_with_one_less else None,
        },
    )


def on_list(one: CandidateList, people: Level, elected: Level) -> list[Step]:
    """The margin of the last seat of a list, its votes and its seats unchanged; nothing where nobody is left."""
    rest = without(people, elected)
    if not elected or not rest:
        return []
    if one.is_party_list:
        return [_on_party_list(one, people, elected, rest)]
    last, best = elected[-1], max(rest, key=lambda person: person.votes)
    return [_personal(one, last, best, last.votes - best.votes + 1, "KRVL § 85")]


def _on_party_list(one: CandidateList, people: Level, elected: Level, rest: Level) -> Step:
    """Who lacked fewest personal votes, had they been given to the person instead of to the list."""
    for_list = one.votes - sum(person.votes for person in people)
    best: tuple[int, Candidate] | None = None
    for person in rest:

        def is_in(votes: int, person: Candidate = person) -> bool:
            changed = tuple(
                replace(other, votes=other.votes + votes) if other.id == person.id else other for other in people
            )
            order = party_list_order(one, changed, len(elected)).order[: len(elected)]
            return any(other.id == person.id for other in order)

        missing = _least(is_in, 1, best[0] - 1 if best else for_list)
        if missing is not None:
            best = (missing, person)
    if best is not None:
        return _personal(one, None, best[1], best[0], "KRVL § 86")
    return Step(
        "KRVL § 86",
        f"Margin: Ingen af de andre på liste {one.id} var valgt, om så alle listestemmer ({for_list}) havde været"
        " personlige stemmer på den ene.",
        f"Margin: none of the others on list {one.id} would have been elected, even if all votes for the list"
        f" ({for_list}) had been personal votes for that one.",
        {"list": one.id, "margin": None},
    )


def _personal(one: CandidateList, last: Candidate | None, best: Candidate, missing: int, cite: str) -> Step:
    gone_da = f", som gik til {last.name} ({last.votes})" if last else ""
    gone_en = f", which went to {last.name} ({last.votes})" if last else ""
    return Step(
        cite,
        f"Margin: Med {missing} {'personlig stemme' if missing == 1 else 'personlige stemmer'} mere, og samme"
        f" stemmetal for liste {one.id}, havde {best.name} ({best.votes}) fået en af listens pladser{gone_da}.",
        f"Margin: with {missing} more personal {'vote' if missing == 1 else 'votes'}, and the same total for list"
        f" {one.id}, {best.name} ({best.votes}) would have had one of the list's seats{gone_en}.",
        {
            "list": one.id,
            **({"last_elected": votes_of((last,))} if last else {}),
            "best_not_elected": votes_of((best,)),
            "margin": missing,
        },
    )
