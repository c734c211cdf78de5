"""What breaks the contract is refused with one line that names the place; never counted, never a traceback."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from election.counting.methods import BadInput, count_document
from tests.election.counting.documents import Document, lists, lot, on_list, one_list, people, personal


def person_document() -> Document:
    return personal(
        2,
        [*people(9, 4, 4, group="x"), *people(1, first=4)],
        reserved_seats={"x": 1},
        unfilled_reserved="open",
        substitutes={"order": "votes", "max": 2},
        rank_substitutes=True,
        lots=[lot("c2", "c3")],
    )


def block_document() -> Document:
    candidates = [{"id": "a", "name": "A"}, {"id": "b", "name": "B", "group": "x"}]
    ballots = [{"count": 3, "ranking": ["a", "b"]}, {"count": 1, "ranking": ["a"]}]
    return {
        "method": "block-vote",
        "seats": 1,
        "candidates": candidates,
        "ballots": ballots,
        "max_crosses": 2,
        "min_crosses": 1,
    }


def list_document() -> Document:
    return lists(
        2,
        one_list("A", 20),
        one_list("B", 10, "partiliste"),
        candidates=[*on_list("A", 5, 4), *on_list("B", 3)],
        alliances=[["A"]],
        threshold="0.05",
        lots=[lot("B", "A")],
    )


def a_round(present: int, blank: int = 0, invalid: int = 0, **votes: int) -> Document:
    return {"present": present, "votes": votes, "blank": blank, "invalid": invalid}


def round_document() -> Document:
    """5, 3, 3 of 12 twice; the lot sends C to round 3, which A wins."""
    return {
        "method": "majority-three-rounds",
        "seats": 1,
        "candidates": [{"id": one, "name": one.upper()} for one in "abcd"],
        "rounds": [a_round(12, 1, a=5, b=3, c=3), a_round(12, 0, 1, a=5, b=3, c=3), a_round(11, a=6, c=5)],
        "majority_of": "present",
        "lots": [lot("c", "b")],
    }


def group_document() -> Document:
    """8, 8/2 = 4 = 4/1 (lot), 3."""
    groups = [{"id": "g1", "members": 8}, {"id": "g2", "members": 4}, {"id": "g3", "members": 3}]
    return {"method": "groups-dhondt", "seats": 4, "groups": groups, "lots": [lot("g2", "g1")]}


DOCUMENTS = {
    "personal-votes": person_document,
    "block-vote": block_document,
    "lists-dhondt": list_document,
    "majority-three-rounds": round_document,
    "groups-dhondt": group_document,
}
ODD: list[Any] = [
    None,
    True,
    1.0,
    float("nan"),
    float("inf"),
    -1,
    10**15 + 1,
    "",
    "x\ny",
    "\ud800",
    [],
    {},
    [[]],
    {"a": 1},
    (),
    b"a",
]


@pytest.mark.parametrize("method", DOCUMENTS)
def test_the_starting_points_are_good(method: str) -> None:
    assert count_document(DOCUMENTS[method]())["outcome"] == "decided"


@pytest.mark.parametrize(
    ("place", "method", "change"),
    [
        ("method", "personal-votes", {"method": "borda"}),
        ("method", "personal-votes", {"method": "stv-scottish"}),
        ("method", "personal-votes", {"method": 7}),
        ("seats", "personal-votes", {"seats": 0}),
        ("seats", "personal-votes", {"seats": True}),
        ("seats", "personal-votes", {"seats": 2.0}),
        ("seats", "personal-votes", {"seats": "2"}),
        ("seats", "personal-votes", {"seats": 10**15 + 1}),
        ('"ballots"', "personal-votes", {"ballots": []}),
        ('"note"', "personal-votes", {"note": "x"}),
        ('"max_crosses"', "personal-votes", {"max_crosses": 1}),
        ('"threshold"', "block-vote", {"threshold": "0.05"}),
        ('"reserved_seats"', "lists-dhondt", {"reserved_seats": {}}),
        ('"groups"', "lists-dhondt", {"groups": []}),
        ("candidates[0].votes", "personal-votes", {"candidates": [{"id": "a", "name": "A"}]}),
        ("candidates[0].votes", "personal-votes", {"candidates": [{"id": "a", "name": "A", "votes": -1}]}),
        ("candidates[0].votes", "personal-votes", {"candidates": [{"id": "a", "name": "A", "votes": 1.5}]}),
        ('candidates[0]."votes"', "block-vote", {"candidates": [{"id": "a", "name": "A", "votes": 1}]}),
        ('candidates[0]."list"', "personal-votes", {"candidates": [people(1)[0] | {"list": "A"}]}),
        ('candidates[0]."group"', "lists-dhondt", {"candidates": [on_list("A", 1)[0] | {"group": "x"}]}),
        ("candidates[1].id", "personal-votes", {"candidates": people(1) + people(2), "lots": []}),
        ("candidates[0].group", "personal-votes", {"candidates": [people(1)[0] | {"group": None}]}),
        ("reserved_seats", "personal-votes", {"reserved_seats": {"x": 2, "y": 1}}),
        ('reserved_seats."x"', "personal-votes", {"reserved_seats": {"x": -1}}),
        ('reserved_seats."open"', "personal-votes", {"reserved_seats": {"open": 1}}),
        ("unfilled_reserved", "personal-votes", {"unfilled_reserved": "lost"}),
        ("unfilled_reserved", "personal-votes", {"unfilled_reserved": []}),
        ("substitutes.order", "personal-votes", {"substitutes": {"order": "per-list"}}),
        ("substitutes.order", "lists-dhondt", {"substitutes": {"order": "within-group"}}),
        ("substitutes.max", "personal-votes", {"substitutes": {"max": None}}),
        ('substitutes."min"', "personal-votes", {"substitutes": {"min": 1}}),
        ("rank_substitutes", "personal-votes", {"rank_substitutes": 1}),
        ("ballots[0].ranking[1]", "block-vote", {"ballots": [{"count": 1, "ranking": ["a", "a"]}]}),
        ("ballots[0].ranking[0]", "block-vote", {"ballots": [{"count": 1, "ranking": ["z"]}]}),
        ("ballots[0].ranking[0]", "block-vote", {"ballots": [{"count": 1, "ranking": [["a"]]}]}),
        ("ballots[0].count", "block-vote", {"ballots": [{"count": False, "ranking": ["a"]}]}),
        ("ballots[0].ranking", "block-vote", {"ballots": [{"count": 1, "ranking": "ab"}]}),
        ("min_crosses", "block-vote", {"min_crosses": 3}),
        ("max_crosses", "block-vote", {"max_crosses": 0}),
        ("lists", "lists-dhondt", {"lists": []}),
        ("lists[1].id", "lists-dhondt", {"lists": [one_list("A", 9), one_list("A", 9)]}),
        ("lists[0].order", "lists-dhondt", {"lists": [one_list("A", 9, "alfabet")]}),
        ("lists[0].votes", "lists-dhondt", {"lists": [one_list("A", 8), one_list("B", 3)]}),
        ("candidates[0].list", "lists-dhondt", {"candidates": on_list("Z", 1)}),
        ("alliances[0][0]", "lists-dhondt", {"alliances": [["Z"]]}),
        ("alliances[0][1]", "lists-dhondt", {"alliances": [["A", "A"]]}),
        ("alliances[1]", "lists-dhondt", {"alliances": [["A", "B"], ["B"]]}),
        ("alliances[0]", "lists-dhondt", {"alliances": [[]]}),
        ("threshold", "lists-dhondt", {"threshold": 0.05}),
        ("threshold", "lists-dhondt", {"threshold": "5%"}),
        ("threshold", "lists-dhondt", {"threshold": "1.01"}),
        ("threshold", "lists-dhondt", {"threshold": "1/20"}),
        ("lots[0].among[0]", "personal-votes", {"lots": [lot("z", "c1")]}),
        ("lots[0].among", "personal-votes", {"lots": [lot("c2")]}),
        ("lots[0].drawn", "personal-votes", {"lots": [lot(among=("c2", "c3"))]}),
        ("lots[0].drawn[0]", "personal-votes", {"lots": [lot("c1", among=("c2", "c3"))]}),
        ("lots[0].drawn[1]", "personal-votes", {"lots": [{"among": ["c2", "c3"], "drawn": ["c2", "c2"]}]}),
        ("lots[1].among", "personal-votes", {"lots": [lot("c2", "c3"), lot("c3", "c2")]}),
    ],
)
def test_a_broken_document_names_its_place(place: str, method: str, change: Document) -> None:
    with pytest.raises(BadInput) as caught:
        count_document(DOCUMENTS[method]() | change)
    assert caught.value.place == place
    assert "\n" not in str(caught.value)


R1, R2, R3 = round_document()["rounds"]


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("seats", {"seats": 2}),
        ("seats", {"seats": 0}),
        ("majority_of", {"majority_of": "elected"}),
        ("majority_of", {"majority_of": None}),
        ('"max_crosses"', {"max_crosses": 1}),
        ('"substitutes"', {"substitutes": {}}),
        ("candidates", {"candidates": [], "rounds": [], "lots": []}),
        ('candidates[0]."votes"', {"candidates": [{"id": "a", "name": "A", "votes": 1}]}),
        ('candidates[0]."group"', {"candidates": [{"id": "a", "name": "A", "group": "x"}]}),
        ("rounds", {"rounds": {}}),
        ("rounds[0].blank", {"rounds": [{"present": 3, "votes": {"a": 1}, "invalid": 0}]}),
        ('rounds[0]."absent"', {"rounds": [R1 | {"absent": 2}]}),
        ("rounds[0].votes", {"rounds": [R1 | {"votes": [5, 3]}]}),
        ("rounds[0].votes", {"rounds": [R1 | {"votes": {7: 1}}]}),
        ("rounds[0].votes", {"rounds": [a_round(12, 12)], "lots": []}),
        ("rounds[0].votes", {"rounds": [a_round(12, a=0)], "lots": []}),
        ("rounds[1].votes", {"rounds": [R1, a_round(12)], "lots": []}),
        ("rounds[2].votes", {"rounds": [R1, R2, a_round(11)]}),
        ('rounds[1].votes."z"', {"rounds": [R1, a_round(12, z=0)]}),
        ('rounds[0].votes."a"', {"rounds": [a_round(12, a=-1)]}),
        ('rounds[0].votes."a"', {"rounds": [R1 | {"votes": {"a": 5.0}}]}),
        ('rounds[0].votes."a"', {"rounds": [R1 | {"votes": {"a": True}}]}),
        ("rounds[0].present", {"rounds": [R1 | {"present": None}]}),
        ("rounds[0]", {"rounds": [R1 | {"present": 11}]}),
        ("rounds[1]", {"rounds": [R1, R2 | {"present": 11}]}),
        ("rounds[2]", {"rounds": [R1, R2, a_round(10, a=6, c=5)]}),
        ("rounds[1]", {"rounds": [a_round(9, a=5, b=4), R2]}),
        ("rounds[2]", {"rounds": [R1, a_round(9, a=5, b=4), a_round(9, a=5, b=4)], "lots": []}),
        ("rounds[2]", {"rounds": [R1, a_round(9, 5, a=4), R3], "lots": []}),
        ("rounds[3]", {"rounds": [R1, R2, R3, R3]}),
        ("rounds[3]", {"rounds": [R1, R2, a_round(10, a=5, c=5), R3]}),
        ('rounds[2].votes."b"', {"rounds": [R1, R2, a_round(11, a=6, b=5)]}),
        ('rounds[2].votes."d"', {"rounds": [R1, R2, a_round(11, a=6, c=4, d=1)]}),
        ('rounds[2].votes."d"', {"rounds": [R1, R2, a_round(11, a=6, d=5)], "lots": []}),
        ('rounds[2].votes."b"', {"rounds": [R1, R2, a_round(11, a=6, c=5, b=0)]}),
        ("lots[0].among", {"lots": [lot("a", "b")]}),
        ("lots[0].among", {"lots": [lot("c", "b", "a")]}),
        ("lots[0].among", {"rounds": [], "lots": [lot("a", "b", "c", "d")]}),
        ("lots[1].among", {"lots": [lot("c", "b"), lot("a", "c")]}),
        ("lots[1].among", {"lots": [lot("c", "b"), lot("b", "c")]}),
        ("lots[0].among[1]", {"lots": [lot("c", "z")]}),
        ("lots[0].drawn", {"rounds": [a_round(9, a=3, b=3, c=3)] * 2, "lots": [lot("a", among=("a", "b", "c"))]}),
    ],
)
def test_rounds_that_cannot_have_been_held_so(place: str, change: Document) -> None:
    with pytest.raises(BadInput) as caught:
        count_document(round_document() | change)
    assert caught.value.place == place
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("seats", {"seats": 0}),
        ("seats", {"seats": 10_001}),
        ('"candidates"', {"candidates": []}),
        ("groups", {"groups": []}),
        ("groups", {"groups": [{"id": "g1", "members": 0}], "lots": []}),
        ("groups[0].members", {"groups": [{"id": "g1"}]}),
        ("groups[0].members", {"groups": [{"id": "g1", "members": "8"}]}),
        ("groups[0].members", {"groups": [{"id": "g1", "members": 10**15 + 1}]}),
        ('groups[0]."name"', {"groups": [{"id": "g1", "name": "x", "members": 1}]}),
        ("groups[1].id", {"groups": [{"id": "g1", "members": 1}, {"id": "g1", "members": 2}]}),
        ("groups[0].id", {"groups": [{"id": "", "members": 1}]}),
        ("lots[0].among", {"lots": [lot("g1", "g3")]}),
        ("lots[0].among", {"lots": [lot("g1", "g2", "g3")]}),
        ("lots[0].drawn", {"lots": [lot("g1", among=("g1", "g2"))]}),
        ("lots[0].among[0]", {"lots": [lot("z", "g2")]}),
    ],
)
def test_groups_that_cannot_choose(place: str, change: Document) -> None:
    with pytest.raises(BadInput) as caught:
        count_document(group_document() | change)
    assert caught.value.place == place
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", DOCUMENTS)
def test_every_required_key_is_missed(method: str) -> None:
    optional = {"reserved_seats", "unfilled_reserved", "substitutes", "rank_substitutes", "lots", "max_crosses"}
    optional |= {"min_crosses", "alliances", "threshold", "majority_of"}
    optional |= {"candidates"} if method == "lists-dhondt" else set()
    for key in DOCUMENTS[method]():
        document = DOCUMENTS[method]() | {"lots": []}
        del document[key]
        if key in optional:
            count_document(document)
        else:
            with pytest.raises(BadInput) as caught:
                count_document(document)
            assert caught.value.place == key


@pytest.mark.parametrize(
    ("lots", "problem"),
    [
        ([lot("c1", "c2")], "names some whose votes differ"),
        ([lot("c2", "c3")], "is not exactly those who are tied"),
        ([lot("c2", "c3", "c4", "c1")], "names some whose votes differ"),
    ],
)
def test_a_lot_that_answers_no_tie(lots: list[Document], problem: str) -> None:
    """9, then three with 4 for one more seat: only all three may draw."""
    with pytest.raises(BadInput) as caught:
        count_document(personal(2, people(9, 4, 4, 4), lots=lots))
    assert (caught.value.place, caught.value.problem) == ("lots[0].among", problem)


def test_a_lot_that_names_too_few() -> None:
    """Three tied for two seats: one name is not enough; substitutes need every name."""
    with pytest.raises(BadInput, match=r"lots\[0\]\.drawn: must name at least 2"):
        count_document(personal(2, people(4, 4, 4), lots=[lot("c1", among=("c1", "c2", "c3"))]))
    with pytest.raises(BadInput, match=r"lots\[0\]\.drawn: must name at least 3"):
        count_document(personal(1, people(9, 4, 4, 4), lots=[lot("c2", "c3", among=("c2", "c3", "c4"))]))


def test_a_lot_between_lists_that_were_never_level() -> None:
    """A 20 and B 7: no quotient of A that won or was next equals one of B."""
    with pytest.raises(BadInput, match=r"lots\[0\]\.among"):
        count_document(lists(2, one_list("A", 20), one_list("B", 7), lots=[lot("A", "B")]))


def _refused_or_counted(document: object) -> None:
    """Either a result that can be written, or one line; any other exception fails the test."""
    try:
        said = json.dumps(count_document(document), allow_nan=False, ensure_ascii=False)
    except BadInput as problem:
        said = str(problem)
    assert said.encode("utf-8", "strict")
    assert "\n" not in said


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in _paths(one, (*path, key)))]


@pytest.mark.parametrize("method", DOCUMENTS)
def test_any_odd_value_in_any_place_is_refused_or_counted_but_never_a_traceback(method: str) -> None:
    for path in _paths(DOCUMENTS[method]()):
        for odd in ODD:
            document: Any = DOCUMENTS[method]()
            if not path:
                document = copy.copy(odd)
            else:
                spot = document
                for key in path[:-1]:
                    spot = spot[key]
                spot[path[-1]] = copy.copy(odd)
            _refused_or_counted(document)


INNER_KEYS = [
    "id",
    "name",
    "votes",
    "list",
    "among",
    "drawn",
    "count",
    "ranking",
    "present",
    "blank",
    "invalid",
    "members",
]
OUTER_KEYS = [
    "seats",
    "candidates",
    "lists",
    "ballots",
    "lots",
    "alliances",
    "substitutes",
    "reserved_seats",
    "rounds",
    "majority_of",
    "groups",
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats()
    | st.sampled_from(["A", "a", "c1", "votes", "0.05", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(INNER_KEYS),
            inner,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(list(DOCUMENTS)),
    st.sampled_from(OUTER_KEYS),
    JSON,
)
def test_random_pieces_are_refused_or_counted(method: str, key: str, value: object) -> None:
    _refused_or_counted(DOCUMENTS[method]() | {key: value})
