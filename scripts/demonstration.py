"""The demo elections: cases of invented people, played through the acts up to a phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from election.call.records import Election, Kind, elections, stations
from election.poll_cards.records import card_text, station_code_of, valid_cards
from election.polling.records import mark_of
from registry.accounts.acts import hasher
from registry.act import Installation
from registry.configuration import ROOT
from registry.regulation.calendar import COPENHAGEN
from registry.roles import Role
from scripts.rehearsal import candidates, council_stages, meeting_stages, polling_day, stages
from scripts.rehearsal.case import Case, read_case
from scripts.rehearsal.people import People
from scripts.rehearsal.stages import Rehearsal
from scripts.rehearsal.trouble import Waiting

CASES = ROOT / "tests" / "journey" / "cases"
PHASES = ("candidacy", "polling", "counting", "certified", "appointed", "seated")
_AFTER_THE_COUNT = ("certified", "appointed", "seated")
ROLES = (
    (Role.ELECTION_ADMINISTRATOR, "valgadministrator"),
    (Role.ROLL_KEEPER, "valglisteansvarlig"),
    (Role.BOARD_MEMBER, "valgbestyrelsens formand"),
    (Role.STATION_LEADER, "leder af stemmestedet"),
    (Role.POLLING_OFFICIAL, "valgtilforordnet ved bordet"),
    (Role.ENTERER, "indtaster"),
    (Role.CERTIFIER, "attestant"),
    (Role.COUNCIL_SECRETARY, "rådssekretær"),
    (Role.AUDITOR, "revisor"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that can be started by its name, which is the name of its case.

    `stands_at` is what the clock says when the stations are shown open.
    """

    name: str
    title: str
    stands_at: datetime

    @property
    def case(self) -> Path:
        return CASES / self.name

    @property
    def password(self) -> str:
        """Printed at the start; a demo holds invented people only."""
        return f"demo-{self.name}"

    def folder(self, phase: str) -> str:
        """Where its data lies, apart from every other demo and phase."""
        return phase if self.name == DEFAULT else f"{self.name}-{phase}"

    def sign_ins(self) -> list[tuple[str, str]]:
        """One official for each role with the names of the others."""
        case = read_case(self.case)
        found = [_sign_in(case, role, words) for role, words in ROLES]
        return [*found, ("system", "systemadministrator")]


DEFAULT = "koege-2017"
DEMOS = {
    demo.name: demo
    for demo in (
        Demo(DEFAULT, "Køge, 27. november 2017", datetime(2017, 11, 27, 18, 10, tzinfo=COPENHAGEN)),
        Demo("kobenhavn-2006", "København, 7. marts 2006", datetime(2006, 3, 7, 18, 10, tzinfo=COPENHAGEN)),
    )
}


def username_of(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def _sign_in(case: Case, role: Role, words: str) -> tuple[str, str]:
    first, *others = [official.name.split()[0] for official in case.officials if role in official.roles]
    return username_of(first), f"{words} (også {', '.join(others)})" if others else words


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a newcomer needs to try the demo."""

    path: str
    council_path: str
    card: str | None


def load(installation: Installation, demo: Demo, phase: str, cost: str, say: Callable[[str], None]) -> None:
    """Play the case up to `phase` on an empty database, as a demo. It can never become a live election."""
    case = read_case(demo.case)
    at_desk = tuple(row for row in case.polling or () if row.instant("at") <= demo.stands_at)
    case = replace(case, polling=at_desk if phase == "polling" else case.polling)
    password_hash = hasher(cost).hash(demo.password)
    people = People(installation, case, password_hash, datetime.now(UTC), username_of=username_of)
    run = Rehearsal(installation, case, people, Kind.DEMO, say, f"{case.election_on:%Y}")
    run.persons = stages.persons_by_cpr(case)
    stages.call_the_election(run)
    stages.draw_and_freeze_the_roll(run)
    if phase == "candidacy":
        candidates.register_candidacies(run)
        return
    candidates.receive_candidacies(run)
    stages.settle_the_ballot(run)
    stages.correct_the_roll(run, polling_day.first_at(run))
    stages.issue_cards_and_papers(run)
    try:
        polling_day.poll(run)
    except Waiting:
        run.move_clock(demo.stands_at)  # the stations are still open, as they should be in this demo
    if phase in _AFTER_THE_COUNT:
        _go_on_to(run, phase)


def _go_on_to(run: Rehearsal, phase: str) -> None:
    """Counted and certified; then appointed; then seated, with the meeting convened and about to begin."""
    polling_day.enter_tallies(run)
    polling_day.settle_ledgers(run)
    polling_day.determine_the_result(run)
    council_stages.certify_the_result(run)
    if phase == "certified":
        return
    council_stages.appoint_the_members(run)
    if phase == "appointed":
        return
    council_stages.seat_the_members(run)
    meeting = meeting_stages.convene_the_meeting(run)
    council_stages.council_act(run, meeting.at)  # the council's clock stands at the hour of the meeting


def loaded(installation: Installation) -> Loaded | None:
    """The demo in this database, or None."""
    with installation.database.read() as session:
        demo = next((e for e in elections(session) if e.kind == Kind.DEMO), None)
        if demo is None:
            return None
        council = f"/{demo.municipality}/{demo.council}/"
        return Loaded(f"{council}{demo.slug}/", council, _card_to_try(installation, session, demo))


def _card_to_try(installation: Installation, session: Session, demo: Election) -> str | None:
    keyring = installation.keys.open(demo.municipality)
    by_id = {station.id: station for station in stations(session, demo)}
    for card, entry in valid_cards(session, demo):
        mark = mark_of(session, demo, entry.id)
        if mark is None or not mark.has_paper:
            return card_text(keyring, demo.code, station_code_of(entry, by_id), card.id)
    return None
