"""What if another rule held? One extract under two regulations: counts for the office, never a list of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, SelectField

from election.call.here import ADDRESS, act_here, here, installation
from election.roll.comparing import (
    Look,
    Offered,
    Origin,
    compared,
    demand_extract,
    demand_file_may_be_read,
    extract_here,
    look_at_comparison,
    offered,
    people_of,
)
from election.roll.origin import PersonFacts
from election.roll.overview import REASON_NAMES
from election.roll.rules import ReasonCode, facts_of_row
from election.roll.what_if import RightsCompared
from registry.accounts.forms import ActForm, required
from registry.doors import open_to
from registry.residents.extract import ExtractReport, read_extract
from registry.roles import Role

what_if = Blueprint("what_if", __name__, url_prefix=ADDRESS + "/valgliste/hvad-hvis")

_DAY = "%d-%m-%Y"
_ORIGINS = {
    Origin.ADOPTED: _l("vedtaget her"),
    Origin.DRAFT: _l("udkast"),
    Origin.SHIPPED: _l("følger med programmet"),
}
_SHOWN_PROBLEMS = 50


class WhatIfForm(ActForm):
    a = SelectField(_l("Regel A"))
    a_on = DateField(_l("Valgdag for regel A (dd-mm-åååå)"), format=_DAY, validators=[required()])
    b = SelectField(_l("Regel B"))
    b_on = DateField(_l("Valgdag for regel B (dd-mm-åååå)"), format=_DAY, validators=[required()])
    file = FileField(_l("Et andet udtræk (CSV), kun til denne beregning"))
    extract_on = DateField(_l("Det andet udtræks dag (dd-mm-åååå)"), format=_DAY, validators=[required()])

    def offer(self, regulations: Sequence[Offered]) -> None:
        choices = [
            (one.key, f"{one.regulation.id} ({_ORIGINS[one.origin]}): {one.regulation.title.value}")
            for one in regulations
        ]
        self.a.choices = self.b.choices = choices


@what_if.route("/", methods=["GET", "POST"])
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def compare() -> str:
    """Choose two rules, and see the counts. The page that shows them is not kept, and nothing on it is."""
    with installation().database.read() as session:
        regulations = offered(session, here().municipality)
        extract = extract_here(session, here())
    day = here().election_on
    form = WhatIfForm(a=here().regulation_id, a_on=day, b_on=day, extract_on=here().extract_on)
    form.offer(regulations)
    shown: dict[str, object] = {}
    report = None
    if form.validate_on_submit():
        report = _report(form)
        if report is None or not report.problems:
            by_key = {one.key: one for one in regulations}
            shown = _shown(form, by_key[form.a.data], by_key[form.b.data], report)
    return render_template(
        "roll/what_if.html",
        form=form,
        extract=extract,
        report=report if report and report.problems else None,
        shown_problems=_SHOWN_PROBLEMS,
        **shown,
    )


def _report(form: WhatIfForm) -> ExtractReport | None:
    """The chosen file, read and not kept; None without one."""
    if not form.file.data:
        return None
    with installation().database.read() as session:
        demand_file_may_be_read(session, here())
    return read_extract(form.file.data.read(), extract_date=form.extract_on.data)


def _result(form: WhatIfForm, a: Offered, b: Offered, report: ExtractReport | None) -> RightsCompared:
    a_on, b_on = form.a_on.data, form.b_on.data
    with installation().database.read() as session:
        extract = None if report else demand_extract(extract_here(session, here()))
        number = extract.number if extract else 0
        look = Look(a.key, a.sha256, a_on, b.key, b.sha256, b_on, number)
    look_at_comparison(installation(), here().scope, act_here(form, "roll.compare_rules"), here().id, look)
    with installation().database.read() as session:
        people: Iterator[PersonFacts]
        if report is not None:
            people = map(facts_of_row, report.rows)
        else:
            people = people_of(session, demand_extract(extract_here(session, here())))
        return compared(people, a, a_on, b, b_on, here().municipality)


def _shown(form: WhatIfForm, a: Offered, b: Offered, report: ExtractReport | None) -> dict[str, object]:
    """What the page says of the counts; `rules` are letter, title and day of both."""
    result = _result(form, a, b, report)
    return {
        "result": result,
        "rules": [
            ("A", a.regulation.title.value, form.a_on.data),
            ("B", b.regulation.title.value, form.b_on.data),
        ],
        "reasons": _reason_rows(result),
        "changes": _change_rows(result),
        "groups": _group_rows(result, a, b),
    }


def _reason_rows(result: RightsCompared) -> list[tuple[str, int, int, str]]:
    """Those who may not vote, by reason, under each rule."""
    return [
        (str(REASON_NAMES[reason]), result.refused_a[reason], result.refused_b[reason], _signed(b - a))
        for reason in ReasonCode
        if (a := result.refused_a.get(reason, 0)) + (b := result.refused_b.get(reason, 0))
    ]


def _change_rows(result: RightsCompared) -> list[tuple[str, int, int]]:
    """Those who gain, by what stood in the way under A; those who lose, by what stands in the way under B."""
    return [
        (str(REASON_NAMES[reason]), result.gained_from.get(reason, 0), result.lost_to.get(reason, 0))
        for reason in ReasonCode
        if result.gained_from.get(reason, 0) + result.lost_to.get(reason, 0)
    ]


def _group_rows(result: RightsCompared, a: Offered, b: Offered) -> list[tuple[str, int | str, int | str]]:
    """Those who may vote, by group of the reserved seats; a dash where a rule knows no such group."""
    groups_a, groups_b = _groups(a, result.groups_a), _groups(b, result.groups_b)
    names = [*groups_a, *(name for name in groups_b if name not in groups_a)]
    return [(_(name), groups_a.get(name, "–"), groups_b.get(name, "–")) for name in names]


def _groups(rule: Offered, counted: Mapping[str, int]) -> dict[str, int]:
    """Every group of a rule in the order of its file, with how many may vote."""
    reserved = rule.regulation.seats.reserved
    return {} if reserved.is_unset else {name: counted.get(name, 0) for name in reserved.value}


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"
