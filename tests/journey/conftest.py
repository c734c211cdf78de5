"""The browser of this process, and the application served to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journey.browser import Site, serving, started

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser


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
