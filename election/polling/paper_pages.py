# mypy: disable-error-code="no-untyped-call"
"""What a desk does beside admitting: papers that come back, doubt, help, the queue, and taking things back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.polling import acts, fates, lookup, paper_acts
from election.polling.blueprint import (
    STAFF,
    act_of_button,
    desk,
    done_at,
    entry_here,
    paper_name,
    papers_here,
    station_here,
)
from election.polling.findings import QUEUE_IMPOSSIBLE
from election.polling.forms import DoubtForm, GroundForm, LeaderForm, PaperForm, QueueForm
from election.polling.rules import LONGEST_QUEUE, EventKind
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused, Term
from registry.roles import Role

KIND_NAMES = {
    EventKind.ADMIT: Term("Lukket ind"),
    EventKind.ADMIT_REFUSED: Term("Afvist: havde allerede stemt"),
    EventKind.UNDO_ADMIT: Term("Lukket ind – fortrudt"),
    EventKind.EXCHANGE: Term("Ombyttet stemmeseddel"),
    EventKind.RETURN_UNUSED: Term("Ubrugt stemmeseddel tilbage"),
    EventKind.REPLACE_CARD: Term("Nyt valgkort"),
    EventKind.DOUBTFUL: Term("Stemt i kuvert (tvivl)"),
    EventKind.HELP: Term("Hjælp til at stemme"),
    EventKind.UNDO_EXCHANGE: Term("Ombytning – fortrudt"),
    EventKind.UNDO_RETURN: Term("Ubrugt tilbage – fortrudt"),
    EventKind.UNDO_DOUBTFUL: Term("Kuvert – fortrudt"),
    EventKind.UNDO_HELP: Term("Hjælp – fortrudt"),
    EventKind.POSTAL_RECEIVED: Term("Brevstemme modtaget"),
    EventKind.POSTAL_ACCEPTED: Term("Brevstemme godkendt"),
    EventKind.POSTAL_SET_ASIDE: Term("Brevstemme lagt til side"),
    EventKind.POSTAL_TAKEN_BACK: Term("Godkendt brevstemme trukket tilbage"),
}


@desk.post("/ombyt")
@open_to(*STAFF)
def exchange(code: str, number: int) -> Response:
    """A spoiled paper comes back, a new one is given. Who it was is not recorded."""
    paper = request.form.get("ballot_type", "")
    given = (*act_of_button("polling.exchange"), here().id, station_here(code).id, str(number))
    return done_at(code, number, paper_acts.exchange(*given, paper))


@desk.post("/hjaelp")
@open_to(*STAFF)
def give_help(code: str, number: int) -> Response:
    """Somebody was helped to vote. Who it was is not recorded."""
    given = (*act_of_button("polling.help"), here().id, station_here(code).id, str(number))
    return done_at(code, number, paper_acts.give_help(*given))


@desk.route("/ubrugt", methods=["GET", "POST"])
@desk.route("/vaelger/<uuid:entry_id>/ubrugt", methods=["GET", "POST"])
@open_to(*STAFF)
def return_unused(code: str, number: int, entry_id: UUID | None = None) -> str | Response:
    """A paper comes back unused; the voter stays marked."""
    form = PaperForm()
    form.offer([] if entry_id else papers_here())
    if form.validate_on_submit():
        given = (*act_of_button("polling.return_unused"), here().id, station_here(code).id, str(number))
        return done_at(code, number, paper_acts.return_unused(*given, entry_id, form.paper), entry_id)
    with installation().database.read() as reading:
        return render_template(
            "polling/return_unused.html",
            station=station_here(code),
            number=number,
            form=form,
            entry=entry_here(reading, entry_id) if entry_id else None,
        )


@desk.route("/tvivl", methods=["GET", "POST"])
@open_to(*STAFF)
def doubtful(code: str, number: int) -> str | Response:
    """Somebody whose right is in doubt votes into an envelope, with the reason."""
    form, entry_id = DoubtForm(), request.args.get("vaelger", type=UUID)
    with installation().database.read() as reading:
        station = station_here(code)
        found = lookup.voter(reading, here(), station, entry_here(reading, entry_id)) if entry_id else None
    form.offer([] if found and found.ballot_type else papers_here())
    if form.validate_on_submit():
        act = act_here(form, "polling.doubtful")
        given = (installation(), here().scope, act, here().id, station.id, str(number))
        return done_at(code, number, paper_acts.doubtful(*given, entry_id, form.paper))
    entry = found.entry if found else None
    return render_template("polling/doubtful.html", station=station, number=number, form=form, entry=entry)


@desk.route("/vaelger/<uuid:entry_id>/fortryd", methods=["GET", "POST"])
@open_to(*STAFF)
def undo(code: str, number: int, entry_id: UUID) -> str | Response:
    """Take an admission back, with the reason, by the leader or together with the leader."""
    form, station = (
        (GroundForm if Role.STATION_LEADER in signed_in_official().roles else LeaderForm)(),
        station_here(code),
    )
    if form.validate_on_submit():
        act = act_here(form, "polling.undo_admit")
        done = acts.undo_admit(installation(), here().scope, act, here().id, station.id, str(number), entry_id)
        return done_at(code, number, done)
    return _about("polling/undo.html", code, number, entry_id, form)


@desk.get("/seneste")
@open_to(*STAFF)
def recent(code: str, number: int) -> str:
    """What this desk did last, with what can be taken back."""
    station = station_here(code)
    with installation().database.read() as reading:
        return render_template(
            "polling/recent.html",
            station=station,
            number=number,
            rows=fates.recent(reading, here(), station, str(number)),
            names=KIND_NAMES,
            paper_name=paper_name,
        )


@desk.route("/haendelse/<uuid:event_id>/fortryd", methods=["GET", "POST"])
@open_to(*STAFF)
def undo_event(code: str, number: int, event_id: UUID) -> str | Response:
    """Take back an exchange, a return, a doubt or a help of this desk, with the reason."""
    form, station = GroundForm(), station_here(code)
    if form.validate_on_submit():
        act = act_here(form, "polling.undo_event")
        given = (installation(), here().scope, act, here().id, station.id, str(number))
        return done_at(code, number, paper_acts.undo_event(*given, event_id))
    with installation().database.read() as reading:
        event = lookup.event_of(reading, station, str(number), event_id)
        if event is None:
            raise NotFound
        return render_template(
            "polling/undo_event.html",
            station=station,
            number=number,
            event=event,
            what=KIND_NAMES[EventKind(event.kind)],
            form=form,
        )


@desk.post("/koe")
@open_to(*STAFF)
def count_queue(code: str, number: int) -> Response:
    """Somebody has counted the line."""
    form = QueueForm()
    if not form.validate_on_submit():
        raise Refused(QUEUE_IMPOSSIBLE, most=LONGEST_QUEUE)
    act = act_here(form, "polling.count_queue")
    people = paper_acts.count_queue(
        installation(), here().scope, act, here().id, station_here(code).id, form.people.data or 0
    )
    flash(_("Køen er talt: %(people)s personer.", people=people), "success")
    return redirect(url_for(".screen", code=code, number=number), 303)


@desk.get("/anmodning/<uuid:request_id>")
@open_to(*STAFF)
def fate(code: str, number: int, request_id: UUID) -> str:
    """Did it go through? The answer about one request, without a name."""
    station = station_here(code)
    with installation().database.read() as reading:
        found = fates.fate_of(reading, station, request_id)
    return render_template("polling/fate.html", station=station, number=number, fate=found, fates=fates.FateKind)


@desk.get("/anmodning/<uuid:request_id>.json")
@open_to(*STAFF)
def fate_data(code: str, number: int, request_id: UUID) -> Any:
    """The same for the desk's script."""
    with installation().database.read() as reading:
        found = fates.fate_of(reading, station_here(code), request_id)
    at = found.at.isoformat() if found.at else None
    return jsonify(asked_at=number, state=found.kind.value, act=found.act, at=at, desk=found.desk)


@desk.route("/vaelger/<uuid:entry_id>/valgkort", methods=["GET", "POST"])
@open_to(*STAFF)
def new_card(code: str, number: int, entry_id: UUID) -> str | Response:
    """A new card for a voter who has none; the old one is void at once."""
    form = ActForm()
    if form.validate_on_submit():
        given = (*act_of_button("poll_cards.replace"), here().id, station_here(code).id, str(number))
        card_id = acts.replace_card_at_station(*given, entry_id)
        return redirect(url_for(".new_card", code=code, number=number, entry_id=entry_id, kort=card_id), 303)
    return _about(
        "polling/new_card.html", code, number, entry_id, form, card_id=request.args.get("kort", type=UUID)
    )


def _about(template: str, code: str, number: int, entry_id: UUID, form: ActForm, **more: object) -> str:
    station = station_here(code)
    with installation().database.read() as reading:
        found = lookup.voter(reading, here(), station, entry_here(reading, entry_id))
        return render_template(template, station=station, number=number, voter=found, form=form, **more)
