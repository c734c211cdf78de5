"""The forms of the regulation editor: one unit of a draft becomes a form, and a filled-in form what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any, get_args, get_origin

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from registry.accounts.forms import ActForm, CosignedForm, required
from registry.regulation import cell_text
from registry.regulation.cell_text import NotReadable, text_of, value_of
from registry.regulation.draft_file import Key, Standing, Stated, Unit, stated
from registry.regulation.rules import Moment
from registry.regulation.wording import CHOICE_NAMES, KEY_NAMES

STANDING_NAMES = {
    Standing.CITED: _l("En kilde siger det"),
    Standing.ASSUMED: _l("Antaget: ingen kilde siger det"),
    Standing.OPEN: _l("Ikke fastsat: kilden tier"),
    Standing.ABSENT: _l("Findes ikke her"),
}
_CODE = r"^\s*[a-z0-9]+(-[a-z0-9]+)*\s*$"
_ENTRY = r"^\s*[a-z][a-z_0-9]{0,39}\s*$"


class BeginForm(ActForm):
    made_from = SelectField(_l("Begynd med"))
    file = FileField(_l("… eller med en fil (TOML)"), validators=[Optional()])
    council = StringField(
        _l("Rådets navn i adresser, for eksempel integrationsraad"),
        validators=[required(), Regexp(_CODE, message=_l("Kun små bogstaver, tal og bindestreg."))],
    )
    regulation_id = StringField(
        _l("Regulativets id, for eksempel koege-2026"),
        validators=[required(), Regexp(_CODE, message=_l("Kun små bogstaver, tal og bindestreg."))],
    )


class EntryForm(ActForm):
    code = StringField(
        _l("Kode"),
        validators=[
            required(),
            Regexp(_ENTRY, message=_l("Kun små bogstaver, tal og understreg; begynd med et bogstav.")),
        ],
    )


class AdoptForm(CosignedForm):
    seen = HiddenField()


class UnitForm(ActForm):
    """The base of the form of one unit; its fields are made from the keys (`form_of`)."""

    seen = HiddenField()

    def fields_of(self, key: Key) -> dict[str, Field]:
        return {part: self[f"{key.name}-{part}"] for part in ("value", "standing", "cite", "why")}

    def says(self, of: Unit) -> dict[str, Stated] | None:
        """What the form says of every key, or None: then each field that is wrong has its error."""
        found: dict[str, Stated] = {}
        for key in of.keys:
            one = self._says(key)
            if one is not None:
                found[key.name] = one
        return found if len(found) == len(of.keys) else None

    def _says(self, key: Key) -> Stated | None:
        parts = self.fields_of(key)
        standing = Standing(parts["standing"].data)
        cite, why = ((parts[name].data or "").strip() for name in ("cite", "why"))
        if standing is Standing.ABSENT:
            return Stated(standing)
        if standing is Standing.CITED and not cite:
            return _wrong(parts["cite"], _("Skriv, hvor det står: paragraf, dokument eller beslutning."))
        if standing is not Standing.CITED and not why:
            return _wrong(parts["why"], _("Skriv hvorfor."))
        if standing is Standing.OPEN:
            return Stated(standing, why=why)
        try:
            value = value_of(parts["value"].data or "", key.hint)
        except NotReadable as trouble:
            return _wrong(parts["value"], _(trouble.why))
        return Stated(standing, value, cite, why)


def _wrong(field: Field, text: str) -> Stated | None:
    """The field says what is wrong with it; nothing is stated."""
    field.errors = (*field.errors, text)
    return None


def form_of(of: Unit, document: Mapping[str, Any], seen: str) -> UnitForm:
    """The form of a unit, filled with what the draft says now."""
    made: dict[str, Any] = {}
    filled: dict[str, str] = {"seen": seen}
    for key in of.keys:
        now = stated(document, of, key)
        made[f"{key.name}-value"] = _value_field(key)
        made[f"{key.name}-standing"] = SelectField(_l("Hvorfor det gælder"), choices=_standings(key))
        made[f"{key.name}-cite"] = StringField(_l("Kilde"))
        made[f"{key.name}-why"] = StringField(_l("Begrundelse, når det er antaget eller ikke fastsat"))
        filled |= {
            f"{key.name}-value": text_of(now.value),
            f"{key.name}-standing": now.standing.value,
            f"{key.name}-cite": now.cite,
            f"{key.name}-why": now.why,
        }
    kind: type[UnitForm] = type("FormOfUnit", (UnitForm,), made)
    return kind(data=filled)


def name_of(key: Key) -> str:
    return str(KEY_NAMES.get(key.name, key.name))


def _standings(key: Key) -> list[SelectChoice]:
    return [
        SelectChoice(one.value, str(name))
        for one, name in STANDING_NAMES.items()
        if one is not Standing.ABSENT or key.is_optional
    ]


def _value_field(key: Key) -> Field:
    label, hint = name_of(key), key.hint
    if hint is bool:
        choices = [SelectChoice("true", str(_("ja"))), SelectChoice("false", str(_("nej")))]
        return SelectField(label, choices=[SelectChoice("", "–"), *choices], validate_choice=False)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        named = [SelectChoice(one.value, str(CHOICE_NAMES.get(one.value, one.value))) for one in hint]
        return SelectField(label, choices=[SelectChoice("", "–"), *named], validate_choice=False)
    if get_origin(hint) is not None:
        return TextAreaField(label, description=_hint(hint))
    return StringField(label, description=_hint(hint), render_kw={"autocomplete": "off"})


def _hint(hint: Any) -> str:
    """What the text of a field looks like; the sentence that a wrong one is answered with."""
    if get_origin(hint) is tuple:
        return str(_("Ét på hver linje; tomt, hvis der ikke er nogen."))
    if get_origin(hint) is not None:
        groups = cell_text.NOT_A_COUNT if get_args(hint)[1] is int else cell_text.NOT_MEMBERS
        return str(_(groups))
    example = _EXAMPLES.get(hint)
    return str(_(example)) if example else ""


_EXAMPLES: Mapping[Any, str] = {
    date: cell_text.NOT_A_DAY,
    time: cell_text.NOT_AN_HOUR,
    Moment: cell_text.NOT_A_MOMENT,
}
