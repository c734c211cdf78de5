"""Late addition by the person's own declaration: what it can do, what it cannot, and what is not kept of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from election.roll.corrections import CorrectionKind, LatePerson, correct
from election.roll.declarations import (
    Given,
    GivenHow,
    add_by_declaration,
    declaration_overrules,
    declaration_text,
    evidence_for,
)
from election.roll.look_alikes import LookAlikes
from election.roll.records import RollCorrection, RollDeclaration, entry_by_index, refusal_by_index
from election.roll.rules import ReasonCode
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from registry.regulation.choices import OriginRule
from registry.regulation.loader import shipped
from registry.residents.rules import read_cpr
from tests.scenarios import (
    ELECTION_ON,
    Person,
    Played,
    at,
    call_koege,
    invented_cpr,
    is_invented,
    people,
    with_roll,
)

pytestmark = pytest.mark.slow

KEEPER, ADMIN = "roll_keeper", "election_administrator"
VERSION = "statistical-1"
DANE, OUT, DEAD, CHILD, UNKNOWN = 8, 9, 10, 11, 12


@pytest.fixture
def frozen(installation: Installation) -> Played:
    """Eight voters; then one of Danish origin, one who moved out, one dead, one under age, one unknown."""
    rows = people(13)
    rows[DANE] = replace(rows[DANE], country="DK")
    rows[OUT] = replace(rows[OUT], status="moved_out")
    rows[DEAD] = replace(rows[DEAD], status="dead")
    rows[CHILD] = replace(rows[CHILD], cpr=next(c for c in _numbers("050503") if is_invented(c)))
    rows[UNKNOWN] = replace(rows[UNKNOWN], country="")
    return with_roll(call_koege(installation), rows=rows)


def _numbers(day: str) -> list[str]:
    return [f"{day}{serial:04d}" for serial in range(4000, 5000)]


def given(**changes: object) -> Given:
    return replace(Given(VERSION, date(2017, 11, 10), GivenHow.PAPER, True), **changes)  # type: ignore[arg-type]


def person(who: Person) -> LatePerson:
    """The birth date is not believed: it is read off the CPR number."""
    return LatePerson(who.first_names, who.surname, date(1900, 1, 1), "Nørregade 9", "4600", "Køge")


def declare(
    played: Played,
    who: Person,
    how: Given | None = None,
    *,
    typed: LatePerson | None = None,
    is_another_person: bool = False,
) -> int:
    act = played.act(KEEPER, second=ADMIN)
    return add_by_declaration(
        *played.by,
        act,
        played.election_id,
        who.cpr,
        typed or person(who),
        how or given(),
        is_another_person=is_another_person,
    )


def told_by(do: Callable[[], object]) -> str:
    try:
        do()
    except Refused as refused:
        return refused.kind.code
    return "done"


def on_roll(played: Played, cpr: str) -> bool:
    with played.installation.database.read() as session:
        index = played.installation.keys.open("0259").blind_index(cpr)
        found = entry_by_index(session, played.read(), index)
        return found is not None and found.may_vote and found.struck_at is None


@pytest.mark.parametrize("which", [DANE, UNKNOWN], ids=["origin_not_covered", "origin_unknown"])
def test_what_the_register_cannot_know_is_declared(frozen: Played, which: int) -> None:
    """Neither the number that is kept nor the rule's own words say why: text, day and how, no more."""
    who = frozen.people[which]
    number = declare(frozen, who)
    assert on_roll(frozen, who.cpr)
    with frozen.installation.database.read() as session:
        kept = session.scalars(select(RollDeclaration)).one()
        assert (kept.text_version, kept.given_on, kept.given_how) == (VERSION, date(2017, 11, 10), "paper")
        assert (kept.by, kept.cosigned_by) == (frozen.officials[KEEPER], frozen.officials[ADMIN])
        correction = session.scalars(select(RollCorrection)).one()
        assert (correction.kind, correction.effect) == ("late_add", "added")
        index = frozen.installation.keys.open("0259").blind_index(who.cpr)
        entry = entry_by_index(session, frozen.read(), index)
        assert entry is not None
        read = read_cpr(who.cpr)
        assert isinstance(read, tuple)
        assert (entry.number, entry.may_stand, entry.born_on) == (number, True, read[1])


def test_the_refusal_keeps_its_history(frozen: Played) -> None:
    who = frozen.people[DANE]
    declare(frozen, who)
    with frozen.installation.database.read() as session:
        index = frozen.installation.keys.open("0259").blind_index(who.cpr)
        refusal = refusal_by_index(session, frozen.read(), index)
        assert refusal is not None
        assert refusal.reason == "origin_not_covered"


def test_no_column_could_hold_a_country_or_the_statement() -> None:
    """Keys, officials, the text, the day, how it was given: nothing else has a place."""
    names = {c.name for c in RollDeclaration.__table__.columns}
    keys = {"municipality", "council", "id", "election_id", "entry_id", "by", "cosigned_by", "at"}
    assert names - keys == {"text_version", "given_on", "given_how"}


def test_neither_the_log_nor_the_act_says_what_was_declared(frozen: Played) -> None:
    declare(frozen, frozen.people[UNKNOWN])
    with frozen.installation.database.read() as session:
        bodies = b"".join(session.scalars(select(LogEntry.body)))
        answers = "".join(session.scalars(select(ActRecord.answer)))
    assert b'"declaration":"statistical-1"' in bodies
    for word in (b"SY", b"indvandrer", b"efterkommer", frozen.people[UNKNOWN].cpr.encode()):
        assert word not in bodies
        assert word.decode() not in answers


@pytest.mark.parametrize(
    ("which", "words"),
    [(OUT, "fraflyttet"), (DEAD, "død"), (CHILD, "ikke gammel nok")],
    ids=["moved_out", "dead", "under_age"],
)
def test_a_declaration_does_not_overrule_another_reason(frozen: Played, which: int, words: str) -> None:
    """It says which reason that is, and what would change it."""
    with pytest.raises(Refused) as refused:
        declare(frozen, frozen.people[which])
    assert refused.value.kind.code == "R163"
    assert words in refused.value.in_danish()
    assert "rettelse med" in refused.value.in_danish()
    assert not on_roll(frozen, frozen.people[which].cpr)


def test_evidence_does_what_a_declaration_cannot(frozen: Played) -> None:
    """Back from another municipality: a correction with the register's word, not a declaration."""
    who = frozen.people[OUT]
    act = frozen.act(KEEPER, second=ADMIN, reason="Bopælsattest set")
    read = read_cpr(who.cpr)
    assert isinstance(read, tuple)
    typed = replace(person(who), born_on=read[1])
    correct(*frozen.by, act, frozen.election_id, CorrectionKind.MOVED_IN, who.cpr, typed)
    assert on_roll(frozen, who.cpr)


def test_age_is_checked_also_of_somebody_whom_nobody_decided(frozen: Played) -> None:
    child = Person(next(c for c in _numbers("060603") if is_invented(c)), "Ung", "Fremmed")
    assert told_by(lambda: declare(frozen, child)) == "R164"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_resident": False}, "R165"),
        ({"text_version": "self-1"}, "R180"),
        ({"given_on": date(2017, 11, 12)}, "R178"),
        ({}, "done"),
    ],
)
def test_what_must_be_seen_first(frozen: Played, change: dict[str, object], code: str) -> None:
    """Residence looked up, this election's own text, a day that is not after today (11 November)."""
    assert told_by(lambda: declare(frozen, frozen.people[UNKNOWN], given(**change))) == code


@pytest.mark.parametrize("cpr", ["9999991234", "310217", "abc", "0102034567890"])
def test_a_number_that_is_none_is_refused(frozen: Played, cpr: str) -> None:
    assert told_by(lambda: declare(frozen, replace(frozen.people[UNKNOWN], cpr=cpr))) == "R167"


def test_somebody_on_the_roll_need_not_declare(frozen: Played) -> None:
    assert told_by(lambda: declare(frozen, frozen.people[0])) == "R146"


def test_who_was_struck_does_not_come_back_by_declaring(frozen: Played) -> None:
    who = frozen.people[0]
    act = frozen.act(KEEPER, second=ADMIN, reason="Flyttet")
    correct(*frozen.by, act, frozen.election_id, CorrectionKind.MOVED, who.cpr)
    assert told_by(lambda: declare(frozen, who)) == "R179"


def test_after_the_deadline_a_declaration_is_too_late(frozen: Played) -> None:
    frozen.now = at(ELECTION_ON, "20:00:01")
    assert told_by(lambda: declare(frozen, frozen.people[UNKNOWN])) == "R160"
    frozen.now -= timedelta(seconds=1)
    assert told_by(lambda: declare(frozen, frozen.people[UNKNOWN])) == "done"


def test_a_look_alike_stops_a_declaration_too(frozen: Played) -> None:
    there = frozen.people[0]
    cpr = next(c for c in (f"{there.cpr[:6]}{n:04d}" for n in range(4000)) if c != there.cpr and is_invented(c))
    who = replace(there, cpr=cpr)
    with pytest.raises(LookAlikes):
        declare(frozen, who)
    assert declare(frozen, who, is_another_person=True)


def test_two_people_receive_a_declaration(frozen: Played) -> None:
    who = frozen.people[UNKNOWN]
    act = frozen.act(KEEPER)
    assert told_by(lambda: add_by_declaration(
        *frozen.by, act, frozen.election_id, who.cpr, person(who), given()
    )) == "R006"  # fmt: skip


def test_an_open_roll_takes_no_declaration(installation: Installation) -> None:
    played = call_koege(installation)
    who = Person(invented_cpr(1), "Noor", "Sen")
    assert told_by(lambda: declare(played, who)) == "R149"


# --- where the regulation says otherwise ------------------------------------------------------------------


def test_where_the_regulation_does_not_allow_it_the_section_says_so(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Køge's rules with that one value changed; the refusal names its source and the way that is left."""
    given_rules = shipped("koege-2018")
    rule = re.compile(rb"(is_declaration_allowed = \{ is = )true")
    data = rule.sub(rb"\1false", given_rules.data)
    assert data != given_rules.data
    strict = SimpleNamespace(data=data, sha256=hashlib.sha256(data).hexdigest())
    monkeypatch.setattr("tests.scenarios.shipped", lambda _name: strict)
    played = with_roll(call_koege(installation), 8)
    with pytest.raises(Refused) as refused:
        declare(played, Person(invented_cpr(300), "Noor", "Sen"))
    assert refused.value.kind.code == "R162"
    assert given_rules.regulation.right_to_vote.is_declaration_allowed.source in refused.value.in_danish()
    assert "indsigelse" in refused.value.in_danish()


def test_where_seats_are_reserved_the_group_is_asked_and_kept(installation: Installation) -> None:
    """Køge 2014: 3 seats non-western, 2 western. Without the group, or with another word, R166."""
    played = with_roll(call_koege(installation, regulation="koege-2014"), 5)
    who = Person(invented_cpr(300), "Noor", "Sen")
    for group, code in ((None, "R166"), ("nordisk", "R166"), ("vestlig", "done")):
        typed = replace(person(who), group=group)
        assert told_by(lambda typed=typed: declare(played, who, typed=typed)) == code  # type: ignore[misc]
    with installation.database.read() as session:
        index = installation.keys.open("0259").blind_index(who.cpr)
        entry = entry_by_index(session, played.read(), index)
        assert entry is not None
        assert entry.group == "vestlig"


# --- the words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [o for o in OriginRule if o is not OriginRule.NONE])
def test_every_rule_about_background_has_words_to_declare(origin: OriginRule) -> None:
    rule = shipped("koege-2018").regulation.right_to_vote
    text = declaration_text(replace(rule, origin=replace(rule.origin, stated=origin)))
    assert text.version == f"{origin.value}-1"
    assert text.statements


def test_a_place_that_the_rule_names_can_be_declared_too() -> None:
    """København 2006: own or a parent's birth in Greenland; its descendants are whom the register forgot."""
    named = declaration_text(shipped("kobenhavn-2006").regulation.right_to_vote)
    assert (
        len(named.statements)
        > len(declaration_text(shipped("koege-2018").regulation.right_to_vote).statements) - 1
    )
    assert any("slægt" in statement for statement in named.statements)


def test_every_reason_is_either_declared_away_or_has_its_evidence() -> None:
    for reason in ReasonCode:
        assert declaration_overrules(reason) == (evidence_for(reason) is None)
    assert {r for r in ReasonCode if declaration_overrules(r)} == {
        ReasonCode.ORIGIN_UNKNOWN,
        ReasonCode.ORIGIN_NOT_COVERED,
    }
