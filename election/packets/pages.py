"""The packing lists: sealing a packet, looking at it where it arrives, and the list on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice

from election.call.here import ADDRESS, act_here, here, installation
from election.packets import acts
from election.packets.forms import ArrivalForm, PacketForm
from election.packets.printing import packing_list_pdf
from election.packets.rules import CONTENTS, OF_EVERY_STATION, Content
from election.packets.standing import Line, PackingList, packing_lists
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say, say_term

packets = Blueprint("packets", __name__, url_prefix=ADDRESS + "/pakker")

_SEAL = (Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.BOARD_MEMBER)
_RECEIVE = (Role.STATION_LEADER, Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
_WATCH = (*_SEAL, Role.ELECTION_ADMINISTRATOR, Role.CERTIFIER, Role.AUDITOR)


@packets.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the page of the form; what was typed stays, but for the passwords."""
    given = request.view_args or {}
    if request.method == "GET" or trouble.status in (403, 404):
        return render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        ), trouble.status
    if "packet_id" in given:
        return _arrival_page(given["packet_id"], ArrivalForm(), say(trouble)), trouble.status
    return _station_page(given["code"], _packet_form(), say(trouble)), trouble.status


@packets.get("/")
@open_to(*_WATCH)
def overview() -> str:
    """Every station: how many packets are sealed, on the way, received."""
    with installation().database.read() as session:
        lists = packing_lists(session, here())
    return render_template("packets/overview.html", election=here(), lists=lists)


@packets.route("/<code>", methods=["GET", "POST"])
@open_to(*_WATCH)
def station(code: str) -> str | Answer:
    """The packing list of a station, and the form for the next packet."""
    form = _packet_form()
    if not form.validate_on_submit():
        return _station_page(code, form)
    acts.seal(
        installation(),
        here().scope,
        act_here(form, "packets.seal"),
        here().id,
        _list_of(code).station.id,
        Content(form.content.data),
        form.sheets.data,
        form.seal_number.data or "",
        form.goes_to.data or "",
    )
    flash(_("Pakken er skrevet på pakkelisten."), "success")
    return redirect(url_for("packets.station", code=code), 303)


@packets.get("/<code>/pakkeliste.pdf")
@open_to(*_WATCH)
def printed(code: str) -> Response:
    """The packing list on paper, to go with the packets."""
    pdf = packing_list_pdf(here(), _list_of(code))
    headers = {"Content-Disposition": f"attachment; filename=pakkeliste-{code}.pdf"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@packets.route("/modtag/<uuid:packet_id>", methods=["GET", "POST"])
@open_to(*_RECEIVE)
def receive(packet_id: UUID) -> str | Answer:
    """Two people compare the seal with the list."""
    form = ArrivalForm()
    if not form.validate_on_submit():
        return _arrival_page(packet_id, form)
    line, code = _line(packet_id)
    acts.receive(
        installation(),
        here().scope,
        act_here(form, "packets.receive"),
        here().id,
        line.packet.id,
        form.seal_found.data or "",
        form.state.data == "intact",
        form.remark.data or "",
    )
    flash(_("Modtagelsen er skrevet på pakkelisten."), "success")
    return redirect(url_for("packets.station", code=code), 303)


def _packet_form() -> PacketForm:
    form = PacketForm()
    form.content.choices = [SelectChoice(one.value, say_term(CONTENTS[one])) for one in OF_EVERY_STATION]
    return form


def _list_of(code: str) -> PackingList:
    with installation().database.read() as session:
        found = next((one for one in packing_lists(session, here()) if one.station.code == code), None)
    if found is None:
        raise NotFound
    return found


def _line(packet_id: UUID) -> tuple[Line, str]:
    with installation().database.read() as session:
        for one in packing_lists(session, here()):
            for line in one.lines:
                if line.packet.id == packet_id:
                    return line, one.station.code
    raise NotFound


def _station_page(code: str, form: PacketForm, trouble: str | None = None) -> str:
    return render_template(
        "packets/station.html", election=here(), of=_list_of(code), contents=CONTENTS, form=form, trouble=trouble
    )


def _arrival_page(packet_id: UUID, form: ArrivalForm, trouble: str | None = None) -> str:
    line, code = _line(packet_id)
    return render_template(
        "packets/arrival.html", election=here(), line=line, code=code, form=form, trouble=trouble
    )
