"""What the minutes say about the rounds for one post, in two languages: sentences to be printed as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from election.counting.methods.inputs import Candidate, MajorityOf, Round
from election.counting.methods.outcome import LotNeeded, Step
from election.counting.methods.person_steps import votes_da, votes_en, votes_of

CITE = "KSTL § 24, stk. 1"
CITE_CAST = "KSTL § 24, stk. 1; majority_of cast"
_LAST = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """One round with what it needed. `people` most votes first; `base` is what the majority is counted of."""

    number: int
    held: Round
    people: tuple[Candidate, ...]
    base: int
    needed: int
    majority_of: MajorityOf

    @property
    def not_voting(self) -> int:
        return self.held.present - sum(self.held.votes.values()) - self.held.blank - self.held.invalid

    @property
    def cite(self) -> str:
        return CITE_CAST if self.majority_of == "cast" and self.number < _LAST else CITE


def together_da(people: Sequence[Candidate]) -> str:
    """Names as they stand in a sentence: A, B og C."""
    return _together([one.name for one in people], "og")


def together_en(people: Sequence[Candidate]) -> str:
    return _together([one.name for one in people], "and")


def _together(names: Sequence[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def _step(tally: Tally, verdict_da: str, verdict_en: str, **more: object) -> Step:
    held = tally.held
    return Step(
        tally.cite,
        f"{_votes_da(tally)} {_majority_da(tally)} {verdict_da}",
        f"{_votes_en(tally)} {_majority_en(tally)} {verdict_en}",
        {
            "round": tally.number,
            "present": held.present,
            "votes": votes_of(tally.people),
            "blank": held.blank,
            "invalid": held.invalid,
            "not_voting": tally.not_voting,
            "majority_of": "cast" if tally.number == _LAST else tally.majority_of,
            "base": tally.base,
            "needed": tally.needed,
            **more,
        },
    )


def _shown(tally: Tally) -> list[Candidate]:
    """Those with votes; in round 3 both."""
    return [one for one in tally.people if one.votes or tally.number == _LAST]


def _votes_da(tally: Tally) -> str:
    first, *others = _shown(tally)
    parts = [f"{first.name} fik {votes_da(first.votes)}", *(f"{one.name} {one.votes}" for one in others)]
    for number, one, several in (
        (tally.held.blank, "blank", "blanke"),
        (tally.held.invalid, "ugyldig", "ugyldige"),
        (tally.not_voting, "stemte ikke", "stemte ikke"),
    ):
        if number:
            parts.append(f"{number} {one if number == 1 else several}")
    return f"Runde {tally.number}: {', '.join(parts)}."


def _votes_en(tally: Tally) -> str:
    first, *others = _shown(tally)
    parts = [f"{first.name} had {votes_en(first.votes)}", *(f"{one.name} {one.votes}" for one in others)]
    for number, word in (
        (tally.held.blank, "blank"),
        (tally.held.invalid, "invalid"),
        (tally.not_voting, "did not vote"),
    ):
        if number:
            parts.append(f"{number} {word}")
    return f"Round {tally.number}: {', '.join(parts)}."


def _majority_da(tally: Tally) -> str:
    needed = f"{votes_da(tally.needed)} kræves."
    present = f"{tally.held.present} til stede"
    if tally.number == _LAST:
        return f"{present}. Flertallet regnes af de afgivne stemmer på de to, i alt {tally.base}: {needed}"
    if tally.majority_of == "cast":
        return f"{present}. Flertallet regnes af de afgivne stemmer på personer, i alt {tally.base}: {needed}"
    return f"{present}, {needed}"


def _majority_en(tally: Tally) -> str:
    needed = f"{votes_en(tally.needed)} needed."
    present = f"{tally.held.present} present"
    if tally.number == _LAST:
        return f"{present}. The majority is of the votes cast for the two, {tally.base} in all: {needed}"
    if tally.majority_of == "cast":
        return f"{present}. The majority is of the votes cast for persons, {tally.base} in all: {needed}"
    return f"{present}, {needed}"


def no_round_yet(people: Sequence[Candidate]) -> Step:
    return Step(
        CITE,
        f"Der er ikke stemt endnu. Runde 1 holdes mellem {together_da(people)}.",
        f"No vote has been taken yet. Round 1 is between {together_en(people)}.",
        {"candidates": [one.id for one in people]},
    )


def elected(tally: Tally, winner: Candidate) -> Step:
    """The decision with its margin: the fewest papers that would have changed it, had they been for somebody else.
    They are the winner's own, or a blank one where the winner alone received votes."""
    margin, text_da, text_en = _margin(tally, winner)
    if winner.votes < tally.needed:
        return _step(
            tally,
            f"Kun {winner.name} fik stemmer. {winner.name} er valgt. {text_da}",
            f"Only {winner.name} received votes. {winner.name} is elected. {text_en}",
            elected=winner.id,
            only_one_received_votes=True,
            margin=margin,
        )
    return _step(
        tally,
        f"{winner.name} er valgt. {text_da}",
        f"{winner.name} is elected. {text_en}",
        elected=winner.id,
        margin=margin,
    )


def _margin(tally: Tally, winner: Candidate) -> tuple[int | None, str, str]:
    if len(tally.people) == 1:
        return None, f"Kun {winner.name} kunne vælges.", f"Only {winner.name} could be elected."
    if winner.votes < tally.needed:
        return (
            1,
            "Margin: Med 1 stemme på en anden var ingen valgt i denne runde.",
            "Margin: with 1 vote for somebody else nobody would have been elected in this round.",
        )
    moved = winner.votes - tally.needed + 1
    other_da, other_en = "en anden", "somebody else"
    then_da, then_en = f"var {winner.name} ikke valgt", f"{winner.name} would not have been elected"
    if tally.number == _LAST:
        other_da = other_en = next(one.name for one in tally.people if one.id != winner.id)
        if 2 * (winner.votes - moved) == tally.base:
            then_da, then_en = "var der trukket lod", "a lot would have been drawn"
        else:
            then_da, then_en = f"var {other_da} valgt", f"{other_en} would have been elected"
    return (
        moved,
        f"Margin: Havde {moved} af de {votes_da(winner.votes)} været på {other_da}, {then_da}.",
        f"Margin: had {moved} of the {votes_en(winner.votes)} been for {other_en}, {then_en}.",
    )


def second_round(tally: Tally) -> Step:
    return _step(
        tally,
        "Ingen er valgt; der holdes en anden runde.",
        "Nobody is elected; a second round is held.",
        missing=tally.needed - tally.people[0].votes,
    )


def third_round(tally: Tally, finalists: Sequence[Candidate]) -> Step:
    return _step(
        tally,
        f"Ingen er valgt; der holdes en tredje runde mellem {together_da(finalists)}.",
        f"Nobody is elected; a third round is held between {together_en(finalists)}.",
        missing=tally.needed - tally.people[0].votes,
        finalists=[one.id for one in finalists],
    )


def level_for_third(tally: Tally, tied: Sequence[Candidate], places: int) -> Step:
    each = tied[0].votes
    return _step(
        tally,
        f"Ingen er valgt. {together_da(tied)} står lige med {votes_da(each)} hver om {_places_da(places)}"
        " i tredje runde; det afgøres ved lodtrækning.",
        f"Nobody is elected. {together_en(tied)} are level with {votes_en(each)} each for {_places_en(places)}"
        " in the third round; it is decided by lot.",
        missing=tally.needed - tally.people[0].votes,
        tied=[one.id for one in tied],
        places=places,
    )


def _places_da(places: int) -> str:
    return "den anden plads" if places == 1 else "de to pladser"


def _places_en(places: int) -> str:
    return "the second place" if places == 1 else "the two places"


def lot_needed(lot: LotNeeded, tied: Sequence[Candidate]) -> Step:
    is_seat = lot.kind == "seat"
    purpose_da = ", hvem der er valgt" if is_seat else f" {_places_da(lot.places)} i tredje runde"
    purpose_en = "who is elected" if is_seat else f"{_places_en(lot.places)} in the third round"
    return Step(
        lot.cite,
        f"Der skal trækkes lod mellem {together_da(tied)} om{purpose_da}.",
        f"A lot must be drawn between {together_en(tied)} for {purpose_en}.",
        {"tied": votes_of(tied), "places": lot.places},
    )


def lot_for_third(tied: Sequence[Candidate], drawn: Sequence[str], finalists: Sequence[Candidate]) -> Step:
    names = {one.id: one.name for one in tied}
    order = ", ".join(names[one] for one in drawn)
    return Step(
        CITE,
        f"Lodtrækning mellem {together_da(tied)}: {order}."
        f" Der holdes en tredje runde mellem {together_da(finalists)}.",
        f"Lot between {together_en(tied)}: {order}. A third round is held between {together_en(finalists)}.",
        {"tied": votes_of(tied), "drawn": list(drawn), "finalists": [one.id for one in finalists]},
    )


def level_in_third(tally: Tally) -> Step:
    return _step(
        tally,
        f"{together_da(tally.people)} står lige; det afgøres ved lodtrækning.",
        f"{together_en(tally.people)} are level; it is decided by lot.",
        tied=[one.id for one in tally.people],
    )


def lot_for_seat(tied: Sequence[Candidate], drawn: Sequence[str]) -> Step:
    winner = next(one for one in tied if one.id == drawn[0])
    loser = next(one for one in tied if one.id != drawn[0])
    return Step(
        CITE,
        f"Lodtrækning mellem {together_da(tied)}: {winner.name} er trukket og er valgt."
        f" Margin: Med 1 stemme mere var {loser.name} valgt uden lod.",
        f"Lot between {together_en(tied)}: {winner.name} is drawn and elected."
        f" Margin: with 1 more vote {loser.name} would have been elected without a lot.",
        {"tied": votes_of(tied), "drawn": list(drawn), "elected": winner.id, "margin": 1},
    )
