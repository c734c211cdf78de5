"""Certification and complaints: who asks, who approves, what is signed, and what anyone may fetch."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.certification import acts
from election.certification.evidence import evidence_zip
from election.certification.forms import (
    ApproveForm,
    ComplaintForm,
    DecisionForm,
    HandOverForm,
    ReopenForm,
    RequestForm,
    WithdrawForm,
    as_day_and_time,
)
from election.certification.handover import hand_over, is_handed_over
from election.certification.printing import certified_record_pdf, election_record_pdf
from election.certification.readiness import standing
from election.certification.records import (
    Certification,
    certifications,
    complaints,
    holds,
    latest_certification,
)
from election.certification.rules import complaint_deadline
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to, public
from registry.roles import Role

certification = Blueprint("certification", __name__, url_prefix=ADDRESS)

WATCHERS = (
    Role.CERTIFIER,
    Role.BOARD_MEMBER,
    Role.ELECTION_ADMINISTRATOR,
    Role.COUNCIL_SECRETARY,
    Role.AUDITOR,
)
HANDERS_OVER = (Role.COUNCIL_SECRETARY, Role.ELECTION_ADMINISTRATOR)
REOPENERS = (Role.CERTIFIER, Role.BOARD_MEMBER)
COMPLAINT_KEEPERS = (Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER, Role.COUNCIL_SECRETARY)


@certification.get("/attestation/")
@open_to(*WATCHERS)
def overview() -> str:
    """What is to be certified, what is missing, who waits for whom, what is certified."""
    return _overview()


def _overview(
    request_form: RequestForm | None = None,
    approve_form: ApproveForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    reopen_form: ReopenForm | None = None,
) -> str:
    person = signed_in_official()
    with installation().database.read() as session:
        now = clock.now(here())
        return render_template(
            "certification/overview.html",
            standing=standing(session, here(), person.official_id, now),
            complaints=complaints(session, here()),
            deadline=complaint_deadline(here().regulation, here().election_on),
            request_form=request_form or RequestForm(formdata=None),
            approve_form=approve_form or ApproveForm(formdata=None),
            withdraw_form=withdraw_form or WithdrawForm(formdata=None),
            reopen_form=reopen_form or ReopenForm(formdata=None),
            body=here().regulation.after.appointed_by.value,
            hand_over_form=HandOverForm(formdata=None),
            is_handed_over=is_handed_over(session, here()),
            may_hand_over=bool(person.roles & set(HANDERS_OVER)),
            is_certifier=Role.CERTIFIER in person.roles,
            may_reopen=bool(person.roles & set(REOPENERS)),
            may_see_complaints=bool(person.roles & {*COMPLAINT_KEEPERS, Role.AUDITOR}),
        )


@certification.post("/attestation/anmod")
@open_to(Role.CERTIFIER)
def request_certification() -> str | Answer:
    """Ask another certifier to approve exactly what is shown."""
    form = RequestForm()
    if not form.validate_on_submit():
        return _overview(request_form=form)
    acts.request(installation(), here().scope, act_here(form, "certification.request"), here().id)
    flash(_("Der er bedt om attestation. En anden attestant skal godkende inden 24 timer."), "success")
    return redirect(url_for("certification.overview"))


@certification.post("/attestation/<uuid:asked>/godkend")
@open_to(Role.CERTIFIER)
def approve(asked: UUID) -> str | Answer:
    """Approve what another has asked for; the record is signed."""
    form = ApproveForm()
    if not form.validate_on_submit():
        return _overview(approve_form=form)
    done = acts.approve(installation(), here().scope, act_here(form, "certification.approve"), here().id, asked)
    flash(_("Resultatet er attesteret (nr. %(number)s) og underskrevet.", number=done.revision), "success")
    return redirect(url_for("certification.overview"))


@certification.post("/attestation/<uuid:asked>/traek-tilbage")
@open_to(Role.CERTIFIER)
def withdraw(asked: UUID) -> str | Answer:
    """Withdraw a request."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _overview(withdraw_form=form)
    acts.withdraw(installation(), here().scope, act_here(form, "certification.withdraw"), here().id, asked)
    flash(_("Anmodningen er trukket tilbage."), "success")
    return redirect(url_for("certification.overview"))


@certification.post("/attestation/genaabn")
@open_to(*REOPENERS)
def reopen() -> str | Answer:
    """Two people open a certified result again."""
    form = ReopenForm()
    if not form.validate_on_submit():
        return _overview(reopen_form=form)
    number = acts.reopen(installation(), here().scope, act_here(form, "certification.reopen"), here().id)
    flash(
        _("Attestation nr. %(number)s er åbnet igen. Opgør resultatet, og attester på ny.", number=number),
        "success",
    )
    return redirect(url_for("certification.overview"))


@certification.post("/attestation/aflever")
@open_to(*HANDERS_OVER)
def send_on() -> str | Answer:
    """The certified result becomes the case for the body that appoints."""
    form = HandOverForm()
    if not form.validate_on_submit():
        return _overview()
    hand_over(installation(), here().scope, act_here(form, "certification.hand_over"), here().id)
    flash(_("Resultatet er sendt til udpegning. Sagen er klar."), "success")
    return redirect(url_for("appointment.overview", municipality=here().municipality, council=here().council))


@certification.get("/attestation/udkast.pdf")
@open_to(*WATCHERS)
def draft() -> Response:
    """The record as it would be certified now."""
    with installation().database.read() as session:
        if not standing(session, here(), signed_in_official().official_id, clock.now(here())).is_known:
            raise NotFound
        pdf = election_record_pdf(session, installation().keys.open(here().municipality), here())
    return _file(pdf, "application/pdf", "valgbog-udkast.pdf")


@certification.get("/attestation/<int:number>/valgbog.pdf")
@open_to(*WATCHERS)
def earlier_record(number: int) -> Response:
    """Any certified record, also one that was opened again."""
    with installation().database.read() as session:
        found = next((one for one in certifications(session, here()) if one.revision == number), None)
        if found is None:
            raise NotFound
        pdf = certified_record_pdf(session, here(), found)
    return _file(pdf, "application/pdf", f"valgbog-{number}.pdf")


@certification.get("/attestation/valgbog.pdf")
@public
def record_pdf() -> Response:
    """The certified record for everybody; nothing while the result is not certified."""
    with installation().database.read() as session:
        found = _in_force(latest_certification(session, here()))
        pdf = certified_record_pdf(session, here(), found)
    return _file(pdf, "application/pdf", "valgbog.pdf")


@certification.get("/attestation/valgbog.json")
@public
def record_json() -> Response:
    """The certified record byte by byte as it was signed."""
    with installation().database.read() as session:
        found = latest_certification(session, here())
    return _file(_in_force(found).record, "application/json", "valgbog.json")


@certification.get("/attestation/evidence.zip")
@public
def evidence() -> Response:
    """What scripts/verify checks."""
    with installation().database.read() as session:
        _in_force(latest_certification(session, here()))
        content = evidence_zip(session, installation().keys.open(here().municipality), here())
    return _file(content, "application/zip", "evidence.zip")


def _in_force(found: Certification | None) -> Certification:
    if found is None or not holds(here()):
        raise NotFound
    return found


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={here().slug}-{name}"}
    )


@certification.route("/klager", methods=["GET", "POST"])
@open_to(*COMPLAINT_KEEPERS, Role.AUDITOR)
def complaint_list() -> str | Answer:
    """Complaints with their deadline, and the form for the next one."""
    form = ComplaintForm()
    if form.validate_on_submit():
        acts.receive_complaint(
            installation(),
            here().scope,
            act_here(form, "certification.receive_complaint"),
            here().id,
            form.from_whom.data or "",
            form.about.data or "",
            form.received_instant(),
        )
        flash(_("Klagen er registreret."), "success")
        return redirect(url_for("certification.complaint_list"))
    if not form.received_at.data:
        form.received_at.data = as_day_and_time(clock.now(here()))
    with installation().database.read() as session:
        return render_template(
            "certification/complaints.html",
            complaints=complaints(session, here()),
            deadline=complaint_deadline(here().regulation, here().election_on),
            complaint_to=here().regulation.after.complaint_to.value,
            form=form,
            may_write=bool(signed_in_official().roles & set(COMPLAINT_KEEPERS)),
        )


@certification.route("/klager/<uuid:complaint_id>", methods=["GET", "POST"])
@open_to(*COMPLAINT_KEEPERS)
def complaint(complaint_id: UUID) -> str | Answer:
    """One complaint, and what was decided about it."""
    with installation().database.read() as session:
        found = next((one for one in complaints(session, here()) if one.id == complaint_id), None)
    if found is None:
        raise NotFound
    form = DecisionForm()
    if form.validate_on_submit():
        acts.decide_complaint(
            installation(),
            here().scope,
            act_here(form, "certification.decide_complaint"),
            here().id,
            complaint_id,
            form.outcome.data == "upheld",
            form.text.data or "",
        )
        flash(_("Afgørelsen er gemt."), "success")
        return redirect(url_for("certification.complaint_list"))
    return render_template("certification/complaint.html", complaint=found, form=form)
