"""What is typed about a postal vote."""

from __future__ import annotations

from datetime import datetime, time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from election.call.clock import COPENHAGEN
from election.call.records import Station
from election.postal.rules import GROUNDS, Ground
from registry.accounts.forms import ActForm, CosignedForm, no_cpr, required

_LONGEST = 200
_MOST_PAPERS = 1_000_000
_NOON = time(12)
_DAYS = ["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"]
_CLOCKS = ["%H:%M", "%H.%M"]
ACCEPT, ASIDE = "accept", "aside"


class ReceiveForm(ActForm):
    """An envelope comes in. What is left empty is now."""

    cast_on = DateField(
        _l("Afgivet den"),
        format=_DAYS,
        description=_l("Datoen på følgebrevet eller yderkuverten, for eksempel 14-11-2017."),
        validators=[Optional()],
    )
    came_to = StringField(_l("Kom ind hos"), validators=[required(), Length(max=_LONGEST), no_cpr()])
    came_on = DateField(
        _l("Kom den"),
        format=_DAYS,
        description=_l("Kun hvis den kom før i dag."),
        validators=[Optional()],
    )
    came_clock = TimeField(_l("Klokken"), format=_CLOCKS, validators=[Optional()])

    def came_at(self, now: datetime) -> datetime | None:
        """When it came; None for now. A day without a time of day is its noon, a time without a day is today."""
        day, clock = self.came_on.data, self.came_clock.data
        if day is None and clock is None:
            return None
        local = now.astimezone(COPENHAGEN)
        return datetime.combine(day or local.date(), clock or _NOON, COPENHAGEN).astimezone(now.tzinfo)


class ReviewForm(CosignedForm):
    """What two people decide about one envelope."""

    decision = RadioField(
        _l("Afgørelse"),
        validators=[InputRequired(_l("Vælg, hvad I er blevet enige om."))],
    )
    ground = SelectField(_l("Grund, hvis den lægges til side"), validators=[Optional()])
    remark = TextAreaField(
        _l("Bemærkning"), validators=[Optional(), Length(max=_LONGEST), no_cpr()], render_kw={"rows": 2}
    )

    def offer(self) -> None:
        self.decision.choices = [
            SelectChoice(ACCEPT, _("Godkendt: stemmekuverten lægges uåbnet i stemmekassen")),
            SelectChoice(ASIDE, _("Lagt til side: den tæller ikke med")),
        ]
        self.ground.choices = [
            SelectChoice("", _("Vælg")),
            *(SelectChoice(one.value, _(GROUNDS[one])) for one in Ground),
        ]

    @property
    def chosen(self) -> Ground | None:
        return Ground(self.ground.data) if self.decision.data == ASIDE and self.ground.data else None


class MoveForm(CosignedForm):
    """Two people carry the accepted envelopes of a station to another."""

    into = SelectField(_l("Flyttes til"), validators=[required()])
    papers = IntegerField(
        _l("Kuverter, talt af jer begge"),
        validators=[
            InputRequired(_l("Tæl kuverterne, og skriv tallet.")),
            NumberRange(1, _MOST_PAPERS, _l("Tæl kuverterne, og skriv tallet.")),
        ],
    )

    def offer(self, places: list[Station]) -> None:
        self.into.choices = [SelectChoice(str(one.id), one.name) for one in places]
