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
from election.candidacy.acts import Registration
from election.candidacy.records import Candidacy, candidacies, supporters
from election.candidacy.rules import (
    BALLOT_NAME_TAKEN,
    Decision,
    RightToStand,
    State,
    valid_supporters,
)
from election.poll_cards import acts as poll_cards
from election.roll import acts as roll
from election.roll.acts import CorrectionKind, LatePerson
from election.roll.records import entry_by_index, refusal_by_index, voters
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.regulation.calendar import instant, local_instant
from registry.residents.extract import read_extract
from registry.residents.rules import ResidentRow
from registry.roles import Role
from scripts.rehearsal.case import CORRECTIONS, Case, Row, read_cpr
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
        call.count_together(
            run.installation,
            run.scope,
            run.act("call.count_together", at),
            run.election_id,
            run.station_ids[source],
            run.station_ids[into],
        )
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
    at = run.read(lambda _, row: row.clock_at) or datetime.now(UTC)
    house, scope, which = run.installation, run.scope, run.election_id
    roll.import_extract(house, scope, run.act("roll.import_extract", at), which, case.residents)
    try:
        figures = roll.draw_up(house, scope, run.act("roll.draw_up", at), which)
    except Refused as refused:
        raise BadInput("residents.csv", str(refused)) from refused
    first = _by(run, case.acts.get("roll_frozen_by"), "roll.freeze")
    second = (
        _by(run, case.acts["roll_approved_by"], "roll.freeze")
        if "roll_approved_by" in case.acts
        else run.people.anyone(WHO_MAY["roll.freeze"], {first[0]})
    )
    try:
        roll.freeze(house, scope, run.act("roll.freeze", at, first, second=second[0]), which)
    except Refused as refused:
        raise BadInput("election.toml", f"acts: {refused}") from refused
    run.say(f"valgliste: {figures.residents} i udtrækket, {figures.may_vote} kan stemme")
    run.finished("roll")


def correct_the_roll(run: Rehearsal, persons: dict[str, ResidentRow]) -> None:
    """corrections.csv, each by two people."""
    for row in sorted(run.case.corrections, key=lambda row: row.instant("at")):
        if row["kind"] not in CORRECTIONS:
            raise row.bad("kind", f"must be one of {', '.join(sorted(CORRECTIONS))}")
        cpr, known = row.cpr(), persons.get(row.cpr())
        person = (
            LatePerson(
                known.first_names,
                known.surname,
                known.born_on,
                known.address,
                known.postal_code,
                known.city,
                known.is_protected,
                polling_district=known.polling_district,
            )
            if known
            else None
        )
        first, second = (
            _by(run, row.required(column), "roll.correct", row, column) for column in ("by", "approved_by")
        )
        act = run.act("roll.correct", row.instant("at"), first, row.required("reason"), second[0])
        try:
            roll.correct(
                run.installation, run.scope, act, run.election_id, CorrectionKind(row["kind"]), cpr, person
            )
        except Refused as refused:
            raise row.bad("kind", str(refused)) from refused
    if run.case.corrections:
        run.finished("corrections")


def _by(run: Rehearsal, name: str | None, act: str, row: Row | None = None, column: str = "") -> tuple[UUID, Role]:
    if name is None:
        return run.people.anyone(WHO_MAY[act])
    found = run.people.named(name, WHO_MAY[act])
    if found is None:
        reason = f"{name!r} is no official with role {' or '.join(WHO_MAY[act])}"
        raise row.bad(column, reason) if row else BadInput("election.toml", f"acts: {reason}")
    return found


def register_candidacies(run: Rehearsal) -> datetime:
    """Open for candidacies and register those of the case. Returns the instant of the last one."""
    rows = run.case.candidacies
    if rows is None:
        raise Waiting("candidacies.csv")
    house, scope, which = run.installation, run.scope, run.election_id
    times = [row.instant("submitted_at") for row in rows]
    at = min(times, default=run.read(lambda _, row: row.clock_at) or datetime.now(UTC))
    candidacy.open_candidacy(house, scope, run.act("candidacy.open", at), which)
    for row, submitted_at in zip(rows, times, strict=True):
        _register(run, row, submitted_at)
    run.move_clock(max([*times, at]))
    return max([*times, at])


def receive_candidacies(run: Rehearsal) -> None:
    """Register, decide and withdraw the candidacies."""
    last_at = register_candidacies(run)
    house, scope, which, rows = run.installation, run.scope, run.election_id, run.case.candidacies or ()
    closes_at = instant(run.case.regulation.candidacy.closes.value, run.case.election_on)
    decided_at = max(closes_at, last_at)
    candidacy.close_candidacy(house, scope, run.act("candidacy.close", decided_at), which)
    _decide_all(run, decided_at)
    for number, row in enumerate(rows, start=1):
        if row["withdrawn_at"]:
            _withdraw(run, f"c{number}", row)
    run.move_clock(decided_at)
    run.finished("candidacy")
    standing = [c for c in run.read(candidacies) if c.in_state is State.ACCEPTED]
    run.say(f"kandidater: {len(rows)} anmeldt, {len(standing)} godkendt")
    if any("ballot_name_taken" in reasons for reasons in run.reasons.values()):
        raise Waiting("distinct ballot name")
    if not standing:
        raise Waiting("candidacies.csv (no accepted candidate)")


def _register(run: Rehearsal, row: Row, submitted_at: datetime) -> None:
    supporters = tuple(
        read_cpr(text, lambda why: row.bad("supporters", why)) for text in row["supporters"].split()
    )
    given = Registration(
        cpr=row.cpr(),
        ballot_name=row.required("ballot_name"),
        list_key=row["list"] or None,
        group=row["group"] or None,
        supporters=supporters,
    )
    try:
        candidacy.register(
            run.installation, run.scope, run.act("candidacy.register", submitted_at), run.election_id, given
        )
    except Refused as refused:
        raise row.bad("cpr" if refused.kind.code in ("R202", "R204") else "ballot_name", str(refused)) from refused


def _withdraw(run: Rehearsal, label: str, row: Row) -> None:
    found = next(c for c in run.read(candidacies) if c.label == label)
    act = run.act("candidacy.withdraw", row.instant("withdrawn_at"), reason="eget ønske")
    try:
        candidacy.withdraw(run.installation, run.scope, act, run.election_id, found.id, found.version)
        run.reasons[label] = ["withdrawn"]
    except Refused as refused:
        run.reasons.setdefault(label, []).append(
            "withdrawal_too_late" if refused.kind.code == "R215" else refused.kind.code
        )


def _decide_all(run: Rehearsal, at: datetime) -> None:
    every = run.read(candidacies)
    rules = run.case.regulation
    counted = run.read(lambda session, row: _supporters(session, row, every))
    who = _by(run, run.case.acts.get("candidacies_decided_by"), "candidacy.decide")
    for found in every:
        if found.in_state is State.LATE:
            run.reasons[found.label] = ["late"]
            continue
        decision, reasons = Decision.ACCEPT, []
        if found.right_to_stand != RightToStand.CONFIRMED:
            decision, reasons = Decision.REFUSE, [run.read(lambda s, e, f=found: _why_not(s, e, f))]  # type: ignore[misc]
        elif counted[found.label] < rules.candidacy.supporters_min.value:
            decision, reasons = Decision.RETURN, ["too_few_supporters"]
        elif rules.has_reserved_seats and found.group not in rules.seats.reserved.value:
            decision, reasons = Decision.RETURN, ["group_missing"]
        act = run.act("candidacy.decide", at, who, ", ".join(reasons))
        try:
            candidacy.decide(run.installation, run.scope, act, run.election_id, found.id, found.version, decision)
        except Refused as refused:
            if refused.kind is not BALLOT_NAME_TAKEN:
                raise BadInput("candidacies.csv", f"{found.label}: {refused}") from refused
            reasons = ["ballot_name_taken"]
        run.reasons[found.label] = reasons


def _supporters(session: Session, row: Election, every: list[Candidacy]) -> dict[str, int]:
    may_vote = frozenset(entry.cpr_index for entry in voters(session, row))
    return valid_supporters(supporters(session, every), may_vote, {c.label: c.cpr_index for c in every})


def _why_not(session: Session, row: Election, found: Candidacy) -> str:
    """The reason code of the roll, for somebody who is not confirmed."""
    refusal = refusal_by_index(session, row, found.cpr_index)
    if refusal is not None:
        return refusal.reason
    entry = entry_by_index(session, row, found.cpr_index)
    return (entry.struck_kind or "may_not_stand") if entry is not None else "not_in_extract"


def cancel_the_poll(run: Rehearsal) -> bool:
    """Whether the board, named in the case, cancels the poll because it is uncontested."""
    name = run.case.uncontested_decided_by
    if name is None:
        return False
    who = _by(run, name, "candidacy.declare_uncontested")
    closes_at = instant(run.case.regulation.candidacy.closes.value, run.case.election_on)
    at = max([closes_at, *(row.instant("submitted_at") for row in run.case.candidacies or ())])
    act = run.act("candidacy.declare_uncontested", at, who)
    try:
        candidacy.declare_uncontested(run.installation, run.scope, act, run.election_id)
    except Refused as refused:
        run.say(f"der skal stemmes: {refused}")
        return False
    run.finished("uncontested")
    return True


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
    run.finished("cards")


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
