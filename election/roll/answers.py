"""“Why am I not on the roll?”: the clerk's answer in one sentence, its source, and what can be done until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.call.rules import allowed
from election.roll.cases import entry_typed
from election.roll.corrections import KIND_NAMES, CorrectionKind, is_after, is_on_roll
from election.roll.declarations import declaration_overrules, evidence_for
from election.roll.objection_records import objections_until
from election.roll.records import Roll, RollEntry, reasons_are_gone, refusal_by_index, roll_of
from election.roll.rules import ReasonCode
from election.roll.wording import say_decision
from registry.regulation.calendar import instant
from registry.wording import say_instant


@dataclass(frozen=True, slots=True)
class WayOut:
    """Something that can be done now, and the page where it is done (None: it is only said)."""

    text: str
    page: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about one person. `reason` None is a yes; `is_known` says whether anybody decided at all."""

    is_known: bool
    is_on: bool
    reason: ReasonCode | None
    sentence: str
    cite: str
    regulation: str
    """Id and the first eight digits of the fingerprint of the regulation that was applied."""
    entry_id: UUID | None
    number: int | None
    ways: tuple[WayOut, ...]


def answer_about(session: Session, election: Election, typed: str, index: bytes | None) -> Answer:
    """By CPR number (its blind index), or by roll number when there is no index."""
    version = f"{election.regulation_id} · {election.regulation_sha256[:8]}"
    roll, entry = roll_of(session, election), entry_typed(session, election, typed, index)
    municipality = election.regulation.municipality.name.value
    rule = election.regulation.right_to_vote
    if entry is not None:
        on = is_on_roll(entry)
        sentence = say_decision(None, rule, municipality) if on else _not_now(entry)
        ways = () if on else tuple(_ways(election, roll, None))
        return Answer(True, on, None, sentence, entry.cite, version, entry.id, entry.number, ways)
    refusal = refusal_by_index(session, election, index) if index else None
    if refusal is None:
        ways = tuple(_ways(election, roll, None))
        gone = reasons_are_gone(session, election)
        return Answer(False, False, None, _not_decided(gone), rule.residence.source, version, None, None, ways)
    reason = ReasonCode(refusal.reason)
    sentence = say_decision(reason, rule, municipality)
    ways = tuple(_ways(election, roll, reason))
    return Answer(True, False, reason, sentence, refusal.cite, version, None, None, ways)


def _not_now(entry: RollEntry) -> str:
    if entry.struck_at is None:
        return _("Personen kan stille op, men ikke stemme.")
    kind = _(KIND_NAMES[CorrectionKind(entry.struck_kind or "")])
    return _("Personen er slettet af valglisten %(at)s: %(kind)s.", at=say_instant(entry.struck_at), kind=kind)


def _not_decided(is_forgotten: bool) -> str:
    """Nobody was decided about, or it is no longer known of anybody why."""
    if is_forgotten:
        return _("Personen er ikke på valglisten. Hvorfor er slettet, efter at fristen for indsigelse er udløbet.")
    return _("Personen var ikke i udtrækket fra folkeregistret, så ingen har taget stilling.")


def _ways(election: Election, roll: Roll | None, reason: ReasonCode | None) -> Iterator[WayOut]:
    """What can be done now and until when; what is too late or not in this phase is not offered."""
    now = clock.now(election)
    if roll is None or not roll.is_frozen:
        yield WayOut(_("Valglisten er ikke låst endnu. Et nyt udtræk kan ændre svaret."))
        return
    if not allowed("roll.correct", election.in_phase):
        yield WayOut(_("Afstemningen er slut. Personen kan klage over valget."))
        return
    until = _additions_until(election)
    is_open = until is None or not is_after(now, until)
    evidence = evidence_for(reason) if reason else None
    if reason is not None and declaration_overrules(reason):
        yield from _by_declaration(election, reason, until, is_open=is_open)
    elif evidence is not None:
        text = _("Er registret forkert, kan listen rettes med %(evidence)s.", evidence=_(evidence))
        yield WayOut(text, "roll.corrections.add_person", _("Tilføj med dokumentation"))
    elif reason is None and is_open:
        yield WayOut(
            _("Bor personen i kommunen, og er kravene opfyldt, kan personen tilføjes."),
            "roll.corrections.add_person",
            _("Tilføj med dokumentation"),
        )
    yield _objection(election, now)


def _by_declaration(
    election: Election, reason: ReasonCode, until: datetime | None, *, is_open: bool
) -> Iterator[WayOut]:
    rule = election.regulation.right_to_vote.is_declaration_allowed
    if rule.is_unset or not rule.value:
        yield WayOut(_("Regulativet tillader ikke tilføjelse efter egen erklæring (%(cite)s).", cite=rule.source))
    elif not is_open and until is not None:
        yield WayOut(_("Fristen for egen erklæring var %(at)s.", at=say_instant(until)))
    else:
        at = say_instant(until) if until else "–"
        text = (
            _("Spørg, om personen vil erklære sin baggrund. Det kan ske til %(at)s.", at=at)
            if reason is ReasonCode.ORIGIN_UNKNOWN
            else _("Personen kan erklære, at reglen alligevel passer. Det kan ske til %(at)s.", at=at)
        )
        yield WayOut(text, "roll.corrections.declare", _("Tag imod erklæringen"))


def _objection(election: Election, now: datetime) -> WayOut:
    until = objections_until(election)
    label = _("Registrer en indsigelse")
    if until is None:
        return WayOut(_("Personen kan gøre indsigelse mod listen."), "roll.objections.receive", label)
    if is_after(now, until):
        text = _(
            "Fristen for indsigelse var %(at)s. En sen indsigelse bliver også registreret.", at=say_instant(until)
        )
    else:
        text = _("Personen kan gøre indsigelse mod listen til %(at)s.", at=say_instant(until))
    return WayOut(text, "roll.objections.receive", label)


def _additions_until(election: Election) -> datetime | None:
    rule = election.regulation.roll.additions_until
    return None if rule.is_unset else instant(rule.value, election.election_on)
