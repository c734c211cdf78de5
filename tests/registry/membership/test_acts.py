"""Seats given, left and given again: nobody sits without a decision, no seat has two, nothing is overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.act import Installation, Work, official_act
from registry.appointment.acts import decide
from registry.appointment.rules import Ruling
from registry.councils.acts import SECRETARIES
from registry.councils.records import seats, term
from registry.findings import Refused
from registry.membership.acts import answer_offer, end_membership, offer_seat, seat_appointed, take_office
from registry.membership.records import Membership, council_on, memberships, offers, offices
from registry.membership.rules import Answer, EndReason
from registry.membership.succession import Line, next_for_seat
from tests.councils import (
    APPOINTED_AT,
    BODY,
    CASE_NO,
    DECIDED_ON,
    ELECTED,
    SUBSTITUTES,
    TERM_ENDS_ON,
    TERM_STARTS_ON,
    Council,
    facts_of_the_election,
    name_others,
    nominee_ids,
    open_council,
    people,
    plan_of,
    seated,
)
from tests.scenarios import at

pytestmark = pytest.mark.slow

FIRST, SECOND, THIRD, *_ = ELECTED
NEXT, AFTER_NEXT, *_ = SUBSTITUTES
LAST_DAY = date(2018, 2, 28)
TODAY = date(2018, 3, 2)


@pytest.fixture
def council(installation: Installation) -> Council:
    """All 15 sit; it is Friday 2 March 2018."""
    return seated(installation).move_to(at(TODAY, "10:00"))


def spell_of(council: Council, name: str) -> Membership:
    """The newest spell of somebody."""
    who = people(council)[name]
    with council.installation.database.read() as session:
        return [row for row in memberships(session, council.read()) if row.person_id == who][-1]


def leave(council: Council, name: str, last_on: date = LAST_DAY, reason: EndReason = EndReason.RESIGNED) -> UUID:
    """Returns the seat that is empty now."""
    return end_membership(*council.by, council.act(), spell_of(council, name).id, last_on, reason, "")


def offered(council: Council, seat_id: UUID, name: str) -> UUID:
    return offer_seat(*council.by, council.act(), seat_id, nominee_ids(council)[name])


def answered(council: Council, offer_id: UUID, answer: Answer, starts_on: date | None = None) -> UUID | None:
    return answer_offer(*council.by, council.act(), offer_id, answer, "", starts_on)


def line_for(council: Council, seat_id: UUID) -> Line:
    with council.installation.database.read() as session:
        seat = next(one for one in seats(session, council.read()) if one.id == seat_id)
        return next_for_seat(session, council.read(), seat)


def next_names(council: Council, seat_id: UUID) -> list[str]:
    names = {key: name for name, key in people(council).items()}
    return [names[one.person_id] for one in line_for(council, seat_id).next]


def skipped(council: Council, seat_id: UUID) -> dict[str, str]:
    names = {key: name for name, key in people(council).items()}
    return {names[one.person_id]: why for one, why in line_for(council, seat_id).skipped}


def sitting(council: Council, day: date) -> dict[int, str]:
    """Who sits on which seat that day."""
    with council.installation.database.read() as session:
        places = council_on(session, council.read(), day)
    return {place.seat.number: place.person.name for place in places if place.person is not None}


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.kind.code


# --- seats are given --------------------------------------------------------------------------------------


def test_everybody_appointed_gets_a_seat_of_their_kind_from_the_first_day_of_the_term(council: Council) -> None:
    """Seats 1–5 are the elected in the order of their votes; the decision came before 1 January."""
    named = sitting(council, TERM_STARTS_ON)
    assert [named[number] for number in range(1, 6)] == list(ELECTED)
    assert len(named) == 15
    assert sitting(council, TERM_STARTS_ON - timedelta(days=1)) == {}
    assert {spell_of(council, name).start_reason for name in ELECTED} == {"elected"}
    assert spell_of(council, "Samira Haddad").start_reason == "appointed"
    assert spell_of(council, "Samira Haddad").on_behalf_of == "Kursistrådet"


def test_elected_is_not_seated(installation: Installation) -> None:
    """Without a decision nobody gets a seat: the act gives none, and the fifteen seats stay empty."""
    council = name_others(open_council(installation)).move_to(APPOINTED_AT)
    assert seat_appointed(*council.by, council.act(), council.case_id) == 0
    assert sitting(council, TERM_STARTS_ON) == {}


def test_a_decision_after_the_term_began_gives_a_seat_from_its_own_day(installation: Installation) -> None:
    council = open_council(installation).move_to(at(date(2018, 1, 31), "09:00"))
    who, day = nominee_ids(council)[FIRST], date(2018, 1, 30)
    decide(*council.by, council.act(), council.case_id, who, Ruling.APPOINTED, BODY, day, CASE_NO)
    seat_appointed(*council.by, council.act(), council.case_id)
    assert spell_of(council, FIRST).starts_on == day


def test_a_decision_after_the_term_ended_gives_no_seat(installation: Installation) -> None:
    council = open_council(installation).move_to(at(date(2022, 1, 5), "09:00"))
    who = nominee_ids(council)[FIRST]
    decide(*council.by, council.act(), council.case_id, who, Ruling.APPOINTED, BODY, date(2022, 1, 4), CASE_NO)
    with pytest.raises(Refused) as refused:
        seat_appointed(*council.by, council.act(), council.case_id)
    assert code_of(refused) == "R591"


def test_the_same_people_are_not_seated_twice(council: Council) -> None:
    assert seat_appointed(*council.by, council.act(), council.case_id) == 0
    assert len(sitting(council, TODAY)) == 15


def test_who_was_elected_without_a_poll_sits_as_such(installation: Installation) -> None:
    plan = plan_of(facts=facts_of_the_election(is_uncontested=True))
    council = seated(installation, plan=plan)
    assert spell_of(council, FIRST).start_reason == "uncontested"


def test_a_substitute_who_was_appointed_sits_as_a_substitute(installation: Installation) -> None:
    council = open_council(installation).move_to(APPOINTED_AT)
    ids = nominee_ids(council)
    for name, ruling in ((FIRST, Ruling.DECLINED), (NEXT, Ruling.APPOINTED)):
        decide(*council.by, council.act(), council.case_id, ids[name], ruling, BODY, DECIDED_ON, CASE_NO)
    seat_appointed(*council.by, council.act(), council.case_id)
    assert sitting(council, TERM_STARTS_ON) == {1: NEXT}
    assert spell_of(council, NEXT).start_reason == "succeeded"


_RAW = text(
    "INSERT INTO membership (municipality, council, id, term_id, seat_id, person_id, decision_id, on_behalf_of, "
    "starts_on, start_reason) SELECT municipality, council, :id, term_id, :seat, :person, decision_id, '', "
    "starts_on, start_reason FROM membership WHERE id = :from_id"
)


@pytest.mark.parametrize("twice", ["seat", "person"])
def test_the_database_itself_refuses_a_second_holder_of_a_seat_and_a_second_seat_of_a_holder(
    council: Council, twice: str
) -> None:
    """Past every act, by SQL: Ivan on the seat of Amina; Amina on a seat that is empty."""
    empty = leave(council, SECOND)
    row = spell_of(council, FIRST)
    person = people(council)[NEXT] if twice == "seat" else row.person_id
    seat = row.seat_id if twice == "seat" else empty
    is_sqlite = council.installation.database.is_sqlite

    def key(value: UUID) -> str:
        return value.hex if is_sqlite else str(value)

    given = {"id": key(uuid4()), "seat": key(seat), "person": key(person), "from_id": key(row.id)}
    with pytest.raises(IntegrityError), council.installation.database.write() as session:
        session.execute(_RAW, given)
    assert len(sitting(council, TODAY)) == 14


# --- somebody leaves --------------------------------------------------------------------------------------


def test_the_council_is_another_on_the_day_after_somebody_left(council: Council) -> None:
    """Last day 28 February: 15 sit that day and 14 the next; the seat is there and empty."""
    leave(council, SECOND)
    assert sitting(council, LAST_DAY)[2] == SECOND
    assert len(sitting(council, LAST_DAY)) == 15
    assert 2 not in sitting(council, LAST_DAY + timedelta(days=1))
    assert len(sitting(council, LAST_DAY + timedelta(days=1))) == 14


@pytest.mark.parametrize(
    ("last_on", "code"),
    [(date(2017, 12, 31), "R586"), (TODAY + timedelta(days=1), "R592")],
    ids=["before they began", "tomorrow"],
)
def test_nobody_leaves_before_they_came_nor_on_a_day_that_has_not_come(
    council: Council, last_on: date, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        leave(council, SECOND, last_on)
    assert code_of(refused) == code
    assert len(sitting(council, TODAY)) == 15


def test_nobody_leaves_twice(council: Council) -> None:
    leave(council, SECOND)
    with pytest.raises(Refused) as refused:
        leave(council, SECOND, TODAY)
    assert code_of(refused) == "R585"
    assert spell_of(council, SECOND).ends_on == LAST_DAY


def test_a_member_who_is_not_there_does_not_leave(council: Council) -> None:
    with pytest.raises(Refused) as refused:
        end_membership(*council.by, council.act(), uuid4(), LAST_DAY, EndReason.RESIGNED, "")
    assert (code_of(refused), refused.value.status) == ("R584", 404)


@official_act("test.take_office", SECRETARIES)
def _chair(work: Work, term_id: UUID, person_id: UUID, on: date) -> UUID:
    council = term(work.session, work.scope, term_id)
    return take_office(work, council, person_id, "chair", "formand", "Valgt ved håndsoprækning", on).id


def test_a_post_ends_the_same_day_as_the_membership(council: Council) -> None:
    """The chair moves out: chair until 28 February, nobody from 1 March; the vice-chair does not become it."""
    _chair(*council.by, council.act(), council.term_id, people(council)[SECOND], date(2018, 1, 15))
    leave(council, SECOND, reason=EndReason.MOVED_OUT)
    with council.installation.database.read() as session:
        ended = offices(session, council.read())
        on_last_day = offices(session, council.read(), LAST_DAY)
        on_next_day = offices(session, council.read(), LAST_DAY + timedelta(days=1))
    assert [(row.ends_on, row.end_reason) for row in ended] == [(LAST_DAY, "moved_out")]
    assert (len(on_last_day), len(on_next_day)) == (1, 0)


def test_a_post_is_held_by_one_member_and_by_members_only(council: Council) -> None:
    on = date(2018, 1, 15)
    _chair(*council.by, council.act(), council.term_id, people(council)[SECOND], on)
    with pytest.raises(Refused) as held:
        _chair(*council.by, council.act(), council.term_id, people(council)[FIRST], on)
    assert code_of(held) == "R593"
    leave(council, SECOND)
    with pytest.raises(Refused) as outside:
        _chair(*council.by, council.act(), council.term_id, people(council)[NEXT], TODAY)
    assert code_of(outside) == "R594"


# --- the next in line -------------------------------------------------------------------------------------


def test_the_next_in_line_takes_the_seat_and_the_line_goes_on(council: Council) -> None:
    """Two leave: the first of the line for one seat, the second for the other."""
    first_seat = leave(council, SECOND)
    assert next_names(council, first_seat) == [NEXT]
    made = answered(council, offered(council, first_seat, NEXT), Answer.ACCEPTED, LAST_DAY + timedelta(days=1))
    assert made == spell_of(council, NEXT).id
    assert spell_of(council, NEXT).start_reason == "succeeded"
    assert sitting(council, TODAY)[2] == NEXT
    second_seat = leave(council, THIRD)
    assert next_names(council, second_seat) == [AFTER_NEXT]
    assert skipped(council, second_seat) == {NEXT: "har allerede en plads i rådet"}


def test_an_offer_out_of_turn_is_refused(council: Council) -> None:
    seat = leave(council, SECOND)
    for name in (AFTER_NEXT, FIRST, "Samira Haddad"):
        with pytest.raises(Refused) as refused:
            offered(council, seat, name)
        assert code_of(refused) == "R587"


def test_a_seat_is_offered_to_one_at_a_time_and_only_while_it_is_empty(council: Council) -> None:
    with pytest.raises(Refused) as taken:
        offered(council, spell_of(council, SECOND).seat_id, NEXT)
    assert code_of(taken) == "R588"
    seat = leave(council, SECOND)
    offered(council, seat, NEXT)
    with pytest.raises(Refused) as asked:
        offered(council, seat, NEXT)
    assert code_of(asked) == "R590"


def test_who_is_asked_for_one_empty_seat_is_not_asked_for_another_too(council: Council) -> None:
    """Two seats are empty at once: the first of the line is asked for one, the second for the other."""
    one, other = leave(council, SECOND), leave(council, THIRD)
    offered(council, one, NEXT)
    assert next_names(council, other) == [AFTER_NEXT]
    assert skipped(council, other) == {NEXT: "har fået tilbudt en anden plads og ikke svaret endnu"}
    offered(council, other, AFTER_NEXT)


def test_who_says_no_or_has_moved_is_passed_over_until_the_line_is_exhausted(council: Council) -> None:
    """Four substitutes: no, moved away, no, no. Then nobody is left, and the seat stays empty."""
    seat = leave(council, SECOND)
    replies = [Answer.DECLINED, Answer.LOST_RIGHT, Answer.DECLINED, Answer.DECLINED]
    for name, reply in zip(SUBSTITUTES, replies, strict=True):
        assert next_names(council, seat) == [name]
        assert answered(council, offered(council, seat, name), reply) is None
    assert next_names(council, seat) == []
    assert list(skipped(council, seat).values()) == [
        "har sagt nej",
        "er ikke længere valgbar",
        "har sagt nej",
        "har sagt nej",
    ]
    with pytest.raises(Refused) as refused:
        offered(council, seat, NEXT)
    assert code_of(refused) == "R587"
    assert 2 not in sitting(council, TODAY)


def test_a_substitute_who_sat_and_left_is_passed_over_with_that_reason(council: Council) -> None:
    seat = leave(council, SECOND)
    answered(council, offered(council, seat, NEXT), Answer.ACCEPTED, LAST_DAY + timedelta(days=1))
    leave(council, NEXT, date(2018, 3, 1), EndReason.MOVED_OUT)
    assert next_names(council, seat) == [AFTER_NEXT]
    assert skipped(council, seat) == {NEXT: "flyttet fra kommunen"}


def test_a_seat_that_is_not_elected_has_no_line(council: Council) -> None:
    seat = leave(council, "Samira Haddad")
    assert line_for(council, seat) == Line((), (), None)
    with pytest.raises(Refused) as refused:
        offered(council, seat, NEXT)
    assert code_of(refused) == "R587"


@pytest.mark.parametrize(
    ("starts_on", "code"),
    [
        (LAST_DAY, "R580"),
        (TERM_STARTS_ON - timedelta(days=1), "R591"),
        (TERM_ENDS_ON + timedelta(days=1), "R591"),
    ],
    ids=["while the other still sat", "before the term", "after the term"],
)
def test_a_successor_begins_in_the_term_and_after_the_predecessor(
    council: Council, starts_on: date, code: str
) -> None:
    offer = offered(council, leave(council, SECOND), NEXT)
    with pytest.raises(Refused) as refused:
        answered(council, offer, Answer.ACCEPTED, starts_on)
    assert code_of(refused) == code
    with council.installation.database.read() as session:
        assert [row.answer for row in offers(session, council.read())] == [None], "the answer is not kept either"


def test_an_offer_is_answered_once(council: Council) -> None:
    offer = offered(council, leave(council, SECOND), NEXT)
    answered(council, offer, Answer.DECLINED)
    for unknown in (offer, uuid4()):
        with pytest.raises(Refused) as refused:
            answered(council, unknown, Answer.ACCEPTED, TODAY)
        assert code_of(refused) == "R589"


def test_each_list_has_its_own_line(installation: Installation) -> None:
    """Amina is of list A, Omar of B. When Omar leaves, B's only substitute is next, though A's has more votes."""
    plan = plan_of()
    lists = ["A", "B", "A", "A", "A", "A", "A", "B", "A"]
    own = {"A": 0, "B": 0}
    line = []
    for one, key in zip(plan.people, lists, strict=True):
        own[key] += one.rank is not None
        line.append(type(one)(one.label, one.name, key, own[key] if one.rank else None, one.votes))
    council = seated(installation, plan=plan_of(people=tuple(line))).move_to(at(TODAY, "10:00"))
    assert next_names(council, leave(council, SECOND)) == [SUBSTITUTES[2]]
    assert next_names(council, leave(council, FIRST)) == [NEXT]


@official_act("test.sit_again", SECRETARIES)
def _sit_again(work: Work, earlier: UUID, starts_on: date) -> UUID:
    row = work.session.get(Membership, (work.scope.municipality, work.scope.council, earlier))
    assert row is not None
    again = Membership(
        municipality=row.municipality,
        council=row.council,
        id=uuid4(),
        term_id=row.term_id,
        seat_id=row.seat_id,
        person_id=row.person_id,
        decision_id=row.decision_id,
        on_behalf_of="",
        starts_on=starts_on,
        start_reason="succeeded",
    )
    work.session.add(again)
    return again.id


def test_a_second_spell_of_the_same_person_is_a_second_row(council: Council) -> None:
    """January and February, then from 2 March again: two rows, and on 1 March nobody sat there."""
    leave(council, SECOND)
    _sit_again(*council.by, council.act(), spell_of(council, SECOND).id, TODAY)
    who = people(council)[SECOND]
    with council.installation.database.read() as session:
        rows = [row for row in memberships(session, council.read()) if row.person_id == who]
    assert [(row.starts_on, row.ends_on) for row in rows] == [(TERM_STARTS_ON, LAST_DAY), (TODAY, None)]
    on_seat_two = [sitting(council, day).get(2) for day in (LAST_DAY, date(2018, 3, 1), TODAY)]
    assert on_seat_two == [SECOND, None, SECOND]
