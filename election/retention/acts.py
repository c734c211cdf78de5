"""Forgetting those who are not on the roll, destroying the roll, and recording the impact assessment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, update

from election.call import clock
from election.call.gate import ElectionWork, election_act
from election.call.voter_data import HOLDINGS, Holding
from election.poll_cards.part_files import remove_files
from election.polling.records import PollingEvent
from election.retention import rules as say
from election.retention.candidates import EMPTIED, empty_candidacies
from election.retention.plan import plan_of, requests_of, rows_of
from election.retention.records import (
    Destruction,
    DestructionBegun,
    destruction_of,
    refusals,
    undecided_objections,
)
from election.retention.standing import obstacles
from election.roll.electorate import keep_electorate
from election.roll.records import RollRefusal
from registry.act import ActRecord, Work, official_act
from registry.database import Base
from registry.erasure import erase_afterwards, finish_erasures
from registry.findings import Refused
from registry.residents.assessment import ImpactAssessment
from registry.residents.records import forget
from registry.roles import Role

_NOTHING = "null"


@dataclass(frozen=True, slots=True)
class Destroyed:
    """How many rows went, by table."""

    figures: dict[str, int]


@election_act("retention.forget_refused")
def forget_refused(work: ElectionWork) -> int:
    """Delete what is kept of those who are not on the roll, once nobody can object any more. Returns how many.

    (Databeskyttelsesforordningen art. 5(1)(e); `roll.objections_until` of the regulation)
    """
    election = work.election
    until = say.objections_end(election.regulation, election.election_on)
    if work.act.at < until:
        raise Refused(say.REFUSED_TOO_EARLY, until=clock.shown(until))
    if undecided := undecided_objections(work.session, election):
        raise Refused(say.OBJECTIONS_UNDECIDED, number=undecided)
    number = refusals(work.session, election)
    if not number:
        raise Refused(say.NOBODY_TO_FORGET)
    work.session.execute(
        delete(RollRefusal).where(
            RollRefusal.municipality == work.scope.municipality,
            RollRefusal.council == work.scope.council,
            RollRefusal.election_id == election.id,
        )
    )
    work.note(forgotten=number)
    erase_afterwards(work, "retention.forget_refused", ["roll_refusal"])
    return number


@election_act("retention.destroy", needs_reason=True, needs_second=True)
def destroy(work: ElectionWork, seen: str) -> Destroyed:
    """Destroy the roll and everything that leads to a voter, by two people with a reason. It cannot be undone.

    `seen` is the fingerprint of the list that both have read; other figures now refuse it. All in one
    transaction: begun, emptied, deleted, recorded.

    (KRVL § 106(4) borrowed; Databeskyttelsesforordningen art. 5(1)(e))
    """
    election, session = work.election, work.session
    for obstacle in obstacles(session, election, work.act.at):
        raise Refused.because(obstacle)
    plan = plan_of(session, election)
    if plan.fingerprint != seen:
        raise Refused(say.LIST_CHANGED)
    key = {"municipality": work.scope.municipality, "council": work.scope.council, "id": uuid4()}
    session.execute(insert(DestructionBegun).values(**key))
    keep_electorate(session, election)
    session.flush()
    _empty_acts(work)
    empty_candidacies(work)
    for one in _children_first():
        _remove(work, one)
    tables = {one.table for one in HOLDINGS} | {ActRecord.__tablename__, *EMPTIED}
    erasure_id = erase_afterwards(work, "retention.destroy", tables, with_backups=True)
    _remove_files_afterwards(work)
    session.flush()
    session.add(
        Destruction(
            **key,
            election_id=election.id,
            figures=plan.goes,
            copies_out=plan.copies_out,
            reason=work.act.reason.strip(),
            by=work.act.actor,
            second=work.act.second_actor,
            at=work.act.at,
            erasure_id=erasure_id,
        )
    )
    work.note(destroyed=plan.goes, copies_out=plan.copies_out)
    return Destroyed(plan.goes)


def _remove_files_afterwards(work: ElectionWork) -> None:
    scope, election_id = work.scope, work.election.id
    work.afterwards.append(lambda installation: remove_files(installation, scope, election_id))


def _children_first() -> list[Holding]:
    order = [table.name for table in Base.metadata.sorted_tables]
    return sorted(HOLDINGS, key=lambda one: order.index(one.table), reverse=True)


def _remove(work: ElectionWork, one: Holding) -> None:
    """Delete the rows, or take the voter out of those that the paper ledger counts."""
    if one.table == "resident":
        forget(work.session, work.scope, work.act.at)
        return
    table, where = Base.metadata.tables[one.table], rows_of(one, work.election)
    if one.forgets:
        emptied_of: dict[str, Any] = {one.forgets: None}
        if table is PollingEvent.__table__:
            emptied_of["ground"] = ""  # what an official wrote about the one voter
        work.session.execute(update(table).where(*where).values(**emptied_of))
        return
    work.session.execute(delete(table).where(*where))


def _empty_acts(work: ElectionWork) -> None:
    """Reasons, answers and what was typed go; that the act was done stays, and the log proves it as before.

    The salts go too: without them nobody can try a guess against the fingerprint in the log.
    """
    for some in requests_of(work.session, work.election):
        work.session.execute(
            update(ActRecord)
            .where(
                ActRecord.municipality == work.scope.municipality,
                ActRecord.council == work.scope.council,
                ActRecord.request_id.in_(some),
            )
            .values(reason="", reason_salt=b"", input_fingerprint=b"", answer=_NOTHING)
        )


@election_act("retention.erase_again")
def erase_again(work: ElectionWork) -> bool:
    """Finish erasing what was deleted but could not leave the files, because somebody was still reading."""
    work.afterwards.append(finish_erasures)
    if destruction_of(work.session, work.election) is not None:
        _remove_files_afterwards(work)
    return True


@official_act("retention.record_impact_assessment", {Role.ELECTION_ADMINISTRATOR})
def record_impact_assessment(
    work: Work, reference: str, document_version: str, approved_by: str, approved_on: date
) -> UUID:
    """Record that the impact assessment is made and approved; a newer version is a new row.

    (Databeskyttelsesforordningen art. 35)
    """
    if approved_on > clock.local(work.act.at).date():
        raise Refused(say.APPROVED_TOMORROW)
    made = ImpactAssessment(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        reference=reference,
        document_version=document_version,
        approved_by=approved_by,
        approved_on=approved_on,
        recorded_by=work.act.actor,
        recorded_at=work.act.at,
    )
    work.session.add(made)
    work.note(impact_assessment=str(made.id), document_version=document_version)
    return made.id
