# mypy: disable-error-code="no-untyped-call"
"""A station is closed: papers counted by two, differences explained, the room asked, the book signed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pypdfium2
import pytest

from election.alone.records import StationPackage
from election.call.records import Station
from election.call.rules import Phase
from election.closing import acts
from election.closing.printing import poll_book_pdf, station_ledger_pdf
from election.closing.records import PaperCount, latest_book
from election.closing.rules import Piles, Step
from election.closing.standing import closing_now
from election.polling.acts import close_station
from election.polling.conflicts import PollingConflict, conflicts
from election.polling.decision_acts import settle_conflict
from election.polling.paper_acts import exchange, return_unused
from registry.act import Installation
from registry.audit.records import verify
from registry.findings import Refused
from tests.scenarios import COUNTING_AT, DESK, Played, call_koege, polling, with_candidates, with_roll

LEADER, BOARD = "station_leader", "board_member"
RIGHT = Piles(unissued=87, returned=1, exchanged=1, in_envelopes=0, in_box=11)
"""100 delivered; 12 admitted and 1 exchange handed out 13. 13 − 1 returned − 1 exchanged = 11 in the box."""


@pytest.fixture
def shut(installation: Installation) -> Played:
    """Twelve have voted, one paper was spoiled, one came back; the doors are shut."""
    played = polling(with_candidates(with_roll(call_koege(installation), 14), 5), admitted=12)
    station = played.stations[0]
    exchange(*played.by, played.act("polling_official"), played.election_id, station, DESK)
    return_unused(*played.by, played.act("polling_official"), played.election_id, station, DESK, None)
    played.now = COUNTING_AT
    close_station(*played.by, played.act(LEADER), played.election_id, station, True)
    return played


def count(played: Played, piles: Piles, reason: str = "", second: str | None = BOARD) -> int:
    act = played.act(LEADER, second=second, reason=reason)
    return acts.count_papers(*played.by, act, played.election_id, played.stations[0], {"": piles})


def explain(played: Played, code: str) -> UUID:
    who, where = played.act(LEADER), played.stations[0]
    return acts.explain(*played.by, who, played.election_id, where, "", code, "Faldt bag kassen")


def nobody(played: Played) -> UUID:
    return acts.nobody_objects(*played.by, played.act(LEADER), played.election_id, played.stations[0])


def sign(played: Played, second: str | None = BOARD) -> acts.Signed:
    who = played.act(LEADER, second=second)
    return acts.sign(*played.by, who, played.election_id, played.stations[0])


def station_of(played: Played) -> Station:
    with played.installation.database.read() as session:
        return session.get_one(Station, (played.scope.municipality, played.scope.council, played.stations[0]))


def step(played: Played) -> Step:
    with played.installation.database.read() as session:
        return closing_now(session, played.read(), station_of(played)).step


def end(played: Played, reason: str = "") -> Phase:
    who = played.act("election_administrator", reason=reason)
    return acts.close_polls(*played.by, who, played.election_id)


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=code)


def test_a_station_that_adds_up_goes_from_doors_to_signature(shut: Played) -> None:
    assert step(shut) is Step.PAPERS
    assert count(shut, RIGHT) == 1
    assert step(shut) is Step.OBJECTIONS
    nobody(shut)
    assert step(shut) is Step.SIGN
    signed = sign(shut)
    assert step(shut) is Step.SIGNED
    assert (signed.number, len(signed.log_root)) == (1, 64)
    assert end(shut) is Phase.COUNTING


def test_the_doors_come_first(installation: Installation) -> None:
    open_still = polling(with_candidates(with_roll(call_koege(installation), 14), 5), admitted=2)
    with refused("R800"):
        count(open_still, RIGHT)


@pytest.mark.parametrize("second", [None, LEADER])
def test_papers_are_counted_by_two_different_people(shut: Played, second: str | None) -> None:
    with refused("R006"):
        count(shut, RIGHT, second=second)


def test_a_count_again_needs_a_reason_and_keeps_the_first(shut: Played) -> None:
    count(shut, replace(RIGHT, in_box=10))
    with refused("R801"):
        count(shut, RIGHT)
    assert count(shut, RIGHT, reason="Én lå i foldet papir") == 2
    with shut.installation.database.read() as session:
        assert sorted(row.in_box or 0 for row in session.query(PaperCount)) == [10, 11]
    assert step(shut) is Step.OBJECTIONS


def test_a_difference_must_be_explained_and_only_one_that_is_there(shut: Played) -> None:
    count(shut, replace(RIGHT, in_box=10))
    assert step(shut) is Step.DIFFERENCES
    with refused("R803"):
        sign(shut)
    with refused("R808"):
        explain(shut, "F303")
    explain(shut, "F302")
    assert step(shut) is Step.OBJECTIONS


def test_an_explanation_of_figures_that_were_counted_again_says_nothing_any_more(shut: Played) -> None:
    count(shut, replace(RIGHT, in_box=10))
    explain(shut, "F302")
    shut.now = shut.now.replace(minute=shut.now.minute + 10)
    count(shut, replace(RIGHT, in_box=9), reason="Talt igen")
    assert step(shut) is Step.DIFFERENCES


def test_nobody_signs_before_the_room_was_asked_or_alone(shut: Played) -> None:
    count(shut, RIGHT)
    with refused("R804"):
        sign(shut)
    nobody(shut)
    with refused("R006"):
        sign(shut, second=LEADER)


def test_an_objection_is_kept_in_the_persons_words_and_nobody_can_say_there_was_none(shut: Played) -> None:
    count(shut, RIGHT)
    who, where = shut.act(LEADER), shut.stations[0]
    acts.object_to(
        *shut.by, who, shut.election_id, where, "Mona Berg", "Døren blev lukket fem minutter for tidligt"
    )
    with refused("R809"):
        nobody(shut)
    sign(shut)
    with shut.installation.database.read() as session:
        book = latest_book(session, station_of(shut))
    assert book is not None
    assert book.content["objections"] == [
        {"by": "Mona Berg", "text": "Døren blev lukket fem minutter for tidligt"}
    ]


def test_an_open_conflict_stops_the_signature(shut: Played) -> None:
    count(shut, RIGHT)
    nobody(shut)
    with shut.installation.database.write() as session:
        session.add(
            PollingConflict(
                municipality=shut.scope.municipality, council=shut.scope.council, election_id=shut.election_id,
                station_id=shut.stations[0], entry_id=shut.entries[0], kind="double", here="kl. 18.10 ved bord 1",
                elsewhere="kl. 17.55 ved bord 2", at=shut.now,
            )
        )  # fmt: skip
    assert step(shut) is Step.REST
    with pytest.raises(Refused, match="1 uoverensstemmelser"):
        sign(shut)


def test_a_signed_book_is_not_signed_again_but_a_correction_gives_the_next_number(shut: Played) -> None:
    count(shut, RIGHT)
    nobody(shut)
    first = sign(shut)
    with refused("R806"):
        sign(shut)
    count(shut, RIGHT, reason="Valgstyrerne talte med")
    assert step(shut) is Step.SIGN
    assert sign(shut).number == 2
    assert first.log_root != sign_root(shut)


def sign_root(played: Played) -> str:
    with played.installation.database.read() as session:
        book = latest_book(session, station_of(played))
        assert book is not None
        return book.log_root


def test_the_polls_end_with_a_book_for_every_station_or_a_reason(shut: Played) -> None:
    with refused("R807"):
        end(shut)
    assert end(shut, reason="Lederen er syg; bogen ligger underskrevet på papir") is Phase.COUNTING


def test_the_same_request_counts_once(shut: Played) -> None:
    act = shut.act(LEADER, second=BOARD)
    for _ in range(2):
        assert acts.count_papers(*shut.by, act, shut.election_id, shut.stations[0], {"": RIGHT}) == 1


def test_every_step_is_in_the_stations_own_chain_of_the_log(shut: Played) -> None:
    count(shut, RIGHT)
    nobody(shut)
    sign(shut)
    with shut.installation.database.read() as session:
        report = verify(session, shut.scope, f"station/{station_of(shut).code}")
    assert (report.first_bad, report.trouble) == (None, "")
    assert report.entries >= 5  # opened, doors, counted, asked, signed


def test_the_book_is_printed_as_it_was_signed(shut: Played) -> None:
    with refused("R811"), shut.installation.database.read() as session:
        poll_book_pdf(session, shut.read(), station_of(shut))
    count(shut, replace(RIGHT, in_box=10))
    explain(shut, "F302")
    nobody(shut)
    sign(shut)
    with shut.installation.database.read() as session:
        pdf = poll_book_pdf(session, shut.read(), station_of(shut))
    text = words(pdf)
    assert "Faldt bag kassen" in text
    assert sign_root(shut)[:8] in text
    assert "Talt i kassen, ulæst 10" in text
    assert "Regnskab over stemmesedler" in words(station_ledger_pdf(shut.read(), station_of(shut)))


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_polls_do_not_end_while_a_laptop_has_a_stations_package(shut: Played) -> None:
    """What it did alone may not all have arrived; a reason for a missing book does not help."""
    who = shut.officials
    package = StationPackage(
        municipality=shut.scope.municipality, council=shut.scope.council, election_id=shut.election_id,
        station_id=shut.stations[0], number=1, laptop="Laptop 1", sha256="0" * 64, token_sha256=b"0" * 32,
        voters=14, made_at=shut.now, by=who["election_administrator"], cosigned_by=who[LEADER],
    )  # fmt: skip
    with shut.installation.database.write() as session:
        session.add(package)
    with refused("R812"):
        end(shut, reason="Bogen er på papir")
    count(shut, RIGHT)
    assert step(shut) is Step.REST


def test_what_a_late_stick_brings_after_the_signature_makes_the_book_old(shut: Played) -> None:
    """A conflict that comes in after the book was signed: the polls do not end on it, and a new book is signed."""
    count(shut, RIGHT)
    nobody(shut)
    sign(shut)
    with shut.installation.database.write() as session:
        session.add(
            PollingConflict(
                municipality=shut.scope.municipality, council=shut.scope.council, election_id=shut.election_id,
                station_id=shut.stations[0], entry_id=shut.entries[0], kind="double", here="kl. 18.10 ved bord 1",
                elsewhere="kl. 17.55 ved bord 2", at=shut.now,
            )
        )  # fmt: skip
    with refused("R807"):
        end(shut)
    with shut.installation.database.read() as session:
        found = conflicts(session, shut.read(), shut.stations[0])
    who = shut.act(LEADER, second=BOARD, reason="Begge sedler ligger i kassen")
    settle_conflict(*shut.by, who, shut.election_id, shut.stations[0], found[0].id)
    assert step(shut) is Step.SIGN
    assert sign(shut).number == 2
    assert end(shut) is Phase.COUNTING
