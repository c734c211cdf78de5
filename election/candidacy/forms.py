"""The forms of candidacies: on the candidate's phone, at the counter, on the case and at the drawing of lots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from election.candidacy.case_acts import Registration
from election.candidacy.names import LONGEST_NAME
from election.candidacy.part_acts import LONGEST_TEXT
from election.candidacy.records import Candidacy
from election.candidacy.rules import Decision
from registry.accounts.forms import ActForm, ReasonedForm, no_cpr, required
from registry.regulation.calendar import COPENHAGEN
from registry.regulation.choices import Method
from registry.regulation.rules import Regulation

MINUTE = "%d-%m-%Y %H.%M"
CPR_PATTERN = r"^\s*\d{6}-?\d{4}\s*$"


def digits(text: str | None) -> str:
    """A CPR number as it is kept: ten digits."""
    return (text or "").strip().replace("-", "")


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Skriv højst %(max)d tegn."))


class PaperForm(ActForm):
    """A candidacy that was handed in on paper; the office has seen who it is."""

    cpr = StringField(
        _l("CPR-nummer"),
        validators=[required(), Regexp(CPR_PATTERN, message=_l("Skriv ti cifre."))],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    ballot_name = StringField(
        _l("Navn på stemmesedlen"),
        validators=[required(), _at_most(LONGEST_NAME)],
        description=_l("Sådan som det står på anmeldelsen. Ingen titler eller tal."),
    )
    email = StringField(_l("E-mail"), validators=[Optional(), _at_most(200)])
    phone = StringField(_l("Telefon"), validators=[Optional(), _at_most(40)])
    list_key = StringField(_l("Liste"), validators=[required(), _at_most(40)])
    presentation = TextAreaField(
        _l("Præsentation"), validators=[Optional(), _at_most(LONGEST_TEXT)], render_kw={"rows": 6}
    )
    supporters = TextAreaField(
        _l("Stilleres CPR-numre, ét på hver linje"), validators=[Optional()], render_kw={"rows": 5}
    )
    is_willing = BooleanField(_l("Kandidaten har skrevet under på, at vedkommende vil stille op."))
    group = SelectField(_l("Gruppe, hvis personen ikke står på valglisten"))

    def fit_to(self, regulation: Regulation) -> None:
        """Take away what this council's rules do not ask for."""
        if regulation.seats.method.value is not Method.LISTS_DHONDT:
            del self.list_key
        if not regulation.candidacy.supporters_max.value:
            del self.supporters
        groups = sorted(regulation.seats.reserved.value)
        self.group.choices = [
            SelectChoice("", _("Ikke oplyst")),
            *(SelectChoice(group, _(group)) for group in groups),
        ]
        if not groups:
            del self.group

    def validate_supporters(self, field: TextAreaField) -> None:
        if any(not re.match(CPR_PATTERN, line) for line in _lines(field.data)):
            raise ValidationError(_("Skriv ti cifre på hver linje."))

    def registration(self) -> Registration:
        return Registration(
            cpr=digits(self.cpr.data),
            ballot_name=self.ballot_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            list_key=(self.list_key.data or "").strip() or None if "list_key" in self else None,
            group=(self.group.data or None) if "group" in self else None,
            presentation=self.presentation.data or "",
            supporters=tuple(digits(line) for line in _lines(self.supporters.data))
            if "supporters" in self
            else (),
            is_willing=bool(self.is_willing.data),
        )


class StepForm(ActForm):
    """A button: a phase step, or anything that needs no more than a yes."""


class DecisionForm(ActForm):
    """Accept, return or refuse one candidacy."""

    version = HiddenField()
    decision = RadioField(
        _l("Afgørelse"),
        choices=lambda: [
            SelectChoice(Decision.ACCEPT.value, _("Godkend")),
            SelectChoice(Decision.RETURN.value, _("Send tilbage for at blive rettet")),
        ],
        validators=[InputRequired(message=_l("Vælg en afgørelse."))],
        validate_choice=True,
    )
    reason = TextAreaField(
        _l("Begrundelse"),
        validators=[no_cpr()],
        description=_l("Skal altid skrives, når anmeldelsen sendes tilbage eller afvises. Kandidaten læser den."),
        render_kw={"rows": 3},
    )

    def validate_reason(self, field: TextAreaField) -> None:
        if self.decision.data == Decision.RETURN and not (field.data or "").strip():
            raise ValidationError(_("Skriv hvorfor, så kandidaten kan forstå det."))


class WithdrawForm(ReasonedForm):
    version = HiddenField()


class UncontestedForm(ActForm):
    is_decided = BooleanField(
        _l("Valgbestyrelsen har besluttet, at der ikke holdes afstemning."),
        validators=[InputRequired(message=_l("Sæt et flueben, hvis valgbestyrelsen har besluttet det."))],
    )


class OrderForm(ActForm):
    """The drawn ballot order; the fields of the candidates are added by `order_form`."""

    drawn_by = SelectField(_l("Trukket af (medlem af valgbestyrelsen)"))
    witnesses = StringField(_l("Vidner"), validators=[required()])
    method = StringField(
        _l("Hvordan blev der trukket lod?"),
        validators=[required()],
        description=_l("For eksempel: sedler i en skål, trukket en ad gangen."),
    )
    drawn_at = StringField(
        _l("Hvornår? (dd-mm-åååå tt.mm)"), validators=[required()], render_kw={"autocomplete": "off"}
    )

    def validate_drawn_at(self, field: StringField) -> None:
        try:
            datetime.strptime(field.data.strip(), MINUTE).replace(tzinfo=COPENHAGEN)
        except ValueError:
            raise ValidationError(_("Skriv fx 14-11-2017 10.30.")) from None

    def drawn_instant(self) -> datetime:
        """Only to be called on a form that is valid."""
        return datetime.strptime(self.drawn_at.data.strip(), MINUTE).replace(tzinfo=COPENHAGEN)

    def places(self) -> list[Any]:
        return [field for field in self if field.name.startswith("place-")]

    def drawn(self) -> tuple[str, ...]:
        """The labels of the candidates in the order drawn, or () when the places are not 1, 2, 3 …"""
        fields = self.places()
        given = {int(field.data): field.name.removeprefix("place-") for field in fields if field.data}
        if sorted(given) != list(range(1, len(fields) + 1)):
            return ()
        return tuple(given[place] for place in sorted(given))


def order_form(standing: Sequence[Candidacy], board: Sequence[str]) -> OrderForm:
    """The form with one number field for each accepted candidate."""
    number = Regexp(r"^\s*\d{1,3}\s*$", message=_l("Skriv pladsens nummer."))
    fields = {
        f"place-{row.label}": StringField(
            row.ballot_name,
            validators=[required(), number],
            render_kw={"inputmode": "numeric", "autocomplete": "off"},
        )
        for row in standing
    }
    made: type[OrderForm] = type("OrderForm", (OrderForm,), fields)
    form = made()
    form.drawn_by.choices = [SelectChoice(name) for name in board]
    return form


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").splitlines() if line.strip()]
