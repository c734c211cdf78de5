"""What the office types about the frozen roll: corrections, declarations, objections, copies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from election.call.records import Station
from election.roll.copies import ENDING_NAMES, Ending
from election.roll.corrections import ADDS, KIND_NAMES, STRIKES, Effect, LatePerson
from election.roll.declarations import GIVEN_HOW_NAMES, DeclarationText, GivenHow
from election.roll.look_alikes import LookAlikes
from election.roll.objection_records import ObjectionCase, Ruling
from election.roll.objections import ASKS_NAMES, CAME_IN_NAMES, RULING_NAMES, Asks, CameIn
from election.roll.protection import LOOK_REASONS, LookReason
from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, no_cpr, required
from registry.findings import Refused
from registry.regulation.calendar import COPENHAGEN
from registry.regulation.choices import StationChoice
from registry.regulation.rules import Regulation
from registry.residents.rules import read_cpr
from registry.wording import say

DAY, MINUTE = "%d-%m-%Y", "%d-%m-%Y %H.%M"
_NO_STORE = {"autocomplete": "off"}
_CPR_LENGTH, _TEXT_LENGTH = 11, 200


def _choose() -> InputRequired:
    return InputRequired(message=_l("Vælg én af dem."))


def _names(*names: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, _(term)) for code, term in names]


class CprField(StringField):
    """A CPR number, typed. It is sent in the form and stands in no address."""

    def pre_validate(self, _form: object) -> None:
        if self.data and not isinstance(read_cpr(self.data.strip()), tuple):
            raise ValidationError(_l("Skriv ti cifre, der begynder med en fødselsdato."))

    @property
    def digits(self) -> str:
        return str(self.data or "").strip().replace("-", "")

    @property
    def born_on(self) -> date:
        read = read_cpr(self.digits)
        assert isinstance(read, tuple), "the form is validated first"
        return read[1]


class ObjectionChoice:
    """The select of upheld objections that wait for their correction."""

    objection = SelectField(_l("Følger af en indsigelse"), default="")

    def offer_objections(self, waiting: list[ObjectionCase]) -> None:
        self.objection.choices = [SelectChoice("", _("Nej"))] + [
            SelectChoice(str(one.objection.id), _("Indsigelse %(number)s", number=one.objection.number))
            for one in waiting
        ]

    @property
    def objection_id(self) -> UUID | None:
        return UUID(self.objection.data) if self.objection.data else None


class EntryForm(ReasonedForm, CosignedForm, ObjectionChoice):
    """An entry is struck, or put back; which of the two the page showed travels with the form."""

    effect = HiddenField()
    kind = RadioField(_l("Hvad er der sket?"), validators=[_choose()])

    def offer(self, effect: Effect) -> None:
        kinds = STRIKES if effect is Effect.STRUCK else ADDS
        self.kind.choices = _names(*((one.value, KIND_NAMES[one]) for one in kinds))
        if not self.is_submitted():
            self.effect.data = effect.value


class PersonFields:
    """Somebody who comes onto the roll."""

    cpr = CprField(_l("CPR-nummer"), validators=[required()], render_kw={**_NO_STORE, "inputmode": "numeric"})
    first_names = StringField(_l("Fornavne"), validators=[Length(max=_TEXT_LENGTH), no_cpr()], render_kw=_NO_STORE)
    surname = StringField(
        _l("Efternavn"), validators=[required(), Length(max=_TEXT_LENGTH), no_cpr()], render_kw=_NO_STORE
    )
    address = StringField(_l("Adresse"), validators=[Optional(), Length(max=_TEXT_LENGTH)], render_kw=_NO_STORE)
    postal_code = StringField(
        _l("Postnummer"),
        validators=[Optional(), Regexp(r"^\d{4}$", message=_l("Skriv fire cifre."))],
        render_kw=_NO_STORE,
    )
    city = StringField(_l("By"), validators=[Optional(), Length(max=_TEXT_LENGTH)], render_kw=_NO_STORE)
    is_protected = BooleanField(_l("Personen har navne- og adressebeskyttelse"))
    district = SelectField(_l("Afstemningsområde"), default="")
    group = SelectField(_l("Gruppe, som personen selv siger"), default="")
    is_resident = BooleanField(
        _l("Jeg har slået bopælen op i folkeregistret: personen bor i kommunen"),
        validators=[DataRequired(_l("Slå bopælen op først. Personen er ikke tilføjet."))],
    )
    is_another_person = BooleanField(_l("Det er en anden person: CPR-numrene er sammenlignet"))

    def fit_to(self, regulation: Regulation, stations: list[Station]) -> None:
        """Ask for a district where it decides the station, for a group where seats are reserved."""
        known = sorted({str(d) for one in stations for d in one.districts if d != "*"})
        is_own = regulation.polling.station_choice.value is StationChoice.OWN_STATION
        self.asks_district = bool(known) and is_own
        self.district.choices = [SelectChoice("", _("Vælg")), *(SelectChoice(name, name) for name in known)]
        self.asks_group = regulation.has_reserved_seats
        groups = regulation.seats.reserved.value if self.asks_group else ()
        self.group.choices = [SelectChoice("", _("Vælg")), *(SelectChoice(name, name) for name in groups)]

    def validate_district(self, field: Field) -> None:
        if self.asks_district and not field.data:
            raise ValidationError(_("Vælg afstemningsområdet."))

    def validate_group(self, field: Field) -> None:
        if self.asks_group and not field.data:
            raise ValidationError(_("Spørg personen, og vælg gruppen."))

    def person(self) -> LatePerson:
        return LatePerson(
            (self.first_names.data or "").strip(),
            (self.surname.data or "").strip(),
            self.cpr.born_on,
            (self.address.data or "").strip(),
            (self.postal_code.data or "").strip(),
            (self.city.data or "").strip(),
            bool(self.is_protected.data),
            self.group.data or None,
            self.district.data or "",
        )


class AddForm(ReasonedForm, CosignedForm, PersonFields, ObjectionChoice):
    """Somebody is added on evidence that the office has seen."""

    kind = RadioField(_l("Hvorfor mangler personen?"), validators=[_choose()])
    is_covered = BooleanField(
        _l("Jeg har set i registret eller på papir, at personen er omfattet af reglen om baggrund"),
        validators=[DataRequired(_l("Uden dokumentation kan personen kun tilføjes efter egen erklæring."))],
    )

    def offer_kinds(self) -> None:
        self.kind.choices = _names(*((one.value, KIND_NAMES[one]) for one in ADDS))


class DeclareForm(CosignedForm, PersonFields, ObjectionChoice):
    """The person declares; which of the sentences is not kept."""

    text_version = HiddenField()
    statement = RadioField(_l("Personen erklærer"), validators=[_choose()])
    given_how = RadioField(_l("Hvordan er den givet?"), validators=[_choose()])
    given_on = StringField(_l("Hvilken dag? (dd-mm-åååå)"), validators=[required()], render_kw=_NO_STORE)

    def offer_text(self, text: DeclarationText, today: date) -> None:
        self.statement.choices = [SelectChoice(str(n), _(one)) for n, one in enumerate(text.statements, start=1)]
        self.given_how.choices = _names(*((one.value, GIVEN_HOW_NAMES[one]) for one in GivenHow))
        if not self.is_submitted():
            self.text_version.data, self.given_on.data = text.version, today.strftime(DAY)

    def validate_given_on(self, _field: Field) -> None:
        try:
            self.day()
        except ValueError as error:
            raise ValidationError(_("Dagen findes ikke. Skriv den som 27-11-2017.")) from error

    def day(self) -> date:
        return datetime.strptime((self.given_on.data or "").strip(), DAY).replace(tzinfo=UTC).date()


class ReceiveForm(ActForm):
    """An objection as it came in."""

    sender = StringField(
        _l("Hvem gør indsigelse? Navn"),
        validators=[required(), Length(max=_TEXT_LENGTH), no_cpr()],
        render_kw=_NO_STORE,
    )
    cpr = CprField(
        _l("CPR-nummer på den, det handler om"),
        validators=[Optional()],
        render_kw={**_NO_STORE, "inputmode": "numeric"},
    )
    came_in_how = RadioField(_l("Hvordan kom den?"), validators=[_choose()])
    came_in_at = StringField(
        _l("Hvornår kom den? (dd-mm-åååå tt.mm)"), validators=[required()], render_kw=_NO_STORE
    )
    asks = RadioField(_l("Hvad beder den om?"), validators=[_choose()])
    wording = TextAreaField(_l("Hvad siger den?"), validators=[required(), no_cpr()], render_kw={"rows": 5})

    def offer(self, now: datetime) -> None:
        self.came_in_how.choices = _names(*((one.value, CAME_IN_NAMES[one]) for one in CameIn))
        self.asks.choices = _names(*((one.value, ASKS_NAMES[one]) for one in Asks))
        if not self.is_submitted():
            self.came_in_at.data = now.astimezone(COPENHAGEN).strftime(MINUTE)

    def validate_came_in_at(self, _field: Field) -> None:
        try:
            self.instant()
        except ValueError as error:
            raise ValidationError(_("Skriv dag og klokkeslæt, der findes, fx 21-11-2017 09.30.")) from error

    def instant(self) -> datetime:
        """In the hour that occurs twice the first is meant; an hour that the clock skips does not exist."""
        local = datetime.strptime((self.came_in_at.data or "").strip(), MINUTE).replace(tzinfo=COPENHAGEN)
        at = local.astimezone(UTC)
        if at.astimezone(COPENHAGEN).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValueError("the clock is set forward in that hour")
        return at


class DecideForm(ReasonedForm, CosignedForm):
    """Two people decide an objection."""

    ruling = RadioField(_l("Afgørelse"), validators=[_choose()])
    cite = StringField(
        _l("Bestemmelse, som afgørelsen bygger på"), validators=[required(), no_cpr()], render_kw=_NO_STORE
    )

    def offer(self, cite: str) -> None:
        self.ruling.choices = _names(*((one.value, RULING_NAMES[one]) for one in Ruling))
        if not self.is_submitted():
            self.cite.data = cite


class PrintForm(ActForm):
    """One more paper copy of the list."""

    station = SelectField(_l("Stemmested"), default="")
    purpose = StringField(
        _l("Hvem får kopien, og hvad skal den bruges til?"),
        validators=[required(), Length(max=_TEXT_LENGTH), no_cpr()],
        render_kw=_NO_STORE,
    )

    def offer(self, stations: list[Station]) -> None:
        self.station.choices = [
            SelectChoice("", _("Hele listen")),
            *(SelectChoice(str(one.id), one.name) for one in stations),
        ]


class EndForm(ActForm):
    """What became of a copy."""

    how = RadioField(_l("Hvad er der sket med kopien?"), validators=[_choose()])
    note = StringField(_l("Bemærkning"), validators=[Optional(), Length(max=_TEXT_LENGTH), no_cpr()])

    def offer(self) -> None:
        self.how.choices = _names(*((one.value, ENDING_NAMES[one]) for one in Ending))


class LookForm(ActForm):
    """A look at a protected name."""

    why = SelectField(_l("Hvorfor?"), validators=[_choose()])

    def offer(self) -> None:
        self.why.choices = [
            SelectChoice("", _("Vælg")),
            *_names(*((one.value, LOOK_REASONS[one]) for one in LookReason)),
        ]


def told_above(form: Any, refused: Refused) -> int:
    """The refusal stands above the form, and nothing that was typed is lost; a role that is wrong is a page.

    Whoever looks alike is listed on the page itself.
    """
    if refused.status == 403:
        raise refused
    if not isinstance(refused, LookAlikes):
        form.form_errors.append(say(refused))
    return refused.status
