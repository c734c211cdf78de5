"""candidacies.csv: registering, deciding, withdrawing; the poll that is cancelled when nobody need vote."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy import acts as candidacy
from election.candidacy import case_acts as case
from election.candidacy.case_acts import Registration
from election.candidacy.findings import (
    BALLOT_NAME_FORM,
    BALLOT_NAME_TAKEN,
    LIST_NEEDED,
    LISTS_NOT_ALLOWED,
    TOO_MANY_SUPPORTERS,
    WITHDRAWAL_TOO_LATE,
)
from election.candidacy.records import Candidacy, candidacies, supporters, who_may_support
from election.candidacy.rules import Decision, RightToStand, State, valid_supporters
from election.roll.records import entry_by_index, refusal_by_index
from registry.findings import Refused
from registry.regulation.calendar import instant
from registry.roles import Role
from scripts.rehearsal.case import Row, read_cpr
from scripts.rehearsal.stages import WHO_MAY, Rehearsal, morning_of, official_by
from scripts.rehearsal.trouble import BadInput, Waiting


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
    """Register, decide and withdraw the candidacies; what is not mended in time is refused."""
    last_at = register_candidacies(run)
    house, scope, which, rows = run.installation, run.scope, run.election_id, run.case.candidacies or ()
    rules = run.case.regulation.candidacy
    closes_at = instant(rules.closes.value, run.case.election_on)
    candidacy.close_candidacy(house, scope, run.act("candidacy.close", closes_at), which)
    withdrawals = sorted(
        (row.instant("withdrawn_at"), number, row) for number, row in enumerate(rows, 1) if row["withdrawn_at"]
    )
    for at, number, row in withdrawals:
        if at <= closes_at:
            _withdraw(run, f"c{number}", row, at)
    _decide_all(run, closes_at)
    settled_at = closes_at
    for at, number, row in withdrawals:
        if at > closes_at and _withdraw(run, f"c{number}", row, at):
            settled_at = max(settled_at, at)
    cure_until = instant(rules.cure_until.value, run.case.election_on)
    if _refuse_unmended(run, max(closes_at, cure_until)):
        settled_at = max(settled_at, cure_until)
    run.candidates_settled_at = settled_at
    run.move_clock(max(settled_at, min(last_at, morning_of(run))))
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
        case.register(
            run.installation, run.scope, run.act("candidacy.register", submitted_at), run.election_id, given
        )
    except Refused as refused:
        raise row.bad(_COLUMN_OF.get(refused.kind.code, "cpr"), str(refused)) from refused


_COLUMN_OF = {
    BALLOT_NAME_FORM.code: "ballot_name",
    LISTS_NOT_ALLOWED.code: "list",
    LIST_NEEDED.code: "list",
    TOO_MANY_SUPPORTERS.code: "supporters",
}


def _withdraw(run: Rehearsal, label: str, row: Row, at: datetime) -> bool:
    """Whether the candidacy was withdrawn; one that is refused already, or too late to withdraw, stays."""
    if at < row.instant("submitted_at"):
        raise row.bad("withdrawn_at", "is earlier than submitted_at")
    found = next(c for c in run.read(candidacies) if c.label == label)
    act = run.act("candidacy.withdraw", at, reason="eget ønske")
    try:
        case.withdraw(run.installation, run.scope, act, run.election_id, found.id, found.version)
    except Refused as refused:
        if refused.kind is WITHDRAWAL_TOO_LATE:
            run.reasons.setdefault(label, []).append("withdrawal_too_late")
        return False
    run.reasons[label] = ["withdrawn"]
    return True


def _refuse_unmended(run: Rehearsal, at: datetime) -> bool:
    """A candidacy that was sent back and not mended in time is refused, for the same reasons."""
    returned = [c for c in run.read(candidacies) if c.in_state is State.RETURNED]
    who = official_by(run, run.case.acts.get("candidacies_decided_by"), "candidacy.decide")
    for found in returned:
        _refuse(run, found, at, who, run.reasons[found.label])
    return bool(returned)


def _refuse(run: Rehearsal, found: Candidacy, at: datetime, who: tuple[UUID, Role], reasons: list[str]) -> None:
    """One official proposes and another confirms, for the reasons of the report."""
    house, scope, which = run.installation, run.scope, run.election_id
    act = run.act("candidacy.propose_refusal", at, who, ", ".join(reasons))
    case.propose_refusal(house, scope, act, which, found.id, found.version, _section(run, reasons))
    second = run.people.anyone(WHO_MAY["candidacy.confirm_refusal"], {who[0]})
    act = run.act("candidacy.confirm_refusal", at, second)
    proposed = next(c for c in run.read(candidacies) if c.id == found.id)
    case.confirm_refusal(house, scope, act, which, found.id, proposed.version)


def _section(run: Rehearsal, reasons: list[str]) -> str:
    rules = run.case.regulation
    if "too_few_supporters" in reasons:
        return rules.candidacy.supporters_min.source
    if "group_missing" in reasons:
        return rules.seats.reserved.source
    return rules.stand_rule.origin.source


def _decide_all(run: Rehearsal, at: datetime) -> None:
    every = run.read(candidacies)
    rules = run.case.regulation
    counted = run.read(lambda session, row: _supporters(session, row, every))
    who = official_by(run, run.case.acts.get("candidacies_decided_by"), "candidacy.decide")
    for found in every:
        if found.in_state is State.LATE:
            run.reasons[found.label] = ["late"]
        if found.in_state is not State.SUBMITTED:
            continue
        decision, reasons = Decision.ACCEPT, []
        if found.right_to_stand != RightToStand.CONFIRMED:
            run.reasons[found.label] = [run.read(lambda s, e, f=found: _why_not(s, e, f))]  # type: ignore[misc]
            _refuse(run, found, at, who, run.reasons[found.label])
            continue
        if counted[found.label] < rules.candidacy.supporters_min.value:
            decision, reasons = Decision.RETURN, ["too_few_supporters"]
        elif rules.has_reserved_seats and found.group not in rules.seats.reserved.value:
            decision, reasons = Decision.RETURN, ["group_missing"]
        act = run.act("candidacy.decide", at, who, ", ".join(reasons))
        try:
            case.decide(run.installation, run.scope, act, run.election_id, found.id, found.version, decision)
        except Refused as refused:
            if refused.kind is not BALLOT_NAME_TAKEN:
                raise BadInput("candidacies.csv", f"{found.label}: {refused}") from refused
            reasons = ["ballot_name_taken"]
        run.reasons[found.label] = reasons


def _supporters(session: Session, row: Election, every: list[Candidacy]) -> dict[str, int]:
    may_support = who_may_support(session, row)
    return valid_supporters(supporters(session, every), may_support, {c.label: c.cpr_index for c in every})


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
    who = official_by(run, name, "candidacy.declare_uncontested")
    assert run.candidates_settled_at is not None
    act = run.act("candidacy.declare_uncontested", run.candidates_settled_at, who)
    try:
        candidacy.declare_uncontested(run.installation, run.scope, act, run.election_id)
    except Refused as refused:
        run.say(f"der skal stemmes: {refused}")
        return False
    run.finished("uncontested")
    return True
