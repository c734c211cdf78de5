"""Elections played through the acts, up to a chosen phase, for any test that needs one.

    played = call_koege(installation)          # phase called: board and one station, everyone has a role
    with_roll(played, voters=30)               # extract imported, roll drawn up and frozen by two people
    with_candidates(played, candidates=7)      # … phase preparation: accepted, ballot order drawn by lot
    polling(played, admitted=20)               # … phase polling: cards, papers, station open, voters admitted
    counting(played)                           # … phase counting: station closed
    counted(played, {"c1": 12, "c2": 8})       # … phase counted, or what the count says it needs first
    certified(played)                          # … phase certified: requested by one, approved by another

Each function can be called on its own and takes what it needs from the one before; `play_to` calls them all.
Nothing here writes to the database but through the acts. Everyone is invented: no CPR number passes modulus 11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from election.ballots.acts import deliver
from election.call.acts import add_station, call_election, set_board
from election.call.lots import BALLOT_ORDER, Lot
from election.call.records import Election, Kind
from election.call.records import election as read_election
from election.call.rules import Phase
from election.candidacy.acts import (
    close_candidacy,
    declare_uncontested,
    open_candidacy,
    settle_ballot_order,
)
from election.candidacy.case_acts import Registration, decide, register
from election.candidacy.records import candidacies
from election.candidacy.rules import Decision
from election.certification.acts import approve, request
from election.closing.acts import close_polls
from election.counting.acts import Determined, determine, enter_tally, settle
from election.counting.assembly import form_of
from election.counting.rules import CountKind
from election.poll_cards.acts import issue
from election.polling.acts import admit, close_station, open_polls, open_station
from election.roll.acts import draw_up, freeze, import_extract
from election.roll.records import voters
from registry.accounts.acts import appoint_first, hasher
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY, Scope
from registry.regulation.loader import shipped
from registry.roles import EVERY_ROLE, Role
from tests.snapshots import remembered, stage

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SCOPE = Scope("0259", "integrationsraad")
EVERYWHERE = Scope("0259", WHOLE_MUNICIPALITY)
"""The scope of acts on officials and roles."""
ELECTION_ON = date(2017, 11, 27)
EXTRACT_ON = date(2017, 11, 10)
PASSWORD = "tredive-roede-baade"
"""The password of every official here."""
SECOND_PEOPLE = ("board_member_2", "board_member_3", "polling_official_2", "enterer_2", "certifier_2")
BOARD = ("Board Member", "Board Member 2", "Board Member 3")
DESK = "A"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_PASSWORD_HASH = hasher("test").hash(PASSWORD)


def at(day: date, clock: str) -> datetime:
    """An instant by the clock on the wall: `at(ELECTION_ON, "18:10")`."""
    return datetime.combine(day, time.fromisoformat(clock), COPENHAGEN).astimezone(UTC)


CALLED_AT = at(ELECTION_ON - timedelta(days=92), "09:00")
ROLL_AT = at(EXTRACT_ON + timedelta(days=1), "09:00")
CANDIDACY_AT = at(ELECTION_ON - timedelta(days=20), "09:00")
CLOSED_AT = at(ELECTION_ON - timedelta(days=7), "13:00")
POLLING_AT = at(ELECTION_ON, "17:00")
COUNTING_AT = at(ELECTION_ON, "20:15")


# --- people -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """One row of an extract. The default is somebody of foreign origin who may vote and stand in Køge."""

    cpr: str
    first_names: str
    surname: str
    country: str = "SY"
    """Citizenship, birth and both parents."""
    municipality: str = "0259"
    status: str = "resident"
    is_protected: bool = False
    district: str = "Ellemarken"


def is_invented(cpr: str) -> bool:
    """Whether the number fails modulus 11 and is not of the days on which numbers without it were issued."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    fails = sum(int(digit) * weight for digit, weight in zip(cpr, weights, strict=True)) % 11 != 0
    return fails and not (cpr.startswith("0101") and 60 <= int(cpr[4:6]) <= 95)


def invented_cpr(number: int, born_in: range = range(1950, 1996)) -> str:
    """The CPR number of invented person `number`: always the same one, different for each (below 20,000)."""
    born_on = date(born_in[number % len(born_in)], 1 + number % 12, 2 + number % 27)
    for serial in range(number % 2000, 4000):
        cpr = f"{born_on:%d%m%y}{serial:04d}"
        if is_invented(cpr):
            return cpr
    raise AssertionError("no invented number left for this day")


_FIRST_NAMES = ("Amina", "Yusuf", "Leyla", "Omar", "Zeynep", "Ivan", "Fatima", "Çiğdem", "Dalibor", "Ørjan")
_SURNAMES = ("Hassan", "Yılmaz", "Kovalenko", "Åberg", "Ali", "Nowak", "Æbelø", "Rahimi", "Diaz")


def people(voters: int, *, others: int = 0) -> list[Person]:
    """`voters` who may vote and stand, then `others` of Danish origin, who may not."""
    return [
        Person(
            cpr=invented_cpr(number),
            first_names=_FIRST_NAMES[number % len(_FIRST_NAMES)],
            surname=f"{_SURNAMES[number % len(_SURNAMES)]}{'-Bak' if number >= 90 else ''}",
            country="SY" if number < voters else "DK",
        )
        for number in range(voters + others)
    ]


_HEADER = (
    "cpr;first_names;surname;address;postal_code;city;municipality;moved_in;resident_in_dk_since;citizenship;"
    "birth_country;mother_birth_country;father_birth_country;mother_citizenship;father_citizenship;protected;"
    "status;status_since;polling_district"
)


def extract_csv(rows: list[Person]) -> bytes:
    """An extract as the population register hands it over (contracts/residents.md)."""
    lines = [_HEADER]
    for person in rows:
        address = ("", "", "") if person.is_protected else ("Nørregade 1", "4600", "Køge")
        since = "2010-05-01" if person.status == "resident" else "2017-06-01"
        cells = [person.cpr, person.first_names, person.surname, *address, person.municipality]
        cells += ["2010-05-01", "2010-05-01", *[person.country] * 6, str(int(person.is_protected))]
        cells += [person.status, since, person.district]
        lines.append(";".join(cells))
    return ("\n".join(lines) + "\n").encode()


# --- officials --------------------------------------------------------------------------------------------


def officials(installation: Installation, scope: Scope = SCOPE) -> dict[str, UUID]:
    """One person for each role, by the role's id, and a second (third) one for what needs several people.

    Keys: every role id, and `SECOND_PEOPLE`. The key is also the username (with the municipality's code before
    it outside Køge); the password is `PASSWORD`. Roles are held for the whole municipality.
    """
    installation.keys.create(scope.municipality)
    prefix = "" if scope.municipality == SCOPE.municipality else f"{scope.municipality}."
    start = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, CALLED_AT, uuid4())
    with installation.database.write() as session:
        return {
            key: appoint_first(
                session,
                scope.municipality,
                prefix + key,
                key.replace("_", " ").title(),
                _PASSWORD_HASH,
                [role_of(key)],
                start,
            )
            for key in (*(role.value for role in sorted(EVERY_ROLE)), *SECOND_PEOPLE)
        }


def role_of(key: str) -> Role:
    """`enterer_2` is an enterer."""
    return Role(key.removesuffix("_2").removesuffix("_3"))


# --- elections --------------------------------------------------------------------------------------------


@dataclass
class Played:
    """An election that is being played, and everyone who works with it."""

    installation: Installation
    election_id: UUID
    officials: dict[str, UUID]
    scope: Scope = SCOPE
    stations: list[UUID] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    entries: list[UUID] = field(default_factory=list)
    """Roll entries of those who may vote, in roll order."""
    admitted: list[UUID] = field(default_factory=list)
    now: datetime = CALLED_AT

    def act(self, who: str, *, second: str | None = None, reason: str = "", request_id: UUID | None = None) -> Act:
        """An act by the official with this key (`enterer_2` acts as enterer), now, under a new request."""
        return Act(
            self.officials[who],
            role_of(who),
            self.now,
            request_id or uuid4(),
            reason,
            self.officials[second] if second else None,
        )

    @property
    def by(self) -> tuple[Installation, Scope]:
        """What every act takes first: `act_of_a_room(*played.by, played.act(…), played.election_id, …)`."""
        return self.installation, self.scope

    def read(self) -> Election:
        """The election as it is now; only its own columns may be used."""
        with self.installation.database.read() as session:
            return read_election(session, self.scope, self.election_id)

    @property
    def phase(self) -> Phase:
        return self.read().in_phase

    def lot(self, purpose: str, among: list[str], drawn: list[str]) -> Lot:
        """A draw by the chair of the board."""
        return Lot(purpose, tuple(among), tuple(drawn), BOARD[0], "To vidner", "Sedler i en skål", self.now)


def call_koege(
    installation: Installation,
    who: dict[str, UUID] | None = None,
    *,
    regulation: str = "koege-2018",
    slug: str = "2017",
    stations: int = 1,
    kind: Kind = Kind.REHEARSAL,
    scope: Scope = SCOPE,
    election_on: date = ELECTION_ON,
    extract_on: date = EXTRACT_ON,
) -> Played:
    """Call an election on a shipped regulation, with its board and `stations` stations. Phase: called.

    With several stations, the first votes for Ellemarken and the others for districts 2, 3 …
    """
    rules = shipped(regulation)
    days = (election_on, extract_on)
    return _call(installation, who, regulation, rules.sha256, rules.data, slug, stations, kind, scope, days)


@stage
def _call(
    installation: Installation,
    who: dict[str, UUID] | None,
    regulation: str,
    sha256: str,
    data: bytes,
    slug: str,
    stations: int,
    kind: Kind,
    scope: Scope,
    days: tuple[date, date],
) -> Played:
    who = who or officials(installation, scope)
    act = Act(who["election_administrator"], Role.ELECTION_ADMINISTRATOR, CALLED_AT, uuid4())
    called = call_election(
        *(installation, scope, act, slug, kind, *days, regulation, sha256, data),
        None if kind is Kind.LIVE else CALLED_AT,
    )
    played = Played(installation, called.election_id, who, scope)
    admin = "election_administrator"
    set_board(
        *played.by, played.act(admin), played.election_id, BOARD[0], BOARD[1:], "Køge Byråd", date(2017, 8, 1)
    )
    for number in range(1, stations + 1):
        districts = ("*",) if stations == 1 else ("Ellemarken" if number == 1 else str(number),)
        name = "Køge Rådhus, kantinen" if number == 1 else f"Stemmested {number}"
        played.stations.append(add_station(*played.by, played.act(admin), played.election_id, name, districts))
    return played


@stage
def with_roll(played: Played, voters: int = 12, *, others: int = 3, rows: list[Person] | None = None) -> Played:
    """Import an extract, draw up the roll and freeze it by two people. Can be done in any phase before polling."""
    played.people = rows if rows is not None else people(voters, others=others)
    played.now = max(played.now, ROLL_AT)
    keeper = "roll_keeper"
    import_extract(*played.by, played.act(keeper), played.election_id, extract_csv(played.people))
    draw_up(*played.by, played.act(keeper), played.election_id)
    freeze(*played.by, played.act(keeper, second="election_administrator"), played.election_id)
    played.entries = _entries(played)
    return played


def _entries(played: Played) -> list[UUID]:
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        return [entry.id for entry in voters(session, election)]


@stage
def with_candidates(played: Played, candidates: int = 7) -> Played:
    """Open candidacy, receive, accept, close, draw lots about the ballot order (c1 first). Phase: preparation."""
    admin = "election_administrator"
    played.now = max(played.now, CANDIDACY_AT)
    open_candidacy(*played.by, played.act(admin), played.election_id)
    source = [p for p in played.people if p.country != "DK"] or people(candidates)
    for number, person in enumerate(source[:candidates]):
        name = f"{person.first_names} {person.surname} {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}"
        registered = register(
            *played.by, played.act(admin), played.election_id, Registration(person.cpr, name, "kontakt@example.dk")
        )
        made = (registered.candidacy_id, registered.version)
        decide(*played.by, played.act(admin), played.election_id, *made, Decision.ACCEPT)
    played.now = max(played.now, CLOSED_AT)
    close_candidacy(*played.by, played.act(admin), played.election_id)
    labels = _labels(played)
    settle_ballot_order(
        *played.by, played.act("board_member"), played.election_id, played.lot(BALLOT_ORDER, labels, labels)
    )
    return played


def _labels(played: Played) -> list[str]:
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        return [row.label for row in candidacies(session, election)]


@stage
def polling(played: Played, admitted: int = 0, *, papers: int = 100) -> Played:
    """Issue cards, deliver papers, open polls and every station, admit the first voters. Phase: polling."""
    admin = "election_administrator"
    issue(*played.by, played.act("roll_keeper"), played.election_id)
    for station in played.stations if papers else ():
        deliver(*played.by, played.act(admin), played.election_id, station, papers, "B1")
    played.now = max(played.now, POLLING_AT)
    open_polls(*played.by, played.act(admin), played.election_id)
    for station in played.stations:
        open_station(*played.by, played.act("station_leader"), played.election_id, station, "4711", "To vidner")
    for entry in played.entries[:admitted]:
        played.now += timedelta(seconds=20)
        admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], DESK, entry)
        played.admitted.append(entry)
    return played


@stage
def counting(played: Played) -> Played:
    """Every station closes after the last in line; the polls are closed. Phase: counting."""
    played.now = max(played.now, COUNTING_AT)
    for station in played.stations:
        close_station(*played.by, played.act("station_leader"), played.election_id, station, True)
    without_books = played.act("election_administrator", reason="Afstemningsbøgerne er ført på papir")
    close_polls(*played.by, without_books, played.election_id)
    return played


def figures(played: Played, votes: Mapping[str, int], *, papers: int = 100, blank: int = 0) -> dict[str, int]:
    """A whole counting form: candidates not named have 0 votes, and the papers left over were not handed out."""
    with played.installation.database.read() as session:
        form = form_of(session, read_election(session, played.scope, played.election_id))
    in_box = sum(votes.values()) + blank
    filled = {row: votes.get(row, 0) for row in form.vote_rows} | dict.fromkeys(form.invalid_rows, 0)
    return filled | {
        "blank": blank,
        "in_box": in_box,
        "unissued": papers - in_box,
        "returned": 0,
        "exchanged": 0,
        "in_envelopes": 0,
    }


@stage
def counted(played: Played, votes: Mapping[str, int], *, papers: int = 100) -> Determined:
    """Two enterers type the same figures for the one station, the board settles and counts.

    `votes` must add up to those admitted, or the ledger asks for an explanation (Refused R330).
    """
    station = played.stations[0]
    form = figures(played, votes, papers=papers)
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, station, CountKind.FINAL, entry, form)
    settle(*played.by, played.act("board_member"), played.election_id, station)
    return determine(*played.by, played.act("board_member"), played.election_id)


def clear_votes(voters: int, candidates: int) -> dict[str, int]:
    """Votes that add up to `voters` and need no lot: c1 has most, the last none. (At least n(n-1)/2 voters.)"""
    votes = {f"c{number}": candidates - number for number in range(1, candidates + 1)}
    votes["c1"] += voters - sum(votes.values())
    return votes


def play_to(phase: Phase, installation: Installation, *, voters: int = 15, candidates: int = 6) -> Played:
    """A whole election up to a phase; from polling on everybody has been admitted.

    Uncontested: as many candidates as seats, and the board decides that no poll is held.
    """
    key = ("play_to", phase, voters, candidates)
    return remembered(key, installation, lambda: _play_to(phase, installation, voters, candidates))


def _play_to(phase: Phase, installation: Installation, voters: int, candidates: int) -> Played:
    played = call_koege(installation)
    if phase is Phase.CALLED:
        return played
    with_roll(played, voters)
    if phase is Phase.CANDIDACY:
        played.now = max(played.now, CANDIDACY_AT)
        open_candidacy(*played.by, played.act("election_administrator"), played.election_id)
        return played
    with_candidates(played, 5 if phase is Phase.UNCONTESTED else candidates)
    if phase is Phase.UNCONTESTED:
        declare_uncontested(*played.by, played.act("board_member"), played.election_id)
    if phase in (Phase.PREPARATION, Phase.UNCONTESTED):
        return played
    polling(played, admitted=voters)
    if phase is Phase.POLLING:
        return played
    counting(played)
    if phase in (Phase.COUNTED, Phase.CERTIFIED):
        counted(played, clear_votes(voters, candidates))
    return certified(played) if phase is Phase.CERTIFIED else played


@stage
def certified(played: Played) -> Played:
    """One certifier requests, the other approves. From counted (final counts) or uncontested. Phase: certified."""
    asked = request(*played.by, played.act("certifier"), played.election_id)
    approve(*played.by, played.act("certifier_2"), played.election_id, asked)
    return played


# --- the browser ------------------------------------------------------------------------------------------


def form_value(page: str, name: str) -> str:
    """The value of a hidden field (`csrf_token`, `request_id`) on a page."""
    for tag in re.findall(r"<input\b[^>]*>", page):
        if re.search(rf'\bname="{re.escape(name)}"', tag):
            found = re.search(r'\bvalue="([^"]*)"', tag)
            return found.group(1) if found else ""
    raise AssertionError(f"the page has no field {name}")


def sign_in(client: FlaskClient, who: str, password: str = PASSWORD) -> None:
    """Sign an official of `officials` in through the page."""
    page = client.get("/log-ind").get_data(as_text=True)
    answer = client.post(
        "/log-ind",
        data={"username": who, "password": password, "csrf_token": form_value(page, "csrf_token")},
    )
    assert answer.status_code == 302, f"{who} could not sign in: {answer.status_code}"
