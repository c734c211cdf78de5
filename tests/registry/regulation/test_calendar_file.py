"""The calendar as a file for calendar programs, read again by the same rules; and the line of time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

import pytest
from icalendar import Calendar, Component

from registry.regulation.calendar import Deadline, Moved, deadlines
from registry.regulation.ics import calendar_file
from registry.regulation.rules import Moment
from registry.regulation.timeline import timeline
from tests.registry.regulation.shaped import KOEGE, SHIPPED, all_open, shaped

pytestmark = pytest.mark.slow

DAY = date(2017, 11, 27)
STAMP = datetime(2017, 8, 28, 7, 0, tzinfo=UTC)
ELECTION = "7d0c6a52-0000-4000-8000-000000000001"


def exported(found: tuple[Deadline, ...], **other: Any) -> bytes:
    return calendar_file(found, name="Valg til Integrationsrådet", election=ELECTION, stamped_at=STAMP, **other)


def events(data: bytes) -> dict[str, Component]:
    calendar = Calendar.from_ical(data)
    return {str(event["uid"]).split(".")[0]: event for event in calendar.walk("VEVENT")}


def test_every_date_is_one_event_at_its_instant() -> None:
    found = deadlines(KOEGE, DAY, called_at=STAMP, extract_on=date(2017, 11, 10))
    read = events(exported(found))
    assert set(read) == {one.key for one in found}
    for one in found:
        begins = read[one.key].decoded("dtstart")
        if one.is_day:
            assert begins == one.local.date()
        else:
            assert begins == one.at
            assert begins.utcoffset().total_seconds() == 0


def test_the_last_day_for_candidates_says_who_acts_and_why() -> None:
    event = events(exported(deadlines(KOEGE, DAY), address="https://valg.example/kalender"))["candidacy_closes"]
    assert str(event["summary"]) == "Sidste frist for at anmelde sig som kandidat"
    said = str(event["description"])
    assert "Hvem handler: kandidaten" in said
    assert "Kilde: antaget: fristen er ikke nævnt" in said
    assert "Regulativets nøgle: candidacy.closes" in said
    assert "https://valg.example/kalender" in said


def test_whole_days_are_days() -> None:
    event = events(exported(deadlines(KOEGE, DAY)))["term_starts"]
    assert event.decoded("dtstart") == date(2018, 1, 1)
    assert event.decoded("dtend") == date(2018, 1, 2)


def test_nothing_rings_and_nobody_is_busy() -> None:
    data = exported(deadlines(KOEGE, DAY))
    assert b"VALARM" not in data
    assert b"VTIMEZONE" not in data
    assert all(str(event["transp"]) == "TRANSPARENT" for event in events(data).values())


def test_uids_stay_the_same_when_a_date_moves_and_name_no_person() -> None:
    """A calendar program replaces the event; in another election the UID is another."""
    before = events(exported(deadlines(KOEGE, DAY)))
    moved = shaped(candidacy__closes=Moment(-8, time(12)))
    after = events(exported(deadlines(moved, DAY)))
    assert before["candidacy_closes"]["uid"] == after["candidacy_closes"]["uid"]
    assert before["candidacy_closes"]["uid"] == f"candidacy_closes.{ELECTION}@raadsvalg"
    uids = [str(event["uid"]) for event in before.values()]
    assert len(set(uids)) == len(uids)


def test_a_date_that_was_moved_keeps_its_uid_and_has_a_higher_sequence() -> None:
    """By seven days, then by three more: the third version of the event. What was not moved is the first still."""
    decided = datetime(2017, 11, 19, 9, 30, tzinfo=UTC)
    twice = Moved(datetime(2017, 11, 23, 11, tzinfo=UTC), decided, "for få kandidater", 2)
    found = deadlines(KOEGE, DAY, moved={"candidacy_closes": twice})
    before, after = events(exported(deadlines(KOEGE, DAY))), events(exported(found))
    event = after["candidacy_closes"]
    assert event["uid"] == before["candidacy_closes"]["uid"]
    assert (before["candidacy_closes"]["sequence"], event["sequence"]) == (0, 2)
    assert after["cure_until"]["sequence"] == 0
    assert event.decoded("dtstart") == twice.to
    assert event.decoded("dtstamp") == decided
    told = str(event["description"])
    assert "Forlænget: fristen var 20.11.2017 kl. 12.00" in told
    assert "Besluttet 19.11.2017 kl. 10.30: for få kandidater" in told


def test_the_file_keeps_to_the_format() -> None:
    """CRLF, no line over 75 octets (also with æ, ø and å), a product id, the same bytes each time."""
    data = exported(deadlines(SHIPPED["gentofte-2018"], date(2018, 2, 22)))
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    assert not re.search(rb"[^\r]\n", data)
    assert b"PRODID:-//raadsvalg//valgkalender//DA" in data
    assert b"VERSION:2.0" in data
    assert data == exported(deadlines(SHIPPED["gentofte-2018"], date(2018, 2, 22)))


def test_a_text_with_commas_and_line_breaks_comes_back_whole() -> None:
    one = Deadline("x", "Komma, semikolon; og \\ skråstreg", STAMP, "første\nanden", False, "Køge, Byråd")
    event = events(exported((one,)))["x"]
    assert str(event["summary"]) == one.text_da
    assert "første\nanden" in str(event["description"])


def test_a_demo_says_demo() -> None:
    read = events(exported(deadlines(KOEGE, DAY), is_demo=True))
    assert all(str(event["summary"]).startswith("DEMO: ") for event in read.values())


def test_a_calendar_without_a_date_is_still_a_calendar() -> None:
    assert events(exported(deadlines(all_open(), DAY))) == {}


# The line of time


def test_marks_stand_in_order_with_the_numbers_of_the_table() -> None:
    found = deadlines(KOEGE, DAY)
    line = timeline(found, DAY, STAMP)
    assert line is not None
    assert [mark.number for mark in line.marks] == [
        n for n, one in enumerate(found, start=1) if one.key not in {"term_starts", "term_ends"}
    ]
    places = [mark.place for mark in line.marks]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 1000)


def test_no_mark_covers_another() -> None:
    line = timeline(deadlines(KOEGE, DAY), DAY, STAMP)
    assert line is not None
    for lane in range(line.lanes):
        places = [mark.place for mark in line.marks if mark.lane == lane]
        assert all(b - a >= 80 for a, b in pairwise(places))


def test_election_day_is_marked_and_now_only_on_the_line() -> None:
    found = deadlines(KOEGE, DAY)
    line = timeline(found, DAY, datetime(2017, 11, 1, tzinfo=UTC))
    assert line is not None
    assert {mark.deadline.key for mark in line.marks if mark.is_election_day} == {
        "objections_until",
        "poll_opens",
        "poll_closes",
        "additions_until",
    }
    assert line.now is not None
    assert 0 < line.now < 1000
    long_after = timeline(found, DAY, datetime(2019, 1, 1, tzinfo=UTC))
    assert long_after is not None
    assert long_after.now is None


def test_there_are_never_more_ticks_than_a_telephone_can_show() -> None:
    far = shaped(after__constitutive_meeting_by=Moment(700, time(12)))
    line = timeline(deadlines(far, DAY), DAY, STAMP)
    assert line is not None
    assert 2 <= len(line.ticks) <= 5
    assert all(tick.first_on.day == 1 for tick in line.ticks)


def test_without_two_dates_there_is_no_line() -> None:
    assert timeline(deadlines(all_open(), DAY), DAY, STAMP) is None
    assert timeline(deadlines(KOEGE, DAY)[:1], DAY, STAMP) is None
