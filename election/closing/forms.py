"""What is typed at a closing. The form on the screen has the layout of the paper: one row for each pile."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from election.closing.rules import Piles
from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, no_cpr, required

MOST_PAPERS = 1_000_000
PILES = {
    "unissued": _l("Ikke udleverede"),
    "returned": _l("Leveret ubrugt tilbage"),
    "exchanged": _l("Ombyttede"),
    "in_envelopes": _l("Kuverter, der ikke er lagt i kassen"),
    "in_box": _l("Stemmesedler i kassen, talt med bagsiden op"),
}


class DoorsForm(ActForm):
    last_in_line_has_voted = BooleanField(
        _l("Den sidste, der stod i køen, da afstemningen sluttede, har stemt"),
        validators=[DataRequired(_l("Bekræft, at den sidste i køen har stemt. Stemmestedet er stadig åbent."))],
    )


class PilesForm(ReasonedForm, CosignedForm):
    """Made anew for the ballot types of an election: five numbers for each. An empty field is not nought."""

    reason = TextAreaField(
        _l("Hvorfor der tælles igen"), validators=[MayBeEmpty(), no_cpr()], render_kw={"rows": 2}
    )

    def piles(self, types: tuple[str, ...]) -> dict[str, Piles]:
        """The box is None where the form has no field for it."""

        def typed(pile: str, number: int) -> Any:
            return self[f"{pile}_{number}"].data if f"{pile}_{number}" in self else None

        return {key: Piles(**{pile: typed(pile, number) for pile in PILES}) for number, key in enumerate(types)}


def piles_form(types: tuple[str, ...], *, box_is_here: bool = True) -> type[PilesForm]:
    """The form with a field for each pile of each ballot type; none for a box that goes on unopened."""
    whole = _l("Skriv et helt tal, også når det er 0.")
    fields = {
        f"{pile}_{number}": IntegerField(
            text, validators=[InputRequired(whole), NumberRange(0, MOST_PAPERS, whole)]
        )
        for number, _type in enumerate(types)
        for pile, text in PILES.items()
        if box_is_here or pile != "in_box"
    }
    return type("PilesForm", (PilesForm,), fields)


class BoxForm(CosignedForm):
    """Where the unopened box of a small station goes, and under which seal."""

    into = SelectField(_l("Stemmested, hvor stemmesedlerne tælles med"))
    seal_number = StringField(_l("Plombens nummer"), validators=[required(), no_cpr()])


class NeighbourForm(ActForm):
    station = SelectField(_l("Stemmested"))
    neighbour = SelectField(_l("Tælles sammen med, hvis der er for få stemmesedler"))


class ExplanationForm(ActForm):
    own_ids = "explanation"
    about = SelectField(_l("Hvilken forskel"))
    text = TextAreaField(_l("Forklaring"), validators=[required(), no_cpr()], render_kw={"rows": 3})


class ObjectionForm(ActForm):
    own_ids = "objection"
    raised_by = StringField(_l("Hvem gør indsigelse (som personen vil nævnes)"), validators=[required(), no_cpr()])
    text = TextAreaField(_l("Indsigelsen, med personens egne ord"), validators=[required(), no_cpr()])


class SignatureForm(CosignedForm):
    """Two people sign what stands above."""

    own_ids = "signature"


class EndForm(ReasonedForm):
    reason = TextAreaField(
        _l("Hvorfor en afstemningsbog mangler"), validators=[MayBeEmpty(), no_cpr()], render_kw={"rows": 2}
    )
