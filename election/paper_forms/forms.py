"""What is typed about paper forms. A reading is laid out as the paper is: one row for each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from election.paper_forms.records import PaperForm
from election.paper_forms.rules import LINES, LONGEST, MOST_FORMS, MOST_IN_A_PILE, MOST_LINES, Piles, ReadLine
from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, no_cpr


class MakeForm(ReasonedForm):
    count = IntegerField(_l("Antal skemaer"), default=10, validators=[InputRequired(), NumberRange(1, MOST_FORMS)])
    line_count = IntegerField(
        _l("Linjer på hvert"), default=LINES, validators=[InputRequired(), NumberRange(1, MOST_LINES)]
    )
    reason = TextAreaField(
        _l("Begrundelse"),
        description=_l("Kun nødvendig, når stemmestedet er lukket."),
        validators=[Optional(), Length(max=200), no_cpr()],
        render_kw={"rows": 2},
    )


class VoidForm(ReasonedForm):
    """Forms that were spoiled or never used."""

    which = SelectMultipleField(
        _l("Hvilke skemaer?"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(_l("Vælg mindst ét skema."))],
    )
    reason = TextAreaField(
        _l("Begrundelse"),
        description=_l("Kun nødvendig, hvis skemaet er aflæst."),
        validators=[Optional(), Length(max=200), no_cpr()],
    )

    def offer(self, forms: Iterable[PaperForm]) -> None:
        self.which.choices = [SelectChoice(str(one.id), _("Skema %(number)s", number=one.number)) for one in forms]


class ReadingForm(ActForm):
    """The lines stand in fields of their own names, so that the page has the layout of the paper."""

    filled = IntegerField(_l("Udfyldte linjer i alt"), validators=[Optional(), NumberRange(0, MOST_LINES)])

    exchanged = IntegerField(
        _l("Ombyttede stemmesedler i alt"), validators=[Optional(), NumberRange(0, MOST_IN_A_PILE)]
    )
    returned = IntegerField(
        _l("Leveret tilbage ubrugt i alt"), validators=[Optional(), NumberRange(0, MOST_IN_A_PILE)]
    )

    @property
    def piles(self) -> Piles:
        return Piles(self.exchanged.data, self.returned.data)

    def lines(self, numbers: Iterable[int]) -> dict[int, ReadLine]:
        """What was typed into these lines, sign for sign; a line left empty is there and blank."""
        return {
            number: ReadLine(
                number,
                request.form.get(f"n{number}", "")[: LONGEST + 1],
                request.form.get(f"t{number}", "")[: LONGEST + 1],
            )
            for number in numbers
        }

    def kept(self, doubts: Mapping[int, object]) -> bool:
        """Whether every line that looked odd has been ticked as read right."""
        return all(request.form.get(f"k{number}") == "1" for number in doubts)


class TakeForm(CosignedForm):
    """Leader and second person take a form in."""


class ListForm(ActForm):
    """The list as it stands now, on paper."""
