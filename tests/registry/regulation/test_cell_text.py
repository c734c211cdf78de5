"""What a person types into the editor, and what it means."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.regulation.cell_text import NotReadable, text_of, value_of
from registry.regulation.choices import Method
from registry.regulation.draft_file import Standing, parse, stated, units
from registry.regulation.loader import shipped, shipped_ids
from registry.regulation.rules import Moment


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ("5", int, 5),
        (" -3 ", int, -3),
        ("27-11-2017", date, date(2017, 11, 27)),
        ("7.3.2006", date, date(2006, 3, 7)),
        ("2006-03-07", date, date(2006, 3, 7)),
        ("17.00", time, time(17)),
        ("kl. 23.59.59", time, time(23, 59, 59)),
        ("8:30", time, time(8, 30)),
        ("14 dage før kl. 12.00", Moment, {"days": -14, "at": time(12)}),
        ("1 dag efter valgdagen kl. 9.00", Moment, {"days": 1, "at": time(9)}),
        ("på valgdagen kl. 20.00", Moment, {"days": 0, "at": time(20)}),
        ("true", bool, True),
        ("block-vote", Method, "block-vote"),
        ("Køge Rådhus\n\n Hastrup ", tuple[str, ...], ["Køge Rådhus", "Hastrup"]),
        ("", tuple[str, ...], []),
    ],
)
def test_what_is_typed_is_read(text: str, hint: Any, value: object) -> None:
    assert value_of(text, hint) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", str),
        ("fem", int),
        ("1.5", int),
        ("31-02-2018", date),
        ("i morgen", date),
        ("25.00", time),
        ("12", time),
        ("14 dage kl. 12.00", Moment),
        ("14 dage før", Moment),
        ("14 dage før kl. 24.01", Moment),
        ("måske", bool),
        ("flest-vinder", Method),
        ("A\nA", tuple[str, ...]),
    ],
)
def test_what_cannot_be_read_says_what_to_write(text: str, hint: Any) -> None:
    with pytest.raises(NotReadable) as trouble:
        value_of(text, hint)
    assert trouble.value.why.endswith(".")


def test_groups_are_written_one_on_each_line() -> None:
    assert value_of("ikke-vestlig: 3\nvestlig: 2", Mapping[str, int]) == {"ikke-vestlig": 3, "vestlig": 2}
    members = value_of("Vietnam: VN\nBalkan: BA, RS\nøvrige: *", Mapping[str, tuple[str, ...]])
    assert members == {"Vietnam": ["VN"], "Balkan": ["BA", "RS"], "øvrige": ["*"]}
    for wrong in ("ikke-vestlig 3", "ikke-vestlig: tre", "a: 1\na: 2", ": 3"):
        with pytest.raises(NotReadable):
            value_of(wrong, Mapping[str, int])


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_every_value_of_every_shipped_regulation_can_be_read_back_from_its_text(regulation_id: str) -> None:
    document = parse(shipped(regulation_id).data)
    plain = tomllib.loads(shipped(regulation_id).data.decode())
    seen = 0
    for unit in units(document):
        for key in unit.keys:
            now = stated(document, unit, key)
            if now.standing in (Standing.CITED, Standing.ASSUMED) and now.value is not None:
                assert value_of(text_of(now.value), key.hint) == now.value, (unit.path, key.name)
                seen += 1
    assert seen > 20
    assert plain["id"] == regulation_id


@given(st.integers(-3660, 3660), st.times(timezones=st.none()).map(lambda at: at.replace(microsecond=0)))
def test_every_deadline_can_be_read_back(days: int, at: time) -> None:
    assert value_of(text_of({"days": days, "at": at}), Moment) == {"days": days, "at": at}
