"""What the office checks before it decides a candidacy: each check with its outcome and its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.names import is_ballot_name, name_key
from election.candidacy.records import Candidacy, candidacies, supporters, who_may_support
from election.candidacy.rules import OPEN_STATES, State, valid_supporters
from election.roll.records import RollEntry, entry_by_index, refusal_by_index, roll_of
from election.roll.rules import ReasonCode
from election.roll.wording import say_decision
from registry.regulation.choices import Method


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the case. `kind` is that of the state tag: good, warn or bad."""

    what: str
    kind: str
    outcome: str
    source: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The checks of one candidacy, and the person on the roll when there is one."""

    checks: tuple[Check, ...]
    entry: RollEntry | None


def case_facts(session: Session, election: Election, row: Candidacy) -> CaseFacts:
    entry = entry_by_index(session, election, row.cpr_index)
    others = [c for c in candidacies(session, election) if c.id != row.id]
    checks = (
        _right_to_stand(session, election, row, entry),
        *_deadline(election, row),
        _name_form(row),
        _name_distinct(row, others),
        *_supporters(session, election, [row, *others]),
        *_list(election, row),
    )
    return CaseFacts(checks, entry)


def _right_to_stand(session: Session, election: Election, row: Candidacy, entry: RollEntry | None) -> Check:
    what, rule = _("Valgbarhed"), election.regulation.stand_rule
    if entry is not None and entry.struck_at is not None:
        return Check(what, "bad", _("Slettet fra valglisten den %(day)s.", day=f"{entry.struck_at:%d.%m.%Y}"), "")
    if entry is not None and entry.may_stand:
        return Check(what, "good", _("Kan stille op, efter valglisten."), rule.origin.source)
    if entry is not None:
        return Check(what, "warn", _("Kan stemme, men efter valglisten ikke stille op."), entry.cite)
    refusal = refusal_by_index(session, election, row.cpr_index)
    if refusal is not None:
        municipality = election.regulation.municipality.name.value
        reason = say_decision(ReasonCode(refusal.reason), rule, municipality)
        return Check(what, "warn", reason, refusal.cite)
    if roll_of(session, election) is None:
        return Check(what, "warn", _("Der er endnu ingen valgliste at se efter i."), rule.origin.source)
    return Check(what, "warn", _("Findes ikke i udtrækket. Se efter i folkeregistret."), rule.origin.source)


def _deadline(election: Election, row: Candidacy) -> Iterator[Check]:
    rule = election.regulation.candidacy
    if row.in_state is State.LATE:
        yield Check(_("Frist"), "bad", _("Modtaget efter fristen."), rule.late.source)
    elif row.in_state in OPEN_STATES:
        yield Check(_("Frist"), "good", _("Modtaget inden fristen."), rule.closes.source)


def _name_form(row: Candidacy) -> Check:
    is_good = is_ballot_name(row.ballot_name)
    outcome = _("Et navn uden titel og tal.") if is_good else _("Navnet har titel, tal eller forkert længde.")
    return Check(_("Navnets form"), "good" if is_good else "bad", outcome, _("KRVL § 24, stk. 1 som forbillede"))


def _name_distinct(row: Candidacy, others: list[Candidacy]) -> Check:
    alive = [c for c in others if c.in_state in OPEN_STATES | {State.ACCEPTED}]
    same = [c.number for c in alive if name_key(c.ballot_name) == name_key(row.ballot_name)]
    source = _("KRVL § 24, stk. 1 som forbillede")
    if same:
        numbers = ", ".join(str(number) for number in same)
        outcome = _("Kan ikke skelnes fra anmeldelse nr. %(numbers)s.", numbers=numbers)
        return Check(_("Navnet er sit eget"), "bad", outcome, source)
    return Check(_("Navnet er sit eget"), "good", _("Ingen anden anmeldelse har samme navn."), source)


def _supporters(session: Session, election: Election, rows: list[Candidacy]) -> Iterator[Check]:
    rule, row = election.regulation.candidacy, rows[0]
    least, most = rule.supporters_min.value, rule.supporters_max.value
    given = supporters(session, [c for c in rows if c.in_state is not State.WITHDRAWN or c is row])
    number = len(given[row.label])
    if not least and not number:
        yield Check(_("Stillere"), "good", _("Kræves ikke."), rule.supporters_min.source)
        return
    may_vote = who_may_support(session, election)
    valid = valid_supporters(given, may_vote, {c.label: c.cpr_index for c in rows})[row.label]
    outcome = _(
        "%(valid)s af %(number)s tæller; der kræves %(least)s–%(most)s.",
        valid=valid,
        number=number,
        least=least,
        most=most,
    )
    yield Check(
        _("Stillere"), "good" if least <= valid and number <= most else "bad", outcome, rule.supporters_min.source
    )


def _list(election: Election, row: Candidacy) -> Iterator[Check]:
    method = election.regulation.seats.method
    if method.value is Method.LISTS_DHONDT:
        outcome = _("Liste %(name)s.", name=row.list_key) if row.list_key else _("Der mangler en liste.")
        yield Check(_("Liste"), "good" if row.list_key else "bad", outcome, method.source)
