"""KRVL § 85: most personal votes, lots only where they decide something, substitutes in order."""

from __future__ import annotations

import pytest

from tests.election.counting.documents import asked, counted, lot, margins, people, personal


def test_most_votes_win_and_the_others_are_substitutes() -> None:
    """31, 20, 18, 5, 0 for three seats: 31, 20, 18. The fourth lacks 18 - 5 + 1 = 14 votes."""
    result = counted(personal(3, people(5, 31, 0, 20, 18)))
    assert result["outcome"] == "decided"
    assert result["elected"] == ["c2", "c4", "c5"]
    assert result["substitutes"] == ["c1", "c3"]
    assert result["vacant"] == {"open": 0}
    assert result["unused_lots"] == []
    assert margins(result) == [14]
    assert not {"passed_over", "substitutes_by_group", "seats_by_list", "lot_required"} & set(result)


def test_the_margin_is_told_in_both_languages() -> None:
    """20 against 8 for the last seat: 20 - 8 + 1 = 13 votes."""
    (step,) = [s for s in counted(personal(1, people(8, 20)))["steps"] if "margin" in s["figures"]]
    assert "Med 13 stemmer mere havde Kandidat 1 (8) fået den sidste plads" in step["text_da"]
    assert "with 13 more votes Kandidat 1 (8) would have had the last seat" in step["text_en"]
    assert step["cite"] == "KRVL § 85"


def test_vordingborg_2017_tie_inside_the_elected_needs_no_lot() -> None:
    """50, 18, 17, 16, 15, 13, 12, 12 for eight seats: the two with 12 are both elected, in the input's order."""
    result = counted(personal(8, people(50, 18, 17, 16, 15, 13, 12, 12, 3)))
    assert result["elected"] == [f"c{i}" for i in range(1, 9)]
    assert result["outcome"] == "decided"


def test_vordingborg_2017_tie_for_the_last_seat_needs_a_lot() -> None:
    """The same with seven seats: 12 and 12 for one place; six are beyond dispute."""
    document = personal(7, people(50, 18, 17, 16, 15, 13, 12, 12, 3))
    assert asked(document) == ("seat", ["c7", "c8"], 1)
    assert counted(document)["elected"] == [f"c{i}" for i in range(1, 7)]
    after = counted(document | {"lots": [lot("c8", "c7")]})
    assert after["elected"][-1] == "c8"
    assert after["substitutes"] == ["c7", "c9"]
    assert margins(after) == [1]


def test_three_tied_for_two_seats_are_asked_once_and_sit_as_drawn() -> None:
    """9, 4, 4, 4 for three seats: two places among three."""
    document = personal(3, people(4, 9, 4, 4))
    assert asked(document) == ("seat", ["c1", "c3", "c4"], 2)
    after = counted(document | {"lots": [lot("c4", "c1", among=("c1", "c3", "c4"))]})
    assert after["elected"] == ["c2", "c4", "c1"]
    assert after["substitutes"] == ["c3"]


def test_a_draw_that_names_all_also_orders_the_substitutes() -> None:
    """Four with 4 for one seat: the full draw gives seat and queue at once."""
    result = counted(personal(1, people(4, 4, 4, 4), lots=[lot("c3", "c1", "c4", "c2")]))
    assert result["elected"] == ["c3"]
    assert result["substitutes"] == ["c1", "c4", "c2"]


@pytest.mark.parametrize("drawn", [("c3",), ("c3", "c1"), ("c3", "c1", "c4")])
def test_a_draw_that_does_not_name_all_leaves_the_order_open(drawn: tuple[str, ...]) -> None:
    """One seat is settled by the first drawn; the other three are tied as substitutes."""
    document = personal(1, people(4, 4, 4, 4), lots=[lot(*drawn, among=("c1", "c2", "c3", "c4"))])
    assert asked(document) == ("substitute-order", ["c1", "c2", "c4"], 3)
    after = counted(document | {"lots": [*document["lots"], lot("c4", "c2", "c1")]})
    assert after["substitutes"] == ["c4", "c2", "c1"]
    assert after["unused_lots"] == []


def test_a_draw_among_all_does_not_order_substitutes_it_did_not_hold() -> None:
    """Reserved x: c1 and c2 tie at 4 for one seat; c3 outside x has 4 too. The three cannot share one draw."""
    candidates = [*people(4, 4, group="x"), *people(9, 4, first=3)]
    document = personal(2, candidates, reserved_seats={"x": 1}, lots=[lot("c2", "c1")])
    assert asked(document) == ("substitute-order", ["c1", "c4"], 2)


def test_ties_among_substitutes_need_a_lot_when_ranked() -> None:
    """9 is elected; 3, 3 and 1, 1 wait: two lots, one at a time, most votes first."""
    document = personal(1, people(9, 3, 1, 3, 1))
    assert asked(document) == ("substitute-order", ["c2", "c4"], 2)
    assert counted(document)["elected"] == ["c1"]
    document |= {"lots": [lot("c4", "c2")]}
    assert asked(document) == ("substitute-order", ["c3", "c5"], 2)
    document |= {"lots": [lot("c4", "c2"), lot("c3", "c5")]}
    assert counted(document)["substitutes"] == ["c4", "c2", "c3", "c5"]


def test_substitutes_that_are_not_ranked_stay_groups_of_equals() -> None:
    result = counted(personal(1, people(9, 3, 1, 3), rank_substitutes=False))
    assert result["substitutes"] == [["c2", "c4"], ["c3"]]


def test_a_tie_for_a_seat_needs_its_lot_also_when_substitutes_are_not_ranked() -> None:
    assert asked(personal(1, people(3, 3, 3), rank_substitutes=False)) == ("seat", ["c1", "c2", "c3"], 1)


@pytest.mark.parametrize(
    ("most", "wanted"),
    [(0, []), (1, ["c2"]), (2, None), (3, ["c2", "c3", "c4"])],
)
def test_a_tie_behind_the_end_of_the_queue_needs_no_lot(most: int, wanted: list[str] | None) -> None:
    """9 | 5, 3, 3: a queue of one ends before the tie, a queue of two cuts through it; three need its order."""
    document = personal(1, people(9, 5, 3, 3), substitutes={"order": "votes", "max": most})
    if most < 2:
        assert counted(document)["substitutes"] == wanted
        return
    assert asked(document) == ("substitute-order", ["c3", "c4"], 2)
    after = counted(document | {"lots": [lot("c4", "c3")]})
    assert after["substitutes"] == ["c2", "c4", "c3"][:most]


def test_equals_that_straddle_the_end_of_an_unranked_queue_stay_together() -> None:
    """9 | 5, 3, 3 and a queue of two: only a lot could divide the two with 3."""
    document = personal(1, people(9, 5, 3, 3), substitutes={"max": 2}, rank_substitutes=False)
    assert counted(document)["substitutes"] == [["c2"], ["c3", "c4"]]


def test_no_substitutes_means_no_key_and_no_lot() -> None:
    result = counted(personal(1, people(9, 3, 3), substitutes={"order": "none"}))
    assert result["outcome"] == "decided"
    assert "substitutes" not in result


def test_nobody_voted_and_all_are_tied() -> None:
    """0, 0, 0 for one seat: zero votes are equal votes."""
    assert asked(personal(1, people(0, 0, 0))) == ("seat", ["c1", "c2", "c3"], 1)


def test_fewer_candidates_than_seats_leave_seats_vacant() -> None:
    result = counted(personal(4, people(3, 0)))
    assert result["elected"] == ["c1", "c2"]
    assert result["vacant"] == {"open": 2}
    assert margins(result) == [None]


def test_a_lot_that_was_not_needed_is_listed() -> None:
    """8 and 8 are both elected: the draw between them changed nothing."""
    result = counted(personal(2, people(8, 8, 1), lots=[lot("c2", "c1")]))
    assert result["elected"] == ["c1", "c2"]
    assert result["unused_lots"] == [{"among": ["c2", "c1"], "drawn": ["c2", "c1"]}]


def test_koege_2017_one_queue_of_ten() -> None:
    """Five seats, one queue of up to 2 × 5 = 10: of 17 candidates the last two are cut off."""
    result = counted(personal(5, people(*range(17, 0, -1)), substitutes={"order": "votes", "max": 10}))
    assert result["elected"] == ["c1", "c2", "c3", "c4", "c5"]
    assert result["substitutes"] == [f"c{i}" for i in range(6, 16)]
