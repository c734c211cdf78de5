"""How to stand, and one's own case: what is done, what is missing, what has been decided. All pages of this room
are gathered here on one blueprint."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation
from election.call.rules import Phase, allowed
from election.candidacy.deadlines import deadlines
from election.candidacy.part_acts import Person, begin, right_to_stand_of
from election.candidacy.photos import MOST_MEGABYTES
from election.candidacy.records import Candidacy
from election.candidacy.rules import STATE_NAMES, STEP_NAMES, RightToStand, State, is_late
from election.own_case import case_pages, link_pages, list_pages, part_pages, photo_pages, support_pages
from election.own_case.blueprint import own_case
from election.own_case.conditions import conditions
from election.own_case.findings import TOO_MUCH_SENT
from election.own_case.outline import outline
from election.own_case.visit import Answer, act_mine, leave, my_case, sign_in_page
from election.roll.records import entry_by_index
from registry.accounts.forms import ActForm
from registry.accounts.mitid import IDLE, Citizen, citizen, citizens_cpr, mitid_name
from registry.doors import public
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.regulation.choices import LateCandidacy, Method
from registry.wording import in_all_languages, say

__all__ = ["case_pages", "link_pages", "list_pages", "own_case", "part_pages", "photo_pages", "support_pages"]

MOST_OF_A_FORM = 1_000_000
MOST_OF_A_PHOTO = MOST_MEGABYTES * 1_000_000 + MOST_OF_A_FORM
MOST_READ_AWAY = 64 * 1024 * 1024
"""Bytes of one request."""
STATE_KINDS = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.RETURNED: "warn",
    State.ACCEPTED: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "neutral",
    State.LATE: "warn",
    State.STRUCK: "neutral",
}


@own_case.get("/stil-op")
@public
@in_all_languages
def start() -> str:
    """Who can stand, what it takes, until when, and how to begin."""
    election, now = here(), clock.now(here())
    rules = election.regulation
    with installation().database.read() as reading:
        until = deadlines(reading, election)
    return render_template(
        "own_case/start.html",
        election=election,
        conditions=list(conditions(election)),
        until=until,
        is_before=election.in_phase is Phase.CALLED,
        is_open=allowed("candidacy.begin", election.in_phase),
        is_late=is_late(now, until.closes) or election.in_phase is Phase.PREPARATION,
        late_is_refused=rules.candidacy.late.value is LateCandidacy.REFUSED,
        uses_lists=rules.seats.method.value is Method.LISTS_DHONDT,
        supporters_least=rules.candidacy.supporters_min.value,
        supporters_most=rules.candidacy.supporters_max.value,
        languages=len(EVERY_LANGUAGE),
        mitid=mitid_name(),
        is_known=citizen() is not None or my_case() is not None,
    )


@own_case.get("/min-sag")
@public
@in_all_languages
def case() -> Answer:
    """The task list of a draft; the status of what has been sent; how to get in for whoever is not in."""
    row, person = my_case(), citizen()
    if row is not None:
        return _case(row)
    return sign_in_page() if person is None else _begin_page(person)


def _case(row: Candidacy) -> str:
    now = clock.now(here())
    with installation().database.read() as reading:
        of = outline(reading, here(), row, now)
    return render_template(
        "own_case/tasks.html" if row.in_state is State.DRAFT else "own_case/status.html",
        of=of,
        row=row,
        election=here(),
        state_text=_(STATE_NAMES[row.in_state]),
        state_kind=STATE_KINDS[row.in_state],
        history=[(step, _(STEP_NAMES[step.of_kind])) for step in of.history],
        language_name=EVERY_LANGUAGE[row.language],
        form=ActForm(formdata=None),
        is_by_mitid=citizen() is not None,
        idle_minutes=int(IDLE.total_seconds() // 60),
    )


def _begin_page(person: Citizen, refused: Refused | None = None) -> Response:
    """Whether the right to stand is confirmed is said at once, before anything is typed."""
    election = here()
    with installation().database.read() as reading:
        entry = entry_by_index(reading, election, person.cpr_index)
        until = deadlines(reading, election)
    page = render_template(
        "own_case/begin.html",
        election=election,
        is_confirmed=right_to_stand_of(entry) is RightToStand.CONFIRMED,
        conditions=list(conditions(election)),
        may_begin=allowed("candidacy.begin", election.in_phase),
        is_before=election.in_phase is Phase.CALLED,
        until=until,
        is_late=is_late(clock.now(election), until.closes),
        refused=refused,
        form=ActForm(formdata=None),
    )
    return make_response(page, refused.status if refused else 200)


@own_case.post("/min-sag/begynd")
@public
@in_all_languages
def begin_case() -> Answer:
    """The draft of whoever is signed in by MitID; whoever has one already gets that."""
    person = citizen()
    if person is None:
        return sign_in_page()
    try:
        whom = Person(citizens_cpr(), person.issuer, person.subject)
        begin(installation(), here().scope, act_mine(ActForm()), here().id, whom, str(get_locale()))
    except Refused as refused:
        return _begin_page(person, refused)
    return redirect(url_for("own_case.case"), 303)


@own_case.post("/min-sag/log-ud")
@public
@in_all_languages
def sign_out() -> Response:
    """Nobody who picks up this phone afterwards sees the case."""
    flash(_("Du er logget ud."), "success")
    return leave(redirect(url_for("own_case.start"), 303))


@own_case.errorhandler(413)
def too_much(_trouble: RequestEntityTooLarge) -> Response:
    """A page instead of a broken connection: what is still coming is read and thrown away."""
    _drain()
    if request.endpoint == "own_case.photo":
        return photo_pages.too_large()
    refused = Refused(TOO_MUCH_SENT, status=413)
    page = render_template(
        "errors/refused.html",
        code=refused.kind.code,
        text=say(refused),
        status=413,
        back_href=url_for("own_case.case"),
    )
    return make_response(page, 413)


@own_case.url_value_preprocessor
def _limit(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything is read of what is sent."""
    request.max_content_length = MOST_OF_A_PHOTO if request.endpoint == "own_case.photo" else MOST_OF_A_FORM


def _drain() -> None:
    """Browsers show the answer only when they could send everything. What was read in part is left alone:
    nobody knows how much of it is still to come."""
    stream, left = request.environ["wsgi.input"], request.content_length or 0
    is_unread = left > (request.max_content_length or 0) or request.mimetype == "application/x-www-form-urlencoded"
    left = min(left, MOST_READ_AWAY) if is_unread else 0
    while left > 0:
        piece = stream.read(min(left, 1 << 20))
        if not piece:
            return
        left -= len(piece)
