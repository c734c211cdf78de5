"""The page of an exercise: cards to scan with what should happen, a rush, a lost line, and what has been met."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from election.call.here import ADDRESS, here, installation
from election.call.records import stations
from election.poll_cards.qr import qr_svg
from election.training import printing
from election.training.database import demand_training
from election.training.deck import (
    Deck,
    deal,
    events_of,
    keep_deck,
    read_deck,
    waiting_voters,
    who_may_work,
)
from election.training.line import LostLine
from election.training.rules import LESSONS, LINE_SECONDS, PACES, Lesson, is_met
from election.training.rush import Rush
from registry.configuration import Configuration
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

training = Blueprint("training", __name__, url_prefix=ADDRESS + "/oevelse")

_WHO = (Role.POLLING_OFFICIAL, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR)
_DESK_READS = "/opslag"


@dataclass
class Exercise:
    """What the pages share in one process: where the deck lies, the rush, the line."""

    folder: Path
    line: LostLine
    rush: Rush


@dataclass(frozen=True, slots=True)
class Shown:
    """One card as the page shows it."""

    number: int
    lesson: Lesson
    text: str
    groups: str
    born: str
    picture: str
    is_met: bool


def install_training(app: Flask, configuration: Configuration) -> None:
    """The exercise's pages, and the line that can be lost. Raises NotForTraining on any other database."""
    demand_training(app.extensions["installation"].database)
    line = LostLine(app.wsgi_app)
    app.wsgi_app = line  # type: ignore[method-assign]
    app.extensions["exercise"] = Exercise(configuration.instance, line, Rush())
    app.config["IS_TRAINING"] = True
    app.register_blueprint(training)
    app.before_request(_remember_scan)


@training.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the page of the exercise."""
    if request.method == "GET" or trouble.status == 403:
        page = render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        )
        return page, trouble.status
    flash(say(trouble), "warning")
    return redirect(url_for(".page"), 303)


@training.get("/")
@open_to(*_WHO)
def page() -> str:
    """Everything to try, and what has been tried."""
    deck = _deck()
    with installation().database.read() as session:
        every = stations(session, here())
        events = events_of(session, here(), [one.entry for one in deck.cards if one.entry])
    cards = [
        Shown(
            number,
            LESSONS[one.task],
            one.text,
            " ".join(printing.groups_of(one.text)),
            one.born,
            f"data:image/svg+xml,{quote(qr_svg(one.text))}",
            is_met(one.task, one.text in deck.scanned, one.before, events.get(one.entry, ())),
        )
        for number, one in enumerate(deck.cards, start=1)
    ]
    return render_template(
        "training/page.html",
        cards=cards,
        met=sum(one.is_met for one in cards),
        station=every[0],
        rush=_exercise().rush,
        paces=PACES,
        line=_exercise().line,
        line_seconds=LINE_SECONDS,
        form=FlaskForm(),
    )


@training.get("/kort.pdf")
@open_to(*_WHO)
def cards() -> Response:
    """The cards on paper."""
    disposition = {"Content-Disposition": "attachment; filename=oevelseskort.pdf"}
    return Response(printing.cards_pdf(here(), _deck()), mimetype="application/pdf", headers=disposition)


@training.post("/nye-kort")
@open_to(*_WHO)
def new_cards() -> Response:
    """Other voters, and nothing met yet."""
    keep_deck(_exercise().folder, deal(installation(), here().scope, here().id, _deck().dealt))
    flash(_("Der er nye kort. Begynd forfra."), "success")
    return redirect(url_for(".page"), 303)


@training.post("/myldretid")
@open_to(*_WHO)
def rush() -> Response:
    """Start or stop the colleagues at the other desks."""
    exercise = _exercise()
    if request.form.get("what") == "stop":
        exercise.rush.stop()
        flash(_("Myldretiden er stoppet. %(number)s er lukket ind.", number=exercise.rush.admitted), "success")
        return redirect(url_for(".page"), 303)
    pace = request.form.get("pace", type=int)
    with installation().database.read() as session:
        place = stations(session, here())[0]
        voters = waiting_voters(session, here(), place, _deck().dealt)
        colleagues = who_may_work(session, here(), place.id, Role.POLLING_OFFICIAL)
    is_started = exercise.rush.start(
        installation(),
        here().scope,
        here().id,
        place.id,
        colleagues,
        voters[: len(voters) // 2],  # some stay for the next deck of cards
        pace if pace in PACES else PACES[0],
    )
    words = _("Myldretiden er i gang ved bord 12 og 13. Gå til dit bord.")
    flash(words if is_started else _("Myldretiden kan ikke startes nu: den er i gang, eller køen er tom."), "info")
    return redirect(url_for(".page"), 303)


@training.post("/linje")
@open_to(*_WHO)
def line() -> Response:
    """Lose the line for a while, or give it back."""
    exercise, seconds = _exercise(), request.form.get("seconds", type=int)
    if request.form.get("what") == "restore":
        exercise.line.restore()
        flash(_("Linjen er tilbage."), "success")
    else:
        lost = seconds if seconds in LINE_SECONDS else LINE_SECONDS[0]
        exercise.line.lose(lost)
        flash(_("Bordene får intet svar i %(seconds)s sekunder. Gå til dit bord, og prøv.", seconds=lost), "info")
    return redirect(url_for(".page"), 303)


def _exercise() -> Exercise:
    found: Exercise = current_app.extensions["exercise"]
    return found


def _deck() -> Deck:
    """The cards of this exercise; the first time, they are dealt."""
    folder = _exercise().folder
    found = read_deck(folder)
    if found is None:
        found = deal(installation(), here().scope, here().id)
        keep_deck(folder, found)
    return found


def _remember_scan() -> None:
    """Some cards leave nothing on record at the desk: that they were read there is what can be seen of them."""
    if request.method != "POST" or not request.path.endswith(_DESK_READS):
        return
    folder = _exercise().folder
    deck, typed = read_deck(folder), "".join(request.form.get("token", "").split()).upper()
    if deck is not None and typed in {one.text for one in deck.cards} - deck.scanned:
        keep_deck(folder, Deck(deck.cards, deck.dealt, deck.scanned | {typed}))
