"""A regulation that is being written: units, comments, entries, and the way from the blank file to a valid one."""

from __future__ import annotations

import pytest

from registry.findings import Refused
from registry.regulation.draft_file import (
    OWN_RIGHT,
    Standing,
    Stated,
    add_entry,
    copy,
    move_up,
    parse,
    problems,
    remove_entry,
    rewrite,
    stated,
    unit,
    units,
    written,
)
from registry.regulation.loader import RegulationError, load_bytes, shipped, shipped_ids


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_writing_back_what_stands_there_changes_nothing(regulation_id: str) -> None:
    data = shipped(regulation_id).data
    document = parse(data)
    for one in units(document):
        rewrite(document, one, {key.name: stated(document, one, key) for key in one.keys})
    assert load_bytes(written(document), regulation_id) == shipped(regulation_id).regulation


def test_comments_and_other_units_stay_as_they_are() -> None:
    data = shipped("koege-2018").data
    document = parse(data)
    seats = unit(document, "seats")
    assert seats is not None
    rewrite(document, seats, {"number": Stated(Standing.CITED, 7, "§ 4")})
    before, after = data.decode().splitlines(), written(document).decode().splitlines()
    assert [line for line in after if line not in before] == ['number = {is = 7, cite = "§ 4"}']
    assert [line for line in before if line.startswith("#")] == [line for line in after if line.startswith("#")]


def test_an_open_value_is_written_open_and_read_open() -> None:
    document = parse(shipped("koege-2018").data)
    seats = unit(document, "seats")
    assert seats is not None
    rewrite(document, seats, {"number": Stated(Standing.OPEN, why="forhandles")})
    regulation = load_bytes(written(document), "x")
    assert regulation.seats.number.is_unset
    with pytest.raises(Refused, match="R062"):
        _ = regulation.seats.number.value


def test_a_whole_section_that_is_open_can_be_filled_in_key_by_key() -> None:
    text = b'id = "x"\n[uncontested]\nunset = true\nwhy = "ikke dr\xc3\xb8ftet"\n'
    document = parse(text)
    one = unit(document, "uncontested")
    assert one is not None
    assert [stated(document, one, key).standing for key in one.keys] == [Standing.OPEN, Standing.OPEN]
    rewrite(document, one, {"is_allowed": Stated(Standing.CITED, False, "§ 9")})
    assert "unset" not in document["uncontested"]
    assert stated(document, one, one.keys[0]) == Stated(Standing.CITED, False, "§ 9")


def test_entries_are_added_moved_and_removed() -> None:
    document = parse(shipped("koege-2018").data)
    place = "counting.invalid_grounds"
    codes = list(document["counting"]["invalid_grounds"])
    move_up(document, f"{place}.{codes[1]}")
    assert list(document["counting"]["invalid_grounds"])[:2] == [codes[1], codes[0]]
    move_up(document, f"{place}.{codes[1]}")  # the first stays the first
    assert next(iter(document["counting"]["invalid_grounds"])) == codes[1]
    add_entry(document, "composition.groups", "neighbours")
    assert unit(document, "composition.groups.neighbours") is not None
    with pytest.raises(Refused, match="R453"):
        add_entry(document, "composition.groups", "neighbours")
    remove_entry(document, "composition.groups.neighbours")
    assert problems(written(document), "koege-2018") == ()


def test_an_own_right_to_stand_is_there_only_when_it_is_added() -> None:
    document = parse(shipped("koege-2018").data)
    assert unit(document, OWN_RIGHT) is None
    add_entry(document, "right_to_stand", "own")
    own = unit(document, OWN_RIGHT)
    assert own is not None
    assert own.is_entry
    assert {key.name for key in own.keys} >= {"minimum_age", "origin"}


def test_a_copy_has_its_own_id_and_the_newest_schema() -> None:
    made = copy(shipped("koege-2018").data, "koege-2030")
    assert load_bytes(made, "koege-2030").id == "koege-2030"
    assert load_bytes(made, "koege-2030").schema == 2
    old = copy(b'# before\nid = "gammel"\n[seats]\n', "ny")
    assert parse(old)["schema"] == 2


@pytest.mark.parametrize("wrong", [b"\xff\xfe\x00", b"id = ", b"[a\n", b"a" * 100_000])
def test_what_is_no_toml_is_refused_with_a_code(wrong: bytes) -> None:
    with pytest.raises(RegulationError) as trouble:
        parse(wrong)
    assert trouble.value.problems[0].kind.code == "R058"
