"""What other rooms have left unfinished at a station: no book is signed over an open question."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from election.alone.records import unfinished
from election.call.records import Election, Station
from election.closing.rules import Obstacle
from election.paper_forms.records import FormTaken, PaperForm
from election.polling.conflicts import conflicts
from election.polling.doubt import DoubtfulDecision
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from registry.findings import Term

ENVELOPES = Term("%(number)s kuverter fra vælgere i tvivl er ikke afgjort.")
CONFLICTS = Term("%(number)s uoverensstemmelser er ikke afgjort.")
LAPTOPS = Term("%(number)s laptop har stadig stemmestedets pakke. Afslut pakken, når alt er afleveret.")
FORMS = Term("%(number)s papirskemaer er hverken tastet ind eller kasseret.")


def obstacles_at(session: Session, election: Election, station: Station) -> list[Obstacle]:
    """What must be finished first, with the page where it is done."""
    found = (
        Obstacle(LAPTOPS, len(unfinished(session, election, station.id)), "alone.overview"),
        Obstacle(ENVELOPES, undecided_envelopes(session, station), "polling.doubtful_envelopes"),
        Obstacle(CONFLICTS, len(conflicts(session, election, station.id, only_open=True)), "polling.conflicts"),
        Obstacle(FORMS, _open_forms(session, station), "paper_forms.overview"),
    )
    return [one for one in found if one.number]


def undecided_envelopes(session: Session, station: Station) -> int:
    """Papers handed out into an envelope that were neither taken back nor decided."""
    undoing = aliased(PollingEvent)
    query = (
        select(func.count())
        .select_from(PollingEvent)
        .outerjoin(
            DoubtfulDecision,
            (DoubtfulDecision.municipality == PollingEvent.municipality)
            & (DoubtfulDecision.council == PollingEvent.council)
            & (DoubtfulDecision.event_id == PollingEvent.id),
        )
        .outerjoin(
            undoing,
            (undoing.municipality == PollingEvent.municipality)
            & (undoing.council == PollingEvent.council)
            & (undoing.undoes_id == PollingEvent.id),
        )
        .where(
            PollingEvent.municipality == station.municipality,
            PollingEvent.council == station.council,
            PollingEvent.station_id == station.id,
            PollingEvent.kind == EventKind.DOUBTFUL,
            DoubtfulDecision.id.is_(None),
            undoing.id.is_(None),
        )
    )
    return int(session.scalar(query) or 0)


def _open_forms(session: Session, station: Station) -> int:
    query = (
        select(func.count())
        .select_from(PaperForm)
        .outerjoin(
            FormTaken,
            (FormTaken.municipality == PaperForm.municipality)
            & (FormTaken.council == PaperForm.council)
            & (FormTaken.form_id == PaperForm.id),
        )
        .where(
            PaperForm.municipality == station.municipality,
            PaperForm.council == station.council,
            PaperForm.station_id == station.id,
            PaperForm.is_void.is_(False),
            FormTaken.id.is_(None),
        )
    )
    return int(session.scalar(query) or 0)
