"""What is typed about the proof of the ballot papers and about blank papers that change hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.validators import Optional as MayBeEmpty

from election.ballots.stock_rules import Movement
from election.call.records import Station
from registry.accounts.forms import CosignedForm, ReasonedForm, ResignedForm, no_cpr, required

PRINTER, STORE = "trykkeri", "lager"
"""Beside the codes of the stations, where papers may come from and go to."""
_LONGEST = 60
_MOST_PAPERS = 1_000_000


class ProposeForm(ResignedForm):
    """The papers as they stand now become the proof."""


class ApproveForm(ResignedForm):
    """Another person approves exactly what was shown."""

    own_ids = "approve"

    sha256 = HiddenField()
    is_compared = BooleanField(
        _l("Jeg har sammenlignet hvert navn, rækkefølgen og teksten med den vedtagne liste"),
        validators=[InputRequired(_l("Sammenlign først, og sæt så fluebenet."))],
    )


class WholeNumberField(IntegerField):
    """Says in the reader's language what else than a whole number may not be typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Skriv et helt tal.")) from error


class MovementForm(CosignedForm, ReasonedForm):
    """Blank papers change hands; both who counted them sign."""

    source = SelectField(_l("Hvorfra"))
    to = SelectField(_l("Hvortil"))
    ballot_type = SelectField(_l("Stemmeseddel"))
    papers = WholeNumberField(
        _l("Antal stemmesedler"),
        validators=[
            InputRequired(_l("Skriv et helt tal.")),
            NumberRange(-_MOST_PAPERS, _MOST_PAPERS, _l("Skriv et helt tal.")),
        ],
        description=_l("Et tal med minus foran retter en tidligere bevægelse med samme hvorfra og hvortil."),
    )
    batch = StringField(_l("Parti, bundt eller kasse"), validators=[required(), Length(max=_LONGEST), no_cpr()])
    seal_number = StringField(_l("Plombens nummer"), validators=[MayBeEmpty(), Length(max=_LONGEST), no_cpr()])
    reason = TextAreaField(_l("Begrundelse, når noget rettes"), validators=[MayBeEmpty(), no_cpr()])

    def offer(self, places: Sequence[Station], types: Sequence[tuple[str, str]]) -> None:
        """The places and the papers of this election; with one paper only nothing is asked."""
        own = [SelectChoice(one.code, one.name) for one in places]
        store = SelectChoice(STORE, _("Lageret"))
        self.source.choices = [store, SelectChoice(PRINTER, _("Trykkeriet")), *own]
        self.to.choices = [*own, store]
        self.ballot_type.choices = [SelectChoice(value, title) for value, title in types]
        if len(types) == 1:
            del self.ballot_type

    @property
    def chosen_type(self) -> str:
        return (self.ballot_type.data or "") if "ballot_type" in self else ""

    def route(self, places: Sequence[Station]) -> tuple[Movement, UUID | None, UUID | None]:
        """The kind of movement that the two places make, with the stations among them."""
        ids = {one.code: one.id for one in places}
        source, to = ids.get(self.source.data), ids.get(self.to.data)
        if self.source.data == PRINTER:
            return Movement.PRINTED, None, to
        if source is None:
            return Movement.DELIVERED, None, to
        return (Movement.SENT_BACK if to is None else Movement.MOVED), source, to

    def validate_to(self, to: Any) -> None:
        if to.data == self.source.data:
            raise ValidationError(_("Vælg to forskellige steder."))
        if self.source.data == PRINTER and to.data != STORE:
            raise ValidationError(_("Fra trykkeriet går sedlerne til lageret. Skriv leveringen bagefter."))

    def validate_papers(self, papers: Any) -> None:
        if papers.data == 0:
            raise ValidationError(_("Skriv et tal, der ikke er 0."))
        if papers.data is not None and papers.data < 0 and not (self.reason.data or "").strip():
            raise ValidationError(_("Skriv, hvorfor tallet rettes, i feltet Begrundelse."))
