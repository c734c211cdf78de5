"""A term is opened with all its seats, empty; only the clock of a demo is set, and only forward."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from registry.act import Act, Installation, Work, official_act
from registry.councils import clock
from registry.councils.acts import SECRETARIES, TermPlan, move_clock, open_term
from registry.councils.records import groups, seats
from registry.findings import Refused
from registry.membership.records import council_on
from registry.regulation.loader import shipped
from registry.roles import Role
from tests.councils import OPENED_AT, TERM_ENDS_ON, TERM_STARTS_ON, open_council
from tests.scenarios import SCOPE, at, officials


def test_a_new_term_has_fifteen_seats_in_four_groups_and_nobody_in_them(installation: Installation) -> None:
    """Køge 2018: 5 elected + 4 housing areas + 5 local society + 1 of the municipal council = 15."""
    council = open_council(installation)
    term = council.read()
    assert (term.starts_on, term.ends_on, term.legal_size) == (TERM_STARTS_ON, TERM_ENDS_ON, 15)
    with installation.database.read() as session:
        kinds = groups(session, term)
        every = seats(session, term)
        places = council_on(session, term, TERM_STARTS_ON)
    sizes = [(kind.code, sum(seat.group_id == kind.id for seat in every)) for kind in kinds]
    assert sizes == [("elected", 5), ("housing", 4), ("society", 5), ("municipal", 1)]
    assert [seat.number for seat in every] == list(range(1, 16))
    assert all(place.membership is None and place.person is None for place in places)


def test_a_regulation_that_says_nothing_of_the_council_opens_no_term(installation: Installation) -> None:
    rules = shipped("koege-2018")
    text = rules.data.decode()
    without = (text[: text.index("[composition]")]).encode()

    @official_act("test.open_term_only", SECRETARIES)
    def only_open(work: Work) -> str:
        return str(open_term(work, TermPlan("x", "rehearsal", OPENED_AT, "koege-2018", rules.sha256, without)).id)

    who = officials(installation)
    act = Act(who["council_secretary"], Role.COUNCIL_SECRETARY, OPENED_AT, uuid4())
    with pytest.raises(Refused) as refused:
        only_open(installation, SCOPE, act)
    assert refused.value.kind.code == "R560"


def test_the_clock_of_a_demo_is_set_forward_only(installation: Installation) -> None:
    council = open_council(installation)
    to = at(date(2018, 1, 8), "17:00")
    assert move_clock(*council.by, council.act(), council.term_id, to) == to
    assert clock.now(council.read()) == to
    with pytest.raises(Refused) as refused:
        move_clock(*council.by, council.act(), council.term_id, to - timedelta(minutes=1))
    assert refused.value.kind.code == "R563"
    assert clock.now(council.read()) == to


def test_the_clock_of_a_real_council_is_not_set(installation: Installation) -> None:
    council = open_council(installation, kind="live")
    with pytest.raises(Refused) as refused:
        move_clock(*council.by, council.act(), council.term_id, at(date(2018, 1, 8), "17:00"))
    assert refused.value.kind.code == "R562"


def test_a_term_that_is_not_there_is_not_found(installation: Installation) -> None:
    council = open_council(installation)
    with pytest.raises(Refused) as refused:
        move_clock(*council.by, council.act(), uuid4(), at(date(2018, 1, 8), "17:00"))
    assert (refused.value.kind.code, refused.value.status) == ("R561", 404)


@pytest.mark.parametrize("role", ["auditor", "certifier", "board_member"])
def test_only_those_who_keep_the_councils_affairs_set_its_clock(installation: Installation, role: str) -> None:
    council = open_council(installation)
    with pytest.raises(Refused) as refused:
        move_clock(*council.by, council.act(role), council.term_id, at(date(2018, 1, 8), "17:00"))
    assert refused.value.kind.code == "R002"


def test_a_council_is_as_of_its_first_day_until_the_term_begins(installation: Installation) -> None:
    """The constitutive meeting may be held in December: its members are those of 1 January."""
    term = open_council(installation).read()
    assert clock.council_day(term, at(date(2017, 12, 20), "17:00")) == TERM_STARTS_ON
    assert clock.council_day(term, at(date(2018, 3, 1), "23:30")) == date(2018, 3, 1)
