"""Block vote: several crosses on a paper; papers with too many or too few are invalid."""

from __future__ import annotations

from typing import Any

import pytest

from tests.election.counting.documents import asked, counted, lot


def block(seats: int, *ballots: tuple[int, str], **more: object) -> dict[str, Any]:
    """Candidates a to d; a ballot is (papers, "abc")."""
    return {
        "method": "block-vote",
        "seats": seats,
        "candidates": [{"id": one, "name": one.upper()} for one in "abcd"],
        "ballots": [{"count": papers, "ranking": list(crosses)} for papers, crosses in ballots],
    } | more


def test_crosses_are_added_up() -> None:
    """5 ab + 3 bc + 1 d: a 5, b 8, c 3, d 1."""
    result = counted(block(2, (5, "ab"), (3, "bc"), (1, "d")))
    assert result["elected"] == ["b", "a"]
    assert result["substitutes"] == ["c", "d"]
    assert result["invalid_ballots"] == 0


def test_the_order_of_the_crosses_means_nothing() -> None:
    assert counted(block(2, (5, "ab"), (3, "cd"), (1, "a"))) == counted(block(2, (5, "ba"), (3, "dc"), (1, "a")))


def test_papers_with_too_many_or_no_crosses_are_invalid() -> None:
    """Two seats, so two crosses: 10 abc are invalid, 4 blank, too. Left: 3 ab, 2 cd, 1 a."""
    result = counted(block(2, (10, "abc"), (4, ""), (3, "ab"), (2, "cd"), (1, "a"), rank_substitutes=False))
    assert result["invalid_ballots"] == 14
    assert result["elected"] == ["a", "b"]
    assert result["substitutes"] == [["c", "d"]]


@pytest.mark.parametrize(("least", "invalid"), [(0, 0), (1, 4), (2, 5), (3, 10)])
def test_the_least_number_of_crosses(least: int, invalid: int) -> None:
    """4 blank, 1 a, 5 ab, 7 abc."""
    document = block(3, (4, ""), (1, "a"), (5, "ab"), (7, "abc"), min_crosses=least, substitutes={"order": "none"})
    result = counted(document)
    assert result["invalid_ballots"] == invalid


def test_a_tie_keeps_the_number_of_invalid_papers() -> None:
    document = block(1, (2, "a"), (2, "b"), (1, "c"), (6, "ab"))
    assert asked(document) == ("seat", ["a", "b"], 1)
    assert counted(document)["invalid_ballots"] == 6
    assert counted(document | {"lots": [lot("b", "a")]})["elected"] == ["b"]


def test_reserved_seats_with_several_crosses() -> None:
    """a 9, b 6, c 2 (group y), d 0: one of two seats is reserved for y."""
    document = block(2, (6, "ab"), (3, "a"), (2, "c"), reserved_seats={"y": 1})
    document["candidates"][2]["group"] = "y"
    result = counted(document)
    assert result["elected"] == ["c", "a"]
    assert result["passed_over"] == [{"id": "b", "by": "c", "cite": "reserved_seats.y"}]
