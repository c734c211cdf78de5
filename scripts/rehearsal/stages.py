"""The election of a case, played stage by stage through the acts that the pages call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from election.ballots import acts as ballots
from election.call import acts as call
from election.call.lots import BALLOT_ORDER, Lot
from election.call.records import Election, Kind, Station, election, stations
from election.call.rules import ACTS, Phase
from election.candidacy import acts as candidacy
from election.poll_cards import acts as poll_cards
from election.roll import acts as roll
from election.roll import copies, corrections
from election.roll.corrections import CorrectionKind, LatePerson
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.regulation.calendar import instant, local_instant
from registry.residents.extract import read_extract
from registry.residents.rules import ResidentRow
from registry.roles import Role
from scripts.rehearsal.case import CORRECTIONS, Case, Row
from scripts.rehearsal.people import People
from scripts.rehearsal.trouble import BadInput, Waiting

R = TypeVar("R")
WHO_MAY = {name: sorted(permission.roles) for name, permission in ACTS.items()}


@dataclass
class Rehearsal:
    """One run: where it is played, by whom, and what has been finished."""

    installation: Installation
    case: Case
    people: People
    kind: Kind
    say: Callable[[str], None]
    slug: str
    scope: Scope = field(init=False)
    election_id: UUID = field(init=False)
    station_ids: dict[str, UUID] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    candidates_settled_at: datetime | None = None
    """When the last candidacy was decided, withdrawn in time, or refused because it was not mended."""
    persons: dict[str, ResidentRow] = field(default_factory=dict)
    """The extract by CPR number, for those who are added to the roll later."""
    term_id: UUID | None = None
    """The council's term, once the result is handed over."""
    corrected: int = 0
    """How many corrections, in the order of time, have been made."""

    def __post_init__(self) -> None:
        self.scope = Scope(self.people.municipality, self.people.council)

    def act(
        self,
        name: str,
        at: datetime,
        who: tuple[UUID, Role] | None = None,
        reason: str = "",
        second: UUID | None = None,
    ) -> Act:
        """The act `name` at an instant, by a named official or the first who may."""
        person, role = who or self.people.anyone(WHO_MAY[name])
        return Act(person, role, at.astimezone(UTC), uuid4(), reason, second)

    def read(self, look: Callable[[Session, Election], R]) -> R:
        with self.installation.database.read() as session:
            return look(session, election(session, self.scope, self.election_id))

    def move_clock(self, to: datetime) -> None:
        """The election's clock follows the files; it never goes back."""
        at = self.read(lambda _, row: row.clock_at)
        if at is not None and to.astimezone(UTC) > at:
            call.move_clock(
                self.installation,
                self.scope,
                self.act("call.move_clock", at),
                self.election_id,
                to.astimezone(UTC),
            )

    def blind_index(self, cpr: str) -> bytes:
        return self.installation.keys.open(self.scope.municipality).blind_index(cpr)

    def finished(self, stage: str) -> None:
        self.done.append(stage)


def call_the_election(run: Rehearsal) -> None:
    """The election, its stations, its board."""
    case = run.case
    opens = instant(case.regulation.candidacy.opens.value, case.election_on)
    times = [opens, *(row.instant("submitted_at") for row in case.candidacies or () if row["submitted_at"])]
    at = min(times) - timedelta(days=1)
    if not case.chair:
        raise Waiting("election board ([board] chair and members)")
    person, role = run.people.anyone([Role.ELECTION_ADMINISTRATOR])
    called = call.call_election(
        run.installation,
        run.scope,
        Act(person, role, at, uuid4()),
        slug=run.slug,
        kind=run.kind,
        election_on=case.election_on,
        extract_on=case.extract_on,
        regulation_id=case.regulation_id,
        regulation_sha256=case.regulation_sha256,
        regulation_toml=case.regulation_toml,
        clock_at=at,
    )
    run.election_id = called.election_id
    for station in case.stations:
        run.station_ids[station.name] = call.add_station(
            run.installation,
            run.scope,
            run.act("call.add_station", at),
            run.election_id,
            station.name,
            station.districts,
        )
    for source, into in case.merges:
        if source not in run.station_ids or into not in run.station_ids or source == into:
            raise BadInput(
                "election.toml", f"merge: {source!r} into {into!r} are not two stations of this election"
            )
        try:
            call.count_together(
                run.installation,
                run.scope,
                run.act("call.count_together", at),
                run.election_id,
                run.station_ids[source],
                run.station_ids[into],
            )
        except Refused as refused:
            raise BadInput("election.toml", f"merge: {source!r} into {into!r}: {refused}") from refused
    call.set_board(
        run.installation,
        run.scope,
        run.act("call.set_board", at),
        run.election_id,
        case.chair,
        case.board,
        "efter sagens filer",
        at.date(),
    )
    run.finished("call")


def draw_and_freeze_the_roll(run: Rehearsal) -> None:
    """Extract → roll → frozen by two people; then the corrections, in the order of time."""
    case = run.case
    if case.residents is None:
        raise Waiting("residents.csv")
    report = read_extract(case.residents, extract_date=case.extract_on)
    for problem in report.problems:
        raise BadInput("residents.csv", f"{problem.code} {problem.text}", problem.line, problem.column)
    # Nobody can have drawn up the roll before the day of the extract it is made from.
    at = max(
        run.read(lambda _, row: row.clock_at) or datetime.min.replace(tzinfo=UTC),
        local_instant(case.extract_on, time(12)),
    )
    house, scope, which = run.installation, run.scope, run.election_id
    roll.import_extract(house, scope, run.act("roll.import_extract", at), which, case.residents)
    try:
        figures = roll.draw_up(house, scope, run.act("roll.draw_up", at), which)
    except Refused as refused:
        raise BadInput("residents.csv", str(refused)) from refused
    first = official_by(run, case.acts.get("roll_frozen_by"), "roll.freeze")
    second = (
        official_by(run, case.acts["roll_approved_by"], "roll.freeze")
        if "roll_approved_by" in case.acts
        else run.people.anyone(WHO_MAY["roll.freeze"], {first[0]})
    )
    try:
        roll.freeze(house, scope, run.act("roll.freeze", at, first, second=second[0]), which)
    except Refused as refused:
        raise BadInput("election.toml", f"acts: {refused}") from refused
    run.say(f"valgliste: {figures.residents} i udtrækket, {figures.may_vote} kan stemme")
    run.finished("roll")


def correct_the_roll(run: Rehearsal, until: datetime | None = None) -> None:
    """corrections.csv up to an instant (None: all that are left), each by two people, in the order of time."""
    rows = sorted(run.case.corrections, key=lambda row: row.instant("at"))
    for row in rows[run.corrected :]:
        if until is not None and row.instant("at") > until:
            return
        _correct(run, row)
        run.corrected += 1


def _correct(run: Rehearsal, row: Row) -> None:
    if row["kind"] not in CORRECTIONS:
        raise row.bad("kind", f"must be one of {', '.join(sorted(CORRECTIONS))}")
    cpr, known = row.cpr(), run.persons.get(row.cpr())
    person = None
    if known is not None:
        person = LatePerson(
            known.first_names,
            known.surname,
            known.born_on,
            known.address,
            known.postal_code,
            known.city,
            known.is_protected,
            polling_district=known.polling_district,
        )
    first, second = (
        official_by(run, row.required(column), "roll.correct", row, column) for column in ("by", "approved_by")
    )
    if first[0] == second[0]:
        raise row.bad("approved_by", "is the same person as by")
    act = run.act("roll.correct", row.instant("at"), first, row.required("reason"), second[0])
    try:
        corrections.correct(
            run.installation,
            run.scope,
            act,
            run.election_id,
            CorrectionKind(row["kind"]),
            cpr,
            person,
            is_another_person=True,  # whoever wrote the line had the CPR number before them
        )
    except Refused as refused:
        raise row.bad("cpr", str(refused)) from refused


def official_by(
    run: Rehearsal, name: str | None, act: str, row: Row | None = None, column: str = ""
) -> tuple[UUID, Role]:
    if name is None:
        return run.people.anyone(WHO_MAY[act])
    found = run.people.named(name, WHO_MAY[act])
    if found is None:
        reason = f"{name!r} is no official with role {' or '.join(WHO_MAY[act])}"
        raise row.bad(column, reason) if row else BadInput("election.toml", f"acts: {reason}")
    return found


def settle_the_ballot(run: Rehearsal) -> None:
    """The ballot order by the drawn lot of the case; without one, in the order of receipt."""
    lots = [row for row in run.case.lots if row["for"] == BALLOT_ORDER]
    lot = read_lot(lots[-1]) if lots else None
    at = max(filter(None, [run.read(lambda _, row: row.clock_at), lot.drawn_at if lot else None]))
    try:
        candidacy.settle_ballot_order(
            run.installation, run.scope, run.act("candidacy.settle_ballot_order", at), run.election_id, lot
        )
    except Refused as refused:
        raise (
            lots[-1].bad("drawn", str(refused)) if lots else BadInput("candidacies.csv", str(refused))
        ) from refused
    if lot is None:
        run.say("rækkefølgen på stemmesedlen er ikke lodtrukket i sagen: modtagelsens rækkefølge er brugt")
    run.finished("ballot")


def issue_cards_and_papers(run: Rehearsal) -> None:
    """Poll cards where the regulation has them; blank papers to the stations."""
    at = run.read(lambda _, row: row.clock_at) or datetime.now(UTC)
    house, scope, which = run.installation, run.scope, run.election_id
    if run.case.regulation.polling.has_poll_cards.value:
        cards = poll_cards.issue(house, scope, run.act("poll_cards.issue", at), which)
        run.say(f"valgkort: {cards}")
    _approve_the_paper(run, at)
    for station in run.case.stations:
        if station.ballots_delivered:
            ballots.deliver(
                house,
                scope,
                run.act("ballots.deliver", at),
                which,
                run.station_ids[station.name],
                station.ballots_delivered,
                "1",
            )
    copies.print_copy(house, scope, run.act("roll.print_copy", at), which, None, "bordene på valgdagen")
    run.finished("cards")


def _approve_the_paper(run: Rehearsal, at: datetime) -> None:
    """Two of the case's people approve the ballot paper; with one alone it stays a proof, which is said."""
    house, scope, which = run.installation, run.scope, run.election_id
    try:
        first = run.people.anyone(WHO_MAY["ballots.propose_proof"])
        second = run.people.anyone(WHO_MAY["ballots.approve_proof"], {first[0]})
        sha256 = ballots.propose_proof(house, scope, run.act("ballots.propose_proof", at, first), which)
    except (Waiting, Refused) as trouble:
        run.say(f"stemmesedlen er kun en korrektur: {trouble}")
        return
    ballots.approve_proof(house, scope, run.act("ballots.approve_proof", at, second), which, sha256)


def read_lot(row: Row) -> Lot:
    """One line of lots.csv."""

    def ids(column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in row.required(column).split(" / ") if part.strip())

    return Lot(
        row.required("for"),
        ids("among"),
        ids("drawn"),
        row.required("drawn_by"),
        row.required("witnesses"),
        row.required("method"),
        row.instant("at"),
    )


def station_names(run: Rehearsal) -> dict[UUID, str]:
    return {station_id: name for name, station_id in run.station_ids.items()}


def morning_of(run: Rehearsal) -> datetime:
    return local_instant(run.case.election_on, time(6))


def phase(run: Rehearsal) -> Phase:
    return run.read(lambda _, row: row.in_phase)


def all_stations(run: Rehearsal) -> list[Station]:
    return run.read(stations)


def persons_by_cpr(case: Case) -> dict[str, ResidentRow]:
    if case.residents is None:
        return {}
    return {row.cpr: row for row in read_extract(case.residents, extract_date=case.extract_on).rows}


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows, which must stand in the order of time. Raises BadInput."""
    found, before = [], None
    for row in rows:
        at = row.instant("at")
        if before is not None and at < before:
            raise row.bad("at", "is earlier than the line before; the file must be in time order")
        found.append(row)
        before = at
    return found
