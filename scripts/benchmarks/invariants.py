"""What must hold after any run of check-in, whatever its speed: one voter, one paper, one entry in the log."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from election.polling.records import PollingEvent, VoterMark
from election.polling.rules import EventKind
from registry.act import Installation
from registry.audit.records import LogEntry, verify, writers
from scripts.benchmarks.polling_place import PollingPlace


def look_after(
    installation: Installation, place: PollingPlace, answers: Sequence[tuple[UUID, str, str, float]]
) -> dict[str, object]:
    """Compare marks, events, log and what the desks were told. `is_consistent` sums it up."""
    events_told: dict[UUID, set[str]] = defaultdict(set)
    outcomes: Counter[str] = Counter()
    for voter, _, outcome, _ in answers:
        kind, _, event = outcome.partition(" ")
        outcomes[kind] += 1
        if kind == "admitted":
            events_told[voter].add(event)
    with installation.database.read() as session:
        marked = session.scalar(
            select(func.count()).select_from(VoterMark).where(VoterMark.admitted_at.is_not(None))
        )
        admitted = session.scalars(
            select(PollingEvent.entry_id).where(
                PollingEvent.election_id == place.election_id, PollingEvent.kind == EventKind.ADMIT.value
            )
        ).all()
        logged = sum(
            json.loads(body)["facts"].get("event") == EventKind.ADMIT.value
            for body in session.scalars(select(LogEntry.body).where(LogEntry.writer.startswith("desk/")))
        )
        chains = [verify(session, scope, writer) for scope, writer in writers(session)]
    distinct = len(set(admitted))
    double = len(admitted) - distinct + sum(len(events) - 1 for events in events_told.values())
    repeats = (len(answers) - len({voter for voter, *_ in answers})) / len(answers)
    found: dict[str, object] = {
        "admitted_voters": marked,
        "log_entries": logged,
        "distinct_voters": distinct,
        "told_admitted": len(events_told),
        "double_issues": double,
        "attempts": len(answers),
        "attempts_refused": outcomes["refused"],
        "attempts_failed": outcomes["trouble"],
        "share_of_repeats": round(repeats, 3),
        "chains_hold": all(chain.first_bad is None for chain in chains),
    }
    return found | {
        "is_consistent": marked == logged == distinct == len(events_told)
        and double == 0
        and outcomes["trouble"] == 0
        and found["chains_hold"] is True
    }
