"""An election that is over: counted, certified, handed over, and the time for complaints has passed."""

from __future__ import annotations

from datetime import timedelta

from election.certification.handover import hand_over
from election.retention.acts import Destroyed, destroy
from election.retention.plan import plan_of
from election.retention.rules import earliest_destruction
from tests.scenarios import Played
from tests.snapshots import stage

KEEPER, ADMIN = "roll_keeper", "election_administrator"


def handed_over(played: Played) -> Played:
    hand_over(*played.by, played.act(ADMIN), played.election_id)
    return played


@stage
def may_be_destroyed(played: Played) -> Played:
    """Handed over, and the clock stands at the first instant at which the roll may go."""
    handed_over(played)
    election = played.read()
    played.now = earliest_destruction(election.regulation, election.election_on)
    return played


def seen(played: Played) -> str:
    """The fingerprint of the list that the page shows now."""
    with played.installation.database.read() as session:
        return plan_of(session, played.read()).fingerprint


def destroyed(played: Played, *, reason: str = "Klagefristen er udløbet.") -> Destroyed:
    act = played.act(ADMIN, second=KEEPER, reason=reason)
    return destroy(*played.by, act, played.election_id, seen(played))


DAY = timedelta(days=1)
