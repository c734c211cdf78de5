"""The election of an exercise: Køge's case on two stations, with people added whom a desk finds hard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from election.call.records import Kind
from election.polling import acts as polling
from registry.accounts.acts import hasher
from registry.act import Installation
from registry.regulation.calendar import local_instant
from scripts.demonstration import DEFAULT, DEMOS, username_of
from scripts.rehearsal import candidates, stages
from scripts.rehearsal.case import Case, StationInput, read_case
from scripts.rehearsal.people import People
from scripts.rehearsal.stages import Rehearsal

FOLDER = "training"
PASSWORD = "demo-oevelse"  # noqa: S105 - printed at the start; the exercise holds invented people only
HERE, ELSEWHERE = "Køge Rådhus, kantinen", "Ellemarkshallen"
_NEW_YEAR = date(1958, 1, 1)
_ALIKE = ("Amina", "Hassan")
_MODULUS_11 = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_DECKS = 6
"""How many times new cards can be dealt before the people with these troubles run out."""


def load(installation: Installation, cost: str, say: Callable[[str], None]) -> None:
    """Play the case to the evening of the poll, stations open and nobody let in. Never a live election."""
    case = _case()
    people = People(installation, case, hasher(cost).hash(PASSWORD), datetime.now(UTC), username_of=username_of)
    run = Rehearsal(installation, case, people, Kind.DEMO, say, "oevelse")
    run.persons = stages.persons_by_cpr(case)
    stages.call_the_election(run)
    stages.draw_and_freeze_the_roll(run)
    candidates.receive_candidacies(run)
    stages.settle_the_ballot(run)
    stages.correct_the_roll(run)
    stages.issue_cards_and_papers(run)
    opens = local_instant(case.election_on, case.regulation.polling.opens.value)
    run.move_clock(opens)
    by = (installation, run.scope)
    polling.open_polls(*by, run.act("polling.open_polls", opens), run.election_id)
    for station_id in run.station_ids.values():
        act = run.act("polling.open_station", opens)
        polling.open_station(*by, act, run.election_id, station_id, "øvelse", "Vera Vidne; Villy Vidne")
    run.move_clock(opens + timedelta(minutes=70))


def _case() -> Case:
    """Two stations of the municipality's districts; nothing that happened at the poll of the case."""
    case = read_case(DEMOS[DEFAULT].case)
    assert case.residents is not None
    header, *rows = case.residents.decode().splitlines()
    districts = sorted({row.rsplit(";", 1)[1] for row in rows})
    elsewhere = tuple(one for one in districts if one == "Ellemarken")
    return replace(
        case,
        stations=(
            StationInput(HERE, tuple(one for one in districts if one not in elsewhere), 600),
            StationInput(ELSEWHERE, elsewhere, 200),
        ),
        residents="\n".join([header, *rows, *_hard_cases(header)]).encode() + b"\n",
        corrections=(),
        polling=(),
        tallies=None,
        decisions=None,
        meeting=None,
    )


def _hard_cases(header: str) -> list[str]:
    """For each deck of cards two who are alike, born on the first of January, and one whose name is withheld."""
    columns = header.split(";")
    found = []
    for deck in range(_DECKS):
        born_on = _NEW_YEAR.replace(year=_NEW_YEAR.year - deck)
        common = {"surname": _ALIKE[1], "first_names": _ALIKE[0], "polling_district": "Hastrup"}
        for number in (1, 2):
            found.append(_line(columns, _invented(born_on, 40 * number), common))
        hidden = {"surname": "Skjult", "first_names": "Sara", "protected": "1", "polling_district": "Hastrup"}
        found.append(_line(columns, _invented(date(1957 - deck, 3, 14), 40), hidden))
    return found


def _line(columns: list[str], cpr: str, own: dict[str, str]) -> str:
    origin = dict.fromkeys(
        (
            *("citizenship", "birth_country", "mother_birth_country", "father_birth_country"),
            *("mother_citizenship", "father_citizenship"),
        ),
        "SY",
    )
    place = {"address": "", "postal_code": "", "city": ""}
    if "protected" not in own:
        place = {"address": "Hastrupvej 1", "postal_code": "4600", "city": "Køge"}
    since = {"moved_in": "2008-05-01", "resident_in_dk_since": "2004-05-01", "status_since": "2008-05-01"}
    cells = (
        {"cpr": cpr, "municipality": "0259", "protected": "0", "status": "resident"} | origin | place | since | own
    )
    return ";".join(cells[column] for column in columns)


def _invented(born_on: date, first: int) -> str:
    """A number for the day that can never have been issued: modulus 11 does not divide it."""
    texts = (f"{born_on:%d%m%y}{serial:04d}" for serial in range(first, first + 40))
    return next(text for text in texts if sum(int(d) * w for d, w in zip(text, _MODULUS_11, strict=True)) % 11)
