"""Spells of membership: none overlaps on a seat or for a person, each begins and ends with a reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.findings import Term, finding_kind

SEAT_IS_TAKEN = finding_kind(
    "R580", "Plads {seat} ({group}) er optaget i den tid. {name} har ikke fået den. Intet er ændret."
)
SITS_ALREADY = finding_kind(
    "R581", "{name} har allerede en plads i rådet. Intet er ændret. Én person har én plads."
)
NOT_APPOINTED_YET = finding_kind(
    "R582", "{name} er ikke udpeget og kan ikke få en plads. Intet er ændret. Registrer først afgørelsen."
)
NO_FREE_SEAT = finding_kind(
    "R583",
    "{group} har ingen ledig plads til {name}. Ingen har fået plads. "
    "Registrer først, hvem der er udtrådt, eller ret afgørelsen om {name}.",
)
NO_SUCH_MEMBERSHIP = finding_kind("R584", "Medlemmet findes ikke her. Intet er ændret.")
ALREADY_ENDED = finding_kind("R585", "{name} er allerede udtrådt {day}. Intet er ændret.")
ENDS_BEFORE_IT_BEGAN = finding_kind("R586", "{name} blev medlem {day} og kan ikke udtræde før. Intet er ændret.")
NOT_NEXT_IN_LINE = finding_kind(
    "R587", "{name} er ikke den næste stedfortræder til pladsen. Intet er ændret. Vælg den næste i rækken."
)
SEAT_IS_NOT_FREE = finding_kind("R588", "Plads {seat} er ikke ledig og kan ikke tilbydes nogen. Intet er ændret.")
NO_SUCH_OFFER = finding_kind("R589", "Tilbuddet findes ikke eller er allerede besvaret. Intet er ændret.")
OFFER_OPEN = finding_kind("R590", "{name} har allerede fået tilbudt pladsen. Registrer svaret først.")
OUTSIDE_THE_TERM = finding_kind("R591", "{day} ligger uden for rådets periode. Intet er ændret. Ret datoen.")
ENDS_LATER = finding_kind(
    "R592", "{day} er ikke kommet endnu. Intet er ændret. Registrer det, når dagen er kommet."
)
POST_IS_HELD = finding_kind("R593", "Posten som {post} er besat. Intet er ændret.")
NOT_A_MEMBER = finding_kind("R594", "{name} er ikke medlem af rådet den dag. Intet er ændret.")


class StartReason(StrEnum):
    ELECTED = "elected"
    UNCONTESTED = "uncontested"
    SUCCEEDED = "succeeded"
    APPOINTED = "appointed"


class EndReason(StrEnum):
    """Why somebody left; the text beside it says more."""

    RESIGNED = "resigned"
    MOVED_OUT = "moved_out"
    LOST_RIGHT = "lost_right"
    DIED = "died"
    RECALLED = "recalled"
    ABSENCE = "absence"
    TERM_ENDED = "term_ended"


START_NAMES = {
    StartReason.ELECTED: Term("valgt og udpeget"),
    StartReason.UNCONTESTED: Term("valgt uden afstemning og udpeget"),
    StartReason.SUCCEEDED: Term("indtrådt som stedfortræder"),
    StartReason.APPOINTED: Term("udpeget"),
}
END_NAMES = {
    EndReason.RESIGNED: Term("udtrådt efter eget ønske"),
    EndReason.MOVED_OUT: Term("flyttet fra kommunen"),
    EndReason.LOST_RIGHT: Term("ikke længere valgbar"),
    EndReason.DIED: Term("død"),
    EndReason.RECALLED: Term("trukket tilbage af den, der indstillede"),
    EndReason.ABSENCE: Term("udebleven efter reglerne"),
    EndReason.TERM_ENDED: Term("perioden er slut"),
}


class Answer(StrEnum):
    """What came of an offer to a substitute."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LOST_RIGHT = "lost_right"


ANSWER_NAMES = {
    Answer.ACCEPTED: Term("har sagt ja"),
    Answer.DECLINED: Term("har sagt nej"),
    Answer.LOST_RIGHT: Term("er ikke længere valgbar"),
}


@dataclass(frozen=True, slots=True)
class Spell:
    """From the first day to the last one, both included; `ends_on` None while it lasts."""

    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def overlaps(one: Spell, others: Iterable[Spell]) -> bool:
    """Whether two people would sit on one seat, or one person on two, on any day."""
    return any(
        (other.ends_on is None or one.starts_on <= other.ends_on)
        and (one.ends_on is None or other.starts_on <= one.ends_on)
        for other in others
    )
