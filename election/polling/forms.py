"""What is typed at a polling station."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, ValidationError

from registry.accounts.forms import ActForm, ReasonedForm, no_cpr, required

HIGHEST_DESK = 99


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


class GroundForm(ReasonedForm):
    reason = TextAreaField(_l("Begrundelse"), validators=[required(), no_cpr()], render_kw={"rows": 3})
