# mypy: disable-error-code="no-untyped-call"
"""The forms of lists: filed by the office or a candidate; names, order, alliances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from election.lists.acts import Filed
from election.lists.rules import LONGEST_KEY, LONGEST_NAME
from registry.accounts.forms import ActForm, ReasonedForm, no_cpr, required

ORDERED, SIDE_BY_SIDE = "ordered", "side_by_side"
_WHOLE = Regexp(r"^\s*\d{1,4}\s*$", message=_l("Skriv et tal."))
_NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Skriv højst %(max)d tegn."))


def _order_field() -> RadioField:
    return RadioField(
        _l("Hvordan står kandidaterne på listen?"),
        choices=lambda: [
            SelectChoice(SIDE_BY_SIDE, _("Side om side: den med flest personlige stemmer bliver valgt først.")),
            SelectChoice(ORDERED, _("I listens egen orden: den øverste bliver som regel valgt først.")),
        ],
        validators=[InputRequired(message=_l("Vælg en af dem."))],
    )


class FoundForm(ActForm):
    """A candidate files a list and represents it."""

    key = StringField(
        _l("Listens mærke"),
        validators=[required(), _at_most(LONGEST_KEY), no_cpr()],
        description=_l("Et bogstav eller et kort ord, som står på stemmesedlen."),
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _l("Listens navn"), validators=[required(), _at_most(LONGEST_NAME), no_cpr()], render_kw={"dir": "auto"}
    )
    order = _order_field()

    def filed(self, representative: UUID | None = None) -> Filed:
        return Filed(self.key.data or "", self.name.data or "", self.order.data == ORDERED, representative)


class FileForm(FoundForm):
    """The office files a list that came on paper."""

    representative_name = StringField(
        _l("Listens repræsentant"), validators=[required(), _at_most(120), no_cpr()], render_kw={"dir": "auto"}
    )
    representative_contact = StringField(
        _l("Repræsentantens e-mail eller telefon"), validators=[required(), _at_most(200), no_cpr()]
    )

    def filed(self, representative: UUID | None = None) -> Filed:
        return Filed(
            self.key.data or "",
            self.name.data or "",
            self.order.data == ORDERED,
            representative,
            self.representative_name.data or "",
            self.representative_contact.data or "",
        )


class ClaimForm(ActForm):
    number = StringField(
        _l("Kandidatens nummer"),
        validators=[required(), _WHOLE],
        description=_l("Kandidaten kan se nummeret på sin egen side."),
        render_kw=_NUMERIC,
    )


class ReleaseForm(ActForm):
    number = HiddenField()


class NoticeForm(ActForm):
    with_id = HiddenField()
    is_filed = HiddenField()


class WithdrawListForm(ReasonedForm):
    pass


class ArrangeForm(ActForm):
    """The order; the fields of the candidates are added by `arrange_form`."""

    order = _order_field()

    def places(self) -> list[Any]:
        return [field for field in self if field.short_name.startswith("place-")]

    def numbers(self) -> tuple[int, ...]:
        """Numbers of the candidates from the top, or () when the places are not 1, 2, 3 …"""
        fields = self.places()
        given = {int(f.data): int(f.short_name.removeprefix("place-")) for f in fields if f.data}
        return (
            tuple(given[place] for place in sorted(given)) if sorted(given) == [*range(1, len(fields) + 1)] else ()
        )


def arrange_form(names: Sequence[tuple[int, str]], *, is_ordered: bool, is_sent: bool = False) -> ArrangeForm:
    """The form with a field for each candidate: number and the words beside the field, from the top."""
    fields = {
        f"place-{number}": StringField(
            words, validators=[required(), _WHOLE], default=str(place), render_kw=_NUMERIC
        )
        for place, (number, words) in enumerate(names, 1)
    }
    made: type[ArrangeForm] = type("ArrangeForm", (ArrangeForm,), fields)
    if is_sent:
        return made(prefix="arrange")
    return made(formdata=None, prefix="arrange", order=ORDERED if is_ordered else SIDE_BY_SIDE)
