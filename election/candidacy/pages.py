"""The office's pages of candidacies: the inbox and the steps of the phase. With them come all other pages."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.extended import extensions
from election.call.here import act_here, here, installation
from election.call.rules import Phase, allowed
from election.candidacy import acts, board_pages, case_pages, paper_pages, part_pages
from election.candidacy.blueprint import STATE_KINDS, candidacy, showing
from election.candidacy.deadlines import deadlines
from election.candidacy.forms import ExtensionForm, StepForm
from election.candidacy.inbox import WAITS_NAMES, Inbox, Waits, inbox_of, say_days
from election.candidacy.rules import STATE_NAMES, State
from registry.accounts.records import names
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.choices import BallotOrder
from registry.roles import Role

__all__ = ["board_pages", "candidacy", "case_pages", "paper_pages", "part_pages"]

_WAITS_KINDS = {
    Waits.SECOND_PERSON: "warn",
    Waits.COMPLAINT: "warn",
    Waits.TIME_IS_UP: "warn",
    Waits.DECISION: "info",
    Waits.LATE: "warn",
    Waits.LOOK_AGAIN: "bad",
    Waits.CANDIDATE: "neutral",
}


@candidacy.get("/")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def inbox() -> str:
    """Every case, what must be done first, how deep the bench is, and the next step of the phase."""
    phase, now, roles = here().in_phase, clock.now(here()), signed_in_official().roles
    is_admin = Role.ELECTION_ADMINISTRATOR in roles
    with installation().database.read() as reading:
        found = inbox_of(reading, here())
    wanted = request.args.get("vis", "")
    until = found.until
    return render_template(
        "candidacy/inbox.html",
        inbox=found,
        lines=[(line, say_days(line.days_left)) for line in found.shown(wanted)],
        filters=_filters(found, wanted),
        state_names=STATE_NAMES,
        state_kinds=STATE_KINDS,
        waits_names=WAITS_NAMES,
        waits_kinds=_WAITS_KINDS,
        bench=found.bench,
        phase=phase.value,
        is_nominating=phase in (Phase.CALLED, Phase.CANDIDACY),
        may_open=is_admin and allowed("candidacy.open", phase),
        may_close=is_admin and allowed("candidacy.close", phase),
        may_extend=allowed("candidacy.extend", phase),
        may_register=is_admin and allowed("candidacy.register", phase),
        may_settle=allowed("candidacy.settle_ballot_order", phase),
        is_board=Role.BOARD_MEMBER in roles,
        is_alphabetical=here().regulation.ballot.order.value is BallotOrder.ALPHABETICAL,
        is_early=now < (until.opens if phase is Phase.CALLED else until.closes),
        form=StepForm(),
    )


def _filters(found: Inbox, wanted: str) -> list[tuple[str, str, bool]]:
    """Links of (text, address, is it shown now): all, what the office must do, and each state there is."""
    known = [("", _("Alle"), len(found.lines)), ("todo", _("Skal gøres"), found.to_do)]
    known += [(s.value, _(STATE_NAMES[s]), found.counts[s]) for s in State if found.counts.get(s)]
    now = wanted if wanted in {value for value, _text, _number in known} else ""
    return [
        (f"{text} ({number})", url_for("candidacy.inbox", vis=value or None), value == now)
        for value, text, number in known
    ]


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


@candidacy.route("/forlaeng", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def extend() -> str | Response | tuple[str, int]:
    """Extend the deadlines: what holds now, what depends on it, and why it is done."""
    form, status = ExtensionForm(), 200
    if form.validate_on_submit():
        try:
            timely = acts.extend(
                installation(),
                here().scope,
                act_here(form, "candidacy.extend"),
                here().id,
                form.closes_at.instant,
                form.cure_until.instant,
                form.withdrawal_until.instant,
            )
        except Refused as refused:
            form, status = showing(form, refused), refused.status
        else:
            flash(_("Fristen er forlænget. Alle med en kladde eller en åben anmeldelse får besked."), "success")
            if timely:
                flash(_("%(number)s sene anmeldelser er nu kommet i tide.", number=len(timely)), "info")
            return redirect(url_for("candidacy.inbox"))
    with installation().database.read() as reading:
        until, found, given = deadlines(reading, here()), inbox_of(reading, here()), extensions(reading, here())
        by = names(reading, here().municipality, {one.by for one in given})
    if not form.is_submitted():
        form.show(until)
    page = render_template(
        "candidacy/extension.html",
        form=form,
        until=until,
        bench=found.bench,
        late=found.counts.get(State.LATE, 0),
        given=[(one, by.get(one.by, "")) for one in given],
        rules=here().regulation,
        election=here(),
        may_extend=allowed("candidacy.extend", here().in_phase),
    )
    return page, status
