"""What is kept and until when; the zero report, the impact assessment, and the destruction with its record."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as Answer
from wtforms import DateField, HiddenField, StringField

from election.call import clock
from election.call.here import ADDRESS, act_here, here, installation
from election.call.voter_data import HOLDINGS
from election.call.zero_report import zero_report
from election.retention import acts
from election.retention.plan import plan_of
from election.retention.printing import zero_report_pdf
from election.retention.records import destruction_of
from election.retention.rules import EMPTIED_TEXTS, NOT_DESTROYED, STAYS_TEXTS
from election.retention.standing import standing
from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, act_of, required
from registry.accounts.records import names
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.erasure import erasure
from registry.findings import Refused
from registry.residents.assessment import assessments
from registry.roles import Role

retention = Blueprint("retention", __name__, url_prefix=ADDRESS + "/opbevaring")

_ADMIN, _KEEPER = Role.ELECTION_ADMINISTRATOR, Role.ROLL_KEEPER
_READERS = (_ADMIN, _KEEPER, Role.BOARD_MEMBER, Role.AUDITOR)
_DAY = ["%d-%m-%Y", "%Y-%m-%d"]
_TEXTS = {one.table: one.text for one in HOLDINGS} | dict(EMPTIED_TEXTS)


class DestroyForm(ReasonedForm, CosignedForm):
    """Two people sign the list that both have read."""

    seen = HiddenField()


class AssessmentForm(ActForm):
    reference = StringField(_l("Hvor dokumentet ligger (journalnummer)"), validators=[required()])
    document_version = StringField(_l("Dokumentets udgave"), validators=[required()])
    approved_by = StringField(_l("Godkendt af"), validators=[required()])
    approved_on = DateField(_l("Godkendt den (dd-mm-åååå)"), format=_DAY, validators=[required()])


def _lines(figures: dict[str, int]) -> list[tuple[str, int]]:
    """What and how many, in the order of the list; a table that is older than the list stands last."""
    return [(_(text), figures[table]) for table, text in _TEXTS.items() if table in figures]


@retention.get("/")
@open_to(*_READERS)
def overview() -> str:
    """What is held of voters, until when, and what must be done."""
    with installation().database.read() as session:
        now = standing(session, here(), clock.now(here()))
    return render_template(
        "retention/overview.html",
        election=here(),
        standing=now,
        held=_lines(now.held),
        form=ActForm(),
        is_keeper=_KEEPER in signed_in_official().roles,
        may_act=bool(signed_in_official().roles & {_ADMIN, _KEEPER}),
    )


@retention.post("/glem-afviste")
@open_to(_KEEPER)
def forget_refused() -> Answer:
    """Those who are not on the roll are forgotten, once nobody can object any more."""
    number = acts.forget_refused(
        installation(), here().scope, act_here(ActForm(), "retention.forget_refused"), here().id
    )
    flash(
        ngettext(
            "Oplysninger om én person uden for valglisten er slettet.",
            "Oplysninger om %(num)s personer uden for valglisten er slettet.",
            number,
        ),
        "success",
    )
    return redirect(url_for("retention.overview"))


@retention.post("/slet-igen")
@open_to(_ADMIN, _KEEPER)
def erase_again() -> Answer:
    """Finish what could not leave the files, because somebody was still reading."""
    acts.erase_again(installation(), here().scope, act_here(ActForm(), "retention.erase_again"), here().id)
    with installation().database.read() as session:
        is_done = not standing(session, here(), clock.now(here())).unfinished
    if is_done:
        flash(_("Det slettede er nu også væk fra databasens filer."), "success")
    else:
        flash(_("Nogen læser stadig. Intet er gået tabt. Prøv igen om lidt."), "warning")
    return redirect(url_for("retention.overview"))


@retention.route("/destruer", methods=["GET", "POST"])
@open_to(_ADMIN, _KEEPER)
def destroy() -> str | Answer:
    """Exactly what goes and what stays, with numbers; then two people sign."""
    form = DestroyForm()
    if form.validate_on_submit():
        act = act_here(form, "retention.destroy")
        acts.destroy(installation(), here().scope, act, here().id, form.seen.data or "")
        flash(_("Valglisten er destrueret. Tag en ny sikkerhedskopi nu."), "success")
        return redirect(url_for("retention.record"))
    with installation().database.read() as session:
        now, plan = standing(session, here(), clock.now(here())), plan_of(session, here())
    form.seen.data = plan.fingerprint
    return render_template(
        "retention/destroy.html",
        form=form,
        standing=now,
        goes=_lines(plan.goes),
        stays=[(_(text), plan.stays[table]) for table, text in STAYS_TEXTS.items()],
        copies_out=plan.copies_out,
        backups=sum(one.key is not None for one in installation().keys.backup_keys()),
    )


@retention.get("/protokol")
@open_to(*_READERS)
def record() -> str:
    """The record of the destruction: what, when, by whom, why, and whether it is gone everywhere."""
    with installation().database.read() as session:
        row = destruction_of(session, here())
        if row is None:
            raise Refused(NOT_DESTROYED, status=404)
        people = names(session, here().municipality, [row.by, row.second])
        erased = erasure(session, here().scope, row.erasure_id)
    return render_template(
        "retention/record.html",
        row=row,
        erased=erased,
        goes=_lines(row.figures),
        by=people.get(row.by, ""),
        second=people.get(row.second, ""),
    )


@retention.get("/nulrapport")
@open_to(*_READERS)
def zero() -> str:
    """What the database held when the election was called."""
    with installation().database.read() as session:
        report = zero_report(session, here())
        by = names(session, here().municipality, [report.by]).get(report.by, "")
    return render_template("retention/zero_report.html", report=report, by=by, figures=_lines(report.figures))


@retention.get("/nulrapport.pdf")
@open_to(*_READERS)
def zero_paper() -> Response:
    """The zero report with two lines for signatures."""
    with installation().database.read() as session:
        pdf = zero_report_pdf(session, here())
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": "attachment; filename=nulrapport.pdf"}
    )


@retention.route("/konsekvensanalyse", methods=["GET", "POST"])
@open_to(*_READERS)
def assessment() -> str | Answer:
    """The impact assessment: recorded before the first real extract, a newer version as a new line."""
    form = AssessmentForm()
    if form.validate_on_submit():
        acts.record_impact_assessment(
            installation(),
            here().scope,
            act_of(form, clock.now(here()), frozenset({_ADMIN})),
            (form.reference.data or "").strip(),
            (form.document_version.data or "").strip(),
            (form.approved_by.data or "").strip(),
            form.approved_on.data,
        )
        flash(_("Konsekvensanalysen er registreret."), "success")
        return redirect(url_for("retention.assessment"))
    with installation().database.read() as session:
        every = assessments(session, here().scope)
        people = names(session, here().municipality, [row.recorded_by for row in every])
    return render_template(
        "retention/assessment.html",
        form=form,
        rows=every,
        people=people,
        may_write=_ADMIN in signed_in_official().roles,
    )
