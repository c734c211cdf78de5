"""Stations, board, clock, readiness and the calendar of an election; calling a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp, ValidationError

from election.call import acts, clock
from election.call.extended import moved_dates
from election.call.here import ADDRESS, act_here, here, installation
from election.call.readiness import shortages
from election.call.records import Kind, board, stations
from registry.accounts.forms import ActForm, act_of, required
from registry.accounts.records import holders
from registry.accounts.sign_in import signed_in_official
from registry.database import Scope
from registry.doors import open_to, signed_in
from registry.findings import Term
from registry.purpose import Purpose, purpose_of
from registry.regulation.available import available
from registry.regulation.calendar import COPENHAGEN, Deadline, Moved, deadlines, left_open
from registry.regulation.calendar_checks import calendar_warnings
from registry.regulation.ics import calendar_file
from registry.regulation.law import law_findings
from registry.regulation.printing import regulation_document
from registry.regulation.prose.document import known
from registry.regulation.prose.legal_text import legal_text
from registry.regulation.sheet import sheet
from registry.regulation.timeline import timeline
from registry.roles import Role

call = Blueprint("call", __name__)

_DAY = ["%d-%m-%Y", "%Y-%m-%d"]
_MINUTE = "%d-%m-%Y %H.%M"
_SLUG = r"^(?!raad$)[a-z0-9-]{2,20}$"
"""The pages of the council stand under “raad”."""


class CallForm(ActForm):
    regulation_id = SelectField(_l("Regulativ"))
    election_on = DateField(_l("Valgdag (dd-mm-åååå)"), format=_DAY, validators=[required()])
    extract_on = DateField(_l("Folkeregisterudtrækkets dag (dd-mm-åååå)"), format=_DAY, validators=[required()])
    slug = StringField(
        _l("Valgets navn i adressen, for eksempel 2017"),
        validators=[
            required(),
            Regexp(
                r"^(?!raad$)[a-z0-9-]{2,20}$", message=_l("Kun små bogstaver, tal og bindestreg; ikke “raad”.")
            ),
        ],
    )


class StationForm(ActForm):
    name = StringField(_l("Stemmestedets navn"), validators=[required()])
    districts = TextAreaField(_l("Distrikter, ét på hver linje (* er alle)"), default="*", validators=[required()])


class BoardForm(ActForm):
    chair = StringField(_l("Formand"), validators=[required()])
    members = TextAreaField(_l("Øvrige medlemmer, ét på hver linje"))
    appointed_by = StringField(_l("Udpeget af"), validators=[required()])
    appointed_on = DateField(_l("Udpeget den (dd-mm-åååå)"), format=_DAY, validators=[required()])


class ClockForm(ActForm):
    to = StringField(
        _l("Stil uret til (dd-mm-åååå tt.mm)"),
        validators=[required(), Regexp(r"^\d\d-\d\d-\d{4} \d\d\.\d\d$", message=_l("Skriv fx 27-11-2017 20.05."))],
    )

    def validate_to(self, field: StringField) -> None:
        try:
            _local(field.data)
        except ValueError:
            raise ValidationError(_("Dagen eller timen findes ikke.")) from None


def _local(text: str) -> datetime:
    return datetime.strptime(text, _MINUTE).replace(tzinfo=COPENHAGEN)


def lines_of(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


@call.route("/nyt-valg", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def new_election() -> str | Response:
    """Call a live election on a regulation of the administrator's own municipality: adopted here, or shipped."""
    person = signed_in_official()
    with installation().database.read() as session:
        ours = {one.key: one for one in available(session, person.municipality) if one.is_for_elections}
        is_for_tests = purpose_of(session) is Purpose.TEST
    form = CallForm()
    form.regulation_id.choices = [SelectChoice(k, one.regulation.title.value) for k, one in ours.items()]
    if form.validate_on_submit():
        chosen = ours[form.regulation_id.data]
        scope = Scope(person.municipality, chosen.regulation.council.id.value)
        act = act_of(form, datetime.now(UTC), frozenset({Role.ELECTION_ADMINISTRATOR}))
        called = acts.call_election(
            installation(),
            scope,
            act,
            slug=form.slug.data or "",
            kind=Kind.LIVE,
            election_on=form.election_on.data,
            extract_on=form.extract_on.data,
            regulation_id=chosen.regulation.id,
            regulation_sha256=chosen.sha256,
            regulation_toml=chosen.data,
        )
        flash(_("Valget er udskrevet. Print nulrapporten, og lad to personer skrive under."), "success")
        return redirect(
            url_for("retention.zero", municipality=scope.municipality, council=scope.council, slug=called.slug)
        )
    return render_template(
        "call/new_election.html", form=form, has_regulation=bool(ours), is_for_tests=is_for_tests
    )


@call.get(ADDRESS + "/kalender")
@signed_in
def calendar() -> str:
    """Every date from the call to the constitutive meeting: weekday, hour, source, who acts, and what is wrong."""
    rules, day, now = here().regulation, here().election_on, clock.now(here())
    moved = _moved()
    rows = _dates(moved)
    return render_template(
        "call/calendar.html",
        rows=rows,
        now=now,
        line=timeline(rows, day, now),
        left_open=left_open(rules),
        in_language=_in_language,
        warnings=calendar_warnings(
            rules, day, called_at=here().called_at, extract_on=here().extract_on, moved=moved
        ),
    )


@call.get(ADDRESS + "/kalender.ics")
@signed_in
def calendar_ics() -> Response:
    """The same dates for a calendar program."""
    found = calendar_file(
        _dates(_moved()),
        name=_title(),
        election=str(here().id),
        stamped_at=here().called_at,
        address=url_for("call.calendar", _external=True),
        is_demo=not here().is_live,
    )
    name = f"valgkalender-{here().slug}.ics"
    return Response(
        found, mimetype="text/calendar", headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def _moved() -> Mapping[str, Moved]:
    with installation().database.read() as session:
        return moved_dates(session, here())


def _dates(moved: Mapping[str, Moved]) -> tuple[Deadline, ...]:
    election = here()
    return deadlines(
        election.regulation,
        election.election_on,
        called_at=election.called_at,
        extract_on=election.extract_on,
        moved=moved,
    )


def _in_language(text: str) -> str:
    """Only the house's own words are translated; a regulation's are free text and stay as they are."""
    return str(_(text)) if isinstance(text, Term) else text


def _title() -> str:
    council = here().regulation.council.name
    return f"Valg til {known(council, here().council)} {here().election_on:%d.%m.%Y}"


@call.get(ADDRESS + "/regulativ")
@signed_in
def regulation() -> str:
    """The regulation of this election in plain Danish, then every value with its source or openly assumed."""
    rules = here().regulation
    return render_template(
        "call/regulation.html",
        election=here(),
        regulation=rules,
        text=legal_text(rules),
        findings=law_findings(rules),
        sections=sheet(rules),
    )


@call.get(ADDRESS + "/regulativ.pdf")
@signed_in
def regulation_pdf() -> Response:
    """The regulation as a document to print."""
    rules = here().regulation
    pdf = regulation_document(
        rules,
        here().regulation_sha256,
        dated_on=clock.local(clock.now(here())).date(),
        findings=law_findings(rules),
        is_demo=not here().is_live,
    )
    name = f"regulativ-{rules.id}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f"attachment; filename={name}"}
    )


@call.route(ADDRESS + "/rammer", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def settings() -> str | Response:
    """Stations, board and, in a demo, the clock."""
    station_form, board_form, clock_form = (
        StationForm(prefix="station"),
        BoardForm(prefix="board"),
        ClockForm(prefix="clock"),
    )
    done = _save_settings(station_form, board_form, clock_form)
    if done:
        flash(done, "success")
        return redirect(url_for("call.settings"))
    with installation().database.read() as session:
        return render_template(
            "call/settings.html",
            election=here(),
            stations=stations(session, here()),
            board=board(session, here()),
            station_form=station_form,
            board_form=board_form,
            clock_form=clock_form,
        )


def _save_settings(station_form: StationForm, board_form: BoardForm, clock_form: ClockForm) -> str | None:
    scope, house = here().scope, installation()
    if (station_form.name.data or "add-station" in request.form) and station_form.validate_on_submit():
        acts.add_station(
            house,
            scope,
            act_here(station_form, "call.add_station"),
            here().id,
            station_form.name.data,
            lines_of(station_form.districts.data),
        )
        return str(_("Stemmestedet er tilføjet."))
    if (board_form.chair.data or "set-board" in request.form) and board_form.validate_on_submit():
        acts.set_board(
            house,
            scope,
            act_here(board_form, "call.set_board"),
            here().id,
            board_form.chair.data.strip(),
            lines_of(board_form.members.data),
            board_form.appointed_by.data or "",
            board_form.appointed_on.data,
        )
        return str(_("Valgbestyrelsen er registreret."))
    if (clock_form.to.data or "move-clock" in request.form) and clock_form.validate_on_submit():
        moved = act_here(clock_form, "call.move_clock")
        acts.move_clock(house, scope, moved, here().id, _local(clock_form.to.data))
        return str(_("Uret er stillet."))
    return None


@call.get(ADDRESS + "/bemanding")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def readiness() -> str:
    """Every act for which too few different people are assigned, days before it is needed."""
    with installation().database.read() as session:
        missing = shortages({role: set(people) for role, people in holders(session, here().scope).items()})
    days = here().election_on - clock.local(clock.now(here())).date()
    return render_template("call/readiness.html", missing=missing, days=max(days, timedelta()).days)
