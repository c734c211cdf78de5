"""KRVL §§ 74, 77–78 borrowed: what a tally must hold and add up to, how two are compared, what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.counting.rules import (
    MOST,
    Form,
    Limits,
    added,
    check_fields,
    check_sums,
    differing_rows,
    limits_of,
    plausibility,
    valid_papers,
)
from election.counting.small_counts import publishable
from registry.regulation.loader import shipped
from registry.regulation.ruled import assumed

FORM = Form(("c1", "c2", "c3"), (), ("no_cross", "marked"), 1, 1)
SEVERAL = Form(("c1", "c2", "c3"), (), ("no_cross", "marked"), 1, 3)
LIMITS = Limits(blanks_per_mille=100, invalid_per_mille=100, outlier_times=3, outlier_least=5)
ANY_SHARE = replace(LIMITS, blanks_per_mille=1000, invalid_per_mille=1000)
LISTS = Form(("c1", "c2"), ("A", "B"), ("no_cross",), 1, 1)


def tally(
    *votes: int, blank: int = 0, no_cross: int = 0, marked: int = 0, in_box: int | None = None
) -> dict[str, int]:
    """A tally of c1, c2, c3; the box holds what was counted unless the test says otherwise."""
    rows = {f"c{number}": cast for number, cast in enumerate(votes, 1)}
    rows |= {"blank": blank, "invalid:no_cross": no_cross, "invalid:marked": marked}
    return rows | {"in_box": sum(rows.values()) if in_box is None else in_box}


def codes(findings: object) -> list[str]:
    assert isinstance(findings, list)
    return [finding.kind.code for finding in findings]


# --- one tally, field by field ------------------------------------------------------------------------------


def test_an_empty_tally_is_refused() -> None:
    """Nothing typed is not a count of nothing."""
    assert codes(check_fields(FORM, {})) == ["R320"]


def test_a_tally_of_nothing_but_zeros_is_a_tally() -> None:
    """0 typed everywhere: nobody voted at this station."""
    assert check_fields(FORM, tally(0, 0, 0)) == []


@pytest.mark.parametrize("row", ["c1", "c2", "c3", "blank", "in_box"])
def test_a_row_that_is_not_entered_is_not_zero(row: str) -> None:
    """Votes, blank and papers in the box must be typed; the row that is missing is named."""
    figures = tally(3, 2, 1)
    del figures[row]
    (finding,) = check_fields(FORM, figures)
    assert finding.kind.code == "R321"
    assert finding.facts["rows"] == row


def test_the_stock_of_papers_may_be_left_out_in_a_file() -> None:
    """unissued, returned, exchanged and in_envelopes are not entered: not counted, which the ledger asks about."""
    assert check_fields(FORM, tally(3, 2, 1)) == []


def test_a_row_that_the_form_does_not_have_is_refused() -> None:
    assert codes(check_fields(FORM, tally(3, 2, 1) | {"c9": 0})) == ["R322"]


def test_a_reason_of_invalidity_that_the_form_does_not_print_is_kept() -> None:
    """A file may know a ground that this form has no line for: 3 + 2 + 1 votes + 1 invalid = 7 papers."""
    figures = tally(3, 2, 1, in_box=7) | {"invalid:glued-on": 1}
    assert check_fields(FORM, figures) == []
    assert check_sums(FORM, figures) == []


@pytest.mark.parametrize("number", [-1, MOST + 1])
def test_a_number_outside_what_a_box_can_hold_is_refused(number: int) -> None:
    assert "R323" in codes(check_fields(FORM, tally(3, 2, 1) | {"c1": number}))


def test_the_largest_number_is_still_a_number() -> None:
    assert check_fields(FORM, tally(MOST, 0, 0)) == []


@pytest.mark.parametrize("row", ["c2", "blank", "invalid:marked"])
def test_more_votes_than_papers_in_the_box_is_refused(row: str) -> None:
    """7 of one kind, 6 papers in the box."""
    (finding,) = check_fields(FORM, tally(0, 0, 0, in_box=6) | {row: 7})
    assert finding.kind.code == "R324"
    assert finding.facts == {"row": row, "number": 7, "in_box": 6}


def test_as_many_votes_as_papers_is_no_more_than_papers() -> None:
    assert check_fields(FORM, tally(6, 0, 0)) == []


# --- the sum at the end -------------------------------------------------------------------------------------


def test_with_one_cross_votes_and_papers_set_aside_fill_the_box() -> None:
    """12 + 8 + 5 votes, 2 blank, 1 + 2 invalid = 30 papers."""
    assert check_sums(FORM, tally(12, 8, 5, blank=2, no_cross=1, marked=2, in_box=30)) == []


@pytest.mark.parametrize("in_box", [29, 31])
def test_one_paper_more_or_less_does_not_add_up(in_box: int) -> None:
    """30 counted, 29 or 31 in the box."""
    (finding,) = check_sums(FORM, tally(12, 8, 5, blank=2, no_cross=1, marked=2, in_box=in_box))
    assert finding.kind.code == "F305"
    assert finding.facts == {"counted": 30, "in_box": in_box}


@pytest.mark.parametrize(("votes", "fits"), [(9, False), (10, True), (30, True), (31, False)])
def test_with_several_crosses_votes_lie_between_the_fewest_and_the_most(votes: int, fits: bool) -> None:
    """12 papers, 2 of them blank: 10 valid ones carry between 10 × 1 and 10 × 3 crosses."""
    figures = tally(votes, 0, 0, blank=2, in_box=12)
    assert (check_sums(SEVERAL, figures) == []) is fits


def test_more_papers_set_aside_than_in_the_box_never_adds_up() -> None:
    """3 blank and 2 invalid of 4 papers: −1 valid paper."""
    assert codes(check_sums(SEVERAL, tally(0, 0, 0, blank=3, marked=2, in_box=4))) == ["F305"]


def test_crosses_at_lists_are_votes_too() -> None:
    """List A 4, list B 3, c1 2, c2 1 = 10 papers with a vote, 1 blank: 11."""
    figures = {"list:A": 4, "list:B": 3, "c1": 2, "c2": 1, "blank": 1, "invalid:no_cross": 0, "in_box": 11}
    assert check_fields(LISTS, figures) == []
    assert check_sums(LISTS, figures) == []
    assert valid_papers(figures) == 10


# --- two tallies --------------------------------------------------------------------------------------------


def test_two_tallies_that_are_the_same_differ_nowhere() -> None:
    assert differing_rows(FORM, tally(5, 4, 3), tally(5, 4, 3)) == ()


def test_rows_that_differ_are_named_in_the_order_of_the_form() -> None:
    """c3 and c1 are not the same, and so the box is not: 12 against 11."""
    assert differing_rows(FORM, tally(5, 4, 3), tally(6, 4, 1)) == ("c1", "c3", "in_box")


def test_not_entered_and_zero_are_not_the_same() -> None:
    one = tally(5, 4, 3) | {"unissued": 0}
    assert differing_rows(FORM, one, tally(5, 4, 3)) == ("unissued",)


def test_a_ground_that_only_one_of_them_has_is_a_difference() -> None:
    assert differing_rows(FORM, tally(5, 4, 3) | {"invalid:glued-on": 1}, tally(5, 4, 3)) == ("invalid:glued-on",)


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_it_does_not_matter_which_of_the_two_is_first(one: list[int], other: list[int]) -> None:
    first, second = tally(*one), tally(*other)
    assert differing_rows(FORM, first, second) == differing_rows(FORM, second, first)


# --- what adds up but must be explained ---------------------------------------------------------------------


@pytest.mark.parametrize(("blank", "found"), [(10, []), (11, ["W311"])])
def test_blanks_at_the_limit_need_no_explanation_above_it_they_do(blank: int, found: list[str]) -> None:
    """Limit 100 per mille of 100 papers = 10."""
    assert codes(plausibility(tally(100 - blank, 0, 0, blank=blank), [], LIMITS)) == found


@pytest.mark.parametrize(("invalid", "found"), [(10, []), (11, ["W312"])])
def test_invalid_papers_at_the_limit_and_above(invalid: int, found: list[str]) -> None:
    """Both grounds together count: 5 + 5 = 10 is the limit, 5 + 6 = 11 is above."""
    figures = tally(100 - invalid, 0, 0, no_cross=5, marked=invalid - 5)
    assert codes(plausibility(figures, [], LIMITS)) == found


@pytest.mark.parametrize(("odd", "found"), [(12, []), (13, ["W313"])])
def test_three_times_the_share_of_the_others_is_the_limit_of_an_outlier(odd: int, found: list[str]) -> None:
    """Elsewhere 8 of 200 = 4 %; three times that of 100 papers is 12. The limits themselves are far away."""
    others = [tally(96, 0, 0, blank=4), tally(96, 0, 0, blank=4)]
    assert codes(plausibility(tally(100 - odd, 0, 0, blank=odd), others, ANY_SHARE)) == found


def test_fewer_than_five_papers_make_no_outlier() -> None:
    """4 of 10 against 0 of 200: a large share, but four papers."""
    others = [tally(100, 0, 0), tally(100, 0, 0)]
    assert plausibility(tally(6, 0, 0, blank=4), others, ANY_SHARE) == []
    assert codes(plausibility(tally(5, 0, 0, blank=5), others, ANY_SHARE)) == ["W313"]


def test_one_other_station_is_no_measure() -> None:
    assert plausibility(tally(50, 0, 0, blank=50), [tally(100, 0, 0)], ANY_SHARE) == []


@pytest.mark.parametrize(("times", "least", "found"), [(3, 5, ["W313"]), (4, 5, []), (3, 14, [])])
def test_how_far_a_station_may_stand_out_is_the_councils_to_say(times: int, least: int, found: list[str]) -> None:
    """13 of 100 beside 8 of 200: more than three times the share, less than four times."""
    others = [tally(96, 0, 0, blank=4), tally(96, 0, 0, blank=4)]
    limits = replace(ANY_SHARE, outlier_times=times, outlier_least=least)
    assert codes(plausibility(tally(87, 0, 0, blank=13), others, limits)) == found


def test_the_finding_says_the_councils_own_number() -> None:
    others = [tally(96, 0, 0, blank=4), tally(96, 0, 0, blank=4)]
    (finding,) = plausibility(tally(80, 0, 0, blank=20), others, replace(ANY_SHARE, outlier_times=2))
    assert finding.facts == {"number": 20, "in_box": 100, "times": 2}


def test_the_limits_are_those_of_the_regulation() -> None:
    koege = shipped("koege-2018").regulation
    assert limits_of(koege) == LIMITS
    two = replace(koege.plausibility, outlier_times=assumed(2, "prøve"))
    assert limits_of(replace(koege, plausibility=two)).outlier_times == 2


# --- small counts -------------------------------------------------------------------------------------------

Part = tuple[tuple[str, ...], Mapping[str, int]]


def parts(*figures: dict[str, int]) -> list[Part]:
    return [((f"Sted {number}",), one) for number, one in enumerate(figures, 1)]


def test_stations_with_enough_votes_are_shown_each() -> None:
    assert publishable(FORM, parts(tally(10, 10, 0), tally(15, 5, 0)), 20) == [[0], [1]]


def test_a_small_station_is_shown_with_the_next_one() -> None:
    """19 valid papers are below 20, 19 + 30 are not."""
    assert publishable(FORM, parts(tally(10, 9, 0), tally(20, 10, 0)), 20) == [[0, 1]]


def test_a_small_last_station_is_shown_with_the_one_before() -> None:
    assert publishable(FORM, parts(tally(20, 10, 0), tally(2, 1, 0)), 20) == [[0, 1]]


def test_a_station_where_all_voted_for_the_same_person_is_not_shown_alone() -> None:
    """30 of 30 for c1 would show what every single one of them voted."""
    assert publishable(FORM, parts(tally(30, 0, 0), tally(20, 10, 0)), 20) == [[0, 1]]


def test_blank_papers_do_not_make_a_station_large() -> None:
    """25 in the box, 10 of them blank: 15 valid."""
    assert publishable(FORM, parts(tally(10, 5, 0, blank=10), tally(20, 10, 0)), 20) == [[0, 1]]


_counts = st.builds(
    lambda votes, blank: tally(*votes, blank=blank),
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    st.integers(0, 5),
)


@given(st.lists(_counts, min_size=1, max_size=8), st.integers(1, 40))
def test_no_published_block_is_below_the_limit_unless_it_is_the_only_one(
    stations: list[dict[str, int]], least: int
) -> None:
    """Every station is in exactly one block, in order; blocks that stand beside others are large enough."""
    blocks = publishable(FORM, parts(*stations), least)
    assert [position for block in blocks for position in block] == list(range(len(stations)))
    if len(blocks) == 1:
        return
    for block in blocks:
        together = added(FORM, [stations[position] for position in block])
        votes = [together[row] for row in FORM.vote_rows]
        assert valid_papers(together) >= least
        assert max(votes) < sum(votes)


def test_a_ground_that_only_one_station_names_stays_in_the_sum() -> None:
    """3 + 2 of an own ground, 10 + 8 papers: 18 − 5 = 13 valid."""
    one, other = tally(7, in_box=10) | {"invalid:own": 3}, tally(6, in_box=8) | {"invalid:own": 2}
    total = added(FORM, [one, other])
    assert (total["invalid:own"], valid_papers(total)) == (5, 13)
