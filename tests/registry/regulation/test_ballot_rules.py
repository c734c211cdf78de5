"""The section on the ballot paper, which a file may leave out: then a lot decides, openly assumed."""

from __future__ import annotations

import pytest

from registry.regulation.choices import AfterPrinting, BallotOrder
from registry.regulation.draft_file import (
    Standing,
    Stated,
    is_left_out,
    parse,
    problems,
    rewrite,
    stated,
    unit,
    written,
)
from registry.regulation.law import law_findings
from registry.regulation.loader import load_bytes, shipped, shipped_ids
from registry.regulation.prose.legal_text import legal_text
from registry.regulation.rules import Regulation
from tests.registry.regulation.shaped import KOEGE, SHIPPED, shaped

SILENT = shipped("koege-2018").data
TWO_STATIONS = ("Rådhuset", "Biblioteket")


def said(regulation: Regulation, key: str) -> str:
    every = (s for chapter in legal_text(regulation).chapters for p in chapter.paragraphs for s in p.statements)
    return next(s.text for s in every if key in s.keys)


@pytest.mark.parametrize("regulation_id", shipped_ids())
def test_a_file_that_is_silent_is_read_as_a_lot_and_says_that_it_is_assumed(regulation_id: str) -> None:
    """None of the sources says how the ballot is ordered; no file was touched when the section came."""
    rule = SHIPPED[regulation_id].ballot
    assert (rule.order.value, rule.after_printing.value) == (BallotOrder.LOT, AfterPrinting.MARKED)
    assert rule.order.source.startswith("antaget: regulativet siger intet om stemmesedlen")
    assert rule.after_printing.is_assumed


def test_the_document_lists_what_is_assumed_of_the_ballot_with_its_reason() -> None:
    points = {point.text: point.why for point in legal_text(KOEGE).assumed}
    why = points["Rækkefølgen på stemmesedlen afgøres ved lodtrækning."]
    assert why == "regulativet siger intet om stemmesedlen; et lod stiller alle lige"


def test_without_a_direct_election_there_is_no_ballot_to_order() -> None:
    assert "ingen stemmeseddel" in said(SHIPPED["hoeje-taastrup-2018"], "ballot.order")
    assert "ingen virkning" in said(SHIPPED["hoeje-taastrup-2018"], "ballot.after_printing")


@pytest.mark.parametrize(
    ("section", "code", "path"),
    [
        ('order = { is = "lot", cite = "§ 8" }', "R052", "ballot.after_printing"),
        ('order = { is = "draw", cite = "§ 8" }', "R056", "ballot.order"),
        ('order = { is = "lot" }', "R053", "ballot.order"),
        ('colour = { is = "red", cite = "§ 8" }', "R051", "ballot.colour"),
    ],
)
def test_a_file_that_has_the_section_has_all_of_it(section: str, code: str, path: str) -> None:
    found = problems(SILENT + f"\n[ballot]\n{section}\n".encode(), "koege-2018")
    assert (code, path) in {(one.kind.code, one.facts["path"]) for one in found}


def test_rotation_at_a_single_station_must_be_explained() -> None:
    """Køge votes in one canteen: every paper would begin with the same name."""
    alone = shaped(KOEGE, ballot__order=BallotOrder.ROTATION)
    assert "W480" in {one.kind.code for one in law_findings(alone)}
    several = shaped(alone, polling__stations=TWO_STATIONS)
    assert "W480" not in {one.kind.code for one in law_findings(several)}
    assert "W480" not in {one.kind.code for one in law_findings(KOEGE)}


def test_a_draft_without_the_section_offers_it_as_it_is_assumed() -> None:
    document = parse(SILENT)
    ballot = unit(document, "ballot")
    assert ballot is not None
    assert is_left_out(document, ballot)
    order, after_printing = (stated(document, ballot, key) for key in ballot.keys)
    assert (order.standing, order.value) == (Standing.ASSUMED, "lot")
    assert (after_printing.standing, after_printing.value) == (Standing.ASSUMED, "marked")


def test_what_is_written_of_the_ballot_stands_in_the_file_from_then_on() -> None:
    document = parse(SILENT)
    ballot = unit(document, "ballot")
    assert ballot is not None
    says = {key.name: stated(document, ballot, key) for key in ballot.keys}
    rewrite(document, ballot, says | {"order": Stated(Standing.CITED, "alphabetical", "§ 8")})
    assert not is_left_out(document, ballot)
    rule = load_bytes(written(document), "koege-2018").ballot
    assert (rule.order.value, rule.order.source) == (BallotOrder.ALPHABETICAL, "§ 8")
    assert rule.after_printing == KOEGE.ballot.after_printing
