"""What a later result changed, figure by figure; only what was published before is compared."""

from __future__ import annotations

from typing import Any

from election.counting.changes import FigureChange, added_rows, changes


def block(stations: list[str], c1: int, c2: int, *, blank: int = 0, torn: int = 0) -> dict[str, Any]:
    valid = c1 + c2
    return {
        "stations": stations,
        "in_box": valid + blank + torn,
        "valid": valid,
        "blank": blank,
        "invalid": {"torn": torn},
        "votes": {"c1": c1, "c2": c2},
    }


def test_each_figure_that_differs_is_named_with_its_old_and_its_new_number() -> None:
    """North 5–3 becomes 4–3 with one blank; south stays. In total c1 goes from 9 to 8."""
    before = [block(["Nord"], 5, 3), block(["Syd"], 4, 6)]
    after = [block(["Nord"], 4, 3, blank=1), block(["Syd"], 4, 6)]
    found = changes(before, after, ["c1"], ["c1"])
    assert found.figures == (
        FigureChange(("Nord",), "c1", 5, 4),
        FigureChange(("Nord",), "valid", 8, 7),
        FigureChange(("Nord",), "blank", 0, 1),
        FigureChange((), "c1", 9, 8),
        FigureChange((), "valid", 18, 17),
        FigureChange((), "blank", 0, 1),
    )
    assert (found.came_in, found.went_out, found.is_nothing) == ((), (), False)


def test_stations_that_are_shown_together_now_are_compared_with_their_sum_before() -> None:
    before = [block(["Nord"], 5, 3), block(["Syd"], 4, 6)]
    after = [block(["Nord", "Syd"], 9, 10)]
    assert changes(before, after, [], []).figures[0] == FigureChange(("Nord", "Syd"), "c2", 9, 10)


def test_what_was_hidden_in_a_sum_before_is_never_told_apart() -> None:
    """Shown as one before and as two now: only the whole election is compared."""
    before = [block(["Nord", "Syd"], 9, 9)]
    after = [block(["Nord"], 5, 3), block(["Syd"], 4, 7)]
    assert {one.stations for one in changes(before, after, [], []).figures} == {()}


def test_who_came_in_and_who_went_out() -> None:
    found = changes([], [], ["c1", "c2"], ["c1", "c3"])
    assert (found.came_in, found.went_out) == (("c3",), ("c2",))
    assert changes([], [], ["c1"], ["c1"]).is_nothing


def test_rows_stand_in_the_order_of_the_form() -> None:
    rows = added_rows([block(["Nord"], 1, 2, blank=3, torn=4), block(["Syd"], 1, 2)])
    assert list(rows.items()) == [
        ("c1", 2),
        ("c2", 4),
        ("valid", 6),
        ("blank", 3),
        ("invalid:torn", 4),
        ("in_box", 13),
    ]
