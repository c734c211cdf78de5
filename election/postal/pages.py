# mypy: disable-error-code="no-untyped-call"
"""Postal votes: the register, receiving one, its review by two people, and what is moved before the count."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Document
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Station, stations
from election.call.rules import allowed
from election.polling import lookup
from election.polling.blueprint import station_here
from election.postal import acts
from election.postal.forms import ACCEPT, MoveForm, ReceiveForm, ReviewForm
from election.postal.printing import register_list
from election.postal.records import vote_of
from election.postal.rules import FEWEST_IN_A_BOX, GROUNDS, State
from election.postal.standing import box_of, boxes, case_of, casting_days, lines_of, poll_closes_at
from election.roll.cases import officials_of
from election.roll.forms import told_above
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

postal = Blueprint("postal", __name__, url_prefix=ADDRESS)

_RECEIVERS = (Role.POLLING_OFFICIAL, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR)
_EVERYONE = (*_RECEIVERS, Role.BOARD_MEMBER)
_REVIEWERS = (Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.BOARD_MEMBER)
_MOVERS = (Role.STATION_LEADER, Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
_AT = "/stemmested/<code>/brevstemmer"


@postal.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told above the register of the station where somebody looked for the voter."""
    code = (request.view_args or {}).get("code")
    if request.method == "GET" or trouble.status == 403 or code is None:
        page = render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        )
        return page, trouble.status
    flash(say(trouble), "warning")
    return redirect(url_for("postal.station", code=code), 303)


@postal.get("/brevstemmer/")
@open_to(*_EVERYONE)
def overview() -> str:
    """Every envelope of the election, and where too few lie in one box."""
    with installation().database.read() as session:
        return render_template(
            "postal/overview.html",
            election=here(),
            lines=lines_of(session, here()),
            boxes=boxes(session, here()),
            places={one.id: one for one in stations(session, here())},
            states=State,
            fewest=FEWEST_IN_A_BOX,
        )


@postal.get("/brevstemmer/liste.pdf")
@open_to(*_EVERYONE)
def printed() -> Document:
    """The register of all stations on paper."""
    return _list(None)


@postal.get(_AT + "/liste.pdf")
@open_to(*_EVERYONE)
def printed_here(code: str) -> Document:
    """The register of one station on paper."""
    return _list(station_here(code))


@postal.get(_AT)
@open_to(*_EVERYONE)
def station(code: str) -> str:
    """Postal votes of one station: the field, what waits for two people, what was decided."""
    return _station(code)


@postal.post(_AT + "/opslag")
@open_to(*_RECEIVERS)
def find(code: str) -> str:
    """The voters whom a card or a birth date can mean. Looking up changes nothing."""
    found, typed = station_here(code), request.form.get("token", "")
    digits = lookup.birth_date_typed(typed)
    with installation().database.read() as session:
        if digits is None:
            entry = lookup.entry_of(session, here(), lookup.by_card(session, here(), found, typed))
            entries = [entry] if entry else []
        else:
            entries = lookup.born(session, here(), digits)
        voters = [lookup.voter(session, here(), found, entry) for entry in entries]
    return _station(code, voters=voters)


@postal.route(_AT + "/modtag", methods=["GET", "POST"])
@open_to(*_RECEIVERS)
def receive_unknown(code: str) -> str | Response | tuple[str, int]:
    """An envelope whose sender is not on the roll."""
    return _receive(code, None)


@postal.route(_AT + "/modtag/<uuid:entry_id>", methods=["GET", "POST"])
@open_to(*_RECEIVERS)
def receive(code: str, entry_id: UUID) -> str | Response | tuple[str, int]:
    """An envelope from this voter comes in and gets its number."""
    return _receive(code, entry_id)


@postal.get(_AT + "/<uuid:postal_id>/nummer")
@open_to(*_RECEIVERS)
def received(code: str, postal_id: UUID) -> str:
    """The number to write on the envelope, big; and the stamp, if it came too late."""
    with installation().database.read() as session:
        return render_template(
            "postal/received.html", station=station_here(code), vote=_vote(session, postal_id), election=here()
        )


@postal.route(_AT + "/<uuid:postal_id>", methods=["GET", "POST"])
@open_to(*_EVERYONE)
def vote(code: str, postal_id: UUID) -> str | Response | tuple[str, int]:
    """One envelope with all of its voter, what the register proposes, and what two people decide."""
    form, status, place = ReviewForm(), 200, station_here(code)
    form.offer()
    if form.validate_on_submit():
        try:
            acts.review(
                installation(),
                here().scope,
                act_here(form, "postal.review"),
                here().id,
                postal_id,
                form.decision.data == ACCEPT,
                form.chosen,
                form.remark.data or "",
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(
                _("Godkendt. Læg stemmekuverten uåbnet i stemmekassen.")
                if form.decision.data == ACCEPT
                else _("Lagt til side. Gem kuverten sammen med de andre, der ikke tæller."),
                "success",
            )
            return redirect(url_for(".station", code=code), 303)
    with installation().database.read() as session:
        case = case_of(session, here(), _vote(session, postal_id))
        signers = {one for row in case.history for one in (row.by, row.cosigned_by)}
        page = render_template(
            "postal/vote.html",
            election=here(),
            station=place,
            case=case,
            places={one.id: one for one in stations(session, here())},
            days=casting_days(here()),
            people=officials_of(session, here(), signers),
            grounds=GROUNDS,
            states=State,
            may_review=allowed("postal.review", here().in_phase),
            form=form,
        )
    return page, status


@postal.route(_AT + "/flyt", methods=["GET", "POST"])
@open_to(*_MOVERS)
def move(code: str) -> str | Response | tuple[str, int]:
    """Two people lay the accepted envelopes of a station in another's box."""
    form, status, found = MoveForm(), 200, station_here(code)
    with installation().database.read() as session:
        form.offer([one for one in stations(session, here()) if one.id != found.id])
    if form.validate_on_submit():
        try:
            done = acts.move(
                installation(),
                here().scope,
                act_here(form, "postal.move"),
                here().id,
                found.id,
                UUID(form.into.data),
                form.papers.data,
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(_("Overført: %(papers)s. Læg dem i den anden kasse nu.", papers=done), "success")
            return redirect(url_for(".station", code=code), 303)
    with installation().database.read() as session:
        box = box_of(session, here(), found.id)
        if not form.is_submitted() and box.into is not None:
            form.into.data = str(box.into.id)
        page = render_template(
            "postal/move.html", election=here(), station=found, box=box, fewest=FEWEST_IN_A_BOX, form=form
        )
    return page, status


def _station(code: str, voters: list[lookup.Voter] | None = None) -> str:
    found = station_here(code)
    with installation().database.read() as session:
        return render_template(
            "postal/station.html",
            election=here(),
            station=found,
            voters=voters,
            lines=lines_of(session, here(), found),
            box=box_of(session, here(), found.id),
            places={one.id: one for one in stations(session, here())},
            states=State,
            fewest=FEWEST_IN_A_BOX,
            closes_at=poll_closes_at(here()),
            may_receive=allowed("postal.receive", here().in_phase),
        )


def _receive(code: str, entry_id: UUID | None) -> str | Response | tuple[str, int]:
    found, form, status = station_here(code), ReceiveForm(), 200
    if form.validate_on_submit():
        try:
            done = acts.receive(
                installation(),
                here().scope,
                act_here(form, "postal.receive"),
                here().id,
                found.id,
                entry_id,
                form.cast_on.data,
                form.came_to.data or "",
                form.came_at(clock.now(here())),
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            return redirect(url_for(".received", code=code, postal_id=done.postal_id), 303)
    elif not form.is_submitted():
        form.came_to.data = found.name
    with installation().database.read() as session:
        entry = lookup.entry_of(session, here(), entry_id) if entry_id else None
        if entry_id is not None and entry is None:
            raise NotFound
        page = render_template(
            "postal/receive.html",
            election=here(),
            station=found,
            voter=lookup.voter(session, here(), found, entry) if entry else None,
            form=form,
        )
    return page, status


def _vote(session: Any, postal_id: UUID) -> Any:
    found = vote_of(session, here(), postal_id)
    if found is None:
        raise NotFound
    return found


def _list(place: Station | None) -> Document:
    with installation().database.read() as session:
        pdf = register_list(session, here(), place)
    name = f"brevstemmer-{place.code}.pdf" if place else "brevstemmer.pdf"
    return Document(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f"attachment; filename={name}"}
    )
