# mypy: disable-error-code="no-untyped-call"
"""The candidate's own pages: the form on a phone, the receipt, mending; and the public list of who stands."""

from __future__ import annotations

import hashlib

from flask import abort, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation
from election.call.rules import Phase, allowed
from election.candidacy import acts
from election.candidacy import rules as say_of
from election.candidacy.blueprint import (
    STATE_KINDS,
    candidacy,
    deadline,
    mend_page,
    receipt_code,
    register_page,
    request_id_of,
    showing,
)
from election.candidacy.forms import RegisterForm
from election.candidacy.records import Candidacy, accepted, by_receipt
from election.candidacy.rules import MAY_BE_MENDED, STATE_NAMES, RightToStand
from registry.act import Act
from registry.doors import public
from registry.findings import Refused
from registry.roles import ONESELF, Role

MOST_FROM_ONE_DEVICE = 5
_SENT = "sent_candidacies"


@candidacy.route("/anmeld", methods=["GET", "POST"])
@public
def register() -> str | Response | tuple[str, int]:
    """Register as a candidate, on one's own behalf. The answer is a receipt with its own secret address."""
    form = RegisterForm()
    form.fit_to(here().regulation)
    if not form.validate_on_submit():
        return register_page(form)
    request_id = request_id_of(form)
    sent: list[str] = session.get(_SENT, [])
    receipt = receipt_code(request_id)
    try:
        if str(request_id) not in sent and len(sent) >= MOST_FROM_ONE_DEVICE:
            raise Refused(say_of.TOO_MANY_TRIES, status=429, most=MOST_FROM_ONE_DEVICE)
        act = Act(ONESELF, Role.CANDIDATE, clock.now(here()), request_id)
        acts.register(installation(), here().scope, act, here().id, form.registration(receipt))
    except Refused as refused:
        if refused.kind is say_of.ALREADY_REGISTERED:
            session[_SENT] = [*sent, str(request_id)]
        return register_page(showing(form, refused)), refused.status
    session[_SENT] = sorted({*sent, str(request_id)})
    return redirect(url_for("candidacy.receipt", code=receipt))


@candidacy.get("/kvittering/<code>")
@public
def receipt(code: str) -> str:
    """What became of one candidacy, for whoever has its secret address. No CPR number, never a no by a program."""
    row = _by_receipt(code)
    may_mend = (
        row.in_state in MAY_BE_MENDED
        and allowed("candidacy.mend", here().in_phase)
        and clock.now(here()) <= deadline("cure_until")
    )
    return render_template(
        "candidacy/receipt.html",
        row=row,
        code=code,
        state_text=_(STATE_NAMES[row.in_state]),
        state_kind=STATE_KINDS[row.in_state],
        is_confirmed=row.right_to_stand == RightToStand.CONFIRMED,
        may_mend=may_mend,
        cure_until=deadline("cure_until"),
        withdrawal_until=deadline("withdrawal_until"),
    )


@candidacy.route("/kvittering/<code>/ret", methods=["GET", "POST"])
@public
def mend(code: str) -> str | Response | tuple[str, int]:
    """The candidate mends what the office returned."""
    row = _by_receipt(code)
    back = url_for("candidacy.receipt", code=code)
    return mend_page(row, back, lambda form: Act(ONESELF, Role.CANDIDATE, clock.now(here()), request_id_of(form)))


def _by_receipt(code: str) -> Candidacy:
    with installation().database.read() as reading:
        row = by_receipt(reading, here(), hashlib.sha256(code.encode()).digest())
    if row is None:
        abort(404)
    return row


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
            closes_at=deadline("closes"),
        )
