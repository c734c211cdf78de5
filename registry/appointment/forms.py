"""The forms of an appointment case: naming a member, and one meeting's decisions on everybody at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from registry.accounts.forms import ActForm, required
from registry.appointment.acts import Decided
from registry.appointment.rules import Ruling
from registry.appointment.standing import GroupStanding

DAY = ("%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
_LONGEST = 200


class DayField(DateField):
    """A day typed as 19-12-2017; 19.12.2017 and 2017-12-19 are understood too."""

    def __init__(self, label: object = None, **options: object) -> None:
        options.setdefault("render_kw", {"autocomplete": "off"})
        super().__init__(label, format=list(DAY), **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = [text.strip() for text in valuelist if text.strip()]
        if not typed:
            self.data = None
            return
        try:
            super().process_formdata(typed)
        except ValueError:
            raise ValueError(_("Skriv dagen som dd-mm-åååå, for eksempel 19-12-2017.")) from None


class NameForm(ActForm):
    """Somebody for a seat that is not elected."""

    name = StringField(
        _l("Navn"), validators=[required(), Length(max=_LONGEST)], render_kw={"autocomplete": "off"}
    )
    group = SelectField(_l("Plads i gruppen"), validators=[required()])
    on_behalf_of = StringField(
        _l("Indstillet af"),
        validators=[Length(max=_LONGEST)],
        description=_l("For eksempel foreningen eller boligområdet. Kan stå tomt, når ingen indstiller."),
        render_kw={"autocomplete": "off"},
    )

    def offer(self, groups: Sequence[GroupStanding]) -> None:
        """The kinds of seats that may be chosen, with what is free in each."""
        self.group.choices = [SelectChoice("", _("Vælg en gruppe"))] + [
            SelectChoice(
                row.group.code,
                _(
                    "%(group)s (%(free)s af %(seats)s ledige)",
                    group=row.group.name,
                    free=row.free,
                    seats=row.seats,
                ),
            )
            for row in groups
        ]


class DecideForm(ActForm):
    """What the appointing body decided. The fields of the people are added by `decide_form`."""

    body = StringField(_l("Hvem har besluttet det?"), validators=[required(), Length(max=_LONGEST)])
    decided_on = DayField(_l("Hvilken dag? (dd-mm-åååå)"), validators=[required()])
    case_no = StringField(
        _l("Sagsnummer"), validators=[required(), Length(max=_LONGEST)], render_kw={"autocomplete": "off"}
    )

    def ruling_of(self, nominee_id: UUID) -> RadioField:
        field: RadioField = self[f"ruling-{nominee_id}"]
        return field

    def reason_of(self, nominee_id: UUID) -> StringField:
        field: StringField = self[f"reason-{nominee_id}"]
        return field

    def fill_with_appointed(self, nominee_ids: Sequence[UUID]) -> None:
        """Choose “appointed” for everybody about whom nothing is chosen yet. Nothing is saved."""
        for one in nominee_ids:
            if not self.ruling_of(one).data:
                self.ruling_of(one).data = Ruling.APPOINTED.value

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        for one in self._chosen():
            reason = self.reason_of(one)
            if self.ruling_of(one).data == Ruling.NOT_APPOINTED.value and not (reason.data or "").strip():
                reason.errors = (_("Skriv, hvorfor personen ikke bliver udpeget."),)
                is_valid = False
        if not self._chosen():
            self.form_errors.append(_("Vælg en afgørelse for mindst én person. Intet er gemt."))
            is_valid = False
        return is_valid

    def _chosen(self) -> list[UUID]:
        rulings = [field for field in self if field.name.startswith("ruling-")]
        return [UUID(field.name.removeprefix("ruling-")) for field in rulings if field.data]

    def decided(self) -> tuple[tuple[UUID, Decided], ...]:
        """Only to be called on a form that is valid."""
        on: date = self.decided_on.data
        body, case_no = self.body.data or "", self.case_no.data or ""
        return tuple(
            (one, Decided(Ruling(self.ruling_of(one).data), body, on, case_no, self.reason_of(one).data or ""))
            for one in self._chosen()
        )


def decide_form(names: Mapping[UUID, str], *, is_sent: bool) -> DecideForm:
    """The form with a choice and a reason for each nominee. People who must wait have fields too: when their
    turn was lost since the page was opened, the act says so instead of passing them over in silence."""
    fields: dict[str, object] = {}
    for nominee_id, name in names.items():
        fields[f"ruling-{nominee_id}"] = RadioField(
            name,
            choices=[
                SelectChoice(Ruling.APPOINTED.value, _("Udpeget")),
                SelectChoice(Ruling.NOT_APPOINTED.value, _("Ikke udpeget")),
                SelectChoice(Ruling.DECLINED.value, _("Har takket nej")),
                SelectChoice("", _("Ikke besluttet nu")),
            ],
            default="",
        )
        fields[f"reason-{nominee_id}"] = StringField(
            _l("Begrundelse: %(name)s", name=name),
            validators=[Length(max=2000)],
            render_kw={"autocomplete": "off"},
        )
    made: type[DecideForm] = type("DecideForm", (DecideForm,), fields)
    return made() if is_sent else made(formdata=None)
