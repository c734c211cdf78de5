"""The poll book as two people signed it, and the empty form for counting the papers by hand."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from election.ballots.rules import ballot_types
from election.call import clock
from election.call.records import Election, Station
from election.closing.forms import PILES
from election.closing.records import PollBook, latest_book
from election.closing.rules import NO_BOOK
from election.roll.printing import document_header
from registry.documents import danish_day, render
from registry.findings import Refused

_COUNTERS = {
    "admitted": "Vælgere, der har fået stemmeseddel",
    "refused_second_time": "Afvist, fordi de allerede havde stemt",
    "exchanges": "Ombyttede stemmesedler",
    "returned": "Stemmesedler leveret tilbage ubrugt",
    "doubtful": "Stemmesedler i kuvert (tvivl om valgret)",
    "envelopes_accepted": "Heraf godkendt og lagt i kassen",
    "postal": "Brevstemmer i kassen",
    "voted": "Har stemt i alt",
    "helped": "Gange, der er givet hjælp",
}


def poll_book_pdf(session: Session, election: Election, station: Station) -> bytes:
    """The latest signed book of a station. Raises Refused R811. (KRVL §§ 16, 58, 76 borrowed)"""
    book = latest_book(session, station)
    if book is None:
        raise Refused(NO_BOOK, station=station.name, status=404)
    return render("station_book.typ", document_header(election) | _book(election, book))


def station_ledger_pdf(election: Election, station: Station) -> bytes:
    """The form on which two people write the piles: the same rows as on the screen, empty."""
    with force_locale("da"):
        rows = [str(text) for text in PILES.values()]
    return render(
        "paper_count.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": station.name,
            "types": list(ballot_types(election)),
            "rows": rows,
        },
    )


def _book(election: Election, book: PollBook) -> dict[str, Any]:
    content = book.content
    return {
        "day": danish_day(election.election_on),
        "number": book.number,
        "signed_at": clock.shown(book.at),
        "merge": content.get("merge"),
        "log": {"size": book.log_size, "root": _groups(book.log_root)},
        "counters": [
            {"label": label, "number": content["figures"][name]}
            for name, label in _COUNTERS.items()
            if name in content["figures"]
        ],
    } | {
        name: content[name]
        for name in (
            "station",
            "board",
            "opened",
            "closed",
            "ledgers",
            "counted_by",
            "recounted",
            "differences",
            "objections",
            "signed_by",
        )
    }


def _groups(root: str) -> list[str]:
    """A fingerprint in groups of eight, as it is read aloud and compared."""
    return [root[start : start + 8] for start in range(0, len(root), 8)]
