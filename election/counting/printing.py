"""The empty counting form, and the count record of a station: what was there, what was counted, why it differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy.orm import Session

from election.ballots.rules import figures_of
from election.call.clock import local
from election.call.records import Election, Station, board
from election.counting.assembly import Unit, form_of, units
from election.counting.changes import changed_rows
from election.counting.explaining import holds_for
from election.counting.layout import parts_of, row_names
from election.counting.records import (
    Count,
    DisputedPaper,
    Explanation,
    disputed_papers,
    explanations,
    opened_counts,
)
from election.counting.rules import CountKind
from election.polling.records import closing, event_counts, opening
from election.polling.rules import Turnout, added, turnout
from election.roll.printing import document_header
from registry.accounts.records import names
from registry.documents import danish_day, danish_time, render
from registry.findings import Refused, finding_kind

RECORD_BEFORE_OPENING = finding_kind(
    "R336", "{station} er ikke åbnet endnu. Optællingsprotokollen er ikke dannet. Åbn stemmestedet først."
)
_KINDS = {CountKind.PRELIMINARY: "Foreløbig optælling", CountKind.FINAL: "Fintælling"}


def count_record_pdf(session: Session, election: Election, station: Station) -> bytes:
    """The count record of a station and those counted with it, a draft until it is closed. Raises Refused R336.

    (KRVL §§ 16, 58, 88 borrowed)
    """
    unit = next(u for u in units(session, election) if station.id in {m.id for m in u.members})
    opened = opening(session, unit.station)
    if opened is None:
        raise Refused(RECORD_BEFORE_OPENING, station=unit.station.name)
    closed = closing(session, unit.station)
    events = event_counts(session, election)
    figures = added([turnout(events.get(m.id, {}), None) for m in unit.members], 0)
    texts = [e for e in explanations(session, election) if e.station_id in {m.id for m in unit.members}]
    again = opened_counts(session, election, unit.station.id)
    known = {opened.by, *(e.by for e in texts)} | ({closed.by} if closed else set())
    known |= {count.reopened_by for count in again if count.reopened_by is not None}
    people = names(session, election.municipality, known)
    members = board(session, election)
    leaders = dict.fromkeys(people[row.by] for row in (opened, closed) if row is not None)
    record: dict[str, object] = {
        "is_draft": closed is None,
        "day": danish_day(election.election_on),
        "station": {
            "name": " + ".join(m.name for m in unit.members),
            "address": [election.regulation.municipality.name.value],
        },
        "board": [{"name": m.name, "role": "Formand" if m.is_chair else "Medlem"} for m in members]
        + [{"name": name, "role": "Leder af stemmestedet"} for name in leaders],
        "opening": {
            "at": danish_time(opened.at),
            "by": people[opened.by],
            "boxes": 1,
            "boxes_shown_empty": True,
            "admitted": opened.zero_report["admitted"],
            "in_box": 0,
            "delivered": opened.zero_report["delivered"],
        },
        "counters": _counters(figures),
        "ledger": figures_of(unit.ledger),
        "counted": _counted(unit),
        "recounts": [_recount(count, people) for count in again],
        "is_counted_again": unit.count is not None and any(one.kind == unit.count.kind for one in again),
        "tally": _tally(session, election, unit, again),
        "findings": _findings(unit, texts, people),
        "events": [
            _sealed(opened.at, opened.seal_number, opened.witnesses),
            *_disputed(session, election, unit),
        ],
        "signatures": [*(m.name for m in members), *leaders],
    }
    if closed is not None:
        record["closing"] = {"at": danish_time(closed.at), "by": people[closed.by]}
    return render("count_record.typ", document_header(election) | record)


def counting_form_pdf(session: Session, election: Election, station: Station, kind: CountKind) -> bytes:
    """The empty form that is filled in by hand at the table: parts, rows and labels of the screen's form."""
    form, called = form_of(session, election), _row_names(session, election)
    unit = next(u for u in units(session, election) if station.id in {m.id for m in u.members})
    with force_locale("da"):
        parts = parts_of(form)
    return render(
        "counting_form.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": " + ".join(m.name for m in unit.members),
            "kind": _KINDS[kind],
            "crosses": {"least": form.min_crosses, "most": form.max_crosses},
            "parts": [{"heading": part.heading, "rows": [called[row] for row in part.rows]} for part in parts],
        },
    )


def _counters(figures: Turnout) -> list[dict[str, object]]:
    return [
        {"label": "Vælgere, der har fået stemmeseddel", "number": figures.admitted},
        {"label": "Afvist, fordi de allerede havde stemt", "number": figures.refused_second_time},
        {"label": "Ombyttede stemmesedler", "number": figures.exchanges},
        {"label": "Stemmesedler leveret tilbage ubrugt", "number": figures.returned},
        {"label": "Stemmesedler i konvolut (tvivl om valgret)", "number": figures.doubtful},
        {"label": "Godkendte brevstemmer", "number": figures.postal},
    ]


def _counted(unit: Unit) -> str:
    """Which count the figures are, and its revision."""
    if unit.count is None:
        return ""
    return f"{_KINDS[CountKind(unit.count.kind)]}, version {unit.count.revision}"


def _recount(count: Count, people: Mapping[UUID, str]) -> dict[str, object]:
    assert count.reopened_at is not None
    return {
        "count": f"{_KINDS[CountKind(count.kind)]}, version {count.revision}",
        "day": danish_day(local(count.reopened_at).date()),
        "at": danish_time(count.reopened_at),
        "by": people.get(count.reopened_by, "") if count.reopened_by else "",
        "reason": count.reopen_reason,
    }


def _tally(session: Session, election: Election, unit: Unit, again: list[Count]) -> list[dict[str, object]]:
    """The agreed figures in the order of the counting form, with what a row was before the station was counted
    again; nothing while they are not agreed."""
    if unit.figures is None:
        return []
    form, called = form_of(session, election), _row_names(session, election)
    before = [count for count in again if unit.count is not None and count.kind == unit.count.kind]
    old: Mapping[str, int] = {}
    if before and unit.count is not None:
        now = unit.count.figures
        # Of a heap only the part that was counted anew is another number.
        old = {
            row: unit.figures[row] - now[row] + number
            for row, number in changed_rows(before[-1].figures, now).items()
            if row in unit.figures
        }
    return [
        {"label": called.get(row, row), "number": unit.figures[row]} | ({"old": old[row]} if row in old else {})
        for row in form.rows_with(unit.figures)
        if row in unit.figures
    ]


def _row_names(session: Session, election: Election) -> dict[str, str]:
    """The labels of the form in Danish, whoever prints it, and reasons that the form does not print."""
    with force_locale("da"):
        grounds = {
            f"invalid:{g.code}": f"Ugyldige: {g.text.value}" for g in election.regulation.counting.invalid_grounds
        }
        return grounds | row_names(session, election)


def _findings(unit: Unit, texts: list[Explanation], people: Mapping[UUID, str]) -> list[dict[str, object]]:
    """Each with what was said of it, and what was said while its figures were others."""
    found = []
    for finding in unit.findings:
        code = finding.kind.code
        row: dict[str, object] = {"code": code, "text": finding.in_danish()}
        own = [e for e in texts if e.code == code and holds_for(e, finding)]
        if code in unit.explained:
            row["explanation"] = unit.explained[code]
            if own:
                row["by"] = ", ".join(dict.fromkeys(people.get(e.by, "") for e in own))
        before = [e.text for e in texts if e.code == code and e not in own]
        if before:
            row["before"] = " · ".join(before)
        found.append(row)
    return found


def _disputed(session: Session, election: Election, unit: Unit) -> list[dict[str, object]]:
    """The board's decisions about disputed papers, in the order in which they were made."""
    called = _row_names(session, election)
    words = {ground.code: ground.text.value for ground in election.regulation.counting.invalid_grounds}

    def seen(paper: DisputedPaper) -> str:
        return "; ".join(words.get(code, code) for code in paper.found_grounds)

    return [
        {
            "at": danish_time(paper.at),
            "text": f"Tvivlsom stemmeseddel ({paper.mark}) tælles som "
            f"{called.get(paper.counted_as, paper.counted_as)}: "
            f"{paper.votes_for} for, {paper.votes_against} imod. {paper.grounds}"
            + (f" Sete grunde: {seen(paper)}." if paper.found_grounds else ""),
        }
        for member in unit.members
        for paper in disputed_papers(session, election, member.id)
    ]


def _sealed(at: datetime, seal_number: str, witnesses: str) -> dict[str, object]:
    return {
        "at": danish_time(at),
        "text": f"Stemmekassen er plomberet med nr. {seal_number}. Vidner: {witnesses}.",
    }
