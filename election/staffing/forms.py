"""What is typed on the plan of a station, and at the sign-in with a one-day code."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp, ValidationError

from election.staffing.rules import is_desk
from registry.accounts.forms import ActForm, no_cpr, required
from registry.roles import Role

_PLAIN = {"autocomplete": "off"}
_CLOCK = Regexp(r"^\s*\d{1,2}[.:]\d\d\s*$", message=_l("Skriv tiden som 08.00."))


def _tasks() -> list[SelectChoice]:
    """Asked anew for each form, in the reader's language."""
    return [
        SelectChoice(Role.POLLING_OFFICIAL.value, str(_l("Ved bordene (valgtilforordnet)"))),
        SelectChoice(Role.STATION_LEADER.value, str(_l("Leder af stemmestedet"))),
    ]


class DutyForm(ActForm):
    """One person on the plan; a person who is not in the list is made here, without a password."""

    person = SelectField(_l("Person"))
    name = StringField(
        _l("Navn, når personen ikke står i listen"),
        validators=[Optional(), no_cpr()],
        render_kw={"autocomplete": "off"},
    )
    cpr = StringField(
        _l("CPR-nummer på en ny person"),
        validators=[Optional(), Regexp(r"^\s*\d{6}-?\d{4}\s*$", message=_l("Skriv ti cifre."))],
        description=_l("Kun for at se, at en kandidat ikke arbejder ved valget. Nummeret gemmes ikke."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    role = RadioField(
        _l("Opgave"),
        choices=_tasks,
        default=Role.POLLING_OFFICIAL.value,
    )
    desk = StringField(
        _l("Bordets nummer"),
        validators=[Optional()],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    from_clock = StringField(_l("Fra klokken"), validators=[required(), _CLOCK], render_kw=_PLAIN)
    until_clock = StringField(_l("Til klokken"), validators=[required(), _CLOCK], render_kw=_PLAIN)

    def validate_person(self, field: Any) -> None:
        if not field.data and not (self.name.data or "").strip():
            raise ValidationError(_l("Vælg en person, eller skriv navnet på en ny."))

    def validate_name(self, field: Any) -> None:
        if self.person.data and (field.data or "").strip():
            raise ValidationError(_l("Vælg enten en person i listen, eller skriv et nyt navn. Ikke begge."))

    def validate_desk(self, field: Any) -> None:
        if not is_desk((field.data or "").strip()):
            raise ValidationError(_l("Skriv et tal fra 1 til 99, eller lad feltet stå tomt."))


class ManyForm(ActForm):
    lines = TextAreaField(_l("Linjer"), validators=[required()], render_kw={"rows": 12, "spellcheck": "false"})


class PassForm(FlaskForm):
    """The printed code, and the PIN from the other sheet."""

    code = StringField(
        _l("Dagskode"),
        validators=[required()],
        description=_l("Otte tegn fra dit ark, for eksempel K7QM-4D2X."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"},
    )
    pin = PasswordField(
        _l("PIN"),
        validators=[required()],
        description=_l("Seks cifre fra dit PIN-ark."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
