"""From elected to appointed: what is refused changes nothing, and what is corrected stays on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.act import Installation
from registry.appointment.acts import Decided, Elected, decide, decide_all, name_member
from registry.appointment.records import case_of, decision_history, decisions, nominees
from registry.appointment.rules import Ruling
from registry.appointment.standing import CaseStanding, standing
from registry.findings import Refused
from registry.membership.acts import end_membership, seat_appointed
from registry.membership.records import memberships
from registry.membership.rules import EndReason
from tests.councils import (
    APPOINTED_AT,
    BODY,
    CASE_NO,
    DECIDED_ON,
    ELECTED,
    OTHERS,
    SUBSTITUTES,
    Council,
    appoint_everybody,
    correct_result,
    name_others,
    nominee_ids,
    open_council,
    people,
    plan_of,
    seat_everybody,
    seated,
)
from tests.scenarios import at

pytestmark = pytest.mark.slow

FIRST, SECOND, *_ = ELECTED
NEXT, AFTER_NEXT, *_ = SUBSTITUTES


@pytest.fixture
def council(installation: Installation) -> Council:
    """The case is open on the morning after the decision; nobody is appointed."""
    return open_council(installation).move_to(APPOINTED_AT)


def rule(council: Council, name: str, ruling: Ruling, **changes: Any) -> UUID:
    what: dict[str, Any] = {"body": BODY, "decided_on": DECIDED_ON, "case_no": CASE_NO, "reason": ""}
    return decide(
        *council.by, council.act(), council.case_id, nominee_ids(council)[name], ruling, **(what | changes)
    )


def refusal(council: Council, name: str, ruling: Ruling, **changes: Any) -> str:
    """The code of the refusal; nothing is decided about anybody more than before."""
    before = rulings(council)
    with pytest.raises(Refused) as refused:
        rule(council, name, ruling, **changes)
    assert rulings(council) == before
    return refused.value.kind.code


def rulings(council: Council) -> dict[str, str]:
    names = {value: key for key, value in nominee_ids(council).items()}
    with council.installation.database.read() as session:
        of = case_of(session, council.read())
        assert of is not None
        return {names[key]: row.ruling for key, row in decisions(session, of).items()}


def stands(council: Council) -> CaseStanding:
    with council.installation.database.read() as session:
        of = case_of(session, council.read())
        assert of is not None
        return standing(session, council.read(), of)


# --- the decision on one person ---------------------------------------------------------------------------


def test_the_elected_are_appointed_in_any_order(council: Council) -> None:
    rule(council, SECOND, Ruling.APPOINTED)
    rule(council, FIRST, Ruling.APPOINTED)
    assert rulings(council) == {FIRST: "appointed", SECOND: "appointed"}


def test_a_substitute_is_not_appointed_while_no_elected_place_is_left(council: Council) -> None:
    """Not elected, and no seat is theirs: the first of the line is refused like the last."""
    assert [refusal(council, name, Ruling.APPOINTED) for name in SUBSTITUTES] == ["R566"] * 4


def test_when_somebody_declines_the_first_of_the_line_and_nobody_else_is_appointed(council: Council) -> None:
    rule(council, FIRST, Ruling.DECLINED)
    assert refusal(council, AFTER_NEXT, Ruling.APPOINTED) == "R566"
    rule(council, NEXT, Ruling.APPOINTED)
    assert refusal(council, AFTER_NEXT, Ruling.APPOINTED) == "R566"


def test_a_substitute_who_declines_makes_room_for_the_next_of_the_line(council: Council) -> None:
    rule(council, FIRST, Ruling.DECLINED)
    rule(council, NEXT, Ruling.DECLINED)
    rule(council, AFTER_NEXT, Ruling.APPOINTED)
    assert rulings(council)[AFTER_NEXT] == "appointed"


def test_somebody_who_is_not_appointed_gets_no_place_without_a_reason(council: Council) -> None:
    assert refusal(council, FIRST, Ruling.NOT_APPOINTED) == "R570"
    assert refusal(council, FIRST, Ruling.NOT_APPOINTED, reason="  ") == "R570"
    rule(council, FIRST, Ruling.NOT_APPOINTED, reason="Bor ikke længere i kommunen")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decided_on": date(2017, 11, 26)}, "R571"),
        ({"decided_on": date(2017, 12, 21)}, "R572"),
        ({"body": " "}, "R575"),
        ({"case_no": ""}, "R575"),
    ],
    ids=["the day before the election", "tomorrow", "by nobody", "in no case"],
)
def test_a_decision_needs_a_body_a_case_and_a_day_that_has_come(
    council: Council, changes: dict[str, Any], code: str
) -> None:
    assert refusal(council, FIRST, Ruling.APPOINTED, **changes) == code


def test_the_day_of_the_election_itself_is_not_too_early(council: Council) -> None:
    rule(council, FIRST, Ruling.APPOINTED, decided_on=date(2017, 11, 27))


def test_nobody_outside_the_case_is_decided_upon(council: Council) -> None:
    with pytest.raises(Refused) as refused:
        decide(*council.by, council.act(), council.case_id, uuid4(), Ruling.APPOINTED, BODY, DECIDED_ON, CASE_NO)
    assert (refused.value.kind.code, refused.value.status) == ("R565", 404)


def test_a_case_that_is_not_there_is_not_found(council: Council) -> None:
    with pytest.raises(Refused) as refused:
        name_member(*council.by, council.act(), uuid4(), "Anna Petrova", "society", "")
    assert refused.value.kind.code == "R564"


def test_a_corrected_decision_stays_on_record_beside_the_new_one(council: Council) -> None:
    rule(council, FIRST, Ruling.APPOINTED, case_no="17/1")
    assert refusal(council, FIRST, Ruling.APPOINTED, case_no="17/2") == "R577"
    rule(council, FIRST, Ruling.APPOINTED, case_no="17/2", reason="sagsnummeret var skrevet forkert")
    with council.installation.database.read() as session:
        of = case_of(session, council.read())
        assert of is not None
        rows = [(row.revision, row.case_no) for row in decision_history(session, of)]
        holding = decisions(session, of)[nominee_ids(council)[FIRST]].case_no
    assert rows == [(1, "17/1"), (2, "17/2")]
    assert holding == "17/2"


def test_who_declined_and_changes_their_mind_needs_a_place_that_is_still_free(council: Council) -> None:
    """Five places: four appointed, the fifth declined and the substitute took it. Then all five are taken."""
    for name in ELECTED[1:]:
        rule(council, name, Ruling.APPOINTED)
    rule(council, FIRST, Ruling.DECLINED)
    rule(council, FIRST, Ruling.APPOINTED, reason="har fortrudt")
    rule(council, FIRST, Ruling.DECLINED, reason="har fortrudt igen")
    rule(council, NEXT, Ruling.APPOINTED)
    assert refusal(council, FIRST, Ruling.APPOINTED, reason="vil alligevel") == "R568"


def test_the_seat_of_somebody_who_sits_is_not_taken_back_by_a_decision(installation: Installation) -> None:
    council = seated(installation)
    assert refusal(council, FIRST, Ruling.NOT_APPOINTED, reason="Fortrudt") == "R569"


@pytest.mark.parametrize("role", ["auditor", "board_member", "certifier", "system_administrator"])
def test_only_secretary_and_administrator_record_decisions(council: Council, role: str) -> None:
    who = nominee_ids(council)[FIRST]
    with pytest.raises(Refused) as refused:
        decide(*council.by, council.act(role), council.case_id, who, Ruling.APPOINTED, BODY, DECIDED_ON, CASE_NO)
    assert refused.value.kind.code == "R002"


# --- one meeting's decisions on everybody -----------------------------------------------------------------


def all_at_once(council: Council, given: dict[str, Ruling], reason: str = "") -> int:
    ids = nominee_ids(council)
    decided = tuple((ids[name], Decided(one, BODY, DECIDED_ON, CASE_NO, reason)) for name, one in given.items())
    return decide_all(*council.by, council.act(), council.case_id, decided)


def test_a_substitute_follows_in_the_same_decision_whatever_the_order_typed(council: Council) -> None:
    given = {AFTER_NEXT: Ruling.APPOINTED, NEXT: Ruling.DECLINED, FIRST: Ruling.DECLINED, SECOND: Ruling.APPOINTED}
    assert all_at_once(council, given) == 4
    assert rulings(council) == {name: ruling.value for name, ruling in given.items()}


def test_of_one_meeting_all_decisions_are_kept_or_none(council: Council) -> None:
    given = {FIRST: Ruling.APPOINTED, SECOND: Ruling.APPOINTED, NEXT: Ruling.APPOINTED}
    with pytest.raises(Refused) as refused:
        all_at_once(council, given)
    assert refused.value.kind.code == "R566"
    assert rulings(council) == {}


# --- members who are not elected --------------------------------------------------------------------------


def test_members_are_named_for_their_groups_until_these_are_full(council: Council) -> None:
    """Four seats for the housing areas; the fifth is refused and the four stay."""
    name_others(council)
    with pytest.raises(Refused) as refused:
        name_member(*council.by, council.act(), council.case_id, "En Femte", "housing", "Ellemarken")
    assert refused.value.kind.code == "R568"
    assert len(nominee_ids(council)) == 9 + len(OTHERS)


@pytest.mark.parametrize("group", ["elected", "Direkte valgte", "politi", ""])
def test_nobody_is_named_for_the_elected_seats_or_a_group_that_is_not_there(council: Council, group: str) -> None:
    with pytest.raises(Refused) as refused:
        name_member(*council.by, council.act(), council.case_id, "Anna Petrova", group, "Politiet")
    assert refused.value.kind.code == "R567"
    assert "society (Lokalsamfundet)" in refused.value.in_danish()


def test_a_group_is_found_by_its_name_as_a_tired_person_types_it(council: Council) -> None:
    name_member(*council.by, council.act(), council.case_id, "Anna  Petrova ", "boligomraaderne", "Søparken")
    assert "Anna Petrova" in nominee_ids(council)


def test_one_person_stands_in_the_case_once(council: Council) -> None:
    with pytest.raises(Refused) as refused:
        name_member(*council.by, council.act(), council.case_id, FIRST.upper(), "society", "Kursistrådet")
    assert refused.value.kind.code == "R573"
    assert "kendetegn" in refused.value.in_danish(), "somebody else of the same name can be named too"


def test_a_member_needs_a_name_and_a_label_of_their_own(council: Council) -> None:
    for name, label, code in (("  ", None, "R575"), ("Anna Petrova", "c1", "R576")):
        with pytest.raises(Refused) as refused:
            name_member(*council.by, council.act(), council.case_id, name, "society", "", label)
        assert refused.value.kind.code == code


def test_somebody_who_was_ruled_out_makes_room_for_another_name(council: Council) -> None:
    name_others(council)
    council.move_to(APPOINTED_AT)
    rule(council, "Karen Østergaard", Ruling.DECLINED)
    name_member(*council.by, council.act(), council.case_id, "Poul Anker", "municipal", "")
    rule(council, "Poul Anker", Ruling.APPOINTED)
    assert refusal(council, "Karen Østergaard", Ruling.APPOINTED, reason="vil alligevel") == "R568"


def test_when_an_appointed_member_has_left_a_successor_is_named_appointed_and_seated(
    installation: Installation,
) -> None:
    """The municipal council's member leaves on 28 February; the new one is appointed on 6 March."""
    council = seated(installation).move_to(at(date(2018, 3, 7), "09:00"))
    with installation.database.read() as session:
        rows = {row.person_id: row.id for row in memberships(session, council.read())}
    leaving = rows[people(council)["Karen Østergaard"]]
    end_membership(*council.by, council.act(), leaving, date(2018, 2, 28), EndReason.RECALLED, "")
    name_member(*council.by, council.act(), council.case_id, "Poul Anker", "municipal", "")
    rule(council, "Poul Anker", Ruling.APPOINTED, decided_on=date(2018, 3, 6), case_no="18/12")
    assert seat_appointed(*council.by, council.act(), council.case_id) == 1
    with installation.database.read() as session:
        new = next(r for r in memberships(session, council.read()) if r.person_id == people(council)["Poul Anker"])
    assert new.starts_on == date(2018, 3, 6)


def test_a_successor_gets_no_seat_while_the_predecessor_sits_on_it(installation: Installation) -> None:
    council = seated(installation).move_to(at(date(2018, 3, 7), "09:00"))
    name_member(*council.by, council.act(), council.case_id, "Poul Anker", "municipal", "")
    rule(council, "Poul Anker", Ruling.APPOINTED, decided_on=date(2018, 3, 6))
    with pytest.raises(Refused) as refused:
        seat_appointed(*council.by, council.act(), council.case_id)
    assert refused.value.kind.code == "R583"


# --- a corrected result -----------------------------------------------------------------------------------


def test_a_corrected_result_makes_a_new_case_and_keeps_those_who_were_named(council: Council) -> None:
    """c5 and c6 change places. The ten who are not elected need not be typed again, and nobody is two people."""
    name_others(council)
    before = people(council)
    plan = plan_of()
    fifth, sixth = plan.people[4], plan.people[5]
    changed = (replace(sixth, rank=None, votes=34), replace(fifth, rank=1))
    correct_result(council, replace(plan, people=(*plan.people[:4], *changed, *plan.people[6:])))
    assert people(council) == before
    found = stands(council)
    assert [one.name for one in found.groups[0].people] == [*ELECTED[:4], NEXT]
    assert found.groups[0].substitutes[0].name == ELECTED[4]
    assert [one.name for row in found.groups[1:] for one in row.people] == [name for name, _, _ in OTHERS]
    assert found.deviations == ()


def test_a_name_that_was_corrected_stands_corrected_in_the_new_case(council: Council) -> None:
    plan = plan_of()
    correct_result(
        council, replace(plan, people=(Elected("c1", "Amina B. Hassan", "", None, 61), *plan.people[1:]))
    )
    assert "Amina B. Hassan" in nominee_ids(council)
    assert FIRST not in nominee_ids(council)


def test_after_a_correction_the_next_member_named_gets_a_label_of_their_own(council: Council) -> None:
    """One candidate less: the numbers of the line would meet that of somebody who was kept."""
    name_others(council, OTHERS[:2])
    plan = plan_of()
    correct_result(council, replace(plan, people=plan.people[:-1]))
    name_member(*council.by, council.act(), council.case_id, "Anna Petrova", "society", "")
    with council.installation.database.read() as session:
        of = case_of(session, council.read())
        assert of is not None
        labels = [one.label for one in nominees(session, of)]
    assert len(set(labels)) == len(labels) == 8 + 2 + 1


def test_a_case_that_was_decided_upon_is_not_replaced(council: Council) -> None:
    rule(council, FIRST, Ruling.APPOINTED)
    with pytest.raises(Refused) as refused:
        correct_result(council, plan_of())
    assert refused.value.kind.code == "R574"


# --- where the case stands --------------------------------------------------------------------------------


def test_the_case_recommends_the_next_substitute_in_the_place_of_somebody_who_declined(council: Council) -> None:
    """Five places: four of the elected and the first of the line. The others wait."""
    rule(council, SECOND, Ruling.DECLINED)
    group = stands(council).groups[0]
    proposed = [one.name for one in (*group.people, *group.substitutes) if one.is_proposed]
    assert proposed == [FIRST, *ELECTED[2:], NEXT]
    assert (group.taken, group.free) == (5, 0)


def test_the_case_tells_how_the_council_would_differ_from_its_rule(council: Council) -> None:
    """Nobody is named: 5 of 15. The four groups' gaps and the size are told, and nothing is refused."""
    assert [finding.kind.code for finding in stands(council).deviations] == ["W560", "W560", "W560", "W562"]
    name_others(council)
    assert stands(council).deviations == ()


def test_who_is_appointed_waits_for_a_seat_until_it_is_given(council: Council) -> None:
    appoint_everybody(name_others(council))
    assert len(stands(council).waiting_for_a_seat) == 15
    seat_everybody(council)
    assert stands(council).waiting_for_a_seat == ()
