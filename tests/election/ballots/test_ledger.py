"""The paper ledger: every sheet from the printer to the box. (KRVL §§ 58, 74 borrowed)"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.ballots.rules import Ledger, ledger_findings, together
from registry.findings import Finding

# 500 delivered; 118 admitted + 4 exchanged + 1 doubtful = 123 handed out; 377 left.
# In the box: 123 - 2 returned - 4 exchanged - 1 in an envelope + 6 postal = 122.
SETTLED = Ledger(
    delivered=500,
    unissued=377,
    handed_out=123,
    returned=2,
    exchanged=4,
    in_envelopes=1,
    postal_in_box=6,
    in_box=122,
)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.kind.code for finding in findings]


def test_a_station_whose_papers_add_up() -> None:
    """123 − 2 − 4 − 1 + 6 = 122 in the box; 377 + 123 = 500 delivered. Nothing to explain."""
    assert SETTLED.expected_in_box == 122
    assert (SETTLED.difference, SETTLED.stock_difference) == (0, 0)
    assert ledger_findings(SETTLED) == []


def test_one_paper_is_missing_in_the_box() -> None:
    """121 in the box where 122 should be: −1. A voter walked off with one. F302 says how many."""
    ledger = replace(SETTLED, in_box=121)
    assert ledger.difference == -1
    (finding,) = ledger_findings(ledger)
    assert finding.kind.code == "F302"
    assert finding.blocks
    assert finding.facts == {"number": 1, "in_box": 121, "expected": 122}


def test_two_papers_too_many_in_the_box() -> None:
    """124 in the box where 122 should be: +2. F303."""
    (finding,) = ledger_findings(replace(SETTLED, in_box=124))
    assert finding.kind.code == "F303"
    assert finding.facts == {"number": 2, "in_box": 124, "expected": 122}
    assert "2 stemmesedler for mange" in finding.in_danish()


@pytest.mark.parametrize(("unissued", "difference"), [(375, "-2"), (378, "+1")])
def test_the_stock_does_not_add_up(unissued: int, difference: str) -> None:
    """375 + 123 − 500 = −2; 378 + 123 − 500 = +1. F301 shows the sign; the box is right all the same."""
    ledger = replace(SETTLED, unissued=unissued)
    (finding,) = ledger_findings(ledger)
    assert finding.kind.code == "F301"
    assert finding.facts["difference"] == difference
    assert ledger.difference == 0


def test_a_paper_given_twice_to_one_voter_shows_in_both_sums() -> None:
    """One sheet more left the pile and lies in the box: 376 + 123 − 500 = −1, and 123 − 122 = +1."""
    assert codes(ledger_findings(replace(SETTLED, unissued=376, in_box=123))) == ["F301", "F303"]


def test_unissued_papers_that_nobody_counted_are_not_nought() -> None:
    """Not counted: no stock difference at all, which the ledger shows as such. 0 counted is −377: F301."""
    not_counted = replace(SETTLED, unissued=None)
    assert not_counted.stock_difference is None
    assert codes(ledger_findings(not_counted)) == []
    assert replace(SETTLED, unissued=0).stock_difference == -377
    assert codes(ledger_findings(replace(SETTLED, unissued=0))) == ["F301"]


def test_a_box_that_nobody_counted_is_not_empty() -> None:
    """Not counted: no difference and no F302; an empty box of 122 expected is −122."""
    assert replace(SETTLED, in_box=None).difference is None
    assert ledger_findings(replace(SETTLED, in_box=None)) == []
    assert codes(ledger_findings(replace(SETTLED, in_box=0))) == ["F302"]


def test_nobody_came() -> None:
    """200 delivered, 200 left, nothing handed out, an empty box: settled."""
    assert ledger_findings(Ledger(200, 200, 0, 0, 0, 0, 0, 0)) == []


def test_two_stations_counted_together() -> None:
    """One lacks a sheet, the other has one too many: 122 + 30 expected, 121 + 31 in the heap: settled."""
    small = Ledger(
        delivered=100,
        unissued=70,
        handed_out=30,
        returned=0,
        exchanged=0,
        in_envelopes=0,
        postal_in_box=0,
        in_box=31,
    )
    whole = together([replace(SETTLED, in_box=121), small])
    assert whole.expected_in_box == 152
    assert (whole.in_box, whole.unissued, whole.delivered) == (152, 447, 600)
    assert ledger_findings(whole) == []


def test_papers_poured_into_one_heap_are_counted_once() -> None:
    """The small station counted nothing of its own: its 30 lie in the other's heap, 122 + 30 = 152."""
    small = Ledger(100, None, 30, 0, 0, 0, 0, None)
    whole = together([replace(SETTLED, in_box=152, unissued=447), small])
    assert (whole.difference, whole.stock_difference) == (0, 0)


def test_together_nobody_has_counted() -> None:
    """None and None is None, not 0."""
    whole = together([replace(SETTLED, in_box=None, unissued=None)] * 2)
    assert whole.in_box is None
    assert whole.unissued is None


sheets = st.integers(0, 5_000)
counted = st.builds(Ledger, sheets, sheets, sheets, sheets, sheets, sheets, sheets, sheets)


@given(st.lists(counted, min_size=1, max_size=5))
def test_axiom_differences_add_up(ledgers: list[Ledger]) -> None:
    """Mixing papers neither makes nor mends a difference."""
    whole = together(ledgers)
    assert whole.difference == sum(one.difference or 0 for one in ledgers)
    assert whole.stock_difference == sum(one.stock_difference or 0 for one in ledgers)


@given(counted)
def test_axiom_a_finding_for_each_difference_and_no_other(ledger: Ledger) -> None:
    found = set(codes(ledger_findings(ledger)))
    assert ("F301" in found) == (ledger.stock_difference != 0)
    assert ("F302" in found) == ((ledger.difference or 0) < 0)
    assert ("F303" in found) == ((ledger.difference or 0) > 0)
    assert found <= {"F301", "F302", "F303"}


@given(counted)
def test_axiom_an_exchange_changes_no_sum(ledger: Ledger) -> None:
    """One more handed out, one more exchanged, one fewer left: the box and the stock are as before."""
    after = replace(
        ledger,
        handed_out=ledger.handed_out + 1,
        exchanged=ledger.exchanged + 1,
        unissued=(ledger.unissued or 0) - 1,
    )
    assert after.difference == ledger.difference
    assert after.stock_difference == ledger.stock_difference
