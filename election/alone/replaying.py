"""Telling a laptop's act again at the centre, and what is put on record where the centre sees it differently."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from election.alone.records import StationPackage
from election.alone.rules import Difference, Line, Seen, difference
from election.alone.telling import act_at, input_of
from election.call.clock import shown
from election.call.gate import ElectionWork
from election.call.records import Station
from election.poll_cards.records import PollCard, valid_card_of
from election.polling.at_station import take_mark_from
from election.polling.conflicts import PollingConflict
from election.polling.events import write_event
from election.polling.records import PollingEvent, VoterMark, mark, mark_of, station_now, undoing
from election.polling.rules import EventKind
from election.roll.records import RollEntry
from registry.findings import Refused


class Outcome(StrEnum):
    DONE = "done"
    CONFLICT = "conflict"
    KNOWN = "known"
    """The centre had it already: its own news."""


_PAPERS = {
    "exchange": EventKind.EXCHANGE,
    "return_unused": EventKind.RETURN_UNUSED,
    "doubtful": EventKind.DOUBTFUL,
    "help": EventKind.HELP,
    "give_help": EventKind.HELP,
}
"""What happened at a table whatever the centre thinks of it, by the name of the act's function."""


def replay(work: ElectionWork, package: StationPackage, line: Line) -> Outcome:
    """Part of `take_over`: the line's act in this transaction. Refuses nothing that was answered for already.

    What the centre's tables cannot hold is a conflict as well: the lines after it must arrive.
    """
    if line.act == "alone.take_news":
        return Outcome.KNOWN
    try:
        with work.session.begin_nested():
            outcome = _told(work, package, line)
            work.session.flush()
    except IntegrityError:
        entry_id = UUID(line.args[2]) if line.act in _OF_A_VOTER else None
        entry = work.session.get(RollEntry, (*_of(work), entry_id)) if entry_id else None
        _conflict(work, package, line, Difference.UNKNOWN, entry.id if entry is not None else None, _NOT_COUNTED)
        return Outcome.CONFLICT
    return outcome


def _told(work: ElectionWork, package: StationPackage, line: Line) -> Outcome:
    if line.act == "polling.admit":
        return _admit(work, package, line)
    if line.act == "polling.undo_admit":
        return _undo_admit(work, package, line)
    args, kwargs = input_of(line)
    changed_card = _changed_card(work, line, args)
    bare = act_at(line.place)[1].__wrapped__  # type: ignore[attr-defined]
    work.ids_drawn = 0
    try:
        with work.session.begin_nested():
            bare(work, *args, **kwargs)
            work.session.flush()
    except (Refused, IntegrityError) as trouble:
        return _stands_all_the_same(work, package, line, args, trouble)
    work.session.expire_all()
    if changed_card is not None:
        entry_id = args[2]
        _conflict(work, package, line, Difference.REPLACED_CARD, entry_id, changed_card)
        return Outcome.CONFLICT
    return Outcome.DONE


def _admit(work: ElectionWork, package: StationPackage, line: Line) -> Outcome:
    station_id, desk, entry_id = UUID(line.args[0]), str(line.args[1]), UUID(line.args[2])
    _write_under_desk(work, station_id, desk)
    entry = work.session.get(RollEntry, (work.scope.municipality, work.scope.council, entry_id))
    is_known = entry is not None and entry.election_id == work.election.id
    on_record = entry_id if is_known else None
    if "event_id" not in line.answer:
        write_event(work, station_id, EventKind.ADMIT_REFUSED, desk, on_record)
        return Outcome.DONE
    paper = str(line.known.get("ballot_type", ""))
    before = mark_of(work.session, work.election, entry_id) if is_known else None
    was_marked = before is not None and before.has_paper
    elsewhere = _words_of_mark(work, before) if was_marked and before is not None else ""
    card = valid_card_of(work.session, entry) if entry is not None and is_known else None
    seen = Seen(
        is_on_roll=is_known,
        is_voter=entry is not None and entry.may_vote and entry.struck_at is None,
        station=entry.station_id if entry is not None else None,
        has_paper=was_marked,
        card=card.id if card is not None else None,
    )
    # Somebody who is not marked is marked, also when there is something to settle: nobody gets a second paper.
    if is_known and not was_marked:
        mark(work.session, work.scope, entry_id, station_id, desk, admitted_at=line.at)
    write_event(work, station_id, EventKind.ADMIT, desk, on_record, ballot_type=paper)
    known_card = line.known.get("card")
    found = difference(seen, station_id, UUID(known_card) if known_card else None)
    if found is None:
        return Outcome.DONE
    if found is not Difference.DOUBLE:
        elsewhere = _words_of(work, found, entry, card)
    _conflict(work, package, line, found, on_record, elsewhere)
    return Outcome.CONFLICT


def _undo_admit(work: ElectionWork, package: StationPackage, line: Line) -> Outcome:
    """Take back what this laptop had done; a mark that somebody else has set stays.

    An admission that the centre has undone is not counted down once more: only people can say what happened.
    """
    station_id, desk, entry_id = UUID(line.args[0]), str(line.args[1]), UUID(line.args[2])
    _write_under_desk(work, station_id, desk)
    undoes = line.known.get("undoes")
    admitted = work.session.get(PollingEvent, (*_of(work), UUID(undoes))) if undoes else None
    if admitted is None or admitted.entry_id is None:
        paper = str(line.known.get("ballot_type", ""))
        write_event(work, station_id, EventKind.UNDO_ADMIT, desk, None, ground=line.reason, ballot_type=paper)
        return Outcome.DONE
    earlier = undoing(work.session, work.election, [admitted.id]).get(admitted.id)
    if earlier is not None:
        elsewhere = f"Allerede fortrudt {_when(earlier.at)}, bord {earlier.desk}"
        _conflict(work, package, line, Difference.UNKNOWN, entry_id, elsewhere)
        return Outcome.CONFLICT
    take_mark_from(work, admitted)
    write_event(
        work,
        station_id,
        EventKind.UNDO_ADMIT,
        desk,
        entry_id,
        ground=line.reason,
        ballot_type=admitted.ballot_type,
        undoes_id=admitted.id,
    )
    return Outcome.DONE


def _stands_all_the_same(
    work: ElectionWork, package: StationPackage, line: Line, args: list[Any], trouble: Refused | IntegrityError
) -> Outcome:
    """The centre would have refused it, but it was done: papers are counted, and people look at the rest."""
    work.ids_drawn = 0
    entry_id = next((one for one in args[2:3] if isinstance(one, UUID)), None)
    kind = _PAPERS.get(line.place.partition(":")[2])
    station_id = args[0] if args and isinstance(args[0], UUID) else package.station_id
    paper = str(line.known.get("ballot_type", ""))
    if kind is not None:
        _write_under_desk(work, station_id, str(args[1]))
        write_event(work, station_id, kind, str(args[1]), None, ground=line.reason, ballot_type=paper)
    is_letter = line.act == "postal.review"
    if is_letter and args[1:2] == [True]:
        write_event(work, package.station_id, EventKind.POSTAL_ACCEPTED, "brev", None, ballot_type=paper)
    entry = work.session.get(RollEntry, (*_of(work), entry_id)) if entry_id else None
    found = Difference.DOUBLE if is_letter else Difference.UNKNOWN
    why = trouble.in_danish() if isinstance(trouble, Refused) else _DOES_NOT_FIT
    _conflict(work, package, line, found, entry.id if entry is not None else None, why)
    return Outcome.CONFLICT


def _changed_card(work: ElectionWork, line: Line, args: list[Any]) -> str | None:
    """A new card at the station, although the centre had made another one meanwhile: in words."""
    if line.act != "poll_cards.replace" or len(args) < 3:
        return None
    entry = work.session.get(RollEntry, (*_of(work), args[2]))
    card = valid_card_of(work.session, entry) if entry is not None else None
    if card is None or str(card.id) in line.known.get("cards", ()):
        return None
    return _words_of(work, Difference.REPLACED_CARD, entry, card)


def _conflict(
    work: ElectionWork,
    package: StationPackage,
    line: Line,
    found: Difference,
    entry_id: UUID | None,
    elsewhere: str,
) -> None:
    desk = str(line.args[1]) if len(line.args) > 1 else ""
    here = f"{DONE_HERE.get(line.act, line.act)} {shown(line.at)}"
    here += f", bord {desk}" if line.act.startswith("polling.") and desk else ""
    work.session.add(
        PollingConflict(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=work.new_id(),
            election_id=work.election.id,
            station_id=package.station_id,
            entry_id=entry_id,
            kind=found.value,
            here=f"{here} (laptoppen {package.laptop}, pakke {package.number}, linje {line.seq})",
            elsewhere=elsewhere,
            at=line.at,
        )
    )


_OF_A_VOTER = frozenset({"polling.admit", "polling.undo_admit", "poll_cards.replace"})
_DOES_NOT_FIT = "Passer ikke til det, centralen har"
_NOT_COUNTED = f"{_DOES_NOT_FIT}; intet er talt med herfra"
DONE_HERE = {
    "polling.admit": "Fik stemmeseddel",
    "poll_cards.replace": "Nyt valgkort",
    "postal.review": "Brevstemme afgjort",
    "polling.exchange": "Ombyttet stemmeseddel",
    "polling.return_unused": "Ubrugt stemmeseddel tilbage",
    "polling.doubtful": "Stemmeseddel i kuvert",
    "polling.help": "Hjælp givet",
    "polling.open_station": "Stemmestedet åbnet",
    "polling.close_station": "Stemmestedet lukket",
    "polling.undo_admit": "Indlukning fortrudt",
    "polling.undo_event": "Fortrudt",
    "polling.count_queue": "Kø talt",
}


def _words_of(work: ElectionWork, found: Difference, entry: RollEntry | None, card: PollCard | None) -> str:
    if found is Difference.STRUCK and entry is not None:
        return f"Slettet af valglisten {_when(entry.struck_at)}" if entry.struck_at else "Må ikke stemme"
    if found is Difference.MOVED and entry is not None:
        return f"Hører til {_name(work, entry.station_id)}"
    if found is Difference.REPLACED_CARD:
        return f"Nyt valgkort {_when(card.issued_at)}" if card is not None else "Intet gyldigt valgkort"
    return ""


def _words_of_mark(work: ElectionWork, before: VoterMark) -> str:
    if before.postal_accepted_at is not None:
        return f"Brevstemme godkendt {_when(before.postal_accepted_at)}"
    return f"Fik stemmeseddel {_when(before.admitted_at)} på {_name(work, before.station_id)}, bord {before.desk}"


def _when(at: datetime | None) -> str:
    return shown(at) if at is not None else ""


def _name(work: ElectionWork, station_id: UUID | None) -> str:
    found = work.session.get(Station, (*_of(work), station_id)) if station_id else None
    return found.name if found is not None else "?"


def _of(work: ElectionWork) -> tuple[str, str]:
    return work.scope.municipality, work.scope.council


def _write_under_desk(work: ElectionWork, station_id: UUID, desk: str) -> None:
    """The log's chain is that of the desk, as if it had happened at the centre."""
    station = station_now(work.session, work.election, station_id)
    if station is not None:
        work.writer = f"desk/{station.code}/{desk}"
