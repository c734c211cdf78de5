"""Batches of cards: made, printed part by part with progress, stopped and resumed, and fetched."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, stream_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from election.call.here import act_here, here, installation
from election.poll_cards import batch_acts
from election.poll_cards import findings as say_
from election.poll_cards.batch_records import batch_by_id
from election.poll_cards.batch_rules import BatchKind
from election.poll_cards.forms import BatchForm, FetchForm
from election.poll_cards.making import Job, make_parts
from election.poll_cards.packing import part_name
from election.poll_cards.part_files import PrintedParts
from election.poll_cards.printing import zip_stream
from election.poll_cards.records import CardBatch
from election.poll_cards.send_list import send_list
from election.roll import long_work
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.residents.progress import Progress, Stage
from registry.roles import Role
from registry.wording import say

batch_pages = Blueprint("batches", __name__, url_prefix="/parti")
_KEEPER, _ADMIN = Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR
_PATIENCE_S = 15.0


@batch_pages.post("")
@open_to(_KEEPER, _ADMIN)
def make() -> Answer:
    """A new batch of every card that waits for one."""
    form = BatchForm()
    try:
        kind = BatchKind(form.kind.data or "")
    except ValueError as error:
        raise Refused(say_.NO_SUCH_BATCH, status=404) from error
    batch_acts.make_batch(installation(), here().scope, act_here(form, "poll_cards.make_batch"), here().id, kind)
    flash(_("Partiet er dannet. Lav nu delene: de trykkes, og hver kode læses tilbage."), "success")
    return redirect(url_for("poll_cards.overview"), 303)


@batch_pages.post("/<uuid:batch_id>/lav")
@open_to(_KEEPER, _ADMIN)
def print_parts(batch_id: UUID) -> Response:
    """Begin or go on with the parts, in the background; the page tells how it goes."""
    batch = _batch(batch_id)
    job = Job(installation(), here().scope, act_here(ActForm(), "poll_cards.finish_part"), here().id, batch_id)

    def task(progress: Progress) -> int:
        return make_parts(job, progress)

    return _told(batch, long_work.begin(batch_id, task))


@batch_pages.get("/<uuid:batch_id>/arbejde")
@open_to(_KEEPER, _ADMIN)
def at_work(batch_id: UUID) -> Response | Answer:
    """The progress of what was begun, for whoever comes back to it."""
    batch, work = _batch(batch_id), long_work.at_work(batch_id)
    return _told(batch, work) if work is not None else redirect(url_for("poll_cards.overview"))


@batch_pages.post("/<uuid:batch_id>/stop")
@open_to(_KEEPER, _ADMIN)
def stop(batch_id: UUID) -> Answer:
    """Stop after the part that is at work; what is made stays."""
    _batch(batch_id)
    work = long_work.at_work(batch_id)
    if work is not None and not work.stop(_PATIENCE_S):
        flash(_("Arbejdet er bedt om at stoppe. Hent siden igen om lidt."), "warning")
    elif work is not None and work.was_stopped:
        flash(
            _("Arbejdet er stoppet. De færdige dele er gemt; tryk på “Gå videre”, når resten skal laves."),
            "success",
        )
    else:
        flash(_("Arbejdet var allerede slut."), "info")
    return redirect(url_for("poll_cards.overview"), 303)


def _batch(batch_id: UUID) -> CardBatch:
    """The batch, for whoever may work with it. Raises Refused."""
    with installation().database.read() as session:
        batch = batch_by_id(session, here(), batch_id)
    is_keeper = _KEEPER in signed_in_official().roles
    if batch is None or (batch.kind == BatchKind.PROTECTED and not is_keeper):
        raise Refused(say_.NO_SUCH_BATCH, status=404)
    return batch


def _told(batch: CardBatch, work: long_work.Work) -> Response:
    """A page that is sent line by line; the work goes on when it is closed."""
    page = stream_template(
        "poll_cards/at_work.html", batch=batch, lines=_lines(work), outcome=lambda: _outcome(work)
    )
    return Response(page, headers={"X-Accel-Buffering": "no"})


def _lines(work: long_work.Work) -> Iterator[str]:
    for told in work.progress():
        if told is None or told[0] is not Stage.PRINTED:
            yield ""
        else:
            yield _("%(done)s af %(all)s dele er trykt og læst tilbage …", done=told[1], all=told[2])


def _outcome(work: long_work.Work) -> tuple[str, str, str]:
    """Kind, heading and text of what is said at the end."""
    if work.was_stopped:
        return "warning", _("Stoppet"), _("De færdige dele er gemt. Tryk på “Gå videre”, når resten skal laves.")
    if isinstance(work.trouble, Refused):
        return "error", _("Ikke færdig"), say(work.trouble)
    if work.trouble is not None:
        text = _("Noget gik galt hos os. De færdige dele er gemt. Fejlen er skrevet i loggen. Prøv at gå videre.")
        return "error", _("Ikke færdig"), text
    return "success", _("Færdig"), _("Alle dele er trykt, og hver kode er læst tilbage og er rigtig.")


# --- fetching -----------------------------------------------------------------------------------------------


@batch_pages.get("/<uuid:batch_id>/del/<int:number>.pdf")
@open_to(_KEEPER, _ADMIN)
def part(batch_id: UUID, number: int) -> Response:
    """One part of an ordinary batch."""
    return _part(_open(batch_id), number)


@batch_pages.get("/<uuid:batch_id>/valgkort.zip")
@open_to(_KEEPER, _ADMIN)
def every_part(batch_id: UUID) -> Response:
    """All finished parts of an ordinary batch, deciphered while they are sent."""
    return _zip(_open(batch_id))


@batch_pages.get("/<uuid:batch_id>/forsendelsesliste.csv")
@open_to(_KEEPER, _ADMIN)
def listed(batch_id: UUID) -> Response:
    """The send list of an ordinary batch."""
    return _list(_open(batch_id))


@batch_pages.post("/<uuid:batch_id>/beskyttet")
@open_to(_KEEPER)
def protected(batch_id: UUID) -> Response:
    """A part, all parts or the list of a protected batch; each fetch is in the log."""
    form = FetchForm()
    what = form.what.data or ""
    printed = PrintedParts(installation(), here(), batch_id)
    if what not in {"zip", "list", *(str(one.number) for one in printed.parts)}:
        raise Refused(say_.NO_SUCH_BATCH, status=404)
    act = act_here(form, "poll_cards.fetch_protected")
    batch_acts.fetch_protected(installation(), here().scope, act, here().id, batch_id, what)
    if what == "zip":
        return _zip(printed)
    return _list(printed) if what == "list" else _part(printed, int(what))


def _open(batch_id: UUID) -> PrintedParts:
    printed = PrintedParts(installation(), here(), batch_id)
    if printed.batch.kind == BatchKind.PROTECTED:
        raise Refused(say_.NO_SUCH_BATCH, status=404)
    return printed


def _part(printed: PrintedParts, number: int) -> Response:
    name = f"valgkort-{printed.batch.number}-{part_name(number)}"
    return _sent(printed.pdf(number), "application/pdf", name)


def _zip(printed: PrintedParts) -> Response:
    files = ((part_name(number), pdf) for number, pdf in printed.pdfs())
    return _sent(zip_stream(files), "application/zip", f"valgkort-{printed.batch.number}.zip")


def _list(printed: PrintedParts) -> Response:
    name = f"forsendelsesliste-{printed.batch.number}.csv"
    return _sent(send_list(printed.lines()), "text/csv", name)


def _sent(content: bytes | Iterator[bytes] | Iterator[str], mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=mimetype, headers=headers)
