"""Presence as intervals, the quorum of any instant, the notice. Pure: events and instants are arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from registry.findings import Term, finding_kind
from registry.regulation.choices import QuorumBase, QuorumPhrase
from registry.regulation.council_rules import quorum

NO_SUCH_MEETING = finding_kind("R600", "Mødet findes ikke her. Intet er ændret.")
ALREADY_CONVENED = finding_kind("R601", "Det konstituerende møde er allerede indkaldt. Intet er ændret.")
WRONG_CONVENER = finding_kind(
    "R602", "Efter regulativet indkaldes mødet af {convener}. {name} har ikke indkaldt det. Intet er ændret."
)
LATE_WITHOUT_REASON = finding_kind(
    "R603",
    "Indkaldelsen er sendt {sent} dage før mødet; reglen er {days}. Mødet er ikke indkaldt endnu. "
    "Skriv grunden, så den kan stå i referatet.",
)
NOT_OPEN = finding_kind("R604", "Mødet er ikke åbnet. Intet er ændret. Åbn det med navneopråb.")
IS_CLOSED = finding_kind("R605", "Mødet er sluttet, og referatet er dannet. Intet er ændret.")
IS_OPEN = finding_kind("R606", "Mødet er allerede åbnet. Intet er ændret.")
NOT_IN_THE_COUNCIL = finding_kind("R607", "{name} er ikke medlem af rådet på mødets dag. Intet er ændret.")
ALREADY_HERE = finding_kind("R608", "{name} er allerede til stede. Intet er ændret.")
NOT_HERE = finding_kind("R609", "{name} er ikke til stede. Intet er ændret.")
NO_SUCH_EVENT = finding_kind("R610", "Registreringen findes ikke eller er allerede fortrudt. Intet er ændret.")
NO_SUCH_ITEM = finding_kind("R611", "Punktet findes ikke på dagsordenen. Intet er ændret.")
NOT_QUORATE = finding_kind(
    "R612",
    "Rådet er ikke beslutningsdygtigt: {present} til stede, {needed} kræves (af {size}). Ingen runde er åbnet. "
    "Vent på flere, eller slut mødet.",
)
OUT_OF_ORDER = finding_kind(
    "R613", "Tidspunktet {at} ligger før det, der sidst er registreret på mødet. Intet er ændret. Ret tiden."
)
NOT_YET = finding_kind("R614", "Tidspunktet {at} er ikke kommet endnu. Intet er ændret. Ret tiden.")
NOBODY_SEATED = finding_kind(
    "R615",
    "Ingen medlemmer har fået plads i rådet på mødets dag. Mødet er ikke indkaldt. Registrer udpegningen først.",
)
NOTICE_AFTER_MEETING = finding_kind("R616", "Indkaldelsen kan ikke være sendt efter mødet. Intet er ændret.")
ITEM_IS_DONE = finding_kind("R617", "Punktet er allerede afsluttet. Åbn det igen, hvis det skal ændres.")
HAS_VOTED = finding_kind(
    "R618", "{name} var til stede ved en runde, der gælder. Annuller runden først. Intet er ændret."
)
HAS_LATER = finding_kind("R619", "{name} har en senere registrering på mødet. Fortryd den først. Intet er ændret.")
HAS_GONE_ON = finding_kind(
    "R620", "Der er sket noget på mødet efter navneopråbet. Fortryd det først. Intet er ændret."
)


AFTER_THE_TERM = finding_kind(
    "R621",
    "Mødet kan ikke holdes den {day}: rådets periode slutter den {end}. Mødet er ikke indkaldt. Ret datoen.",
)


class PresenceKind(StrEnum):
    ARRIVED = "arrived"
    LEFT = "left"
    EXCUSED = "excused"


class ItemKind(StrEnum):
    OPENING = "opening"
    APPOINTMENT = "appointment"
    POST = "post"
    CLOSING = "closing"


PRESENCE_NAMES = {
    PresenceKind.ARRIVED: Term("kom"),
    PresenceKind.LEFT: Term("gik"),
    PresenceKind.EXCUSED: Term("har meldt afbud"),
}


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody arrived, left or sent an excuse; `sequence` orders what happened in the same minute."""

    person: UUID
    kind: PresenceKind
    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Interval:
    """In the room from an instant to an instant; `until` None: to the end."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many voting members are present, how many there must be, and out of what size."""

    present: int
    needed: int
    size: int

    @property
    def is_met(self) -> bool:
        return self.present >= self.needed

    @property
    def sentence(self) -> str:
        """The sentence of the minutes."""
        verdict = "beslutningsdygtigt" if self.is_met else "ikke beslutningsdygtigt"
        return f"{self.present} af {self.size} er til stede, {self.needed} kræves: rådet er {verdict}."


def present_at(events: Iterable[Presence], at: datetime) -> frozenset[UUID]:
    """Who is in the room at an instant. Whoever leaves at that instant is not."""
    here: dict[UUID, bool] = {}
    for event in sorted(events, key=lambda e: (e.at, e.sequence)):
        if event.at <= at:
            here[event.person] = event.kind is PresenceKind.ARRIVED
    return frozenset(person for person, is_here in here.items() if is_here)


def intervals(events: Iterable[Presence]) -> Mapping[UUID, tuple[Interval, ...]]:
    """For each person when they were in the room."""
    found: dict[UUID, list[Interval]] = {}
    for event in sorted(events, key=lambda e: (e.at, e.sequence)):
        own = found.setdefault(event.person, [])
        if event.kind is PresenceKind.ARRIVED:
            own.append(Interval(event.at, None))
        elif own and own[-1].until is None:
            own[-1] = Interval(own[-1].since, event.at)
    return {person: tuple(own) for person, own in found.items() if own}


def quorum_of(phrase: QuorumPhrase, base: QuorumBase, legal_size: int, filled: int, present: int) -> Quorum:
    """The quorum against the legal size, or against the filled seats where the regulation says so.

    (KSTL § 11(2) borrowed: at least half of the members)
    """
    size = legal_size if base is QuorumBase.LEGAL_SIZE else filled
    return Quorum(present, quorum(phrase, size), size)


def days_of_notice(sent_on: date, meeting_on: date) -> int:
    """Whole days from dispatch to meeting: two weeks before is 14. (Høje-Taastrup: “to uger før mødet”)"""
    return (meeting_on - sent_on).days


def latest_notice(meeting_on: date, days: int) -> date:
    """The last day on which the notice is in time: for a meeting on 2 January with 14 days, 19 December."""
    return meeting_on - timedelta(days=days)
