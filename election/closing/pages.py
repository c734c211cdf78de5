"""The closing of a station, step by step on one page, its poll book, and the end of the polls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice

from election.ballots.rules import ballot_types
from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Station, station_by_code, stations
from election.closing import acts
from election.closing.forms import (
    PILES,
    BoxForm,
    DoorsForm,
    EndForm,
    ExplanationForm,
    ObjectionForm,
    PilesForm,
    SignatureForm,
    piles_form,
)
from election.closing.merging import merge_decisions
from election.closing.merging_acts import decide_merge
from election.closing.printing import poll_book_pdf, station_ledger_pdf
from election.closing.rules import BOOKS_MISSING, Step
from election.closing.standing import ClosingNow, books, closing_now
from election.polling import acts as polling
from election.polling.blueprint import paper_name
from election.postal.standing import box_of
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.calendar import local_instant
from registry.roles import Role
from registry.wording import say

closing = Blueprint("closing", __name__, url_prefix=ADDRESS + "/stemmested")

_WATCH = (Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
_COUNT = (Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.BOARD_MEMBER)
_SIGN = (Role.STATION_LEADER, Role.BOARD_MEMBER)
_BETWEEN_KEY_AND_CODE = "|"


@closing.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the page of the closing, beside the form that it is about."""
    code = (request.view_args or {}).get("code")
    if request.method == "GET" or trouble.status in (403, 404):
        page = render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        )
        return page, trouble.status
    if code is None:
        return _end_page(EndForm(), say(trouble)), trouble.status
    typed = _piles_form(code)() if request.endpoint == "closing.count" else None
    box = BoxForm() if request.endpoint == "closing.box" else None
    return _page(code, trouble=say(trouble), piles=typed, box=box), trouble.status


@closing.get("/<code>/luk")
@open_to(*_WATCH)
def page(code: str) -> str:
    """Where the closing stands, and the one form that comes next."""
    return _page(code)


@closing.post("/<code>/luk")
@open_to(Role.STATION_LEADER)
def shut(code: str) -> str | Answer:
    """After the last in line the leader shuts the doors."""
    form = DoorsForm()
    if not form.validate_on_submit():
        return _page(code, doors=form)
    act, has_voted = act_here(form, "polling.close_station"), bool(form.last_in_line_has_voted.data)
    polling.close_station(installation(), here().scope, act, here().id, station_here(code).id, has_voted)
    return _on(code)


@closing.post("/<code>/luk/sedler")
@open_to(*_COUNT)
def count(code: str) -> str | Answer:
    """The piles as two people have counted them."""
    types = ballot_types(here())
    form = _piles_form(code)()
    if not form.validate_on_submit():
        return _page(code, piles=form)
    act = act_here(form, "closing.count_papers")
    acts.count_papers(installation(), here().scope, act, here().id, station_here(code).id, form.piles(types))
    return _on(code)


@closing.post("/<code>/luk/kasse")
@open_to(*_SIGN)
def box(code: str) -> str | Answer:
    """The unopened box of a small station goes to a neighbour."""
    form, station = BoxForm(), station_here(code)
    form.into.choices = _neighbours(station)
    if not form.validate_on_submit():
        return _page(code, box=form)
    act, into = act_here(form, "closing.decide_merge"), UUID(form.into.data)
    decide_merge(installation(), here().scope, act, here().id, station.id, into, form.seal_number.data or "")
    flash(_("Kassen er forseglet til vejen. Den må ikke åbnes her."), "success")
    return _on(code)


@closing.post("/<code>/luk/forklaring")
@open_to(*_SIGN)
def explain(code: str) -> str | Answer:
    """One difference is explained."""
    form = ExplanationForm()
    form.about.choices = _differences(code)
    if not form.validate_on_submit():
        return _page(code, explanation=form)
    ballot_type, _bar, finding = form.about.data.rpartition(_BETWEEN_KEY_AND_CODE)
    act = act_here(form, "closing.note")
    acts.explain(
        installation(), here().scope, act, here().id, station_here(code).id, ballot_type, finding, form.text.data
    )
    return _on(code)


@closing.post("/<code>/luk/indsigelse")
@open_to(*_SIGN)
def object_to(code: str) -> str | Answer:
    """An objection that somebody in the room made."""
    form = ObjectionForm()
    if not form.validate_on_submit():
        return _page(code, objection=form)
    act, where = act_here(form, "closing.note"), station_here(code).id
    acts.object_to(
        installation(), here().scope, act, here().id, where, form.raised_by.data or "", form.text.data or ""
    )
    return _on(code)


@closing.post("/<code>/luk/ingen-indsigelser")
@open_to(*_SIGN)
def nobody_objects(code: str) -> Answer:
    """The room was asked, and nobody objected."""
    act = act_here(ActForm(), "closing.note")
    acts.nobody_objects(installation(), here().scope, act, here().id, station_here(code).id)
    return _on(code)


@closing.post("/<code>/luk/underskriv")
@open_to(*_SIGN)
def sign(code: str) -> str | Answer:
    """Two people sign; the poll book is there to be printed."""
    form = SignatureForm()
    if not form.validate_on_submit():
        return _page(code, signature=form)
    act = act_here(form, "closing.sign")
    acts.sign(installation(), here().scope, act, here().id, station_here(code).id)
    flash(_("Afstemningsbogen er underskrevet. Print den, og læg den i pakken til optællingen."), "success")
    return _on(code)


@closing.get("/<code>/afstemningsbog.pdf")
@open_to(*_WATCH, Role.CERTIFIER, Role.AUDITOR)
def book(code: str) -> Response:
    """The poll book as it was signed, with the head of the log."""
    with installation().database.read() as session:
        pdf = poll_book_pdf(session, here(), station_here(code))
    return _attached(pdf, f"afstemningsbog-{code}.pdf")


@closing.get("/<code>/regnskab.pdf")
@open_to(*_WATCH)
def ledger_form(code: str) -> Response:
    """The empty counting form on paper, in the layout of the screen."""
    pdf = station_ledger_pdf(here(), station_here(code))
    return _attached(pdf, f"regnskab-{code}.pdf")


@closing.route("/slut", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def end_polls() -> str | Answer:
    """Every station is closed and signed: the count may begin."""
    form = EndForm()
    if not form.validate_on_submit():
        return _end_page(form)
    act = act_here(form, "polling.close_polls")
    acts.close_polls(installation(), here().scope, act, here().id)
    flash(_("Afstemningen er slut. Optællingen kan begynde."), "success")
    return redirect(url_for("polling.stations"), 303)


def station_here(code: str) -> Station:
    """The station of this page, or 404."""
    with installation().database.read() as session:
        found = station_by_code(session, here(), code)
    if found is None:
        raise NotFound
    return found


def _page(
    code: str,
    *,
    trouble: str | None = None,
    doors: DoorsForm | None = None,
    piles: PilesForm | None = None,
    explanation: ExplanationForm | None = None,
    objection: ObjectionForm | None = None,
    signature: SignatureForm | None = None,
    box: BoxForm | None = None,
) -> str:
    """The page with the form that was sent, as it was sent; every other form is new."""
    found = station_here(code)
    types = ballot_types(here())
    closes_at = local_instant(here().election_on, here().regulation.polling.closes.value)
    with installation().database.read() as session:
        now, by_post = closing_now(session, here(), found), box_of(session, here(), found.id)
        named = {one.id: one.name for one in stations(session, here())}
    box = box or BoxForm(formdata=None)
    box.into.choices = _neighbours(found)
    explanation = explanation or ExplanationForm(formdata=None)
    explanation.about.choices = _choices(now)
    return render_template(
        "closing/page.html",
        election=here(),
        station=found,
        now=now,
        by_post=by_post,
        box=box,
        goes_to=named[now.merge.into_id] if now.merge else None,
        least=here().regulation.counting.small_count.value,
        steps=Step,
        types=types,
        paper_name=paper_name,
        pile_names=PILES,
        closes_at=closes_at,
        is_time=clock.now(here()) >= closes_at,
        trouble=trouble,
        counts_again="igen" in request.args or piles is not None,
        doors=doors or DoorsForm(formdata=None),
        piles=piles or _piles_form(code)(formdata=None),
        explanation=explanation,
        objection=objection or ObjectionForm(formdata=None),
        signature=signature or SignatureForm(formdata=None),
        nobody=ActForm(formdata=None),
    )


def _piles_form(code: str) -> type[PilesForm]:
    with installation().database.read() as session:
        goes_on = station_here(code).id in merge_decisions(session, here())
    return piles_form(ballot_types(here()), box_is_here=not goes_on)


def _neighbours(station: Station) -> list[SelectChoice]:
    """Where a box may go: to the neighbour that was named, else to any station that counts its own papers."""
    with installation().database.read() as session:
        gone = merge_decisions(session, here())
        others = [one for one in stations(session, here()) if one.id != station.id and one.id not in gone]
    named = [one for one in others if one.id == station.counted_with_id]
    return [SelectChoice(str(one.id), one.name) for one in named or others]


def _differences(code: str) -> list[SelectChoice]:
    with installation().database.read() as session:
        return _choices(closing_now(session, here(), station_here(code)))


def _choices(now: ClosingNow) -> list[SelectChoice]:
    """The differences that nobody has explained."""
    return [
        SelectChoice(
            f"{one.ballot_type}{_BETWEEN_KEY_AND_CODE}{one.finding.kind.code}",
            " ".join(part for part in (one.finding.kind.code, paper_name(one.ballot_type)) if part),
        )
        for one in now.differences
        if one.explanation is None
    ]


def _end_page(form: EndForm, trouble: str | None = None) -> str:
    with installation().database.read() as session:
        rows = books(session, here())
    return render_template(
        "closing/end.html", election=here(), rows=rows, form=form, trouble=trouble, missing_code=BOOKS_MISSING.code
    )


def _on(code: str) -> Answer:
    return redirect(url_for("closing.page", code=code), 303)


def _attached(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
