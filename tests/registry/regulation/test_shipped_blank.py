"""The blank regulation: every key is there with what it means, and its own examples make a valid regulation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from registry.regulation import draft_file
from registry.regulation.law import law_findings
from registry.regulation.loader import BLANK, RegulationError, load_bytes, shipped_ids
from registry.regulation.ruled import Ruled
from registry.regulation.rules import InvalidGround, Regulation

TEXT = BLANK.read_text(encoding="utf-8")
EMPTY = '{ is = "", cite = "" }'


@dataclass(frozen=True)
class Blank:
    """One key of the file: the comment above it, its choices as the comment names them, and its example."""

    path: str
    comment: str
    example: str


def blanks() -> Iterator[Blank]:
    section, comment = "", list[str]()
    for line in TEXT.splitlines():
        if line.startswith("["):
            section, comment = line.strip("[]") + ".", []
        elif line.startswith("# "):
            comment.append(line[2:])
        elif line.endswith(f" = {EMPTY}"):
            example = next(one for one in comment if one.startswith("Eksempel: "))
            yield Blank(section + line.split(" = ")[0], "\n".join(comment), example.removeprefix("Eksempel: "))
            comment = []
        else:
            comment = []


BLANKS = {blank.path: blank for blank in blanks()}


def filled(**other: str) -> str:
    """The blank with each line filled by its example; `other` by path, with __ for the dot."""
    values = {path.replace("__", "."): value for path, value in other.items()}
    section, found, waiting = "", list[str](), iter(BLANKS.values())
    for line in TEXT.splitlines():
        if line.startswith("["):
            section = line.strip("[]") + "."
        if line.endswith(f" = {EMPTY}"):
            key = line.split(" = ")[0]
            said = values.get(section + key, f'{{ is = {next_example(waiting, section + key)}, cite = "§ 1" }}')
            found.append(f"{key} = {said}")
        else:
            found.append(line)
    return "\n".join(found)


def next_example(waiting: Iterator[Blank], path: str) -> str:
    blank = next(waiting)
    assert blank.path == path
    return blank.example


def test_it_is_no_shipped_regulation_and_no_regulation_at_all_before_it_is_filled() -> None:
    """Each empty line is named with its path."""
    assert "blank" not in shipped_ids()
    with pytest.raises(RegulationError) as caught:
        load_bytes(TEXT.encode(), "blank")
    named = {str(problem.facts["path"]) for problem in caught.value.problems}
    assert set(BLANKS) <= named


def test_its_own_examples_make_a_regulation_within_the_law() -> None:
    regulation = load_bytes(filled().encode(), "filled")
    assert [one.kind.code for one in law_findings(regulation) if one.kind.code.startswith("F")] == []
    assert dict(regulation.seats.reserved.value) == {"nord": 2, "resten": 3}
    assert regulation.has_direct_election


def test_every_line_may_be_left_open_with_a_reason() -> None:
    """Then it loads too, as a draft of which nothing is settled; only what needs a value is refused."""
    text = TEXT.replace(EMPTY, '{ unset = true, why = "ikke besluttet" }')
    regulation = load_bytes(text.encode(), "open")
    assert regulation.seats.number.is_unset
    assert regulation.meetings is not None
    assert regulation.meetings.quorum.is_unset


def test_every_key_says_what_it_means_and_every_choice_is_named() -> None:
    choices = dict(keys_with_choices(Regulation, ""))
    assert len(BLANKS) > 110
    for path, blank in BLANKS.items():
        lines = blank.comment.splitlines()
        is_ground = path.startswith("counting.invalid_grounds.")
        assert is_ground or len(lines[0]) > 10, path
        kind = choices.get(re.sub(r"^(composition\.groups|meetings\.posts|sources)\.[a-z_]+", r"\1.*", path))
        if kind is not None:
            named = re.findall(r"([a-z_-]+) \(", next(one for one in lines if one.startswith("Vælg mellem: ")))
            assert [choice for choice in kind if choice.value not in named] == [], path


def keys_with_choices(schema: type[Any], path: str) -> Iterator[tuple[str, type[StrEnum]]]:
    hints = get_type_hints(schema)
    for field in fields(schema):
        hint, here = hints[field.name], f"{path}.{field.name}".removeprefix(".")
        if get_origin(hint) is Ruled:
            value = get_args(hint)[0]
            if isinstance(value, type) and issubclass(value, StrEnum):
                yield here, value
            continue
        for one in get_args(hint) or (hint,):
            if is_dataclass(one) and isinstance(one, type) and one is not InvalidGround:
                is_coded = get_origin(hint) is tuple
                yield from keys_with_choices(one, f"{here}.*" if is_coded else here)


@pytest.mark.parametrize("path", [path for path, blank in BLANKS.items() if "Vælg mellem: " in blank.comment])
def test_every_choice_that_a_comment_offers_is_one_that_the_loader_knows(path: str) -> None:
    """Other values of the file may contradict it, but the choice itself is never unknown (R056)."""
    line = next(one for one in BLANKS[path].comment.splitlines() if one.startswith("Vælg mellem: "))
    for choice in re.findall(r"([a-z_-]+) \(", line):
        text = filled(**{path.replace(".", "__"): f'{{ is = "{choice}", cite = "§ 2" }}'})
        assert {problem.kind.code for problem in draft_file.problems(text.encode(), "choice")} <= {"R057"}, choice


def test_the_right_to_stand_may_be_written_in_beside_it() -> None:
    """The section of the right to vote, copied under [right_to_stand.own], as the comment says."""
    text = filled(right_to_stand__same_as_vote='{ is = false, cite = "§ 3" }')
    own = text.split("[right_to_vote]")[1].split("[right_to_stand]")[0].rsplit("\n#", 1)[0]
    regulation = load_bytes(f"{text}\n[right_to_stand.own]{own}".encode(), "own")
    assert regulation.right_to_stand.own is not None


def test_the_file_is_toml_with_the_newest_edition() -> None:
    document = tomllib.loads(TEXT)
    assert (document["id"], document["schema"]) == ("blank", 2)
