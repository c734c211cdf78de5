"""Who works at the stations: the plan with its gaps, many at once, the duty plan on paper, the one-day codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Station, station_by_code
from election.staffing import acts, codes, findings, printing
from election.staffing.forms import DutyForm, ManyForm
from election.staffing.plan import Plan, examine, hours_of_poll, plan_of, plans
from election.staffing.records import has_duties
from election.staffing.rules import BEFORE_OPENING, LONGEST, Lack, hours
from registry.accounts.forms import ActForm, CosignedForm, gatekeeper
from registry.accounts.records import names, officials
from registry.accounts.sign_in import signed_in_official
from registry.act import Act
from registry.doors import open_to
from registry.findings import Finding, Refused
from registry.roles import ROLE_NAMES, Role
from registry.wording import say

staffing = Blueprint("staffing", __name__, url_prefix=ADDRESS + "/vagtplan")

_ADMIN = Role.ELECTION_ADMINISTRATOR
_MAKERS = (_ADMIN, Role.BOARD_MEMBER)
"""Who makes codes, two at a time."""


@staffing.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the plan where the button was pressed."""
    code = (request.view_args or {}).get("code")
    if request.method == "GET" or trouble.status == 403 or code is None:
        page = render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        )
        return page, trouble.status
    flash(say(trouble), "warning")
    return redirect(url_for(".station", code=code), 303)


@staffing.get("/")
@open_to(_ADMIN, Role.BOARD_MEMBER)
def overview() -> str:
    """Every station: how many people, and in which hours somebody is missing."""
    with installation().database.read() as session:
        return render_template(
            "staffing/overview.html",
            plans=plans(session, here()),
            has_duties=has_duties(session, here()),
            opens_at=hours_of_poll(here())[0],
            closes_at=hours_of_poll(here())[1],
            Lack=Lack,
            leader=Role.STATION_LEADER,
        )


@staffing.route("/<code>/", methods=["GET", "POST"])
@open_to(*_MAKERS, Role.STATION_LEADER)
def station(code: str) -> str | Response:
    """One station's plan. The administrator adds people; the leader sees it, and ends codes."""
    found, form = _station(code), _duty_form()
    if form.validate_on_submit():
        within = hours(here().election_on, form.from_clock.data or "", form.until_clock.data or "")
        if within is None:
            refusal = Finding(findings.HOURS_WRONG, {"hours": LONGEST // timedelta(hours=1)})
            form.until_clock.errors = (say(refusal),)
        else:
            acts.assign(
                *_act("staffing.assign", form), found.id, _person(form), Role(form.role.data), _desk(form), *within
            )
            flash(_("Personen er sat på planen."), "success")
            return redirect(url_for(".station", code=code), 303)
    return _page(found, form)


@staffing.route("/<code>/flere", methods=["GET", "POST"])
@open_to(_ADMIN)
def many(code: str) -> str | Response:
    """Many at once: all lines are taken, or none, and everything that is wrong is said."""
    found, form, problems = _station(code), ManyForm(), list[Finding]()
    if form.validate_on_submit():
        with installation().database.read() as session:
            taken, problems = examine(session, here(), found, form.lines.data or "")
        if not problems and taken:
            number = acts.assign_many(*_act("staffing.assign", form), found.id, form.lines.data or "")
            flash(_("%(number)s vagter er sat på planen.", number=number), "success")
            return redirect(url_for(".station", code=code), 303)
    return render_template("staffing/many.html", station=found, form=form, problems=problems)


@staffing.post("/<code>/vagt/<uuid:duty_id>/afslut")
@open_to(_ADMIN)
def end(code: str, duty_id: UUID) -> Response:
    """Take a duty off the plan; the row stays in the register."""
    ended = acts.end(*_act("staffing.end", ActForm()), duty_id)
    words = _("Vagten er afsluttet.")
    flash(f"{words} {_('Dagskoden gælder ikke mere.')}" if ended else words, "success")
    return redirect(url_for(".station", code=code), 303)


@staffing.get("/<code>/vagtplan.pdf")
@open_to(*_MAKERS, Role.STATION_LEADER)
def duty_plan(code: str) -> Response:
    """The plan of the station for the wall."""
    return _pdf(printing.duty_plan(here(), _plan(_station(code))), f"vagtplan-{code}.pdf")


@staffing.route("/<code>/koder", methods=["GET", "POST"])
@open_to(*_MAKERS)
def make_codes(code: str) -> str | Response | tuple[str, int]:
    """Codes for everybody on the plan who has none, or for one person again; signed by two."""
    found, form, status = _station(code), CosignedForm(), 200
    plan, wanted = _plan(found), request.values.get("official", type=UUID)
    name_of = {one.duty.official_id: one.name for one in plan.people}
    people = [wanted] if wanted else plan.without_code
    if not name_of.keys() >= set(people):
        raise Refused(findings.NO_SUCH_DUTY)
    if form.validate_on_submit():
        try:
            act = act_here(form, "staffing.make_passes")
            number = codes.make(installation(), here(), act, found.id, people, gatekeeper().passwords)
        except Refused as refused:
            form.form_errors.append(say(refused))
            status = refused.status
        else:
            flash(_made(number, act), "success")
            return redirect(url_for(".station", code=code), 303)
    page = render_template(
        "staffing/make_codes.html",
        station=found,
        form=form,
        official=wanted,
        names=[name_of[one] for one in people],
    )
    return page, status


@staffing.post("/<code>/ark/<any(codes, pins):which>/<uuid:making>")
@open_to(*_MAKERS)
def sheet(code: str, which: str, making: UUID) -> Response:
    """The sheet of codes for the one who pressed, while it lies there; that of PINs, once, for the second."""
    found, kind = _station(code), codes.Sheet(which)
    act = act_here(ActForm(), "staffing.fetch_pins" if kind is codes.Sheet.PINS else "staffing.fetch_codes")
    fetched = next((one for one in _waiting(found) if (one.which, one.making) == (kind, making)), None)
    if fetched is None:
        raise Refused(findings.SHEETS_OVER)
    address = current_app.extensions["post"].address or request.url_root
    pdf = printing.day_sheets(here(), _plan(found), kind, fetched.of, f"{address.rstrip('/')}/stemmested-log-ind")
    codes.take(installation(), here(), act, found.id, fetched)
    return _pdf(pdf, f"{'pin-kuverter' if kind is codes.Sheet.PINS else 'dagskoder'}-{found.code}.pdf")


@staffing.post("/<code>/kode/<uuid:pass_id>/afslut")
@open_to(_ADMIN, Role.STATION_LEADER)
def end_code(code: str, pass_id: UUID) -> Response:
    """End a one-day code at once; whoever is signed in by it is signed out."""
    acts.end_pass(*_act("staffing.end_pass", ActForm()), _station(code).id, pass_id)
    flash(_("Dagskoden er afsluttet, og personen er logget ud."), "success")
    return redirect(url_for(".station", code=code), 303)


def _made(number: int, act: Act) -> str:
    assert act.second_actor is not None
    with installation().database.read() as session:
        second = names(session, here().municipality, [act.second_actor])[act.second_actor]
    made = ngettext("Der er dannet én dagskode.", "Der er dannet %(num)s dagskoder.", number)
    waits = _("Arket med koderne venter på dig her, PIN-kuverterne på %(name)s.", name=second)
    return f"{made} {waits}"


def _waiting(found: Station) -> list[codes.Waiting]:
    if installation().sealed is None:
        return []
    with installation().database.read() as session:
        me = signed_in_official().official_id
        return codes.waiting(installation(), session, here(), found, me, datetime.now(UTC))


def _page(found: Station, form: DutyForm) -> str:
    return render_template(
        "staffing/station.html",
        station=found,
        plan=_plan(found),
        form=form,
        act_form=ActForm(formdata=None),
        Lack=Lack,
        Role=Role,
        role_names=ROLE_NAMES,
        is_administrator=_ADMIN in signed_in_official().roles,
        may_end_codes=not signed_in_official().roles.isdisjoint((_ADMIN, Role.STATION_LEADER)),
        may_make_codes=not signed_in_official().roles.isdisjoint(_MAKERS),
        waiting=[(one, ActForm(formdata=None)) for one in _waiting(found)],
        Sheet=codes.Sheet,
        hours=codes.WAITS[codes.Sheet.PINS] // timedelta(hours=1),
    )


def _duty_form() -> DutyForm:
    opens_at, closes_at = hours_of_poll(here())
    form = DutyForm(
        from_clock=f"{clock.local(opens_at - BEFORE_OPENING):%H.%M}",
        until_clock=f"{clock.local(closes_at + BEFORE_OPENING):%H.%M}",
    )
    with installation().database.read() as session:
        known = officials(session, here().municipality)
    form.person.choices = [
        SelectChoice("", str(_("– en ny person –"))),
        *(SelectChoice(str(one.id), f"{one.name} ({one.username})") for one in known),
    ]
    return form


def _person(form: DutyForm) -> UUID | acts.NewPerson:
    if form.person.data:
        return UUID(form.person.data)
    cpr = (form.cpr.data or "").strip().replace("-", "")
    return acts.NewPerson(" ".join((form.name.data or "").split()), cpr or None)


def _desk(form: DutyForm) -> str:
    return (form.desk.data or "").strip().lstrip("0")


def _station(code: str) -> Station:
    with installation().database.read() as session:
        found = station_by_code(session, here(), code)
    if found is None:
        raise NotFound
    return found


def _plan(found: Station) -> Plan:
    with installation().database.read() as session:
        return plan_of(session, here(), found)


def _act(name: str, form: ActForm) -> tuple[Any, Any, Any, UUID]:
    return installation(), here().scope, act_here(form, name), here().id


def _pdf(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename={name}"
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": disposition})
