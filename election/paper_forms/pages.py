# mypy: disable-error-code="no-untyped-call"
"""Paper when nothing works: the list as it stands, empty forms, and keying in what was written on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import Response as Document
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Station
from election.call.rules import allowed
from election.paper_forms import acts
from election.paper_forms.forms import ListForm, MakeForm, ReadingForm, TakeForm, VoidForm
from election.paper_forms.printing import empty_forms, list_now
from election.paper_forms.records import admitted_since, form_of
from election.paper_forms.rules import OTHER_TOTAL, State, as_read, looks_like_cpr
from election.paper_forms.standing import FormNow, doubts, form_now, forms_at, named
from election.polling.blueprint import station_here
from election.polling.records import closing
from election.roll.cases import officials_of
from election.roll.copies import copy_by_id, latest_copy, print_copy
from election.roll.forms import told_above
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

paper_forms = Blueprint("paper_forms", __name__, url_prefix=ADDRESS + "/stemmested/<code>/papir")

_STAFF = (Role.POLLING_OFFICIAL, Role.STATION_LEADER)
_EVERYONE = (*_STAFF, Role.ELECTION_ADMINISTRATOR)
_MAKERS = (Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR)


@paper_forms.get("/")
@open_to(*_EVERYONE)
def overview(code: str) -> str:
    """What to do when nothing works, the list as it stands, and every form of the station."""
    return _overview(code)


@paper_forms.post("/valgliste-nu.pdf")
@open_to(*_MAKERS)
def list_as_it_stands(code: str) -> Document | tuple[str, int]:
    """One more numbered copy of the list, with everyone crossed off who has had a paper by now."""
    form, station = ListForm(), station_here(code)
    try:
        made = print_copy(
            installation(),
            here().scope,
            act_here(form, "roll.print_copy"),
            here().id,
            station.id,
            str(_("Nødliste")),
        )
        with installation().database.read() as session:
            copy = copy_by_id(session, here(), made.copy_id)
            assert copy is not None
            pdf = list_now(session, here(), copy)
    except Refused as refused:
        return _overview(code, refused=refused), refused.status
    return _pdf(pdf, f"valgliste-nu-kopi-{made.number}.pdf")


@paper_forms.post("/nye")
@open_to(*_MAKERS)
def make(code: str) -> Response | tuple[str, int]:
    """Number empty forms for this station."""
    form, station = MakeForm(), station_here(code)
    if not form.validate_on_submit():
        return _overview(code, making=form), 200
    try:
        numbers = acts.make(
            installation(),
            here().scope,
            act_here(form, "paper_forms.make"),
            here().id,
            station.id,
            form.count.data,
            form.line_count.data,
        )
    except Refused as refused:
        return _overview(code, refused=refused), refused.status
    flash(
        _("Skema %(first)s til %(last)s er lavet. Hent dem, og tryk dem nu.", first=numbers[0], last=numbers[-1]),
        "success",
    )
    return redirect(url_for(".overview", code=code), 303)


@paper_forms.get("/skemaer.pdf")
@open_to(*_EVERYONE)
def printed(code: str) -> Document:
    """The forms on which nobody has read anything yet, one page each."""
    station = station_here(code)
    with installation().database.read() as session:
        unread = [one.form for one in forms_at(session, here(), station) if one.state is State.UNREAD]
    if not unread:
        raise NotFound
    return _pdf(empty_forms(here(), station, unread), f"papirskemaer-{station.code}.pdf")


@paper_forms.route("/kasser", methods=["GET", "POST"])
@open_to(Role.STATION_LEADER)
def void(code: str) -> str | Response | tuple[str, int]:
    """Forms that were spoiled or never used."""
    form, status, station = VoidForm(), 200, station_here(code)
    with installation().database.read() as session:
        form.offer(
            one.form for one in forms_at(session, here(), station) if one.state not in (State.TAKEN, State.VOID)
        )
    if form.validate_on_submit():
        try:
            which = tuple(UUID(one) for one in form.which.data)
            done = acts.void(installation(), here().scope, act_here(form, "paper_forms.void"), here().id, which)
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(_("%(number)s skemaer er kasseret.", number=done), "success")
            return redirect(url_for(".overview", code=code), 303)
    return render_template("paper_forms/void.html", station=station, form=form), status


@paper_forms.route("/<uuid:form_id>/aflaes", methods=["GET", "POST"])
@open_to(*_STAFF)
def read(code: str, form_id: UUID) -> str | Response | tuple[str, int]:
    """Key a form in, alone; where two people differ, only those lines again."""
    form, station, status = ReadingForm(), station_here(code), 200
    with installation().database.read() as session:
        now = _form(session, station, form_id)
        own = now.own_lines(signed_in_official().official_id)
        numbers = list(now.differing) if own is not None else list(range(1, now.form.line_count + 1))
        typed = form.lines(numbers)
        lines = {number: as_read(number, one.typed, one.clock) for number, one in typed.items()}
        odd = doubts(session, here(), now.form, lines.values()) if form.is_submitted() else {}
    if form.validate_on_submit() and _is_complete(
        form, own is None, len([x for x in lines.values() if not x.is_blank])
    ):
        if not form.kept(odd) and not any(map(looks_like_cpr, typed.values())):
            form.form_errors.append(_("Se de markerede linjer efter på papiret. Intet er gemt endnu."))
        else:
            try:
                done = acts.read(
                    installation(),
                    here().scope,
                    act_here(form, "paper_forms.read"),
                    here().id,
                    form_id,
                    tuple(typed.values()),
                    form.filled.data if own is None else None,
                    form.piles,
                )
            except Refused as refused:
                status = told_above(form, refused)
            else:
                flash(_told(done, now.form.number), "info" if done.state is State.DIFFER else "success")
                return redirect(url_for(".overview", code=code), 303)
    with installation().database.read() as session:
        page = render_template(
            "paper_forms/read.html",
            station=station,
            now=now,
            own=own,
            numbers=numbers,
            lines=lines if form.is_submitted() else {},
            odd=odd,
            people=_readers(session, [now]),
            states=State,
            form=form,
        )
    return page, status


@paper_forms.route("/<uuid:form_id>/tag-ind", methods=["GET", "POST"])
@open_to(Role.STATION_LEADER)
def take(code: str, form_id: UUID) -> str | Response | tuple[str, int]:
    """Leader and second person take what two have read alike into the list."""
    form, station, status = TakeForm(), station_here(code), 200
    if form.validate_on_submit():
        try:
            act = replace(act_here(form, "paper_forms.take"), role=Role.STATION_LEADER)
            done = acts.take(installation(), here().scope, act, here().id, form_id)
        except Refused as refused:
            status = told_above(form, refused)
        else:
            flash(
                _(
                    "%(marked)s vælgere er registreret. %(conflicts)s linjer passer ikke og skal afgøres.",
                    marked=done.marked,
                    conflicts=done.conflicts,
                ),
                "warning" if done.conflicts else "success",
            )
            return redirect(url_for(".overview", code=code), 303)
    with installation().database.read() as session:
        now = _form(session, station, form_id)
        page = render_template(
            "paper_forms/take.html",
            station=station,
            now=now,
            voters=named(session, here(), now.second_lines.values()),
            odd=doubts(session, here(), now.form, now.second_lines.values()),
            people=_readers(session, [now]),
            states=State,
            form=form,
        )
    return page, status


def _overview(code: str, refused: Refused | None = None, making: MakeForm | None = None) -> str:
    station = station_here(code)
    with installation().database.read() as session:
        every = forms_at(session, here(), station)
        latest = latest_copy(session, here(), station)
        return render_template(
            "paper_forms/overview.html",
            election=here(),
            station=station,
            forms=every,
            people=_readers(session, every),
            copy=latest,
            since=admitted_since(session, station, latest.at) if latest else 0,
            now=clock.now(here()),
            own_id=signed_in_official().official_id,
            refused=say(refused) if refused else "",
            making=making or MakeForm(formdata=None),
            form=ActForm(formdata=None),
            states=State,
            is_shut=closing(session, station) is not None,
            may_print=allowed("roll.print_copy", here().in_phase),
            may_make=allowed("paper_forms.make", here().in_phase),
            may_read=allowed("paper_forms.read", here().in_phase),
        )


def _is_complete(form: ReadingForm, is_whole: bool, typed: int) -> bool:
    """A whole form needs the number of lines counted on the paper, and as many lines typed."""
    if not is_whole:
        return True
    if form.filled.data is None:
        form.filled.errors = (_("Tæl de udfyldte linjer på papiret, og skriv tallet."),)
        return False
    if form.filled.data != typed:
        form.filled.errors = (say(Refused(OTHER_TOTAL, typed=typed, filled=form.filled.data)),)
        return False
    return True


def _told(done: acts.Reading, number: int) -> str:
    if done.state is State.AGREED:
        return str(_("Skema %(number)s er aflæst ens af to. Lederen kan tage det ind.", number=number))
    if done.state is State.DIFFER:
        lines = ", ".join(map(str, done.differing))
        if not lines:
            told = _("Skema %(number)s: I har læst tallene nederst forskelligt. Læs dem igen.", number=number)
            return str(told)
        return str(
            _(
                "Skema %(number)s: I har læst linje %(lines)s forskelligt. Læs dem igen.",
                number=number,
                lines=lines,
            )
        )
    return str(_("Skema %(number)s er aflæst. Nu skal en anden aflæse det uden at se dine linjer.", number=number))


def _form(session: Any, station: Station, form_id: UUID) -> FormNow:
    found = form_of(session, here(), form_id)
    if found is None or found.station_id != station.id:
        raise NotFound
    return form_now(session, here(), found)


def _readers(session: Any, every: list[FormNow]) -> dict[UUID, str]:
    """The names of those who read or took these forms."""
    people = {one.by for now in every for one in (now.first, now.second, now.taken) if one is not None}
    return officials_of(session, here(), people)


def _pdf(data: bytes, name: str) -> Document:
    return Document(
        data, mimetype="application/pdf", headers={"Content-Disposition": f"attachment; filename={name}"}
    )
