"""The office's pages of candidacies. With `candidacy` come the candidate's and the board's pages too."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.rules import Phase, allowed
from election.candidacy import acts, board_pages, case_acts
from election.candidacy.blueprint import STATE_KINDS, candidacy, showing
from election.candidacy.checks import case_facts
from election.candidacy.deadlines import Deadlines, deadlines
from election.candidacy.forms import DecisionForm, PaperForm, StepForm, WithdrawForm
from election.candidacy.records import Candidacy, candidacies, cpr_of
from election.candidacy.records import candidacy as find
from election.candidacy.rules import (
    MAY_BE_DECIDED,
    MAY_BE_WITHDRAWN,
    OPEN_STATES,
    STATE_NAMES,
    Decision,
    RightToStand,
    State,
)
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role

__all__ = ["board_pages", "candidacy"]


@candidacy.get("/")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def inbox() -> str:
    """Every candidacy, how far it is, and the next step of the phase."""
    phase, now = here().in_phase, clock.now(here())
    is_admin = Role.ELECTION_ADMINISTRATOR in signed_in_official().roles
    with installation().database.read() as reading:
        rows, until = candidacies(reading, here()), deadlines(reading, here())
    return render_template(
        "candidacy/inbox.html",
        rows=[
            (row, _(STATE_NAMES[row.in_state]), STATE_KINDS[row.in_state], _days_left(row, until)) for row in rows
        ],
        confirmed=RightToStand.CONFIRMED.value,
        open_cases=sum(row.in_state in OPEN_STATES for row in rows),
        standing=sum(row.in_state is State.ACCEPTED for row in rows),
        seats=here().regulation.seats.number.value,
        phase=phase.value,
        may_open=is_admin and allowed("candidacy.open", phase),
        may_close=is_admin and allowed("candidacy.close", phase),
        may_register=is_admin and allowed("candidacy.register", phase),
        may_settle=allowed("candidacy.settle_ballot_order", phase),
        opens_at=until.opens,
        closes_at=until.closes,
        is_early=now < (until.opens if phase is Phase.CALLED else until.closes),
        form=StepForm(),
    )


def _days_left(row: Candidacy, until: Deadlines) -> int | None:
    """Whole days until the last time to mend defects; None where nothing is waiting."""
    if row.in_state not in OPEN_STATES:
        return None
    return (clock.local(until.cure_until).date() - clock.local(clock.now(here())).date()).days


@candidacy.post("/aabn")
@open_to(Role.ELECTION_ADMINISTRATOR)
def open_candidacy() -> Response:
    """Candidates may register from now on."""
    acts.open_candidacy(installation(), here().scope, act_here(StepForm(), "candidacy.open"), here().id)
    flash(_("Der er åbnet for anmeldelser."), "success")
    return redirect(url_for("candidacy.inbox"))


@candidacy.post("/luk")
@open_to(Role.ELECTION_ADMINISTRATOR)
def close_candidacy() -> Response:
    """From now on what comes is late."""
    acts.close_candidacy(installation(), here().scope, act_here(StepForm(), "candidacy.close"), here().id)
    flash(_("Der er lukket for anmeldelser. Det, der kommer nu, bliver mærket som modtaget for sent."), "success")
    return redirect(url_for("candidacy.inbox"))


@candidacy.route("/papir", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def register_on_paper() -> str | Response | tuple[str, int]:
    """The clerk types a candidacy that was handed in on paper."""
    form = PaperForm()
    form.fit_to(here().regulation)
    if not form.validate_on_submit():
        return render_template("candidacy/register_on_paper.html", form=form)
    act = act_here(form, "candidacy.register")
    try:
        made = case_acts.register(installation(), here().scope, act, here().id, form.registration())
    except Refused as refused:
        page = render_template("candidacy/register_on_paper.html", form=showing(form, refused))
        return page, refused.status
    flash(_("Anmeldelse nr. %(number)s er gemt.", number=made.number), "success")
    return redirect(url_for("candidacy.case", candidacy_id=made.candidacy_id))


@candidacy.get("/<uuid:candidacy_id>")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def case(candidacy_id: UUID) -> str:
    """One candidacy: what is checked, from which source, and what can be decided."""
    return _case(candidacy_id)


def _case(
    candidacy_id: UUID, decision_form: DecisionForm | None = None, withdraw_form: WithdrawForm | None = None
) -> str:
    phase = here().in_phase
    is_admin = Role.ELECTION_ADMINISTRATOR in signed_in_official().roles
    with installation().database.read() as reading:
        row = find(reading, here().scope, here().id, candidacy_id)
        facts, until = case_facts(reading, here(), row), deadlines(reading, here())
        if decision_form is None:
            decision_form = DecisionForm(formdata=None, version=row.version)
        if withdraw_form is None:
            withdraw_form = WithdrawForm(formdata=None, prefix="withdraw", version=row.version)
        return render_template(
            "candidacy/case.html",
            row=row,
            facts=facts,
            cpr=cpr_of(installation().keys.open(here().municipality), row) if is_admin else None,
            state_text=_(STATE_NAMES[row.in_state]),
            state_kind=STATE_KINDS[row.in_state],
            is_confirmed=row.right_to_stand == RightToStand.CONFIRMED,
            days_left=_days_left(row, until),
            cure_until=until.cure_until,
            withdrawal_until=until.withdrawal_until,
            may_decide=is_admin and allowed("candidacy.decide", phase) and row.in_state in MAY_BE_DECIDED,
            may_withdraw=is_admin and allowed("candidacy.withdraw", phase) and row.in_state in MAY_BE_WITHDRAWN,
            decision_form=decision_form,
            withdraw_form=withdraw_form,
        )


@candidacy.post("/<uuid:candidacy_id>/afgoer")
@open_to(Role.ELECTION_ADMINISTRATOR)
def decide(candidacy_id: UUID) -> str | Response | tuple[str, int]:
    """Accept, return or refuse."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _case(candidacy_id, decision_form=form)
    decision = Decision(form.decision.data)
    act = replace(act_here(form, "candidacy.decide"), reason=(form.reason.data or "").strip())
    version = int(form.version.data or 0)
    state = case_acts.decide(installation(), here().scope, act, here().id, candidacy_id, version, decision)
    flash(_("Anmeldelsen er nu: %(state)s.", state=_(STATE_NAMES[state]).lower()), "success")
    return redirect(url_for("candidacy.case", candidacy_id=candidacy_id))


@candidacy.post("/<uuid:candidacy_id>/traek-tilbage")
@open_to(Role.ELECTION_ADMINISTRATOR)
def withdraw(candidacy_id: UUID) -> str | Response:
    """Withdraw at the candidate's own wish."""
    form = WithdrawForm(prefix="withdraw")
    if not form.validate_on_submit():
        return _case(candidacy_id, withdraw_form=form)
    act, version = act_here(form, "candidacy.withdraw"), int(form.version.data or 0)
    case_acts.withdraw(installation(), here().scope, act, here().id, candidacy_id, version)
    flash(_("Anmeldelsen er trukket tilbage."), "success")
    return redirect(url_for("candidacy.case", candidacy_id=candidacy_id))
