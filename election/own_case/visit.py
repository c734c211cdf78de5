# mypy: disable-error-code="no-untyped-call"
"""Whose case this browser may open: of whoever signed in by MitID, or the one that a one-time link has opened.

The two never mix: whoever signs in by MitID ends the visit by a link, and a link ends the sign-in. So the next
person on a borrowed phone meets nobody's case but their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec
from uuid import UUID

from flask import g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation
from election.candidacy.records import Candidacy, by_person
from election.candidacy.records import candidacy as find
from election.own_case.blueprint import own_case
from registry.accounts.forms import ActForm
from registry.accounts.mitid import citizen, mitid_name
from registry.accounts.mitid_pages import citizens
from registry.act import REQUEST_REUSED, Act
from registry.findings import Refused
from registry.roles import ONESELF, Role

P = ParamSpec("P")
Answer = str | tuple[str, int] | Response
LINK_VISIT = timedelta(hours=1)
_VISIT, _SHOWN = "own_case", "own_case_shown"
_TYPED = ("ballot_name", "list_key", "email", "phone", "text", "reason")
"""What may have taken long to type, and is shown once more when the visit ended meanwhile."""


@own_case.before_app_request
def _mitid_ends_a_link() -> None:
    if _VISIT in session and citizens().cookie in request.cookies:
        session.pop(_VISIT)


def my_case() -> Candidacy | None:
    """The candidacy of whoever is here, in this election; None when there is none, or nobody is here."""
    row = _found()
    if row is not None:
        _forget_forms_of_another(row)
    return row


def _forget_forms_of_another(row: Candidacy) -> None:
    """A form that was opened for somebody else on this phone can no longer be sent: it would be sent as this
    person's own."""
    mark = sha256(row.cpr_index).hexdigest()[:16]
    if session.get(_SHOWN, mark) != mark:
        session.pop("csrf_token", None)
        g.pop("csrf_token", None)
    if session.get(_SHOWN) != mark:
        session[_SHOWN] = mark


def _found() -> Candidacy | None:
    person = citizen()
    with installation().database.read() as reading:
        if person is not None:
            return by_person(reading, here(), person.cpr_index)
        opened = _opened_by_link()
        if opened is None:
            return None
        try:
            return find(reading, here().scope, here().id, opened)
        except Refused:  # it was a draft and has been deleted
            return None


def _opened_by_link() -> UUID | None:
    visit = session.get(_VISIT)
    if not visit or visit["election"] != str(here().id):
        return None
    is_over = datetime.fromisoformat(visit["until"]) < datetime.now(UTC)
    return None if is_over else UUID(visit["case"])


def enter_by_link(candidacy_id: UUID, answer: Response) -> Response:
    """This browser may open the candidacy for an hour, and whoever was signed in here no longer is."""
    until = datetime.now(UTC) + LINK_VISIT
    citizens().sign_out()
    session[_VISIT] = {"election": str(here().id), "case": str(candidacy_id), "until": until.isoformat()}
    return citizens().drop(answer)


def leave(answer: Response) -> Response:
    """Nobody's case is open in this browser any more."""
    session.pop(_VISIT, None)
    citizens().sign_out()
    return citizens().drop(answer)


def of_my_case(view: Callable[Concatenate[Candidacy, P], Answer]) -> Callable[P, Answer]:
    """A page of one's own case: it is handed the case, and whoever has none here is told how to get in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer:
        row = my_case()
        if row is not None:
            return view(row, *args, **kwargs)
        return redirect(url_for("own_case.case"), 303) if citizen() is not None else sign_in_page()

    return guarded


def sign_in_page() -> Response:
    """How to get in. What was sent after the visit had ended is shown, so that nobody types it twice."""
    typed = [text for name in _TYPED if (text := request.form.get(name, "").strip())]
    page = render_template("own_case/sign_in.html", election=here(), mitid=mitid_name(), typed=typed)
    return make_response(page, 403 if request.method == "POST" else 200)


def act_mine(form: ActForm, reason: str = "") -> Act:
    """The act that this form is, done by the candidate. Raises Refused R004."""
    try:
        request_id = UUID(form.request_id.data or "")
    except ValueError as error:
        raise Refused(REQUEST_REUSED) from error
    return Act(ONESELF, Role.CANDIDATE, clock.now(here()), request_id, reason)
