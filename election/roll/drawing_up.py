"""Drawing up the roll: every resident of the extract decided, sorted, numbered and entered.

The residents are read twice, some thousand at a time: first to decide and to bring those who are on the roll in
order, then to enter them. Only what the order needs is held for everyone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import delete

from election.call.gate import ElectionWork, election_act
from election.call.records import stations
from election.roll import findings as say
from election.roll.decisions import Decisions
from election.roll.districts import StationFinder
from election.roll.extracts import demand_open
from election.roll.records import Roll, RollEntry, RollRefusal
from registry.database import search_key, sort_key
from registry.findings import Refused, Term
from registry.regulation.country_sets import shipped_country_sets
from registry.residents.bulk import BulkTable, Same, as_id, new_ids, read_blocks, recount
from registry.residents.progress import SILENT, Progress, Stage
from registry.residents.records import Extract, Resident, latest_extract

_CHUNK = 4000
_FACTS = (
    "born_on",
    "residence_municipality",
    "status",
    "citizenship",
    "birth_country",
    "mother_birth_country",
    "father_birth_country",
    "mother_citizenship",
    "father_citizenship",
    "resident_in_dk_since_on",
    "polling_district",
)
"""In the order of `decisions.Facts`."""
_SHOWN = (
    "first_names",
    "surname",
    "born_on",
    "address",
    "postal_code",
    "city",
    "is_protected",
    "polling_district",
)
"""What the roll takes over from a resident as it is."""


@dataclass(frozen=True, slots=True)
class RollFigures:
    """residents = may_vote + everyone in `refused`; `by_station` is empty with free choice of station."""

    residents: int
    may_vote: int
    may_stand: int
    refused: dict[str, int]
    groups: dict[str, int]
    by_station: dict[str, int]


@election_act("roll.draw_up")
def draw_up(work: ElectionWork, progress: Progress = SILENT) -> RollFigures:
    """Decide every resident of the extract in use, each with reason code and section.

    A roll that was drawn up before and is not frozen is replaced. What `progress` raises undoes it all.
    """
    demand_open(work)
    extract = latest_extract(work.session, work.scope)
    if extract is None:
        raise Refused(say.NO_EXTRACT)
    drawing = _Drawing(work, extract, progress)
    _remove_draft(work)
    drawing.decide()
    figures = drawing.figures()
    drawing.enter()
    work.session.add(
        Roll(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            extract_id=extract.id,
            drawn_up_at=work.act.at,
            figures=asdict(figures),
        )
    )
    work.note(figures=asdict(figures))
    return figures


def _remove_draft(work: ElectionWork) -> None:
    for table in (RollEntry, RollRefusal, Roll):
        work.session.execute(
            delete(table).where(
                table.municipality == work.scope.municipality,
                table.council == work.scope.council,
                table.election_id == work.election.id,
            )
        )
    work.session.expire_all()


_LAST = "~"
"""Sorts after every name. Protected people have the last numbers, by birth date: their names give no order."""


@dataclass(slots=True)
class _Order:
    """Those who are on the roll: sort key, birth date, blind index, number of the decision; then their places."""

    people: list[tuple[str, date | str, bytes, int]] = field(default_factory=list)
    place_of: dict[bytes, int] = field(default_factory=dict)

    def settle(self) -> None:
        self.people.sort()
        self.place_of = {index: place for place, (_, _, index, _) in enumerate(self.people)}


class _Drawing:
    """One drawing up, from the residents to the rows of the roll."""

    def __init__(self, work: ElectionWork, extract: Extract, progress: Progress) -> None:
        election = work.election
        self.work, self.progress = work, progress
        self.extract_id, self.residents = extract.id, extract.rows_accepted
        self.stations = StationFinder(election, stations(work.session, election))
        self.decisions = Decisions(election.regulation, election.election_on, shipped_country_sets())
        self.order = _Order()
        self.counted: Counter[tuple[int, str]] = Counter()
        """How many residents by the number of their decision and district."""
        self.whose = (Same(election.municipality), Same(election.council), Same(str(election.id)))

    def _read(self, *attributes: str) -> closing[Generator[list[tuple[Any, ...]], None, None]]:
        """Some attributes of all residents, block by block."""
        scope = self.work.scope
        whose = {
            "municipality": scope.municipality,
            "council": scope.council,
            "extract_id": str(self.extract_id),
        }
        return closing(read_blocks(self.work.session, Resident, attributes, _CHUNK, **whose))

    def decide(self) -> None:
        """Decide everyone, write down who is not on the roll and why, bring the others in order."""
        refusals = BulkTable(
            self.work.session,
            RollRefusal,
            "municipality",
            "council",
            "election_id",
            "id",
            "cpr_index",
            "reason",
            "cite",
        )
        found, people, done = self.decisions.found, self.order.people, 0
        with self._read("cpr_index", "first_names", "surname", *_FACTS, "is_protected") as blocks:
            for rows in blocks:
                refused: list[tuple[bytes, str, str]] = []
                for row in rows:
                    index, first_names, surname, *_, is_protected = row
                    number = self.decisions.number_of(row[3:-1])
                    self.counted[number, row[13]] += 1
                    decision = found[number]
                    if decision.may_vote or decision.may_stand:
                        key = sort_key(f"{surname} {first_names}")
                        people.append((f"{_LAST}{row[3]}{key}" if is_protected else key, row[3], index, number))
                    else:
                        refused.append((index, str(decision.reason), decision.cite))
                if refused:
                    refusals.write(*self.whose, new_ids(len(refused)), *zip(*refused, strict=True))
                done += len(rows)
                self.progress(Stage.DECIDED, done, max(done, self.residents))
        self.order.settle()

    def figures(self) -> RollFigures:
        """Count what was decided. Raises Refused when somebody's district has no station."""
        figures, reasons = Counter[str](), Counter[str]()
        groups, by_station, missing = Counter[str](), Counter[str](), set[str]()
        for (number, district), people in self.counted.items():
            decision, station = self.decisions.found[number], self.stations(district)
            figures["residents"] += people
            figures["may_vote"] += people * decision.may_vote
            figures["may_stand"] += people * decision.may_stand
            if not decision.may_vote:
                reasons[str(decision.reason)] += people
            if (decision.may_vote or decision.may_stand) and station is None and self.stations.is_own_station:
                missing.add(district or Term("(intet distrikt)"))
            if decision.may_vote and decision.group is not None:
                groups[decision.group] += people
            if decision.may_vote and station is not None:
                by_station[station.name] += people
        if missing:
            raise Refused(say.DISTRICT_WITHOUT_STATION, districts=", ".join(sorted(missing)))
        return RollFigures(
            figures["residents"],
            figures["may_vote"],
            figures["may_stand"],
            dict(sorted(reasons.items())),
            dict(sorted(groups.items())),
            dict(sorted(by_station.items())),
        )

    def enter(self) -> None:
        """Enter those who are on the roll, each with the number of their place in the order."""
        first = ("municipality", "council", "election_id", "id", "cpr_sealed", "cpr_index", *_SHOWN)
        made = (
            "number",
            "name_sort_key",
            "name_search_key",
            "may_vote",
            "may_stand",
            "cite",
            "group",
            "station_id",
        )
        table = BulkTable(self.work.session, RollEntry, *first, *made)
        done = 0
        with self._read("id", "cpr_sealed", "cpr_index", *_SHOWN) as blocks:
            for rows in blocks:
                entered = [row for row in rows if row[2] in self.order.place_of]
                if entered:
                    table.write(*self.whose, *self._entries(list(zip(*entered, strict=True))))
                done += len(rows)
                self.progress(Stage.ENTERED, done, max(done, self.residents))
        recount(self.work.session, RollEntry, RollRefusal)

    def _entries(self, columns: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The columns of a block of entries, after those that say whose they are."""
        residents, sealed, indexes, first_names, surnames, *_, districts = columns
        keyring = self.work.keyring
        ids = new_ids(len(residents))
        yield ids
        cprs = keyring.unseal_column(sealed, "resident", "cpr", list(map(as_id, residents)))
        yield keyring.seal_column(cprs, "roll_entry", "cpr", ids)
        yield from columns[2:]
        places = [self.order.place_of[index] for index in indexes]
        yield [place + 1 for place in places]
        people = [self.order.people[place] for place in places]
        yield [key for key, _, _, _ in people]
        yield [search_key(f"{first} {last}") for first, last in zip(first_names, surnames, strict=True)]
        decided = [self.decisions.found[number] for _, _, _, number in people]
        yield [one.may_vote for one in decided]
        yield [one.may_stand for one in decided]
        yield [one.cite for one in decided]
        yield [one.group for one in decided]
        at = {district: self.stations(district) for district in set(districts)}
        yield [str(station.id) if (station := at[district]) else None for district in districts]
