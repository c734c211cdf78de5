"""The section on figures that must be explained, which a file may leave out: then every paper counts."""

from __future__ import annotations

import pytest

from registry.regulation.draft_file import Standing, is_left_out, parse, problems, stated, unit
from registry.regulation.loader import load_bytes, shipped, shipped_ids
from registry.regulation.prose.legal_text import legal_text
from tests.registry.regulation.shaped import KOEGE, SHIPPED

SILENT = shipped("koege-2018").data
OWN = """
[plausibility]
difference_limit = { is = 2, cite = "§ 9" }
outlier_times = { is = 4, cite = "§ 9" }
outlier_least = { is = 10, cite = "§ 9" }
"""


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_a_file_that_is_silent_has_every_missing_paper_explained_and_says_that_it_is_assumed(
    regulation_id: str,
) -> None:
    rule = SHIPPED[regulation_id].plausibility
    assert (rule.difference_limit.value, rule.outlier_times.value, rule.outlier_least.value) == (0, 3, 5)
    assert rule.difference_limit.source.startswith("antaget: regulativet siger intet om forskelle")
    assert rule.outlier_times.is_assumed
    assert rule.outlier_least.is_assumed


def test_a_file_that_says_it_is_read_with_its_source() -> None:
    rule = load_bytes(SILENT + OWN.encode(), "koege-2018").plausibility
    assert (rule.difference_limit.value, rule.outlier_times.value, rule.outlier_least.value) == (2, 4, 10)
    assert rule.outlier_least.source == "§ 9"


@pytest.mark.parametrize(
    ("before", "after", "code", "path"),
    [
        ('outlier_least = { is = 10, cite = "§ 9" }', "", "R052", "plausibility.outlier_least"),
        ("is = 2", "is = -1", "R057", "plausibility.difference_limit"),
        ("is = 4", "is = 0", "R057", "plausibility.outlier_times"),
        ("is = 10", "is = 0", "R057", "plausibility.outlier_least"),
        ("is = 4", 'is = "fire"', "R055", "plausibility.outlier_times"),
    ],
)
def test_what_cannot_be_so_is_refused_with_its_place(before: str, after: str, code: str, path: str) -> None:
    found = problems(SILENT + OWN.replace(before, after).encode(), "koege-2018")
    assert (code, path) in {(one.kind.code, one.facts["path"]) for one in found}


def test_the_document_says_what_must_be_explained() -> None:
    points = {point.text for point in legal_text(KOEGE).assumed}
    assert "Hver stemmeseddel for lidt eller for meget skal forklares." in points
    own = load_bytes(SILENT + OWN.encode(), "koege-2018")
    texts = " ".join(s.text for c in legal_text(own).chapters for p in c.paragraphs for s in p.statements)
    assert "Er der over 2 stemmesedler for få eller for mange, skal det forklares." in texts
    assert "over 4 gange så stor som på de andre" in texts


def test_a_draft_without_the_section_offers_it_as_it_is_assumed() -> None:
    document = parse(SILENT)
    found = unit(document, "plausibility")
    assert found is not None
    assert is_left_out(document, found)
    says = [stated(document, found, key) for key in found.keys]
    assert [one.value for one in says] == [0, 3, 5]
    assert {one.standing for one in says} == {Standing.ASSUMED}
