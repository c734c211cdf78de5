"""The counting room: how far it is, the paper ledger, lots, and determining the result."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.lots import Lot
from election.call.records import board
from election.counting import (
    acts,
    disputed_pages,  # noqa: F401 - its pages are pages of this room
    form_pages,  # noqa: F401 - and so is this
    lost_box_pages,  # noqa: F401
    lot_pages,
    recount_pages,  # noqa: F401 - and so are these
    release_pages,  # noqa: F401
    tally_pages,  # noqa: F401 - its pages are pages of this room
)
from election.counting.blueprint import (
    KIND_NAMES,
    NEXT_STEPS,
    STATE_NAMES,
    WATCHERS,
    counting,
    station_here,
    unit_of,
)
from election.counting.forms import (
    ExplainForm,
    LotForm,
    as_day_and_time,
    drawn_fields,
    drawn_order,
    lot_form,
)
from election.counting.layout import row_names
from election.counting.printing import count_record_pdf
from election.counting.progress import (
    NextStep,
    has_more_than_the_result,
    is_open_for_counting,
    is_ready,
    lot_asked,
    progress,
)
from election.counting.records import latest_result
from election.counting.rules import EXPLAINABLE, CountKind
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

__all__ = ["counting"]


@counting.get("/")
@open_to(Role.ENTERER, *WATCHERS)
def overview() -> str:
    """Where every station stands, what comes next, and the lot that is asked for. No figure before agreement."""
    roles = signed_in_official().roles
    with installation().database.read() as session:
        every = progress(session, here())
        return render_template(
            "counting/overview.html",
            units=every,
            names=row_names(session, here()),
            lot=lot_asked(session, here(), every),
            is_ready=is_ready(every) and has_more_than_the_result(session, here(), every),
            is_counting=is_open_for_counting(here()),
            has_result=latest_result(session, here()) is not None,
            determine_form=ActForm(),
            kinds=tuple(CountKind),
            kind_names=KIND_NAMES,
            state_names=STATE_NAMES,
            next_steps=NEXT_STEPS,
            me=signed_in_official().official_id,
            may_enter=Role.ENTERER in roles,
            may_watch=bool(roles & set(WATCHERS)),
            may_return=bool(roles & {Role.BOARD_MEMBER, Role.STATION_LEADER}),
            may_recount=Role.BOARD_MEMBER in roles,
            may_see_history=bool(roles & {Role.BOARD_MEMBER, Role.AUDITOR}),
            may_read_aloud=bool(roles & {Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR}),
            is_board=Role.BOARD_MEMBER in roles,
            may_make_seed=bool(roles & {Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR}),
        )


@counting.get("/<code>/regnskab")
@open_to(*WATCHERS)
def ledger(code: str) -> str:
    """The paper ledger of a station as a sum one can follow, its findings and their explanations."""
    return _ledger_page(code, None)


def _ledger_page(code: str, bad: ExplainForm | None) -> str:
    roles = signed_in_official().roles
    with installation().database.read() as session:
        unit = unit_of(session, station_here(session, code))
        forms = {
            finding.kind.code: bad if bad and bad.code.data == finding.kind.code else ExplainForm(formdata=None)
            for finding in unit.unit.findings
            if finding.kind.code in EXPLAINABLE
        }
        return render_template(
            "counting/ledger.html",
            unit=unit,
            ledger=unit.unit.ledger,
            findings=unit.unit.findings,
            explained=unit.unit.explained,
            forms=forms,
            settle_form=ActForm(),
            next_step=NEXT_STEPS[unit.next_step],
            can_settle=unit.next_step is NextStep.SETTLE,
            is_counting=is_open_for_counting(here()),
            may_explain=bool(roles & {Role.BOARD_MEMBER, Role.STATION_LEADER}),
            is_board=Role.BOARD_MEMBER in roles,
        )


@counting.post("/<code>/regnskab/forklaring")
@open_to(Role.BOARD_MEMBER, Role.STATION_LEADER)
def explain(code: str) -> str | Answer:
    form = ExplainForm()
    if not form.validate_on_submit():
        return _ledger_page(code, form)
    acts.explain(
        installation(),
        here().scope,
        act_here(form, "counting.explain"),
        here().id,
        _station_id(code),
        form.code.data or "",
        form.text.data or "",
    )
    flash(_("Forklaringen er gemt og trykkes i optællingsprotokollen."), "success")
    return redirect(url_for("counting.ledger", code=code))


@counting.post("/<code>/regnskab/afslut")
@open_to(Role.BOARD_MEMBER)
def settle(code: str) -> Answer:
    """Close the paper ledger of a station."""
    acts.settle(installation(), here().scope, act_here(ActForm(), "counting.settle"), here().id, _station_id(code))
    flash(_("Papirregnskabet er afsluttet."), "success")
    return redirect(url_for("counting.overview"))


@counting.get("/<code>/optaellingsprotokol.pdf")
@open_to(*WATCHERS)
def count_record(code: str) -> Response:
    """The count record of a station, to be signed."""
    with installation().database.read() as session:
        pdf = count_record_pdf(session, here(), station_here(session, code))
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f"attachment; filename=optaellingsprotokol-{code}.pdf"},
    )


@counting.route("/lod", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def lot() -> str | Answer | tuple[str, int]:
    """Record the draw that the count asks for: people draw, the page only writes down."""
    with installation().database.read() as session:
        asked = lot_asked(session, here(), progress(session, here()))
        members = [member.name for member in board(session, here())]
        standing = lot_pages.seed_standing(session, here())
    if asked is None:
        return render_template("counting/lot.html", lot=None, form=None)
    form = lot_form(asked.names, asked.places, members)
    if request.method == "GET":
        form.drawn_at.data = as_day_and_time(clock.now(here()))
    trouble, status = "", 200
    if form.validate_on_submit() and _lot_is_past(form):
        draw = Lot(
            asked.purpose,
            asked.among,
            drawn_order(form),
            form.drawn_by.data or "",
            form.witnesses.data or "",
            form.method.data or "",
            form.drawn_instant(),
        )
        try:
            acts.record_lot(installation(), here().scope, act_here(form, "counting.record_lot"), here().id, draw)
        except Refused as refused:
            trouble, status = say(refused), refused.status
        else:
            flash(_("Lodtrækningen er gemt. Opgør nu resultatet."), "success")
            return redirect(url_for("counting.overview"))
    page = render_template(
        "counting/lot.html",
        lot=asked,
        form=form,
        drawn=drawn_fields(form),
        trouble=trouble,
        **lot_pages.beside_the_form(standing, asked, members),
    )
    return page, status


def _lot_is_past(form: LotForm) -> bool:
    if form.drawn_instant() <= clock.now(here()):
        return True
    form.drawn_at.errors = (_("Tidspunktet ligger efter valgets ur."),)
    return False


@counting.post("/opgoer")
@open_to(Role.BOARD_MEMBER)
def determine() -> Answer:
    """Count. Either the result is there, or a lot must be drawn first."""
    done = acts.determine(installation(), here().scope, act_here(ActForm(), "counting.determine"), here().id)
    if done.revision is None:
        flash(_("Der er stemmelighed, som afgør noget. Træk lod først."), "warning")
        return redirect(url_for("counting.lot"))
    flash(_("Resultatet er opgjort."), "success")
    return redirect(url_for("overview.result"))


def _station_id(code: str) -> UUID:
    with installation().database.read() as session:
        return station_here(session, code).id
