"""BEK 2678/2021 §§ 6–8: five crosses each; equals stand in a new round, and only then is a lot drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from election.counting.__main__ import main
from election.counting.methods import BadInput, count_document
from tests.election.counting.documents import asked, counted, lot, margins

Document = dict[str, Any]


def assembly(*ballots: tuple[int, str], seats: int = 5, **more: object) -> Document:
    """Candidates a to i, five seats, five crosses that must all be used, ten substitutes."""
    return {
        "method": "block-vote",
        "seats": seats,
        "candidates": [{"id": one, "name": one.upper()} for one in "abcdefghi"],
        "ballots": papers(*ballots),
        "min_crosses": 5,
        "max_crosses": 5,
        "ties_by": "round",
        "substitutes": {"order": "votes", "max": 10},
        "rank_substitutes": False,
    } | more


def papers(*ballots: tuple[int, str]) -> list[Document]:
    return [{"count": number, "ranking": list(crosses)} for number, crosses in ballots]


def again(*ballots: tuple[int, str]) -> Document:
    return {"tie_round": {"ballots": papers(*ballots)}}


LEVEL = ((4, "abcde"), (4, "abcfg"), (1, "abcd"), (2, "abcdeh"))
"""a, b, c have 8; d, e, f, g 4 each for two seats. The papers with four and six crosses are invalid."""


def test_all_five_votes_must_be_used() -> None:
    """4 abcde, 3 abcdf, 1 abcde: a–d 8, e 5, f 3; one paper has four crosses, two have six."""
    result = counted(assembly((4, "abcde"), (3, "abcdf"), (1, "abcde"), (1, "abcf"), (2, "abcdfg")))
    assert result["elected"] == ["a", "b", "c", "d", "e"]
    assert result["invalid_ballots"] == 3
    assert result["substitutes"] == [["f"], ["g", "h", "i"]]
    assert result["vacant"] == {"open": 0}
    assert margins(result) == [3]


def test_equals_stand_in_a_new_round(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "count.json"
    path.write_text(json.dumps(assembly(*LEVEL)), encoding="utf-8")
    assert main([str(path)]) == 4
    result = json.loads(capfdbinary.readouterr().out)
    assert result["outcome"] == "next-round"
    assert result["next_round"] == {"number": 2, "between": ["d", "e", "f", "g"]}
    assert (result["elected"], result["substitutes"]) == (["a", "b", "c"], [])
    assert result["invalid_ballots"] == 3
    assert result["steps"][-1]["cite"] == "BEK 2678/2021 § 7"
    assert result["steps"][-1]["text_da"] == (
        "Stemmelighed mellem D (4), E (4), F (4), G (4) om 2 pladser."
        " Der stemmes igen mellem dem, og hver har 2 stemmer."
    )


def test_the_new_round_has_as_many_votes_as_seats_and_decides() -> None:
    """Two seats, two crosses: 5 df, 3 ge: d and f have 5, e and g 3. One paper with one cross is invalid."""
    result = counted(assembly(*LEVEL, **again((5, "df"), (3, "ge"), (1, "g"))))
    assert result["elected"] == ["a", "b", "c", "d", "f"]
    assert result["substitutes"] == [["e", "g"], ["h", "i"]]
    assert margins(result) == [3]
    assert result["invalid_ballots"] == 3
    judged = [s["figures"] for s in result["steps"] if "too_few_crosses" in s["figures"]]
    assert [(one["min_crosses"], one["max_crosses"], one["too_few_crosses"]) for one in judged] == [
        (5, 5, 1),
        (2, 2, 1),
    ]


def test_a_lot_only_when_the_new_round_is_level_again() -> None:
    """d 8, then e 3, f 3, g 2 for one seat: e and f draw."""
    document = assembly(*LEVEL, **again((3, "de"), (3, "df"), (2, "dg")))
    assert asked(document) == ("seat", ["e", "f"], 1)
    assert counted(document)["elected"] == ["a", "b", "c", "d"]
    result = counted(document | {"lots": [lot("f", "e")]})
    assert result["elected"] == ["a", "b", "c", "d", "f"]
    assert result["unused_lots"] == []
    assert margins(result) == [1]


def test_those_level_in_the_first_round_are_level_as_substitutes() -> None:
    """Ranked: e and g both had 4 in the first round; the new round was about the seats alone."""
    document = assembly(*LEVEL, **again((5, "df"), (3, "ge")), rank_substitutes=True)
    assert asked(document) == ("substitute-order", ["e", "g"], 2)
    after = counted(document | {"lots": [lot("g", "e"), lot("h", "i")]})
    assert after["substitutes"] == ["g", "e", "h", "i"]


def test_a_tie_within_the_elected_needs_no_round() -> None:
    assert counted(assembly((3, "abcde")))["elected"] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("tie_round", {"ballots": papers((3, "abcde"))} | again((1, "ab"))),
        ("tie_round.ballots[0].ranking[1]", again((1, "da"))),
        ("tie_round.ballots[0].ranking[1]", again((1, "dz"))),
        ("tie_round.ballots[0].count", again((-1, "de"))),
        ('tie_round."votes"', {"tie_round": {"ballots": [], "votes": {}}}),
        ("tie_round.ballots", {"tie_round": {}}),
        ("tie_round", {"tie_round": None}),
        ("tie_round", again((1, "de")) | {"ties_by": "lot"}),
        ("ties_by", {"ties_by": "coin"}),
        ("ties_by", {"reserved_seats": {"x": 1}}),
        ("ties_by", {"substitutes": {"order": "within-group"}}),
        ("lots[0].among", {"lots": [lot("d", "e")]}),
        ("lots[0].among", again((3, "de"), (3, "df"), (2, "dg")) | {"lots": [lot("d", "e")]}),
    ],
)
def test_a_round_that_cannot_have_been_held_so(place: str, change: Document) -> None:
    with pytest.raises(BadInput) as caught:
        count_document(assembly(*LEVEL) | change)
    assert caught.value.place == place
