"""Stations, board, clock, readiness and the calendar of an election; calling a new one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp, ValidationError

from election.call import acts, clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Kind, board, stations
from election.call.rules import shortages
from registry.accounts.forms import ActForm, act_of, required
from registry.accounts.records import holders
from registry.accounts.sign_in import signed_in_official
from registry.database import Scope
from registry.doors import open_to, signed_in
from registry.regulation.calendar import COPENHAGEN, deadlines
from registry.regulation.loader import shipped, shipped_ids
from registry.regulation.sheet import sheet
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
    """Call a live election on a shipped regulation of the administrator's own municipality."""
    person = signed_in_official()
    ours = [s for s in map(shipped, shipped_ids()) if s.regulation.municipality.code.value == person.municipality]
    form = CallForm()
    form.regulation_id.choices = [SelectChoice(s.regulation.id, s.regulation.title.value) for s in ours]
    if form.validate_on_submit():
        chosen = shipped(form.regulation_id.data)
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
        flash(_("Valget er udskrevet."), "success")
        return redirect(
            url_for("overview.front", municipality=scope.municipality, council=scope.council, slug=called.slug)
        )
    return render_template("call/new_election.html", form=form, has_regulation=bool(ours))


@call.get(ADDRESS + "/kalender")
@signed_in
def calendar() -> str:
    """Every deadline with weekday, hour, source and who acts."""
    rows = deadlines(here().regulation, here().election_on)
    return render_template("call/calendar.html", rows=rows, now=clock.now(here()))


@call.get(ADDRESS + "/regulativ")
@signed_in
def regulation() -> str:
    """The regulation of this election, each value with its source or openly assumed."""
    rules = here().regulation
    return render_template("call/regulation.html", election=here(), regulation=rules, sections=sheet(rules))


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
