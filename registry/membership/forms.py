"""The forms of members and seats: the end of a membership, an offer and its answer, the clock of a demo."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from registry.accounts.forms import ActForm, required
from registry.appointment.forms import DayField
from registry.membership.rules import ANSWER_NAMES, END_NAMES, Answer, EndReason
from registry.regulation.calendar import COPENHAGEN

MINUTE = "%d-%m-%Y %H.%M"


class StepForm(ActForm):
    """A button that needs no more than a yes."""


class EndForm(ActForm):
    """The end of a membership. Sent twice: first to see what follows, then to confirm."""

    confirmed = HiddenField()
    last_on = DayField(
        _l("Sidste dag som medlem (dd-mm-åååå)"),
        validators=[required()],
        description=_l("Pladsen er tom fra dagen efter."),
    )
    reason = SelectField(
        _l("Grund"),
        choices=lambda: (
            [SelectChoice("", _("Vælg en grund"))]
            + [SelectChoice(reason.value, _(END_NAMES[reason])) for reason in EndReason]
        ),
        validators=[required()],
    )
    text = TextAreaField(
        _l("Bemærkning"),
        validators=[Optional(), Length(max=2000)],
        description=_l("Vises ikke offentligt. Skriv ikke følsomme oplysninger, fx om helbred."),
        render_kw={"rows": 3},
    )


class AnswerForm(ActForm):
    """What the substitute answered."""

    answer = RadioField(
        _l("Svar"),
        choices=lambda: [SelectChoice(answer.value, _(ANSWER_NAMES[answer]).capitalize()) for answer in Answer],
        validators=[InputRequired(message=_l("Vælg svaret."))],
    )
    starts_on = DayField(
        _l("Første dag som medlem (dd-mm-åååå)"),
        description=_l("Kun når stedfortræderen har sagt ja."),
    )
    reason = StringField(
        _l("Bemærkning"), validators=[Optional(), Length(max=2000)], render_kw={"autocomplete": "off"}
    )

    def validate_starts_on(self, field: DayField) -> None:
        if self.answer.data == Answer.ACCEPTED and field.data is None and not field.errors:
            raise ValidationError(_("Skriv den første dag."))


class ClockForm(ActForm):
    """Where the clock of a demo council is set."""

    to = StringField(
        _l("Stil uret til (dd-mm-åååå tt.mm)"), validators=[required()], render_kw={"autocomplete": "off"}
    )

    def validate_to(self, _field: StringField) -> None:
        try:
            self.instant()
        except ValueError:
            raise ValidationError(_("Skriv fx 08-01-2018 17.00.")) from None

    def instant(self) -> datetime:
        """ValueError when it cannot be read."""
        typed = (self.to.data or "").strip().replace(":", ".")
        return datetime.strptime(typed, MINUTE).replace(tzinfo=COPENHAGEN)
