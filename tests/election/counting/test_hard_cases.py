"""Cases built to catch the count: several rules meet in one tie, or a figure falls exactly on its border."""

from __future__ import annotations

import pytest

from tests.election.counting.documents import (
    Document,
    asked,
    counted,
    lists,
    lot,
    on_list,
    one_list,
    people,
    personal,
)


def test_an_unfilled_reserved_seat_that_becomes_open_makes_a_tie_harmless() -> None:
    """x: 2 seats, one candidate (4). Open: 1 + the empty one for 7 and 7: both in. Kept vacant: a lot."""
    document = personal(3, [*people(7, 7), *people(4, group="x", first=3)], reserved_seats={"x": 2})
    opened = counted(document | {"unfilled_reserved": "open"})
    assert (opened["outcome"], opened["elected"]) == ("decided", ["c3", "c1", "c2"])
    assert asked(document) == ("seat", ["c1", "c2"], 1)


def test_an_opened_seat_may_also_make_a_tie() -> None:
    """x is empty: 1 + 1 open seats for 9, 5, 5. Without the clause one seat, the 9's, and no lot."""
    document = personal(2, people(9, 5, 5), reserved_seats={"x": 1}, substitutes={"order": "none"})
    assert counted(document)["vacant"] == {"x": 1, "open": 0}
    assert asked(document | {"unfilled_reserved": "open"}) == ("seat", ["c2", "c3"], 1)


def test_two_groups_and_the_rest_all_level_draw_three_times() -> None:
    """x: 6, 6 for one; y: 6, 6 for one; one more 6; one open seat among the three who are left. Three lots."""
    candidates = [*people(6, 6, group="x"), *people(6, 6, group="y", first=3), *people(6, first=5)]
    document = personal(3, candidates, reserved_seats={"x": 1, "y": 1}, substitutes={"order": "none"})
    drawn: list[Document] = []
    for among, first in ((["c1", "c2"], "c2"), (["c3", "c4"], "c3"), (["c1", "c4", "c5"], "c5")):
        assert asked(document | {"lots": drawn}) == ("seat", among, 1)
        drawn = [*drawn, lot(first, among=tuple(among))]
    result = counted(document | {"lots": drawn})
    assert (result["elected"], result["unused_lots"]) == (["c2", "c3", "c5"], [])


def test_a_tie_cut_by_the_length_of_the_queue_draws_all_of_the_tied() -> None:
    """9 | 3, 3, 3 and room for two: the order of all three is drawn, and two of them stand in the queue."""
    document = personal(1, people(9, 3, 3, 3), substitutes={"order": "votes", "max": 2})
    assert asked(document) == ("substitute-order", ["c2", "c3", "c4"], 3)
    assert counted(document | {"lots": [lot("c4", "c2", "c3")]})["substitutes"] == ["c4", "c2"]


def test_a_lot_that_names_more_than_there_are_places_but_not_all() -> None:
    """Four level for one seat; two names drawn: the first sits, the second has no rank, for two were not drawn."""
    document = personal(1, people(4, 4, 4, 4), lots=[lot("c3", "c1", among=("c1", "c2", "c3", "c4"))])
    assert asked(document) == ("substitute-order", ["c1", "c2", "c4"], 3)


def test_more_seats_than_candidates_and_nobody_voted() -> None:
    result = counted(personal(5, people(0, 0), reserved_seats={"x": 2}, unfilled_reserved="open"))
    assert (result["elected"], result["vacant"]) == (["c1", "c2"], {"x": 0, "open": 3})
    assert result["substitutes"] == []


def test_a_seat_too_many_goes_first_inside_the_alliance_then_out_of_it() -> None:
    """§§ 81(3), 82. A 80 + B 10 = 90, two candidates in all; C 40. Four seats: 90, 45, 40, 30 would be 3 + 1.

    A has one candidate, so A + B hold two: one each. The other two are C's 40 and 40/2.
    """
    of = (one_list("A", 80), one_list("B", 10), one_list("C", 40))
    candidates = [*on_list("A", 5), *on_list("B", 1), *on_list("C", 9, 8, 7)]
    result = counted(lists(4, *of, candidates=candidates, alliances=[["A", "B"]]))
    assert result["seats_by_list"] == {"A": 1, "B": 1, "C": 2}
    assert result["seats_by_alliance"] == [{"lists": ["A", "B"], "seats": 2}]


def test_a_full_list_takes_no_part_in_the_tie_it_would_have_won() -> None:
    """A 40 has two candidates: 40, 20; then 40/3 is passed on. B 10 and C 10 are level for the third: a lot."""
    of = (one_list("A", 40), one_list("B", 10), one_list("C", 10))
    candidates = [*on_list("A", 5, 4), *on_list("B", 1), *on_list("C", 1)]
    assert asked(lists(3, *of, candidates=candidates)) == ("list-seat", ["B", "C"], 1)


def test_one_list_of_an_alliance_below_the_threshold_leaves_its_candidates_out_of_the_room() -> None:
    """B 4 of 100 is below 5 %: A alone has one candidate, so the alliance has room for one; C has the others."""
    of = (one_list("A", 66), one_list("B", 4), one_list("C", 30))
    candidates = [*on_list("A", 5), *on_list("B", 1, 1), *on_list("C", 3, 2, 1)]
    result = counted(lists(3, *of, candidates=candidates, alliances=[["A", "B"]], threshold="0.05"))
    assert result["seats_by_list"] == {"A": 1, "B": 0, "C": 2}


@pytest.mark.parametrize(
    ("votes", "seats", "figure"),
    [(30, 2, 11), (29, 2, 10), (31, 2, 11), (3, 2, 2), (2, 2, 1), (0, 2, 1), (10**15, 3, 10**15 // 4 + 1)],
)
def test_the_distribution_figure_is_always_above_the_quotient(votes: int, seats: int, figure: int) -> None:
    """§ 86: votes / (seats + 1), then the next whole number, also above a whole one."""
    document = lists(seats, one_list("A", votes, "partiliste"), candidates=on_list("A", 0, 0, 0, 0))
    (step,) = [s for s in counted(document)["steps"] if "distribution_figure" in s["figures"]]
    assert step["figures"]["distribution_figure"] == figure


@pytest.mark.parametrize(("own", "elected"), [(11, ["A3", "A1"]), (10, ["A1", "A2"])])
def test_personal_votes_exactly_at_the_distribution_figure_elect(own: int, elected: list[str]) -> None:
    """32 votes, 2 seats: 32/3 = 10⅔, so the figure is 11.

    A3 with 11 has it and comes first, then A1, whom the list's 21 votes lift to 11. With 10 it has not: the 22
    votes for the list lift A1 and A2 to 11 each.
    """
    result = counted(lists(2, one_list("A", 32, "partiliste"), candidates=on_list("A", 0, 0, own)))
    assert result["elected"] == elected


def test_the_threshold_is_compared_without_rounding() -> None:
    """1 of 20 is exactly 5 %; 0.050000000000001 is more than that."""
    of = (one_list("A", 19), one_list("B", 1))
    assert counted(lists(40, *of, threshold="0.05"))["seats_by_list"] == {"A": 38, "B": 2}
    assert counted(lists(40, *of, threshold="0.050000000000001"))["seats_by_list"] == {"A": 40, "B": 0}
