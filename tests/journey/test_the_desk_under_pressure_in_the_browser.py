"""The desk in Chromium on a hard day: camera, scanners of all kinds, a rush, a lost line, a wrong clock."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

from election.call.acts import move_clock
from election.call.records import stations
from election.polling.acts import open_polls
from election.polling.lookup import trial_card
from election.polling.paper_acts import doubtful
from election.polling.records import event_counts
from election.polling.rules import EventKind
from registry.act import Installation
from tests.election.polling.test_finding_voters import BORN_TOGETHER, rush
from tests.journey.browser import Site, Visitor, another, wait_until_drawn
from tests.journey.test_the_desk_in_the_browser import DESK_1, cards, home
from tests.scenarios import PASSWORD, POLLING_AT, Played, call_koege, polling, with_candidates, with_roll
from tests.snapshots import remembered

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
OWN_DAY = "020250"
"""The birth date of nobody but the first of the 18 others."""


@pytest.fixture
def played(installation: Installation) -> Played:
    """Køge while polling goes on, with sixty voters born on one day."""

    def play() -> Played:
        found = polling(with_candidates(with_roll(call_koege(installation), rows=rush()), 6))
        move_clock(*found.by, found.act("election_administrator"), found.election_id, POLLING_AT)
        return found

    return remembered("a rush in the browser", installation, play)


def admissions(played: Played) -> int:
    with played.installation.database.read() as session:
        counts = event_counts(session, played.read()).values()
        return sum(one.get(EventKind.ADMIT, 0) for one in counts)


def card_of(played: Played, number: int = 0) -> str:
    return sorted(cards(played).items())[number][1]


def at_desk(chromium: Browser, site: Site, played: Played, **more: object) -> Visitor:
    visitor = Visitor(chromium, site, **more).sign_in("polling_official", PASSWORD)  # type: ignore[arg-type]
    return visitor.open(f"{home(played)}/{DESK_1}")


# --- the camera -------------------------------------------------------------------------------------------


def film(text: str, path: Path) -> Path:
    """A film of one card that lies still, a little turned, as the fake camera of Chromium plays it."""
    code: Any = QRCode(version=3, mask_pattern=3, error_correction=ERROR_CORRECT_Q, border=4, box_size=7)
    code.add_data(text, optimize=0)
    picture = Image.open(io.BytesIO(_png(code))).convert("L").rotate(6, expand=True, fillcolor=255)
    frame = Image.new("L", (640, 480), 235)
    frame.paste(picture, ((640 - picture.width) // 2, (480 - picture.height) // 2))
    grey = bytes([128]) * (320 * 240)
    one = b"FRAME\n" + frame.tobytes() + grey + grey
    path.write_bytes(b"YUV4MPEG2 W640 H480 F15:1 Ip A1:1 C420jpeg\n" + one * 3)
    return path


def _png(code: Any) -> bytes:
    kept = io.BytesIO()
    code.make_image().save(kept)
    return kept.getvalue()


def test_the_camera_reads_a_card_once_and_the_key_admits(
    chromium: Browser, site: Site, played: Played, tmp_path: Path
) -> None:
    """F4; the card leads to the voter; Enter admits. The card lies there still: read, and nothing is sent."""
    kept = film(card_of(played), tmp_path / "card.y4m")
    fake = "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={kept}"
    with another(chromium, *fake, "--use-fake-ui-for-media-stream") as filmed:
        tove = at_desk(filmed, site, played)
        with tove.page.expect_navigation(wait_until="domcontentloaded"):
            tove.page.keyboard.press("F4")
        tove.sees("Er den ens?")
        tove.key("Enter")
        tove.sees("Giv én stemmeseddel", "Kortet er læst. Tag det væk")
        tove.look("desk-camera")
        tove.page.wait_for_timeout(1500)
        tove.sees("Giv én stemmeseddel")
        assert admissions(played) == 1
        tove.page.keyboard.press("F4")
        tove.sees("Kameraet er slukket")
        tove.leave()


def test_a_camera_that_is_not_there_is_said_in_words(chromium: Browser, site: Site, played: Played) -> None:
    """No camera on the machine; then an address without https, where browsers keep cameras shut."""
    with another(chromium, "--host-resolver-rules=MAP valg.test 127.0.0.1") as blind:
        tove = at_desk(blind, site, played)
        tove.page.keyboard.press("F4")
        tove.sees("intet kamera")
        expect(tove.page.get_by_label("Scan valgkortet")).to_be_visible()
        tove.leave()
        plain = Site(site.address.replace("127.0.0.1", "valg.test"))
        tom = at_desk(blind, plain, played)
        tom.page.get_by_role("button", name="Brug kamera").click()
        tom.sees("Kameraet kræver https")
        tom.complaints.clear()  # the browser's own words about an address without https
        tom.leave()


def test_a_camera_that_is_refused_is_said_in_words(chromium: Browser, site: Site, played: Played) -> None:
    with another(chromium, "--use-fake-device-for-media-stream", "--deny-permission-prompts") as refusing:
        tove = at_desk(refusing, site, played)
        tove.page.keyboard.press("F4")
        tove.sees("Browseren har sagt nej til kameraet")
        tove.leave()


# --- scanners ---------------------------------------------------------------------------------------------


def burst(page: Page, text: str, suffix: str, *, caps: bool = False) -> None:
    """The key codes of a scanner: letters and digits lie on the same keys in Denmark and in America."""
    wait_until_drawn(page)
    for sign in text:
        key = f"Digit{sign}" if sign.isdigit() else f"Key{sign}"
        page.keyboard.press(key if sign.isdigit() or caps else f"Shift+{key}", delay=0)
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.keyboard.press(suffix)


_AT_A_SCANNERS_PACE = """text => {
  const field = document.querySelector('[data-scan]');
  const press = key => field.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  for (const sign of text) { press(sign); field.value += sign; }
  press('Tab');
}"""
"""In the page itself: on a busy machine the keys of a test come slower than those of a scanner."""


def test_every_scanner_is_understood(chromium: Browser, site: Site, played: Played) -> None:
    """Enter, Caps Lock, Tab; focus lost before the scan. Another kind of code is told apart; nobody came in."""
    text = card_of(played)
    tove = at_desk(chromium, site, played)
    for caps in (False, True):
        tove.page.evaluate("document.activeElement.blur()")
        burst(tove.page, text, "Enter", caps=caps)
        tove.sees("Er den ens?")
        tove.key("Escape")
        tove.page.wait_for_timeout(2000)  # the same card within two seconds is a double trigger
    with tove.page.expect_navigation(wait_until="domcontentloaded"):
        tove.page.evaluate(_AT_A_SCANNERS_PACE, text)
    tove.sees("Er den ens?")
    tove.key("Escape")
    for mangled in ("httpsÆ--www.example.dk-kort", "https://www.example.dk/kort"):
        tove.scan(mangled)
        tove.sees("Koden er ikke et valgkort")
    assert admissions(played) == 0
    tove.leave()


# --- a rush -----------------------------------------------------------------------------------------------


def test_sixty_born_on_one_day_and_three_letters(chromium: Browser, site: Site, played: Played) -> None:
    """Six digits, Enter: 60. “fat h”: two, under their letter. The key 1 chooses, Enter admits."""
    tove = at_desk(chromium, site, played)
    tove.scan(BORN_TOGETHER)
    tove.sees("60 på listen er født 01-01-55", "Skriv de første bogstaver af navnet")
    expect(tove.page.locator("[data-choices] li:visible")).to_have_count(60)
    tove.look("desk-sixty")
    tove.page.keyboard.type("fat h", delay=140)
    expect(tove.page.locator("[data-choices] li:visible")).to_have_count(2)
    tove.sees("2 vises")
    tove.look("desk-sixty-narrowed")
    tove.key("1")
    tove.sees("Er det ham eller hende?", "Fatima Hassan")
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel", "Fatima Hassan")
    tove.scan(BORN_TOGETHER)
    text = card_of(played)
    burst(tove.page, text, "Enter")  # a card while the list waits for letters: looked up, chooses nobody
    tove.sees("Er den ens?")
    assert admissions(played) == 1
    tove.leave()


def test_the_rush_without_scripts(chromium: Browser, site: Site, played: Played) -> None:
    """The same by forms and links alone; help, the line and what the desk did last too."""
    tove = at_desk(chromium, site, played, scripts=False)
    tove.fill("Scan valgkortet", BORN_TOGETHER)
    tove.press("Slå op")
    tove.fill("Skriv de første bogstaver", "fat h")
    tove.press("Vis dem")
    with tove.page.expect_navigation():
        tove.page.locator("[data-choice]").first.click()
    tove.press("Ja, luk ind")
    tove.sees("Giv én stemmeseddel")
    tove.press("Hjælp givet")
    tove.sees("Hjælp er registreret")
    tove.fill("Personer i køen", "12")
    tove.press("Gem")
    tove.sees("12 i kø")
    tove.follow("Seneste ved bordet")
    tove.sees("Hjælp til at stemme", "Lukket ind")
    with tove.page.expect_navigation():
        tove.page.get_by_role("link", name="Fortryd Hjælp til at stemme").click()
    tove.fill("Begrundelse", "trykket forkert")
    tove.press("Fortryd registreringen")
    tove.sees("Registreringen er fortrudt")
    tove.leave()


# --- a lost line ------------------------------------------------------------------------------------------


def test_a_lost_line_is_said_and_never_gives_two(chromium: Browser, site: Site, played: Played) -> None:
    """The line is away when Enter is pressed: words, and the page stays. It comes back: one paper, once."""
    tove = at_desk(chromium, site, played)
    tove.scan(card_of(played))
    tove.context.set_offline(True)
    tove.page.wait_for_timeout(500)
    tove.page.keyboard.press("Enter")
    tove.sees("Intet svar. Vælgeren kan være registreret.")
    tove.page.keyboard.press("Enter")
    assert admissions(played) == 0
    tove.look("desk-line-lost")
    with tove.page.expect_navigation(wait_until="domcontentloaded"):
        tove.context.set_offline(False)
    tove.sees("Giv én stemmeseddel")
    assert admissions(played) == 1
    tove.complaints.clear()  # the browser's own words about the lost line
    tove.leave()


def test_an_answer_that_is_lost_is_asked_for_again(chromium: Browser, site: Site, played: Played) -> None:
    """The server admits, its answer never comes: the same request again has the same answer. One admission."""
    tove = at_desk(chromium, site, played)
    tove.scan(card_of(played))
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.post_data or "")
        route.fetch()
        route.abort()

    tove.page.route("**/luk-ind*", lose)
    tove.page.wait_for_timeout(500)
    tove.page.keyboard.press("Enter")
    tove.sees("Giv én stemmeseddel")
    assert len(lost) == 1
    assert admissions(played) == 1
    tove.complaints.clear()
    tove.leave()


def test_a_wrong_clock_is_told(chromium: Browser, site: Site, played: Played) -> None:
    """Five minutes fast: said in seconds. A right one says nothing."""
    tove = at_desk(chromium, site, played)
    expect(tove.page.locator("[data-clock]")).to_be_hidden()
    tove.page.add_init_script("{ const now = Date.now; Date.now = () => now() + 300000; }")
    tove.page.reload()
    # The seconds that a slow answer took come on top: the clock is measured against the answer's middle.
    told = re.compile(r"Computerens ur går (29\d|30\d) sekunder forkert")
    expect(tove.page.locator("[data-clock]")).to_have_text(told)
    tove.leave()


# --- looked at --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_of_the_desk_is_fit_to_be_used(
    chromium: Browser, site: Site, played: Played, language: str
) -> None:
    """axe finds nothing, nothing is wider than a phone: in Danish and in English."""
    lis = Visitor(chromium, site).sign_in("station_leader", PASSWORD)
    lis.context.add_cookies([{"name": "language", "value": language, "url": site.address}])
    station = f"{home(played)}/stemmested/001"
    for page, name in (
        (f"{station}/", "station"),
        (f"{station}/proevekort", "trial-card"),
        (f"{station}/kuverter", "envelopes"),
        (f"{station}/uoverensstemmelser", "conflicts"),
        (f"{station}/bord/1/", "desk"),
        (f"{station}/bord/1/seneste", "recent"),
        (f"{station}/bord/1/tvivl", "doubtful"),
        (f"{station}/bord/1/ubrugt", "return"),
        (f"{station}/bord/1/anmodning/{played.election_id}", "fate"),
    ):
        lis.open(page).look(f"polling-{name}-{language}", is_public=True)
    act = played.act("polling_official", reason="intet valgkort")
    for entry in (played.entries[2], None):
        doubtful(*played.by, act, played.election_id, played.stations[0], "1", entry)
        act = played.act("polling_official", reason="ikke fundet på listen")
    for page, name in (
        (f"{station}/kuverter", "envelopes-waiting"),
        (f"{station}/bord/1/vaelger/{played.entries[3]}", "voter"),
        (f"{station}/bord/1/vaelger/{played.entries[3]}/fortryd", "undo"),
    ):
        lis.open(page).look(f"polling-{name}-{language}", is_public=True)
    # Nobody pressed a key on the way to the voter, so the browser keeps its sound to itself.
    lis.complaints[:] = [said for said in lis.complaints if "AudioContext" not in said]
    lis.leave()


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_opening_is_guided(installation: Installation, chromium: Browser, site: Site, language: str) -> None:
    """Zero report, list, test card, box: another card is told, the test card is read, and it stays unopened."""
    played = with_candidates(with_roll(call_koege(installation), 12), 6)
    move_clock(*played.by, played.act("election_administrator"), played.election_id, POLLING_AT)
    open_polls(*played.by, replace(played.act("election_administrator"), at=POLLING_AT), played.election_id)
    lis = Visitor(chromium, site).sign_in("station_leader", PASSWORD)
    lis.context.add_cookies([{"name": "language", "value": language, "url": site.address}])
    lis.open(f"{home(played)}/stemmested/001/aabn")
    lis.scan("240390")
    with played.installation.database.read() as session:
        text = trial_card(played.read(), stations(session, played.read())[0])
    lis.scan(text)
    expect(lis.page.locator(".alert-success").first).to_be_visible()
    lis.look(f"polling-opening-{language}", is_public=True)
    assert lis.page.url.endswith("/aabn")
    lis.leave()
