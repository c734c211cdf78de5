"""Importing the extract, drawing up and freezing the roll, answering why somebody is on it or not."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, StringField
from wtforms.validators import Regexp

from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import stations
from election.roll import acts
from election.roll.printing import printed_list
from election.roll.records import entry_by_index, refusal_by_index, roll_of
from election.roll.rules import ReasonCode
from election.roll.wording import say_decision
from registry.accounts.forms import ActForm, CosignedForm, required
from registry.doors import open_to
from registry.residents.extract import read_extract
from registry.residents.records import extracts
from registry.roles import Role

roll = Blueprint("roll", __name__, url_prefix=ADDRESS + "/valgliste")

REASON_NAMES = {
    ReasonCode.OTHER_MUNICIPALITY: _l("Bor i en anden kommune"),
    ReasonCode.MOVED_OUT: _l("Fraflyttet"),
    ReasonCode.DEAD: _l("Død"),
    ReasonCode.MISSING: _l("Forsvundet"),
    ReasonCode.UNDER_AGE: _l("Ikke gammel nok på valgdagen"),
    ReasonCode.ORIGIN_UNKNOWN: _l("Registret ved for lidt om baggrunden"),
    ReasonCode.ORIGIN_NOT_COVERED: _l("Ikke omfattet af reglen om baggrund"),
}
_SHOWN_PROBLEMS = 200


class ExtractForm(ActForm):
    file = FileField(_l("Udtræk fra folkeregistret (CSV)"), validators=[FileRequired(_l("Vælg en fil."))])
    is_dry_run = BooleanField(_l("Prøv først: vis fejl, indlæs intet"), default=True)
    accept_good_rows = BooleanField(_l("Indlæs de gode rækker, selv om andre er afvist (skrives i loggen)"))


class PersonForm(ActForm):
    cpr = StringField(
        _l("CPR-nummer"),
        validators=[required(), Regexp(r"^\s*\d{6}-?\d{4}\s*$", message=_l("Skriv ti cifre."))],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


@roll.get("/")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def overview() -> str:
    """Where the roll stands: extract, figures, frozen or not."""
    return _overview()


def _overview(extract_form: ExtractForm | None = None, report: object = None) -> str:
    with installation().database.read() as session:
        return render_template(
            "roll/overview.html",
            election=here(),
            regulation=here().regulation,
            roll=roll_of(session, here()),
            extracts=extracts(session, here().scope),
            stations=stations(session, here()),
            extract_form=extract_form or ExtractForm(),
            draw_form=ActForm(),
            freeze_form=CosignedForm(),
            report=report,
            shown_problems=_SHOWN_PROBLEMS,
            reason_names=REASON_NAMES,
        )


@roll.post("/udtraek")
@open_to(Role.ROLL_KEEPER)
def import_extract() -> str | Answer:
    """Read a file; show what is wrong with it, or import it whole."""
    form = ExtractForm()
    if not form.validate_on_submit():
        return _overview(form)
    data = form.file.data.read()
    report = read_extract(data, extract_date=here().extract_on)
    if form.is_dry_run.data or (report.problems and not form.accept_good_rows.data):
        return _overview(ExtractForm(formdata=None), report)
    done = acts.import_extract(
        installation(),
        here().scope,
        act_here(form, "roll.import_extract"),
        here().id,
        data,
        bool(form.accept_good_rows.data),
    )
    flash(
        _(
            "%(accepted)s af %(rows)s rækker er indlæst, %(rejected)s er afvist.",
            accepted=done.rows_accepted,
            rows=done.rows_in,
            rejected=done.rows_rejected,
        ),
        "success",
    )
    return redirect(url_for("roll.overview"))


@roll.post("/lav")
@open_to(Role.ROLL_KEEPER)
def draw_up() -> Answer:
    """Decide every resident of the newest extract."""
    form = ActForm()
    figures = acts.draw_up(installation(), here().scope, act_here(form, "roll.draw_up"), here().id)
    flash(_("Valglisten er lavet: %(may_vote)s kan stemme.", may_vote=figures.may_vote), "success")
    return redirect(url_for("roll.overview"))


@roll.route("/laas", methods=["GET", "POST"])
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def freeze() -> str | Answer:
    """Two people freeze the roll."""
    form = CosignedForm()
    if form.validate_on_submit():
        frozen = acts.freeze(installation(), here().scope, act_here(form, "roll.freeze"), here().id)
        flash(
            _(
                "Valglisten er låst med %(may_vote)s vælgere. Fingeraftryk: %(hash)s",
                may_vote=frozen.may_vote,
                hash=frozen.sha256[:16],
            ),
            "success",
        )
        return redirect(url_for("roll.overview"))
    with installation().database.read() as session:
        return render_template("roll/freeze.html", form=form, roll=roll_of(session, here()))


@roll.route("/person", methods=["GET", "POST"])
@open_to(Role.ROLL_KEEPER)
def person() -> str:
    """Why somebody may vote or not, in one sentence with its section. The number is never in an address."""
    form = PersonForm()
    answer: dict[str, object] | None = None
    if form.validate_on_submit():
        cpr = (form.cpr.data or "").strip().replace("-", "")
        index = installation().keys.open(here().municipality).blind_index(cpr)
        answer = _answer(index)
    return render_template("roll/person.html", form=form, answer=answer)


def _answer(index: bytes) -> dict[str, object]:
    regulation = here().regulation
    name = regulation.municipality.name.value
    with installation().database.read() as session:
        entry = entry_by_index(session, here(), index)
        refusal = refusal_by_index(session, here(), index)
        if entry is not None:
            sentence = say_decision(None, regulation.right_to_vote, name) if entry.may_vote else None
            return {"is_on": entry.struck_at is None, "entry": entry, "sentence": sentence}
        if refusal is not None:
            reason = ReasonCode(refusal.reason)
            return {
                "is_on": False,
                "reason": reason.value,
                "sentence": say_decision(reason, regulation.right_to_vote, name),
            }
    return {"is_on": False, "sentence": None}


@roll.get("/valgliste.pdf")
@open_to(Role.ROLL_KEEPER, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR)
def paper() -> Response:
    """The printed list for the table: names and birth dates, no addresses."""
    with installation().database.read() as session:
        pdf = printed_list(session, here())
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": "attachment; filename=valgliste.pdf"}
    )
