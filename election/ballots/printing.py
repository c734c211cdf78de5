"""The ballot paper for the printer, and the notice about a candidate who is gone."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.ballots.papers import (
    NO_CANDIDATES,
    Variant,
    ballot_papers,
    large_print_pdf,
    paper_pdf,
    proof_state,
)
from election.call import clock
from election.call.records import Election, Station
from election.candidacy.records import accepted
from election.roll.printing import document_header
from registry.documents import danish_day, render
from registry.findings import Refused, Term, finding_kind
from registry.languages import EVERY_LANGUAGE
from registry.wording import apart, direction_of

NOBODY_IS_GONE = finding_kind(
    "R290", "Ingen kandidat på stemmesedlen er udgået, så der er intet opslag at hænge op. Intet er ændret."
)
GONE_ON_THE_BALLOT = Term(
    "Udgået: %(name)s. Navnet kan stadig stå på stemmesedlen. Du kan vælge blandt alle de andre kandidater."
)


def ballot_paper_pdf(session: Session, election: Election, station: Station | None = None) -> bytes:
    """The papers in ballot order, a page for each type; marked as a proof until two people have approved them
    as they stand now. Raises Refused R317.

    With rotation each station has its own; without a station they are those of the first. (KRVL § 24 borrowed)
    """
    every = ballot_papers(session, election)
    if not every:
        raise Refused(NO_CANDIDATES)
    wanted = station or every[0].station
    of_station = [one for one in every if one.station is None or (wanted and one.station.id == wanted.id)]
    return paper_pdf(election, of_station, is_proof=not proof_state(session, election, every).is_approved)


def sheet_pdf(session: Session, election: Election, key: str, variant: Variant | None) -> bytes | None:
    """One paper by its key, as a variant; no variant: in large print. None when there is no such paper.
    Raises Refused R317 where there is none at all.
    """
    every = ballot_papers(session, election)
    if not every:
        raise Refused(NO_CANDIDATES)
    found = [one for one in every if one.key == key]
    if not found:
        return None
    is_proof = not proof_state(session, election, every).is_approved
    if variant is None:
        return large_print_pdf(election, found, is_proof=is_proof)
    return paper_pdf(election, found, variant, is_proof=is_proof)


def gone_notice_pdf(session: Session, election: Election) -> bytes:
    """One page for the wall of a station: who is gone, and what that means. Raises Refused R290."""
    gone = [c.ballot_name for c in accepted(session, election) if c.is_marked]
    if not gone:
        raise Refused(NOBODY_IS_GONE)
    return render(
        "gone_notice.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "made": clock.shown(clock.now(election)),
            "names": gone,
            "lines": [line for language in EVERY_LANGUAGE if (line := _line(language, gone))],
        },
    )


def _line(language: str, gone: list[str]) -> dict[str, str] | None:
    """The sentence in one language; None in a language that it is not translated to, or Danish itself."""
    with force_locale(language):
        said = _(GONE_ON_THE_BALLOT)
        if language == "da" or said == GONE_ON_THE_BALLOT:
            return None
        words = said % {"name": ", ".join(apart(name) for name in gone)}
    return {"language": language, "direction": direction_of(language), "words": words}
