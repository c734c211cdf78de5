"""Signing in and out, the quick second sign-in, the first administrator, officials and their roles."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from registry.accounts import acts, kept_forms, records
from registry.accounts.forms import DEVICE_COOKIE, ActForm, ReasonedForm, act_of, device, gatekeeper, required
from registry.accounts.sign_in import new_device, signed_in_official
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY, Scope
from registry.doors import SIGN_IN_AGAIN, local_path, open_to, public, signed_in
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

accounts = Blueprint("accounts", __name__)

ROLE_NAMES = {
    Role.SYSTEM_ADMINISTRATOR: _l("Systemadministrator"),
    Role.ELECTION_ADMINISTRATOR: _l("Valgadministrator"),
    Role.ROLL_KEEPER: _l("Valglisteansvarlig"),
    Role.BOARD_MEMBER: _l("Medlem af valgbestyrelsen"),
    Role.STATION_LEADER: _l("Leder af stemmested"),
    Role.POLLING_OFFICIAL: _l("Valgtilforordnet"),
    Role.ENTERER: _l("Indtaster"),
    Role.CERTIFIER: _l("Attestant"),
    Role.COUNCIL_SECRETARY: _l("Rådssekretær"),
    Role.AUDITOR: _l("Revisor"),
}


class SignInForm(FlaskForm):
    username = StringField(_l("Brugernavn"), validators=[required()], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Adgangskode"), validators=[required()], render_kw={"autocomplete": "current-password"}
    )


class FirstAdministratorForm(SignInForm):
    code = StringField(_l("Engangskode"), validators=[required()], render_kw={"autocomplete": "one-time-code"})
    municipality = StringField(
        _l("Kommunens kode (fire cifre)"),
        validators=[required(), Regexp(r"^\s*\d{4}\s*$", message=_l("Skriv fire cifre, fx 0259."))],
    )
    name = StringField(_l("Dit navn"), validators=[required()], render_kw={"autocomplete": "name"})


class OfficialForm(ActForm):
    name = StringField(_l("Navn"), validators=[required()])
    username = StringField(_l("Brugernavn"), validators=[required()], render_kw={"autocomplete": "off"})
    password = PasswordField(
        _l("Første adgangskode"), validators=[required()], render_kw={"autocomplete": "new-password"}
    )
    cpr = StringField(
        _l("CPR-nummer"),
        validators=[Optional(), Regexp(r"^\s*\d{6}-?\d{4}\s*$", message=_l("Skriv ti cifre."))],
        description=_l("Kun for at se, at en kandidat ikke arbejder ved valget. Nummeret gemmes ikke."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(role.value, str(name)) for role, name in ROLE_NAMES.items()]


class GrantForm(ActForm):
    role = SelectField(_l("Rolle"), choices=_role_choices)
    council = StringField(_l("Råd (* er hele kommunen)"), default="*", validators=[required()])


class EndRoleForm(ReasonedForm):
    role = SelectField(_l("Rolle"), choices=_role_choices)
    council = StringField(_l("Råd (* er hele kommunen)"), default="*", validators=[required()])


def installation() -> Installation:
    found: Installation = current_app.extensions["installation"]
    return found


@accounts.route("/log-ind", methods=["GET", "POST"])
@public
def sign_in() -> str | Response:
    return _sign_in("registry/sign_in.html")


@accounts.route("/skift-bruger", methods=["GET", "POST"])
@public
def switch() -> str | Response:
    """Another person takes over this laptop: one form, and back to the same page."""
    return _sign_in("registry/switch.html")


def _sign_in(template: str) -> str | Response:
    form, kept = SignInForm(), request.form.get("kept", "")
    if not form.validate_on_submit():
        return render_template(template, form=form, kept=kept)
    known = device() if DEVICE_COOKIE in request.cookies else new_device()
    try:
        person = gatekeeper().check(form.username.data or "", form.password.data or "", device())
    except Refused as refused:
        form.password.errors = (say(refused),)
        return render_template(template, form=form, kept=kept)
    gatekeeper().open(person)
    answer = _kept_form(person, kept) or redirect(_own_page(request.args.get("next")))
    answer.set_cookie(
        DEVICE_COOKIE,
        known,
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=gatekeeper().configuration.cookie_is_secure,
    )
    return answer


def _kept_form(person: records.Official, kept: str) -> Response | None:
    """What was typed before the sign-in ran out, for the same person to send again."""
    if not kept:
        return None
    form = kept_forms.unseal(installation().keys, person.municipality, person.id, kept, datetime.now(UTC))
    if form is None:
        flash(_("Det, der stod på siden, da der blev logget ud, kan kun hentes af den, der skrev det."), "warning")
        return None
    g.pop("csrf_token", None)  # it belonged to the session that has just ended
    page = render_template("registry/send_again.html", kept=form, path=local_path(form.path), name=person.name)
    return current_app.make_response(page)


def sign_in_again() -> Response | None:
    """Instead of the sign-in page, to a form that came after the sign-in had run out: the fields are kept."""
    path = request.full_path.rstrip("?")
    with installation().database.read() as reading:
        kept = kept_forms.seal(
            reading,
            installation().keys,
            session.get("token", ""),
            path,
            request.form.items(multi=True),
            datetime.now(UTC),
        )
    if kept is None:
        return None
    page = render_template(
        "registry/sign_in.html",
        form=SignInForm(formdata=None),
        kept=kept,
        action=url_for("accounts.sign_in", next=path),
    )
    return current_app.make_response(page)


@accounts.record
def _asked_at_the_doors(state: BlueprintSetupState) -> None:
    state.app.extensions[SIGN_IN_AGAIN] = sign_in_again


@accounts.route("/log-ud", methods=["POST"])
@public
def sign_out() -> Response:
    gatekeeper().close()
    return redirect(url_for("home.home"))


@accounts.route("/foerste-administrator", methods=["GET", "POST"])
@public
def first_administrator() -> str | Response:
    form = FirstAdministratorForm()
    if form.validate_on_submit():
        acts.check_password_length(form.password.data or "")
        act = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, datetime.now(UTC), UUID(int=0))
        acts.first_administrator(
            installation(),
            act,
            form.code.data or "",
            (form.municipality.data or "").strip(),
            form.username.data or "",
            form.name.data or "",
            gatekeeper().passwords.hash(form.password.data or ""),
        )
        flash(_("Velkommen. Log ind med dit brugernavn."), "success")
        return redirect(url_for("accounts.sign_in"))
    return render_template("registry/first_administrator.html", form=form)


@accounts.route("/medarbejdere", methods=["GET", "POST"])
@open_to(Role.SYSTEM_ADMINISTRATOR)
def officials() -> str | Response:
    """Everyone who works with elections in the municipality, with their roles."""
    municipality = signed_in_official().municipality
    form = OfficialForm()
    if form.validate_on_submit():
        acts.check_password_length(form.password.data or "")
        acts.create_official(
            installation(),
            Scope(municipality, WHOLE_MUNICIPALITY),
            _act_now(form),
            form.username.data or "",
            form.name.data or "",
            gatekeeper().passwords.hash(form.password.data or ""),
            (form.cpr.data or "").strip().replace("-", "") or None,
        )
        flash(_("%(name)s er oprettet. Giv nu en rolle.", name=form.name.data), "success")
        return redirect(url_for("accounts.officials"))
    with installation().database.read() as session:
        people = [
            (person, sorted(records.grants(session, municipality, person.id), key=lambda g: (g.role, g.council)))
            for person in records.officials(session, municipality)
        ]
    return render_template("registry/officials.html", form=form, people=people, role_names=ROLE_NAMES)


@accounts.route("/medarbejdere/<uuid:official_id>", methods=["GET", "POST"])
@open_to(Role.SYSTEM_ADMINISTRATOR)
def official(official_id: UUID) -> str | Response:
    """One official: give a role, end a role."""
    municipality = signed_in_official().municipality
    scope = Scope(municipality, WHOLE_MUNICIPALITY)
    give, end = GrantForm(prefix="give"), EndRoleForm(prefix="end")
    if "give-role" in request.form and give.validate_on_submit():
        acts.grant_role(
            installation(),
            scope,
            _act_now(give),
            official_id,
            Role(give.role.data),
            (give.council.data or "").strip(),
        )
        flash(_("Rollen er givet."), "success")
        return redirect(url_for("accounts.official", official_id=official_id))
    if "end-role" in request.form and end.validate_on_submit():
        acts.end_role(
            installation(),
            scope,
            _act_now(end),
            official_id,
            Role(end.role.data),
            (end.council.data or "").strip(),
        )
        flash(_("Rollen er ophørt, og personen er logget ud overalt."), "success")
        return redirect(url_for("accounts.official", official_id=official_id))
    with installation().database.read() as session:
        person = records.official(session, municipality, official_id)
        if person is None:
            return redirect(url_for("accounts.officials"))
        held = sorted(records.grants(session, municipality, official_id), key=lambda g: (g.role, g.council))
    return render_template(
        "registry/official.html", person=person, held=held, give=give, end=end, role_names=ROLE_NAMES
    )


@accounts.route("/min-konto")
@signed_in
def account() -> str:
    """Who am I signed in as, and what may I do."""
    person = signed_in_official()
    held = sorted(person.grants, key=lambda g: (g.role, g.council))
    return render_template("registry/account.html", person=person, held=held, role_names=ROLE_NAMES)


def _act_now(form: ActForm) -> Act:
    return act_of(form, datetime.now(UTC), frozenset({Role.SYSTEM_ADMINISTRATOR}))


def _own_page(wanted: str | None) -> str:
    """Only a path of this application is followed after signing in."""
    if wanted and wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not urlsplit(wanted).netloc:
        return wanted
    return url_for("home.home")
