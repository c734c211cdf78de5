"""What stands on the ballot papers, and whether two people have approved exactly that for print."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy.orm import Session

from election.ballots.records import BallotApproval, BallotProof, latest_proof
from election.ballots.rules import EVERYBODYS, SHAPE_NAMES, Mark, ballot_types, mark_of, rotated
from election.call.records import Election, Station, stations
from election.candidacy.records import Candidacy, accepted, candidacies
from election.lists.records import lists_on_ballot
from registry.documents import FOLDER, danish_day, picture, render
from registry.findings import finding_kind
from registry.regulation.choices import BallotOrder

NO_CANDIDATES = finding_kind(
    "R317", "Ingen kandidat er godkendt, så der er ingen stemmeseddel. Intet er ændret. Afgør anmeldelserne først."
)
_SETS_THE_PAPER = ("ballot_paper.typ", "frame.typ")


class Variant(StrEnum):
    """What is made of a paper beside the paper itself."""

    PAPER = "paper"
    SAMPLE = "sample"
    """For the wall: never to be mistaken for a paper."""
    TEMPLATE = "template"
    """Laid over the paper by whoever reads with the fingers: a numbered hole over each box."""


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """One paper as it is printed: of a type, and of a station where the order rotates.

    `content` is what the template prints, `names` the candidates from the top as they stand on it.
    """

    ballot_type: str
    mark: Mark | None
    station: Station | None
    content: dict[str, object]
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the paper in an address: the letter of the type, then the station's code."""
        parts = (self.mark.letter.lower() if self.mark else "", self.station.code if self.station else "")
        return "-".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ProofState:
    """Where the approval stands. `sha256` is of everything that would be printed now."""

    sha256: str
    is_settled: bool
    """The order on the paper is settled."""
    proof: BallotProof | None
    approval: BallotApproval | None

    @property
    def is_approved(self) -> bool:
        """Approved by two people, and unchanged since."""
        return self.is_settled and self._is_current and self.approval is not None

    @property
    def is_waiting(self) -> bool:
        """A proof that is still true waits for a second person."""
        return self.is_settled and self._is_current and self.approval is None

    @property
    def is_void(self) -> bool:
        """Something on the paper was changed after the proof was made."""
        return self.proof is not None and not self._is_current

    @property
    def _is_current(self) -> bool:
        return self.proof is not None and self.proof.sha256 == self.sha256


def ballot_papers(session: Session, election: Election) -> list[BallotPaper]:
    """Every paper of the election, by type and station. A group that nobody stands in has none.

    Names as the candidates wish them on the paper; lists in the order of their keys. (KRVL § 24 borrowed)
    """
    standing = accepted(session, election)
    places: Sequence[Station | None] = stations(session, election) if rotates(election) else ()
    found = []
    for ballot_type in ballot_types(election):
        of_type = [c for c in standing if ballot_type in (EVERYBODYS, c.group)]
        for number, station in enumerate(places or (None,)):
            if of_type:
                found.append(_paper(session, election, ballot_type, of_type, station, number))
    return found


def without_paper(session: Session, election: Election, papers: Iterable[BallotPaper]) -> list[Candidacy]:
    """Accepted candidates whose name stands on no paper: their group, or their list, has none."""
    printed = {name for one in papers for name in one.names}
    return [c for c in accepted(session, election) if c.ballot_name not in printed]


def rotates(election: Election) -> bool:
    """Whether each station has a paper of its own. Names on lists keep their order, which may decide seats."""
    rules = election.regulation
    return rules.ballot.order.value is BallotOrder.ROTATION and not rules.lists.are_allowed.value


def proof_state(session: Session, election: Election, papers: Iterable[BallotPaper] | None = None) -> ProofState:
    latest = latest_proof(session, election)
    return ProofState(
        fingerprint(ballot_papers(session, election) if papers is None else papers),
        election.ballot_order_settled_at is not None,
        latest.proof if latest else None,
        latest.approval if latest else None,
    )


def changed_since(session: Session, election: Election, proof: BallotProof) -> list[Candidacy]:
    """Whose case was changed after the proof was made: where to look first when it holds no longer."""

    def last_at(one: Candidacy) -> datetime:
        return max(filter(None, (one.changed_at, one.struck_at, one.withdrawn_at)))

    return [one for one in candidacies(session, election) if last_at(one) > proof.at]


def fingerprint(papers: Iterable[BallotPaper]) -> str:
    """SHA-256 of everything that is printed: each paper's content, and the texts of the template."""
    total = hashlib.sha256(_printed_texts())
    for one in papers:
        line = [one.ballot_type, one.station.code if one.station else "", one.content]
        total.update(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return total.hexdigest()


def paper_pdf(
    election: Election,
    papers: Iterable[BallotPaper],
    variant: Variant = Variant.PAPER,
    *,
    is_proof: bool = True,
) -> bytes:
    """These papers, a page each, marked as a proof unless said otherwise. The same content, the same bytes:
    the date that the format wants is the day of the election, whenever it is made.
    """
    contents = [one.content for one in papers]
    return render(
        "ballot_paper.typ", _around(election) | {"papers": contents, "variant": variant, "is_proof": is_proof}
    )


def paper_picture(election: Election, paper: BallotPaper, *, is_proof: bool = True) -> bytes:
    """The paper as a PNG, to be compared on the screen."""
    shown = {"papers": [paper.content], "is_proof": is_proof}
    return picture("ballot_paper.typ", _around(election) | shown)


def large_print_pdf(election: Election, papers: Iterable[BallotPaper], *, is_proof: bool = True) -> bytes:
    """The same names in large letters, to read beside the paper: nobody votes on it."""
    contents = [one.content for one in papers]
    return render("ballot_large.typ", _around(election) | {"papers": contents, "is_proof": is_proof})


def _around(election: Election) -> dict[str, object]:
    return {"is_demo": not election.is_live, "dated_on": election.election_on}


@cache
def _printed_texts() -> bytes:
    return b"\n".join((FOLDER / name).read_bytes() for name in _SETS_THE_PAPER)


def _paper(
    session: Session,
    election: Election,
    ballot_type: str,
    standing: list[Candidacy],
    station: Station | None,
    number: int,
) -> BallotPaper:
    """The paper of one type at station number `number`. (Regulation: seats, lists, ballot.order)"""
    seats, uses_lists = election.regulation.seats, election.regulation.lists.are_allowed.value
    mark = mark_of(election, ballot_type)
    content: dict[str, object] = {
        "is_demo": not election.is_live,
        "municipality": election.regulation.municipality.name.value,
        "election_title": f"Valg til {election.regulation.council.name.value}",
        "day": danish_day(election.election_on),
        "seats": seats.reserved.value[ballot_type] if mark else seats.number.value,
        "crosses": {
            "most": 1 if uses_lists else seats.votes_per_voter.value,
            "least": 1 if uses_lists else seats.min_crosses.value,
        },
        "gone": [c.ballot_name for c in standing if c.is_marked],
    }
    if mark:
        content["ballot_type"] = {
            "name": ballot_type,
            "letter": mark.letter,
            "shape": mark.shape.value,
            "shape_name": str(SHAPE_NAMES[mark.shape]),
        }
    if uses_lists:
        lists = lists_on_ballot(session, election, standing)
        content["lists"] = [
            {"name": one.name, "has_box": True, "candidates": [c.ballot_name for c in one.candidates]}
            | ({"letter": one.key} if one.name != one.key else {})
            for one in lists
        ]
        names = tuple(c.ballot_name for one in lists for c in one.candidates)
    else:
        names = rotated([c.ballot_name for c in standing], number)
        content["candidates"] = list(names)
    return BallotPaper(ballot_type, mark, station, content, names)
