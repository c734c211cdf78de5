# mypy: disable-error-code="no-untyped-call"
"""What two people decide: envelopes of voters in doubt, and conflicts, before the station's book is signed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.polling import lookup
from election.polling.blueprint import paper_name, polling, station_here
from election.polling.conflicts import ConflictKind, conflicts, settlements
from election.polling.decision_acts import decide_doubtful, settle_conflict
from election.polling.doubt import decisions, envelopes
from election.polling.forms import DecisionForm, SettlementForm
from registry.accounts.records import names
from registry.doors import open_to
from registry.findings import Term
from registry.roles import Role

_DECIDERS = (Role.STATION_LEADER, Role.BOARD_MEMBER)
_READERS = (*_DECIDERS, Role.ELECTION_ADMINISTRATOR)
CONFLICT_NAMES = {
    ConflictKind.DOUBLE: Term("Vælgeren har fået to stemmesedler, eller én og en godkendt brevstemme"),
    ConflictKind.REPLACED_CARD: Term("Lukket ind på et kort, der var erstattet"),
    ConflictKind.MOVED: Term("Lukket ind på et stemmested, som vælgeren ikke længere hørte til"),
    ConflictKind.STRUCK: Term("Lukket ind, selv om vælgeren var slettet af listen"),
    ConflictKind.UNKNOWN: Term("En registrering, der ikke passer til nogen på listen"),
}


@polling.get("/<code>/kuverter")
@open_to(*_READERS)
def doubtful_envelopes(code: str) -> str:
    """The envelopes of voters in doubt: those that wait first, then what was decided."""
    return _envelopes(code, DecisionForm(), None)


@polling.post("/<code>/kuverter/<uuid:event_id>")
@open_to(*_DECIDERS)
def decide_envelope(code: str, event_id: UUID) -> str | Response:
    """Two people decide about one envelope."""
    form, station = DecisionForm(), station_here(code)
    if not form.validate_on_submit():
        return _envelopes(code, form, event_id)
    entry_id = None
    if form.number.data is not None:
        with installation().database.read() as reading:
            entry_id = lookup.entry_by_number(reading, here(), form.number.data)
        if entry_id is None:
            form.number.errors = (_("Nummeret står ikke på listen."),)
            return _envelopes(code, form, event_id)
    act, is_accepted = act_here(form, "polling.decide_doubtful"), form.decision.data == "accept"
    decide_doubtful(installation(), here().scope, act, here().id, station.id, event_id, is_accepted, entry_id)
    if is_accepted:
        flash(
            _(
                "Kuverten er godkendt, og vælgeren er sat kryds ved. Tag inderkuverten ud, og læg den uåbnet i "
                "stemmekassen."
            ),
            "success",
        )
    else:
        flash(_("Kuverten er lagt til side. Den åbnes ikke, og grunden er gemt."), "success")
    return redirect(url_for(".doubtful_envelopes", code=code), 303)


def _envelopes(code: str, form: DecisionForm, chosen: UUID | None) -> str:
    station = station_here(code)
    with installation().database.read() as reading:
        every, decided = envelopes(reading, station), decisions(reading, here())
        entries = {one.id: lookup.entry_of(reading, here(), one.entry_id) for one in every if one.entry_id}
        people = names(reading, here().municipality, {p for d in decided.values() for p in (d.by, d.cosigned_by)})
    return render_template(
        "polling/envelopes.html",
        station=station,
        waiting=[one for one in every if one.id not in decided],
        decided=[(one, decided[one.id]) for one in every if one.id in decided],
        entries=entries,
        numbers={one.id: number for number, one in enumerate(every, start=1)},
        people=people,
        paper_name=paper_name,
        chosen=chosen,
        form=form,
        fresh=DecisionForm(formdata=None),
    )


@polling.get("/<code>/uoverensstemmelser", endpoint="conflicts")
@open_to(*_READERS)
def conflicts_page(code: str) -> str:
    """Conflicts of a station: those that are open first."""
    return _conflicts(code, SettlementForm(), None)


@polling.post("/<code>/uoverensstemmelser/<uuid:conflict_id>")
@open_to(*_DECIDERS)
def settle(code: str, conflict_id: UUID) -> str | Response:
    """Two people say what they found out."""
    form, station = SettlementForm(), station_here(code)
    if not form.validate_on_submit():
        return _conflicts(code, form, conflict_id)
    act = act_here(form, "polling.settle_conflict")
    settle_conflict(installation(), here().scope, act, here().id, station.id, conflict_id)
    flash(_("Uoverensstemmelsen er afgjort. Tallene er de samme som før."), "success")
    return redirect(url_for(".conflicts", code=code), 303)


def _conflicts(code: str, form: SettlementForm, chosen: UUID | None) -> str:
    station = station_here(code)
    with installation().database.read() as reading:
        every, settled = conflicts(reading, here(), station.id), settlements(reading, here())
        entries = {one.id: lookup.entry_of(reading, here(), one.entry_id) for one in every if one.entry_id}
        people = names(reading, here().municipality, {p for s in settled.values() for p in (s.by, s.cosigned_by)})
    return render_template(
        "polling/conflicts.html",
        station=station,
        waiting=[one for one in every if one.id not in settled],
        settled=[(one, settled[one.id]) for one in every if one.id in settled],
        entries=entries,
        numbers={one.id: number for number, one in enumerate(every, start=1)},
        people=people,
        kind_names={kind.value: name for kind, name in CONFLICT_NAMES.items()},
        chosen=chosen,
        form=form,
        fresh=SettlementForm(formdata=None),
    )
