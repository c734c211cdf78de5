# mypy: disable-error-code="no-untyped-call"
"""The counter: a candidacy on paper, and a link for whoever has no MitID."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.rules import Phase, allowed
from election.candidacy import case_acts, part_acts
from election.candidacy.blueprint import candidacy, showing
from election.candidacy.deadlines import deadlines
from election.candidacy.office_records import sent_case
from election.candidacy.paper_forms import LinkForm, PaperForm
from election.candidacy.qr import qr_path
from election.candidacy.rules import State, is_late
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role

Answer = str | Response | tuple[str, int]
_ADMIN = Role.ELECTION_ADMINISTRATOR


@candidacy.route("/papir", methods=["GET", "POST"])
@open_to(_ADMIN)
def register_on_paper() -> Answer:
    """The clerk types a candidacy that was handed in on paper."""
    form, status = PaperForm(), 200
    form.fit_to(here().regulation)
    if form.validate_on_submit():
        try:
            return _registered(form)
        except Refused as refused:
            form, status = showing(form, refused), refused.status
    with installation().database.read() as reading:
        until = deadlines(reading, here())
    page = render_template(
        "candidacy/register_on_paper.html",
        form=form,
        may_register=allowed("candidacy.register", here().in_phase),
        is_late=is_late(clock.now(here()), until.closes) or here().in_phase is not Phase.CANDIDACY,
        until=until,
        rule=here().regulation.candidacy,
    )
    return page, status


def _registered(form: PaperForm) -> Response:
    """Raises Refused before anything is kept."""
    act = act_here(form, "candidacy.register")
    made = case_acts.register(installation(), here().scope, act, here().id, form.registration())
    flash(_("Anmeldelse nr. %(number)s er gemt.", number=made.number), "success")
    if made.state is State.LATE:
        flash(_("Fristen var overskredet, så den er mærket som modtaget for sent."), "warning")
    return redirect(url_for("candidacy.case", candidacy_id=made.candidacy_id))


@candidacy.post("/<uuid:candidacy_id>/link")
@open_to(_ADMIN)
def make_link(candidacy_id: UUID) -> str:
    """A link that opens the case once, shown this one time to be printed or copied down."""
    form = LinkForm()
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
    act = act_here(form, "candidacy.make_link")
    token = secrets.token_urlsafe(24)
    ends_at = part_acts.make_link(installation(), here().scope, act, here().id, candidacy_id, token)
    address = url_for("own_case.link", token=token, _external=True)
    side, path = qr_path(address)
    return render_template("candidacy/link.html", row=row, address=address, ends_at=ends_at, side=side, path=path)
