"""An election of invented people on an empty database, played through the acts until the station is open."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from election.ballots.acts import deliver
from election.call import acts as call
from election.call.lots import BALLOT_ORDER, Lot
from election.call.records import Election, Kind, election, stations
from election.candidacy import acts as candidacy
from election.candidacy import case_acts
from election.candidacy.records import candidacies
from election.candidacy.rules import Decision
from election.polling.acts import open_polls, open_station
from election.roll import acts as roll
from election.roll.records import entry_by_index, voters
from registry.accounts import acts as accounts
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY, Scope
from registry.regulation.calendar import COPENHAGEN
from registry.regulation.loader import shipped
from registry.roles import Role
from scripts.rehearsal.invent import COLUMNS, residents

REGULATION, SLUG = "koege-2018", "2017"
SCOPE = Scope("0259", "integrationsraad")
ELECTION_ON, EXTRACT_ON = date(2017, 11, 27), date(2017, 8, 15)
CALLED_AT = datetime(2017, 8, 1, 9, tzinfo=COPENHAGEN).astimezone(UTC)
CANDIDACY_AT = datetime(2017, 9, 19, 10, tzinfo=COPENHAGEN).astimezone(UTC)
CLOSED_AT = datetime(2017, 11, 20, 13, tzinfo=COPENHAGEN).astimezone(UTC)
POLLING_AT = datetime(2017, 11, 27, 9, tzinfo=COPENHAGEN).astimezone(UTC)
CANDIDATES = 7
SPARE = 1.35
"""Residents invented for each voter wanted: some have moved, are dead or too young."""
PASSWORD = "opdigtet-til-maaling"  # noqa: S105 - of invented people on a database that is thrown away


@dataclass(frozen=True, slots=True)
class PollingPlace:
    """The open station: where its pages are, who stands at which desk, and who may vote."""

    election_id: UUID
    station_code: str
    usernames: tuple[str, ...]
    voters: tuple[UUID, ...]

    def desk(self, number: int) -> str:
        return f"/{SCOPE.municipality}/{SCOPE.council}/{SLUG}/stemmested/{self.station_code}/bord/{number}/"


class Players:
    """One official for each role that is needed, and one for each desk."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.hash = accounts.hasher("test").hash(PASSWORD)
        installation.keys.create(SCOPE.municipality)
        with installation.database.write() as session:
            roles = [Role.SYSTEM_ADMINISTRATOR]
            first = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, CALLED_AT, uuid4())
            self._founder = accounts.appoint_first(
                session, SCOPE.municipality, "system", "System", self.hash, roles, first
            )
        wanted = (Role.ELECTION_ADMINISTRATOR, Role.ROLL_KEEPER, Role.BOARD_MEMBER, Role.STATION_LEADER)
        self._who = {role: self.engage(role.value, role) for role in wanted}

    def engage(self, username: str, role: Role) -> UUID:
        scope = Scope(SCOPE.municipality, WHOLE_MUNICIPALITY)

        def act() -> Act:
            return Act(self._founder, Role.SYSTEM_ADMINISTRATOR, CALLED_AT, uuid4())

        made = accounts.create_official(self.installation, scope, act(), username, username, self.hash)
        accounts.grant_role(self.installation, scope, act(), made, role, SCOPE.council)
        return made

    def act(self, role: Role, at: datetime, second: Role | None = None) -> tuple[Installation, Scope, Act]:
        return (
            self.installation,
            SCOPE,
            Act(self._who[role], role, at, uuid4(), "", self._who[second] if second else None),
        )


def open_polling_place(
    installation: Installation, number: int, desks: int, seed: int, say: Callable[[str], None]
) -> PollingPlace:
    """A station with `number` voters on a frozen roll and `desks` desks, open and in the middle of the poll."""
    who = Players(installation)
    usernames = tuple(f"bord{desk}" for desk in range(1, desks + 1))
    for username in usernames:
        who.engage(username, Role.POLLING_OFFICIAL)
    admin = Role.ELECTION_ADMINISTRATOR
    election_id, station_id = call_election(who)
    say(f"drawing up a roll with {number} voters")
    chance = random.Random(seed)  # noqa: S311
    lines = list(residents(chance, int(number * SPARE) + 60, EXTRACT_ON, share_abroad=1.0))
    freeze_roll(who, election_id, lines)
    settle_ballot(who, election_id, lines)
    deliver(*who.act(admin, CLOSED_AT), election_id, station_id, 2 * number, "1")
    open_polls(*who.act(admin, POLLING_AT), election_id)
    leader = who.act(Role.STATION_LEADER, POLLING_AT)
    open_station(*leader, election_id, station_id, "4711", "To vidner")
    call.move_clock(*who.act(admin, POLLING_AT), election_id, POLLING_AT + timedelta(hours=3))
    with installation.database.read() as session:
        row = election(session, SCOPE, election_id)
        on_roll = tuple(entry.id for entry in voters(session, row))
        code = next(one.code for one in stations(session, row))
    if len(on_roll) < number:
        raise RuntimeError(f"only {len(on_roll)} of {number} invented voters came on the roll")
    return PollingPlace(election_id, code, usernames, on_roll[:number])


def extract_of(lines: list[str]) -> bytes:
    """The file of these residents, as the population register would send it."""
    return "\n".join([COLUMNS, *lines, ""]).encode()


def call_election(who: Players) -> tuple[UUID, UUID]:
    """An election with one station for everybody. Returns the ids of both."""
    rules = shipped(REGULATION)
    called = call.call_election(
        *who.act(Role.ELECTION_ADMINISTRATOR, CALLED_AT),
        SLUG,
        Kind.REHEARSAL,
        ELECTION_ON,
        EXTRACT_ON,
        REGULATION,
        rules.sha256,
        rules.data,
        CALLED_AT,
    )
    board = ("Birthe Bestyrer", ("Bent Bestyrer", "Bodil Bestyrer"))
    admin = who.act(Role.ELECTION_ADMINISTRATOR, CALLED_AT)
    call.set_board(*admin, called.election_id, *board, "Køge Byråd", CALLED_AT.date())
    admin = who.act(Role.ELECTION_ADMINISTRATOR, CALLED_AT)
    station_id = call.add_station(*admin, called.election_id, "Køge Rådhus", ("*",))
    return called.election_id, station_id


def freeze_roll(who: Players, election_id: UUID, lines: list[str]) -> None:
    """The roll of the residents in `lines`, frozen by two people."""
    keeper, at = Role.ROLL_KEEPER, CALLED_AT + timedelta(days=20)
    imported = roll.import_extract(*who.act(keeper, at), election_id, extract_of(lines))
    if not imported.is_taken_over:  # another came before it
        house, scope, act = who.act(keeper, at)
        why = replace(act, reason="Kun de udvalgte beboere.")
        roll.take_over(house, scope, why, election_id, imported.extract_id)
    roll.draw_up(*who.act(keeper, at), election_id)
    roll.freeze(*who.act(keeper, at, Role.ELECTION_ADMINISTRATOR), election_id)


def settle_ballot(who: Players, election_id: UUID, lines: list[str]) -> None:
    """More candidates than seats, so that a poll is held."""
    admin = Role.ELECTION_ADMINISTRATOR
    candidacy.open_candidacy(*who.act(admin, CANDIDACY_AT), election_id)
    for number, cpr in enumerate(_who_may_stand(who, election_id, lines), start=1):
        given = case_acts.Registration(cpr, f"Kandidat {'ABCDEFGHIJ'[number - 1]}", "kontakt@example.dk")
        made = case_acts.register(*who.act(admin, CANDIDACY_AT), election_id, given)
        case = (made.candidacy_id, made.version)
        case_acts.decide(*who.act(admin, CANDIDACY_AT), election_id, *case, Decision.ACCEPT)
    candidacy.close_candidacy(*who.act(admin, CLOSED_AT), election_id)
    with who.installation.database.read() as session:
        labels = tuple(row.label for row in candidacies(session, election(session, SCOPE, election_id)))
    lot = Lot(BALLOT_ORDER, labels, labels, "Birthe Bestyrer", "To vidner", "Sedler i en skål", CLOSED_AT)
    candidacy.settle_ballot_order(*who.act(Role.BOARD_MEMBER, CLOSED_AT), election_id, lot)


def _who_may_stand(who: Players, election_id: UUID, lines: list[str]) -> list[str]:
    keyring = who.installation.keys.open(SCOPE.municipality)
    found: list[str] = []
    with who.installation.database.read() as session:
        row: Election = election(session, SCOPE, election_id)
        for line in lines:
            cpr = line.split(";", 1)[0]
            entry = entry_by_index(session, row, keyring.blind_index(cpr))
            if entry is not None and entry.may_stand:
                found.append(cpr)
            if len(found) == CANDIDATES:
                break
    return found
