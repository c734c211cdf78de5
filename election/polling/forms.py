"""What is typed at a polling station."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, no_cpr, required

HIGHEST_DESK = 99
MOST_PEOPLE = 1_000_000
"""More than any roll or queue holds, and less than the database can keep."""


class DeskForm(FlaskForm):
    """Which desk this computer stands on; changes nothing, so it is sent as a question."""

    class Meta:
        csrf = False

    number = IntegerField(
        _l("Bordets nummer"),
        validators=[DataRequired(_l("Skriv bordets nummer.")), NumberRange(1, HIGHEST_DESK, _l("Fra 1 til 99."))],
    )


def _seen(text: LazyString, missing: LazyString) -> BooleanField:
    return BooleanField(text, validators=[DataRequired(missing)])


class OpeningForm(ActForm):
    is_board_present = _seen(
        _l("Et flertal af valgstyrerne er til stede"),
        _l("Åbn først, når et flertal af valgstyrerne er til stede."),
    )
    is_list_ready = _seen(
        _l("Den trykte valgliste ligger på bordet, hvis computeren svigter"),
        _l("Hent den trykte valgliste, og læg den på bordet."),
    )
    is_list_the_same = _seen(
        _l("Kontrolsummen på den trykte liste er den samme som her, gruppe for gruppe"),
        _l("Sammenlign kontrolsummen. Er den ikke den samme, så ring til valgkontoret, før du åbner."),
    )
    has_no_scanner = BooleanField(_l("Stedet har hverken scanner eller kamera; vælgerne findes på fødselsdato"))
    is_box_empty = _seen(
        _l("Stemmekassen er vist tom for de fremmødte og derefter låst"),
        _l("Vis, at stemmekassen er tom, og lås den."),
    )
    seal_number = StringField(_l("Plombens nummer"), validators=[required()])
    first_witness = StringField(_l("Første vidne, fulde navn"), validators=[required()])
    second_witness = StringField(_l("Andet vidne, fulde navn"), validators=[required()])

    def validate_second_witness(self, field: StringField) -> None:
        first, second = (self.first_witness.data or "").casefold(), (field.data or "").casefold()
        if first.strip() == second.strip():
            raise ValidationError(_l("De to vidner skal være to forskellige personer."))

    @property
    def witnesses(self) -> str:
        return f"{(self.first_witness.data or '').strip()}; {(self.second_witness.data or '').strip()}"


class AdmitForm(ActForm):
    """One key. Where two voters are alike, somebody must have looked at a card or at papers."""

    is_identified = BooleanField(_l("Jeg har set valgkort eller legitimation, der viser, hvem af dem det er"))
    said_name = StringField(_l("Navnet, som personen siger"), render_kw={"autocomplete": "off", "maxlength": 120})


class GroundForm(ReasonedForm):
    reason = TextAreaField(_l("Begrundelse"), validators=[required(), no_cpr()], render_kw={"rows": 3})


class PaperForm(ActForm):
    """A paper that comes back or is handed out; which one, where there are several."""

    ballot_type = RadioField(_l("Hvilken stemmeseddel"), validators=[InputRequired(_l("Vælg stemmesedlen."))])

    def offer(self, papers: Sequence[tuple[str, str]]) -> None:
        """The papers to choose from; with one there is nothing to ask."""
        if len(papers) > 1:
            self.ballot_type.choices = [SelectChoice(value, title) for value, title in papers]
        else:
            del self.ballot_type

    @property
    def paper(self) -> str:
        return self.ballot_type.data or "" if "ballot_type" in self else ""


class DoubtForm(PaperForm, GroundForm):
    """Why the right is in doubt, and which paper goes into the envelope."""


class LeaderForm(CosignedForm, GroundForm):
    """An official takes back an admission; the station leader stands beside and signs."""

    second_username = StringField(_l("Lederens brugernavn"), validators=[required()])
    second_password = PasswordField(_l("Lederens adgangskode"), validators=[required()])


class QueueForm(ActForm):
    people = IntegerField(
        _l("Personer i køen"),
        validators=[
            InputRequired(_l("Skriv et helt tal.")),
            NumberRange(0, MOST_PEOPLE, _l("Skriv et helt tal.")),
        ],
    )


def _decisions() -> list[SelectChoice]:
    return [
        SelectChoice("accept", _("Godkend: inderkuverten lægges uåbnet i stemmekassen")),
        SelectChoice("aside", _("Læg til side: kuverten åbnes ikke")),
    ]


class DecisionForm(CosignedForm, GroundForm):
    """Two people decide about an envelope."""

    decision = RadioField(
        _l("Afgørelse"),
        choices=_decisions,
        validators=[InputRequired(_l("Vælg en afgørelse."))],
    )
    number = IntegerField(
        _l("Vælgerens nummer på listen"),
        validators=[Optional(), NumberRange(1, MOST_PEOPLE, _l("Skriv nummeret, som det står på listen."))],
    )


class SettlementForm(CosignedForm, GroundForm):
    """Two people say what they found out about a conflict."""
