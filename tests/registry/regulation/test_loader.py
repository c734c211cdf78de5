"""A regulation is read whole or not at all, and everything that is wrong is told at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.findings import Refused
from registry.regulation.choices import (
    GroupKind,
    LateCandidacy,
    Method,
    OriginRule,
    PollingKind,
    StationChoice,
    SubstituteOrder,
    UnfilledReserved,
)
from registry.regulation.loader import RegulationError, load_bytes, shipped, shipped_ids
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Moment

TEXT = shipped("koege-2014").data.decode()


def raised(data: bytes) -> RegulationError | None:
    try:
        load_bytes(data, "test")
    except RegulationError as error:
        return error
    return None


def problems(text: str) -> list[tuple[str, str]]:
    """Code and key path of every problem; [] when the file is a regulation."""
    error = raised(text.encode())
    if error is None:
        return []
    assert error.problems
    assert all(str(problem.facts["path"]) in problem.in_danish() for problem in error.problems)
    return [(problem.kind.code, str(problem.facts["path"])) for problem in error.problems]


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def line_of(key: str) -> str:
    found = [line for line in TEXT.splitlines() if line.startswith(f"{key} = ")]
    assert len(found) == 1, key
    return found[0]


def with_line(key: str, value: str) -> str:
    return changed(line_of(key), f"{key} = {value}")


def ruled_values(node: object) -> Iterator[Ruled[object]]:
    if isinstance(node, Ruled):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from ruled_values(one)
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from ruled_values(getattr(node, field.name))


def test_eleven_regulations_are_shipped_under_the_name_of_their_file() -> None:
    assert len(shipped_ids()) == 11
    for regulation_id in shipped_ids():
        found = shipped(regulation_id)
        assert found.regulation.id == regulation_id
        assert found.sha256 == hashlib.sha256(found.data).hexdigest()
        assert load_bytes(found.data, "again") == found.regulation


def test_every_shipped_value_has_a_source_or_says_that_it_is_assumed() -> None:
    for regulation_id in shipped_ids():
        values = list(ruled_values(shipped(regulation_id).regulation))
        assert len(values) > 60
        for value in values:
            assert value.cite or (value.why and (value.is_assumed or value.is_unset))
            assert value.source.startswith("antaget: ") == value.is_assumed


def test_koege_2014_reserves_three_and_two_of_five_seats() -> None:
    regulation = shipped("koege-2014").regulation
    assert regulation.seats.number.value == 5
    assert dict(regulation.seats.reserved.value) == {"ikke-vestlig": 3, "vestlig": 2}
    assert not regulation.seats.reserved.is_assumed
    assert regulation.seats.group_kind.value is GroupKind.WESTERN
    assert regulation.seats.unfilled_reserved.value is UnfilledReserved.VACANT
    assert regulation.has_reserved_seats


def test_koege_2018_has_one_pool_and_one_queue_of_ten_substitutes() -> None:
    regulation = shipped("koege-2018").regulation
    assert not regulation.has_reserved_seats
    assert regulation.seats.group_kind.value is GroupKind.NONE
    assert regulation.substitutes.order.value is SubstituteOrder.VOTES
    assert regulation.substitutes.max.value == 10
    assert regulation.after.term_starts_on.value == date(2018, 1, 1)


@pytest.mark.parametrize("regulation_id", ["koege-2014", "koege-2018"])
def test_what_the_two_have_in_common(regulation_id: str) -> None:
    regulation = shipped(regulation_id).regulation
    assert (regulation.municipality.code.value, regulation.council.id.value) == ("0259", "integrationsraad")
    vote = regulation.right_to_vote
    assert (vote.minimum_age.value, vote.origin.value) == (18, OriginRule.STATISTICAL)
    assert vote.origin.is_assumed
    assert regulation.stand_rule is vote
    assert regulation.seats.method.value is Method.PERSONAL_VOTES
    assert (regulation.seats.votes_per_voter.value, regulation.seats.number.value) == (1, 5)
    assert regulation.polling.kind.value is PollingKind.STATIONS
    assert regulation.polling.station_choice.value is StationChoice.OWN_STATION
    assert regulation.polling.stations.value == ("Køge Rådhus, kantinen",)
    assert regulation.polling.has_poll_cards.value
    assert regulation.polling.opens.value == time(17)
    assert regulation.candidacy.closes.value == Moment(-7, time(12))
    assert regulation.candidacy.late.value is LateCandidacy.REFUSED
    codes = [ground.code for ground in regulation.counting.invalid_grounds]
    assert codes == ["not_issued_here", "blank", "no_cross", "several_crosses", "uncertain", "marked"]
    assert regulation.counting.small_count.value == 20


def test_a_regulation_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(Refused, match="R059"):
        shipped("../koege-2014")


def test_an_unknown_key_is_named_with_its_path() -> None:
    assert problems(TEXT + '\ncolour = { is = "red", cite = "§ 1" }\n') == [
        ("R051", "meetings.posts.vice_chair.colour")
    ]
    assert problems('colour = "red"\n' + TEXT) == [("R051", "colour")]
    nested = with_line("minimum_age", '{ is = 18, cite = "§ 3", sited = "§ 3" }')
    assert problems(nested) == [("R051", "right_to_vote.minimum_age.sited")]


def test_a_missing_key_and_a_missing_section_are_named() -> None:
    assert problems(changed(line_of("minimum_age"), "")) == [("R052", "right_to_vote.minimum_age")]
    before, after = TEXT.split("[lists]")
    without = before + "[substitutes]" + after.split("[substitutes]")[1]
    assert problems(without) == [("R052", "lists")]
    assert problems(with_line("minimum_age", '{ cite = "§ 3" }')) == [("R052", "right_to_vote.minimum_age.is")]


@pytest.mark.parametrize(
    "value",
    [
        "18",
        "{ is = 18 }",
        '{ is = 18, cite = " " }',
        '{ is = 18, why = "because" }',
        "{ is = 18, assumed = true }",
        '{ is = 18, assumed = false, why = "because" }',
    ],
)
def test_a_value_without_a_source_is_refused(value: str) -> None:
    assert problems(with_line("minimum_age", value)) == [("R053", "right_to_vote.minimum_age")]


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("minimum_age", '{ is = 18.0, cite = "§ 3" }', "right_to_vote.minimum_age"),
        ("minimum_age", "18.0", "right_to_vote.minimum_age"),
        ("minimum_age", '{ is = nan, cite = "§ 3" }', "right_to_vote.minimum_age"),
        ("threshold", '{ is = 0.05, cite = "§ 3" }', "lists.threshold"),
        ("reserved", '{ is = { vestlig = 2.0 }, cite = "§ 3" }', "seats.reserved.vestlig"),
        ("closes", '{ is = { days = -1.5, at = 12:00:00 }, cite = "§ 3" }', "candidacy.closes.days"),
    ],
)
def test_a_float_is_refused(key: str, value: str, path: str) -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith(f"{key} = ")]
    assert ("R054", path) in problems(changed(lines[-1], f"{key} = {value}"))


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("minimum_age", "true", "R055"),
        ("minimum_age", '"18"', "R055"),
        ("has_poll_cards", "1", "R055"),
        ("adopted_on", "2013-08-01T12:00:00", "R055"),
        ("adopted_on", '"2013-08-01"', "R055"),
        ("stations", '"Rådhuset"', "R055"),
        ("stations", '["Rådhuset", "Rådhuset"]', "R055"),
        ("stations", "[1]", "R055"),
        ("reserved", "[3, 2]", "R055"),
        ("reserved", '{ vestlig = "2" }', "R055"),
        ("cure_until", "{ days = -12 }", "R055"),
        ("cure_until", '{ days = -12, at = "12:00" }', "R055"),
        ("cure_until", "{ days = -99999, at = 12:00:00 }", "R055"),
        ("drawn_by", '" "', "R055"),
        ("origin", '"nordic"', "R056"),
        ("method", "5", "R056"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(key: str, value: str, code: str) -> None:
    found = problems(with_line(key, f'{{ is = {value}, cite = "§ 3" }}'))
    assert [(kind, path.split(".")[1]) for kind, path in found] == [(code, key)]


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("code", '"259"', "municipality.code"),
        ("valid_to_on", "2013-12-31", "basis.valid_to_on"),
        ("term_ends_on", "2013-12-31", "after.term_ends_on"),
        ("stations", "[]", "polling.stations"),
        ("number", "4", "seats.reserved"),
        ("number", "0", "seats.number"),
        ("votes_per_voter", "0", "seats.votes_per_voter"),
        ("votes_per_voter", "3", "seats.votes_per_voter"),
        ("min_crosses", "2", "seats.min_crosses"),
        ("reserved", "{ asiatisk = 1 }", "seats.reserved"),
        ("reserved", "{ vestlig = 0 }", "seats.reserved"),
        ("reserved", "{}", "seats.group_kind"),
        ("group_kind", '"none"', "seats.reserved"),
        ("method", '"lists-dhondt"', "lists.are_allowed"),
        ("are_alliances_allowed", "true", "lists.are_alliances_allowed"),
        ("threshold", '"5 %"', "lists.threshold"),
        ("order", '"per-list"', "substitutes.order"),
        ("max", "0", "substitutes.max"),
        ("minimum_age", "-1", "right_to_vote.minimum_age"),
        ("origin", '"self"', "right_to_vote.outside_groups"),
        ("outside_groups", '["EU"]', "right_to_vote.outside_groups"),
        ("outside_groups", '["Atlantis"]', "right_to_vote.outside_groups"),
        ("or_born_or_parent_born_in", '["gl"]', "right_to_vote.or_born_or_parent_born_in"),
        ("same_as_vote", "false", "right_to_stand.own"),
        ("supporters_min", "26", "candidacy.supporters_max"),
        ("cure_until", "{ days = -15, at = 12:00:00 }", "candidacy.cure_until"),
        ("latest", "{ days = -20, at = 12:00:00 }", "uncontested.latest"),
        ("latest", "{ days = 1, at = 12:00:00 }", "uncontested.latest"),
        ("complaint_until", "{ days = -1, at = 12:00:00 }", "after.complaint_until"),
        ("destroy_roll_from", "{ days = 6, at = 12:00:00 }", "after.destroy_roll_from"),
        ("small_count", "-1", "counting.small_count"),
        ("blanks_limit_per_mille", "1001", "counting.blanks_limit_per_mille"),
    ],
)
def test_values_that_cannot_hold_together_are_refused(key: str, value: str, path: str) -> None:
    assert ("R057", path) in problems(with_line(key, f'{{ is = {value}, cite = "§ 3" }}'))


def test_all_problems_are_told_at_once() -> None:
    text = TEXT.replace(line_of("minimum_age"), "minimum_age = 18.5")
    text = text.replace(line_of("number"), "number = 5").replace(line_of("late"), "")
    assert {code for code, _ in problems(text)} == {"R052", "R053", "R054"}
    with pytest.raises(RegulationError, match="R050 Regulativet test kan ikke bruges: 3 fejl"):
        load_bytes(text.encode(), "test")


def test_the_right_to_stand_may_have_its_own_rule() -> None:
    section = TEXT.split("[right_to_vote]")[1].split("[right_to_stand]")[0]
    own = "[right_to_stand.own]\n" + section.replace(
        line_of("minimum_age"), 'minimum_age = { is = 25, cite = "§ 4" }'
    )
    text = with_line("same_as_vote", '{ is = false, cite = "§ 4" }') + own
    regulation = load_bytes(text.encode(), "test")
    assert regulation.stand_rule.minimum_age == Ruled(25, "§ 4")
    assert regulation.right_to_vote.minimum_age.value == 18


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = ", b"a = " + b"[" * 20_000, TEXT.encode()[:900]])
def test_a_damaged_file_is_no_regulation(data: bytes) -> None:
    with pytest.raises(RegulationError) as caught:
        load_bytes(data, "test")
    assert caught.value.problems[0].kind.code in {"R058", "R052"}


@given(st.integers(0, 10**6), st.binary(min_size=0, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_damage_crashes_the_loader(position: int, noise: bytes) -> None:
    data = TEXT.encode()
    place = position % len(data)
    error = raised(data[:place] + noise + data[place + len(noise) :])
    assert error is None or error.problems


def test_the_schema_uses_no_name_of_a_municipality() -> None:
    """A rule of one council is data: no code names Køge."""
    folder = Path(__file__).parents[3] / "registry/regulation"
    assert not [path.name for path in folder.glob("*.py") if "øge" in path.read_text().lower()]
