"""What the protocol says about seats for lists, in two languages, with the exact figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from election.counting.methods.highest_quotients import Contender
from election.counting.methods.inputs import CandidateList, ListsDhondt
from election.counting.methods.list_candidates import PartyListOrder
from election.counting.methods.outcome import LotNeeded, Step
from election.counting.methods.person_steps import named, seats_da, seats_en, votes_of
from election.counting.methods.ranking import Level


def votes_of_lists(given: ListsDhondt, taking_part: Sequence[CandidateList], cite: str) -> Step:
    total = sum(one.votes for one in given.lists)
    inside = {one.id for one in taking_part}
    outside = [one for one in given.lists if one.id not in inside]
    below_da = below_en = ""
    if outside:
        names = ", ".join(f"{one.id} ({one.votes})" for one in outside)
        below_da = f" Under spærregrænsen {given.threshold}: {names}."
        below_en = f" Below the threshold {given.threshold}: {names}."
    return Step(
        cite if not outside else "threshold",
        f"{total} stemmer på {len(given.lists)} lister, {seats_da(given.seats)}.{below_da}",
        f"{total} votes for {len(given.lists)} lists, {seats_en(given.seats)}.{below_en}",
        {
            "seats": given.seats,
            "total": total,
            "votes": {one.id: one.votes for one in given.lists},
            "alliances": [list(one) for one in given.alliances],
            "threshold": str(given.threshold),
            "below_threshold": [one.id for one in outside],
        },
    )


def seats_shared(contenders: Sequence[Contender], seats: Mapping[str, int], cite: str) -> Step:
    """Each contender's last winning and next quotient: the proof of the result, for no next one is higher."""
    shares = ", ".join(f"{one.id} {seats[one.id]}" for one in contenders) or "–"
    figures: dict[str, object] = {}
    for one in contenders:
        number = seats[one.id]
        figures[one.id] = {
            "votes": one.votes,
            "seats": number,
            "last_quotient": f"{one.votes}/{number}" if number else None,
            "next_quotient": f"{one.votes}/{number + 1}" if one.room is None or number < one.room else None,
        }
    return Step(
        cite,
        f"Pladserne går til de højeste kvotienter af stemmetal delt med 1, 2, 3 osv.: {shares}.",
        f"The seats go to the highest quotients of votes divided by 1, 2, 3 and so on: {shares}.",
        {"quotients": figures},
    )


def lot_needed(lot: LotNeeded, contenders: Sequence[Contender], seats: Mapping[str, int]) -> Step:
    tied = [one for one in contenders if one.id in lot.among]
    quotients = {one.id: f"{one.votes}/{seats[one.id] + 1}" for one in tied}
    written = ", ".join(f"{one} {quotient}" for one, quotient in quotients.items())
    return Step(
        lot.cite,
        f"Lige store kvotienter ({written}) om {seats_da(lot.places)}. Der skal trækkes lod.",
        f"Equal quotients ({written}) for {seats_en(lot.places)}. A lot must be drawn.",
        {"tied": quotients, "places": lot.places},
    )


def lot_drawn(tied: Sequence[str], drawn: Sequence[str], places: int, cite: str) -> Step:
    among, order = ", ".join(tied), ", ".join(drawn)
    return Step(
        cite,
        f"Lige store kvotienter mellem {among} om {seats_da(places)}. Lodtrækning: {order}.",
        f"Equal quotients of {among} for {seats_en(places)}. Drawn by lot: {order}.",
        {"tied": list(tied), "places": places, "drawn": list(drawn)},
    )


def unplaced(seats: int) -> Step:
    return Step(
        "KRVL § 81(3)",
        f"{seats_da(seats)} kan ikke besættes: Ingen liste, der deltager, har flere kandidater.",
        f"{seats_en(seats)} cannot be filled: no list that takes part has a candidate left.",
        {"vacant": seats},
    )


def elected_on_list(one: CandidateList, seats: int, elected: Level) -> Step:
    return Step(
        "KRVL § 85",
        f"Liste {one.id}, {seats_da(seats)} efter personlige stemmer: {named(elected)}.",
        f"List {one.id}, {seats_en(seats)} by personal votes: {named(elected)}.",
        {"list": one.id, "seats": seats, "elected": votes_of(elected)},
    )


def elected_on_party_list(one: CandidateList, seats: int, order: PartyListOrder) -> Step:
    elected = order.order[:seats]
    sums = ", ".join(f"{p.name} ({p.votes} + {order.topped_up[p.id]})" for p in elected) or "–"
    return Step(
        "KRVL § 86",
        f"Partiliste {one.id}, {seats_da(seats)}. Fordelingstal {order.figure}"
        f" ({one.votes} delt med {seats} + 1, næste hele tal). Valgt: {sums}.",
        f"Party list {one.id}, {seats_en(seats)}. Distribution figure {order.figure}"
        f" ({one.votes} divided by {seats} + 1, next whole number). Elected: {sums}.",
        {
            "list": one.id,
            "seats": seats,
            "votes": one.votes,
            "distribution_figure": order.figure,
            "reached": order.reached,
            "order": [{"id": p.id, "votes": p.votes, "topped_up": order.topped_up[p.id]} for p in order.order],
        },
    )
