"""Pages in all languages: every sentence of them, in every language, in its direction, and no half pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from html import unescape
from uuid import uuid4

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import delete, update

from election.call.rules import Phase
from election.poll_cards.acts import issue
from election.roll.records import RollEntry, RollRefusal
from election.roll.rules import SENTENCES, ReasonCode
from election.roll.wording import in_their_language, say_decision
from registry.accounts import findings
from registry.accounts.identities import CitizenVisit, cpr_cell
from registry.accounts.mitid import citizen
from registry.accounts.records import token_digest
from registry.act import Installation
from registry.database import WHOLE_MUNICIPALITY
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.regulation.loader import shipped
from registry.wording import direction_of, is_in_all_languages, say
from scripts.translations import FOR_EVERYBODY, ROOT, catalogue, collect, compile_all
from tests.languages import OTHERS, missed_by
from tests.scenarios import SCOPE, form_value, invented_cpr, play_to, sign_in

pytestmark = pytest.mark.slow

FROM_RIGHT = {"ar", "ur", "fa"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")
LOOK_UP = "/0259/integrationsraad/2017/kan-jeg-stemme"
ISOLATES = "\u2066\u2067\u2068\u2069"
ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    compile_all()


# --- the catalogues -----------------------------------------------------------------------------------------


def _sentences(known: Catalog) -> dict[tuple[str, str], Message]:
    return {(message.context or "", str(message.id)): message for message in known if message.id}


def test_nine_languages_and_their_directions() -> None:
    assert list(EVERY_LANGUAGE) == ["da", "en", "ar", "tr", "ur", "so", "pl", "uk", "fa"]
    assert {code for code in EVERY_LANGUAGE if direction_of(code) == "rtl"} == FROM_RIGHT


@pytest.mark.parametrize("locale", OTHERS)
def test_a_catalogue_holds_what_everybody_may_see_and_no_more(locale: str) -> None:
    """`python -m scripts.translations update` mends it, and somebody who knows the language fills it."""
    wanted, known = set(_sentences(collect(locale))), _sentences(catalogue(locale))
    assert set(known) == wanted
    assert [key for key, message in known.items() if message.fuzzy or not message.string] == []


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_names_the_same_facts_and_sections(locale: str) -> None:
    for (_, danish), message in _sentences(catalogue(locale)).items():
        foreign = str(message.string)
        assert sorted(PLACEHOLDER.findall(danish)) == sorted(PLACEHOLDER.findall(foreign)), danish
        assert danish.startswith(" ") == foreign.startswith(" "), danish
        for name in ("MitID", "CPR", "WCAG 2.2", "JavaScript"):
            assert (name in danish) == (name in foreign), (danish, foreign)


@pytest.mark.parametrize("locale", OTHERS)
def test_no_translation_is_left_in_danish_or_in_another_script(locale: str) -> None:
    """Arabic script where it belongs, Cyrillic in Ukrainian, and never a Danish letter but in names."""
    scripts = {"ar": "؀-ۿ", "ur": "؀-ۿ", "fa": "؀-ۿ", "uk": "Ѐ-ӿ"}
    for (_, danish), message in _sentences(catalogue(locale)).items():
        words = PLACEHOLDER.sub("", str(message.string))
        if re.search(r"\w", words):
            assert not re.search("[æøåÆØÅ]", words), danish
            assert locale not in scripts or re.search(f"[{scripts[locale]}]", words), danish


@pytest.mark.parametrize("locale", sorted(FROM_RIGHT))
def test_a_date_in_a_sentence_from_the_right_is_kept_apart(locale: str) -> None:
    """Without an isolate `31-12-1980` after an Arabic letter is shown as 1980-12-31."""
    for (_, danish), message in _sentences(catalogue(locale)).items():
        if "31-12-1980" in danish:
            assert "\u206631-12-1980\u2069" in str(message.string)


def test_what_is_listed_sentence_by_sentence_is_still_there() -> None:
    english = {sentence for _, sentence in _sentences(collect())}
    for source, chosen in FOR_EVERYBODY.items():
        assert (ROOT / source).is_file(), source
        assert {str(one) for one in chosen or ()} <= english, source


# --- the pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def missed(app: Flask) -> set[str]:
    return missed_by(app)


def _addresses() -> list[str]:
    return [
        "/",
        "/tilgaengelighed",
        LOOK_UP,
        LOOK_UP.replace("2017", "1917"),
        "/0259/integrationsraad/2017/kandidater/liste",
        "/0259/integrationsraad/2017/kandidater/liste/1",
        "/mitid/0259/log-ind",
        "/mitid/tilbage",
    ]


def _opened(client: FlaskClient, locale: str) -> Iterator[str]:
    """Every page in all languages, and everything that its forms can answer."""
    client.set_cookie("language", locale)
    for address in _addresses():
        yield client.get(address, follow_redirects=True).get_data(as_text=True)
    page = client.get(LOOK_UP).get_data(as_text=True)
    if 'name="born_on"' not in page:
        return
    token = form_value(page, "csrf_token")
    for number, born_on in (("", ""), ("1", "x"), ("1", "31-12-1980"), *[("2", "31-12-1980")] * 6):
        typed = {"csrf_token": token, "number": number, "born_on": born_on}
        yield client.post(LOOK_UP, data=typed).get_data(as_text=True)
    yield client.post(LOOK_UP, data={}).get_data(as_text=True)  # a form without its token
    token = form_value(client.get(LOOK_UP).get_data(as_text=True), "csrf_token")
    signed_out = client.post("/mitid/log-ud", data={"csrf_token": token, "next": LOOK_UP}, follow_redirects=True)
    yield signed_out.get_data(as_text=True)


@ONCE
@pytest.mark.parametrize("phase", [Phase.CALLED, Phase.PREPARATION, Phase.UNCONTESTED, Phase.COUNTING])
def test_a_page_in_all_languages_has_no_sentence_left_in_danish(
    installation: Installation, client: FlaskClient, missed: set[str], phase: Phase
) -> None:
    played = play_to(phase, installation)
    if phase is Phase.PREPARATION:
        issue(*played.by, played.act("roll_keeper"), played.election_id)
    for locale in OTHERS:
        for page in _opened(client, locale):
            assert f'<html lang="{locale}" dir="{direction_of(locale)}">' in page[:200]
    assert missed == set()


def _is_here(installation: Installation, client: FlaskClient, cpr: str) -> None:
    """The browser of a citizen who has signed in."""
    keyring, now, visit_id = installation.keys.open(SCOPE.municipality), datetime.now(UTC), uuid4()
    with installation.database.write() as session:
        session.add(
            CitizenVisit(
                municipality=SCOPE.municipality,
                council=WHOLE_MUNICIPALITY,
                id=visit_id,
                token_sha256=token_digest(cpr),
                issuer="https://broker.example.dk",
                subject=cpr[::-1],
                level="substantial",
                cpr_index=keyring.blind_index(cpr),
                cpr_sealed=keyring.seal(cpr, cpr_cell(visit_id)),
                began_at=now,
                seen_at=now,
            )
        )
    client.set_cookie("citizen", cpr)


@ONCE
def test_an_own_answer_has_no_sentence_left_in_danish(
    installation: Installation, app: Flask, client: FlaskClient, missed: set[str]
) -> None:
    """A voter, one who was struck, one who may only stand, one who is refused and one whom nobody knows."""
    played = play_to(Phase.PREPARATION, installation)
    with installation.database.write() as session:
        struck, stands = (update(RollEntry).where(RollEntry.id == played.entries[n]) for n in (1, 2))
        session.execute(struck.values(struck_at=played.now, struck_kind="dead"))
        session.execute(stands.values(may_vote=False))
    app.extensions["citizens"].name = "MitID"  # so that a button is shown where nobody is signed in
    headings = set()
    for cpr in (*(person.cpr for person in played.people), invented_cpr(900)):
        _is_here(installation, client, cpr)
        for locale in OTHERS:
            client.set_cookie("language", locale)
            page = client.get(LOOK_UP).get_data(as_text=True)
            assert f'<html lang="{locale}"' in page
            headings.add(re.findall(r'id="own-heading".*?alert-heading">(.*?)</h3>', page, re.DOTALL)[0])
    with installation.database.write() as session:
        session.execute(delete(RollRefusal))  # nobody is told any more why not
    for locale in OTHERS:
        client.set_cookie("language", locale)
        client.get(LOOK_UP)
    client.delete_cookie("citizen")
    for locale in OTHERS:
        client.set_cookie("language", locale)
        assert "/mitid/0259/log-ind" in client.get(LOOK_UP).get_data(as_text=True)
    assert missed == set()
    assert len(headings) == 4 * len(OTHERS)  # refused and unknown are under one heading


@ONCE
def test_the_pages_that_say_so_are_offered_in_nine_languages_and_turned(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.PREPARATION, installation)
    for locale, name in EVERY_LANGUAGE.items():
        client.set_cookie("language", locale)
        page = client.get(LOOK_UP).get_data(as_text=True)
        assert f'<html lang="{locale}" dir="{direction_of(locale)}">' in page
        assert ("dkfds.rtl.min.css" in page) == (locale in FROM_RIGHT)
        for code, own_name in EVERY_LANGUAGE.items():
            assert re.search(
                rf'lang="{code}" dir="{direction_of(code)}"[^>]*>(<svg.*?</svg>)?{own_name}<', page, re.S
            )
        assert 'aria-current="true"' in page.split(f">{name}<")[0][-2000:]


@ONCE
def test_numbers_and_names_keep_their_direction_on_a_page_from_the_right(
    installation: Installation, client: FlaskClient
) -> None:
    """The card's number is typed from the left; Danish names and dates are isolated."""
    played = play_to(Phase.PREPARATION, installation)
    issue(*played.by, played.act("roll_keeper"), played.election_id)
    client.set_cookie("language", "ar")
    page = unescape(client.get(LOOK_UP).get_data(as_text=True))
    for field in ("number", "born_on"):
        assert 'dir="ltr"' in re.findall(rf'<input[^>]*name="{field}"[^>]*>', page)[0]
    assert "\u2068Integrationsrådet i Køge\u2069" in page
    assert "\u206827.11.2017\u2069" in page
    assert "<bdi>Køge Kommune</bdi>" in page


@ONCE
def test_a_page_that_is_not_in_all_languages_is_danish_for_who_chose_another(
    installation: Installation, client: FlaskClient
) -> None:
    """Whole in Danish, not half in each; and the choice is kept for the pages that have it."""
    play_to(Phase.PREPARATION, installation)
    client.get("/sprog/ar")
    page = client.get("/log-ind").get_data(as_text=True)
    assert '<html lang="da" dir="ltr">' in page
    assert "العربية" not in page
    assert '<html lang="ar" dir="rtl">' in client.get(LOOK_UP).get_data(as_text=True)


@ONCE
def test_an_official_reads_danish_whatever_the_browser_has_chosen(
    installation: Installation, client: FlaskClient
) -> None:
    play_to(Phase.PREPARATION, installation)
    client.get("/sprog/ar")
    sign_in(client, "roll_keeper")
    for address in ("/", LOOK_UP):
        assert '<html lang="da" dir="ltr">' in client.get(address).get_data(as_text=True)


@ONCE
def test_which_pages_are_in_all_languages(app: Flask) -> None:
    """A page that joins them must have its sentences in FOR_EVERYBODY, and a look in the test above."""
    with app.app_context():
        found = {rule.endpoint for rule in app.url_map.iter_rules() if is_in_all_languages(rule.endpoint)}
    of_candidates = {one for one in found if one.startswith("own_case.")}
    assert found - of_candidates == {
        "home.home",
        "home.accessibility",
        "lists.change_mine",
        "lists.mine",
        "lists.public",
        "look_up.page",
        "mitid.begin",
        "mitid.back",
        "mitid.sign_out",
        "presentation.candidate",
        "presentation.candidates",
    }
    assert of_candidates == {rule.endpoint for rule in app.url_map.iter_rules() if "own_case." in rule.endpoint}


@ONCE
def test_an_unknown_language_is_not_chosen(client: FlaskClient) -> None:
    assert "language" not in str(client.get("/sprog/xx").headers.getlist("Set-Cookie"))
    client.set_cookie("language", "../../etc")
    assert '<html lang="da"' in client.get("/").get_data(as_text=True)


# --- what an official reads out ---------------------------------------------------------------------------


@ONCE
@pytest.mark.parametrize("locale", OTHERS)
def test_every_reason_of_the_roll_is_said_in_every_language(app: Flask, locale: str, missed: set[str]) -> None:
    """One sentence with the section of the Danish one, in the direction of the language."""
    rule = shipped("koege-2018").regulation.right_to_vote
    with app.test_request_context("/"):
        for reason in (None, *ReasonCode):
            danish = say_decision(reason, rule, "Køge Kommune")
            said = in_their_language(locale, partial(say_decision, reason, rule, "Køge Kommune"))
            assert said is not None
            assert (said.direction == "rtl") == (locale in FROM_RIGHT)
            assert said.language_name == EVERY_LANGUAGE[locale]
            plain = said.sentence.translate(dict.fromkeys(map(ord, ISOLATES)))
            assert plain != danish
            assert danish[danish.index("(") :].split(")")[0] in plain  # the section
            assert ("Køge Kommune" in danish) == ("Køge Kommune" in plain)
    assert missed == set()
    assert set(SENTENCES) == {None, *ReasonCode}


@ONCE
def test_in_danish_there_is_nothing_to_put_beside_it(app: Flask) -> None:
    rule = shipped("koege-2018").regulation.right_to_vote
    with app.test_request_context("/"):
        for language in ("da", None, "", "xx"):
            assert in_their_language(language, lambda: say_decision(None, rule, "Køge Kommune")) is None


@ONCE
@pytest.mark.parametrize("locale", OTHERS)
def test_every_refusal_of_a_citizen_is_said_in_every_language(app: Flask, locale: str, missed: set[str]) -> None:
    kinds = [kind for kind in vars(findings).values() if hasattr(kind, "code")]
    assert len(kinds) == 7
    with app.test_request_context("/"), force_locale(locale):
        for kind in kinds:
            assert say(Refused(kind, minutes=5)) != kind.text
        assert citizen() is None
    assert missed == set()
