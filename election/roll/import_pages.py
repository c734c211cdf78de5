"""Importing the extract, with progress where it takes long; comparing it, taking it over or throwing it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField

from election.call.here import act_here, here, installation
from election.roll import acts, long_work
from election.roll.findings import EXTRACT_REFUSED
from election.roll.overview import ExtractForm, overview_page
from registry.accounts.forms import ActForm, ReasonedForm
from registry.doors import open_to
from registry.findings import Refused
from registry.residents.acts import Imported
from registry.residents.comparison import GROUP_NAMES
from registry.residents.extract import check_extract
from registry.residents.progress import Progress, Stage
from registry.residents.records import comparison_of, latest_extract, waiting_extract
from registry.roles import Role
from registry.wording import say

extract_pages = Blueprint("extracts", __name__, url_prefix="/udtraek")

SMALL_FILE = 1_000_000
"""Bytes; about 8,000 residents, which take a second or two. A larger file gets a page that shows progress."""
MANY_RESIDENTS = 8_000
_PATIENCE_S = 15.0


class DecideForm(ActForm):
    """A decision about the extract that waits when the page is sent, and no other."""

    extract_id = HiddenField()


class ExplainForm(ReasonedForm):
    """Taking over an unusual extract: the reason stands in the log."""

    extract_id = HiddenField()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said at the end, and where the page goes on."""

    kind: str
    text: str
    href: str
    link: str


@extract_pages.post("")
@open_to(Role.ROLL_KEEPER)
def import_extract() -> str | Answer:
    """Read a file; show what is wrong with it, or import it whole."""
    form = ExtractForm()
    if not form.validate_on_submit():
        return overview_page(form)
    data: bytes = form.file.data.read()
    day, accept = here().extract_on, bool(form.accept_good_rows.data)
    if form.is_dry_run.data:
        return overview_page(ExtractForm(formdata=None), check_extract(data, extract_date=day))
    house, scope, which = installation(), here().scope, here().id
    act = act_here(form, "roll.import_extract")

    def task(progress: Progress) -> Imported:
        return acts.import_extract(house, scope, act, which, data, accept, progress)

    if len(data) > SMALL_FILE:
        return told_as_it_goes(act.request_id, _("Udtrækket indlæses"), task, _imported)
    try:
        outcome = _imported(task(Progress()))
    except Refused as refused:
        if refused.kind is not EXTRACT_REFUSED:
            raise
        return overview_page(ExtractForm(formdata=None), check_extract(data, extract_date=day))
    flash(outcome.text, outcome.kind)
    return redirect(outcome.href)


def _imported(answer: object) -> Outcome:
    assert isinstance(answer, Imported)
    text = _(
        "%(accepted)s af %(rows)s rækker er indlæst, %(rejected)s er afvist.",
        accepted=answer.rows_accepted,
        rows=answer.rows_in,
        rejected=answer.rows_rejected,
    )
    if answer.same_file_as is not None:
        text += " " + _("Filen er den samme som udtræk nr. %(number)s.", number=answer.same_file_as)
    if answer.is_taken_over:
        return Outcome("success", text, url_for("roll.overview"), _("Gå til valglisten"))
    text += " " + _("Udtrækket venter: se forskellen, og tag det i brug, eller smid det væk.")
    return Outcome("success", text, url_for("roll.extracts.compare"), _("Se forskellen til det forrige udtræk"))


@extract_pages.post("/stop")
@open_to(Role.ROLL_KEEPER)
def stop() -> Answer:
    """Stop what is at work under the request of the form; nothing of it is kept."""
    work = _work_of_form()
    if work is not None and not work.stop(_PATIENCE_S):
        flash(_("Arbejdet er bedt om at stoppe. Hent siden igen om lidt, og se, hvad der er gemt."), "warning")
    elif work is not None and work.was_stopped:
        flash(_("Arbejdet er stoppet. Intet er gemt."), "success")
    else:
        flash(_("Arbejdet var allerede slut, før det kunne stoppes. Se her, hvad der gælder."), "info")
    return redirect(url_for("roll.overview"))


def _work_of_form() -> long_work.Work | None:
    try:
        return long_work.at_work(UUID(request.form.get("work", "")))
    except ValueError:
        return None


def told_as_it_goes(
    request_id: UUID, title: str, task: Callable[[Progress], object], outcome_of: Callable[[object], Outcome]
) -> Response:
    """A page that is sent line by line while the work goes on; when it is closed, the work is undone."""
    work = long_work.begin(request_id, task)
    page = stream_template(
        "roll/at_work.html",
        title=title,
        lines=_lines(work),
        outcome=lambda: _outcome(work, outcome_of),
        request_id=request_id,
    )
    answer = Response(page, headers={"X-Accel-Buffering": "no"})
    answer.call_on_close(work.stop)
    return answer


def _lines(work: long_work.Work) -> Iterator[str]:
    """What the page adds; "" where there is nothing new to say."""
    for told in work.progress():
        yield _line(*told) if told is not None else ""


def _line(stage: Stage, done: int, of: int) -> str:
    figures = {"done": f"{done:,}".replace(",", "."), "all": f"{of:,}".replace(",", ".")}
    if stage is Stage.READ:
        return _("Læst %(done)s af ca. %(all)s rækker …", **figures)
    if stage is Stage.COMPARED:
        return _("Sammenligner med det forrige udtræk …")
    if stage is Stage.DECIDED:
        return _("Afgjort %(done)s af %(all)s beboere …", **figures)
    return _("Skrevet %(done)s af %(all)s beboere …", **figures)


def _outcome(work: long_work.Work, outcome_of: Callable[[object], Outcome]) -> Outcome:
    back = url_for("roll.overview"), _("Tilbage til valglisten")
    if work.was_stopped:
        return Outcome("warning", _("Arbejdet er stoppet. Intet er gemt."), *back)
    if isinstance(work.trouble, Refused):
        text = say(work.trouble)
        if work.trouble.kind is EXTRACT_REFUSED:
            text += " " + _("Vælg filen igen, og prøv den først: så vises fejlene linje for linje.")
        return Outcome("error", text, *back)
    if work.trouble is not None:
        return Outcome("error", _("Noget gik galt hos os. Intet er gemt. Fejlen er skrevet i loggen."), *back)
    return outcome_of(work.answer)


@extract_pages.get("/sammenlign")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def compare() -> str:
    """The waiting extract beside the one in use."""
    return _comparison()


def _comparison(form: ActForm | None = None) -> str:
    with installation().database.read() as session:
        waiting = waiting_extract(session, here().scope)
        comparison = comparison_of(session, waiting) if waiting is not None else None
        warnings = comparison.warnings() if comparison is not None else []
        return render_template(
            "roll/comparison.html",
            waiting=waiting,
            in_use=latest_extract(session, here().scope),
            comparison=comparison,
            warnings=warnings,
            group_names=GROUP_NAMES,
            take_form=form or (ExplainForm() if warnings else DecideForm()),
            discard_form=DecideForm(prefix="discard"),
        )


@extract_pages.post("/tag-i-brug")
@open_to(Role.ROLL_KEEPER)
def take_over() -> str | Answer:
    """Use the waiting extract from now on."""
    form = ExplainForm() if "reason" in request.form else DecideForm()
    if not form.validate_on_submit():
        return _comparison(form)
    act = act_here(form, "roll.take_over")
    number = acts.take_over(installation(), here().scope, act, here().id, _id_of(form))
    flash(_("Udtræk nr. %(number)s er taget i brug. Lav nu valglisten ud fra det.", number=number), "success")
    return redirect(url_for("roll.overview"))


@extract_pages.post("/smid-vaek")
@open_to(Role.ROLL_KEEPER)
def discard() -> Answer:
    """Throw the waiting extract away."""
    form = DecideForm(prefix="discard")
    act = act_here(form, "roll.discard_extract")
    gone = acts.discard_extract(installation(), here().scope, act, here().id, _id_of(form))
    flash(_("Udtrækket er smidt væk: oplysninger om %(gone)s personer er slettet.", gone=gone), "success")
    return redirect(url_for("roll.overview"))


def _id_of(form: DecideForm | ExplainForm) -> UUID:
    """The extract that the form is about; one that is none waits nowhere."""
    try:
        return UUID(form.extract_id.data or "")
    except ValueError:
        return UUID(int=0)
