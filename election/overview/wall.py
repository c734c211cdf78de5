"""How far the count is, for a wall in the hall. No figure of a vote is here, and no name before a result holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from election.call.records import Election
from election.call.rules import Phase
from election.certification.records import is_uncontested
from election.counting.assembly import Unit, units
from election.counting.lost_boxes import WITHOUT
from election.counting.records import latest_result
from election.counting.resting import has_changed_since
from election.overview.afterwards import Standing, afterwards


class WallState(StrEnum):
    NOT_BEGUN = "not_begun"
    NO_POLL = "no_poll"
    COUNTING = "counting"
    COUNTED = "counted"
    """Everything is counted, and the result is not determined yet."""
    DETERMINED = "determined"


@dataclass(frozen=True, slots=True)
class CountWall:
    """`counted`, `missing` and `without` name stations: the papers of the last are gone, and the election board
    counts without them. `whole` is how many there are.
    """

    state: WallState
    counted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    elected: tuple[str, ...] = ()
    is_final: bool = False
    is_appointed: bool = False
    determined_at: datetime | None = None

    @property
    def whole(self) -> int:
        return len(self.counted) + len(self.missing) + len(self.without)


def count_wall(session: Session, election: Election) -> CountWall:
    """Stations by name, those counted together each by its own name too."""
    if is_uncontested(session, election):
        return CountWall(WallState.NO_POLL)
    every = units(session, election) if election.in_phase in _FROM_COUNTING else []
    if not every:
        return CountWall(WallState.NOT_BEGUN)
    counted, missing, without = (
        tuple(m.name for unit in every if _where(unit) == place for m in unit.members) for place in _PLACES
    )
    result = latest_result(session, election)
    if result is None or has_changed_since(session, election, result, every):
        return CountWall(WallState.COUNTING if missing else WallState.COUNTED, counted, missing, without)
    names = {one["id"]: one["name"] for one in result.given["candidates"]}
    standing = afterwards(session, election).standing
    return CountWall(
        WallState.DETERMINED,
        counted,
        missing,
        without,
        tuple(names[one] for one in result.document.get("elected", [])),
        is_final=result.status == "final",
        is_appointed=standing in (Standing.APPOINTED, Standing.SEATED),
        determined_at=result.at,
    )


_PLACES = ("counted", "missing", "without")


def _where(unit: Unit) -> str:
    if unit.lost is not None and unit.lost.decision == WITHOUT:
        return "without"
    return "missing" if unit.figures is None else "counted"


_FROM_COUNTING = (Phase.COUNTING, Phase.COUNTED, Phase.CERTIFIED)
