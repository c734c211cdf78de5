"""Candidates: the form on a phone and its receipt, the office's cases, the ballot order, the poll not needed."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.lots import BALLOT_ORDER, Lot, lots
from election.call.records import board
from election.call.rules import Phase, allowed
from election.candidacy import acts
from election.candidacy import rules as say_of
from election.candidacy.checks import case_facts
from election.candidacy.forms import (
    DecisionForm,
    MendForm,
    OrderForm,
    PaperForm,
    RegisterForm,
    StepForm,
    UncontestedForm,
    WithdrawForm,
    order_form,
)
from election.candidacy.records import Candidacy, accepted, by_receipt, candidacies, cpr_of
from election.candidacy.records import candidacy as find
from election.candidacy.rules import (
    MAY_BE_DECIDED,
    MAY_BE_MENDED,
    MAY_BE_WITHDRAWN,
    OPEN_STATES,
    STATE_NAMES,
    Decision,
    RightToStand,
    State,
    is_uncontested,
)
from registry.accounts.sign_in import signed_in_official
from registry.act import REQUEST_REUSED, Act
from registry.doors import open_to, public
from registry.findings import Refused
from registry.regulation.calendar import COPENHAGEN, instant
from registry.roles import ONESELF, Role
from registry.wording import say

candidacy = Blueprint("candidacy", __name__, url_prefix=ADDRESS + "/kandidater")

MOST_FROM_ONE_DEVICE = 5
STATE_KINDS = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.RETURNED: "warn",
    State.ACCEPTED: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "neutral",
    State.LATE: "warn",
}
_FIELD_OF = {
    say_of.BALLOT_NAME_FORM.code: "ballot_name",
    say_of.CPR_FORM.code: "cpr",
    say_of.ALREADY_REGISTERED.code: "cpr",
    say_of.LIST_NEEDED.code: "list_key",
    say_of.LISTS_NOT_ALLOWED.code: "list_key",
    say_of.TOO_MANY_SUPPORTERS.code: "supporters",
}
"""Where a refusal is shown, so that nothing that was typed is lost."""
_SENT = "sent_candidacies"


# ---------------------------------------------------------------- the candidate


@candidacy.route("/anmeld", methods=["GET", "POST"])
@public
def register() -> str | Response | tuple[str, int]:
    """Register as a candidate, on one's own behalf. The answer is a receipt with its own secret address."""
    form = RegisterForm()
    form.fit_to(here().regulation)
    if not form.validate_on_submit():
        return _register_page(form)
    request_id = _request_id(form)
    sent: list[str] = session.get(_SENT, [])
    receipt = _receipt_code(request_id)
    try:
        if str(request_id) not in sent and len(sent) >= MOST_FROM_ONE_DEVICE:
            raise Refused(say_of.TOO_MANY_TRIES, status=429, most=MOST_FROM_ONE_DEVICE)
        act = Act(ONESELF, Role.CANDIDATE, clock.now(here()), request_id)
        acts.register(installation(), here().scope, act, here().id, form.registration(receipt))
    except Refused as refused:
        if refused.kind is say_of.ALREADY_REGISTERED:
            session[_SENT] = [*sent, str(request_id)]
        return _register_page(_showing(form, refused)), refused.status
    session[_SENT] = sorted({*sent, str(request_id)})
    return redirect(url_for("candidacy.receipt", code=receipt))


def _register_page(form: RegisterForm, template: str = "candidacy/register.html") -> str:
    rule, now = here().regulation.candidacy, clock.now(here())
    closes_at = _at("closes")
    return render_template(
        template,
        form=form,
        phase=here().in_phase.value,
        may_register=allowed("candidacy.register", here().in_phase),
        opens_at=_at("opens"),
        closes_at=closes_at,
        is_late=now > closes_at or here().in_phase is not Phase.CANDIDACY,
        late=rule.late,
        regulation=here().regulation,
    )


@candidacy.get("/kvittering/<code>")
@public
def receipt(code: str) -> str:
    """What became of one candidacy, for whoever has its secret address. No CPR number, never a no by a program."""
    row = _by_receipt(code)
    may_mend = (
        row.in_state in MAY_BE_MENDED
        and allowed("candidacy.mend", here().in_phase)
        and clock.now(here()) <= _at("cure_until")
    )
    return render_template(
        "candidacy/receipt.html",
        row=row,
        code=code,
        state_text=_(STATE_NAMES[row.in_state]),
        state_kind=STATE_KINDS[row.in_state],
        is_confirmed=row.right_to_stand == RightToStand.CONFIRMED,
        may_mend=may_mend,
        cure_until=_at("cure_until"),
        withdrawal_until=_at("withdrawal_until"),
    )


@candidacy.route("/kvittering/<code>/ret", methods=["GET", "POST"])
@public
def mend(code: str) -> str | Response | tuple[str, int]:
    """The candidate mends what the office returned."""
    row = _by_receipt(code)
    back = url_for("candidacy.receipt", code=code)
    return _mend(row, back, lambda form: Act(ONESELF, Role.CANDIDATE, clock.now(here()), _request_id(form)))


def _by_receipt(code: str) -> Candidacy:
    with installation().database.read() as reading:
        row = by_receipt(reading, here(), hashlib.sha256(code.encode()).digest())
    if row is None:
        abort(404)
    return row


def _receipt_code(request_id: UUID) -> str:
    """Secret, and the same when the same form is sent twice."""
    token = installation().keys.open(here().municipality).token("receipt", request_id)
    return urlsafe_b64encode(token).decode().rstrip("=")


@candidacy.get("/liste")
@public
def public_list() -> str:
    """Who stands, in ballot order, once candidates can no longer register."""
    is_public = here().in_phase not in (Phase.CALLED, Phase.CANDIDACY)
    with installation().database.read() as reading:
        standing = accepted(reading, here()) if is_public else []
        is_settled = here().ballot_order_settled_at is not None
        return render_template(
            "candidacy/public_list.html",
            standing=standing if is_settled else sorted(standing, key=lambda c: c.number),
            is_public=is_public,
            is_settled=is_settled,
            has_no_poll=here().in_phase is Phase.UNCONTESTED,
            closes_at=_at("closes"),
        )


# ---------------------------------------------------------------- the office


@candidacy.get("/")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def inbox() -> str:
    """Every candidacy, how far it is, and the next step of the phase."""
    phase, now = here().in_phase, clock.now(here())
    is_admin = Role.ELECTION_ADMINISTRATOR in signed_in_official().roles
    with installation().database.read() as reading:
        rows = candidacies(reading, here())
    return render_template(
        "candidacy/inbox.html",
        rows=[(row, _(STATE_NAMES[row.in_state]), STATE_KINDS[row.in_state], _days_left(row)) for row in rows],
        confirmed=RightToStand.CONFIRMED.value,
        open_cases=sum(row.in_state in OPEN_STATES for row in rows),
        standing=sum(row.in_state is State.ACCEPTED for row in rows),
        seats=here().regulation.seats.number.value,
        phase=phase.value,
        may_open=is_admin and allowed("candidacy.open", phase),
        may_close=is_admin and allowed("candidacy.close", phase),
        may_register=is_admin and allowed("candidacy.register", phase),
        may_settle=allowed("candidacy.settle_ballot_order", phase),
        opens_at=_at("opens"),
        closes_at=_at("closes"),
        is_early=now < (_at("opens") if phase is Phase.CALLED else _at("closes")),
        form=StepForm(),
    )


def _days_left(row: Candidacy) -> int | None:
    """Whole days until the last time to mend defects; None where nothing is waiting."""
    if row.in_state not in OPEN_STATES:
        return None
    return (clock.local(_at("cure_until")).date() - clock.local(clock.now(here())).date()).days


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
    """The clerk types a candidacy that was handed in on paper; the candidate gets the printed receipt."""
    form = PaperForm()
    form.fit_to(here().regulation)
    if not form.validate_on_submit():
        return _register_page(form, "candidacy/register_on_paper.html")
    act = act_here(form, "candidacy.register")
    code = _receipt_code(act.request_id)
    try:
        made = acts.register(installation(), here().scope, act, here().id, form.registration(code))
    except Refused as refused:
        return _register_page(_showing(form, refused), "candidacy/register_on_paper.html"), refused.status
    flash(
        _("Anmeldelse nr. %(number)s er gemt. Print kvitteringen til kandidaten.", number=made.number), "success"
    )
    return redirect(url_for("candidacy.receipt", code=code))


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
        facts = case_facts(reading, here(), row)
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
            days_left=_days_left(row),
            cure_until=_at("cure_until"),
            withdrawal_until=_at("withdrawal_until"),
            may_decide=is_admin and allowed("candidacy.decide", phase) and row.in_state in MAY_BE_DECIDED,
            may_mend=is_admin and allowed("candidacy.mend", phase) and row.in_state in MAY_BE_MENDED,
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
    state = acts.decide(installation(), here().scope, act, here().id, candidacy_id, version, decision)
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
    acts.withdraw(installation(), here().scope, act, here().id, candidacy_id, version)
    flash(_("Anmeldelsen er trukket tilbage."), "success")
    return redirect(url_for("candidacy.case", candidacy_id=candidacy_id))


@candidacy.route("/<uuid:candidacy_id>/ret", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def mend_on_paper(candidacy_id: UUID) -> str | Response | tuple[str, int]:
    """The clerk mends a candidacy for a candidate who cannot."""
    with installation().database.read() as reading:
        row = find(reading, here().scope, here().id, candidacy_id)
    back = url_for("candidacy.case", candidacy_id=candidacy_id)
    return _mend(row, back, lambda form: act_here(form, "candidacy.mend"))


def _mend(row: Candidacy, back: str, act_of_form: Any) -> str | Response | tuple[str, int]:
    form, status = MendForm(), 200
    form.fit_to(here().regulation)
    if form.validate_on_submit():
        try:
            version = int(form.version.data or 0)
            given = form.mended()
            acts.mend(installation(), here().scope, act_of_form(form), here().id, row.id, version, given)
        except Refused as refused:
            form, status = _showing(form, refused), refused.status
        else:
            flash(_("Rettelsen er gemt og sendt til valgkontoret."), "success")
            return redirect(back)
    elif not form.is_submitted():
        form.fill_from(row)
    return render_template(
        "candidacy/mend.html", form=form, row=row, back=back, cure_until=_at("cure_until")
    ), status


# ---------------------------------------------------------------- the board


@candidacy.route("/raekkefoelge", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
def ballot_order() -> str | Response | tuple[str, int]:
    """The board draws lots; the drawn order is typed here with who drew, who watched and how."""
    with installation().database.read() as reading:
        standing = sorted(accepted(reading, here()), key=lambda c: (c.ballot_position or 0, c.number))
        names = [member.name for member in board(reading, here())]
        undecided = sum(c.in_state in OPEN_STATES for c in candidacies(reading, here()))
        drawn = [lot for lot in lots(reading, here()) if lot.purpose == BALLOT_ORDER]
    form = order_form(standing, names)
    if form.validate_on_submit():
        try:
            acts.settle_ballot_order(
                installation(),
                here().scope,
                act_here(form, "candidacy.settle_ballot_order"),
                here().id,
                _lot(form, standing),
            )
        except Refused as refused:
            form = _showing(form, refused)
        else:
            flash(_("Rækkefølgen på stemmesedlen er gemt."), "success")
            return redirect(url_for("candidacy.ballot_order"))
    elif not form.is_submitted():
        form.drawn_at.data = clock.local(clock.now(here())).replace(tzinfo=None)
    return render_template(
        "candidacy/ballot_order.html",
        form=form,
        standing=standing,
        undecided=undecided,
        settled_at=here().ballot_order_settled_at,
        lot=drawn[-1] if drawn else None,
        may_settle=allowed("candidacy.settle_ballot_order", here().in_phase),
        rule=here().regulation.ties.drawn_by,
    ), 409 if form.form_errors else 200


def _lot(form: OrderForm, standing: list[Candidacy]) -> Lot:
    drawn = form.drawn()
    if not drawn:
        raise Refused(say_of.ORDER_INCOMPLETE)
    return Lot(
        purpose=BALLOT_ORDER,
        among=tuple(row.label for row in standing),
        drawn=drawn,
        drawn_by=form.drawn_by.data or "",
        witnesses=(form.witnesses.data or "").strip(),
        method=(form.method.data or "").strip(),
        drawn_at=form.drawn_at.data.replace(tzinfo=COPENHAGEN),
    )


@candidacy.route("/fredsvalg", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER)
def uncontested() -> str | Response:
    """The board decides that no poll is held, where the regulation allows it and everyone gets a seat."""
    form, regulation = UncontestedForm(), here().regulation
    if form.validate_on_submit():
        act = act_here(form, "candidacy.declare_uncontested")
        elected = acts.declare_uncontested(installation(), here().scope, act, here().id)
        flash(_("Afstemningen er aflyst. %(elected)s er valgt uden afstemning.", elected=elected), "success")
        return redirect(url_for("overview.front"))
    with installation().database.read() as reading:
        standing = accepted(reading, here())
        undecided = sum(c.in_state in OPEN_STATES for c in candidacies(reading, here()))
    seats, latest_at = regulation.seats, _uncontested_until()
    everyone_in = is_uncontested([c.group for c in standing], seats.number.value, dict(seats.reserved.value))
    return render_template(
        "candidacy/uncontested.html",
        form=form,
        rule=regulation.uncontested,
        seats=seats,
        standing=standing,
        undecided=undecided,
        everyone_in=everyone_in,
        latest_at=latest_at,
        is_too_late=clock.now(here()) > latest_at,
        is_right_phase=allowed("candidacy.declare_uncontested", here().in_phase),
        is_done=here().in_phase is Phase.UNCONTESTED,
    )


# ---------------------------------------------------------------- small things


def _at(moment: str) -> Any:
    """The instant of one deadline of the candidacies, worked out from election day."""
    return instant(getattr(here().regulation.candidacy, moment).value, here().election_on)


def _uncontested_until() -> Any:
    return instant(here().regulation.uncontested.latest.value, here().election_on)


def _request_id(form: MendForm) -> UUID:
    try:
        return UUID(form.request_id.data or "")
    except ValueError as error:
        raise Refused(REQUEST_REUSED) from error


def _showing(form: Any, refused: Refused) -> Any:
    """The same form with the refusal beside its field, or above the form."""
    name = _FIELD_OF.get(refused.kind.code, "")
    if name and name in form:
        form[name].errors = (say(refused),)
    else:
        form.form_errors.append(say(refused))
    return form
