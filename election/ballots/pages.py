"""The ballot paper as PDF, and the blank papers that each station has been given."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.validators import Optional as MayBeEmpty

from election.ballots import acts
from election.ballots.printing import ballot_paper_pdf, gone_notice_pdf, rotates
from election.ballots.records import delivered, movements
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import stations
from election.candidacy.records import accepted
from registry.accounts.forms import ReasonedForm, no_cpr, required
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role

ballots = Blueprint("ballots", __name__, url_prefix=ADDRESS + "/stemmesedler")


class DeliveryForm(ReasonedForm):
    station = SelectField(_l("Stemmested"))
    papers = IntegerField(
        _l("Antal stemmesedler"),
        validators=[InputRequired(_l("Skriv et helt tal."))],
        description=_l("Et tal med minus foran retter en tidligere levering."),
    )
    batch = StringField(_l("Bundt eller kasse"), validators=[required()])
    reason = TextAreaField(_l("Begrundelse, når noget rettes"), validators=[MayBeEmpty(), no_cpr()])

    def validate_papers(self, papers: IntegerField) -> None:
        if papers.data is not None and papers.data < 0 and not (self.reason.data or "").strip():
            raise ValidationError(_("Skriv, hvorfor tallet rettes, i feltet Begrundelse."))


@ballots.route("/", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def overview() -> str | Answer:
    """The paper, and how many sheets each station has."""
    form = DeliveryForm()
    with installation().database.read() as session:
        every = {station.code: station for station in stations(session, here())}
        form.station.choices = [SelectChoice(code, station.name) for code, station in every.items()]
        if not form.validate_on_submit():
            standing = accepted(session, here())
            return render_template(
                "ballots/overview.html",
                election=here(),
                form=form,
                stations=list(every.values()),
                given=delivered(session, here()),
                rows=movements(session, here()),
                names={station.id: station.name for station in every.values()},
                candidates=standing,
                gone=[one.ballot_name for one in standing if one.is_marked],
                is_per_station=rotates(here()),
            )
    station = every[form.station.data]
    total = acts.deliver(
        installation(),
        here().scope,
        act_here(form, "ballots.deliver"),
        here().id,
        station.id,
        form.papers.data,
        (form.batch.data or "").strip(),
    )
    flash(_("Gemt. %(station)s har nu fået %(total)s stemmesedler.", station=station.name, total=total), "success")
    return redirect(url_for("ballots.overview"), 303)


@ballots.get("/stemmeseddel.pdf")
@ballots.get("/stemmeseddel-<code>.pdf")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def paper(code: str | None = None) -> Response:
    """The ballot paper, of one station where the order rotates; a proof until the ballot order is settled."""
    with installation().database.read() as session:
        station = next((one for one in stations(session, here()) if one.code == code), None)
        if station is None and code is not None:
            raise Refused(acts.NO_SUCH_STATION, status=404)
        pdf = ballot_paper_pdf(session, here(), station)
    return _attached(pdf, f"stemmeseddel-{code}.pdf" if code else "stemmeseddel.pdf")


@ballots.get("/opslag.pdf")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER, Role.STATION_LEADER)
def notice() -> Response:
    """The notice for the stations about who is marked as gone."""
    with installation().database.read() as session:
        pdf = gone_notice_pdf(session, here())
    return _attached(pdf, "opslag-udgaaet.pdf")


def _attached(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
