"""The ballot paper for the printer, and the notice about a candidate who is gone."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.ballots.rules import rotated
from election.call import clock
from election.call.records import Election, Station, stations
from election.candidacy.records import Candidacy, accepted
from election.lists.records import lists_on_ballot
from election.roll.printing import document_header
from registry.documents import danish_day, render
from registry.findings import Refused, Term, finding_kind
from registry.languages import EVERY_LANGUAGE
from registry.regulation.choices import BallotOrder
from registry.wording import apart, direction_of

NO_CANDIDATES = finding_kind(
    "R317", "Ingen kandidat er godkendt, så der er ingen stemmeseddel. Intet er ændret. Afgør anmeldelserne først."
)
NOBODY_IS_GONE = finding_kind(
    "R290", "Ingen kandidat på stemmesedlen er udgået, så der er intet opslag at hænge op. Intet er ændret."
)
GONE_ON_THE_BALLOT = Term(
    "Udgået: %(name)s. Navnet kan stadig stå på stemmesedlen. Du kan vælge blandt alle de andre kandidater."
)


def ballot_paper_pdf(session: Session, election: Election, station: Station | None = None) -> bytes:
    """The ballot paper in ballot order, marked as a proof until the order is settled. Raises Refused R317.

    With rotation each station has its own; without a station it is that of the first. Names as the candidates
    wish them on the paper; lists in the order of their keys. (KRVL § 24 borrowed)
    """
    standing = accepted(session, election)
    if not standing:
        raise Refused(NO_CANDIDATES)
    seats = election.regulation.seats
    uses_lists = election.regulation.lists.are_allowed.value
    number = _number_of(station, stations(session, election)) if rotates(election) else 0
    return render(
        "ballot_paper.typ",
        document_header(election)
        | {
            "is_proof": election.ballot_order_settled_at is None,
            "day": danish_day(election.election_on),
            "seats": seats.number.value,
            "crosses": {
                "most": 1 if uses_lists else seats.votes_per_voter.value,
                "least": 1 if uses_lists else seats.min_crosses.value,
            },
            "gone": [c.ballot_name for c in standing if c.is_marked],
        }
        | (
            {"lists": _lists(session, election, standing)}
            if uses_lists
            else {"candidates": list(rotated([c.ballot_name for c in standing], number))}
        ),
    )


def rotates(election: Election) -> bool:
    """Whether each station has a paper of its own. Names on lists keep their order, which may decide seats."""
    rules = election.regulation
    return rules.ballot.order.value is BallotOrder.ROTATION and not rules.lists.are_allowed.value


def _number_of(station: Station | None, every: Sequence[Station]) -> int:
    return next((number for number, one in enumerate(every) if station is not None and one.id == station.id), 0)


def _lists(session: Session, election: Election, standing: list[Candidacy]) -> list[dict[str, object]]:
    return [
        {"name": one.name, "has_box": True, "candidates": [c.ballot_name for c in one.candidates]}
        | ({"letter": one.key} if one.name != one.key else {})
        for one in lists_on_ballot(session, election, standing)
    ]


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
