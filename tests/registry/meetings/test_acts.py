"""Convening, the roll call, coming and going, points, closing; each refusal leaves the database as it was."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from registry.act import Installation
from registry.meetings.acts import close_meeting, convene, finish_item, open_meeting, register_presence
from registry.meetings.going_back import reopen_item, undo_open, undo_presence
from registry.meetings.rules import PresenceKind
from tests.councils import APPOINTED_AT, Council, open_council, people, seated
from tests.registry.meetings.convened import (
    MEETING_AT,
    NAMES,
    OLDEST,
    Held,
    convened,
    opened,
    refused,
    seated_with,
)
from tests.scenarios import at

pytestmark = pytest.mark.slow

CAME, WENT, EXCUSED = PresenceKind.ARRIVED, PresenceKind.LEFT, PresenceKind.EXCUSED


def _convene(
    council: Council,
    *,
    role: str = "council_secretary",
    name: str = "Sekretæren",
    sent: date = date(2017, 12, 19),
    reason: str = "",
    held_on: date = date(2018, 1, 2),
) -> object:
    act = council.act(role)
    sent_at, planned_at = at(sent, "12:00"), at(held_on, "17:00")
    return convene(*council.by, act, council.term_id, planned_at, "Køge Rådhus", name, sent_at, reason)


def test_fourteen_days_is_in_time_and_thirteen_needs_a_reason(installation: Installation) -> None:
    """Sent 20 December for 2 January: 13 days, R603; with the reason it is convened and the minutes print it."""
    council = seated(installation)
    told = refused(installation, "R603", lambda: _convene(council, sent=date(2017, 12, 20)))
    assert "13 dage før mødet; reglen er 14" in told
    _convene(council, sent=date(2017, 12, 20), reason="Byrådet besluttede den 19. december.")
    refused(installation, "R601", lambda: _convene(council))


def test_in_time_no_reason_is_kept(installation: Installation) -> None:
    """Sent 19 December: 14 days. A reason that nobody asked for is not printed."""
    council = seated(installation)
    meeting_id = _convene(council, reason="unødig")
    held = Held(council, meeting_id, people(council))  # type: ignore[arg-type]
    opened(held)
    assert held.lines(1) == [
        "Mødet blev åbnet kl. 17.00. 9 af 15 er til stede, 8 kræves: rådet er beslutningsdygtigt."
    ]


def test_only_whom_the_regulation_names_convenes(installation: Installation) -> None:
    """Køge: the secretary. The administrator is refused R602; so is a notice sent after the meeting, R616."""
    council = seated(installation)
    refused(installation, "R602", lambda: _convene(council, role="election_administrator"))
    refused(installation, "R616", lambda: _convene(council, sent=date(2018, 1, 3)))


def test_the_oldest_member_convenes_where_the_regulation_says_so(installation: Installation) -> None:
    """A name that is no member's is refused; a member's is taken."""
    council = seated_with(installation, OLDEST)
    refused(installation, "R602", lambda: _convene(council, name="Sekretæren"))
    assert _convene(council, name=NAMES[0])


def test_a_council_without_members_is_not_convened(installation: Installation) -> None:
    council = open_council(installation)
    refused(installation, "R615", lambda: _convene(council))


def test_nothing_happens_before_the_roll_call(installation: Installation) -> None:
    held = convened(installation)
    refused(installation, "R604", lambda: close_meeting(*held.by, held.meeting_id, held.now))
    refused(installation, "R600", lambda: close_meeting(*held.by, uuid4(), held.now))
    stranger = (uuid4(),)
    refused(installation, "R607", lambda: open_meeting(*held.by, held.meeting_id, held.now, stranger))
    opened(held)
    refused(installation, "R606", lambda: opened(held))


def test_eight_of_fifteen_are_quorate_and_seven_are_not(installation: Installation) -> None:
    """Seven at the roll call; the eighth comes at 17.10 and one leaves at 17.20: no, yes, no."""
    held = opened(convened(installation), 7, excused=[NAMES[14]])
    assert not held.quorum().is_met
    held.later(10)
    assert register_presence(*held.by, held.meeting_id, held.who[NAMES[7]], CAME, held.now) is True
    held.later(10)
    gone = held.who[NAMES[0]]
    assert register_presence(*held.by, held.meeting_id, gone, WENT, held.now, "syg") is False
    assert held.lines(2) == [
        f"{NAMES[7]} kom kl. 17.10. 8 af 15 er til stede, 8 kræves: rådet er beslutningsdygtigt.",
        f"{NAMES[0]} gik kl. 17.20 (syg). 7 af 15 er til stede, 8 kræves: rådet er ikke beslutningsdygtigt.",
    ]
    assert held.quorum(MEETING_AT + timedelta(minutes=15)).is_met


def test_nobody_is_in_the_room_twice_or_leaves_it_unseen(installation: Installation) -> None:
    held = opened(convened(installation))
    present, away = held.who[NAMES[0]], held.who[NAMES[14]]
    held.later()
    refused(installation, "R608", lambda: register_presence(*held.by, held.meeting_id, present, CAME, held.now))
    refused(installation, "R609", lambda: register_presence(*held.by, held.meeting_id, away, WENT, held.now))
    refused(installation, "R607", lambda: register_presence(*held.by, held.meeting_id, uuid4(), CAME, held.now))
    early = MEETING_AT - timedelta(minutes=1)
    refused(installation, "R613", lambda: register_presence(*held.by, held.meeting_id, away, CAME, early))


def test_in_a_real_council_nothing_is_registered_before_it_happens(installation: Installation) -> None:
    """The clock shows 17.00; 17.03 has not come yet, 17.02 may be a wall clock that is fast."""
    council = seated(installation, kind="live")
    act = council.act(at=APPOINTED_AT)
    meeting_id = convene(*council.by, act, council.term_id, MEETING_AT, "Køge", "Sekretæren", APPOINTED_AT)
    held = Held(council, meeting_id, people(council))
    three = MEETING_AT + timedelta(minutes=3)
    refused(installation, "R614", lambda: open_meeting(*held.by, meeting_id, three, held.first(9)))
    open_meeting(*held.by, meeting_id, MEETING_AT + timedelta(minutes=2), held.first(9))


def test_a_wrong_name_at_the_roll_call_is_taken_back_and_every_number_after_it(
    installation: Installation,
) -> None:
    """Nine called, a tenth comes: 10. One of the nine was not there: the lines say 8 and 9 instead of 9 and 10."""
    held = opened(convened(installation), 9)
    held.later(5)
    register_presence(*held.by, held.meeting_id, held.who[NAMES[9]], CAME, held.now)
    assert undo_presence(*held.by, held.meeting_id, held.event(NAMES[0])) is True
    assert held.lines() == [
        "Mødet blev åbnet kl. 17.00. 8 af 15 er til stede, 8 kræves: rådet er beslutningsdygtigt.",
        f"{NAMES[9]} kom kl. 17.05. 9 af 15 er til stede, 8 kræves: rådet er beslutningsdygtigt.",
    ]
    assert undo_presence(*held.by, held.meeting_id, held.event(NAMES[9])) is True
    assert held.quorum().present == 8
    refused(installation, "R610", lambda: undo_presence(*held.by, held.meeting_id, uuid4()))


def test_the_last_registration_of_somebody_is_taken_back_first(installation: Installation) -> None:
    held = opened(convened(installation), 9)
    first = held.event(NAMES[0])
    register_presence(*held.by, held.meeting_id, held.who[NAMES[0]], WENT, held.now)
    refused(installation, "R619", lambda: undo_presence(*held.by, held.meeting_id, first))
    undo_presence(*held.by, held.meeting_id, held.event(NAMES[0]))
    assert held.quorum().present == 9
    assert undo_presence(*held.by, held.meeting_id, first) is True


def test_an_excuse_by_mistake_is_taken_back(installation: Installation) -> None:
    held = opened(convened(installation), 9, excused=[NAMES[14]])
    undo_presence(*held.by, held.meeting_id, held.event(NAMES[14]))
    assert held.quorum().present == 9


def test_the_roll_is_called_again_only_before_anything_else_happens(installation: Installation) -> None:
    """Called with 9, taken back, called with 10. When a point is done it cannot be taken back, R620."""
    held = opened(convened(installation), 9)
    undo_open(*held.by, held.meeting_id)
    assert held.lines() == []
    opened(held, 10)
    assert held.quorum().present == 10
    finish_item(*held.by, held.meeting_id, held.item(2), held.now, "Lagt frem.")
    refused(installation, "R620", lambda: undo_open(*held.by, held.meeting_id))


def test_a_point_is_opened_again_and_its_text_leaves_the_minutes(installation: Installation) -> None:
    held = opened(convened(installation))
    finish_item(*held.by, held.meeting_id, held.item(2), held.now, "Forkert tekst.")
    refused(installation, "R617", lambda: finish_item(*held.by, held.meeting_id, held.item(2), held.now, "Igen."))
    reopen_item(*held.by, held.meeting_id, held.item(2))
    finish_item(*held.by, held.meeting_id, held.item(2), held.now, "Rigtig tekst.")
    assert held.lines(2) == ["Rigtig tekst."]
    for number in (1, 3):
        refused(
            installation,
            "R611",
            lambda number=number: reopen_item(*held.by, held.meeting_id, held.item(number)),  # type: ignore[misc]
        )


def test_after_the_meeting_is_closed_nothing_changes(installation: Installation) -> None:
    """Points 2–6 were not dealt with; the minutes say so, and every step back is refused R605."""
    held = opened(convened(installation))
    held.later(30)
    left = close_meeting(*held.by, held.meeting_id, held.now)
    assert len(left) == 5
    assert held.lines(2) == ["Punktet blev ikke behandlet."]
    assert held.lines(6) == ["Punktet blev ikke behandlet.", "Mødet sluttede kl. 17.30."]
    event = held.event(NAMES[0])
    refused(installation, "R605", lambda: undo_presence(*held.by, held.meeting_id, event))
    refused(installation, "R605", lambda: undo_open(*held.by, held.meeting_id))
    refused(installation, "R605", lambda: reopen_item(*held.by, held.meeting_id, held.item(2)))
    refused(installation, "R605", lambda: close_meeting(*held.by, held.meeting_id, held.now))


@pytest.mark.parametrize("role", ["certifier", "enterer", "auditor"])
def test_only_the_secretariat_holds_the_meeting(installation: Installation, role: str) -> None:
    held = convened(installation)
    act = held.council.act(role, at=held.now)
    refused(
        installation,
        "R002",
        lambda: open_meeting(*held.council.by, act, held.meeting_id, held.now, held.first(9)),
    )
