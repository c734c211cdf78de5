# mypy: disable-error-code="no-untyped-call"
"""What is typed when a post is filled: who is proposed, a round, a lot, an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from registry.accounts.forms import required
from registry.meetings.forms import TimedForm
from registry.regulation.choices import BallotForm

FORM_NAMES = {
    BallotForm.SHOW_OF_HANDS: _l("Håndsoprækning"),
    BallotForm.NAMED: _l("Skriftlig, med navn"),
    BallotForm.SECRET: _l("Skriftlig, hemmelig"),
}
BLANK, INVALID, NO_VOTE = "blank", "invalid", "none"
_MOST = 999


class NominateForm(TimedForm):
    nominees = SelectMultipleField(
        _l("Hvem er foreslået?"),
        validators=[InputRequired(_l("Sæt kryds ved mindst én."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    ballot_form = SelectField(_l("Afstemningen sker ved"))

    def chosen(self) -> tuple[UUID, ...]:
        return tuple(UUID(one) for one in self.nominees.data or ())


def nominate_form(able: Mapping[UUID, str], default: BallotForm, prefix: str, **options: Any) -> NominateForm:
    """A box for each who may stand, and the form of the ballot that the regulation has."""
    only = [str(person) for person in able] if len(able) == 1 else []
    form = NominateForm(prefix=prefix, data={"ballot_form": default.value, "nominees": only}, **options)
    form.nominees.choices = [SelectChoice(str(person), name) for person, name in able.items()]
    form.ballot_form.choices = [SelectChoice(one.value, str(name)) for one, name in FORM_NAMES.items()]
    return form


@dataclass(frozen=True)
class Typed:
    """A round as it was typed."""

    votes: dict[UUID, int]
    blank: int
    invalid: int
    by_name: dict[UUID, UUID | None] | None


class RoundForm(TimedForm):
    """Use `round_form`, which adds a number for each person, or a choice for each voter."""


def _whole_number(_form: RoundForm, field: Any) -> None:
    text = field.data = (field.data or "").strip()
    if not (text.isascii() and text.isdigit() and int(text) <= _MOST):
        raise ValidationError(_("%(name)s: skriv et tal, 0 hvis der ingen er.", name=field.label.text))


def _number(label: str, validators: list[Any], default: str | None = None) -> StringField:
    return StringField(
        label,
        validators=[*validators, _whole_number],
        default=default,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def round_form(
    standing: Mapping[UUID, str],
    others: Mapping[UUID, str],
    voters: Mapping[UUID, str] | None,
    prefix: str,
    **options: Any,
) -> RoundForm:
    """A number for each who stands (and, folded away, for others), or with `voters` a choice for each of them."""
    fields: dict[str, Any] = {}
    if voters is None:
        for person, name in standing.items():
            fields[f"votes_{person.hex}"] = _number(name, [])
        for person, name in others.items():
            fields[f"other_{person.hex}"] = _number(name, [Optional()])
        fields["blank"] = _number(_("Blanke"), [], "0")
        fields["invalid"] = _number(_("Ugyldige"), [], "0")
    else:
        people = [SelectChoice(str(person), name) for person, name in (*standing.items(), *others.items())]
        ends = [
            SelectChoice(BLANK, _("Blank")),
            SelectChoice(INVALID, _("Ugyldig")),
            SelectChoice(NO_VOTE, _("Stemte ikke")),
        ]
        missing = InputRequired(_("Vælg, hvad medlemmet har stemt."))
        for person, name in voters.items():
            choices = [SelectChoice("", _("– vælg –")), *people, *ends]
            fields[f"voter_{person.hex}"] = SelectField(name, choices=choices, validators=[missing])
    return cast(RoundForm, type("RoundOfPost", (RoundForm,), fields)(prefix=prefix, **options))


def fields_of(form: RoundForm, kind: str) -> dict[UUID, Any]:
    """The fields of one kind (votes, other, voter) by person."""
    start = f"{kind}_"
    return {
        UUID(field.short_name.removeprefix(start)): field for field in form if field.short_name.startswith(start)
    }


def typed(form: RoundForm) -> Typed:
    """The figures of a form that was filled in."""
    voters = fields_of(form, "voter")
    if voters:
        given = {person: field.data for person, field in voters.items()}
        by_name = {
            person: None if choice == BLANK else UUID(choice)
            for person, choice in given.items()
            if choice not in (INVALID, NO_VOTE)
        }
        return Typed({}, 0, sum(choice == INVALID for choice in given.values()), by_name)
    numbers = fields_of(form, "votes") | fields_of(form, "other")
    votes = {person: int(field.data) for person, field in numbers.items() if field.data}
    plain = cast(Any, form)
    return Typed(votes, int(plain.blank.data), int(plain.invalid.data), None)


class TieForm(TimedForm):
    """A draw as it happened, in the order drawn. Use `tie_form`."""

    drawn_by = StringField(_l("Hvem trak loddet?"), validators=[required()])
    witnesses = StringField(_l("Hvem så på?"), validators=[required()])
    method = StringField(_l("Hvordan blev der trukket?"), validators=[required()])


def tie_form(tied: Mapping[UUID, str], places: int, prefix: str, **options: Any) -> TieForm:
    """One choice for each place that is drawn for, among exactly those who stand equal."""
    people = [SelectChoice("", _("– vælg –"))]
    people += [SelectChoice(str(person), name) for person, name in tied.items()]
    missing = InputRequired(_("Vælg, hvem der blev trukket."))
    fields = {
        f"drawn{turn}": SelectField(
            _("Trukket") if places == 1 else _("Trukket som nummer %(turn)s", turn=turn),
            choices=people,
            validators=[missing],
        )
        for turn in range(1, places + 1)
    }
    return cast(TieForm, type("TieOfRound", (TieForm,), fields)(prefix=prefix, **options))


def drawn_fields(form: TieForm) -> list[Any]:
    return [field for field in form if field.short_name.startswith("drawn") and field.short_name[5:].isdigit()]


def drawn(form: TieForm) -> tuple[UUID, ...]:
    return tuple(UUID(field.data) for field in drawn_fields(form))


class ChairForm(TimedForm):
    choice = RadioField(_l("Formanden afgør til fordel for"), validators=[InputRequired(_l("Vælg én."))])


def chair_form(tied: Mapping[UUID, str], prefix: str, **options: Any) -> ChairForm:
    form = ChairForm(prefix=prefix, **options)
    form.choice.choices = [SelectChoice(str(person), name) for person, name in tied.items()]
    return form


class DeclineForm(TimedForm):
    reason = StringField(_l("Grund"), validators=[Optional()])
