"""What other rooms have left unfinished at a station: no book is signed over an open question."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.alone.records import unfinished
from election.call.records import Election, Station
from election.closing.rules import Obstacle
from election.paper_forms.records import forms, taken
from election.polling.conflicts import conflicts
from election.polling.doubt import undecided_doubtful
from registry.findings import Term

ENVELOPES = Term("%(number)s kuverter fra vælgere i tvivl er ikke afgjort.")
CONFLICTS = Term("%(number)s uoverensstemmelser er ikke afgjort.")
LAPTOPS = Term("%(number)s laptop har stadig stemmestedets pakke. Afslut pakken, når alt er afleveret.")
FORMS = Term("%(number)s papirskemaer er hverken tastet ind eller kasseret.")


def obstacles_at(session: Session, election: Election, station: Station) -> list[Obstacle]:
    """What must be finished first, with the page where it is done."""
    done = taken(session, election)
    open_forms = [one for one in forms(session, election, station.id) if not one.is_void and one.id not in done]
    found = (
        Obstacle(LAPTOPS, len(unfinished(session, election, station.id)), "alone.overview"),
        Obstacle(ENVELOPES, len(undecided_doubtful(session, station)), "polling.doubtful_envelopes"),
        Obstacle(CONFLICTS, len(conflicts(session, election, station.id, only_open=True)), "polling.conflicts"),
        Obstacle(FORMS, len(open_forms), "paper_forms.overview"),
    )
    return [one for one in found if one.number]
