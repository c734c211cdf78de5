"""A demo council in the browser: who looks at it, its clock, the picture on its wall, its papers as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pypdfium2
from playwright.sync_api import Browser, Locator, Route, expect

from registry.accounts.records import by_username
from registry.act import Act, Installation
from registry.councils.acts import move_clock
from registry.councils.records import terms
from registry.database import Scope
from registry.regulation.calendar import COPENHAGEN
from registry.roles import Role
from scripts.demonstration import DEMOS, load
from scripts.rehearsal.case import read_case
from tests.conftest import MUNICIPALITY
from tests.journey.browser import SCREENSHOTS, Pictures, Site, Visitor, keep_picture

WALL_WIDTH, WALL_HEIGHT = 1920, 1080
CONFLICT = "status of 409"


@dataclass
class House:
    """A demo that has been played up to a phase, and whoever looks at it."""

    browser: Browser
    site: Site
    installation: Installation
    name: str
    scope: Scope
    seen: list[Visitor] = field(default_factory=list)

    @property
    def council(self) -> str:
        return f"/{self.scope.municipality}/{self.scope.council}/raad/"

    def election(self, year: str) -> str:
        return f"/{self.scope.municipality}/{self.scope.council}/{year}/"

    def visitor(self, *, width: int = 1280, scripts: bool = True) -> Visitor:
        found = Visitor(self.browser, self.site, width=width, scripts=scripts)
        self.seen.append(found)
        return found

    def sara(self, *, width: int = 1280, scripts: bool = True) -> Visitor:
        return self.visitor(width=width, scripts=scripts).sign_in("sara", DEMOS[self.name].password)

    def by(self, at: datetime) -> tuple[Installation, Scope, Act]:
        with self.installation.database.read() as session:
            official = by_username(session, "sara")
            assert official is not None
            return self.installation, self.scope, Act(official.id, Role.COUNCIL_SECRETARY, at, uuid4())

    @property
    def term_id(self) -> UUID:
        with self.installation.database.read() as session:
            return terms(session, self.scope)[0].id

    def set_clock(self, text: str) -> None:
        """The council's clock, as time passes in the room."""
        at = datetime.strptime(text, "%d-%m-%Y %H.%M").replace(tzinfo=COPENHAGEN)
        move_clock(*self.by(at), self.term_id, at)

    def refused(self, visitor: Visitor, path: str) -> None:
        """The last answer was a refusal in place, and it is the only trouble so far."""
        assert self.site.troubles == [f"409 POST {self.council}{path}"]
        self.site.troubles.clear()
        # Chromium tells of every answer that is no success; this one was meant.
        heard = [text for text in visitor.complaints if CONFLICT in text]
        assert len(heard) == 1
        visitor.complaints.remove(heard[0])


def house(chromium: Browser, site: Site, installation: Installation, name: str, phase: str) -> House:
    municipality = read_case(DEMOS[name].case).regulation.municipality.code.value
    if municipality != MUNICIPALITY:
        installation.keys.create(municipality)  # every test has the keys of its own municipality
    load(installation, DEMOS[name], phase, "test", lambda _text: None)
    site.must_say_demo = True
    return House(chromium, site, installation, name, Scope(municipality, "integrationsraad"))


def form_with(visitor: Visitor, button: str) -> Locator:
    """The form that this button sends."""
    wanted = visitor.page.get_by_role("button", name=button, exact=True)
    return visitor.page.locator("form").filter(has=wanted)


def send(visitor: Visitor, button: str, typed: Mapping[str, str | int]) -> None:
    """Fill in fields of one form by their labels, and press its button."""
    for label, value in typed.items():
        form_with(visitor, button).get_by_label(re.compile("^" + re.escape(label))).fill(str(value))
    visitor.press(button)


def verdict(visitor: Visitor) -> str:
    return visitor.page.locator(".ruling__sentence").inner_text()


def on_paper(pdf: bytes, name: str) -> str:
    """The text of a document in one line; its pages are kept as pictures."""
    if Pictures.are_kept:
        document: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
        for number in range(len(document)):
            document[number].render(scale=100 / 72).to_pil().save(SCREENSHOTS / f"{name}-p{number + 1}.png")
        document.close()
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.split())


def choose(visitor: Visitor, person: str, answer: str) -> None:
    group = visitor.page.get_by_role("radiogroup", name=person, exact=True)
    group.locator("label").filter(has_text=re.compile(f"^{answer}$")).click()
    expect(group.get_by_label(answer, exact=True)).to_be_checked()


def tab_to_field(visitor: Visitor, label: str) -> None:
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.labels?.[0]?.textContent.trim()") == label:
            return
    raise AssertionError(f"the keyboard does not reach the field “{label}” on {visitor.page.url}")


class Wall:
    """The picture on the wall: a second browser that nobody has signed in at, and that runs no scripts.

    The page comes again every five seconds by itself. For pictures it is held still, so that it does not go
    away while it is looked at; `watch` and `follows` see it change.
    """

    def __init__(self, koege: House) -> None:
        self.visitor = koege.visitor(width=WALL_WIDTH, scripts=False)
        self.path = koege.council + "konstituering/storskaerm"
        self.live = self.visitor.context.new_page()
        still = self.visitor.page
        still.set_viewport_size({"width": WALL_WIDTH, "height": WALL_HEIGHT})
        still.route(f"**{self.path}", _held_still)
        self.look("K30-wall-welcome", "Velkommen", "Køge Rådhus, mødelokale 2")

    def look(self, name: str, *texts: str) -> None:
        """Nothing but text and a picture; all of it on one screen."""
        page = self.visitor.open(self.path).page
        self.visitor.sees(*texts)
        assert page.locator("script, form, a:not(.wall__still a)").count() == 0
        page.wait_for_load_state()
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        keep_picture(page, name, full_page=False)
        assert size == [WALL_WIDTH, WALL_HEIGHT], f"{name} does not fit on the wall: {size}"

    def watch(self) -> None:
        self.live.goto(self.path)

    def follows(self, text: str) -> None:
        """The page that is watched comes again by itself, without a script and without anybody."""
        expect(self.live.locator("body")).to_contain_text(text, timeout=20_000)
        self.live.close()


def _held_still(route: Route) -> None:
    answer = route.fetch()
    headers = {name: text for name, text in answer.headers.items() if name.lower() != "refresh"}
    assert len(headers) < len(answer.headers), "the picture on the wall fetches itself"
    route.fulfill(response=answer, headers=headers)
