# mypy: disable-error-code="no-untyped-call"
"""A station with few papers seals its box unopened for its neighbour; what was many counts for itself."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import select

from election.call.acts import count_together
from election.call.records import stations
from election.closing import acts
from election.closing.merging import merge_decisions
from election.closing.merging_acts import decide_merge
from election.closing.printing import poll_book_pdf
from election.closing.rules import Piles, Registered, Step, fewest_papers, is_small
from election.closing.standing import closing_now, counted_elsewhere
from election.counting.assembly import units
from election.packets.acts import receive
from election.packets.records import packets
from election.polling.acts import admit, close_station
from election.roll.records import RollEntry
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import COUNTING_AT, DESK, Played, call_koege, people, polling, with_candidates, with_roll

LEADER, BOARD, ADMIN = "station_leader", "board_member", "election_administrator"
FEW, MANY = 3, 21


def played_with(installation: Installation, at_hall: int, at_school: int, *, named: bool = True) -> Played:
    """Two stations: so many admitted at the hall and at the school; both shut."""
    played = call_koege(installation, stations=2)
    rows = [
        replace(one, district="Ellemarken" if number < at_hall else "2")
        for number, one in enumerate(people(at_hall + at_school))
    ]
    hall, school = both(played)
    if named:
        count_together(*played.by, played.act(ADMIN), played.election_id, school, hall)
    played = polling(with_candidates(with_roll(played, rows=rows), 3))
    with played.installation.database.read() as session:
        voters = session.execute(select(RollEntry.id, RollEntry.station_id)).all()
    for entry, station in voters:
        assert station is not None
        admit(*played.by, played.act("polling_official"), played.election_id, station, DESK, entry)
    played.now = COUNTING_AT
    for station in (hall, school):
        close_station(*played.by, played.act(LEADER), played.election_id, station, True)
    return played


def both(played: Played) -> tuple[UUID, UUID]:
    with played.installation.database.read() as session:
        hall, school = stations(session, played.read())
        return hall.id, school.id


def step(played: Played, station_id: UUID) -> Step:
    with played.installation.database.read() as session:
        of = next(one for one in stations(session, played.read()) if one.id == station_id)
        return closing_now(session, played.read(), of).step


def send(played: Played, seal: str = "K 17", into: UUID | None = None) -> UUID:
    hall, school = both(played)
    act = played.act(LEADER, second=BOARD)
    return decide_merge(*played.by, act, played.election_id, school, into or hall, seal)


def elsewhere(played: Played) -> dict[UUID, UUID]:
    with played.installation.database.read() as session:
        return counted_elsewhere(session, played.read())


def count(played: Played, station: UUID, piles: Piles) -> int:
    act = played.act(LEADER, second=BOARD)
    return acts.count_papers(*played.by, act, played.election_id, station, {"": piles})


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda trouble: trouble.kind.code == code)


@pytest.mark.parametrize(
    ("in_box", "least", "small"), [(0, 20, False), (1, 20, True), (19, 20, True), (20, 20, False), (5, 0, False)]
)
def test_small_is_fewer_than_the_limit_and_not_nobody(in_box: int, least: int, small: bool) -> None:
    assert is_small(in_box, least) is small


def test_the_type_with_fewest_decides_and_one_nobody_used_hides_nothing() -> None:
    of = {"": 0, "øst": 4, "vest": 30}
    registered = {key: Registered(100, number, 0, 0, 0, 0) for key, number in of.items()}
    assert fewest_papers(registered) == 4
    assert fewest_papers({"øst": Registered(100, 6, 1, 1, 1, 9)}) == 12


def test_a_small_box_goes_on_unopened_and_the_big_one_counts_both(installation: Installation) -> None:
    played = played_with(installation, MANY, FEW)
    hall, school = both(played)
    assert (step(played, hall), step(played, school)) == (Step.PAPERS, Step.BOX)
    with refused("R818"):
        count(played, school, Piles(100 - FEW, 0, 0, 0, FEW))
    send(played)
    assert step(played, school) is Step.PAPERS
    with refused("R819"):
        count(played, school, Piles(100 - FEW, 0, 0, 0, FEW))
    count(played, school, Piles(0, 0, 0, 0, None))
    with played.installation.database.read() as session:
        (unit,) = units(session, played.read())
        assert (unit.station.id, {one.id for one in unit.members}) == (hall, {hall, school})
        (box,) = packets(session, played.read())
        assert (box.content, box.seal_number, box.goes_to) == ("box", "K 17", unit.station.name)
    assert elsewhere(played) == {school: hall}


def test_many_papers_are_counted_where_they_are_though_a_neighbour_was_named(installation: Installation) -> None:
    played = played_with(installation, FEW, MANY)
    _, school = both(played)
    assert step(played, school) is Step.PAPERS
    with refused("R814"):
        send(played)
    assert elsewhere(played) == {}


def test_a_box_is_decided_once_by_two_and_to_the_neighbour_that_was_named(installation: Installation) -> None:
    played = played_with(installation, MANY, FEW)
    _, school = both(played)
    with refused("R817"):
        send(played, into=school)
    with refused("R821"):
        send(played, seal="  ")
    send(played)
    with refused("R813"):
        send(played, "K 18")


def test_without_a_name_any_other_station_may_take_it_but_not_itself(installation: Installation) -> None:
    played = played_with(installation, MANY, FEW, named=False)
    hall, school = both(played)
    with refused("R816"):
        send(played, into=school)
    send(played)
    assert elsewhere(played) == {school: hall}


def test_two_small_ones_do_not_send_their_boxes_to_each_other(installation: Installation) -> None:
    played = played_with(installation, FEW, FEW, named=False)
    hall, school = both(played)
    send(played)
    with refused("R816"):
        decide_merge(*played.by, played.act(LEADER, second=BOARD), played.election_id, hall, school, "K 19")


def test_named_and_small_is_counted_together_also_when_nothing_was_written(installation: Installation) -> None:
    played = played_with(installation, MANY, FEW)
    hall, school = both(played)
    assert elsewhere(played) == {school: hall}


def test_the_book_says_where_the_box_went_and_the_arrival_is_kept(installation: Installation) -> None:
    played = played_with(installation, MANY, FEW)
    _, school = both(played)
    send(played)
    with played.installation.database.read() as session:
        of = next(one for one in stations(session, played.read()) if one.id == school)
    count(played, school, Piles(0, 0, 0, 0, None))
    acts.nobody_objects(*played.by, played.act(LEADER), played.election_id, school)
    with played.installation.database.read() as session:
        now = closing_now(session, played.read(), of)
        codes = now.unexplained
    for code in codes:
        acts.explain(*played.by, played.act(LEADER), played.election_id, school, "", code, "Intet leveret")
    acts.sign(*played.by, played.act(LEADER, second=BOARD), played.election_id, school)
    with played.installation.database.read() as session:
        pdf = poll_book_pdf(session, played.read(), of)
        (box,) = packets(session, played.read())
        assert school in merge_decisions(session, played.read())
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)).split())
    assert "Kassen blev ikke åbnet her" in text
    assert "K 17" in text
    arrived = receive(*played.by, played.act(LEADER, second=BOARD), played.election_id, box.id, "k17", True, "")
    assert arrived
