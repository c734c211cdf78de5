"""What a destruction takes and what it leaves, counted before it is done and by the conditions it is done by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from election.call.records import Election
from election.call.voter_data import HOLDINGS, Holding
from election.candidacy.records import Candidacy, Supporter, candidacies
from election.candidacy.rules import State
from election.certification.records import Certification, Complaint, latest_certification
from election.counting.records import Count, Result
from election.paper_forms.records import FormLine
from election.poll_cards.records import PollCard
from election.polling.conflicts import PollingConflict
from election.polling.doubt import DoubtfulDecision
from election.polling.records import PollingEvent, VoterMark
from election.postal.records import PostalVote
from election.retention.records import copies_out, count_of
from election.retention.rules import ACTS_EMPTIED, CANDIDATES_EMPTIED, NEVER_ACCEPTED, Kept, kept_of
from registry.act import ActRecord
from registry.audit.records import LogEntry, links, writers
from registry.database import Base
from registry.residents.records import Resident

_CHUNK = 500
HOLDERS: tuple[type[Base], ...] = (
    Resident, PollCard, VoterMark, Supporter, PollingConflict, DoubtfulDecision, PostalVote, FormLine,
)  # fmt: skip
"""Rooms whose tables are emptied here and whose records are read nowhere else in this file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a destruction takes and what it leaves, in rows. `fingerprint` stands for exactly these figures."""

    goes: dict[str, int]
    stays: dict[str, int]
    copies_out: int

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.goes, sort_keys=True).encode()).hexdigest()


def plan_of(session: Session, election: Election) -> Plan:
    """Counted now; what is counted is what `destroy` deletes, by the same conditions."""
    goes = {
        one.table: int(session.scalar(select(func.count()).where(*rows_of(one, election))) or 0)
        for one in HOLDINGS
    }
    kept = kept_candidates(session, election)
    numbered = [row for row in candidacies(session, election) if row.cpr_sealed and not kept.number(row.label)]
    goes[CANDIDATES_EMPTIED] = len(numbered)
    goes[NEVER_ACCEPTED] = sum(
        row.in_state is not State.ACCEPTED and bool(row.ballot_name) for row in candidacies(session, election)
    )
    goes[ACTS_EMPTIED] = _reasons(session, election)
    stays = {
        one.__tablename__: count_of(session, one, election)
        for one in (Result, Certification, Complaint, PollingEvent)
    }
    stays["candidacy"] = len(candidacies(session, election))
    stays["count"] = _of_council(session, Count, election)
    stays["log_entry"] = _of_council(session, LogEntry, election)
    return Plan(goes, stays, copies_out(session, election))


def rows_of(one: Holding, election: Election) -> list[ColumnElement[bool]]:
    """The rows of a holding that belong to the election (those of the council, where they belong to none)."""
    table = Base.metadata.tables[one.table]
    where = [table.c.municipality == election.municipality, table.c.council == election.council]
    if one.forgets:
        where.append(table.c[one.forgets].is_not(None))
    if one.through:
        where.append(table.c[one.through].in_(_ids(_parent(table, one.through), election)))
    elif not one.is_of_council:
        where.append(table.c.election_id == election.id)
    return where


def _parent(table: Table, column: str) -> Table:
    return next(
        key.referred_table
        for key in table.foreign_key_constraints
        if column in {part.name for part in key.columns}
    )


def _ids(table: Table, election: Election) -> Any:
    return select(table.c.id).where(
        table.c.municipality == election.municipality,
        table.c.council == election.council,
        table.c.election_id == election.id,
    )


def _of_council(session: Session, kind: Any, election: Election) -> int:
    query = select(func.count()).where(
        kind.municipality == election.municipality, kind.council == election.council
    )
    return int(session.scalar(query) or 0)


def kept_candidates(session: Session, election: Election) -> Kept:
    """Whose data stay: read from the certified record, which is what the council rests on."""
    certified = latest_certification(session, election)
    document = json.loads(certified.record)["document"] if certified is not None else {}
    return kept_of(document)


def emptied(session: Session, election: Election) -> Iterator[tuple[Candidacy, bool, bool]]:
    """Candidacies of which something goes: whether the number goes, and whether everything else goes too."""
    kept = kept_candidates(session, election)
    for row in candidacies(session, election):
        number, rest = not kept.number(row.label), not kept.contact(row.label)
        if number or rest:
            yield row, number, rest


def requests_of(session: Session, election: Election) -> Iterator[list[UUID]]:
    """The requests of every act of the election, as the log names them, some hundred at a time."""
    waiting: list[UUID] = []
    wanted = str(election.id)
    for scope, writer in writers(session, election.municipality):
        if scope != election.scope:
            continue
        for link in links(session, scope, writer):
            body = json.loads(link.body)
            if body.get("facts", {}).get("election") == wanted and "request" in body:
                waiting.append(UUID(body["request"]))
            if len(waiting) == _CHUNK:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def _reasons(session: Session, election: Election) -> int:
    return sum(
        int(
            session.scalar(
                select(func.count()).where(
                    ActRecord.municipality == election.municipality,
                    ActRecord.council == election.council,
                    ActRecord.request_id.in_(some),
                    ActRecord.reason != "",
                )
            )
            or 0
        )
        for some in requests_of(session, election)
    )
