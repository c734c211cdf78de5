"""What a candidate fills in: drafts, parts saved in two windows, texts, photo, consents, links."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from election.candidacy.case_acts import Registration, register
from election.candidacy.filled import filled
from election.candidacy.part_acts import (
    LONGEST_TEXT,
    Cropped,
    Person,
    Written,
    begin,
    consent,
    make_link,
    send_links,
    set_photo,
    use_link,
    write,
)
from election.candidacy.records import Candidacy, candidacies, consented, consents, photo, texts
from election.candidacy.rules import ConsentKind, Part, RightToStand, State, missing
from registry.act import Installation
from registry.languages import EVERY_LANGUAGE
from tests.election.candidacy.played import (
    ADMIN,
    LETTERS,
    PROTECTED,
    accepted,
    at_once,
    case,
    code,
    cpr,
    decided,
    draft,
    fill,
    filled_in,
    give,
    nominating,
    own,
    read,
    seen,
    sent,
)
from tests.scenarios import ELECTION_ON, SCOPE, Played, at, invented_cpr

pytestmark = pytest.mark.slow

PICTURE = Cropped(b"whole", b"shown", 120, 50, 40)
CURE = at(ELECTION_ON - timedelta(days=5), "12:00")


@pytest.fixture
def played(installation: Installation) -> Played:
    return nominating(installation)


# --- beginning ---------------------------------------------------------------------------------------------


def test_a_draft_carries_the_name_on_the_roll_and_what_the_roll_says(played: Played) -> None:
    row = case(played, draft(played, 0, "ar"))
    person = played.people[0]
    assert row.ballot_name == f"{person.first_names} {person.surname}"
    assert (row.in_state, row.language, row.right_to_stand) == (State.DRAFT, "ar", RightToStand.CONFIRMED)
    assert row.submitted_at is None


def test_a_person_with_a_protected_name_writes_it_themselves(played: Played) -> None:
    assert case(played, draft(played, PROTECTED)).ballot_name == ""


def test_somebody_who_is_not_on_the_roll_begins_all_the_same_and_the_office_looks_at_it(played: Played) -> None:
    stranger = Person(invented_cpr(500))
    made = begin(*played.by, own(played), played.election_id, stranger, "pl")
    assert case(played, made).right_to_stand == RightToStand.TO_BE_EXAMINED


def test_whoever_begins_twice_finds_the_same_draft(played: Played) -> None:
    first = begin(*played.by, own(played), played.election_id, Person(cpr(played, 0)), "da")
    person = Person(cpr(played, 0), "https://broker.example.dk", "abc")
    assert begin(*played.by, own(played), played.election_id, person, "en") == first
    row = case(played, first)
    assert (row.issuer, row.subject, row.language) == ("https://broker.example.dk", "abc", "da")


def test_two_who_begin_at_once_for_the_same_person_get_one_draft(played: Played) -> None:
    found = at_once(*[partial(draft, played, 3) for _ in range(4)])
    assert len(set(found)) == 1
    assert isinstance(found[0], UUID)
    assert case(played, found[0]).number == 1


def test_a_language_that_is_not_here_is_refused(played: Played) -> None:
    assert code(partial(draft, played, 0, "de")) == "R232"
    made = draft(played)
    assert code(partial(fill, played, made, language="\ud800")) == "R232"
    assert code(partial(fill, played, made, texts=(("xx", "Hej"),))) == "R232"


def test_a_draft_does_not_exist_for_the_office(played: Played) -> None:
    """Not in the list of candidacies, and every act of the office on it answers as if it were not there."""
    made = filled_in(played)
    assert read(played, candidacies) == []
    by_office = played.act(ADMIN)
    assert code(partial(fill, played, made, act=by_office, phone="1")) == "R203"
    assert code(lambda: set_photo(*played.by, played.act(ADMIN), played.election_id, made, PICTURE)) == "R203"
    assert code(lambda: consent(*played.by, played.act(ADMIN), played.election_id, made, frozenset())) == "R203"
    assert code(lambda: make_link(*played.by, played.act(ADMIN), played.election_id, made, "x")) == "R203"
    assert code(partial(decided, played, made)) == "R203"


# --- writing -----------------------------------------------------------------------------------------------


def test_of_two_windows_the_second_to_save_the_same_part_is_refused_and_nothing_is_lost(played: Played) -> None:
    made = draft(played)
    written = Written(ballot_name="Amina A")
    before = seen(played, made, written)
    write(*played.by, own(played), played.election_id, made, before, written)
    late = replace(written, ballot_name="Amina B")
    act = own(played)
    assert code(lambda: write(*played.by, act, played.election_id, made, before, late)) == "R224"
    assert case(played, made).ballot_name == "Amina A"
    fill(played, made, ballot_name="Amina B")  # what is stored now has been seen
    assert case(played, made).ballot_name == "Amina B"


def test_two_windows_with_different_parts_both_save(played: Played) -> None:
    made = draft(played)
    name, words = Written(ballot_name="Amina A"), Written(texts=(("da", "Hej"), ("ar", "مرحبا")))
    opened = [(one, seen(played, made, one)) for one in (name, words)]
    for one, digest in opened:
        write(*played.by, own(played), played.election_id, made, digest, one)
    assert case(played, made).ballot_name == "Amina A"
    assert words_of(played, made) == {"da": "Hej", "ar": "مرحبا"}


def words_of(played: Played, made: UUID) -> dict[str, str]:
    found: dict[str, str] = read(played, lambda s, e: texts(s, _row(s, made)))
    return found


def _row(session: object, made: UUID) -> Candidacy:
    return session.get(Candidacy, (SCOPE.municipality, SCOPE.council, made))  # type: ignore[attr-defined,no-any-return]


def test_a_presentation_is_kept_in_each_of_nine_languages_changed_and_taken_away(played: Played) -> None:
    made = draft(played)
    fill(played, made, texts=tuple((language, f"Tekst {language}") for language in EVERY_LANGUAGE))
    assert words_of(played, made) == {language: f"Tekst {language}" for language in EVERY_LANGUAGE}
    assert len(EVERY_LANGUAGE) == 9
    fill(played, made, texts=(("so", "Salaan"), ("tr", "")))
    kept = words_of(played, made)
    assert (kept["so"], "tr" in kept, len(kept)) == ("Salaan", False, 8)


def test_signs_that_cannot_be_seen_or_turn_the_text_around_are_taken_out(played: Played) -> None:
    made = draft(played)
    turning = "".join(
        chr(sign) for sign in (0x202A, 0x202B, 0x202D, 0x202E, *range(0x2066, 0x206A), 0x200E, 0x200F)
    )
    fill(played, made, texts=(("fa", f"می\u200cخواهم{turning}\x00\x07 \r\nto\tlinjer\n"),))
    assert words_of(played, made) == {"fa": "می\u200cخواهم\nto linjer"}


def test_a_text_has_room_for_so_many_signs_and_not_one_more(played: Played) -> None:
    made = draft(played)
    fill(played, made, texts=(("da", "å" * LONGEST_TEXT),))
    assert code(partial(fill, played, made, texts=(("da", "å" * (LONGEST_TEXT + 1)),))) == "R231"
    assert words_of(played, made) == {"da": "å" * LONGEST_TEXT}
    fill(played, made, texts=(("da", "a\u030a" * LONGEST_TEXT),))  # the same letters, written as two signs each


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("amina@example.dk", "amina@example.dk"),
        (" amina@EXAMPLE.dk ", "amina@example.dk"),
        ("", ""),
        ("info@kørøb.dk", "info@kørøb.dk"),
    ],
)
def test_an_address_is_kept_as_it_is_written_to(played: Played, typed: str, kept: str) -> None:
    made = draft(played)
    fill(played, made, email=typed)
    assert case(played, made).email == kept


NOT_ADDRESSES = [
    "amina",
    "amina@",
    "@example.dk",
    "a b@example.dk",
    "a@b@c.dk",
    "a@e.dk\nBcc: x@example.dk",
    "a@\0.dk",
]
NOT_ADDRESSES += ["\ud800@example.dk", "ærlig@example.dk", "a@" + "x" * 100_000 + ".dk", "a@localhost"]


@pytest.mark.parametrize("typed", NOT_ADDRESSES, ids=lambda typed: ascii(typed[:20]))
def test_what_is_no_address_is_refused(played: Played, typed: str) -> None:
    made = draft(played)
    assert code(partial(fill, played, made, email=typed)) == "R236"
    assert case(played, made).email == ""


@pytest.mark.parametrize(
    "odd", ["\x00", "\x00" * 50 + "A", "x" * 100_000, "\ud800\udfff", "\u202e", "\u0301" * 500]
)
def test_odd_signs_in_any_field_are_cleaned_or_refused_and_never_a_fault(played: Played, odd: str) -> None:
    made = draft(played)
    for name in ("ballot_name", "phone", "group"):
        typed: dict[str, Any] = {name: odd}
        assert code(partial(fill, played, made, **typed)) == "done"
    others: list[dict[str, Any]] = [{"list_key": odd}, {"email": odd}, {"texts": (("da", odd),)}]
    for fields in others:
        assert code(partial(fill, played, made, **fields)) in {"done", "R205", "R231", "R236"}
    row = case(played, made)
    for kept in (row.ballot_name, row.phone, row.group or ""):
        assert len(kept) <= 120
        assert not set(kept) & set("\x00\u202e\ud800")
    token = own(played)
    assert code(lambda: use_link(*played.by, token, played.election_id, odd)) == "R235"
    assert code(lambda: send_links(*played.by, own(played), played.election_id, odd, ("t",))) == "done"


def test_a_name_may_be_written_that_could_not_stand_on_the_ballot(played: Played) -> None:
    """Nothing is refused before the office decides; what is missing is named instead."""
    made = draft(played)
    fill(played, made, ballot_name="Dr. Amina 2")
    found = read(played, lambda s, e: missing(filled(s, e, _row(s, made))))
    assert found == (Part.NAME, Part.CONTACT, Part.WILLINGNESS)


def test_what_is_missing_becomes_less_until_nothing_is(played: Played) -> None:
    made = filled_in(played)
    assert read(played, lambda s, e: missing(filled(s, e, _row(s, made)))) == ()


def test_a_protected_name_needs_its_own_consent(played: Played) -> None:
    made = draft(played, PROTECTED)
    fill(played, made, ballot_name="Amina Alba", phone="12345678", is_willing=True)
    assert read(played, lambda s, e: missing(filled(s, e, _row(s, made)))) == (Part.CONSENTS,)
    given = frozenset({ConsentKind.PROTECTED_NAME})
    consent(*played.by, own(played), played.election_id, made, given)
    assert read(played, lambda s, e: missing(filled(s, e, _row(s, made)))) == ()


def test_willingness_keeps_the_time_it_was_declared_until_it_is_taken_back(played: Played) -> None:
    made = draft(played)
    fill(played, made, is_willing=True)
    declared = played.now
    played.now += timedelta(hours=1)
    fill(played, made, is_willing=True)
    assert case(played, made).willing_at == declared
    fill(played, made, is_willing=False)
    assert case(played, made).willing_at is None


def test_a_list_cannot_be_chosen_where_there_are_none(played: Played) -> None:
    assert code(partial(fill, played, draft(played), list_key="A")) == "R205"


def test_who_waits_for_a_decision_may_mend_until_the_second_of_the_time_to_mend(played: Played) -> None:
    made = sent(played)
    played.now = CURE + timedelta(milliseconds=900)
    assert fill(played, made, phone="1") is State.SUBMITTED
    played.now = CURE + timedelta(seconds=1)
    assert code(partial(fill, played, made, phone="2")) == "R221"
    assert code(lambda: set_photo(*played.by, own(played), played.election_id, made, PICTURE)) == "R221"
    assert fill(played, made, act=played.act(ADMIN), phone="3") is State.SUBMITTED


def test_what_is_accepted_is_changed_by_the_office_only_and_stays_acceptable(played: Played) -> None:
    """The new name is tried like the first: its form, and that nobody else has it. Its key follows."""
    first, second = accepted(played, 0, 1)
    assert code(partial(fill, played, first, phone="2")) == "R204"
    office = partial(fill, played, first, act=None)
    assert code(partial(office, act=played.act(ADMIN), ballot_name="Dr. Amina")) == "R200"
    assert code(partial(office, act=played.act(ADMIN), ballot_name=LETTERS[1].upper())) == "R201"
    assert code(partial(office, act=played.act(ADMIN), ballot_name="Amina Albæk")) == "done"
    assert case(played, first).accepted_name_key == "aminaalbæk"
    assert code(partial(fill, played, second, act=played.act(ADMIN), ballot_name=LETTERS[0])) == "done"


# --- photo -------------------------------------------------------------------------------------------------


def test_a_photo_is_kept_replaced_and_removed(played: Played) -> None:
    made = draft(played)

    def kept() -> tuple[bytes, int] | None:
        row = read(played, lambda s, e: photo(s, _row(s, made)))
        return None if row is None else (row.shown, row.zoom)

    first = set_photo(*played.by, own(played), played.election_id, made, PICTURE)
    assert (len(first), kept()) == (64, (b"shown", 120))
    other = replace(PICTURE, shown=b"other", zoom=100)
    assert set_photo(*played.by, own(played), played.election_id, made, other) != first
    assert kept() == (b"other", 100)
    assert set_photo(*played.by, own(played), played.election_id, made, None) == ""
    assert kept() is None
    assert set_photo(*played.by, own(played), played.election_id, made, None) == ""


# --- consents ----------------------------------------------------------------------------------------------


def test_each_consent_is_given_and_taken_back_on_its_own_and_no_word_is_overwritten(played: Played) -> None:
    """Two given; one taken back and one more given; nothing changed: 2 + 2 + 0 rows, each with its time."""
    made = draft(played)
    assert give(played, made, ConsentKind.PHOTO, ConsentKind.EMAIL) == 2
    given_at = played.now
    played.now += timedelta(hours=1)
    assert give(played, made, ConsentKind.EMAIL, ConsentKind.PHONE) == 2
    assert give(played, made, ConsentKind.EMAIL, ConsentKind.PHONE) == 0
    assert read(played, lambda s, e: consented(s, _row(s, made))) == {ConsentKind.EMAIL, ConsentKind.PHONE}
    newest = read(played, lambda s, e: consents(s, _row(s, made)))
    assert (newest[ConsentKind.PHOTO].is_given, newest[ConsentKind.PHOTO].at) == (False, played.now)
    assert newest[ConsentKind.EMAIL].at == given_at
    with played.installation.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM consent")) == 4


def test_a_consent_can_be_taken_back_after_acceptance_and_when_the_time_to_mend_is_over(played: Played) -> None:
    made = sent(played)
    give(played, made, ConsentKind.PHOTO)
    decided(played, made)
    played.now = CURE + timedelta(days=1)
    assert give(played, made) == 1
    assert read(played, lambda s, e: consented(s, _row(s, made))) == frozenset()


# --- the paper path ----------------------------------------------------------------------------------------


def test_paper_completes_the_draft_that_the_person_began_and_keeps_the_address(played: Played) -> None:
    made = draft(played)
    fill(played, made, email="amina@example.dk", texts=(("ar", "مرحبا"),))
    given = Registration(cpr(played, 0), "Amina Alba", texts=(("da", "Hej"),))
    registered = register(*played.by, played.act(ADMIN), played.election_id, given)
    assert (registered.candidacy_id, registered.state) == (made, State.SUBMITTED)
    assert case(played, made).email == "amina@example.dk"
    assert words_of(played, made) == {"ar": "مرحبا", "da": "Hej"}
    again = partial(register, *played.by, played.act(ADMIN), played.election_id, given)
    assert code(again) == "R202"


@pytest.mark.parametrize(
    "typed", ["", "123", "12345678901", "abcdefghij", "٠١٢٣٤٥٦٧٨٩", "010101\x00101", "010101-1234"]
)
def test_a_number_that_is_no_cpr_number_is_refused(played: Played, typed: str) -> None:
    given = Registration(typed, "Amina Alba")
    assert code(lambda: register(*played.by, played.act(ADMIN), played.election_id, given)) == "R207"
