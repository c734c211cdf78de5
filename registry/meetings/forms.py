# mypy: disable-error-code="no-untyped-call"
"""What is typed about a meeting: convening it, the roll call, who comes and goes, a point, the time of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from registry.accounts.forms import ActForm, required
from registry.regulation.calendar import COPENHAGEN

_DAY = "%d-%m-%Y"
_TIME = r"^\s*([01]?\d|2[0-3])[.:][0-5]\d\s*$"
_LONGEST = 2000
HERE, EXCUSED, AWAY = "here", "excused", "away"


def _clock(label: Any) -> StringField:
    return StringField(
        label,
        validators=[required(), Regexp(_TIME, message=_l("Skriv klokkeslættet med fire cifre, fx 17.42."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


def typed_time(text: str) -> time:
    """17.42 or 17:42; the form has seen to it that it is one of them."""
    hour, minute = text.strip().replace(":", ".").split(".")
    return time(int(hour), int(minute))


def as_time(instant: datetime) -> str:
    return instant.astimezone(COPENHAGEN).strftime("%H.%M")


class TimedForm(ActForm):
    """Something that happens at the meeting, at a time of the meeting's day."""

    at = _clock(_l("Klokken"))

    def instant(self, day: date, latest: datetime | None) -> datetime:
        """The typed minute; within the minute of what was registered last, that instant."""
        typed = datetime.combine(day, typed_time(self.at.data or ""), COPENHAGEN)
        if latest is not None and as_time(latest) == as_time(typed) and latest > typed:
            return latest
        return typed


class PointForm(TimedForm):
    text = TextAreaField(_l("Til referatet"), validators=[Length(max=_LONGEST)], render_kw={"rows": 4})


class PresenceForm(TimedForm):
    reason = StringField(_l("Bemærkning"), validators=[Optional(), Length(max=200)])


class ConveneForm(ActForm):
    """`late_reason` is asked for once it turns out that the notice is too short."""

    planned_on = DateField(_l("Mødets dag (dd-mm-åååå)"), format=_DAY, validators=[required()])
    planned_at = _clock(_l("Mødet begynder kl."))
    place = StringField(_l("Sted"), validators=[required(), Length(max=200)])
    convened_by = SelectField(_l("Indkaldes af"), validators=[required()])
    sent_on = DateField(_l("Indkaldelsen er sendt den (dd-mm-åååå)"), format=_DAY, validators=[required()])
    late_reason = TextAreaField(_l("Grunden til, at indkaldelsen er sendt for sent"), render_kw={"rows": 2})

    def planned_instant(self) -> datetime:
        assert self.planned_on.data is not None
        return datetime.combine(self.planned_on.data, typed_time(self.planned_at.data or ""), COPENHAGEN)

    def sent_instant(self, now: datetime) -> datetime:
        """The day it was sent; today means now, any other day its noon."""
        assert self.sent_on.data is not None
        if self.sent_on.data == now.astimezone(COPENHAGEN).date():
            return now
        return datetime.combine(self.sent_on.data, time(12), COPENHAGEN)


class RollCallForm(TimedForm):
    """Use `roll_call_form`, which adds one question for each member."""


def roll_call_form(names: Mapping[UUID, str], prefix: str, **options: Any) -> RollCallForm:
    """One choice per member: here, excused, or not here. Nobody is here before somebody has said so."""
    choices = [
        SelectChoice(HERE, _("Til stede")),
        SelectChoice(EXCUSED, _("Afbud")),
        SelectChoice(AWAY, _("Ikke kommet")),
    ]
    fields: dict[str, Any] = {
        f"member_{person.hex}": RadioField(name, choices=choices, default=AWAY) for person, name in names.items()
    }
    return cast(RollCallForm, type("RollCallOfMeeting", (RollCallForm,), fields)(prefix=prefix, **options))


def roll_call_fields(form: RollCallForm) -> dict[UUID, Any]:
    return {
        UUID(field.short_name.removeprefix("member_")): field
        for field in form
        if field.short_name.startswith("member_")
    }


def answered(form: RollCallForm, answer: str) -> tuple[UUID, ...]:
    return tuple(person for person, field in roll_call_fields(form).items() if field.data == answer)


def choices_of(names: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice("", _("– vælg –")), *(SelectChoice(name, name) for name in names)]
