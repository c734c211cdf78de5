"""The forms of the counting room. The tally form has one typed field per row of the paper form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from election.counting.disputed import INVALID
from election.counting.rules import (
    MOST,
    NOT_A_NUMBER,
    Figures,
    Form,
    check_fields,
)
from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, no_cpr, required
from registry.findings import Finding
from registry.regulation.calendar import COPENHAGEN
from registry.regulation.rules import InvalidGround
from registry.wording import say

_DAY_AND_TIME = "%d-%m-%Y %H.%M"
_MOST_OF_FEW = 99


def _at_most_99(_form: Any, field: Field) -> None:
    """A field for few. Whether it is a majority of the board that sits is told by the act."""
    if field.data is not None and not 0 <= field.data <= _MOST_OF_FEW:
        raise ValidationError(_("Skriv et tal fra 0 til 99."))


class TallyForm(ActForm):
    """One counter's figures. Use `tally_form` to get it with the rows of an election."""

    is_as_on_paper = BooleanField(_l("Jeg har set efter: tallene er som på papiret"))


class ReturnForm(ReasonedForm):
    which = RadioField(
        _l("Hvilken indtastning er forkert?"), validators=[InputRequired(_l("Vælg, hvad der sendes tilbage."))]
    )


class DiscardForm(ReasonedForm):
    """Stands on the page beside the one that sends back, so its fields have names of their own."""

    reason = TextAreaField(_l("Hvorfor begge kasseres"), validators=[required(), no_cpr()], render_kw={"rows": 3})

    def __init__(self) -> None:
        super().__init__(prefix="discard-")


class ExplainForm(ActForm):
    code = HiddenField()
    text = TextAreaField(_l("Forklaring"), validators=[required(), no_cpr()])


class LotForm(ActForm):
    """A draw as it happened. Use `lot_form` to get it with one choice per person who can be drawn."""

    drawn_by = SelectField(
        _l("Hvem i valgbestyrelsen trak loddet?"), validators=[InputRequired(_l("Vælg, hvem der trak loddet."))]
    )
    witnesses = StringField(_l("Vidner"), validators=[InputRequired(_l("Skriv, hvem der så på.")), no_cpr()])
    method = StringField(
        _l("Hvordan blev der trukket?"),
        validators=[InputRequired(_l("Skriv, hvordan der blev trukket.")), no_cpr()],
    )
    drawn_at = StringField(
        _l("Hvornår (dd-mm-åååå tt.mm)"),
        validators=[
            Regexp(r"^\d\d-\d\d-\d{4} \d\d\.\d\d$", message=_l("Skriv dag og klokkeslæt, fx 27-11-2017 21.05."))
        ],
    )

    def validate_drawn_at(self, _field: Field) -> None:
        try:
            self.drawn_instant()
        except ValueError as error:
            raise ValidationError(_("Dagen eller klokkeslættet findes ikke.")) from error

    def drawn_instant(self) -> datetime:
        return datetime.strptime(self.drawn_at.data or "", _DAY_AND_TIME).replace(tzinfo=COPENHAGEN)


class SeededLotForm(ActForm):
    """A draw that follows the public seed: who did it, and who looked on. On the page of the other lot form."""

    drawn_by = SelectField(
        _l("Hvem i valgbestyrelsen trækker?"), validators=[InputRequired(_l("Vælg, hvem der trækker."))]
    )
    witnesses = StringField(
        _l("Hvem ser på?"), validators=[InputRequired(_l("Skriv, hvem der ser på.")), no_cpr()]
    )


def seeded_lot_form(board: Sequence[str]) -> SeededLotForm:
    form = SeededLotForm(prefix="seeded-")
    form.drawn_by.choices = [SelectChoice("", _("– vælg –")), *(SelectChoice(name, name) for name in board)]
    return form


def as_day_and_time(instant: datetime) -> str:
    return instant.astimezone(COPENHAGEN).strftime(_DAY_AND_TIME)


class DisputedForm(ReasonedForm):
    mark = StringField(
        _l("Hvad står der på sedlen?"),
        validators=[required(), no_cpr()],
        description=_l("Kun mærket selv. Skriv intet, der kan vise, hvem der har stemt."),
        render_kw={"autocomplete": "off"},
    )
    seen = SelectMultipleField(
        _l("Grunde, som bestyrelsen ser"),
        description=_l("Sæt flueben ved alle. Programmet finder den, sedlen skal tælles under."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    crosses = IntegerField(
        _l("Antal krydser på sedlen"),
        validators=[Optional(), _at_most_99],
        description=_l("Skal kun skrives, når der er sat flueben ved en grund om flere krydser."),
    )
    counted_as = SelectField(_l("Tælles som"), validators=[required()])
    votes_for = IntegerField(
        _l("Stemmer for"), validators=[InputRequired(_l("Skriv, hvor mange der stemte for.")), _at_most_99]
    )
    votes_against = IntegerField(
        _l("Stemmer imod"),
        validators=[InputRequired(_l("Skriv, hvor mange der stemte imod. 0 hvis ingen.")), _at_most_99],
    )


def disputed_form(form: Form, row_names: Mapping[str, str], grounds: Sequence[InvalidGround]) -> DisputedForm:
    """All grounds in the regulation's order, and the rows of the form that a valid paper can be counted as."""
    made = DisputedForm()
    made.seen.choices = [SelectChoice(ground.code, ground.text.value) for ground in grounds]
    made.counted_as.choices = [
        SelectChoice("", _("– vælg –")),
        SelectChoice(INVALID, _("Ugyldig eller blank, efter grundene ovenfor")),
        *(SelectChoice(row, row_names[row]) for row in (*form.valid_rows, *form.vote_rows)),
    ]
    if form.max_crosses == 1:
        del made.crosses
    return made


def return_form(entries: Iterable[int]) -> ReturnForm:
    """Which of the tallies that were entered go back."""
    form, present = ReturnForm(), sorted(entries)
    form.which.choices = [SelectChoice(str(n), _("Send indtastning %(entry)s tilbage", entry=n)) for n in present]
    if len(present) == 2:
        form.which.choices.append(SelectChoice("both", _("Send begge tilbage")))
    return form


def is_complete(form: ActForm) -> bool:
    """Whether the form was sent and every field fits."""
    return bool(form.validate_on_submit())


def tally_form(form: Form, row_names: Mapping[str, str]) -> TallyForm:
    """The tally form of an election; the field of the n-th row is called `row<n>`."""
    fields = {
        f"row{number}": StringField(row_names[row], validators=[_whole_number])
        for number, row in enumerate(form.rows)
    }
    return cast(TallyForm, type("TallyFormOfElection", (TallyForm,), fields)())


def field_of(filled: TallyForm, form: Form, row: str) -> Any:
    return filled[f"row{form.rows.index(row)}"]


def figures_of(filled: TallyForm, form: Form) -> Figures:
    """What was typed, once every field holds a whole number."""
    return {row: int(field_of(filled, form, row).data) for row in form.rows}


def fields_fit(filled: TallyForm, form: Form) -> bool:
    """Check field by field and say at each field what is wrong. What was typed stays."""
    if not filled.validate():
        return False
    found = check_fields(form, figures_of(filled, form))
    for finding in found:
        field = field_of(filled, form, str(finding.facts["row"]))
        facts = {**finding.facts, "row": str(field.label.text)}
        field.errors = [*field.errors, say(Finding(finding.kind, facts))]
    return not found


def fill_again(filled: TallyForm, form: Form, before: Figures, cleared: Sequence[str]) -> None:
    """A returned tally: the person's own figures stand, those that must be counted again are empty."""
    for row in form.rows:
        field_of(filled, form, row).data = "" if row in cleared or row not in before else str(before[row])


def lot_form(names: Mapping[str, str], least: int, board: Sequence[str]) -> LotForm:
    """One choice for each who can be drawn, in the order drawn; the first `least` must be filled in."""
    people = [SelectChoice("", _("– vælg –")), *(SelectChoice(label, name) for label, name in names.items())]
    fields = {}
    for turn in range(1, len(names) + 1):
        label = _("Trukket som nummer %(turn)s", turn=turn)
        missing = InputRequired(_("Vælg, hvem der blev trukket som nummer %(turn)s.", turn=turn))
        options: dict[str, Any] = {"validators": [missing]} if turn <= least else {}
        fields[f"drawn{turn}"] = SelectField(label, choices=people, **options)
    made: Any = type("LotFormOfTie", (LotForm,), fields)()
    made.drawn_by.choices = [SelectChoice("", _("– vælg –")), *(SelectChoice(name, name) for name in board)]
    return cast(LotForm, made)


def drawn_fields(form: LotForm) -> list[Any]:
    return [field for field in form if field.name.startswith("drawn") and field.name[5:].isdigit()]


def drawn_order(form: LotForm) -> tuple[str, ...]:
    return tuple(field.data for field in drawn_fields(form) if field.data)


def _whole_number(_form: TallyForm, field: Field) -> None:
    text = field.data = (field.data or "").strip()
    if not text:
        raise ValidationError(_("%(row)s: skriv et tal, 0 hvis der ingen er.", row=field.label.text))
    if not (text.isascii() and text.isdigit()) or len(text) > 8 or int(text) > MOST:
        raise ValidationError(say(Finding(NOT_A_NUMBER, {"row": str(field.label.text), "most": MOST})))


class RecountForm(ReasonedForm, CosignedForm):
    """Two people of the board and their reason."""

    kind = RadioField(_l("Hvilken optælling åbnes igen?"), validators=[required()])


def recount_form(kinds: Mapping[str, object]) -> RecountForm:
    """The form for the counts that are agreed: kind → its name."""
    form = RecountForm()
    form.kind.choices = [SelectChoice(kind, str(name)) for kind, name in kinds.items()]
    return form
