"""What lies in a package: the rows that the desks of one station read, and nothing that they may not see.

No CPR number and no index of one, no address of anybody, no name of a protected person: what the columns must hold
is drawn at random or left empty. Cards are the hashes that the database keeps; a password is its hash.
"""

from __future__ import annotations

import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    LargeBinary,
    Select,
    Table,
    Uuid,
    and_,
    insert,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from election.ballots.records import BallotApproval, BallotProof, PaperMovement
from election.call.records import Election, Station
from election.call.rules import Phase
from election.poll_cards.records import PollCard
from election.polling.records import PollingEvent, QueueCount, StationClosing, StationOpening, VoterMark
from election.postal.records import PostalReview, PostalVote
from election.roll.records import Roll, RollEntry
from election.roll.station_list import has_own_ballots
from election.staffing.records import Duty
from registry.accounts.records import DayPass, Official, RoleGrant
from registry.database import Base, UtcDateTime
from registry.purpose import DatabasePurpose
from registry.residents.records import Extract
from registry.roles import Role

Row = dict[str, Any]
Rows = dict[str, list[Row]]
AT_THE_STATION = frozenset({Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.BOARD_MEMBER})
_PERSON_LEFT_OUT = ("address", "postal_code", "city", "cite")


def rows_of(session: Session, election: Election, station: Station) -> Rows:
    """Everything that a laptop of this station begins with, by table."""
    of = (election.municipality, election.council)
    own = list(voters_of(session, election, station))
    found: Rows = {
        "election": [_row(election) | {"phase": Phase.POLLING.value}],
        "station": _all(session, Station, of, Station.election_id == election.id),
        "roll": [_without_people(row) for row in _all(session, Roll, of, Roll.election_id == election.id)],
        "roll_entry": own,
        "poll_card": cards_of(session, election, station),
        "voter_mark": marks_of(session, election, station),
    }
    found["extract"] = _all(session, Extract, of, Extract.id.in_([row["extract_id"] for row in found["roll"]]))
    for kind in (PollingEvent, StationOpening, StationClosing, QueueCount, PostalVote):
        found[kind.__tablename__] = _all(session, kind, of, kind.station_id == station.id)
    listed = {row["id"] for row in own}
    found["polling_event"] = [_of_listed(row, listed) for row in found["polling_event"]]
    found["postal_vote"] = [_of_listed(row, listed) for row in found["postal_vote"]]
    letters = [row["id"] for row in found["postal_vote"]]
    found["postal_review"] = _all(session, PostalReview, of, PostalReview.postal_id.in_(letters))
    found["paper_movement"] = _all(
        session,
        PaperMovement,
        of,
        or_(PaperMovement.to_id == station.id, PaperMovement.from_id == station.id),
    )
    found["ballot_proof"] = _all(session, BallotProof, of, BallotProof.election_id == election.id)
    proofs = [row["id"] for row in found["ballot_proof"]]
    found["ballot_approval"] = _all(session, BallotApproval, of, BallotApproval.proof_id.in_(proofs))
    found |= _people(session, election, station)
    found["database_purpose"] = [_row(one) for one in session.scalars(select(DatabasePurpose))]
    return found


def voters_of(session: Session, election: Election, station: Station) -> list[Row]:
    """The station's own voters, struck ones too, as the desk knows them."""
    rows = session.scalars(
        _in(select(RollEntry), RollEntry, election)
        .where(RollEntry.station_id == station.id)
        .order_by(RollEntry.number)
    )
    with_group = has_own_ballots(election.regulation)
    return [_as_the_desk_knows(_row(entry), with_group=with_group) for entry in rows]


def cards_of(session: Session, election: Election, station: Station) -> list[Row]:
    of_voter = and_(
        RollEntry.municipality == PollCard.municipality,
        RollEntry.council == PollCard.council,
        RollEntry.id == PollCard.entry_id,
    )
    query = _in(select(PollCard), PollCard, election).join(RollEntry, of_voter)
    return [_row(card) for card in session.scalars(query.where(RollEntry.station_id == station.id))]


def marks_of(session: Session, election: Election, station: Station) -> list[Row]:
    query = (
        select(VoterMark)
        .join(
            RollEntry,
            (RollEntry.municipality == VoterMark.municipality)
            & (RollEntry.council == VoterMark.council)
            & (RollEntry.id == VoterMark.entry_id),
        )
        .where(RollEntry.election_id == election.id, RollEntry.station_id == station.id)
    )
    return [_row(mark) for mark in session.scalars(query)]


def lay_out(session: Session, rows: Mapping[str, list[Row]]) -> None:
    """Put the rows of a package into an empty database."""
    session.execute(text("PRAGMA defer_foreign_keys=ON"))
    for table in Base.metadata.sorted_tables:
        for row in rows.get(table.name, []):
            # One by one: a JSON column without a value must stay NULL.
            session.execute(insert(table), {name: value for name, value in row.items() if value is not None})


def packed(rows: Mapping[str, list[Row]]) -> bytes:
    tables = Base.metadata.tables
    plain = {name: [in_json(tables[name], row) for row in own] for name, own in rows.items()}
    return zlib.compress(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode())


def unpacked(content: bytes) -> Rows:
    plain = json.loads(zlib.decompress(content))
    return {name: [from_json(Base.metadata.tables[name], row) for row in own] for name, own in plain.items()}


def in_json(table: Table, row: Mapping[str, Any]) -> Row:
    """A row whose values JSON can hold."""
    return {name: _to_json(value) for name, value in row.items() if name in table.c}


def from_json(table: Table, row: Mapping[str, Any]) -> Row:
    return {name: _from_json(table.c[name], value) for name, value in row.items()}


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _from_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return b64decode(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(column.type, Uuid) else value


def _as_the_desk_knows(row: Row, *, with_group: bool) -> Row:
    """A line of the station's list in the columns of the roll. (KRVL § 9, stk. 2 borrowed)"""
    row |= dict.fromkeys(_PERSON_LEFT_OUT, "")
    row |= {"cpr_sealed": b"", "cpr_index": secrets.token_bytes(32), "may_stand": False}
    if not with_group:
        row["seat_group"] = None
    if row["is_protected"]:
        # Two without a shown name are not alike for that: the key of each is its own.
        row |= {"first_names": "", "surname": "", "name_sort_key": "", "name_search_key": str(row["id"])}
    return row


def _without_people(roll: Row) -> Row:
    figures = roll["figures"]
    return roll | {"figures": {name: figures[name] for name in ("may_vote", "by_station") if name in figures}}


def _of_listed(row: Row, listed: set[UUID]) -> Row:
    """What happened to somebody of another list happened all the same; who it was does not travel."""
    return row if row["entry_id"] in listed else row | {"entry_id": None}


def _people(session: Session, election: Election, station: Station) -> Rows:
    """Officials with a role at the tables: those with a duty here, and those with no duty anywhere."""
    of = (election.municipality, election.council)
    duties = _all(session, Duty, of, Duty.election_id == election.id, Duty.ended_at.is_(None))
    here = {row["official_id"] for row in duties if row["station_id"] == station.id}
    elsewhere = {row["official_id"] for row in duties} - here
    grants = [
        row
        for row in session.scalars(
            select(RoleGrant).where(
                RoleGrant.municipality == election.municipality,
                RoleGrant.council.in_((election.council, "*")),
                RoleGrant.role.in_(AT_THE_STATION),
                RoleGrant.ended_at.is_(None),
            )
        )
        if row.official_id not in elsewhere
    ]
    ids = {row.official_id for row in grants}
    stand_in: dict[bytes | None, bytes | None] = {None: None}  # two accounts of one person stay one person's
    people = session.scalars(
        select(Official).where(
            Official.municipality == election.municipality, Official.id.in_(ids), Official.ended_at.is_(None)
        )
    )
    passes = session.scalars(
        select(DayPass).where(
            DayPass.municipality == election.municipality, DayPass.official_id.in_(ids), DayPass.ended_at.is_(None)
        )
    )
    return {
        "official": [
            _row(one) | {"cpr_index": stand_in.setdefault(one.cpr_index, secrets.token_bytes(32))}
            for one in people
        ],
        "role_grant": [_row(one) for one in grants],
        "day_pass": [_row(one) for one in passes],
        "duty": [row for row in duties if row["station_id"] == station.id and row["official_id"] in ids],
    }


def _all(session: Session, kind: Any, of: tuple[str, str], *which: ColumnElement[bool]) -> list[Row]:
    rows = session.scalars(select(kind).where(kind.municipality == of[0], kind.council == of[1], *which))
    return [_row(one) for one in rows]


def _row(one: Base) -> Row:
    """A row by the names of its columns."""
    mapper = one.__mapper__
    return {
        column.name: getattr(one, mapper.get_property_by_column(column).key) for column in one.__table__.columns
    }


def _in(query: Select[Any], kind: Any, election: Election) -> Select[Any]:
    return query.where(
        kind.municipality == election.municipality,
        kind.council == election.council,
        kind.election_id == election.id,
    )
