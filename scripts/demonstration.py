"""The demo election: the case of Køge 2017 (invented people), played through the acts up to a phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from election.call.records import Election, Kind, elections, stations
from election.poll_cards.records import card_text, station_code_of, valid_cards
from election.polling.records import mark_of
from registry.accounts.acts import hasher
from registry.act import Installation
from registry.configuration import ROOT
from registry.regulation.calendar import COPENHAGEN
from scripts.rehearsal import candidates, polling_day, stages
from scripts.rehearsal.case import read_case
from scripts.rehearsal.people import People
from scripts.rehearsal.stages import Rehearsal
from scripts.rehearsal.trouble import Waiting

CASE = ROOT / "tests" / "journey" / "cases" / "koege-2017"
STANDS_AT = datetime(2017, 11, 27, 18, 10, tzinfo=COPENHAGEN)
PHASES = ("candidacy", "polling", "counting")
PASSWORD = "demo-koege-2017"  # noqa: S105 - printed at the start; a demo holds invented people only
SIGN_INS = (
    ("ada", "valgadministrator"),
    ("regin", "valglisteansvarlig (Rosa er den anden)"),
    ("birthe", "valgbestyrelsens formand (også Bent, Bodil)"),
    ("lone", "leder af stemmestedet"),
    ("tove", "valgtilforordnet ved bordet (også Tom)"),
    ("ida", "indtaster (Egon er den anden)"),
    ("carla", "attestant (Claus er den anden)"),
    ("sara", "rådssekretær"),
    ("rikke", "revisor"),
    ("system", "systemadministrator"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a newcomer needs to try the demo."""

    path: str
    card: str | None


def load(installation: Installation, phase: str, cost: str, say: Callable[[str], None]) -> None:
    """Play the case up to `phase` on an empty database, as a demo. It can never become a live election."""
    case = read_case(CASE)
    at_desk = tuple(row for row in case.polling or () if row.instant("at") <= STANDS_AT)
    case = replace(case, polling=at_desk if phase == "polling" else case.polling)
    people = People(
        installation,
        case,
        hasher(cost).hash(PASSWORD),
        datetime.now(UTC),
        username_of=lambda name: name.split()[0].lower(),
    )
    run = Rehearsal(installation, case, people, Kind.DEMO, say, "2017")
    stages.call_the_election(run)
    stages.draw_and_freeze_the_roll(run)
    if phase == "candidacy":
        candidates.register_candidacies(run)
        return
    candidates.receive_candidacies(run)
    stages.settle_the_ballot(run)
    stages.issue_cards_and_papers(run)
    try:
        polling_day.poll(run)
    except Waiting:
        run.move_clock(STANDS_AT)  # the station is still open, as it should be in this demo


def loaded(installation: Installation) -> Loaded | None:
    """The demo in this database, or None."""
    with installation.database.read() as session:
        demo = next((e for e in elections(session) if e.kind == Kind.DEMO), None)
        if demo is None:
            return None
        path = f"/{demo.municipality}/{demo.council}/{demo.slug}/"
        return Loaded(path, _card_to_try(installation, session, demo))


def _card_to_try(installation: Installation, session: Session, demo: Election) -> str | None:
    keyring = installation.keys.open(demo.municipality)
    by_id = {station.id: station for station in stations(session, demo)}
    for card, entry in valid_cards(session, demo):
        mark = mark_of(session, demo, entry.id)
        if mark is None or mark.admitted_at is None:
            return card_text(keyring, demo.code, station_code_of(entry, by_id), card.id)
    return None
