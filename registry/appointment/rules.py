"""Who may be appointed to what: the elected first, a substitute only when it is their turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.findings import Finding, Term, finding_kind

NO_SUCH_CASE = finding_kind("R564", "Sagen om udpegning findes ikke her. Intet er ændret.")
NO_SUCH_NOMINEE = finding_kind("R565", "Personen står ikke i sagen. Intet er ændret.")
NOT_THEIR_TURN = finding_kind(
    "R566",
    "{name} er ikke valgt og er ikke den næste stedfortræder til en ledig plads. Intet er ændret. "
    "Vælg den næste i rækken, eller registrer først, hvem der ikke bliver udpeget.",
)
NO_SUCH_GROUP = finding_kind(
    "R567",
    "Gruppen “{group}” findes ikke blandt de udpegede grupper: {groups}. Ingen er føjet til. Vælg en af dem.",
)
GROUP_IS_FULL = finding_kind(
    "R568", "{group} har {seats} pladser, og de er alle optaget. {name} er ikke føjet til eller udpeget."
)
ALREADY_DECIDED = finding_kind("R569", "{name} har allerede sin plads i rådet. Afgørelsen kan ikke ændres her.")
REASON_FOR_NO = finding_kind(
    "R570", "Der mangler en begrundelse for, at {name} ikke bliver udpeget. Intet er gemt."
)
DECIDED_TOO_EARLY = finding_kind(
    "R571", "Afgørelsens dato, {day}, ligger før valget, {election}. Intet er gemt. Ret datoen."
)
DECIDED_LATER = finding_kind("R572", "Afgørelsens dato, {day}, er ikke kommet endnu. Intet er gemt. Ret datoen.")
SAME_PERSON_TWICE = finding_kind(
    "R573",
    "{name} står allerede i sagen. Ingen er føjet til. Én person har én plads. "
    "Er det en anden med samme navn, så skriv et kendetegn efter navnet.",
)
CASE_IS_USED = finding_kind(
    "R574", "Der er allerede taget stilling i sagen fra det tidligere resultat. Intet er ændret. Afslut den først."
)
DETAILS_MISSING = finding_kind(
    "R575", "Skriv, hvem der har besluttet, hvilken dag og i hvilken sag. Intet er gemt."
)
REASON_FOR_CHANGE = finding_kind(
    "R577",
    "Der er allerede registreret en afgørelse om {name}. Intet er gemt. Skriv, hvorfor den rettes.",
)
LABEL_TAKEN = finding_kind("R576", "“{label}” er allerede en anden person i sagen. Ingen er føjet til.")

NO_PLACE_FREE = finding_kind(
    "W563",
    "Ingen plads er ledig endnu. En stedfortræder kommer først i betragtning, når en valgt ikke bliver udpeget "
    "eller takker nej.",
)
OTHERS_COME_FIRST = finding_kind("W564", "{before} står før {name} i rækken.")


class Ruling(StrEnum):
    """What was decided about one person."""

    APPOINTED = "appointed"
    NOT_APPOINTED = "not_appointed"
    DECLINED = "declined"


RULING_NAMES = {
    Ruling.APPOINTED: Term("udpeget"),
    Ruling.NOT_APPOINTED: Term("ikke udpeget"),
    Ruling.DECLINED: Term("har takket nej"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the case: elected (`rank` None), or a substitute with a rank in a queue."""

    label: str
    name: str
    queue: str
    rank: int | None
    ruling: Ruling | None

    @property
    def is_elected(self) -> bool:
        return self.rank is None

    @property
    def is_out(self) -> bool:
        return self.ruling in (Ruling.NOT_APPOINTED, Ruling.DECLINED)


def free_places(queue: str, people: Iterable[Candidate]) -> int:
    """Places of a queue that elected people have left and no substitute has taken. (KRVL § 91 borrowed)"""
    own = [one for one in people if one.queue == queue]
    left = sum(one.is_elected and one.is_out for one in own)
    taken = sum(not one.is_elected and one.ruling is Ruling.APPOINTED for one in own)
    return left - taken


def next_in_line(queue: str, people: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The substitutes whose turn it is: the first without a ruling; several when the regulation ranks them equal.

    (KRVL § 91 borrowed)
    """
    waiting = [one for one in people if one.queue == queue and one.rank is not None and one.ruling is None]
    if not waiting:
        return ()
    first = min(one.rank for one in waiting if one.rank is not None)
    return tuple(one for one in waiting if one.rank == first)


def why_not_now(one: Candidate, people: Sequence[Candidate]) -> Finding | None:
    """Why a substitute waits, in words; None when it is their turn. (KRVL § 91 borrowed)"""
    if one.is_elected:
        return None
    turn = next_in_line(one.queue, people)
    if free_places(one.queue, people) <= 0:
        return Finding(NO_PLACE_FREE)
    if one in turn:
        return None
    return Finding(OTHERS_COME_FIRST, {"before": ", ".join(first.name for first in turn), "name": one.name})


def may_be_appointed(one: Candidate, people: Sequence[Candidate]) -> Finding | None:
    """Why this person may not be appointed now, or None. Elected people always may; a substitute in turn.

    (Integrationsloven § 42(3); KRVL § 91 borrowed)
    """
    return None if why_not_now(one, people) is None else Finding(NOT_THEIR_TURN, {"name": one.name})
