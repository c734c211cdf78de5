"""What the office checks before it decides a candidacy: each check with its outcome, its section and its source.

A check never decides: "bad" is what nobody may accept, "warn" what a person must look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from election.call.clock import shown
from election.call.records import Election
from election.candidacy.deadlines import Deadlines, deadlines
from election.candidacy.names import is_ballot_name, name_key
from election.candidacy.office_records import (
    claimed_lists,
    consents_of,
    entries_of,
    roll_refusals_of,
    signed_on_paper,
    steps_of,
)
from election.candidacy.records import Candidacy, candidacies, supporters, who_may_support
from election.candidacy.rules import (
    ALIVE,
    OPEN_STATES,
    ConsentKind,
    Part,
    State,
    is_behind,
    most_names,
    valid_supporters,
)
from election.roll.records import RollEntry, RollRefusal, roll_of
from election.roll.rules import ReasonCode
from election.roll.wording import say_decision
from registry.documents import can_be_printed
from registry.regulation.choices import LateCandidacy, Method
from registry.regulation.rules import RightRule

_AGE = frozenset({ReasonCode.UNDER_AGE})
_RESIDENCE = frozenset(
    {
        ReasonCode.OTHER_MUNICIPALITY,
        ReasonCode.MOVED_OUT,
        ReasonCode.DEAD,
        ReasonCode.MISSING,
        ReasonCode.TOO_SHORT_RESIDENCE,
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the case. `kind` is that of the state tag: good, info, warn or bad. `part` is what the candidate
    would mend."""

    what: str
    kind: str
    outcome: str
    source: str
    part: Part = Part.OTHER

    @property
    def is_good(self) -> bool:
        return self.kind in ("good", "info")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The checks of one candidacy, and the person on the roll when there is one."""

    checks: tuple[Check, ...]
    entry: RollEntry | None

    @property
    def findings(self) -> tuple[Check, ...]:
        """The checks that are not good."""
        return tuple(check for check in self.checks if not check.is_good)


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that the checks of every case look at, read once."""

    election: Election
    rule: RightRule
    alive: list[Candidacy]
    entries: dict[bytes, RollEntry]
    refusals: dict[bytes, RollRefusal]
    has_roll: bool
    until: Deadlines
    behind: frozenset[UUID]
    lists: dict[UUID, dict[str, int]]
    consents: dict[UUID, frozenset[ConsentKind]]
    supporters: dict[str, list[bytes]]
    on_paper: dict[UUID, int]
    valid: dict[str, int]
    names: dict[str, list[int]]


def facts_of_all(session: Session, election: Election, rows: list[Candidacy]) -> dict[UUID, CaseFacts]:
    """The checks of every one of these cases; the queries are the same few however many there are."""
    known = _read(session, election, rows)
    return {row.id: _facts(known, row) for row in rows}


def case_facts(session: Session, election: Election, row: Candidacy) -> CaseFacts:
    return facts_of_all(session, election, [row])[row.id]


def _read(session: Session, election: Election, rows: list[Candidacy]) -> _Known:
    asked = {row.id for row in rows}
    alive = [c for c in candidacies(session, election) if c.in_state in ALIVE or c.id in asked]
    given = supporters(session, alive)
    valid = {}
    if any(given.values()):
        selves = {c.label: c.cpr_index for c in alive}
        valid = valid_supporters(given, who_may_support(session, election), selves)
    history = steps_of(session, rows)
    names: dict[str, list[int]] = {}
    for c in alive:
        if c.in_state in ALIVE:
            names.setdefault(name_key(c.ballot_name), []).append(c.number)
    return _Known(
        election=election,
        rule=election.regulation.stand_rule,
        alive=alive,
        entries=entries_of(session, election, rows),
        refusals=roll_refusals_of(session, election, rows),
        has_roll=roll_of(session, election) is not None,
        until=deadlines(session, election),
        behind=frozenset(case for case, steps in history.items() if is_behind([one.of_kind for one in steps])),
        lists=claimed_lists(session, rows),
        consents=consents_of(session, rows),
        supporters=given,
        on_paper=signed_on_paper(session, rows),
        valid=valid,
        names=names,
    )


def _facts(known: _Known, row: Candidacy) -> CaseFacts:
    entry, refusal = known.entries.get(row.cpr_index), known.refusals.get(row.cpr_index)
    reason = ReasonCode(refusal.reason) if refusal is not None else None
    checks = (
        _right_to_stand(known, entry, refusal),
        _age(known, entry, reason),
        _residence(known, entry, reason),
        *_deadline(known, row),
        _name_form(row),
        *_name_in_print(row),
        _name_distinct(known, row),
        *_protected(known, row, entry),
        *_list(known, row),
        *_supporters(known, row),
        _willingness(row),
        _contact(row),
    )
    return CaseFacts(checks, entry)


def _right_to_stand(known: _Known, entry: RollEntry | None, refusal: RollRefusal | None) -> Check:
    """(Regulation: right_to_stand, or right_to_vote where it is the same)"""
    what, part, source = _("Retten til at stille op"), Part.RIGHT_TO_STAND, known.rule.origin.source
    if entry is not None and entry.struck_at is not None:
        day = f"{entry.struck_at:%d.%m.%Y}"
        return Check(what, "bad", _("Slettet fra valglisten den %(day)s.", day=day), entry.cite, part)
    if entry is not None and entry.may_stand:
        return Check(what, "good", _("Bekræftet: kan stille op, efter valglisten."), source, part)
    if entry is not None:
        return Check(what, "warn", _("Kan stemme, men efter valglisten ikke stille op."), entry.cite, part)
    if refusal is not None:
        name = known.election.regulation.municipality.name.value
        said = say_decision(ReasonCode(refusal.reason), known.rule, name)
        return Check(what, "warn", said, refusal.cite, part)
    if not known.has_roll:
        return Check(what, "warn", _("Der er endnu ingen valgliste at se efter i."), source, part)
    return Check(what, "warn", _("Findes ikke i udtrækket. Se efter i folkeregistret."), source, part)


def _age(known: _Known, entry: RollEntry | None, reason: ReasonCode | None) -> Check:
    """(Regulation: right_to_stand.minimum_age)"""
    rule = known.rule.minimum_age
    what, part, day = _("Alder"), Part.RIGHT_TO_STAND, known.election.election_on
    if entry is not None and _age_on(entry.born_on, day) >= rule.value:
        said = _(
            "%(age)s år på valgdagen; der kræves %(least)s.", age=_age_on(entry.born_on, day), least=rule.value
        )
        return Check(what, "good", said, rule.source, part)
    if entry is not None or reason in _AGE:
        return Check(what, "bad", _("Ikke fyldt %(least)s år på valgdagen.", least=rule.value), rule.source, part)
    return Check(what, "warn", _("Ikke fundet på valglisten. Se efter."), rule.source, part)


def _age_on(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _residence(known: _Known, entry: RollEntry | None, reason: ReasonCode | None) -> Check:
    """(Regulation: right_to_stand.residence, years_in_realm)"""
    rule = known.rule.residence
    what, part = _("Bopæl"), Part.RIGHT_TO_STAND
    if entry is not None:
        name = known.election.regulation.municipality.name.value
        return Check(what, "good", _("Bor i %(place)s efter valglisten.", place=name), rule.source, part)
    if reason in _RESIDENCE:
        return Check(what, "bad", _("Opfylder efter udtrækket ikke kravet om bopæl."), rule.source, part)
    return Check(what, "warn", _("Ikke fundet på valglisten. Se efter."), rule.source, part)


def _deadline(known: _Known, row: Candidacy) -> Iterator[Check]:
    """(Regulation: candidacy.closes, candidacy.late)"""
    rule, closes = known.election.regulation.candidacy, known.until.closes
    source = (
        _("forlænget af valgbestyrelsen eller valgkontoret") if known.until.is_extended else rule.closes.source
    )
    if row.in_state is State.LATE or (row.in_state in OPEN_STATES and row.id in known.behind):
        said = _("Modtaget eller rettet for sent. Fristen var %(at)s.", at=shown(closes))
        kind = "bad" if rule.late.value is LateCandidacy.REFUSED else "warn"
        yield Check(_("Frist"), kind, said, rule.late.source)
    elif row.in_state in OPEN_STATES:
        yield Check(_("Frist"), "good", _("Modtaget inden fristen, %(at)s.", at=shown(closes)), source)


def _name_form(row: Candidacy) -> Check:
    is_good = is_ballot_name(row.ballot_name)
    said = (
        _("Et navn uden titel og tal.")
        if is_good
        else _("Navnet mangler eller har titel, tal eller forkert længde.")
    )
    source = _("KRVL § 24, stk. 1 som forbillede")
    return Check(_("Navnets form"), "good" if is_good else "bad", said, source, Part.NAME)


def _name_in_print(row: Candidacy) -> Iterator[Check]:
    """Only when there is trouble: a ballot that cannot be printed is found out too late."""
    if not can_be_printed(row.ballot_name):
        said = _("Skrifttyperne mangler tegn i navnet, så stemmesedlen ikke kan trykkes. Aftal en anden.")
        yield Check(_("Navnet på tryk"), "bad", said, _("stemmesedlens skrifttyper"), Part.NAME)


def _name_distinct(known: _Known, row: Candidacy) -> Check:
    what, source = _("Navnet er sit eget"), _("KRVL § 24, stk. 1 som forbillede")
    same = [number for number in known.names.get(name_key(row.ballot_name), []) if number != row.number]
    if same and row.ballot_name:
        numbers = ", ".join(str(number) for number in same)
        said = _("Kan ikke skelnes fra anmeldelse nr. %(numbers)s.", numbers=numbers)
        return Check(what, "bad", said, source, Part.NAME)
    return Check(what, "good", _("Ingen anden anmeldelse har samme navn."), source, Part.NAME)


def _protected(known: _Known, row: Candidacy, entry: RollEntry | None) -> Iterator[Check]:
    """(CPR-loven § 28; databeskyttelsesforordningen art. 9)"""
    if entry is None or not entry.is_protected:
        return
    has_said_yes = ConsentKind.PROTECTED_NAME in known.consents[row.id]
    said = _("Kandidaten har sagt ja til, at navnet bliver offentligt.")
    if not has_said_yes:
        said = _("Navnet er beskyttet, og kandidaten har ikke sagt ja til, at det bliver offentligt.")
    source = _("CPR-loven § 28 om navne- og adressebeskyttelse")
    yield Check(_("Beskyttet navn"), "good" if has_said_yes else "bad", said, source, Part.CONSENTS)


def _list(known: _Known, row: Candidacy) -> Iterator[Check]:
    """(KRVL § 30 borrowed: who stands on two lists stands on none)"""
    method, what = known.election.regulation.seats.method, _("Liste")
    if method.value is not Method.LISTS_DHONDT:
        return
    source = _("KRVL §§ 21 og 30 som forbillede; %(rule)s", rule=method.source)
    places, most = known.lists[row.id], most_names(known.election.regulation.seats.number.value)
    if not row.list_key and len(places) > 1:
        said = _("Står på flere lister (%(lists)s) og har ikke valgt.", lists=", ".join(places))
    elif not row.list_key:
        said = _("Der mangler en liste.")
    elif places and places.get(row.list_key, most + 1) > most:
        said = _("Liste %(name)s har ikke kandidaten blandt sine %(most)s navne.", name=row.list_key, most=most)
    else:
        yield Check(what, "good", _("Liste %(name)s.", name=row.list_key), source, Part.LIST)
        return
    yield Check(what, "bad", said, source, Part.LIST)


def _supporters(known: _Known, row: Candidacy) -> Iterator[Check]:
    """Never who, only how many. (Regulation: candidacy.supporters_min, supporters_max; KRVL §§ 19-20 borrowed)"""
    rule = known.election.regulation.candidacy
    least, most, number = rule.supporters_min.value, rule.supporters_max.value, len(known.supporters[row.label])
    if not least and not number:
        yield Check(_("Stillere"), "info", _("Kræves ikke."), rule.supporters_min.source, Part.SUPPORTERS)
        return
    valid, paper = known.valid.get(row.label, 0), known.on_paper.get(row.id, 0)
    said = _("%(valid)s af %(number)s tæller.", valid=valid, number=number)
    said += " " + ngettext("%(num)s er på papir.", "%(num)s er på papir.", paper)
    if least:
        said += " " + _("Der kræves %(least)s–%(most)s.", least=least, most=most)
    kind = "good" if least <= valid and number <= most else "warn"
    yield Check(_("Stillere"), kind, said, rule.supporters_min.source, Part.SUPPORTERS)


def _willingness(row: Candidacy) -> Check:
    what, source = _("Vil vælges"), _("kandidatens egen erklæring; regulativet nævner den ikke")
    if row.willing_at is None:
        return Check(what, "bad", _("Erklæringen mangler."), source, Part.WILLINGNESS)
    said = _("Erklæret %(at)s.", at=shown(row.willing_at))
    return Check(what, "good", said, source, Part.WILLINGNESS)


def _contact(row: Candidacy) -> Check:
    what, source = _("Kontakt"), _("for at kandidaten kan få besked om mangler og afgørelse")
    if row.email:
        return Check(what, "good", _("Får besked på e-mail."), source, Part.CONTACT)
    if row.phone:
        return Check(what, "info", _("Ingen e-mail. Ring eller skriv."), source, Part.CONTACT)
    return Check(what, "warn", _("Hverken e-mail eller telefon."), source, Part.CONTACT)
