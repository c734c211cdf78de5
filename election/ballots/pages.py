# mypy: disable-error-code="no-untyped-call"
"""The ballot papers: proof and approval, what can be fetched, and the ledger of blank papers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from election.ballots import acts
from election.ballots.forms import ApproveForm, MovementForm, ProposeForm
from election.ballots.ledger import ledger_pdf, paper_ledger, type_title
from election.ballots.papers import (
    ProofState,
    Variant,
    ballot_papers,
    changed_since,
    paper_picture,
    proof_state,
    rotates,
    without_paper,
)
from election.ballots.printing import gone_notice_pdf, sheet_pdf
from election.ballots.rules import SHAPE_NAMES, ballot_types
from election.ballots.stock_rules import MOVEMENT_NAMES
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import stations
from election.call.rules import allowed
from election.candidacy.records import accepted
from registry.accounts.records import names
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say, say_term

ballots = Blueprint("ballots", __name__, url_prefix=ADDRESS + "/stemmesedler")

_OFFICE = (Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
_SIGNERS = (*_OFFICE, Role.STATION_LEADER)
_AIDS = {"proeve": Variant.SAMPLE, "skabelon": Variant.TEMPLATE, "stor-skrift": None}
"""What the sheets beside the paper are called in an address."""


@ballots.get("/")
@open_to(*_SIGNERS)
def overview() -> str:
    """Where the approval stands, what can be fetched, and where every blank paper is."""
    with installation().database.read() as session:
        papers = ballot_papers(session, here())
        state = proof_state(session, here(), papers)
        return render_template(
            "ballots/overview.html",
            election=here(),
            papers=papers,
            state=state,
            people=_people(state),
            gone=[one.ballot_name for one in accepted(session, here()) if one.is_marked],
            is_per_station=rotates(here()),
            ledger=paper_ledger(session, here()),
            title_of=lambda ballot_type: say_term(type_title(here(), ballot_type)),
            movement_names=MOVEMENT_NAMES,
            shape_names=SHAPE_NAMES,
            may_move=allowed("ballots.move", here().in_phase),
            without=set(ballot_types(here())) - {one.ballot_type for one in papers} if papers else set(),
        )


@ballots.get("/korrektur")
@open_to(*_OFFICE)
def proof() -> str:
    """Every paper beside the list of its names, to be compared one by one."""
    return _proof(ProposeForm(formdata=None), ApproveForm(formdata=None))


@ballots.post("/korrektur/lav")
@open_to(Role.ELECTION_ADMINISTRATOR)
def propose() -> Answer | str | tuple[str, int]:
    """The papers as they stand become the proof."""
    form = ProposeForm()
    if not form.validate_on_submit():
        return _proof(form, ApproveForm(formdata=None))
    try:
        acts.propose_proof(installation(), here().scope, act_here(form, "ballots.propose_proof"), here().id)
    except Refused as refused:
        status = _told_above(form, refused)
        return _proof(form, ApproveForm(formdata=None)), status
    flash(_("Korrekturen er lavet. Bed en kollega om at sammenligne og godkende den."), "success")
    return redirect(url_for("ballots.proof"), 303)


@ballots.post("/korrektur/godkend")
@open_to(*_OFFICE)
def approve() -> Answer | str | tuple[str, int]:
    """Another person has compared the papers with the list."""
    form = ApproveForm()
    if not form.validate_on_submit():
        return _proof(ProposeForm(formdata=None), form)
    act = act_here(form, "ballots.approve_proof")
    try:
        acts.approve_proof(installation(), here().scope, act, here().id, form.sha256.data or "")
    except Refused as refused:
        status = _told_above(form, refused)
        return _proof(ProposeForm(formdata=None), form), status
    flash(_("Stemmesedlen er godkendt og kan trykkes."), "success")
    return redirect(url_for("ballots.overview"), 303)


def _proof(propose_form: ProposeForm, approve_form: ApproveForm) -> str:
    with installation().database.read() as session:
        papers = ballot_papers(session, here())
        state = proof_state(session, here(), papers)
        if not approve_form.is_submitted():
            approve_form.sha256.data = state.sha256
        return render_template(
            "ballots/proof.html",
            election=here(),
            papers=papers,
            state=state,
            people=_people(state),
            changed=changed_since(session, here(), state.proof) if state.proof and state.is_void else [],
            nowhere=without_paper(session, here(), papers),
            propose_form=propose_form,
            approve_form=approve_form,
            title_of=lambda ballot_type: say_term(type_title(here(), ballot_type)),
            may_propose=allowed("ballots.propose_proof", here().in_phase),
            made_it=state.proof is not None and state.proof.by == signed_in_official().official_id,
        )


@ballots.route("/bevaegelse", methods=["GET", "POST"])
@open_to(*_SIGNERS)
def record() -> str | Answer | tuple[str, int]:
    """Blank papers change hands; both who counted them type their password."""
    form, status = MovementForm(), 200
    with installation().database.read() as session:
        places = stations(session, here())
    form.offer(places, [(one, say_term(type_title(here(), one))) for one in ballot_types(here())])
    if form.validate_on_submit():
        kind, source, to = form.route(places)
        try:
            there = acts.move(
                installation(),
                here().scope,
                act_here(form, "ballots.move"),
                here().id,
                kind,
                source,
                to,
                form.chosen_type,
                form.papers.data,
                (form.batch.data or "").strip(),
                (form.seal_number.data or "").strip(),
            )
        except Refused as refused:
            status = _told_above(form, refused)
        else:
            flash(_moved(next((one.name for one in places if one.id == to), None), there), "success")
            return redirect(url_for("ballots.overview"), 303)
    return render_template("ballots/movement.html", election=here(), form=form, places=places), status


def _moved(station: str | None, there: int) -> str:
    if station is None:
        return str(_("Gemt. Lageret har nu %(there)s stemmesedler.", there=there))
    return str(_("Gemt. %(station)s har nu fået %(there)s stemmesedler.", station=station, there=there))


@ballots.get("/stemmeseddel.pdf")
@ballots.get("/stemmeseddel-<key>.pdf")
@open_to(*_OFFICE)
def paper(key: str = "") -> Response:
    """One ballot paper; a proof until two people have approved it as it stands."""
    return _sheet(key, Variant.PAPER, "stemmeseddel")


@ballots.get("/<any('proeve', 'skabelon', 'stor-skrift'):aid>.pdf")
@ballots.get("/<any('proeve', 'skabelon', 'stor-skrift'):aid>-<key>.pdf")
@open_to(*_SIGNERS)
def beside(aid: str, key: str = "") -> Response:
    """What is laid beside or over the paper, or hangs on the wall."""
    return _sheet(key, _AIDS[aid], aid)


@ballots.get("/billede.png")
@ballots.get("/billede-<key>.png")
@open_to(*_OFFICE)
def image(key: str = "") -> Response:
    """The paper as a picture, beside the names it is compared with."""
    with installation().database.read() as session:
        every = ballot_papers(session, here())
        found = next((one for one in every if one.key == key), None)
        if found is None:
            raise NotFound
        is_proof = not proof_state(session, here(), every).is_approved
    return Response(paper_picture(here(), found, is_proof=is_proof), mimetype="image/png")


@ballots.get("/regnskab.pdf")
@open_to(*_SIGNERS)
def sheet() -> Response:
    """The ledger with lines to sign by hand."""
    with installation().database.read() as session:
        return _attached(ledger_pdf(session, here()), "regnskab-over-stemmesedler.pdf")


@ballots.get("/opslag.pdf")
@open_to(*_SIGNERS)
def notice() -> Response:
    """The notice for the stations about who is marked as gone."""
    with installation().database.read() as session:
        return _attached(gone_notice_pdf(session, here()), "opslag-udgaaet.pdf")


def _sheet(key: str, variant: Variant | None, name: str) -> Response:
    with installation().database.read() as session:
        pdf = sheet_pdf(session, here(), key, variant)
    if pdf is None:
        raise NotFound
    return _attached(pdf, f"{name}-{key}.pdf" if key else f"{name}.pdf")


def _people(state: ProofState) -> dict[UUID, str]:
    signed = {one.by for one in (state.proof, state.approval) if one is not None}
    with installation().database.read() as session:
        return names(session, here().municipality, signed)


def _told_above(form: Any, refused: Refused) -> int:
    """The refusal stands above the form, and nothing that was typed is lost; a role that is wrong is a page."""
    if refused.status == 403:
        raise refused
    form.form_errors.append(say(refused))
    return refused.status


def _attached(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
