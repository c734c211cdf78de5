"""A real browser on the real application, and what is looked at on every page: DEMO, axe, width, console.

One browser per process (fixture `chromium`), for each `Visitor` a context of its own. Pictures of the pages are
for people to look at and prove nothing, so `scripts/test` leaves them out (`--no-pictures`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from flask import Flask, Response

SCREENSHOTS = Path(__file__).parent / "screenshots"
_KINDS = ("chromium-headless-shell", "chromium")
"""The same engine; the first one draws no window with tabs and buttons around a page, in half of the time."""
WIDE, PHONE = 1280, 390
HEIGHT = 900
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe().axe_script
_VIOLATIONS = """(options) => axe.run(document, options).then((found) =>
  found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 160))]))"""
"""Of what axe has found only what is wrong comes back: reading the rest takes twice as long as finding it."""
_WIDER_THAN_SCREEN = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter(e => { const box = e.getBoundingClientRect();
                   return box.width && (box.right > window.innerWidth + 1 || box.left < -1); })
    .map(e => e.tagName + '.' + e.className).slice(0, 5).concat(document.documentElement.scrollWidth)"""
_IDS_TWICE = """() => { const seen = [...document.querySelectorAll('[id]')].map(e => e.id);
  return [...new Set(seen.filter((id, place) => seen.indexOf(id) !== place))]; }"""
_DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
_PATIENCE_MS = 20_000
_LEAST_WAIT_MS = 450
"""Longer than the desk ignores an Enter that was still on its way when the page came (static/desk.js)."""


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: what goes wrong is told by the assertions."""


@dataclass
class Site:
    """The application on a free port of this machine, and what it answered."""

    address: str
    must_say_demo: bool = False
    without_demo: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


class Pictures:
    are_kept = True


def keep_picture(page: Page, name: str, *, full_page: bool = True) -> None:
    if Pictures.are_kept:
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full_page)


@contextmanager
def serving(app: Flask) -> Iterator[Site]:
    """Serve the application from a thread for as long as the block lasts."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # style sheets are fetched once for each browser
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    site = Site(f"http://127.0.0.1:{server.server_port}")

    @app.after_request
    def watch(answer: Response) -> Response:
        from flask import request

        if answer.status_code >= 400:
            site.troubles.append(f"{answer.status_code} {request.method} {request.path}")
        is_page = answer.mimetype == "text/html" and answer.status_code < 300
        if is_page and site.must_say_demo and "demo-banner" not in answer.get_data(as_text=True):
            site.without_demo.append(request.path)
        return answer

    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def started() -> Iterator[Browser]:
    """Chromium of the system; the test is skipped aloud where there is none."""
    path = next(filter(None, map(shutil.which, _KINDS)), None)
    if path is None:
        pytest.skip(
            "NO CHROMIUM on this machine (apt-get install chromium): the pages were not tried in a browser"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def another(browser: Browser, *flags: str) -> Iterator[Browser]:
    """A whole Chromium with flags of its own: another camera, another way to find addresses.

    The shell has nobody to ask whether a page may use the camera, so it is the second choice here."""
    path = next(filter(None, map(shutil.which, reversed(_KINDS))), None)
    started_too = browser.browser_type.launch(executable_path=path, args=[*_FLAGS, *flags])
    yield started_too
    started_too.close()


def wait_until_drawn(page: Page) -> None:
    """What is typed before a page is drawn may be lost in a whole Chromium; nobody types before they see it."""
    page.wait_for_load_state()
    page.evaluate(_DRAWN)


class Visitor:
    """Somebody at a browser of their own. Speaks in labels and buttons, as a person would."""

    def __init__(self, browser: Browser, site: Site, *, width: int = WIDE, scripts: bool = True) -> None:
        self.site, self.width, self.has_scripts = site, width, scripts
        self.context: BrowserContext = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": HEIGHT},
            locale="da-DK",
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(_PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> Visitor:
        self.page.goto(path, wait_until="domcontentloaded")
        return self

    def sign_in(self, username: str, password: str) -> Visitor:
        self.open("/log-ind")
        self.fill("Brugernavn", username)
        self.fill("Adgangskode", password)
        self.press("Log ind")
        return self

    def labelled(self, label: str) -> Locator:
        """The one field whose label begins so."""
        return self.page.get_by_label(re.compile("^" + re.escape(label)))

    def fill(self, label: str, value: str) -> None:
        self.labelled(label).fill(value)

    def tick(self, label: str) -> None:
        # The design system draws the box on the label; a person clicks there.
        box = self.labelled(label)
        self.page.locator(f"label[for='{box.get_attribute('id')}']").click()
        expect(box).to_be_checked()

    def untick(self, label: str) -> None:
        box = self.labelled(label)
        self.page.locator(f"label[for='{box.get_attribute('id')}']").click()
        expect(box).not_to_be_checked()

    def choose(self, label: str, option: str) -> None:
        self.labelled(label).select_option(label=option)

    def press(self, name: str) -> None:
        """Press the one button so called, and wait for the next page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def download(self, name: str) -> bytes:
        with self.page.expect_download() as fetched:
            self.page.get_by_role("link", name=name, exact=True).click()
        return Path(fetched.value.path()).read_bytes()

    def key(self, keys: str) -> None:
        """One key that leads to another page."""
        wait_until_drawn(self.page)
        self.page.wait_for_timeout(_LEAST_WAIT_MS)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press(keys)

    def tab_to(self, name: str) -> None:
        """Tab until the button or link so called has the focus. (A headless browser knows no Alt + letter.)"""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        raise AssertionError(f"the keyboard does not reach “{name}” on {self.page.url}")

    def scan(self, text: str) -> None:
        """What a scanner does: type the text and end with Enter, wherever the focus is."""
        wait_until_drawn(self.page)
        self.page.keyboard.type(text)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press("Enter")

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True, timeout=_PATIENCE_MS)

    def look(self, name: str, *, is_public: bool = False) -> None:
        """Keep a picture, and hold the page against what every page must be."""
        self.page.wait_for_load_state()
        self._picture(name, self.width)
        if not self.has_scripts:  # axe waits for timers, which never come where scripts are off
            self.fits(name, also_picture=is_public)
            return
        self.page.evaluate(_AXE)
        seen = self.page.evaluate(_VIOLATIONS, {"runOnly": _RULES, "resultTypes": ["violations"]})
        assert not seen, f"axe on {name}: {json.dumps(seen, ensure_ascii=False, indent=1)}"
        twice = self.page.evaluate(_IDS_TWICE)
        assert twice == [], f"ids that {name} has twice: {twice}"
        self.fits(name, also_picture=is_public)

    def fits(self, name: str, *, also_picture: bool = False) -> None:
        """The page has no sideways scrolling on a phone."""
        self.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        try:
            wide = self.page.evaluate(_WIDER_THAN_SCREEN)
            assert wide == [], f"{name} is wider than a phone: {wide}"
            if also_picture and self.width != PHONE:
                self._picture(name, PHONE)
        finally:
            self.page.set_viewport_size({"width": self.width, "height": HEIGHT})

    def _picture(self, name: str, width: int) -> None:
        keep_picture(self.page, f"{name}-{width}")

    def leave(self) -> None:
        self.context.close()
        assert self.complaints == [], "the browser complained: " + "\n".join(self.complaints)
