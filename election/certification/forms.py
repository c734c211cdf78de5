"""The forms of the certification room."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError

from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, ResignedForm, required
from registry.regulation.calendar import COPENHAGEN

_DAY_AND_TIME = "%d-%m-%Y %H.%M"


class RequestForm(ResignedForm):
    """A certifier asks for certification and types the password again."""


class ApproveForm(ResignedForm):
    """Another certifier approves and types the password again."""

    own_ids = "approve"


class WithdrawForm(ReasonedForm):
    """A request is withdrawn."""

    own_ids = "withdraw"


class HandOverForm(ActForm):
    """The certified result is sent on to be appointed."""


class ReopenForm(ReasonedForm, CosignedForm):
    """Two people open a certified result again."""

    own_ids = "reopen"


class ComplaintForm(ActForm):
    """A complaint as it was received."""

    from_whom = StringField(_l("Hvem klager?"), validators=[required()], render_kw={"autocomplete": "off"})
    about = TextAreaField(_l("Hvad handler klagen om?"), validators=[required()])
    received_at = StringField(
        _l("Hvornår blev den modtaget? (dd-mm-åååå tt.mm)"),
        validators=[
            Regexp(r"^\d\d-\d\d-\d{4} \d\d\.\d\d$", message=_l("Skriv dag og klokkeslæt, fx 28-11-2017 09.30."))
        ],
    )

    def validate_received_at(self, _field: Field) -> None:
        try:
            self.received_instant()
        except ValueError as error:
            raise ValidationError(_("Dagen eller klokkeslættet findes ikke.")) from error

    def received_instant(self) -> datetime:
        return datetime.strptime(self.received_at.data or "", _DAY_AND_TIME).replace(tzinfo=COPENHAGEN)


class DecisionForm(ActForm):
    """What was decided about a complaint."""

    outcome = RadioField(
        _l("Afgørelse"),
        choices=lambda: [
            SelectChoice("upheld", _("Klageren får medhold")),
            SelectChoice("rejected", _("Klageren får ikke medhold")),
        ],
        validators=[InputRequired(_l("Vælg, hvad der er afgjort."))],
    )
    text = TextAreaField(_l("Svar og begrundelse"), validators=[required()])


def as_day_and_time(instant: datetime) -> str:
    """An instant as it is typed here."""
    return instant.astimezone(COPENHAGEN).strftime(_DAY_AND_TIME)
