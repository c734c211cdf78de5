"""KRVL §§ 81–82: seats to the highest quotients, alliances first; §§ 85–86: the candidates of each list."""

from __future__ import annotations

import pytest

from election.counting.methods.highest_quotients import Contender, share_out
from tests.election.counting.documents import asked, counted, lists, lot, margins, on_list, one_list


def test_seats_without_candidates() -> None:
    """A 60, B 28, C 12 for five: 60, 30, 28, 20, 15 (14 is next for B: it lacks 2 × 15 + 1 - 28 = 3 votes)."""
    result = counted(lists(5, one_list("A", 60), one_list("B", 28), one_list("C", 12)))
    assert result["seats_by_list"] == {"A": 4, "B": 1, "C": 0}
    assert margins(result) == [3]
    assert not {"elected", "substitutes", "seats_by_alliance", "vacant"} & set(result)


def test_an_alliance_moves_a_seat() -> None:
    """B 28 + C 16 = 44: 60, 44, 30, 22, 20. Inside: 28, 16. C has A's fourth seat."""
    of = (one_list("A", 60), one_list("B", 28), one_list("C", 16))
    assert counted(lists(5, *of))["seats_by_list"] == {"A": 3, "B": 1, "C": 1}
    assert counted(lists(4, *of))["seats_by_list"] == {"A": 3, "B": 1, "C": 0}
    result = counted(lists(4, *of, alliances=[["B", "C"]]))
    assert result["seats_by_list"] == {"A": 2, "B": 1, "C": 1}
    assert result["seats_by_alliance"] == [{"lists": ["B", "C"], "seats": 2}]


@pytest.mark.parametrize(("threshold", "seats"), [("0.05", {"A": 18, "B": 1}), ("0.051", {"A": 19, "B": 0})])
def test_a_list_exactly_at_the_threshold_takes_part(threshold: str, seats: dict[str, int]) -> None:
    """95 and 5 of 100 votes, 19 seats: 95/18 = 5.28, 5/1 = 5 = 95/19, so at 5 % B ties with A's nineteenth."""
    document = lists(19, one_list("A", 95), one_list("B", 5), threshold=threshold)
    if threshold == "0.05":
        assert counted(document)["lot_required"]["among"] == ["A", "B"]
        document |= {"lots": [lot("B", "A")]}
    assert counted(document)["seats_by_list"] == seats


def test_a_list_below_the_threshold_does_not_help_its_alliance() -> None:
    """C has 4 of 100: B stands alone in the alliance with 36, not 40. For two seats: 60, 36 against 30."""
    of = (one_list("A", 60), one_list("B", 36), one_list("C", 4))
    result = counted(lists(3, *of, alliances=[["B", "C"]], threshold="0.05"))
    assert result["seats_by_list"] == {"A": 2, "B": 1, "C": 0}
    assert result["seats_by_alliance"] == [{"lists": ["B", "C"], "seats": 1}]


def test_nobody_reaches_the_threshold() -> None:
    result = counted(lists(3, one_list("A", 5), one_list("B", 5), threshold="0.6"))
    assert result["seats_by_list"] == {"A": 0, "B": 0}
    assert result["vacant"] == {"open": 3}


def test_equal_quotients_for_the_last_seat_need_a_lot() -> None:
    """A 20 = 2 × 10: the second seat is 20/2 against 10/1."""
    document = lists(2, one_list("A", 20), one_list("B", 10))
    result = counted(document)
    assert result["lot_required"] == {
        "for": "list-seat",
        "among": ["A", "B"],
        "places": 1,
        "cite": "KRVL § 81(2)",
    }
    assert result["seats_by_list"] == {"A": 1, "B": 0}
    assert counted(document | {"lots": [lot("B", among=("A", "B"))]})["seats_by_list"] == {"A": 1, "B": 1}


def test_equal_quotients_that_both_win_need_no_lot() -> None:
    """Three seats: 20/1, 20/2 and 10/1 all win. A draw between them is unused."""
    document = lists(3, one_list("A", 20), one_list("B", 10), lots=[lot("B", "A")])
    result = counted(document)
    assert result["seats_by_list"] == {"A": 2, "B": 1}
    assert result["unused_lots"] == [lot("B", "A")]


def test_an_alliance_is_named_by_its_lists_in_a_lot() -> None:
    """A + B = 20 against C = 20 for one seat; then A 10 and B 10 tie inside (§ 82): two lots."""
    document = lists(1, one_list("A", 10), one_list("B", 10), one_list("C", 20), alliances=[["A", "B"]])
    first = counted(document)["lot_required"]
    assert (first["among"], first["cite"]) == (["A+B", "C"], "KRVL § 81(2)")
    document |= {"lots": [lot("A+B", "C")]}
    second = counted(document)["lot_required"]
    assert (second["among"], second["cite"]) == (["A", "B"], "KRVL § 82")
    assert counted(document)["seats_by_alliance"] == [{"lists": ["A", "B"], "seats": 1}]
    document |= {"lots": [lot("A+B", "C"), lot("B", "A")]}
    assert counted(document)["seats_by_list"] == {"A": 0, "B": 1, "C": 0}
    assert counted(document | {"lots": [lot("C", "A+B")]})["seats_by_list"] == {"A": 0, "B": 0, "C": 1}


def test_a_list_with_more_seats_than_candidates_passes_the_rest_on() -> None:
    """§ 81(3). A 90 has one candidate, B 20 and C 18 two each: A's other seats go to 20, 18, 10."""
    of = (one_list("A", 90), one_list("B", 20), one_list("C", 18))
    candidates = [*on_list("A", 50), *on_list("B", 9, 8), *on_list("C", 7, 6)]
    result = counted(lists(4, *of, candidates=candidates))
    assert result["seats_by_list"] == {"A": 1, "B": 2, "C": 1}
    assert result["elected"] == ["A1", "B1", "C1", "B2"]
    assert result["vacant"] == {"open": 0}


def test_a_seat_passed_on_may_make_a_lot_unnecessary() -> None:
    """A 90, B 20, C 20, three seats: if A could take two, B and C would tie for one; it has one candidate."""
    of = (one_list("A", 30), one_list("B", 20), one_list("C", 20))
    candidates = [*on_list("A", 30), *on_list("B", 9, 8), *on_list("C", 7, 6)]
    assert counted(lists(3, *of, candidates=candidates))["seats_by_list"] == {"A": 1, "B": 1, "C": 1}
    both = [*candidates, *on_list("A", 30, 0)[1:]]
    assert counted(lists(3, *of, candidates=both))["outcome"] == "decided"
    assert asked(lists(2, *of, candidates=both)) == ("list-seat", ["B", "C"], 1)


def test_an_alliance_keeps_its_seats_while_one_of_its_lists_has_room() -> None:
    """A + B = 50 against C 40: 50, 40, 25. Inside A 49 has one candidate, so B 1 has the second seat."""
    of = (one_list("A", 49), one_list("B", 1), one_list("C", 40))
    candidates = [*on_list("A", 10), *on_list("B", 0), *on_list("C", 5, 4, 3)]
    result = counted(lists(3, *of, candidates=candidates, alliances=[["A", "B"]]))
    assert result["seats_by_list"] == {"A": 1, "B": 1, "C": 1}
    assert result["elected"] == ["A1", "C1", "B1"]


def test_all_lists_run_out_of_candidates() -> None:
    result = counted(lists(5, one_list("A", 9), one_list("B", 3), candidates=[*on_list("A", 1), *on_list("B", 1)]))
    assert result["vacant"] == {"open": 3}
    assert result["elected"] == ["A1", "B1"]


def test_elected_stand_in_the_order_of_the_quotients() -> None:
    """60, 30, 28, 20: A, A, B, A; inside the list by personal votes."""
    candidates = [*on_list("A", 5, 9, 7, 1), *on_list("B", 3, 4)]
    result = counted(lists(4, one_list("A", 60), one_list("B", 28), candidates=candidates))
    assert result["elected"] == ["A2", "A3", "B2", "A1"]
    assert result["substitutes_by_list"] == {"A": ["A4"], "B": ["B1"]}
    assert "substitutes" not in result


def test_tied_candidates_side_by_side_need_a_lot() -> None:
    """§ 85. A has two seats: 9, then 5 and 5. B's one seat is beyond dispute, whatever the lot gives."""
    candidates = [*on_list("A", 5, 9, 5), *on_list("B", 3, 4)]
    document = lists(3, one_list("A", 60), one_list("B", 28), candidates=candidates)
    assert asked(document) == ("seat", ["A1", "A3"], 1)
    assert counted(document)["elected"] == ["A2", "B2"]
    after = counted(document | {"lots": [lot("A3", "A1")]})
    assert after["elected"] == ["A2", "A3", "B2"]
    assert after["substitutes_by_list"]["A"] == ["A1"]


def test_the_lot_between_lists_comes_before_the_lots_between_people() -> None:
    """A 20, B 10, two seats, 20/2 = 10/1. A's first seat is tied 4 : 4 unless A wins the second, too."""
    candidates = [*on_list("A", 4, 4), *on_list("B", 3)]
    document = lists(2, one_list("A", 20), one_list("B", 10), candidates=candidates)
    assert asked(document) == ("list-seat", ["A", "B"], 1)
    assert counted(document)["elected"] == []
    assert counted(document | {"lots": [lot("A", "B")]})["elected"] == ["A1", "A2"]
    assert asked(document | {"lots": [lot("B", "A")]}) == ("seat", ["A1", "A2"], 1)


def test_party_list_figure_is_the_next_whole_number_also_above_a_whole_one() -> None:
    """§ 86. 30 votes, two seats: 30/3 = 10, so 11, which A3 with 10 has not reached.

    List votes 30 - 13 = 17: A1 1 + 10 = 11 comes first; then the sums, A3 10 before A2 2 + 7 = 9.
    """
    result = counted(lists(2, one_list("A", 30, "partiliste"), candidates=on_list("A", 1, 2, 10)))
    (step,) = [s for s in result["steps"] if "distribution_figure" in s["figures"]]
    assert step["figures"]["distribution_figure"] == 11
    assert result["elected"] == ["A1", "A3"]
    assert result["substitutes_by_list"] == {"A": ["A2"]}


def test_party_list_personal_votes_break_through_and_the_sum_decides_the_rest() -> None:
    """§ 86. 100 votes, 3 seats: figure 26. A4 has 30 itself. List votes 100 - 55 = 45: A1 1 + 25, A2 2 + 20 = 22.

    A3 has 22, too: the list order puts A2 first. Seats: A4, A1, A2; substitute A3.
    """
    candidates = on_list("A", 1, 2, 22, 30)
    result = counted(lists(3, one_list("A", 100, "partiliste"), candidates=candidates))
    assert result["elected"] == ["A4", "A1", "A2"]
    assert result["substitutes_by_list"] == {"A": ["A3"]}


def test_equal_votes_on_a_party_list_need_no_lot() -> None:
    candidates = on_list("A", 3, 3, 3)
    result = counted(lists(1, one_list("A", 9, "partiliste"), candidates=candidates))
    assert result["elected"] == ["A1"]
    assert result["substitutes_by_list"] == {"A": ["A2", "A3"]}


def test_a_party_list_in_a_tie_for_a_seat_is_beyond_dispute_only_where_both_outcomes_agree() -> None:
    """A 20, B 10, two seats, 20/2 = 10/1. A with one seat: figure 11, list votes 20 - 12 = 8: A1 0 + 8, A2 12: A2.

    With two seats: figure 7: A2 by itself, A1 topped up 7. Either way A2 sits.
    """
    candidates = [*on_list("A", 0, 12), *on_list("B", 3)]
    document = lists(2, one_list("A", 20, "partiliste"), one_list("B", 10), candidates=candidates)
    assert asked(document)[0] == "list-seat"
    assert counted(document)["elected"] == ["A2"]


def test_substitutes_of_all_lists_in_one_queue() -> None:
    candidates = [*on_list("A", 5, 9, 5), *on_list("B", 3, 4)]
    document = lists(
        2, one_list("A", 60), one_list("B", 40), candidates=candidates, substitutes={"order": "votes"}
    )
    assert asked(document) == ("substitute-order", ["A1", "A3"], 2)
    assert counted(document | {"lots": [lot("A3", "A1")]})["substitutes"] == ["A3", "A1", "B1"]


def test_lists_without_any_vote_take_turns() -> None:
    """0/1 = 0/2: nobody is ahead, so three seats give one each and a lot for the third."""
    document = lists(3, one_list("A", 0), one_list("B", 0))
    assert counted(document)["seats_by_list"] == {"A": 1, "B": 1}
    assert counted(document)["lot_required"]["places"] == 1


def test_large_numbers_stay_exact() -> None:
    """10^15 against 10^15 - 1 for one seat: a floating-point quotient could not tell thirds of them apart."""
    big = 10**15
    result = counted(lists(5, one_list("A", big), one_list("B", big - 1)))
    assert result["seats_by_list"] == {"A": 3, "B": 2}
    assert counted(lists(big, one_list("A", big), one_list("B", 3)))["seats_by_list"] == {"A": big - 2, "B": 2}


def test_the_certain_start_never_decides_a_tie() -> None:
    """6 and 3 for two seats: exact shares 1⅓ and ⅔; the second seat ties 6/2 = 3/1."""
    shares = share_out([Contender("A", 6), Contender("B", 3)], 2)
    assert (dict(shares.seats), shares.tied, shares.places) == ({"A": 1, "B": 0}, ("A", "B"), 1)


def test_a_list_that_fills_up_on_the_way_stops_there() -> None:
    """A 100 has room for three; five seats: 100, 50, 33.3, then 19 and 18, though 100/4 is higher."""
    others = [Contender(str(votes), votes, 2) for votes in range(11, 20)]
    shares = share_out([Contender("A", 100, 3), *others], 5)
    assert {one: seats for one, seats in shares.seats.items() if seats} == {"A": 3, "19": 1, "18": 1}


def test_lists_that_win_the_last_seats_by_lot_stand_in_the_order_drawn() -> None:
    """A 20, B 10, C 10, D 10, three seats: 20, then 20/2 = 10/1 four times for two places: drawn D, B."""
    of = [one_list("A", 20), *(one_list(name, 10) for name in "BCD")]
    candidates = [*on_list("A", 9, 8), *(person for name in "BCD" for person in on_list(name, 5))]
    document = lists(3, *of, candidates=candidates)
    assert asked(document) == ("list-seat", ["A", "B", "C", "D"], 2)
    assert counted(document)["elected"] == ["A1"]
    after = counted(document | {"lots": [lot("D", "B", among=("A", "B", "C", "D"))]})
    assert after["elected"] == ["A1", "D1", "B1"]
