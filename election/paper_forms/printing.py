"""Empty forms, and the list as it stands now, for when the next minute has no screen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, Station
from election.paper_forms.records import PaperForm, marks
from election.roll.printing import document_header, printed_list
from election.roll.records import RollCopy
from registry.documents import danish_day, danish_time, render


def empty_forms(election: Election, station: Station, forms: Sequence[PaperForm]) -> bytes:
    """One page for each form: number, station, lines, and the marks for papers that came back."""
    return render(
        "paper_forms.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": station.name,
            "forms": [{"number": one.number, "lines": one.line_count} for one in forms],
        },
    )


def list_now(session: Session, election: Election, copy: RollCopy) -> bytes:
    """The numbered copy with everyone crossed off who has had a paper by now, in words. (KRVL § 9 borrowed)"""
    crossed = {
        entry_id: f"har stemt {danish_time(mark.admitted_at)}" if mark.admitted_at else "har brevstemt"
        for entry_id, mark in marks(session, election).items()
    }
    return printed_list(session, election, copy, crossed=crossed, as_of=clock.shown(copy.at))
