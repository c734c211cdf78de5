"""The ledger of blank papers as the page and the printed sheet show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from election.ballots.records import PaperMovement, movements
from election.ballots.rules import EVERYBODYS, ballot_types, mark_of
from election.ballots.stock_rules import MOVEMENT_NAMES, Moved, Movement, Stock, at_stations, stock
from election.call import clock
from election.call.records import Election, Station, stations
from election.roll.printing import document_header
from registry.accounts.records import names
from registry.documents import danish_day, render, without_unprintable
from registry.findings import Term

ONE_PAPER = Term("Stemmesedler")
WITHOUT_TYPE = Term("ikke fordelt på grupper")
FROM_PRINTER = Term("trykkeriet")
IN_STORE = Term("lageret")


@dataclass(frozen=True, slots=True)
class PaperLedger:
    """`types` in the order of the regulation; papers written without a type stand last."""

    types: tuple[tuple[str, Stock], ...]
    stations: Sequence[Station]
    given: dict[tuple[UUID, str], int]
    """By station and type."""
    rows: list[PaperMovement]
    people: dict[UUID, str]

    @property
    def has_types(self) -> bool:
        return len(self.types) > 1

    def lines(self) -> list[tuple[Station, str, int]]:
        """Each station with each type; papers without a type only where there are some."""
        return [
            (station, ballot_type, self.given.get((station.id, ballot_type), 0))
            for station in self.stations
            for ballot_type, _ in self.types
            if not (self.has_types and ballot_type == EVERYBODYS) or self.given.get((station.id, ballot_type), 0)
        ]

    def source_of(self, row: PaperMovement) -> str:
        if row.from_id is not None:
            return self._name(row.from_id)
        return FROM_PRINTER if row.kind == Movement.PRINTED else IN_STORE

    def target_of(self, row: PaperMovement) -> str:
        return self._name(row.to_id) if row.to_id is not None else IN_STORE

    def signers_of(self, row: PaperMovement) -> list[str]:
        """Who signed; rows from before movements were signed by two have one."""
        return [self.people.get(one, "–") for one in (row.by, row.cosigned_by) if one is not None]

    def _name(self, station_id: UUID) -> str:
        return next((one.name for one in self.stations if one.id == station_id), "–")


def paper_ledger(session: Session, election: Election) -> PaperLedger:
    rows = movements(session, election)
    moves: list[Moved] = [one.moved for one in rows]
    types = list(ballot_types(election))
    if EVERYBODYS not in types and any(one.ballot_type == EVERYBODYS for one in moves):
        types.append(EVERYBODYS)
    signed = {one for row in rows for one in (row.by, row.cosigned_by) if one is not None}
    return PaperLedger(
        tuple((one, stock(moves, one)) for one in types),
        stations(session, election),
        at_stations(moves),
        rows,
        names(session, election.municipality, signed),
    )


def type_title(election: Election, ballot_type: str) -> str:
    """A paper by its letter and group, or the one paper of all: a term where it names no group."""
    mark = mark_of(election, ballot_type)
    if mark is not None:
        return f"{mark.letter} – {ballot_type}"
    return ONE_PAPER if ballot_types(election) == (EVERYBODYS,) else WITHOUT_TYPE


def ledger_pdf(session: Session, election: Election) -> bytes:
    """The ledger on paper, in Danish, with lines for two to sign."""
    ledger = paper_ledger(session, election)
    typed = (text for row in ledger.rows for text in (row.batch, row.seal_number, row.reason))
    shown = without_unprintable(typed)
    return render(
        "paper_ledger.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "made": clock.shown(clock.now(election)),
            "types": [
                {
                    "name": type_title(election, ballot_type),
                    "printed": known.printed,
                    "delivered": known.delivered,
                    "in_store": known.in_store,
                }
                for ballot_type, known in ledger.types
            ],
            "stations": [
                {"name": station.name, "type": type_title(election, ballot_type), "papers": papers}
                for station, ballot_type, papers in ledger.lines()
            ],
            "movements": [_row(election, ledger, row, shown) for row in ledger.rows],
        },
    )


def _row(
    election: Election, ledger: PaperLedger, row: PaperMovement, shown: Mapping[str, str]
) -> dict[str, object]:
    return {
        "at": clock.shown(row.at),
        "what": MOVEMENT_NAMES[Movement(row.kind)],
        "from": ledger.source_of(row),
        "to": ledger.target_of(row),
        "type": type_title(election, row.ballot_type),
        "papers": row.papers,
        "batch": shown.get(row.batch, row.batch),
        "seal": shown.get(row.seal_number, row.seal_number),
        "signed": " og ".join(ledger.signers_of(row)),
        "reason": shown.get(row.reason, row.reason),
    }
