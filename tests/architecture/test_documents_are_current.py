"""The generated pages of docs/ say what the code says, and describe every field that is stored."""

from __future__ import annotations

import tomllib

import pytest

from scripts.documentation import data_page, pages
from scripts.documentation.__main__ import main
from tests.architecture.source import ROOT


def test_the_generated_pages_are_as_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise run scripts/document."""
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_every_phase_and_act_is_in_the_picture() -> None:
    page = pages.every_page(ROOT)["lifecycle.md"]
    for step in (
        "called --> candidacy: candidacy.open",
        "preparation --> uncontested: candidacy.declare_uncontested",
    ):
        assert step in page


def test_a_field_without_a_description_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so does a description of something that is gone."""
    known = {"tables": {"gone": {}}, "fields": {"gone_too": "x"}}
    monkeypatch.setattr(tomllib, "load", lambda _: known)
    with pytest.raises(
        data_page.DataUndescribed, match=r"no description of table act.*no such table: gone.*gone_too"
    ):
        data_page.data_page()


def test_an_unknown_option_is_named() -> None:
    assert main(["--chek"]) == 2
