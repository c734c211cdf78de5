"""The forms of the counting room. The tally form has one typed field per row of the paper form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError

from election.call.records import Election
from election.candidacy.records import accepted
from election.counting.assembly import form_of
from election.counting.rules import (
    MOST,
    NOT_A_NUMBER,
    Figures,
    Form,
    check_fields,
)
from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, required
from registry.findings import Finding
from registry.regulation.calendar import COPENHAGEN
from registry.wording import say

PAPER_ROW_NAMES = {
    "blank": _l("Blanke stemmesedler"),
    "in_box": _l("Stemmesedler i kassen i alt"),
    "unissued": _l("Ikke udleverede stemmesedler"),
    "returned": _l("Leveret tilbage ubrugt"),
    "exchanged": _l("Ombyttede stemmesedler"),
    "in_envelopes": _l("I konvolut til valgbestyrelsens afgørelse"),
}
_DAY_AND_TIME = "%d-%m-%Y %H.%M"


class TallyForm(ActForm):
    """One counter's figures. Use `tally_form` to get it with the rows of an election."""

    is_as_on_paper = BooleanField(_l("Jeg har set efter: tallene er som på papiret"))


class ReturnForm(ReasonedForm):
    which = RadioField(
        _l("Hvilken indtastning er forkert?"), validators=[InputRequired(_l("Vælg, hvad der sendes tilbage."))]
    )


class ExplainForm(ActForm):
    code = HiddenField()
    text = TextAreaField(_l("Forklaring"), validators=[required()])


class LotForm(ActForm):
    """A draw as it happened. Use `lot_form` to get it with one choice per person who can be drawn."""

    drawn_by = SelectField(
        _l("Hvem i valgbestyrelsen trak loddet?"), validators=[InputRequired(_l("Vælg, hvem der trak loddet."))]
    )
    witnesses = StringField(_l("Vidner"), validators=[InputRequired(_l("Skriv, hvem der så på."))])
    method = StringField(
        _l("Hvordan blev der trukket?"), validators=[InputRequired(_l("Skriv, hvordan der blev trukket."))]
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


def as_day_and_time(instant: datetime) -> str:
    return instant.astimezone(COPENHAGEN).strftime(_DAY_AND_TIME)


def row_names(session: Session, election: Election) -> dict[str, str]:
    """What each row of the form is called: names in ballot order, grounds in the words of the regulation."""
    form, standing = form_of(session, election), accepted(session, election)
    grounds = {g.code: g.text.value for g in election.regulation.counting.invalid_grounds}
    return (
        {f"list:{key}": _("Kryds ved listen %(list)s", list=key) for key in form.lists}
        | {c.label: c.ballot_name for c in standing}
        | {f"invalid:{code}": _("Ugyldige: %(ground)s", ground=grounds[code]) for code in form.invalid}
        | {row: str(name) for row, name in PAPER_ROW_NAMES.items()}
    )


class DisputedForm(ReasonedForm):
    mark = StringField(
        _l("Hvad står der på sedlen?"),
        validators=[required()],
        description=_l("Kun mærket selv. Skriv intet, der kan vise, hvem der har stemt."),
        render_kw={"autocomplete": "off"},
    )
    counted_as = SelectField(_l("Tælles som"), validators=[required()])
    votes_for = IntegerField(
        _l("Stemmer for"), validators=[InputRequired(_l("Skriv, hvor mange der stemte for."))]
    )
    votes_against = IntegerField(
        _l("Stemmer imod"), validators=[InputRequired(_l("Skriv, hvor mange der stemte imod. 0 hvis ingen."))]
    )


def disputed_form(form: Form, row_names: Mapping[str, str]) -> DisputedForm:
    """The rows of the counting form that a paper can be counted as."""
    made = DisputedForm()
    rows = (*form.vote_rows, "blank", *form.invalid_rows)
    made.counted_as.choices = [
        SelectChoice("", _("– vælg –")),
        *(SelectChoice(row, row_names[row]) for row in rows),
    ]
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
