"""Late addition by the person's own declaration, wherever the regulation allows it.

The register cannot know everything: parents who are missing from it, descendants. What is kept is that the
declaration of a text was given, when, how and to whom; never what lies behind it, and no country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from election.call.clock import local, shown
from election.call.gate import ElectionWork, election_act
from election.roll import findings as say
from election.roll.corrections import (
    CorrectionKind,
    LatePerson,
    Why,
    add,
    demand_age,
    demand_frozen,
    demand_in_time,
    is_on_roll,
)
from election.roll.records import RollDeclaration, RollEntry, entry_by_index, refusal_by_index
from election.roll.rules import ReasonCode
from registry.findings import Refused, Term
from registry.regulation.choices import OriginRule
from registry.regulation.rules import RightRule
from registry.residents.rules import read_cpr

_EDITION = "1"
"""Goes up when a word of the texts below changes."""

_BORN_OUTSIDE = Term("Jeg er selv født uden for de lande, som reglen regner fra.")
_ONE_PARENT = Term("Mindst en af mine forældre er født uden for de lande, som reglen regner fra.")
_BOTH_PARENTS = Term("Begge mine forældre er født uden for de lande, som reglen regner fra.")
_IMMIGRANT = Term(
    "Jeg er født uden for Danmark, og ingen af mine forældre er både dansk statsborger og født i Danmark."
)
_DESCENDANT = Term(
    "Jeg er født i Danmark, og ingen af mine forældre er både dansk statsborger og født i Danmark (efterkommer)."
)
_ANY = Term("Jeg har anden etnisk baggrund end dansk.")
_NAMED_PLACE = Term("Jeg selv, en af mine forældre eller deres slægt er fra et sted, som reglen nævner for sig.")

_STATEMENTS: Mapping[OriginRule, tuple[Term, ...]] = {
    OriginRule.NONE: (),
    OriginRule.SELF: (_BORN_OUTSIDE,),
    OriginRule.SELF_OR_ONE_PARENT: (_BORN_OUTSIDE, _ONE_PARENT),
    OriginRule.SELF_OR_BOTH_PARENTS: (_BORN_OUTSIDE, _BOTH_PARENTS),
    OriginRule.STATISTICAL: (_IMMIGRANT, _DESCENDANT),
    OriginRule.DECLARATION: (_ANY,),
}


class GivenHow(StrEnum):
    PAPER = "paper"
    IN_PERSON = "in_person"


GIVEN_HOW_NAMES = {
    GivenHow.IN_PERSON: Term("Mundtligt, personen er mødt op"),
    GivenHow.PAPER: Term("På papir med underskrift"),
}
_OTHER_REASONS: Mapping[ReasonCode, tuple[Term, Term]] = {
    ReasonCode.OTHER_MUNICIPALITY: (Term("bor i en anden kommune"), Term("en bopælsattest")),
    ReasonCode.MOVED_OUT: (Term("fraflyttet"), Term("en bopælsattest")),
    ReasonCode.DEAD: (Term("registreret som død"), Term("folkeregistrets egen rettelse")),
    ReasonCode.MISSING: (Term("registreret som forsvundet"), Term("folkeregistrets egen rettelse")),
    ReasonCode.UNDER_AGE: (
        Term("ikke gammel nok på valgdagen"),
        Term("en fødselsdato, som folkeregistret retter"),
    ),
    ReasonCode.TOO_SHORT_RESIDENCE: (
        Term("har ikke boet længe nok i riget"),
        Term("dokumentation for, hvor længe personen har boet i riget"),
    ),
}
"""Reasons that a declaration does not overrule: in words, and what does."""


@dataclass(frozen=True, slots=True)
class DeclarationText:
    """What the person can say, in the words of the regulation's own rule. `version` is what is kept."""

    version: str
    statements: tuple[Term, ...]
    cite: str


@dataclass(frozen=True, slots=True)
class Given:
    """That the declaration was given. `is_resident`: the official has looked the residence up."""

    text_version: str
    given_on: date
    given_how: GivenHow
    is_resident: bool


def declaration_text(rule: RightRule) -> DeclarationText:
    """The statements that fit the rule about background; the chosen one is not kept."""
    origin = rule.origin.value
    named = (_NAMED_PLACE,) if rule.or_born_or_parent_born_in.value else ()
    return DeclarationText(f"{origin.value}-{_EDITION}", (*_STATEMENTS[origin], *named), rule.origin.source)


@election_act("roll.add_by_declaration", needs_second=True)
def add_by_declaration(
    work: ElectionWork,
    cpr: str,
    person: LatePerson,
    given: Given,
    *,
    is_another_person: bool = False,
    objection_id: UUID | None = None,
) -> int:
    """Add somebody who declares to be covered by the rule. Returns the roll number.

    Age and residence are checked all the same, and what another reason excludes stays excluded.
    (regulation: right_to_vote.is_declaration_allowed)
    """
    demand_frozen(work)
    rule = work.election.regulation.right_to_vote
    if not rule.is_declaration_allowed.value:
        raise Refused(say.DECLARATION_NOT_ALLOWED, cite=rule.is_declaration_allowed.source)
    read = read_cpr(cpr)
    if not isinstance(read, tuple):
        raise Refused(say.BAD_CPR)
    digits, born_on = read
    index = work.keyring.blind_index(digits)
    entry = entry_by_index(work.session, work.election, index)
    _demand_only_origin(work, index, entry)
    demand_in_time(work)
    demand_age(work, born_on)
    _demand_given(work, given, person)
    text = declaration_text(rule)
    if given.text_version != text.version:
        raise Refused(say.OTHER_TEXT)
    why = Why(f"Egen erklæring, tekst {text.version}", is_another_person, objection_id)
    may_stand = work.election.regulation.right_to_stand.own is None
    named = LatePerson(
        person.first_names,
        person.surname,
        born_on,
        person.address,
        person.postal_code,
        person.city,
        person.is_protected,
        person.group,
        person.polling_district,
    )
    added = add(work, CorrectionKind.LATE_ADD, digits, index, entry, named, why, may_stand=may_stand)
    work.session.add(
        RollDeclaration(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            entry_id=added.id,
            text_version=text.version,
            given_on=given.given_on,
            given_how=given.given_how.value,
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(declaration=text.version)
    return added.number


def _demand_only_origin(work: ElectionWork, index: bytes, entry: RollEntry | None) -> None:
    """A declaration answers what the register cannot know about the background, and nothing else."""
    if entry is not None:
        if is_on_roll(entry):
            raise Refused(say.ALREADY_ON_ROLL)
        if entry.struck_at is not None:
            raise Refused(say.STRUCK_FOR_A_REASON, at=shown(entry.struck_at))
    refusal = refusal_by_index(work.session, work.election, index)
    if refusal is not None and ReasonCode(refusal.reason) in _OTHER_REASONS:
        told, evidence = _OTHER_REASONS[ReasonCode(refusal.reason)]
        raise Refused(say.DECLARATION_NOT_ENOUGH, why=told, cite=refusal.cite, evidence=evidence)


def _demand_given(work: ElectionWork, given: Given, person: LatePerson) -> None:
    regulation = work.election.regulation
    if not given.is_resident:
        raise Refused(say.RESIDENCE_NOT_CONFIRMED, cite=regulation.right_to_vote.residence.source)
    if given.given_on > local(work.act.at).date():
        raise Refused(say.DECLARED_AFTER_TODAY, today=f"{local(work.act.at):%d.%m.%Y}")
    if regulation.has_reserved_seats and person.group not in regulation.seats.reserved.value:
        raise Refused(say.GROUP_MISSING, cite=regulation.seats.reserved.source)


def declaration_overrules(reason: ReasonCode) -> bool:
    return reason not in _OTHER_REASONS


def evidence_for(reason: ReasonCode) -> Term | None:
    """What would show that the register is wrong; None where a declaration is enough."""
    found = _OTHER_REASONS.get(reason)
    return found[1] if found else None
