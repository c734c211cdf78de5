"""What two people write about a packet: when they seal it, and when it arrives."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from election.packets.rules import MOST_SHEETS
from registry.accounts.forms import CosignedForm, no_cpr, required

_WHOLE = _l("Skriv et helt tal, også når det er 0.")


class PacketForm(CosignedForm):
    content = SelectField(_l("Hvad er i pakken?"))
    sheets = IntegerField(
        _l("Antal, som talt"), validators=[InputRequired(_WHOLE), NumberRange(0, MOST_SHEETS, _WHOLE)]
    )
    seal_number = StringField(_l("Plombens nummer"), validators=[required(), no_cpr()])
    goes_to = StringField(_l("Hvor bringes pakken hen?"), validators=[required(), no_cpr()])


class ArrivalForm(CosignedForm):
    seal_found = StringField(
        _l("Nummeret på plomben, som I læser det"),
        description=_l("Er pakken ikke kommet, så lad feltet være tomt, og skriv det nedenfor."),
        validators=[MayBeEmpty(), no_cpr()],
    )
    state = RadioField(
        _l("Er pakke og plombe hele?"),
        choices=lambda: [
            SelectChoice("intact", _("Ja, begge er hele")),
            SelectChoice("broken", _("Nej, eller pakken er ikke kommet")),
        ],
        validators=[InputRequired(_l("Vælg ja eller nej."))],
    )
    remark = TextAreaField(
        _l("Hvad er galt? (kun hvis nummeret eller pakken ikke er, som den blev sendt)"),
        validators=[MayBeEmpty(), no_cpr()],
        render_kw={"rows": 2},
    )
