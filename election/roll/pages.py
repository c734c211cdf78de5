"""Importing the extract, drawing up and freezing the roll, answering why somebody is on it or not."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp

from election.call.here import ADDRESS, act_here, here, installation
from election.roll import acts
from election.roll.acts import RollFigures
from election.roll.answers import answer_about
from election.roll.copy_pages import paper_copies
from election.roll.correction_pages import corrections
from election.roll.import_pages import MANY_RESIDENTS, Outcome, extract_pages, told_as_it_goes
from election.roll.objection_pages import objections
from election.roll.overview import overview_page
from election.roll.records import roll_of
from election.roll.wording import in_their_language
from registry.accounts.forms import ActForm, CosignedForm, required
from registry.doors import open_to
from registry.languages import EVERY_LANGUAGE
from registry.residents.progress import SILENT, Progress
from registry.residents.records import latest_extract
from registry.roles import Role

roll = Blueprint("roll", __name__, url_prefix=ADDRESS + "/valgliste")
for part in (extract_pages, corrections, objections, paper_copies):
    roll.register_blueprint(part)

_CPR_DIGITS = 10


class PersonForm(ActForm):
    cpr = StringField(
        _l("CPR-nummer eller nummer på listen"),
        validators=[
            required(),
            Regexp(
                r"^\s*([0-9]{6}-?[0-9]{4}|[0-9]{1,6})\s*$",
                message=_l("Skriv CPR-nummerets ti cifre, eller nummeret på listen."),
            ),
        ],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    language = SelectField(
        _l("Personens sprog"),
        choices=[SelectChoice(code, name) for code, name in EVERY_LANGUAGE.items()],
        default="da",
        description=_l("Svaret vises også på det sprog, så du kan læse det op eller skrive det ud."),
    )


@roll.get("/")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def overview() -> str:
    """Where the roll stands: extract, figures, frozen or not."""
    return overview_page()


@roll.post("/lav")
@open_to(Role.ROLL_KEEPER)
def draw_up() -> Answer:
    """Decide every resident of the extract in use."""
    house, scope, which, act = installation(), here().scope, here().id, act_here(ActForm(), "roll.draw_up")
    with house.database.read() as session:
        extract = latest_extract(session, scope)

    def task(progress: Progress) -> RollFigures:
        return acts.draw_up(house, scope, act, which, progress)

    if extract is not None and extract.rows_accepted > MANY_RESIDENTS:
        return told_as_it_goes(act.request_id, _("Valglisten laves"), task, _drawn_up)
    outcome = _drawn_up(task(SILENT))
    flash(outcome.text, outcome.kind)
    return redirect(outcome.href)


def _drawn_up(answer: object) -> Outcome:
    assert isinstance(answer, RollFigures)
    text = _("Valglisten er lavet: %(may_vote)s kan stemme.", may_vote=answer.may_vote)
    return Outcome("success", text, url_for("roll.overview"), _("Se tallene"))


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
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def person() -> str:
    """Why somebody may vote or not, in one sentence with its section, and what can be done until when.

    The number is never in an address.
    """
    form, answer, theirs = PersonForm(), None, None
    if form.validate_on_submit():
        typed = (form.cpr.data or "").strip().replace("-", "")
        is_cpr = len(typed) == _CPR_DIGITS
        index = installation().keys.open(here().municipality).blind_index(typed) if is_cpr else None
        with installation().database.read() as session:
            answer = answer_about(session, here(), typed, index)
            theirs = in_their_language(
                form.language.data, lambda: answer_about(session, here(), typed, index).sentence
            )
    return render_template("roll/person.html", form=form, answer=answer, theirs=theirs)
