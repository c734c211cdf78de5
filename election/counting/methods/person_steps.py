"""What the protocol says about seats won by personal votes, in two languages, with the exact figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from election.counting.methods.inputs import Candidate
from election.counting.methods.outcome import LotNeeded, PassedOver, Queue, Step
from election.counting.methods.papers import Judged
from election.counting.methods.ranking import Level, levels
from election.counting.methods.reserved_seats import GroupSeats
from election.counting.methods.substitutes import CITE as CITE_SUBSTITUTES


def named(people: Iterable[Candidate]) -> str:
    """Names with votes, as they stand in a sentence."""
    return ", ".join(f"{one.name} ({one.votes})" for one in people) or "–"


def votes_of(people: Iterable[Candidate]) -> dict[str, int]:
    """Figures: votes by id."""
    return {one.id: one.votes for one in people}


def seats_da(number: int) -> str:
    """So many seats, in Danish."""
    return "1 plads" if number == 1 else f"{number} pladser"


def seats_en(number: int) -> str:
    return "1 seat" if number == 1 else f"{number} seats"


def votes_da(number: int) -> str:
    return "1 stemme" if number == 1 else f"{number} stemmer"


def votes_en(number: int) -> str:
    return "1 vote" if number == 1 else f"{number} votes"


def votes_cast(candidates: tuple[Candidate, ...], seats: int, cite: str) -> Step:
    total = sum(one.votes for one in candidates)
    return Step(
        cite,
        f"{len(candidates)} kandidater, {seats_da(seats)}, {total} stemmer på kandidater.",
        f"{len(candidates)} candidates, {seats_en(seats)}, {total} votes for candidates.",
        {"seats": seats, "total": total, "votes": votes_of(one for level in levels(candidates) for one in level)},
    )


def papers_judged(papers: Judged, least: int, most: int, cite: str = "max_crosses, min_crosses") -> Step:
    return Step(
        cite,
        f"{papers.valid} gyldige stemmesedler. Ugyldige: {papers.too_many} med flere end {most} krydser,"
        f" {papers.too_few} med færre end {least}.",
        f"{papers.valid} valid papers. Invalid: {papers.too_many} with more than {most} crosses,"
        f" {papers.too_few} with fewer than {least}.",
        {
            "valid": papers.valid,
            "too_many_crosses": papers.too_many,
            "too_few_crosses": papers.too_few,
            "max_crosses": most,
            "min_crosses": least,
        },
    )


def reserved_filled(group: GroupSeats, winners: Sequence[Candidate]) -> Step:
    empty_da = f" {seats_da(group.unfilled)} har ingen kandidat." if group.unfilled else ""
    empty_en = f" {seats_en(group.unfilled)} without a candidate." if group.unfilled else ""
    return Step(
        f"reserved_seats.{group.group}",
        f"Forbeholdt gruppen {group.group}: {seats_da(group.seats)}. Valgt: {named(winners)}.{empty_da}",
        f"Reserved for the group {group.group}: {seats_en(group.seats)}. Elected: {named(winners)}.{empty_en}",
        {
            "group": group.group,
            "seats": group.seats,
            "elected": votes_of(winners),
            "candidates": votes_of(one for level in levels(group.members) for one in level),
            "unfilled": group.unfilled,
        },
    )


def open_filled(seats: int, winners: Sequence[Candidate], unfilled: int, cite: str) -> Step:
    empty_da = f" {seats_da(unfilled)} har ingen kandidat." if unfilled else ""
    empty_en = f" {seats_en(unfilled)} without a candidate." if unfilled else ""
    return Step(
        cite,
        f"{seats_da(seats)} til dem med flest stemmer, som ikke allerede er valgt: {named(winners)}.{empty_da}",
        f"{seats_en(seats)} to those with most votes who are not elected yet: {named(winners)}.{empty_en}",
        {"seats": seats, "elected": votes_of(winners), "unfilled": unfilled},
    )


def tie_without_effect(tied: Level, cite: str) -> Step:
    return Step(
        cite,
        f"Stemmelighed mellem {named(tied)}. Alle bliver valgt, så der trækkes ikke lod.",
        f"Equal votes: {named(tied)}. All of them are elected, so no lot is drawn.",
        {"tied": votes_of(tied)},
    )


def lot_needed(lot: LotNeeded, tied: Level) -> Step:
    is_seat = lot.kind == "seat"
    purpose_da = seats_da(lot.places) if is_seat else "rækkefølgen som stedfortrædere"
    purpose_en = seats_en(lot.places) if is_seat else "the order as substitutes"
    return Step(
        lot.cite,
        f"Stemmelighed mellem {named(tied)} om {purpose_da}. Der skal trækkes lod.",
        f"Equal votes: {named(tied)}, for {purpose_en}. A lot must be drawn.",
        {"tied": votes_of(tied), "places": lot.places},
    )


def lot_drawn(tied: Level, drawn: Sequence[str], places: int, cite: str) -> Step:
    names = {one.id: one.name for one in tied}
    order = ", ".join(names[one] for one in drawn)
    return Step(
        cite,
        f"Stemmelighed mellem {named(tied)} om {seats_da(places)}. Lodtrækning: {order}.",
        f"Equal votes: {named(tied)}, for {seats_en(places)}. Drawn by lot: {order}.",
        {"tied": votes_of(tied), "places": places, "drawn": list(drawn)},
    )


def order_drawn(tied: Level, drawn: Sequence[str]) -> Step:
    names = {one.id: one.name for one in tied}
    order = ", ".join(names[one] for one in drawn)
    return Step(
        CITE_SUBSTITUTES,
        f"Stemmelighed mellem stedfortræderne {named(tied)}. Lodtrækning: {order}.",
        f"Equal votes among the substitutes {named(tied)}. Drawn by lot: {order}.",
        {"tied": votes_of(tied), "drawn": list(drawn)},
    )


def round_between(tied: Level, places: int, cite: str) -> Step:
    return Step(
        cite,
        f"Stemmelighed mellem {named(tied)} om {seats_da(places)}. Der stemmes igen mellem dem, og hver har"
        f" {votes_da(places)}.",
        f"Equal votes: {named(tied)}, for {seats_en(places)}. There is a new vote between them, and each voter has"
        f" {votes_en(places)}.",
        {"tied": votes_of(tied), "places": places},
    )


def substitutes(people: Level, queue: Queue, group: str = "", list_id: str = "") -> Step:
    """One queue: of everybody, of a group or of a list."""
    names = {one.id: one for one in people}
    order = "; ".join(named(names[one] for one in place) for place in queue.places) or "–"
    of_da = of_en = ""
    figures: dict[str, object] = {"order": [votes_of(names[one] for one in place) for place in queue.places]}
    if group:
        of_da, of_en = f" i gruppen {group}", f" in the group {group}"
        figures["group"] = group
    if list_id:
        of_da, of_en = f" på liste {list_id}", f" on list {list_id}"
        figures["list"] = list_id
    return Step(CITE_SUBSTITUTES, f"Stedfortrædere{of_da}: {order}.", f"Substitutes{of_en}: {order}.", figures)


def passed_over(over: tuple[PassedOver, ...], candidates: tuple[Candidate, ...]) -> Step:
    by_id = {one.id: one for one in candidates}
    above = [by_id[one.id] for one in over]
    fewest = by_id[over[0].by]
    return Step(
        over[0].cite,
        f"Forbeholdte pladser: {fewest.name} ({fewest.votes}) er valgt, selv om disse ikke valgte"
        f" kandidater har flere stemmer: {named(above)}.",
        f"Reserved seats: {fewest.name} ({fewest.votes}) is elected although these candidates,"
        f" not elected, have more votes: {named(above)}.",
        {"elected": votes_of((fewest,)), "passed_over": votes_of(above)},
    )
