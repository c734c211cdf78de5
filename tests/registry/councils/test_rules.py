"""How a council's seats compare with its regulation: the difference is told, never forced away."""

from __future__ import annotations

import pytest

from registry.councils.rules import GroupRule, deviations

KOEGE = (
    GroupRule("elected", "Direkte valgte", 5, True),
    GroupRule("housing", "Boligområderne", 4, True),
    GroupRule("society", "Lokalsamfundet", 5, True),
    GroupRule("municipal", "Byrådets medlem", 1, True),
)
FULL = {"elected": 5, "housing": 4, "society": 5, "municipal": 1}


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (FULL, []),
        (
            FULL | {"elected": 3},
            ["Direkte valgte: 2 af 5 pladser er ikke besat.", "Der er 13 medlemmer med stemmeret; reglen er 15."],
        ),
        (
            FULL | {"housing": 5, "society": 4},
            ["Boligområderne: 5 medlemmer på 4 pladser.", "Lokalsamfundet: 1 af 5 pladser er ikke besat."],
        ),
        (
            FULL | {"elected": 6},
            ["Direkte valgte: 6 medlemmer på 5 pladser.", "Der er 16 medlemmer med stemmeret; reglen er 15."],
        ),
    ],
)
def test_a_council_of_fifteen_is_held_against_its_rule(members: dict[str, int], told: list[str]) -> None:
    """5 + 4 + 5 + 1 = 15; in the third case 5 + 5 + 4 + 1 is 15 too, though no group is right."""
    assert [finding.in_danish() for finding in deviations(15, KOEGE, members)] == told


def test_a_roster_of_fifteen_beside_a_rule_of_eleven_is_shown_as_it_is() -> None:
    """Høje-Taastrup: the rule says 5 + 6 = 11, the roster has 6 and 9."""
    rule = (GroupRule("experts", "Videnspersoner", 5, True), GroupRule("civil", "Civilsamfund", 6, True))
    codes = [finding.kind.code for finding in deviations(11, rule, {"experts": 6, "civil": 9})]
    assert codes == ["W561", "W561", "W562"]


def test_members_without_a_vote_are_not_counted_against_the_size() -> None:
    rule = (GroupRule("elected", "Valgte", 5, True), GroupRule("guests", "Tilforordnede", 2, False))
    assert deviations(5, rule, {"elected": 5, "guests": 2}) == ()
