"""Who looks like somebody on the roll: the act stops, shows all of them, and two people say who it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from election.roll.corrections import CorrectionKind, LatePerson, correct
from election.roll.look_alikes import LookAlikes, is_close_name
from election.roll.records import RollCorrection, RollEntry, entry_by_index
from registry.act import Installation
from registry.database import search_key
from registry.residents.rules import read_cpr
from tests.scenarios import Person, Played, call_koege, is_invented, people, with_roll

pytestmark = pytest.mark.slow

KEEPER, ADMIN = "roll_keeper", "election_administrator"
REASON = "Meddelelse fra folkeregistret"


@pytest.fixture
def frozen(installation: Installation) -> Played:
    return with_roll(call_koege(installation), 8, others=2)


def late(cpr: str, first_names: str, surname: str) -> LatePerson:
    read = read_cpr(cpr)
    assert isinstance(read, tuple)
    return LatePerson(first_names, surname, read[1], "Nørregade 9", "4600", "Køge")


def add(played: Played, cpr: str, person: LatePerson, *, is_another_person: bool = False) -> int:
    act = played.act(KEEPER, second=ADMIN, reason=REASON)
    kind = CorrectionKind.LATE_ADD
    return correct(*played.by, act, played.election_id, kind, cpr, person, is_another_person=is_another_person)


def entry_of(played: Played, cpr: str) -> RollEntry:
    with played.installation.database.read() as session:
        found = entry_by_index(session, played.read(), played.installation.keys.open("0259").blind_index(cpr))
        assert found is not None
        return found


def twin_of(person: Person, serial: int = 0) -> str:
    """Another invented number of somebody born on the same day."""
    found = (f"{person.cpr[:6]}{n:04d}" for n in range(serial, 4000))
    return next(c for c in found if c != person.cpr and is_invented(c))


@pytest.mark.parametrize(
    ("first_names", "surname"),
    [("{first}", "{last}"), ("{last}", "{first}"), ("{first} Marie", "{last}"), ("{first}", "{last}n")],
    ids=["same", "swapped", "one name more", "one letter more"],
)
def test_somebody_alike_stops_the_act_until_two_people_have_said_who_it_is(
    frozen: Played, first_names: str, surname: str
) -> None:
    """Same birth date and the same or nearly the same name: W160 with the number; with the tick it goes on."""
    person = frozen.people[0]
    cpr = twin_of(person)
    words = {"first": person.first_names, "last": person.surname}
    alike = late(cpr, first_names.format(**words), surname.format(**words))
    with pytest.raises(LookAlikes) as stopped:
        add(frozen, cpr, alike)
    assert stopped.value.kind.code == "W160"
    (found,) = stopped.value.found
    assert (found.number, found.name) == (
        entry_of(frozen, person.cpr).number,
        f"{person.first_names} {person.surname}",
    )
    assert found.station == "Køge Rådhus, kantinen"
    for told in (str(found.number), person.surname, f"{late(person.cpr, '', '').born_on:%d-%m-%Y}", "intet kort"):
        assert told in stopped.value.in_danish()
    assert add(frozen, cpr, alike, is_another_person=True) == 9
    with frozen.installation.database.read() as session:
        assert session.scalars(select(RollCorrection.is_another_person)).all() == [True]


def test_all_who_are_alike_are_listed(installation: Installation) -> None:
    """Two of the same name and day stand on the roll; a third is added: both are shown."""
    rows = people(8)
    rows[1] = replace(rows[0], cpr=twin_of(rows[0]))
    played = with_roll(call_koege(installation), rows=rows)
    cpr = next(
        c
        for c in (f"{rows[0].cpr[:6]}{n:04d}" for n in range(4000))
        if is_invented(c) and c not in {r.cpr for r in rows}
    )
    with pytest.raises(LookAlikes) as stopped:
        add(played, cpr, late(cpr, rows[0].first_names, rows[0].surname))
    assert len(stopped.value.found) == 2


def test_a_protected_look_alike_is_shown_without_the_name(installation: Installation) -> None:
    rows = people(8)
    rows[0] = replace(rows[0], is_protected=True, first_names="Hemmelig", surname="Lund")
    played = with_roll(call_koege(installation), rows=rows)
    cpr = twin_of(rows[0])
    with pytest.raises(LookAlikes) as stopped:
        add(played, cpr, late(cpr, "Hemmelig", "Lunt"))
    (found,) = stopped.value.found
    assert found.name == ""
    assert "Beskyttet navn" in stopped.value.in_danish()
    assert "Lund" not in stopped.value.in_danish()


def test_a_new_cpr_number_is_the_old_entry_struck_and_the_person_added(frozen: Played) -> None:
    """The way that the stop names: strike the old as an error, then nobody alike stands there any more."""
    person = frozen.people[0]
    cpr = twin_of(person)
    act = frozen.act(KEEPER, second=ADMIN, reason="Nyt CPR-nummer")
    correct(*frozen.by, act, frozen.election_id, CorrectionKind.ERROR, person.cpr)
    assert add(frozen, cpr, late(cpr, person.first_names, person.surname)) == 9


def test_the_same_day_and_another_name_is_no_look_alike(frozen: Played) -> None:
    cpr = twin_of(frozen.people[0])
    assert add(frozen, cpr, late(cpr, "Birgitte", "Thorvaldsen")) == 9


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Amina Hassan", "amina hassan", True),
        ("Amina Hassan", "Hassan Amina", True),
        ("Amina Noor Hassan", "Amina Hassan", True),
        ("Amina Hassan", "Amina Hasan", True),
        ("Åse Østergård", "Aase Oestergaard", True),
        ("Çiğdem Yılmaz", "Cigdem Yilmaz", True),
        ("Ana-Maria Diaz", "Ana Maria Diaz", True),
        ("Amina Hassan", "Omar Hassan", False),
        ("Ali", "Eli", False),
        ("Li Wu", "Bo Wu", False),
        ("Kim", "Kim", True),
        ("", "", False),
    ],
)
def test_which_names_can_be_one_persons(one: str, other: str, alike: bool) -> None:
    assert is_close_name(search_key(one), search_key(other)) is alike


_NAMES = st.text("abcdefgh -", max_size=20)


@given(one=_NAMES, other=_NAMES)
def test_looking_alike_goes_both_ways(one: str, other: str) -> None:
    assert is_close_name(one, other) == is_close_name(other, one)


@given(name=st.text("abcdefgh", min_size=5, max_size=12), place=st.integers(0, 11), sign=st.sampled_from("abcxyz"))
def test_one_letter_wrong_still_looks_alike(name: str, place: int, sign: str) -> None:
    place %= len(name)
    assert is_close_name(name, name[:place] + sign + name[place + 1 :])
    assert is_close_name(name, name[:place] + sign + name[place:])
