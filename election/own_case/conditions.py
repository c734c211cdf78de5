# mypy: disable-error-code="no-untyped-call"
"""Who may stand, and what it takes, in the words of somebody who has never stood for anything."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from election.call.records import Election
from registry.regulation.choices import OriginRule
from registry.wording import apart, say_date

_ORIGINS = {
    OriginRule.SELF: _l("Du er født i udlandet."),
    OriginRule.SELF_OR_ONE_PARENT: _l("Du er født i udlandet, eller mindst én af dine forældre er."),
    OriginRule.SELF_OR_BOTH_PARENTS: _l("Du er født i udlandet, eller begge dine forældre er."),
    OriginRule.STATISTICAL: _l("Danmarks Statistik regner dig som indvandrer eller efterkommer."),
    OriginRule.DECLARATION: _l("Du erklærer selv, at du er omfattet af reglen om baggrund."),
}


def conditions(election: Election) -> Iterator[str]:
    """What the regulation asks of somebody who stands, one sentence each. (Regulation: right_to_stand)"""
    regulation = election.regulation
    rule, municipality = regulation.stand_rule, apart(regulation.municipality.name.value)
    day = apart(say_date(election.election_on))
    yield _("Du er fyldt %(age)s år på valgdagen, %(day)s.", age=rule.minimum_age.value, day=day)
    yield _("Du bor i %(municipality)s.", municipality=municipality)
    if rule.years_in_realm.value:
        yield _("Du har boet i Danmark uden afbrydelse de seneste %(years)s år.", years=rule.years_in_realm.value)
    if rule.origin.value is OriginRule.NONE:
        return
    yield str(_ORIGINS[rule.origin.value])
    if not rule.outside_name.is_unset and rule.outside_name.value not in ("", "-"):
        yield _("“Udlandet” betyder her: %(name)s.", name=apart(rule.outside_name.value))
    if rule.or_born_or_parent_born_in.value:
        countries = apart(", ".join(_country(code) for code in rule.or_born_or_parent_born_in.value))
        yield _("Eller du selv eller en af dine forældre er født i et af disse lande: %(names)s.", names=countries)
    if rule.is_declaration_allowed.value:
        yield _("Ved registret ikke nok om dig, kan du selv erklære det.")


def _country(code: str) -> str:
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale is not None else code
