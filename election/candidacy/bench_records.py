"""The bench of an election as its records stand now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.call import clock
from election.call.clock import shown
from election.call.records import Election
from election.candidacy.bench import Bench, Stands, bench
from election.candidacy.records import Candidacy, candidacies
from election.candidacy.rules import OPEN_STATES, State
from registry.regulation.calendar import instant


def bench_of(session: Session, election: Election) -> Bench:
    """How deep the bench is: everybody accepted and everybody who waits for a decision, as things stand."""
    return bench_among(candidacies(session, election), election)


def bench_among(rows: list[Candidacy], election: Election) -> Bench:
    """The bench of these candidacies. Who has died or lost the right is not counted, though the name may stand."""
    standing = [
        Stands(row.group, row.list_key, row.in_state is State.ACCEPTED)
        for row in rows
        if row.in_state in OPEN_STATES | {State.ACCEPTED} and row.struck_at is None
    ]
    latest = election.regulation.uncontested.latest
    until = None if latest.is_unset else instant(latest.value, election.election_on)
    return bench(
        standing,
        election.regulation,
        cancel_until=until,
        latest="" if until is None else shown(until),
        at=clock.now(election),
    )
