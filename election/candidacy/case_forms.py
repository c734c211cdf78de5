# mypy: disable-error-code="no-untyped-call"
"""The forms of one case: accepting, returning, refusing by two, complaints, withdrawing, striking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from election.candidacy.case_acts import Named
from election.candidacy.checks import Check
from election.candidacy.rules import PART_NAMES, STRUCK_NAMES, Part, StruckKind
from registry.accounts.forms import ActForm, ReasonedForm, no_cpr
from registry.wording import say_term

_LONGEST = 2000
_OTHER_SECTION = "other"


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Skriv højst %(max)d tegn."))


def _free_text(label: Any, rows: int = 3, **more: Any) -> TextAreaField:
    validators = [Optional(), no_cpr(), _at_most(_LONGEST)]
    return TextAreaField(label, validators=validators, render_kw={"rows": rows}, **more)


class AcceptForm(ActForm):
    version = HiddenField()
    reason = TextAreaField(
        _l("Begrundelse (kun nødvendig, hvis anmeldelsen kom for sent eller har for få stillere)"),
        validators=[no_cpr(), _at_most(_LONGEST)],
        render_kw={"rows": 2},
    )


class ReturnForm(ActForm):
    """What is to be mended: one field for each part, filled in where something is missing."""

    version = HiddenField()

    def parts(self) -> list[tuple[Part, Any]]:
        return [(part, self[part.value]) for part in Part if part.value in self]

    def named(self) -> tuple[Named, ...]:
        """Each part that something is written of, in the order of the parts."""
        return tuple(Named(part, field.data.strip()) for part, field in self.parts() if (field.data or "").strip())


for _part in Part:
    setattr(ReturnForm, _part.value, _free_text(_l(PART_NAMES[_part]), rows=2))


class RefuseForm(ReasonedForm):
    """A refusal is proposed: the reason, and the section it rests on."""

    version = HiddenField()
    section = SelectField(_l("Bestemmelse, som afvisningen hviler på"))
    other_section = StringField(_l("En anden bestemmelse"), validators=[no_cpr(), _at_most(300)])

    def offer(self, checks: Iterable[Check]) -> None:
        """The sources of the checks, those that are not good first."""
        ordered = sorted(checks, key=lambda check: check.is_good)
        sources = {check.source: f"{check.what}: {check.source}" for check in reversed(ordered) if check.source}
        choices = [SelectChoice(source, label) for source, label in reversed(sources.items())]
        self.section.choices = [
            SelectChoice("", _("Vælg en bestemmelse")),
            *choices,
            SelectChoice(_OTHER_SECTION, _("En anden bestemmelse (skriv den nedenfor)")),
        ]

    def validate_other_section(self, field: StringField) -> None:
        if self.section.data in ("", None, _OTHER_SECTION) and not (field.data or "").strip():
            raise ValidationError(_("Vælg en bestemmelse ovenfor, eller skriv den her."))

    def validate_reason(self, field: TextAreaField) -> None:
        _at_most(_LONGEST)(self, field)

    def rests_on(self) -> str:
        chosen = "" if self.section.data == _OTHER_SECTION else (self.section.data or "")
        return chosen or (self.other_section.data or "").strip()


class ConfirmForm(ActForm):
    version = HiddenField()


class DropForm(ReasonedForm):
    version = HiddenField()


class ComplaintReceivedForm(ReasonedForm):
    """A complaint that came by letter or at the counter."""


class ComplaintForm(ReasonedForm):
    version = HiddenField()
    ruling = RadioField(
        _l("Afgørelse"),
        choices=lambda: [
            SelectChoice("rejected", _("Klageren får ikke medhold: afvisningen står ved magt")),
            SelectChoice("upheld", _("Klageren får medhold: anmeldelsen skal afgøres igen")),
        ],
        validators=[InputRequired(message=_l("Vælg en afgørelse."))],
    )


class WithdrawForm(ReasonedForm):
    version = HiddenField()


class StrikeForm(ReasonedForm):
    version = HiddenField()
    kind = RadioField(
        _l("Hvad er der sket?"),
        choices=lambda: [
            SelectChoice(kind.value, say_term(STRUCK_NAMES[kind]).capitalize()) for kind in StruckKind
        ],
        validators=[InputRequired(message=_l("Vælg, hvad der er sket."))],
    )


class MailForm(ActForm):
    """Send a mail again."""


def suggestion(part: Part, checks: Sequence[Check]) -> str:
    """What the candidate could be asked to do about a part that is missing; the official writes what is sent."""
    told = {
        Part.NAME: _("Skriv dit navn, som det skal stå på stemmesedlen. Ingen titler eller tal."),
        Part.LIST: _("Vælg den liste, du vil stå på. Du kan kun stå på én."),
        Part.CONTACT: _("Skriv en e-mail eller et telefonnummer, så vi kan få fat i dig."),
        Part.CONSENTS: _("Dit navn er beskyttet. Sig ja til, at det må vises, eller træk dig."),
        Part.SUPPORTERS: _("Der mangler stillere, som tæller. Bed flere om at støtte dig."),
        Part.WILLINGNESS: _("Erklær, at du vil vælges."),
    }
    bad = [check.outcome for check in checks if check.part is part and not check.is_good]
    return told.get(part) or " ".join(bad)
