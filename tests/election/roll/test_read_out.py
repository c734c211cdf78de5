"""“Why am I not on the roll?” — the clerk reads the answer out in the person's own language."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from election.call.rules import Phase
from registry.act import Installation
from registry.languages import EVERY_LANGUAGE, LANGUAGES
from registry.wording import direction_of
from scripts.translations import compile_all
from tests.scenarios import Played, form_value, invented_cpr, play_to, sign_in

PAGE = "/0259/integrationsraad/2017/valgliste/person"
pytestmark = [pytest.mark.parametrize("engine_name", ["sqlite"]), pytest.mark.slow]


@pytest.fixture
def played(installation: Installation) -> Played:
    compile_all()
    return play_to(Phase.PREPARATION, installation)


def _answer(client: FlaskClient, cpr: str, language: str | None) -> str:
    page = client.get(PAGE).get_data(as_text=True)
    data = {"csrf_token": form_value(page, "csrf_token"), "cpr": cpr}
    if language:
        data["language"] = language
    return client.post(PAGE, data=data).get_data(as_text=True)


@pytest.mark.parametrize("language", [code for code in EVERY_LANGUAGE if code not in LANGUAGES])
def test_the_sentence_stands_in_danish_and_large_in_the_persons_language(
    played: Played, client: FlaskClient, language: str
) -> None:
    """The page stays Danish; one paragraph has the language and direction of the person."""
    sign_in(client, "roll_keeper")
    refused = next(person for person in played.people if person.country == "DK")
    page = _answer(client, refused.cpr, language)
    assert '<html lang="da" dir="ltr">' in page
    assert "efter registret ikke omfattet af reglen om baggrund" in page
    (theirs,) = re.findall(rf'<p lang="{language}" dir="{direction_of(language)}">(.*?)</p>', page)
    assert "Personen" not in theirs
    assert refused.cpr not in page.replace(f'value="{refused.cpr}"', "")


@pytest.mark.parametrize("language", [None, "da"])
def test_in_danish_the_answer_stands_once(played: Played, client: FlaskClient, language: str | None) -> None:
    sign_in(client, "roll_keeper")
    page = _answer(client, played.people[0].cpr, language)
    assert "På valglisten" in page
    assert "read-out" not in page


def test_somebody_whom_the_extract_does_not_know_is_told_so_in_arabic(played: Played, client: FlaskClient) -> None:
    sign_in(client, "roll_keeper")
    page = _answer(client, invented_cpr(901), "ar")
    assert '<p lang="ar" dir="rtl">لم يكن الشخص في كشف السجل' in page
