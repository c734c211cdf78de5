"""polling.csv and tallies.csv: the day of the poll, the count, the lots, the result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.ballots.rules import ballot_types
from election.call.clock import COPENHAGEN
from election.call.lots import BALLOT_ORDER
from election.call.records import Election
from election.closing.acts import close_polls
from election.counting import acts as counting
from election.counting.acts import TallyState
from election.counting.assembly import units
from election.counting.rules import (
    EXPLAINABLE,
    NO_SUCH_FINDING,
    ROWS_DO_NOT_ADD_UP,
    SAME_ENTERER,
    TALLIES_DIFFER,
    UNKNOWN_ROW,
    CountKind,
)
from election.polling import acts as polling
from election.polling import paper_acts as papers
from election.polling.records import PollingEvent
from election.polling.rules import EventKind
from election.postal import acts as postal
from election.postal.records import register, reviews
from election.postal.rules import Ground
from election.postal.standing import poll_closes_at
from election.roll.records import entry_by_index
from registry.findings import Refused
from registry.roles import Role
from scripts.rehearsal.case import NEEDS_GROUND, POLLING_ACTS, WITHOUT_PERSON, Row
from scripts.rehearsal.stages import WHO_MAY, Rehearsal, correct_the_roll, in_order, morning_of, read_lot
from scripts.rehearsal.trouble import BadInput, Waiting

DESK = "1"
BOOKS_ARE_TALLIES = "Generalprøve fra filer: sedlerne er talt i tallies.csv"
"""Why the polls end without poll books here: the files of a case have the piles with the count."""
FOR_ANYBODY = frozenset({"doubtful", "postal_received", "postal_set_aside"})
"""Acts that also concern people who are not on the roll, or not any more."""
GROUNDS_IN_FILES = {
    "død": Ground.DEAD,
    "fraflyttet": Ground.NOT_ON_THE_ROLL,
    "ikke på valglisten": Ground.NOT_ON_THE_ROLL,
    "ikke det rigtige materiale": Ground.WRONG_MATERIAL,
    "flere følgebreve": Ground.WRONG_NUMBER,
}
"""What a case calls the grounds of the law; any other words say how the procedure was not followed. The words
themselves are kept as the remark."""
FINDINGS_OF_THE_LEDGER = EXPLAINABLE | {TALLIES_DIFFER.code, ROWS_DO_NOT_ADD_UP.code}
LOT_PURPOSES = frozenset(
    {
        BALLOT_ORDER, "list-seat", "seat", "substitute-order", "round-three", "surplus-order", "exclusion",
        "choice-order",
    }
)  # fmt: skip
"""The questions that any count of counting.md may ask, and the order on the ballot paper."""


def first_at(run: Rehearsal) -> datetime | None:
    """When the tables begin their work; corrections of the roll that come later are made in between."""
    rows = (row for row in run.case.polling or () if row["act"] != "postal_received")
    return min((row.instant("at") for row in rows), default=None)


def poll(run: Rehearsal) -> None:
    """Play polling.csv. A second admission of a person is refused and counted and does not stop the run."""
    rows = run.case.polling
    if rows is None:
        raise Waiting("polling.csv")
    ordered = in_order(rows)
    has_begun, since_said = False, 0
    for number, row in enumerate(ordered, start=1):
        correct_the_roll(run, row.instant("at"))
        if row["act"] not in POLLING_ACTS:
            raise row.bad("act", f"must be one of {', '.join(sorted(POLLING_ACTS))}")
        if row["act"] != "postal_received" and not has_begun:
            _open_polls(run, row.instant("at"))
            has_begun = True
        _play(run, row)
        since_said += 1
        if since_said >= 500:
            run.say(f"afstemning: {number} af {len(ordered)} registreringer")
            since_said = 0
    if not has_begun:
        raise Waiting("polling.csv (no station is opened)")
    correct_the_roll(run)
    last = ordered[-1].instant("at")
    run.move_clock(last)
    run.finished("polling")
    closed = {row["station"] for row in ordered if row["act"] == "close"}
    for name in run.station_ids:
        if name not in closed:
            raise Waiting(f"close {name}")
    act = run.act("polling.close_polls", last, reason=BOOKS_ARE_TALLIES)
    close_polls(run.installation, run.scope, act, run.election_id)


def _open_polls(run: Rehearsal, first_at: datetime) -> None:
    at = (
        min(first_at, morning_of(run))
        if first_at.astimezone(COPENHAGEN).date() == run.case.election_on
        else first_at
    )
    try:
        polling.open_polls(run.installation, run.scope, run.act("polling.open_polls", at), run.election_id)
    except Refused as refused:
        raise BadInput("polling.csv", str(refused)) from refused


def _play(run: Rehearsal, row: Row) -> None:
    station_id = run.station_ids.get(row.required("station"))
    if station_id is None:
        raise row.bad("station", f"is not one of {', '.join(run.station_ids)}")
    kind = row["act"]
    if kind in NEEDS_GROUND and not row["ground"]:
        raise row.bad("ground", f"is empty; {kind} needs one")
    entry_id: UUID | None = None
    if kind not in WITHOUT_PERSON and (row["cpr"] or kind != "doubtful"):
        entry_id = _entry(run, row)
        if entry_id is None and kind not in FOR_ANYBODY:
            raise row.bad("cpr", "is not on the roll")
    elif row["cpr"]:
        raise row.bad("cpr", f"must be empty for {kind}")
    try:
        _PLAYED[kind](run, row, station_id, entry_id)
    except Refused as refused:
        raise row.bad("act", str(refused)) from refused


def _entry(run: Rehearsal, row: Row) -> UUID | None:
    index = run.blind_index(row.cpr())
    entry = run.read(lambda session, election: entry_by_index(session, election, index))
    if entry is None or (row["act"] not in FOR_ANYBODY and (entry.struck_at is not None or not entry.may_vote)):
        return None
    return entry.id


Player = Callable[[Rehearsal, Row, UUID, UUID | None], None]


def _open(run: Rehearsal, row: Row, station_id: UUID, _: UUID | None) -> None:
    act = run.act("polling.open_station", row.instant("at"))
    polling.open_station(
        run.installation, run.scope, act, run.election_id, station_id, "ikke i filen", "ikke i filen"
    )


def _close(run: Rehearsal, row: Row, station_id: UUID, _: UUID | None) -> None:
    act = run.act("polling.close_station", row.instant("at"), reason="efter sagens fil")
    polling.close_station(
        run.installation, run.scope, act, run.election_id, station_id, last_in_line_has_voted=True
    )


def _admit(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    assert entry_id is not None
    act = run.act("polling.admit", row.instant("at"))
    polling.admit(run.installation, run.scope, act, run.election_id, station_id, DESK, entry_id)


def _undo(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    assert entry_id is not None
    leader = run.people.anyone([Role.STATION_LEADER])
    act = run.act("polling.undo_admit", row.instant("at"), leader, reason=row["ground"])
    polling.undo_admit(run.installation, run.scope, act, run.election_id, station_id, DESK, entry_id)


def _exchange(run: Rehearsal, row: Row, station_id: UUID, _: UUID | None) -> None:
    act = run.act("polling.exchange", row.instant("at"))
    paper = _paper_of_the_last(run, station_id)
    papers.exchange(run.installation, run.scope, act, run.election_id, station_id, DESK, paper)


def _paper_of_the_last(run: Rehearsal, station_id: UUID) -> str:
    """The file does not say which paper was spoiled: where there are several, that of the last one let in here."""

    def look(session: Session, election: Election) -> str:
        given = session.scalar(
            select(PollingEvent.ballot_type)
            .where(PollingEvent.station_id == station_id, PollingEvent.kind == EventKind.ADMIT)
            .order_by(PollingEvent.at.desc(), PollingEvent.id)
            .limit(1)
        )
        return given or ballot_types(election)[0]

    return run.read(look)


def _return_unused(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    act = run.act("polling.return_unused", row.instant("at"))
    papers.return_unused(run.installation, run.scope, act, run.election_id, station_id, DESK, entry_id)


def _replace_card(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    assert entry_id is not None
    act = run.act("poll_cards.replace", row.instant("at"))
    polling.replace_card_at_station(run.installation, run.scope, act, run.election_id, station_id, DESK, entry_id)


def _doubtful(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    act = run.act("polling.doubtful", row.instant("at"), reason=row["ground"])
    papers.doubtful(run.installation, run.scope, act, run.election_id, station_id, DESK, entry_id)


def _postal_received(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    _receive(run, row, station_id, entry_id)


def _receive(
    run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None, came_at: datetime | None = None
) -> UUID:
    """The register row of an envelope. The files have no day of casting, so the later number is the later vote."""
    act = run.act("postal.receive", row.instant("at"))
    cast_on = None
    made = postal.receive(
        run.installation, run.scope, act, run.election_id, station_id, entry_id, cast_on, row["station"], came_at
    )
    return made.postal_id


def _postal_accepted(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    _review(run, row, _envelopes(run, row, station_id, entry_id)[-1], None)


def _postal_set_aside(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> None:
    ground = GROUNDS_IN_FILES.get(row["ground"], Ground.PROCEDURE)
    first = _envelopes(run, row, station_id, entry_id)[0]
    _review(run, row, first, Ground.NOT_ON_THE_ROLL if entry_id is None else ground)


def _envelopes(run: Rehearsal, row: Row, station_id: UUID, entry_id: UUID | None) -> list[UUID]:
    """The voter's envelopes that wait at this station. One that no line received came while the poll was open."""

    def waiting(session: Session, election: Election) -> list[UUID]:
        decided = reviews(session, election)
        own = (one for one in register(session, election, station_id) if one.entry_id == entry_id)
        return [one.id for one in own if one.id not in decided and not one.is_too_late]

    found = run.read(waiting)
    if found:
        return found
    closes_at = run.read(lambda _, election: poll_closes_at(election))
    return [_receive(run, row, station_id, entry_id, min(row.instant("at"), closes_at))]


def _review(run: Rehearsal, row: Row, postal_id: UUID, ground: Ground | None) -> None:
    first = run.people.anyone(WHO_MAY["postal.review"])
    second = run.people.besides(first[0], WHO_MAY["postal.review"])
    act = run.act("postal.review", row.instant("at"), first, second=second)
    decision = (run.election_id, postal_id, ground is None, ground, row["ground"])
    postal.review(run.installation, run.scope, act, *decision)


_PLAYED: dict[str, Player] = {
    "open": _open,
    "close": _close,
    "admit": _admit,
    "undo_admit": _undo,
    "exchange": _exchange,
    "return_unused": _return_unused,
    "replace_card": _replace_card,
    "doubtful": _doubtful,
    "postal_received": _postal_received,
    "postal_accepted": _postal_accepted,
    "postal_set_aside": _postal_set_aside,
}


def enter_tallies(run: Rehearsal) -> None:
    """Both tallies of each station, each by the person in the file; two that are the same become the count."""
    rows = run.case.tallies
    if not rows:
        raise Waiting("tallies.csv")
    at = run.read(lambda _, row: row.clock_at) or morning_of(run)
    waiting: list[str] = []
    for (station, kind, entry), own in _tallies(run).items():
        by = own[0].required("by")
        who = run.people.named(by, WHO_MAY["counting.enter_tally"])
        if who is None:
            raise own[0].bad("by", f"{by!r} is no official with role enterer")
        figures = {row["row"]: row.number("number") for row in own}
        act = run.act("counting.enter_tally", at, who)
        try:
            answer = counting.enter_tally(
                run.installation, run.scope, act, run.election_id, run.station_ids[station], kind, entry, figures
            )
        except Refused as refused:
            if refused.kind.code == "R321":
                waiting.append(f"tally of {station}, {kind} {entry}: {refused.facts['rows']}")
                continue
            named = next((row for row in own if row["row"] == refused.facts.get("row")), own[0])
            column = "by" if refused.kind is SAME_ENTERER else "row" if refused.kind is UNKNOWN_ROW else "number"
            raise named.bad(column, f"{station}, {kind} {entry}: {refused}") from refused
        if answer.state is TallyState.DIFFER:
            waiting.append(f"tallies differ at {station}, {kind}: {', '.join(answer.rows)}")
        elif answer.state is TallyState.DO_NOT_ADD_UP:
            waiting.append(f"tallies of {station}, {kind} do not add up")
    run.finished("tallies")
    given = list(_tallies(run))
    waiting += [
        f"tallies.csv {station}, {kind}: entry {3 - entry}"
        for station, kind, entry in given
        if (station, kind, 3 - entry) not in given
    ]
    if waiting:
        raise Waiting(waiting[0])
    for unit in run.read(units):
        if unit.figures is None:
            raise Waiting(f"tallies.csv {unit.station.name}")


def _tallies(run: Rehearsal) -> dict[tuple[str, CountKind, int], list[Row]]:
    found: dict[tuple[str, CountKind, int], list[Row]] = {}
    for row in run.case.tallies or ():
        if row.required("station") not in run.station_ids:
            raise row.bad("station", f"is not one of {', '.join(run.station_ids)}")
        if row["count"] not in set(CountKind):
            raise row.bad("count", "must be preliminary or final")
        if row["entry"] not in ("1", "2"):
            raise row.bad("entry", "must be 1 or 2")
        own = found.setdefault((row["station"], CountKind(row["count"]), int(row["entry"])), [])
        if any(other["row"] == row["row"] for other in own):
            raise row.bad("row", f"{row['row']} stands twice in the same tally")
        if own and own[0]["by"] != row["by"]:
            raise row.bad("by", "one tally is entered by one person")
        own.append(row)
    return found


def settle_ledgers(run: Rehearsal) -> None:
    """Explanations from the file, then each ledger is closed; what is not explained is waited for."""
    at = (run.read(lambda _, row: row.clock_at) or morning_of(run)) + timedelta(minutes=30)
    for row in run.case.explanations:
        station_id = run.station_ids.get(row.required("station"))
        if station_id is None:
            raise row.bad("station", f"is not one of {', '.join(run.station_ids)}")
        if row.required("finding") not in FINDINGS_OF_THE_LEDGER:
            raise row.bad("finding", f"must be one of {', '.join(sorted(FINDINGS_OF_THE_LEDGER))}")
        by = row.required("by")
        who = run.people.named(by, WHO_MAY["counting.explain"])
        text = row.required("text") if who else f"{row.required('text')} ({by})"
        act = run.act("counting.explain", at, who)
        try:
            counting.explain(run.installation, run.scope, act, run.election_id, station_id, row["finding"], text)
        except Refused as refused:
            if refused.kind is not NO_SUCH_FINDING:
                raise row.bad("finding", str(refused)) from refused
            run.say(f"explanations.csv, line {row.line}: {row['station']} har ikke {row['finding']}; ikke brugt")
    for unit in run.read(units):
        if unit.unexplained:
            raise Waiting(f"explanations.csv {unit.station.name} {' '.join(unit.unexplained)}")
        act = run.act("counting.settle", at)
        counting.settle(run.installation, run.scope, act, run.election_id, unit.station.id)
    run.finished("ledger")


def determine_the_result(run: Rehearsal) -> None:
    """Count; record the lots that the count asks for from lots.csv; wait for one that is not there."""
    at = (run.read(lambda _, row: row.clock_at) or morning_of(run)) + timedelta(hours=1)
    used: set[int] = set()
    for row in run.case.lots:
        if row["for"] not in LOT_PURPOSES:
            raise row.bad("for", f"must be one of {', '.join(sorted(LOT_PURPOSES))}")
    while True:
        act = run.act("counting.determine", at)
        found = counting.determine(run.installation, run.scope, act, run.election_id)
        if found.outcome == "decided":
            break
        asked = found.document["lot_required"]
        rows = [
            row
            for row in run.case.lots
            if row["for"] == asked["for"] and set(read_lot(row).among) == set(asked["among"])
        ]
        if not rows:
            run.finished("result")
            raise Waiting(f"lot {asked['for']} {' / '.join(asked['among'])}")
        at = max(at, rows[-1].instant("at"))
        lot_act = run.act("counting.record_lot", at)
        try:
            counting.record_lot(run.installation, run.scope, lot_act, run.election_id, read_lot(rows[-1]))
        except Refused as refused:
            raise rows[-1].bad("drawn", str(refused)) from refused
        used.add(rows[-1].line)
    run.finished("result")
    for row in run.case.lots:
        if row["for"] != BALLOT_ORDER and row.line not in used:
            run.say(f"lots.csv, line {row.line}: optællingen bad ikke om denne lodtrækning; ikke brugt")
    run.move_clock(at)
    run.say("resultat: " + ", ".join(found.document["elected"]))
