"""Two laptops that went on from the same stick: what only the second one's journal has, to be keyed by hand.

The centre has one journal of a package and takes no second one: nobody could say which of two lines under one
number came first. What the second laptop did happened all the same, so its lines are read from its file and listed
by roll number, and go the way of whatever was written down on paper: read by two, taken in by the leader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.alone import findings as say
from election.alone.records import StationPackage, taken
from election.alone.replaying import DONE_HERE
from election.alone.rules import Line
from election.alone.sealing import LineSeal, secrets_of
from election.alone.taking_over import opened
from election.call.clock import local
from election.call.records import Election
from election.roll.records import RollEntry
from registry.act import Installation
from registry.findings import Refused


@dataclass(frozen=True, slots=True)
class ListedLine:
    """One act of the second laptop. `number` is the voter's on the roll, empty where it is about nobody."""

    seq: int
    clock: str
    desk: str
    number: str
    what: str


@dataclass(frozen=True, slots=True)
class Parted:
    """What is keyed, as a paper form has it, and what people must look at beside it."""

    handed_out: tuple[ListedLine, ...]
    exchanged: int
    returned: int
    others: tuple[ListedLine, ...]


def parted_lines(installation: Installation, package: StationPackage, sealed: Sequence[bytes]) -> list[Line]:
    """The lines of a file from the one at which it parts from what the centre has. Raises Refused R769, R786."""
    seal = LineSeal(secrets_of(installation.keys.open(package.municipality), package.id))
    lines = sorted((opened(seal, one) for one in sealed), key=lambda pair: pair[0].seq)
    with installation.database.read() as session:
        known = taken(session, package, [line.seq for line, _ in lines])
    other = [line.seq for line, sha256 in lines if line.seq in known and known[line.seq].line_sha256 != sha256]
    if not other:
        raise Refused(say.NOT_PARTED)
    return [line for line, _ in lines if line.seq >= other[0]]


def sorted_out(session: Session, election: Election, lines: Sequence[Line]) -> Parted:
    """What became of these lines: an admission that was undone afterwards is none, and so is an exchange."""
    numbers = _numbers(session, election, lines)
    out: dict[str, ListedLine] = {}
    back: dict[str, str] = {}
    others = []
    for line in lines:
        about = str(line.args[2]) if len(line.args) > 2 and line.args[2] else ""
        if line.act == "polling.admit" and "event_id" in line.answer:
            out[about] = _listed(line, numbers.get(about, "?"))
        elif line.act == "polling.undo_admit" and about in out:
            del out[about]
        elif line.act in ("polling.exchange", "polling.return_unused"):
            back[str(line.answer)] = line.act
        elif line.act == "polling.undo_event" and about in back:
            del back[about]
        elif line.act not in _OF_NO_PAPER and line.act != "polling.admit":
            others.append(_listed(line, numbers.get(about, "")))
    kinds = list(back.values())
    exchanged, returned = kinds.count("polling.exchange"), kinds.count("polling.return_unused")
    return Parted(tuple(out.values()), exchanged, returned, tuple(others))


_OF_NO_PAPER = frozenset({"alone.take_news", "polling.count_queue", "polling.open_station", "polling.help"})


def _listed(line: Line, number: str) -> ListedLine:
    desk = str(line.args[1]) if line.act.startswith("polling.") and len(line.args) > 1 else ""
    return ListedLine(line.seq, f"{local(line.at):%H.%M}", desk, number, DONE_HERE.get(line.act, line.act))


def _numbers(session: Session, election: Election, lines: Sequence[Line]) -> dict[str, str]:
    ids = {UUID(str(line.args[2])) for line in lines if line.act in _OF_A_VOTER and line.args[2:] and line.args[2]}
    rows = session.execute(
        select(RollEntry.id, RollEntry.number).where(
            RollEntry.municipality == election.municipality,
            RollEntry.council == election.council,
            RollEntry.election_id == election.id,
            RollEntry.id.in_(ids),
        )
    )
    return {str(row.id): str(row.number) for row in rows}


_OF_A_VOTER = frozenset(
    {"polling.admit", "polling.undo_admit", "polling.doubtful", "polling.return_unused", "poll_cards.replace"}
)
