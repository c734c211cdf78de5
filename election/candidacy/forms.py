"""The forms of the phase: opening and closing, extending, the ballot order, the poll that is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from election.call import clock
from election.candidacy.deadlines import Deadlines
from election.candidacy.records import Candidacy
from registry.accounts.forms import ActForm, ReasonedForm, no_cpr, required
from registry.regulation.calendar import COPENHAGEN

MINUTE = "%d-%m-%Y %H.%M"
_TYPED = {"autocomplete": "off", "inputmode": "text"}


def read_minute(text: str | None) -> datetime | None:
    """A Danish local time as the form shows it; None when it is not one, or does not exist (the lost hour)."""
    try:
        typed = datetime.strptime((text or "").strip(), MINUTE).replace(tzinfo=COPENHAGEN)
    except ValueError:
        return None
    there = clock.local(typed.astimezone(UTC))
    return typed if there.replace(fold=0) == typed.replace(fold=0) else None


def shown_minute(instant: datetime) -> str:
    return clock.local(instant).strftime(MINUTE)


class MinuteField(StringField):
    """A day and a time by the clock on the wall, typed as it is shown."""

    @property
    def instant(self) -> datetime:
        """Only of a field that is valid."""
        found = read_minute(self.data)
        assert found is not None, "the field is not valid"
        return found

    def pre_validate(self, _form: Any) -> None:
        if read_minute(self.data) is None:
            raise ValidationError(_l("Skriv dag, måned, år og tid, fx 14-11-2017 10.30."))


class StepForm(ActForm):
    """A button: a phase step, or anything that needs no more than a yes."""


class ExtensionForm(ReasonedForm):
    """Three new deadlines by the Danish clock, and why."""

    closes_at = MinuteField(_l("Ny frist for at anmelde sig (dd-mm-åååå tt.mm)"), [required()], render_kw=_TYPED)
    cure_until = MinuteField(
        _l("Ny frist for at rette mangler (dd-mm-åååå tt.mm)"), [required()], render_kw=_TYPED
    )
    withdrawal_until = MinuteField(
        _l("Ny frist for at trække sig tilbage (dd-mm-åååå tt.mm)"), [required()], render_kw=_TYPED
    )

    def show(self, until: Deadlines) -> None:
        """Begin with the deadlines that hold now."""
        self.closes_at.data = shown_minute(until.closes)
        self.cure_until.data = shown_minute(until.cure_until)
        self.withdrawal_until.data = shown_minute(until.withdrawal_until)


class UncontestedForm(ActForm):
    is_decided = BooleanField(
        _l("Valgbestyrelsen har besluttet, at der ikke holdes afstemning."),
        validators=[InputRequired(message=_l("Sæt et flueben, hvis valgbestyrelsen har besluttet det."))],
    )


_SHORT = Length(max=200, message=_l("Skriv højst %(max)d tegn."))


class OrderForm(ActForm):
    """The drawn ballot order; the fields of the candidates are added by `order_form`."""

    drawn_by = SelectField(_l("Trukket af (medlem af valgbestyrelsen)"))
    witnesses = StringField(_l("Vidner"), validators=[required(), _SHORT, no_cpr()])
    method = StringField(
        _l("Hvordan blev der trukket lod?"),
        validators=[required(), _SHORT, no_cpr()],
        description=_l("For eksempel: sedler i en skål, trukket en ad gangen."),
    )
    drawn_at = MinuteField(_l("Hvornår? (dd-mm-åååå tt.mm)"), [required()], render_kw=_TYPED)

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
