"""What everybody may see of a candidate: only what was agreed to, and only when candidates are closed."""

from __future__ import annotations

import csv
import hashlib
import json
from io import StringIO
from unittest import mock
from uuid import UUID

import pytest
from sqlalchemy import select

from election.ballots.printing import ballot_paper_pdf
from election.call.records import Election
from election.call.rules import Phase
from election.candidacy.case_acts import strike, withdraw
from election.candidacy.part_acts import consent
from election.candidacy.records import Consent, accepted
from election.candidacy.rules import ConsentKind, StruckKind
from election.presentation import open_data
from election.presentation.shown import Shown, searched, shown
from election.retention.rules import Kept
from registry.act import Installation
from tests.election.presentation.standing import (
    EVERY_CHOICE,
    Standing,
    close,
    pdf,
    portrait,
    stand,
    version_of,
)
from tests.election.retention.ends import destroyed, may_be_destroyed
from tests.scenarios import Person, Played, call_koege, people, play_to, with_roll

pytestmark = pytest.mark.slow

ONCE = pytest.mark.parametrize("engine_name", ["sqlite"])


def _one(number: int, consents: frozenset[ConsentKind]) -> Standing:
    letter = chr(ord("A") + number)
    return Standing(
        f"Amina Hassan {letter}",
        f"post-{letter.lower()}@example.dk",
        f"40 00 00 {number:02}",
        {"da": f"Jeg er kandidat {letter}.", "ar": f"أنا المرشح {letter}."},
        consents,
        shade=number * 10,
    )


def _every(played: Played) -> tuple[Shown, ...]:
    with played.installation.database.read() as session:
        return shown(session, played.read())


def _address(sha256: str) -> str:
    return f"https://valg.example.dk/{sha256}.jpg"


@pytest.fixture
def played(installation: Installation) -> Played:
    return with_roll(call_koege(installation), 20)


# --- consents ----------------------------------------------------------------------------------------------


def _demand_as_agreed(one: Shown, given: Standing) -> None:
    may = given.consents
    assert one.texts == (tuple(given.texts.items()) if ConsentKind.PRESENTATION in may else ())
    assert bool(one.photo) == (ConsentKind.PHOTO in may)
    assert one.email == (given.email if ConsentKind.EMAIL in may else "")
    assert one.phone == (given.phone if ConsentKind.PHONE in may else "")


def test_every_way_to_agree_shows_that_and_no_more(played: Played) -> None:
    """Sixteen candidates, each with photo, texts, e-mail and telephone, and each with other consents."""
    given = [_one(number, choice) for number, choice in enumerate(EVERY_CHOICE)]
    stand(played, given)
    close(played)
    every = _every(played)
    assert [one.name for one in every] == [one.name for one in given]
    for one, its in zip(every, given, strict=True):
        _demand_as_agreed(one, its)


@ONCE
def test_open_data_holds_what_is_agreed_to_and_no_more(played: Played) -> None:
    given = [_one(number, choice) for number, choice in enumerate(EVERY_CHOICE)]
    stand(played, given)
    close(played)
    with played.installation.database.read() as session:
        election = played.read()
        every = shown(session, election)
        document = json.loads(json.dumps(open_data.as_json(session, election, every, _address)))
        lines = list(csv.reader(StringIO(open_data.as_csv(election, every, _address)[1:]), delimiter=";"))
    for number, its in enumerate(given):
        row, line = document["candidates"][number], dict(zip(lines[0], lines[number + 1], strict=True))
        photo = _address(hashlib.sha256(portrait(number * 10).shown).hexdigest())
        for key, kind, value in (
            ("photo", ConsentKind.PHOTO, photo),
            ("email", ConsentKind.EMAIL, its.email),
            ("phone", ConsentKind.PHONE, its.phone),
        ):
            assert row[key] == (value if kind in its.consents else None)
            assert line[key] == (value if kind in its.consents else "")
        is_told = ConsentKind.PRESENTATION in its.consents
        assert row["texts"] == (dict(its.texts) if is_told else {})
        assert line["text_ar"] == (its.texts["ar"] if is_told else "")
        assert row["languages"] == (["da", "ar"] if is_told else [])


def test_the_data_name_no_case_person_or_origin(played: Played) -> None:
    ids = stand(played, [_one(0, EVERY_CHOICE[-1]), _one(1, EVERY_CHOICE[-1])])
    close(played)
    with played.installation.database.read() as session:
        election = played.read()
        every = shown(session, election)
        whole = json.dumps(open_data.as_json(session, election, every, _address))
        whole += open_data.as_csv(election, every, _address)
    forbidden = [*map(str, ids), *(person.cpr for person in played.people), "Nørregade", "group", "vestlig", "SY"]
    assert [word for word in forbidden if word in whole] == []
    assert "CC BY 4.0" in whole
    assert "raadsvalg/candidates/1" in whole


def test_a_consent_that_is_taken_back_holds_at_once(played: Played) -> None:
    first, _second = stand(played, [_one(0, EVERY_CHOICE[-1]), _one(1, EVERY_CHOICE[-1])])
    close(played)
    assert all(one.photo and one.email for one in _every(played))
    consent(*played.by, played.act("election_administrator"), played.election_id, first, frozenset())
    bare, other = _every(played)
    assert (bare.texts, bare.photo, bare.email, bare.phone) == ((), "", "", "")
    assert other.photo
    assert other.email


# --- before, and after -------------------------------------------------------------------------------------


def test_nobody_learns_who_stands_before_candidates_are_closed(played: Played) -> None:
    stand(played, [_one(0, EVERY_CHOICE[-1])])
    assert _every(played) == ()
    with played.installation.database.read() as session:
        document = open_data.as_json(session, played.read(), shown(session, played.read()), _address)
    assert isinstance(document, dict)
    assert (document["is_public"], document["candidates"], document["lists"]) == (False, [], [])
    close(played, is_settled=False)
    (one,) = _every(played)
    assert (one.place, one.number) == (1, None)


def test_who_withdraws_in_time_is_never_shown(played: Played) -> None:
    first, _second = stand(played, [_one(0, EVERY_CHOICE[-1]), _one(1, frozenset())])
    version = version_of(played, first)
    act = played.act("election_administrator", reason="Kandidatens eget ønske.")
    withdraw(*played.by, act, played.election_id, first, version)
    close(played)
    assert [one.name for one in _every(played)] == ["Amina Hassan B"]


def test_a_candidate_who_is_marked_keeps_name_and_number_and_nothing_else(played: Played) -> None:
    first, _second = stand(played, [_one(0, EVERY_CHOICE[-1]), _one(1, EVERY_CHOICE[-1])])
    close(played)
    _strike(played, first)
    gone, other = _every(played)
    assert (gone.place, gone.number, gone.name, gone.is_gone) == (1, 1, "Amina Hassan A", True)
    assert (gone.texts, gone.photo, gone.email, gone.phone) == ((), "", "", "")
    assert not other.is_gone
    assert other.texts


def test_who_is_struck_before_the_ballot_is_made_comes_last_without_a_number(played: Played) -> None:
    first, _second = stand(played, [_one(0, EVERY_CHOICE[-1]), _one(1, EVERY_CHOICE[-1])])
    close(played, is_settled=False)
    _strike(played, first)
    other, gone = _every(played)
    assert (other.place, other.is_gone) == (1, False)
    assert (gone.place, gone.number, gone.name, gone.is_gone, gone.photo) == (2, None, "Amina Hassan A", True, "")


def test_who_was_struck_before_anything_was_public_is_not_shown(played: Played) -> None:
    first, _second = stand(played, [_one(0, EVERY_CHOICE[-1]), _one(1, EVERY_CHOICE[-1])])
    _strike(played, first)
    close(played)
    assert [one.name for one in _every(played)] == ["Amina Hassan B"]


def _strike(played: Played, candidacy_id: UUID) -> None:
    version = version_of(played, candidacy_id)
    act = played.act("election_administrator", reason="Meddelt valgkontoret.")
    strike(*played.by, act, played.election_id, candidacy_id, version, StruckKind.LOST_RIGHT)


def test_a_protected_name_is_only_on_the_ballot_once_the_consent_is_taken_back(installation: Installation) -> None:
    whole = people(3)
    hidden = Person(whole[0].cpr, "Amina", "Hassan", is_protected=True)
    played = with_roll(call_koege(installation), rows=[hidden, *whole[1:]])
    agreed = frozenset({ConsentKind.PROTECTED_NAME, ConsentKind.PHOTO, ConsentKind.PRESENTATION})
    first, _second = stand(played, [_one(0, agreed), _one(1, frozenset({ConsentKind.PROTECTED_NAME}))])
    close(played)
    assert _every(played)[0].name == "Amina Hassan A"
    left = agreed - {ConsentKind.PROTECTED_NAME}
    consent(*played.by, played.act("election_administrator"), played.election_id, first, left)
    one, other = _every(played)
    assert (one.number, one.name, one.photo, one.texts) == (1, "", "", ())
    assert other.name == "Amina Hassan B"
    with installation.database.read() as session:
        paper = pdf(ballot_paper_pdf(session, played.read()))
    assert "Amina Hassan A" in paper[0].get_textpage().get_text_bounded()
    paper.close()


def test_a_consent_taken_back_holds_when_the_roll_is_destroyed(installation: Installation) -> None:
    """The name on the ballot stays for good; what keeps it from the pages must not go before it."""
    played = play_to(Phase.CERTIFIED, installation)
    with installation.database.read() as session:
        last = accepted(session, played.read())[-1]
    for given in (frozenset({ConsentKind.PROTECTED_NAME}), frozenset[ConsentKind]()):
        consent(*played.by, played.act("election_administrator"), played.election_id, last.id, given)
    nobody = Kept(frozenset(), frozenset())
    with mock.patch("election.retention.plan.kept_candidates", return_value=nobody):
        destroyed(may_be_destroyed(played))
    names = [one.name for one in _every(played)]
    assert last.ballot_name not in names
    assert names.count("") == 1
    with installation.database.read() as session:
        assert {row.kind for row in session.scalars(select(Consent))} == {ConsentKind.PROTECTED_NAME}


# --- searching ---------------------------------------------------------------------------------------------

_NAMED = tuple(
    Shown(place, place, name, texts=texts)
    for place, (name, texts) in enumerate(
        [
            ("Ørjan Æbelø", (("da", "Flere mødesteder på Åvej."),)),
            ("Çiğdem Yılmaz", (("tr", "Daha çok buluşma yeri."),)),
            ("يوسف رحيمي", (("ar", "أريد مَكْتَبَةً في الحي."),)),
            ("José Núñez", ()),
        ],
        1,
    )
)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [1, 2, 3, 4]),
        ("ørjan", [1]),
        ("oerjan", [1]),
        ("AEBELØ", [1]),
        ("aavej", [1]),
        ("mødesteder ørjan", [1]),
        ("mødesteder jose", []),
        ("cigdem yilmaz", [2]),
        ("Çiğdem", [2]),
        ("yilmaz", [2]),
        ("nunez", [4]),
        ("رحیمی", [3]),
        ("يوسف", [3]),
        ("مكتبة", [3]),
        ("=1+1", []),
    ],
)
def test_words_are_found_however_they_are_accented(query: str, places: list[int]) -> None:
    """The vowel signs of مَكْتَبَةً are left out by whoever types it."""
    assert [one.place for one in searched(_NAMED, query)] == places


# --- the files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=SUM(A1)", "+45 40", "-1", "@here"])
def test_a_spreadsheet_takes_no_name_for_a_formula(name: str) -> None:
    election = Election(municipality="0259", council="integrationsraad", slug="2017")
    body = open_data.as_csv(election, [Shown(1, 1, name, phone=name)], _address)
    assert body.startswith("\ufeff")
    line = list(csv.reader(StringIO(body[1:]), delimiter=";"))[1]
    assert line.count("'" + name) == 2
    assert name not in line


def test_a_text_of_several_lines_stays_one_row() -> None:
    election = Election(municipality="0259", council="integrationsraad", slug="2017")
    body = open_data.as_csv(election, [Shown(1, None, 'A; "B"', texts=(("da", "en\nto;tre"),))], _address)
    rows = list(csv.DictReader(StringIO(body[1:]), delimiter=";"))
    assert [(row["name"], row["text_da"], row["number"]) for row in rows] == [('A; "B"', "en\nto;tre", "")]
