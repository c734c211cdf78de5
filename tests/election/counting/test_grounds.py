"""BEK 30/2024 § 32(2): which of the grounds that the board sees is recorded, under every shipped regulation."""

from __future__ import annotations

from itertools import combinations

import pytest

from election.counting.disputed import (
    INVALID,
    decided_row,
    is_about_too_many,
    recorded_ground,
    row_of,
    sections_of,
)
from election.counting.rules import Form
from registry.findings import Refused
from registry.regulation.loader import shipped, shipped_ids
from registry.regulation.ruled import Ruled
from registry.regulation.rules import InvalidGround

GROUNDS = shipped("koege-2018").regulation.counting.invalid_grounds
CODES = tuple(ground.code for ground in GROUNDS)


def form(most: int = 1) -> Form:
    return Form(("c1", "c2"), (), tuple(code for code in CODES if code != "blank"), 1, most)


def ground(code: str, cite: str) -> InvalidGround:
    return InvalidGround(code, Ruled(code, cite))


@pytest.mark.parametrize(
    ("cite", "sections"),
    [
        ("KRVL § 75, stk. 1; BEK 30/2024 § 13 og § 32, stk. 2", {13}),
        ("KRVL § 75, stk. 1; BEK 30/2024 §§ 8-9 og § 15", {8, 9, 15}),
        ("BEK 30/2024 §§ 14 og 16–17; KRVL § 75", {14, 16, 17}),
        ("BEK 30/2024 § 4, nr. 2", {4}),
        ("KRVL § 75, stk. 1", set()),
        ("", set()),
    ],
)
def test_the_sections_are_read_from_the_citation(cite: str, sections: set[int]) -> None:
    assert sections_of(cite) == sections


@pytest.mark.parametrize(
    ("seen", "recorded"),
    [
        ({"blank"}, "blank"),
        ({"no_cross", "marked"}, "no_cross"),
        ({"marked", "uncertain"}, "uncertain"),
        ({"several_crosses", "marked"}, "several_crosses"),
        ({"blank", "not_issued_here"}, "not_issued_here"),
        ({"marked", "several_crosses", "not_issued_here"}, "not_issued_here"),
    ],
)
def test_the_first_in_order_is_recorded(seen: set[str], recorded: str) -> None:
    found = recorded_ground(GROUNDS, seen, None, 1)
    assert found is not None
    assert found.code == recorded


@pytest.mark.parametrize("section", [13, 27, 28, 29])
def test_some_grounds_are_always_recorded_as_such_wherever_they_stand(section: int) -> None:
    """The last in the order, and yet it is the one."""
    last = ground("always", f"BEK 30/2024 § {section}")
    every = [ground("first", "BEK 30/2024 § 4"), ground("other", "KRVL § 75"), last]
    assert recorded_ground(every, {"first", "other", "always"}, None, 1) is last
    assert recorded_ground(every, {"first", "other"}, None, 1) is every[0]


def test_an_own_ground_without_a_section_stands_where_the_regulation_puts_it() -> None:
    every = [ground("own", "vedtægtens § 9"), ground("blank", "BEK 30/2024 § 4")]
    assert recorded_ground(every, {"blank", "own"}, None, 1) is every[0]


@pytest.mark.parametrize(("crosses", "recorded"), [(2, None), (3, None), (4, "several_crosses")])
def test_as_many_crosses_as_the_regulation_allows_are_no_ground(crosses: int, recorded: str | None) -> None:
    """Three crosses are allowed: the paper with four is the first that has too many."""
    found = recorded_ground(GROUNDS, {"several_crosses"}, crosses, 3)
    assert (found.code if found else None) == recorded


def test_what_else_is_wrong_with_a_paper_stays_wrong() -> None:
    found = recorded_ground(GROUNDS, {"several_crosses", "marked"}, 3, 3)
    assert found is not None
    assert found.code == "marked"


WITH_GROUNDS = [one for one in shipped_ids() if shipped(one).regulation.counting.invalid_grounds]


def test_most_regulations_have_grounds() -> None:
    assert len(WITH_GROUNDS) >= 8


@pytest.mark.parametrize("regulation", WITH_GROUNDS)
def test_every_shipped_regulation_has_grounds_of_which_each_set_gives_one(regulation: str) -> None:
    """All 63 sets of six grounds: the recorded one was seen, nothing that was seen stands before it."""
    grounds = shipped(regulation).regulation.counting.invalid_grounds
    codes = [one.code for one in grounds]
    assert sum(is_about_too_many(one) for one in grounds) == 1
    for size in range(1, len(codes) + 1):
        for seen in combinations(codes, size):
            found = recorded_ground(grounds, seen, None, 1)
            assert found is not None
            assert found.code == ("not_issued_here" if "not_issued_here" in seen else min(seen, key=codes.index))


@pytest.mark.parametrize(
    ("counted_as", "seen", "crosses", "most", "row"),
    [
        (INVALID, {"uncertain", "marked"}, None, 1, "invalid:uncertain"),
        (INVALID, {"blank", "marked"}, None, 1, "blank"),
        (INVALID, {"several_crosses"}, None, 1, "invalid:several_crosses"),
        (INVALID, {"several_crosses"}, 4, 3, "invalid:several_crosses"),
        ("c2", set(), None, 1, "c2"),
        ("valid", {"several_crosses"}, 3, 3, "valid"),
        ("valid", set(), None, 3, "valid"),
        ("invalid:marked", set(), None, 1, "invalid:marked"),
        ("blank", set(), None, 1, "blank"),
    ],
)
def test_a_decision_and_what_was_seen_fit_together(
    counted_as: str, seen: set[str], crosses: int | None, most: int, row: str
) -> None:
    assert decided_row(form(most), GROUNDS, counted_as, seen, crosses) == row


@pytest.mark.parametrize(
    ("counted_as", "seen", "crosses", "most", "code"),
    [
        ("c1", {"uncertain"}, None, 1, "R342"),
        ("invalid:marked", {"uncertain", "marked"}, None, 1, "R342"),
        (INVALID, {"several_crosses"}, 3, 3, "R343"),
        (INVALID, {"several_crosses"}, None, 3, "R357"),
        ("valid", {"several_crosses"}, None, 3, "R357"),
        ("valid", {"several_crosses"}, 4, 3, "R342"),
        (INVALID, set(), None, 1, "R358"),
        (INVALID, {"torn"}, None, 1, "R341"),
        ("valid", set(), None, 1, "R337"),
        ("in_box", set(), None, 1, "R337"),
    ],
)
def test_a_decision_that_contradicts_what_was_seen_is_refused(
    counted_as: str, seen: set[str], crosses: int | None, most: int, code: str
) -> None:
    with pytest.raises(Refused, match=code) as refused:
        decided_row(form(most), GROUNDS, counted_as, seen, crosses)
    assert "{" not in refused.value.in_danish()


def test_every_ground_has_a_row_of_the_form() -> None:
    assert {row_of(one) for one in GROUNDS} == {"blank", *form().invalid_rows}
