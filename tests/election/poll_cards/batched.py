"""An election whose cards are issued and wait to be printed: streets as the test wants, some people protected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from election.poll_cards.acts import issue
from election.poll_cards.batch_acts import make_batch
from election.poll_cards.batch_rules import BatchKind
from election.poll_cards.making import Job, make_parts
from election.poll_cards.part_files import PrintedParts
from election.poll_cards.records import PollCard
from election.roll.acts import draw_up, freeze, import_extract
from election.roll.records import RollEntry
from registry.act import Installation
from registry.residents.progress import Progress
from tests.scenarios import (
    CLOSED_AT,
    ROLL_AT,
    Person,
    Played,
    call_koege,
    extract_csv,
    people,
    with_candidates,
)
from tests.snapshots import remembered

KEEPER, ADMIN = "roll_keeper", "election_administrator"
STREETS = ("Torvet 10", "Torvet 2", "Ågade 1", "Algade 3, 2. tv", "Torvet 2 B", "Algade 3, 10. tv")


def issued(
    installation: Installation,
    voters: int = 6,
    *,
    streets: Sequence[str] = STREETS,
    protected: frozenset[int] = frozenset(),
    stations: int = 1,
) -> Played:
    """Phase preparation; voter n lives at streets[n], protected ones at a secret address."""
    key = ("issued", voters, tuple(streets), protected, stations)
    return remembered(key, installation, lambda: _issued(installation, voters, streets, protected, stations))


def _issued(
    installation: Installation, voters: int, streets: Sequence[str], protected: frozenset[int], stations: int
) -> Played:
    played = call_koege(installation, stations=stations)
    rows = [_person(number, one, protected, stations) for number, one in enumerate(people(voters))]
    lines = extract_csv(rows).decode().splitlines()
    for number, line in enumerate(lines[1:]):
        street = streets[number % len(streets)]
        lines[number + 1] = (
            line.replace(f"{rows[number].surname};;;", f"{rows[number].surname};{street};4600;Køge")
            if number in protected
            else line.replace("Nørregade 1", street)
        )
    played.people, played.now = rows, ROLL_AT
    import_extract(*played.by, played.act(KEEPER), played.election_id, ("\n".join(lines) + "\n").encode())
    draw_up(*played.by, played.act(KEEPER), played.election_id)
    freeze(*played.by, played.act(KEEPER, second=ADMIN), played.election_id)
    with installation.database.read() as session:
        played.entries = list(session.scalars(select(RollEntry.id).order_by(RollEntry.number)))
    played.people = [one for one in rows if not one.is_protected]
    with_candidates(played, 6)
    played.people = rows
    played.now = CLOSED_AT
    issue(*played.by, played.act(KEEPER), played.election_id)
    return played


def _person(number: int, one: Person, protected: frozenset[int], stations: int) -> Person:
    district = "Ellemarken" if stations == 1 or number % stations == 0 else str(number % stations + 1)
    return replace(one, is_protected=number in protected, district=district)


def batch(played: Played, kind: BatchKind = BatchKind.ORDINARY) -> UUID:
    """A new batch by the roll keeper."""
    return make_batch(*played.by, played.act(KEEPER), played.election_id, kind)


def job(played: Played, batch_id: UUID, who: str = KEEPER) -> Job:
    return Job(*played.by, played.act(who), played.election_id, batch_id)


def finished(played: Played, kind: BatchKind = BatchKind.ORDINARY) -> UUID:
    """A batch with all its parts."""
    made = batch(played, kind)
    make_parts(job(played, made), Progress())
    return made


def opened(played: Played, batch_id: UUID) -> PrintedParts:
    return PrintedParts(played.installation, played.read(), batch_id)


def card_of(played: Played, entry: UUID) -> PollCard:
    with played.installation.database.read() as session:
        return session.scalars(
            select(PollCard).where(PollCard.entry_id == entry, PollCard.state == "issued")
        ).one()
