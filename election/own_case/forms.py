"""The forms of one's own case. Each part has its own; nothing in them is refused for being incomplete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    HiddenField,
    IntegerRangeField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from election.candidacy import findings as say_of
from election.candidacy.part_acts import LONGEST_TEXT, Written
from election.candidacy.photos import ZOOM
from election.candidacy.rules import CONSENT_NAMES, ConsentKind
from election.candidacy.typed import clean_text
from election.own_case.outline import Outline
from registry.accounts.forms import ActForm, no_cpr, required
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.wording import say

MOST_NAME = 120
"""More than a name on the ballot may have: too long a name is kept and pointed out, not lost."""


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Skriv højst %(max)d tegn."))


_FIELD_OF = {
    say_of.BALLOT_NAME_FORM.code: "ballot_name",
    say_of.LIST_NEEDED.code: "list_key",
    say_of.LISTS_NOT_ALLOWED.code: "list_key",
    say_of.NOT_AN_EMAIL.code: "email",
    say_of.TEXT_TOO_LONG.code: "text",
    say_of.NO_SUCH_LANGUAGE.code: "language",
}
"""Where a refusal is shown, so that nothing that was typed is lost."""


class PartForm(ActForm):
    """Some parts of the case. `seen` is what they were when the page was made."""

    seen = HiddenField()

    def written(self) -> Written:
        """What is written on the case."""
        raise NotImplementedError

    def show(self, of: Outline) -> None:
        """Fill in what is stored now."""
        raise NotImplementedError

    def renew(self) -> None:
        """The next sending is a new act."""
        self.request_id.data = str(uuid4())

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Label and value of each field that a person fills in."""
        for field in self:
            if isinstance(field, HiddenField | SubmitField):
                continue
            yield str(field.label.text), _in_words(field)


def tell(form: ActForm, refused: Refused) -> None:
    """Show the refusal beside its field, or above the form; what was typed stays."""
    name = _FIELD_OF.get(refused.kind.code, "")
    if name and name in form:
        form[name].errors = (say(refused),)
    else:
        form.form_errors.append(say(refused))


def _in_words(field: Any) -> str:
    if isinstance(field, BooleanField):
        return _("ja") if field.data else _("nej")
    if isinstance(field, RadioField | SelectField):
        return next((str(choice.label) for choice in field.choices or [] if choice.value == field.data), "")
    return str(field.data or "")


class NameForm(PartForm):
    ballot_name = StringField(
        _l("Navn på stemmesedlen"),
        validators=[no_cpr(), _at_most(MOST_NAME)],
        render_kw={"autocomplete": "name", "dir": "auto", "spellcheck": "false"},
    )

    def written(self) -> Written:
        return Written(ballot_name=self.ballot_name.data or "")

    def show(self, of: Outline) -> None:
        self.ballot_name.data = of.row.ballot_name


class _OneList(PartForm):
    list_key: Any

    def written(self) -> Written:
        return Written(list_key=self.list_key.data or "")

    def show(self, of: Outline) -> None:
        self.list_key.data = of.row.list_key or ""


class ListForm(_OneList):
    """A choice among the lists that are filed or name the candidate."""

    list_key = RadioField(_l("Liste"))


class ListNameForm(_OneList):
    """The list's name, where none is filed yet."""

    list_key = StringField(
        _l("Listens navn eller bogstav"),
        validators=[no_cpr(), _at_most(40)],
        render_kw={"dir": "auto", "autocomplete": "off"},
    )


class GroupForm(PartForm):
    group = RadioField(_l("Gruppe"))

    def written(self) -> Written:
        return Written(group=self.group.data or "")

    def show(self, of: Outline) -> None:
        self.group.data = of.row.group or ""


class ContactForm(PartForm):
    email = EmailField(
        _l("E-mail"),
        validators=[_at_most(200)],
        render_kw={"autocomplete": "email", "dir": "ltr", "spellcheck": "false"},
    )
    phone = TelField(_l("Telefon"), validators=[_at_most(40)], render_kw={"autocomplete": "tel", "dir": "ltr"})

    def written(self) -> Written:
        return Written(email=self.email.data or "", phone=self.phone.data or "")

    def show(self, of: Outline) -> None:
        self.email.data, self.phone.data = of.row.email, of.row.phone


def _short_enough(_form: Any, field: Any) -> None:
    length = len(clean_text(field.data or ""))
    if length > LONGEST_TEXT:
        said = _("Teksten er %(length)s tegn. Der er plads til %(most)s.", length=length, most=LONGEST_TEXT)
        raise ValidationError(said + " " + _("Forkort den, og gem igen. Intet er gemt endnu."))


class PresentationForm(PartForm):
    """The text in one language, which stands in the address of the page."""

    language = ""
    text = TextAreaField(_l("Din tekst"), validators=[no_cpr(), _short_enough])

    def written(self) -> Written:
        return Written(texts=((self.language, self.text.data or ""),))

    def show(self, of: Outline) -> None:
        self.text.data = of.texts.get(self.language, "")

    @property
    def signs(self) -> int:
        """How long the text is as it would be kept."""
        return len(clean_text(self.text.data or ""))


class WillingnessForm(PartForm):
    is_willing = BooleanField(_l("Ja, jeg vil stille op, og jeg er villig til at blive valgt."))

    def written(self) -> Written:
        return Written(is_willing=bool(self.is_willing.data))

    def show(self, of: Outline) -> None:
        self.is_willing.data = of.row.willing_at is not None


class LanguageForm(PartForm):
    language = SelectField(
        _l("Sprog"), choices=[SelectChoice(code, name) for code, name in EVERY_LANGUAGE.items()]
    )

    def written(self) -> Written:
        return Written(language=self.language.data or "")

    def show(self, of: Outline) -> None:
        self.language.data = of.row.language


class ConsentsForm(ActForm):
    """One box for each consent; which were given when the page was made stands in `seen`."""

    seen = HiddenField()
    presentation = BooleanField(CONSENT_NAMES[ConsentKind.PRESENTATION])
    photo = BooleanField(CONSENT_NAMES[ConsentKind.PHOTO])
    email = BooleanField(CONSENT_NAMES[ConsentKind.EMAIL])
    phone = BooleanField(CONSENT_NAMES[ConsentKind.PHONE])
    protected_name = BooleanField(CONSENT_NAMES[ConsentKind.PROTECTED_NAME])

    def translated(self) -> ConsentsForm:
        for kind in ConsentKind:
            if kind.value in self:
                self[kind.value].label.text = _(CONSENT_NAMES[kind])
        return self

    @property
    def kinds(self) -> list[ConsentKind]:
        return [kind for kind in ConsentKind if kind.value in self]

    def given(self) -> frozenset[ConsentKind]:
        return frozenset(kind for kind in self.kinds if self[kind.value].data)


class PhotoForm(ActForm):
    """A file in place of the photo that is there."""

    photo = FileField(_l("Vælg et billede"), render_kw={"accept": "image/jpeg,image/png,image/webp"})


class CropForm(ActForm):
    """Which part of the photo is shown. Numbers outside are taken as the nearest inside."""

    zoom = IntegerRangeField(_l("Forstør"), render_kw={"min": ZOOM[0], "max": ZOOM[1], "step": 5})
    across = IntegerRangeField(_l("Flyt til siden"), render_kw={"min": 0, "max": 100, "step": 5, "dir": "ltr"})
    down = IntegerRangeField(_l("Flyt op eller ned"), render_kw={"min": 0, "max": 100, "step": 5})

    def numbers(self) -> tuple[int, int, int]:
        return (
            _nearest(self.zoom.data, 100, *ZOOM),
            _nearest(self.across.data, 50, 0, 100),
            _nearest(self.down.data, 50, 0, 100),
        )


def _nearest(number: int | None, usual: int, least: int, most: int) -> int:
    return usual if number is None else max(least, min(most, number))


class ConfirmedForm(ActForm):
    """Something that cannot be undone, as the page showed it."""

    version = HiddenField(default="0")
    is_sure = BooleanField(_l("Ja, det er jeg sikker på."), validators=[required()])

    def seen_version(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class WithdrawForm(ConfirmedForm):
    reason = TextAreaField(
        _l("Hvorfor?"), validators=[Optional(), _at_most(1000), no_cpr()], render_kw={"rows": 3, "dir": "auto"}
    )


class ComplaintForm(ActForm):
    reason = TextAreaField(
        _l("Hvad er du uenig i, og hvorfor?"),
        validators=[required(), _at_most(4000), no_cpr()],
        render_kw={"rows": 8, "dir": "auto"},
    )


class EmailForm(ActForm):
    email = EmailField(
        _l("E-mail"),
        validators=[required(), _at_most(200)],
        render_kw={"autocomplete": "email", "dir": "ltr", "spellcheck": "false"},
    )
