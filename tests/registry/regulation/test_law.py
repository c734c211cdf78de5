"""A regulation against the law of its time: which version, which section, and what to do."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from registry.regulation.choices import CouncilKind, Method, OriginRule, PollingKind, Route
from registry.regulation.law import is_longer_than_four_years, law_findings
from registry.regulation.rules import Moment, Regulation
from tests.registry.regulation.shaped import KOEGE, SHIPPED, all_open, shaped, without

SENIORS = shaped(
    SHIPPED["aeldreraad"],
    council__kind=CouncilKind.SENIORS,
    after__term_starts_on=date(2026, 1, 1),
    after__term_ends_on=date(2029, 12, 31),
    after__appointed_by="-",
)
BEFORE, AFTER = date(2018, 1, 1), date(2022, 1, 1)


def codes(regulation: Regulation) -> list[str]:
    return [one.kind.code for one in law_findings(regulation)]


def said(regulation: Regulation, code: str) -> str:
    return next(one.in_danish() for one in law_findings(regulation) if one.kind.code == code)


def koege(begins_on: date, **values: Any) -> Regulation:
    """Køge with a term of four years from the day."""
    ends_on = date(begins_on.year + 3, 12, 31)
    return shaped(
        KOEGE,
        **{
            "after__term_starts_on": begins_on,
            "after__term_ends_on": ends_on,
            "meetings__rules_adopted_by": "Byrådet",
        }
        | values,
    )


@pytest.mark.parametrize("regulation_id", SHIPPED)
def test_no_shipped_regulation_is_against_the_law(regulation_id: str) -> None:
    blocking = [one.in_danish() for one in law_findings(SHIPPED[regulation_id]) if one.blocks]
    assert blocking == []


def test_nothing_but_the_missing_time_is_said_where_nothing_is_decided() -> None:
    assert codes(all_open()) == ["W478"]


def test_five_members_were_too_few_before_2022_and_are_enough_since() -> None:
    """§ 42 asked for at least seven until law no. 2623 of 28 December 2021."""
    before = koege(BEFORE, composition__legal_size=5)
    assert codes(before) == ["F460", "W476"]
    assert "mindst 7" in said(before, "F460")
    assert "composition.legal_size" in said(before, "F460")
    assert "før 2022" in said(before, "F460")
    assert "F460" not in codes(koege(AFTER, composition__legal_size=5))


def test_seven_members_were_just_enough() -> None:
    assert "F460" not in codes(koege(BEFORE, composition__legal_size=7))


def test_residence_was_the_law_before_2022_and_is_a_local_choice_since() -> None:
    assert codes(koege(BEFORE, composition__must_reside=False)) == ["F461"]
    assert codes(koege(AFTER, composition__must_reside=False)) == []


def test_a_council_that_is_elected_whole_had_to_be_explained_before_2022() -> None:
    """København 2006: all seats by direct election, four years from election day."""
    assert codes(SHIPPED["kobenhavn-2006"]) == ["W472", "W471"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Køge Byråd", None),
        ("kommunalbestyrelsen efter indstilling", None),
        ("Borgerrepræsentationen", None),
        ("Fritids- og Kulturudvalget", "W470"),
        ("vælgerne", "F462"),
        ("valgbestyrelsen", "F462"),
    ],
)
@pytest.mark.parametrize("begins_on", [BEFORE, AFTER])
def test_members_are_appointed_by_the_municipal_council(body: str, code: str | None, begins_on: date) -> None:
    """No direct election binds it, in neither version of § 42."""
    assert codes(koege(begins_on, after__appointed_by=body)) == ([code] if code else [])


def test_the_rules_of_procedure_are_the_municipal_councils_too() -> None:
    assert codes(koege(AFTER, meetings__rules_adopted_by="rådet selv")) == ["F462"]
    assert "stk. 5" in said(koege(AFTER, meetings__rules_adopted_by="rådet selv"), "F462")


def test_the_term_follows_the_municipal_one() -> None:
    """2022-2025 does; one day longer is more than four years; a year less must be explained."""
    assert codes(koege(AFTER)) == []
    assert codes(koege(AFTER, after__term_ends_on=date(2026, 1, 1))) == ["F463"]
    assert codes(koege(AFTER, after__term_ends_on=date(2024, 12, 31))) == ["W471"]


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "is_longer"),
    [
        (date(2022, 1, 1), date(2025, 12, 31), False),
        (date(2022, 1, 1), date(2026, 1, 1), True),
        (date(2006, 3, 7), date(2010, 3, 6), False),
        (date(2024, 2, 29), date(2028, 2, 27), False),
        (date(2024, 2, 29), date(2028, 2, 28), True),
    ],
)
def test_four_years_with_both_days(begins_on: date, ends_on: date, is_longer: bool) -> None:
    assert is_longer_than_four_years(begins_on, ends_on) is is_longer


def test_without_a_term_the_days_of_the_regulation_say_which_law() -> None:
    """valid from 1 January 2018: the old § 42; with that open too, the adoption of November 2017; then nothing."""
    small = shaped(KOEGE, composition__legal_size=5)
    term = ("after.term_starts_on", "after.term_ends_on")
    assert "F460" in codes(without(*term, regulation=small))
    assert "F460" in codes(without(*term, "basis.valid_from_on", regulation=small))
    silent = codes(without(*term, "basis.valid_from_on", "basis.adopted_on", regulation=small))
    assert "W478" in silent
    assert "F460" not in silent


def test_a_regulation_of_the_first_edition_is_a_council_for_integration() -> None:
    assert "F460" in codes(without("council.kind", regulation=koege(BEFORE, composition__legal_size=5)))


# Councils of the elderly


def test_a_council_of_the_elderly_as_the_law_has_it() -> None:
    assert codes(SENIORS) == []


@pytest.mark.parametrize(
    ("values", "code", "section"),
    [
        ({"polling__kind": PollingKind.NONE}, "F464", "§ 34, stk. 1"),
        ({"composition__legal_size": 4}, "F460", "§ 34, stk. 2"),
        ({"right_to_vote__minimum_age": 65}, "F465", "§ 36, stk. 2"),
        ({"right_to_vote__minimum_age": 18}, "F465", "§ 36, stk. 2"),
        ({"right_to_vote__origin": OriginRule.STATISTICAL}, "F466", "§ 36, stk. 2"),
        ({"right_to_vote__years_in_realm": 4}, "F466", "§ 36, stk. 2"),
        ({"lists__are_allowed": True, "seats__method": Method.LISTS_DHONDT}, "F467", "§ 34, stk. 2"),
        ({"lists__are_alliances_allowed": True}, "F467", "§ 34, stk. 2"),
        ({"after__term_ends_on": date(2030, 1, 1)}, "F463", "§ 36, stk. 1"),
        ({"uncontested__latest": Moment(-27, time(12))}, "F468", "§ 36, stk. 3"),
        ({"candidacy__closes": Moment(-21, time(12))}, "F468", "§ 36, stk. 3"),
        ({"meetings__rules_adopted_by": "Byrådet"}, "F469", "§ 35, stk. 1"),
    ],
)
def test_what_the_law_forbids_a_council_of_the_elderly(values: dict[str, Any], code: str, section: str) -> None:
    regulation = shaped(SENIORS, **values)
    assert code in codes(regulation)
    assert f"ældreloven {section}" in said(regulation, code)


def test_four_weeks_before_is_early_enough_to_cancel() -> None:
    values = {"uncontested__latest": Moment(-28, time(12)), "candidacy__closes": Moment(-29, time(12))}
    assert "F468" not in codes(shaped(SENIORS, **values))


def test_a_poll_that_may_not_be_cancelled_has_no_last_day_for_it() -> None:
    values = {"uncontested__is_allowed": False, "candidacy__closes": Moment(-7, time(12))}
    assert "F468" not in codes(shaped(SENIORS, **values))


def test_before_july_2025_it_is_the_act_on_legal_protection() -> None:
    old = shaped(
        SENIORS,
        after__term_starts_on=date(2022, 1, 1),
        after__term_ends_on=date(2025, 12, 31),
        right_to_vote__minimum_age=65,
    )
    assert "retssikkerhedsloven § 32, stk. 2" in said(old, "F465")


def test_every_member_of_a_council_of_the_elderly_is_elected() -> None:
    regulation = shaped(SENIORS, composition__groups__elected__route=Route.APPOINTED)
    assert "F464" in codes(regulation)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"seats__reserved": {"nord": 2, "syd": 3}}, "W473"),
        ({"seats__votes_per_voter": 2}, "W474"),
        ({"substitutes__max": 99, "substitutes__is_per_member": False}, "W475"),
        ({"after__appointed_by": "Byrådet"}, "W479"),
    ],
)
def test_what_a_council_of_the_elderly_must_explain(values: dict[str, Any], code: str) -> None:
    regulation = shaped(SENIORS, **values)
    assert code in codes(regulation)
    assert not next(one for one in law_findings(regulation) if one.kind.code == code).blocks


# Every council


def test_a_source_that_contradicts_itself_is_told_and_not_refused() -> None:
    """Høje-Taastrup's text says 11; its list has 6 + 3 + 3 + 3 = 15. Here Køge's 15 seats against 11."""
    regulation = koege(AFTER, composition__legal_size=11, composition__is_maximum=False)
    assert codes(regulation) == ["W476"]
    assert "15 pladser" in said(regulation, "W476")
    assert "11" in said(regulation, "W476")


def test_fewer_seats_than_a_highest_number_are_in_order() -> None:
    """“Op til 20 medlemmer”: 15 seats are filled."""
    assert codes(koege(AFTER, composition__legal_size=20, composition__is_maximum=True)) == []
    assert codes(koege(AFTER, composition__legal_size=20, composition__is_maximum=False)) == ["W476"]


def test_a_borrowed_rule_is_no_law_for_this_council() -> None:
    from registry.regulation.ruled import Ruled

    regulation = koege(AFTER, roll__frozen_by=Ruled(Moment(-10, time(12)), "KRVL § 11"))
    assert codes(regulation) == ["W477"]
    assert "roll.frozen_by" in said(regulation, "W477")


def test_a_set_of_countries_without_denmark_makes_everybody_born_there_foreign() -> None:
    """Statistics Denmark's western countries do not name Denmark; the European Union and the Nordic ones do."""
    rule = {"right_to_vote__origin": OriginRule.SELF}
    assert codes(koege(AFTER, **rule, right_to_vote__outside_groups=("DST-western",))) == ["W450"]
    assert codes(koege(AFTER, **rule, right_to_vote__outside_groups=("DST-western", "Norden"))) == []
    assert codes(koege(AFTER, **rule, right_to_vote__outside_countries=("DK", "US"))) == []
    assert codes(koege(AFTER, right_to_vote__outside_countries=("US",))) == []


def test_an_association_is_bound_by_neither_act() -> None:
    """Aarhus: a general assembly elects; § 42 says nothing of it."""
    assert codes(shaped(SHIPPED["aarhus"], composition__legal_size=5)) in ([], ["W476"])
