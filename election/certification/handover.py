"""Handing the certified result over: from here on the council is the registry's, which knows no election."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.gate import ElectionWork, election_act
from election.call.lots import BALLOT_ORDER
from election.call.records import Election
from election.certification.records import Certification, latest_certification
from election.certification.rules import HANDED_OVER_ALREADY, NOT_CERTIFIED
from registry.appointment.acts import CasePlan, Elected, open_case
from registry.appointment.records import case_of
from registry.councils import clock
from registry.councils.acts import TermPlan, open_term
from registry.councils.records import term_from
from registry.findings import Refused
from registry.regulation.choices import Method


@election_act("certification.hand_over")
def hand_over(work: ElectionWork) -> UUID:
    """Open the council's term and the case for the appointing body, from the certified record and nothing else.

    A corrected record makes a new revision of the case. Returns the term. (Integrationsloven § 42(3))
    """
    election = work.election
    certified = latest_certification(work.session, election)
    if certified is None:
        raise Refused(NOT_CERTIFIED)
    if is_handed_over(work.session, election):
        raise Refused(HANDED_OVER_ALREADY)
    source = source_of(election)
    council = term_from(work.session, work.scope, source)
    if council is None:
        council = open_term(
            work,
            TermPlan(
                source,
                election.kind,
                election.clock_at,
                election.regulation_id,
                election.regulation_sha256,
                bytes(election.regulation_toml),
            ),
        )
    open_case(work, council, _plan(election, certified))
    return council.id


def source_of(election: Election) -> str:
    """The name by which a term remembers the election that it came from."""
    return f"election/{election.slug}"


def is_handed_over(session: Session, election: Election) -> bool:
    """Whether the newest certified record is the one that the case rests on."""
    certified, council = (
        latest_certification(session, election),
        term_from(session, election.scope, source_of(election)),
    )
    of = case_of(session, council) if council is not None else None
    return certified is not None and of is not None and of.facts.get("record_sha256") == certified.record_sha256


def _plan(election: Election, certified: Certification) -> CasePlan:
    record: dict[str, Any] = json.loads(certified.record)
    document = record["document"]
    given = {c["id"]: c for c in record.get("given", {}).get("candidates", [])}
    names = {c["id"]: c["name"] for c in record["candidates"]}
    lists = {c["id"]: c.get("list", "") for c in record["candidates"]}
    queues = dict(_queues(document))
    by_list = "substitutes_by_list" in document
    votes = {one: c.get("votes") for one, c in given.items()}

    def queue_of(one: str) -> str:
        if by_list:
            return str(lists[one])
        return str(given.get(one, {}).get("group", "")) if "substitutes_by_group" in document else ""

    people = [Elected(one, names[one], queue_of(one), None, votes.get(one)) for one in document["elected"]]
    for queue, places in queues.items():
        rank = 1
        for place in places:
            equal = place if isinstance(place, list) else [place]
            people += [Elected(one, names[one], queue, rank, votes.get(one)) for one in equal]
            rank += len(equal)
    total = record.get("turnout", {}).get("total", {})
    facts = {
        "certified_at": record["certification"]["approved_at"],
        "certified_by": [record["certification"]["requested_by"], record["certification"]["approved_by"]],
        "record_revision": certified.revision,
        "record_sha256": certified.record_sha256,
        "is_uncontested": record["election"]["is_uncontested"],
        "poll_on": election.election_on.isoformat(),
        "seats": record["regulation"]["seats"],
        "method": election.regulation.seats.method.value.value,
        "uses_lists": election.regulation.seats.method.value is Method.LISTS_DHONDT,
        "may_vote": total.get("may_vote"),
        "voted": total.get("voted"),
        "seats_by_list": document.get("seats_by_list", {}),
        "vacant": sum(document.get("vacant", {}).values()),
        "lots": [
            {**lot, "among": [names.get(one, one) for one in lot["among"]],
             "drawn": [names.get(one, one) for one in lot["drawn"]]}
            for lot in record["lots"]
            if not lot.get("revoked_at") and lot["for"] != BALLOT_ORDER
        ],
        "complaints_received": record["complaints"]["received"],
        "complaint_deadline": record["complaints"]["deadline"],
    }  # fmt: skip
    body = election.regulation.after.appointed_by.value
    # Without a poll the people are elected before the day on which it would have been held.
    elected_on = min(election.election_on, clock.local_day(certified.approved_at))
    return CasePlan(body, elected_on, tuple(people), facts)


def _queues(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Every line of substitutes by its list or group; the one line has no name."""
    for key in ("substitutes_by_list", "substitutes_by_group"):
        if key in document:
            yield from document[key].items()
            return
    yield "", document.get("substitutes") or []
