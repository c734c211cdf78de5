"""The browser of this process and the application served to it; the empty database of a rehearsal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.schema import upgrade
from tests.journey.browser import Pictures, Site, serving, started

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

_BY_MIGRATIONS = "test_koege_2017_runs_to_the_council_with_a_missing_paper_explained"


@pytest.fixture(scope="session", autouse=True)
def with_or_without_pictures(pytestconfig: pytest.Config) -> None:
    Pictures.are_kept = not pytestconfig.getoption("--no-pictures")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    """The application of this test on a port of its own. Afterwards: no page failed, none kept DEMO to itself."""
    with serving(app) as served:
        yield served
    assert served.troubles == []
    assert served.without_demo == []


@pytest.fixture(autouse=True)
def schema_made_once(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, sqlite_template: Path
) -> None:
    """A rehearsal makes its database by all migrations, a second each time; here an empty one is copied.

    The first case of `test_rehearsal.py` is played on a database that the migrations have made."""
    if getattr(request.node, "originalname", "") == _BY_MIGRATIONS:
        return

    def copied(url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        if url.startswith("sqlite:///") and path.parent.is_dir() and not path.exists():
            shutil.copyfile(sqlite_template, path)
        else:
            upgrade(url)

    monkeypatch.setattr("scripts.rehearsal.__main__.upgrade", copied)
