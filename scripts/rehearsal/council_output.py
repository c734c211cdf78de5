"""council.json, meeting.json and the documents of the certified result, the appointment and the meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election
from election.certification.evidence import evidence_zip
from election.certification.printing import election_record_pdf
from election.constitution.records import BallotRound, PostBallot, ballots, lots, rounds
from election.constitution.rules import State
from registry.appointment.printing import appointment_case_pdf
from registry.appointment.records import AppointmentDecision, Nominee, case_of, decisions, nominees
from registry.appointment.rules import Ruling
from registry.councils import clock
from registry.councils.records import CouncilTerm, groups, people
from registry.councils.rules import GroupRule, deviations
from registry.meetings.minutes import minutes_pdf
from registry.meetings.records import Meeting, constitutive, entries, presence
from registry.meetings.rules import days_of_notice, intervals
from registry.membership.records import ANNULLED, Place, council_on, offices
from registry.regulation.calendar import COPENHAGEN
from scripts.rehearsal.council_stages import in_council
from scripts.rehearsal.output import Files, as_json
from scripts.rehearsal.stages import Rehearsal


def record_files(run: Rehearsal) -> Files:
    """The certified record and everything that an outsider needs to check it."""
    keyring = run.installation.keys.open(run.scope.municipality)

    def look(session: Session, election: Election) -> Files:
        return {
            "election_record.pdf": election_record_pdf(session, keyring, election),
            "evidence.zip": evidence_zip(session, keyring, election),
        }

    return run.read(look)


def case_files(run: Rehearsal) -> Files:
    """The case for the appointing body, and the council as it is."""

    def look(session: Session, council: CouncilTerm) -> Files:
        return {
            "appointment_case.pdf": appointment_case_pdf(session, council),
            "council.json": as_json(_council(session, council)),
        }

    return in_council(run, look)


def meeting_files(run: Rehearsal) -> Files:
    """The minutes, and the figures that they rest on."""

    def look(session: Session, council: CouncilTerm) -> Files:
        of = constitutive(session, council)
        assert of is not None
        return {
            "minutes.pdf": minutes_pdf(session, council, of),
            "meeting.json": as_json(_meeting(session, council, of)),
        }

    return in_council(run, look)


def _council(session: Session, council: CouncilTerm) -> dict[str, Any]:
    """Seats and people on the day of the council's clock, or on the term's first day when that comes later.

    council · term {starts_on, ends_on} · legal_size · seats [`_seat`] · members [`_member`] ·
    substitutes [id, name, rank, for, state] · deviations [sentence]

    `members` are the elected, those named for the other seats, and every substitute on whom something was
    decided. `for` is the list or group whose places a substitute may take; null when there is one line.
    """
    of = case_of(session, council)
    assert of is not None
    named, kinds = people(session, council.scope), {g.id: g for g in groups(session, council)}
    ruled, line = decisions(session, of), nominees(session, of)
    places = council_on(session, council, clock.council_day(council, clock.now(council)))
    holders = {p.membership.person_id: p for p in places if p.membership is not None}
    labels = {one.person_id: one.label for one in line}
    rules = [
        GroupRule(g.code, g.name, sum(p.group.id == g.id for p in places), g.has_vote)
        for g in groups(session, council)
    ]
    seated = {g.code: sum(p.group.id == g.id and p.membership is not None for p in places) for g in kinds.values()}
    return {
        "council": council.council_name,
        "term": {"starts_on": council.starts_on.isoformat(), "ends_on": council.ends_on.isoformat()},
        "legal_size": council.legal_size,
        "seats": [_seat(place, labels) for place in places],
        "members": [
            _member(one, named[one.person_id].name, kinds[one.group_id].code, ruled.get(one.id), holders)
            for one in line
            if one.rank is None or one.id in ruled
        ],
        "substitutes": [
            {
                "id": one.label,
                "name": named[one.person_id].name,
                "rank": one.rank,
                "for": one.queue or None,
                "state": _state(one, ruled.get(one.id), holders),
            }
            for one in line
            if one.rank is not None
        ],
        "deviations": [finding.in_danish() for finding in deviations(council.legal_size, rules, seated)],
    }


def _seat(place: Place, labels: dict[UUID, str]) -> dict[str, Any]:
    """number · group · state (`seated`, `vacant`) · id · name; the last two are null in an empty seat."""
    found: dict[str, Any] = {"number": place.seat.number, "group": place.group.code}
    if place.membership is None or place.person is None:
        return found | {"state": "vacant", "id": None, "name": None}
    return found | {"state": "seated", "id": labels.get(place.person.id), "name": place.person.name}


def _state(one: Nominee, decision: AppointmentDecision | None, holders: dict[UUID, Place]) -> str | None:
    """`seated`; else what was decided: `appointed`, `not_appointed`, `declined`; else `elected`, or None for
    whoever only waits: a substitute, or somebody named on whom nothing is decided."""
    if one.person_id in holders:
        return "seated"
    if decision is not None:
        return Ruling(decision.ruling).value
    return "elected" if one.route == "elected" and one.rank is None else None


def _member(
    one: Nominee, name: str, group: str, decision: AppointmentDecision | None, holders: dict[UUID, Place]
) -> dict[str, Any]:
    """id · name · group · state · seat · starts_on · start_reason (`elected`, `uncontested`, `succeeded`,
    `appointed`) · nominated_by · decision {body, date, case_no, decision, reason}; null where there is none."""
    place = holders.get(one.person_id)
    spell = place.membership if place else None
    return {
        "id": one.label,
        "name": name,
        "group": group,
        "state": _state(one, decision, holders),
        "seat": place.seat.number if place else None,
        "starts_on": spell.starts_on.isoformat() if spell else None,
        "start_reason": spell.start_reason if spell else None,
        "nominated_by": one.on_behalf_of or None,
        "decision": None
        if decision is None
        else {
            "body": decision.body,
            "date": decision.decided_on.isoformat(),
            "case_no": decision.case_no,
            "decision": decision.ruling,
            "reason": decision.reason or None,
        },
    }


def _meeting(session: Session, council: CouncilTerm, of: Meeting) -> dict[str, Any]:
    """The constitutive meeting. Times are local with their offset; people are ids.

    convened_by · notice {sent_on, days, rule_days, is_late} · opened_at · closed_at (null: not closed) ·
    quorum {phrase, size, needed, present, is_quorate} at the roll call ·
    quorum_checks [at, size, needed, present, is_quorate] at the roll call and whenever somebody came or went ·
    presence {id: [from, to (null: to the end)]} · elections [`_election`] · posts {code: id or null}
    """
    rules, case = council.meeting_rules, case_of(session, council)
    assert case is not None
    labels = {str(one.person_id): one.label for one in nominees(session, case)}
    checks = [line for line in entries(session, of) if "is_quorate" in line.figures]
    sent, held = clock.local_day(of.notice_sent_at), clock.local_day(of.planned_at)
    holders = [o for o in offices(session, council) if o.end_reason != ANNULLED]
    return {
        "convened_by": of.convened_by,
        "notice": {
            "sent_on": sent.isoformat(),
            "days": days_of_notice(sent, held),
            "rule_days": rules.notice_days.value,
            "is_late": of.late_reason is not None,
        },
        "opened_at": _time(of.opened_at),
        "closed_at": _time(of.closed_at),
        "quorum": {"phrase": rules.quorum.value.value, **_figures(checks[0].figures)} if checks else None,
        "quorum_checks": [{"at": _time(line.at), **_figures(line.figures)} for line in checks],
        "presence": {
            labels[str(person)]: [{"from": _time(one.since), "to": _time(one.until)} for one in times]
            for person, times in intervals(presence(session, of)).items()
        },
        "elections": [_election(session, row, labels) for row in ballots(session, of)],
        "posts": {
            post.code: next((labels[str(o.person_id)] for o in holders if o.post == post.code), None)
            for post in rules.posts
        },
    }


def _figures(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: figures[key] for key in ("size", "needed", "present", "is_quorate")}


def _time(at: Any) -> str | None:
    return at.astimezone(COPENHAGEN).isoformat() if at is not None else None


def _election(session: Session, row: PostBallot, labels: dict[str, str]) -> dict[str, Any]:
    """post · form (`show_of_hands`, `named`, `secret`) · majority_of (`present`, `cast`, `plurality`) · nominees ·
    is_unopposed · rounds [`_round`] · lots [for (`seat`, `round-three`), among, drawn, is_chairs_decision] ·
    state (`open`, `elected`, `accepted`, `declined`, `withdrawn`) · elected (null: nobody yet)"""
    held = rounds(session, row)
    return {
        "post": row.post,
        "form": row.form,
        "majority_of": row.majority,
        "nominees": [labels[one] for one in row.nominees],
        "is_unopposed": not held and row.state in (State.ELECTED, State.ACCEPTED),
        "rounds": [_round(one, labels) for one in held],
        "lots": [
            {
                "for": lot.purpose,
                "among": [labels[one] for one in lot.among],
                "drawn": [labels[one] for one in lot.drawn],
                "is_chairs_decision": lot.is_chairs_decision,
            }
            for lot in lots(session, row)
        ],
        "state": row.state,
        "elected": labels[str(row.winner_id)] if row.winner_id else None,
    }


def _round(one: BallotRound, labels: dict[str, str]) -> dict[str, Any]:
    """number · at · present (entitled to vote in the room) · votes {id: n} · blank · invalid · needed (null where
    most votes win) · verdict, the sentence of the minutes · cite, the rule"""
    return {
        "number": one.number,
        "at": _time(one.at),
        "present": one.present,
        "votes": {labels[who]: number for who, number in one.votes.items()},
        "blank": one.blank,
        "invalid": one.invalid,
        "needed": one.needed,
        "verdict": one.sentence,
        "cite": one.cite,
    }
