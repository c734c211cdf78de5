"""What must hold after any number of broken moments: nothing lost, nothing double, every act in the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select

from election.polling.records import PollingEvent, VoterMark
from election.polling.rules import EventKind
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry, verify, writers
from scripts.straining.kill import Told


def losses(installation: Installation, told: Told) -> Mapping[str, int]:
    """How many of each kind of loss there are. Every figure must be 0."""
    with installation.database.read() as session:
        events = {
            event.id: event
            for event in session.scalars(select(PollingEvent).where(PollingEvent.kind == EventKind.ADMIT))
        }
        marked = set(session.scalars(select(VoterMark.entry_id).where(VoterMark.admitted_at.is_not(None))))
        acts = set(session.scalars(select(ActRecord.request_id).where(ActRecord.name == "polling.admit")))
        bodies = [
            json.loads(body)
            for body in session.scalars(select(LogEntry.body).where(LogEntry.writer.startswith("desk/")))
        ]
        chains = [verify(session, scope, writer) for scope, writer in writers(session)]
    logged = Counter(body["request"] for body in bodies)
    entries_of_admissions = sum(body["facts"].get("event") == EventKind.ADMIT.value for body in bodies)
    papers = Counter(event.entry_id for event in events.values())
    return {
        "acknowledged_lost": sum(event not in events for event in told.admitted.values()),
        "acknowledged_for_another": sum(
            events[event].entry_id != told.voter_of[request]
            for request, event in told.admitted.items()
            if event in events
        ),
        "doubles": sum(number - 1 for number in papers.values()),
        "marks_without_event": len(marked - papers.keys()),
        "events_without_mark": len(papers.keys() - marked),
        "admissions_without_log_entry": abs(len(events) - entries_of_admissions),
        "acts_without_log_entry": sum(logged[str(request)] != 1 for request in acts),
        "broken_chains": sum(chain.first_bad is not None for chain in chains),
    }
