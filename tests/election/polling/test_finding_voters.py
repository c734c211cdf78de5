"""Finding a voter at the desk through its pages: sixty born on one day, names, a protected name, fuzzed scans."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from election.call.records import by_slug, stations
from election.poll_cards.rules import ALPHABET
from election.polling import lookup
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from election.polling.typed import Search
from registry.act import Installation
from registry.findings import Refused
from registry.roles import Role
from tests.election.polling.test_desk import BASE, Desk, cards_of
from tests.scenarios import (
    SCOPE,
    Person,
    Played,
    call_koege,
    form_value,
    is_invented,
    people,
    polling,
    sign_in,
    with_candidates,
    with_roll,
)
from tests.snapshots import remembered

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.slow
BORN_TOGETHER = "010155"
FIRST = ("Amina", "Yusuf", "Leyla", "Omar", "Fatima", "Çiğdem")


def rush() -> list[Person]:
    """Sixty born on 1 January 1955, ten of each first name; one more has a protected name; and 18 others."""
    numbers = [cpr for n in range(4000) if is_invented(cpr := f"{BORN_TOGETHER}{n:04d}")][:62]
    last = ("Hassan", "Yılmaz", "Æbelø", "Ali", "Nowak")
    same = [
        Person(cpr, FIRST[n % 6], f"{last[n // 12]}-{'ABCDEFGHIJKL'[n % 12]}")
        for n, cpr in enumerate(numbers[:60])
    ]
    secret = [replace(Person(cpr, "Hemmelina", "Skjultsen"), is_protected=True) for cpr in numbers[60:61]]
    return [*same, *secret, *people(18)]


@pytest.fixture
def desk(installation: Installation, client: FlaskClient) -> Desk:
    def play() -> Played:
        return polling(with_candidates(with_roll(call_koege(installation), rows=rush()), 6))

    played = remembered("sixty born on one day", installation, play)
    sign_in(client, Role.POLLING_OFFICIAL.value)
    return Desk(client, played)


def names_in(page: str) -> list[str]:
    return re.findall(r'<span class="choices__name"><bdi>([^<]*)</bdi>', page)


def narrow(desk: Desk, page: str, letters: str) -> str:
    return desk.send(desk.address + "opslag", page, token=letters, til="stem", blandt="1")[1]


def test_sixty_born_on_one_day_are_all_shown_and_letters_choose(desk: Desk) -> None:
    """60 of 60 in the list under their letters; “fat” leaves 10, “fat hassan” 2; nobody was admitted by it."""
    where, page = desk.scan(BORN_TOGETHER)
    assert BORN_TOGETHER not in where
    assert len(names_in(page)) == 60
    assert "<h2" in page
    assert "Skjultsen" not in page
    assert "otte cifre" in page
    assert len(names_in(narrow(desk, page, "fat"))) == 10
    page = narrow(desk, page, "fat hassan")
    assert len(names_in(page)) == 2
    assert len(names_in(narrow(desk, page, ""))) == 60, "no letters: all of the day again"
    assert desk.number_of(EventKind.ADMIT) == 0


def test_who_has_a_paper_is_said_so_in_the_list(desk: Desk) -> None:
    """One of sixty admitted: the list still has 60 lines, one of them with words."""
    _, page = desk.scan(BORN_TOGETHER)
    link = re.findall(r'href="([^"]*/vaelger/[^"]*)"', page)[0].replace("&amp;", "&")
    desk.confirm(desk.page(link))
    _, page = desk.scan(BORN_TOGETHER)
    assert len(names_in(page)) == 60
    assert page.count("Har fået stemmeseddel kl.") == 1


@pytest.mark.parametrize("typed", ["fatima 010155", "010155 FATIMA", "01-01-1955 fat"])
def test_a_name_and_a_date_in_any_order(desk: Desk, typed: str) -> None:
    """Ten are called Fatima; with the whole date the one with a protected name is listed too, without it."""
    _, page = desk.scan(typed)
    shown = names_in(page)
    assert len(shown) == (11 if "1955" in typed else 10)
    assert "Skjultsen" not in page
    assert all("Fatima" in name or "Beskyttet" in name for name in shown)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("fat", "10 på listen passer"),
        ("a", "mindst to bogstaver"),
        ("zzz", "Ingen på listen passer"),
        ("fatima 0101", "seks cifre"),
        ("fatima 0101551234", "ligner et personnummer"),
        ("hemmelina", "Ingen på listen passer"),
        ("hemmelina 010155", "Ingen på listen passer"),
    ],
)
def test_a_name_that_says_too_little_lists_nobody(desk: Desk, typed: str, words: str) -> None:
    """Too many, too short, nobody, half a date, a CPR number, a protected name: words, and no list."""
    _, page = desk.scan(typed)
    if typed == "fat":  # ten Fatimas and two or three more of the other 18: not more than twenty, so listed
        assert "Spørg om fødselsdatoen" in page
        return
    assert words in page
    assert names_in(page) == []


def test_more_than_twenty_are_not_listed(desk: Desk) -> None:
    """Ten Aminas and twelve of the name Ali among the sixty alone: too many to read aloud, none is listed."""
    with desk.played.installation.database.read() as session:
        election = by_slug(session, SCOPE, "2017")
        assert election is not None
        with pytest.raises(Refused) as told:
            lookup.search(session, election, Search("", ("a",)))
        assert told.value.kind.code == "R710"
        assert int(told.value.facts["number"]) > 20


def test_a_protected_voter_says_the_name_and_is_told_right_or_wrong(desk: Desk) -> None:
    """Found by the whole date only. Wrong twice: told so; right: admitted. The page never shows the name."""
    where, page = desk.scan("01011955 hemmelig")
    assert "/vaelger/" in where
    assert "Skriv navnet, som personen siger det" in page
    _, page = desk.confirm(page, said_name="")
    assert "Skriv hele navnet" in page
    _, page = desk.confirm(page, said_name="Hemmelina")
    assert "Navnet er ikke det" in page
    _, page = desk.confirm(page, said_name="hemmelina SKJULTSEN")
    assert 'data-verdict="admit"' in page
    assert "kjultsen" not in page.replace("SKJULTSEN", "")
    assert desk.number_of(EventKind.ADMIT) == 1


def test_a_protected_name_cannot_be_guessed_for_long(desk: Desk) -> None:
    """Three wrong names: the leader is called, and from then on also the right one is not taken here."""
    _, page = desk.scan("01011955 hemmelig")
    voter = page
    for said in ("A B", "C D", "E F"):
        page = desk.confirm(voter, said_name=said)[1]
    assert "Tilkald lederen" in page
    assert desk.number_of(EventKind.ADMIT) == 0


def test_not_found_offers_the_envelope_and_the_office(desk: Desk) -> None:
    _, page = desk.scan("310150")
    assert "Stem i kuvert" in page
    page = desk.page(desk.address + "tvivl")
    assert "Ring først til valgkontoret" in page


def test_the_test_card_admits_nobody_and_says_it_is_read(desk: Desk) -> None:
    with desk.played.installation.database.read() as session:
        election = by_slug(session, SCOPE, "2017")
        assert election is not None
        text = lookup.trial_card(election, stations(session, election)[0])
    _, page = desk.scan(text.lower())
    assert "Prøvescanning i orden" in page
    assert desk.number_of(EventKind.ADMIT) == 0


def test_only_where_cards_are_read_may_the_browser_ask_for_the_camera(app: Flask, desk: Desk) -> None:
    """The desk's screen: camera and compiled code. Every other page of the desk and the station: neither."""
    with_camera = desk.client.get(desk.address)
    assert "'wasm-unsafe-eval'" in with_camera.headers["Content-Security-Policy"]
    assert "camera=(self)" in with_camera.headers["Permissions-Policy"]
    assert "unsafe-inline" not in with_camera.headers["Content-Security-Policy"]
    for page in ("/", f"{BASE}/", f"{desk.address}tvivl", f"{desk.address}seneste", "/static/camera.js"):
        answer = desk.client.get(page)
        assert "wasm" not in answer.headers["Content-Security-Policy"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
        answer.close()


def test_the_desks_script_is_told_where_to_go(desk: Desk) -> None:
    """With its header the answer is an address, without it a redirect; the same request, the same answer."""
    where, page = desk.scan(cards_of(desk.played)[0][0])
    data = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    to = where.replace("?fra=kort", "/luk-ind?fra=kort")
    told = desk.client.post(to, data=data, headers={"X-Answer": "address"})
    assert told.status_code == 200
    address = told.get_json()["to"]
    again = desk.client.post(to, data=data)
    assert (again.status_code, again.headers["Location"]) == (303, address)
    assert "Giv én stemmeseddel" in desk.page(address)
    asked = desk.client.get(f"{desk.address}anmodning/{data['request_id']}.json").get_json()
    assert (asked["state"], asked["desk"]) == ("done", "1")
    assert "Ja, det er registreret" in desk.page(f"{desk.address}anmodning/{data['request_id']}")
    assert desk.number_of(EventKind.ADMIT) == 1


def fuzzed(seed: int, cards: list[str]) -> str:
    """What a scanner, a hand or somebody who wants in might send: never the text of a card that holds."""
    chance = random.Random(seed)
    kind = chance.randrange(8)
    card = chance.choice(cards)
    if kind == 0:
        return "".join(chance.choice(ALPHABET) for _ in range(34))
    if kind == 1:
        place = chance.randrange(34)
        return card[:place] + chance.choice(ALPHABET.replace(card[place], "")) + card[place + 1 :]
    if kind == 2:
        place = chance.randrange(33)
        swapped = card[:place] + card[place + 1] + card[place] + card[place + 2 :]
        return swapped if swapped != card else card[:-1]
    if kind == 3:
        return card[: chance.randrange(34)]
    if kind == 4:
        return card + chance.choice(cards)
    if kind == 5:
        return "".join(chr(chance.randrange(1, 0x2FFF)) for _ in range(chance.randrange(1, 60)))
    if kind == 6:
        return f"{chance.choice(['fat', 'a', '%', '_', chr(39), 'å'])} {chance.randrange(10**9)}"
    digits = f"{chance.randrange(10**10):010d}"
    return chance.choice([digits, digits[:6], digits[:8], " ", "=" * 600, "\0" * 9])


def _fuzz(desk: Desk, number: int, through_pages: int) -> None:
    cards, crashed = [text for text, _ in cards_of(desk.played)], []
    with desk.played.installation.database.read() as session:
        election = by_slug(session, SCOPE, "2017")
        assert election is not None
        station = stations(session, election)[0]
        for seed in range(number):
            typed = fuzzed(seed, cards)
            try:
                wanted = lookup.asked_for(typed)
                found: Any = (
                    lookup.search(session, election, wanted)
                    if wanted
                    else lookup.by_card(session, election, station, typed)
                )
                assert found
                assert wanted is not None, f"seed {seed} was taken for a card: {typed!r}"
            except Refused:
                continue
            except AssertionError:
                raise
            except Exception as trouble:
                crashed.append((seed, repr(trouble)))
    assert crashed == []
    for seed in range(through_pages):
        page = desk.scan(fuzzed(seed, cards))[1]
        assert 'data-verdict="admit"' not in page
    with desk.played.installation.database.read() as session:
        assert session.query(PollingEvent).filter(PollingEvent.kind == EventKind.ADMIT).count() == 0


def test_five_hundred_fuzzed_scans_admit_nobody(desk: Desk) -> None:
    """0 admissions, 0 crashes; a part of them through the pages."""
    _fuzz(desk, 500, 25)


@pytest.mark.nightly
def test_ten_thousand_fuzzed_scans_admit_nobody(desk: Desk) -> None:
    """0 admissions, 0 crashes."""
    _fuzz(desk, 10_000, 1_000)
