# mypy: disable-error-code="no-untyped-call"
"""The forms of the counter: a candidacy on paper, its parts afterwards, supporters who signed, a photo."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, Regexp, ValidationError

from election.candidacy.case_acts import Registration
from election.candidacy.names import LONGEST_NAME
from election.candidacy.part_acts import LONGEST_TEXT, Cropped, Written
from election.candidacy.photos import ZOOM, cropped, normalised
from election.candidacy.rules import CONSENT_NAMES, ConsentKind
from registry.accounts.forms import ActForm, no_cpr, required
from registry.languages import EVERY_LANGUAGE
from registry.regulation.choices import Method
from registry.regulation.rules import Regulation

CPR_PATTERN = r"^\s*\d{6}[ -]?\d{4}\s*$"


def digits(text: str | None) -> str:
    """A CPR number as it is kept: ten digits."""
    return re.sub(r"[\s-]", "", text or "")


def lines(text: str | None) -> list[str]:
    return [line for line in (text or "").splitlines() if line.strip()]


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Skriv højst %(max)d tegn."))


class _Parts(ActForm):
    """What the office writes of a candidacy, whether it is new or known."""

    ballot_name = StringField(
        _l("Navn på stemmesedlen"),
        validators=[required(), no_cpr(), _at_most(LONGEST_NAME)],
        description=_l("Sådan som det står på anmeldelsen. Ingen titler eller tal."),
    )
    list_key = StringField(_l("Liste"), validators=[Optional(), _at_most(40)])
    group = SelectField(_l("Gruppe, hvis personen ikke står på valglisten"))
    email = StringField(_l("E-mail"), validators=[Optional(), _at_most(200)])
    phone = StringField(_l("Telefon"), validators=[Optional(), _at_most(40)])
    language = SelectField(_l("Sprog, som kandidaten får breve og mails på"))
    is_willing = BooleanField(_l("Kandidaten har skrevet under på at ville vælges."))

    def fit_to(self, regulation: Regulation) -> None:
        """Take away what this council's rules do not ask for."""
        self.language.choices = [SelectChoice(code, name) for code, name in EVERY_LANGUAGE.items()]
        if regulation.seats.method.value is not Method.LISTS_DHONDT:
            del self.list_key
        groups = sorted(regulation.seats.reserved.value)
        self.group.choices = [SelectChoice("", _("Ikke oplyst")), *(SelectChoice(g, _(g)) for g in groups)]
        if not groups:
            del self.group

    def presentations(self) -> list[tuple[str, str, Any]]:
        """(code, what the language calls itself, field) of each language."""
        return [(code, name, self[f"text_{code}"]) for code, name in EVERY_LANGUAGE.items()]

    def has_texts(self) -> bool:
        """Whether something is written, or wrong, in a language beside Danish."""
        return any(field.data or field.errors for code, _name, field in self.presentations() if code != "da")

    def consent_fields(self) -> list[Any]:
        return [self[f"consent_{kind.value}"] for kind in ConsentKind]

    def consents(self) -> frozenset[ConsentKind]:
        return frozenset(kind for kind in ConsentKind if self[f"consent_{kind.value}"].data)

    def written(self) -> Written:
        """Every part as it stands in the form."""
        return Written(
            ballot_name=self.ballot_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            list_key=(self.list_key.data or "") if "list_key" in self else None,
            group=(self.group.data or "") if "group" in self else None,
            is_willing=bool(self.is_willing.data),
            language=self.language.data,
            texts=tuple((code, field.data or "") for code, _name, field in self.presentations()),
        )


for _code, _name in EVERY_LANGUAGE.items():
    setattr(
        _Parts,
        f"text_{_code}",
        TextAreaField(_name, validators=[Optional(), no_cpr(), _at_most(LONGEST_TEXT)], render_kw={"rows": 5}),
    )
for _kind in ConsentKind:
    setattr(_Parts, f"consent_{_kind.value}", BooleanField(_l(CONSENT_NAMES[_kind])))


class PaperForm(_Parts):
    """A candidacy that was handed in on paper; the office has seen who it is."""

    cpr = StringField(
        _l("CPR-nummer"),
        validators=[required(), Regexp(CPR_PATTERN, message=_l("Skriv ti cifre."))],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    supporters = TextAreaField(
        _l("Stilleres CPR-numre, ét på hver linje"), validators=[Optional()], render_kw={"rows": 5}
    )

    def fit_to(self, regulation: Regulation) -> None:
        super().fit_to(regulation)
        if not regulation.candidacy.supporters_max.value:
            del self.supporters

    def validate_supporters(self, field: TextAreaField) -> None:
        _demand_numbers(field)

    def registration(self) -> Registration:
        return Registration(
            cpr=digits(self.cpr.data),
            ballot_name=self.ballot_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            list_key=(self.list_key.data or "").strip() or None if "list_key" in self else None,
            group=(self.group.data or None) if "group" in self else None,
            texts=tuple((code, field.data) for code, _name, field in self.presentations() if field.data),
            supporters=tuple(digits(line) for line in lines(self.supporters.data)) if "supporters" in self else (),
            is_willing=bool(self.is_willing.data),
            language=self.language.data or "da",
            consents=self.consents(),
        )


class PartsForm(_Parts):
    """The parts of a candidacy that is there; `seen` is a digest of what the form showed."""

    seen = HiddenField()


class SupportersForm(ActForm):
    """Those who signed on paper, on top of those who are there."""

    supporters = TextAreaField(
        _l("CPR-numre på dem, der har skrevet under, ét på hver linje"),
        validators=[required()],
        render_kw={"rows": 8, "autocomplete": "off", "spellcheck": "false"},
    )

    def validate_supporters(self, field: TextAreaField) -> None:
        _demand_numbers(field)

    def numbers(self) -> tuple[str, ...]:
        return tuple(digits(line) for line in lines(self.supporters.data))


class PhotoForm(ActForm):
    """A new photo, or the crop of the one that is there."""

    photo = FileField(_l("Foto (JPEG, PNG eller WebP)"), render_kw={"accept": "image/jpeg,image/png,image/webp"})
    zoom = IntegerField(_l("Forstørrelse i procent (100–300)"), [Optional(), NumberRange(*ZOOM)], default=100)
    across = IntegerField(
        _l("Flyt til siden: 0 er helt til venstre, 100 er helt til højre"),
        [Optional(), NumberRange(0, 100)],
        default=50,
    )
    down = IntegerField(
        _l("Flyt op og ned: 0 er øverst, 100 er nederst"), [Optional(), NumberRange(0, 100)], default=50
    )

    def made(self, whole: bytes | None) -> Cropped | None:
        """The photo as it would be kept, from the file sent or the one that is there. Raises Refused R266–R269."""
        sent = self.photo.data.read() if self.photo.data else b""
        if not sent and whole is None:
            return None
        kept = normalised(sent) if sent else whole or b""
        zoom, across, down = (
            one if one is not None else usual
            for one, usual in ((self.zoom.data, 100), (self.across.data, 50), (self.down.data, 50))
        )
        return Cropped(kept, cropped(kept, zoom, across, down), zoom, across, down)


class RemovePhotoForm(ActForm):
    """Take the photo away."""


class LinkForm(ActForm):
    """Make a one-time link."""


def _demand_numbers(field: TextAreaField) -> None:
    wrong = [number for number, line in enumerate(lines(field.data), 1) if not re.match(CPR_PATTERN, line)]
    if wrong:
        numbers = ", ".join(str(number) for number in wrong[:5])
        raise ValidationError(_("Skriv ti cifre på hver linje. Se på linje %(numbers)s.", numbers=numbers))
