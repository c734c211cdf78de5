"""Deadlines that were extended, in the calendar of the election and in its file for calendar programs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from election.call.extended import moved_dates
from election.candidacy.acts import extend, open_candidacy
from registry.act import Installation
from registry.regulation.calendar import Moved
from tests.scenarios import Played, call_koege, sign_in

HOME = "/0259/integrationsraad/2017/"
DECIDED_AT = datetime(2017, 11, 17, 9, 0, tzinfo=UTC)
CLOSES = datetime(2017, 11, 22, 11, 0, tzinfo=UTC)
"""Køge's own: closing on 20 November at 12, curing and withdrawal until the 22nd at 12 (11 UTC)."""
CURED = datetime(2017, 11, 23, 11, 0, tzinfo=UTC)


def extended(installation: Installation) -> Played:
    played = call_koege(installation)
    open_candidacy(*played.by, played.act("election_administrator"), played.election_id)
    played.now = DECIDED_AT
    return played


def lengthen(played: Played, closes: datetime, cure: datetime, withdrawal: datetime, why: str) -> None:
    who = played.act("election_administrator", reason=why)
    extend(*played.by, who, played.election_id, closes, cure, withdrawal)


def moved(played: Played) -> dict[str, Moved]:
    with played.installation.database.read() as session:
        return dict(moved_dates(session, played.read()))


def test_nothing_is_moved_before_somebody_extends(installation: Installation) -> None:
    assert moved(extended(installation)) == {}


def test_only_the_dates_that_changed_are_moved_and_each_time_counts(installation: Installation) -> None:
    """First the closing alone; then curing and withdrawal with it. The last reason stands."""
    played = extended(installation)
    untouched = datetime(2017, 11, 22, 11, 0, tzinfo=UTC)
    first = CLOSES - timedelta(days=1)
    lengthen(played, first, untouched, untouched, "for få kandidater")
    assert moved(played) == {"candidacy_closes": Moved(first, DECIDED_AT, "for få kandidater", 1)}
    played.now = DECIDED_AT + timedelta(hours=3)
    lengthen(played, CLOSES, CURED, CURED, "stadig for få")
    later = DECIDED_AT + timedelta(hours=3)
    assert moved(played) == {
        "candidacy_closes": Moved(CLOSES, later, "stadig for få", 2),
        "cure_until": Moved(CURED, later, "stadig for få", 1),
        "withdrawal_until": Moved(CURED, later, "stadig for få", 1),
    }


@pytest.mark.slow
def test_the_calendar_says_to_what_when_and_why(installation: Installation, client: FlaskClient) -> None:
    played = extended(installation)
    lengthen(played, CLOSES, CURED, CURED, "kun 4 <til> 5 pladser")
    sign_in(client, "roll_keeper")
    shown = re.sub(r"\s+", " ", client.get(HOME + "kalender").get_data(as_text=True))
    assert "onsdag den 22. november 2017" in shown
    told = (
        "nu 22. november 2017 kl. 12.00, før 20. november 2017 kl. 12.00. Besluttet 17. november 2017 kl. 10.00:"
    )
    assert told in shown
    assert "kun 4 &lt;til&gt; 5 pladser" in shown
    file = client.get(HOME + "kalender.ics").data
    found = {str(event["uid"]).split(".")[0]: event for event in Calendar.from_ical(file).walk("VEVENT")}
    assert found["candidacy_closes"].decoded("dtstart") == CLOSES
    assert found["candidacy_closes"]["sequence"] == 1
    assert found["poll_opens"]["sequence"] == 0
