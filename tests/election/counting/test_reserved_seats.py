"""Reserved seats of a council's own regulation: filled first, each group by its own votes, then the open seats."""

from __future__ import annotations

import pytest

from tests.election.counting.documents import asked, counted, lot, margins, people, personal

KOEGE = {"ikke-vestlig": 3, "vestlig": 2}


def test_koege_2013_the_reservation_changes_who_is_elected() -> None:
    """Non-western 60, 45, 30, 25; western 22, 9, 4. By votes alone 60, 45, 30, 25, 22; with 3 + 2: 9 for 25."""
    candidates = [*people(60, 45, 30, 25, group="ikke-vestlig"), *people(22, 9, 4, group="vestlig", first=5)]
    plain = counted(personal(5, candidates))
    assert plain["elected"] == ["c1", "c2", "c3", "c4", "c5"]
    result = counted(personal(5, candidates, reserved_seats=KOEGE))
    assert result["elected"] == ["c1", "c2", "c3", "c5", "c6"]
    assert result["passed_over"] == [{"id": "c4", "by": "c6", "cite": "reserved_seats.vestlig"}]
    assert result["substitutes"] == ["c4", "c7"]
    assert result["vacant"] == {"ikke-vestlig": 0, "vestlig": 0, "open": 0}
    assert margins(result) == [30 - 25 + 1, 9 - 4 + 1]


def test_koege_2013_a_tie_for_the_second_western_seat() -> None:
    """Western 22, 9, 9: one place between two; the three non-western and the first are beyond dispute."""
    candidates = [*people(60, 45, 30, 25, group="ikke-vestlig"), *people(22, 9, 9, group="vestlig", first=5)]
    document = personal(5, candidates, reserved_seats=KOEGE)
    assert asked(document) == ("seat", ["c6", "c7"], 1)
    assert counted(document)["elected"] == ["c1", "c2", "c3", "c5"]
    after = counted(document | {"lots": [lot("c7", "c6")]})
    assert after["elected"] == ["c1", "c2", "c3", "c5", "c7"]
    assert after["passed_over"] == [{"id": "c4", "by": "c7", "cite": "reserved_seats.vestlig"}]


def test_the_loser_of_a_reserved_tie_sits_on_an_open_seat_so_no_lot() -> None:
    """x: 8 and 8 for one reserved seat, one open seat, the others have 5: both are elected anyway."""
    document = personal(2, [*people(8, 8, group="x"), *people(5, first=3)], reserved_seats={"x": 1})
    assert counted(document)["elected"] == ["c1", "c2"]
    assert counted(document | {"lots": [lot("c2", "c1")]})["unused_lots"] == [lot("c2", "c1")]


def test_the_loser_of_a_reserved_tie_meets_an_equal_outside_so_two_lots() -> None:
    """x: 8 and 8 for one seat; c3 outside has 8; one open seat. The first lot is in x, the second for the rest."""
    document = personal(2, [*people(8, 8, group="x"), *people(8, first=3)], reserved_seats={"x": 1})
    assert asked(document) == ("seat", ["c1", "c2"], 1)
    assert counted(document)["elected"] == []
    document |= {"lots": [lot("c2", "c1")]}
    assert asked(document) == ("seat", ["c1", "c3"], 1)
    document |= {"lots": [lot("c2", "c1"), lot("c3", "c1")]}
    assert counted(document)["elected"] == ["c2", "c3"]


def test_the_loser_of_a_reserved_tie_has_no_open_seat_so_one_lot() -> None:
    """x: 8 and 8 for one seat; c3 with 9 takes the open seat and is beyond dispute."""
    document = personal(2, [*people(8, 8, group="x"), *people(9, first=3)], reserved_seats={"x": 1})
    assert asked(document) == ("seat", ["c1", "c2"], 1)
    assert counted(document)["elected"] == ["c3"]


def test_groups_are_asked_in_the_order_of_the_regulation() -> None:
    """x: 3, 3 and y: 7, 7, one seat each: y stands first in the regulation, so y is asked first."""
    candidates = [*people(3, 3, group="x"), *people(7, 7, group="y", first=3)]
    document = personal(2, candidates, reserved_seats={"y": 1, "x": 1})
    assert asked(document) == ("seat", ["c3", "c4"], 1)
    assert asked(document | {"lots": [lot("c4", "c3")]}) == ("seat", ["c1", "c2"], 1)
    after = counted(document | {"lots": [lot("c1", "c2"), lot("c4", "c3")]})
    assert after["elected"] == ["c4", "c1"]
    assert after["substitutes"] == ["c3", "c2"]


def test_a_draw_already_made_for_the_next_group_counts_as_beyond_dispute() -> None:
    candidates = [*people(3, 3, group="x"), *people(7, 7, group="y", first=3)]
    result = counted(personal(2, candidates, reserved_seats={"y": 1, "x": 1}, lots=[lot("c2", "c1")]))
    assert result["lot_required"]["among"] == ["c3", "c4"]
    assert result["elected"] == ["c2"]


@pytest.mark.parametrize(
    ("unfilled", "elected", "vacant"),
    [
        ("vacant", ["c3", "c1"], {"x": 1, "open": 0}),
        ("open", ["c3", "c1", "c2"], {"x": 0, "open": 0}),
    ],
)
def test_a_reserved_seat_without_a_candidate(unfilled: str, elected: list[str], vacant: dict[str, int]) -> None:
    """x has two seats and one candidate (4 votes); one open seat for 9 and 5: the empty one is kept or opened."""
    candidates = [*people(9, 5), *people(4, group="x", first=3)]
    result = counted(personal(3, candidates, reserved_seats={"x": 2}, unfilled_reserved=unfilled))
    assert result["elected"] == elected
    assert result["vacant"] == vacant


def test_passed_over_are_all_with_more_votes_than_the_weakest_elected_by_reservation() -> None:
    """x: 6 and 2 on two reserved seats; 9 has the open seat; 5 and 3 are passed over by the 2, 1 is not."""
    candidates = [*people(6, 2, group="x"), *people(9, 3, 5, 1, first=3)]
    result = counted(personal(3, candidates, reserved_seats={"x": 2}))
    assert result["elected"] == ["c1", "c2", "c3"]
    assert result["passed_over"] == [
        {"id": "c5", "by": "c2", "cite": "reserved_seats.x"},
        {"id": "c4", "by": "c2", "cite": "reserved_seats.x"},
    ]


def test_equal_votes_are_not_more_votes() -> None:
    candidates = [*people(2, group="x"), *people(9, 2, first=2)]
    assert counted(personal(2, candidates, reserved_seats={"x": 1}))["passed_over"] == []


def test_substitutes_within_each_group() -> None:
    """x keeps 4, 1 behind its winner 6; y keeps nobody; c6 belongs to no group and to no queue."""
    candidates = [*people(6, 1, 4, group="x"), *people(3, group="y", first=4), *people(9, 4, first=5)]
    document = personal(
        3, candidates, reserved_seats={"x": 1, "y": 1}, substitutes={"order": "within-group", "max": 2}
    )
    result = counted(document)
    assert result["elected"] == ["c1", "c4", "c5"]
    assert result["substitutes_by_group"] == {"x": ["c3", "c2"], "y": []}
    assert "substitutes" not in result


def test_equal_votes_in_different_groups_are_no_tie_within_a_group() -> None:
    """4 in x and 4 in y wait in different queues: no lot. In one queue they need one."""
    candidates = [*people(6, 4, group="x"), *people(5, 4, group="y", first=3)]
    document = personal(2, candidates, reserved_seats={"x": 1, "y": 1})
    within = counted(document | {"substitutes": {"order": "within-group"}})
    assert within["substitutes_by_group"] == {"x": ["c2"], "y": ["c4"]}
    assert asked(document) == ("substitute-order", ["c2", "c4"], 2)


def test_of_equals_who_all_get_in_only_as_many_as_are_reserved_sit_on_reserved_seats() -> None:
    """x: 8 and 8 for one reserved seat; two open seats: 9 comes before the second 8."""
    candidates = [*people(8, 8, group="x"), *people(9, first=3)]
    assert counted(personal(3, candidates, reserved_seats={"x": 1}))["elected"] == ["c1", "c3", "c2"]


def test_a_draw_that_left_one_out_orders_no_queue_not_even_of_those_it_named() -> None:
    """Four with 4 for one seat; c2 and c3 were drawn after the winner, c4 was not: only a full draw settles."""
    candidates = [*people(4, group="y"), *people(4, 4, group="x", first=2), *people(4, group="z", first=4)]
    among = ("c1", "c2", "c3", "c4")
    document = personal(1, candidates, substitutes={"order": "within-group"})
    partial = document | {"lots": [lot("c1", "c3", "c2", among=among)]}
    assert asked(partial) == ("substitute-order", ["c2", "c3"], 2)
    full = document | {"lots": [lot("c1", "c3", "c2", "c4")]}
    assert counted(full)["substitutes_by_group"] == {"y": [], "x": ["c3", "c2"], "z": ["c4"]}
