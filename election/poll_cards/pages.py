"""Issuing the poll cards, checking them before print, and what is under way with them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from election.call.here import ADDRESS, act_here, here, installation
from election.poll_cards import acts
from election.poll_cards.batch_acts import unprintable_lines
from election.poll_cards.batch_pages import batch_pages
from election.poll_cards.batch_records import Line, every_line, standings, waiting_count, whereabouts
from election.poll_cards.batch_rules import KIND_NAMES, BatchKind
from election.poll_cards.dispatch_pages import dispatch_pages
from election.poll_cards.forms import batch_form
from election.poll_cards.packing import left_behind
from election.poll_cards.printing import NO_SUCH_CARD, card_pdf
from election.poll_cards.records import CardState, card_counts, protected_cards
from election.roll import long_work
from election.roll.protection import LookReason, look_at_protected
from election.roll.records import roll_of
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role

poll_cards = Blueprint("poll_cards", __name__, url_prefix=ADDRESS + "/valgkort")
for below in (batch_pages, dispatch_pages):
    poll_cards.register_blueprint(below)


@poll_cards.get("/")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def overview() -> str:
    """How many cards are out, and what to do next with them."""
    return _overview()


def _overview(unprintable: list[tuple[Line, bool]] | None = None) -> str:
    is_keeper = Role.ROLL_KEEPER in signed_in_official().roles
    with installation().database.read() as session:
        cards = card_counts(session, here())
        hidden = [entry for _card, entry in protected_cards(session, here())]
        batches = standings(session, here())
        waiting = {kind: waiting_count(session, here(), kind) for kind in BatchKind}
        dispatched = [row for one in batches for row in one.dispatches]
        return render_template(
            "poll_cards/overview.html",
            election=here(),
            has_poll_cards=here().regulation.polling.has_poll_cards,
            roll=roll_of(session, here()),
            valid=cards[CardState.ISSUED],
            replaced=cards[CardState.REPLACED],
            hidden=hidden,
            card_forms={entry.id: ActForm() for entry in hidden},
            is_keeper=is_keeper,
            batches=batches,
            waiting=waiting,
            kind_names=KIND_NAMES,
            batch_forms={kind: batch_form(kind) for kind in BatchKind},
            at_work={one.batch.id for one in batches if long_work.at_work(one.batch.id)},
            whereabouts=whereabouts(session, here()) if dispatched else None,
            left_behind={row.id for row in left_behind(installation(), here(), dispatched)},
            unprintable=unprintable,
            form=ActForm(),
            new_form=lambda: ActForm(formdata=None),
        )


@poll_cards.post("/dan")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def issue() -> Answer:
    """A card to every voter who has none."""
    made = acts.issue(installation(), here().scope, act_here(ActForm(), "poll_cards.issue"), here().id)
    flash(_("%(number)s valgkort er dannet.", number=made), "success")
    return redirect(url_for("poll_cards.overview"), 303)


@poll_cards.get("/proev")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def check() -> str:
    """Before print: whose name the fonts cannot show."""
    with installation().database.read() as session:
        hidden = {card.id for card, _entry in protected_cards(session, here())}
        missing = unprintable_lines(lambda: every_line(session, here()))
    return _overview([(line, line.card_id in hidden) for line in missing])


@poll_cards.get("/kort/<uuid:card_id>.pdf")
@open_to(Role.ROLL_KEEPER, Role.POLLING_OFFICIAL, Role.STATION_LEADER)
def card(card_id: UUID) -> Response:
    """One replacement card, printed at the desk."""
    with installation().database.read() as session:
        pdf = card_pdf(session, installation().keys.open(here().municipality), here(), card_id)
    return _download(pdf, "valgkort.pdf", how="inline")


@poll_cards.post("/beskyttet/<uuid:entry_id>.pdf")
@open_to(Role.ROLL_KEEPER)
def protected_card(entry_id: UUID) -> Response:
    """The card of one protected person with the name on it, for that person; the look is in the log."""
    act = act_here(ActForm(), "roll.look_at_protected")
    looked = look_at_protected(installation(), here().scope, act, here().id, entry_id, LookReason.CARD_IS_SENT)
    with installation().database.read() as session:
        found = next((c for c, entry in protected_cards(session, here()) if entry.id == looked.entry_id), None)
        if found is None:
            raise Refused(NO_SUCH_CARD, status=404)
        keyring = installation().keys.open(here().municipality)
        pdf = card_pdf(session, keyring, here(), found.id, shows_protected=True)
    return _download(pdf, "valgkort.pdf")


def _download(pdf: bytes, name: str, how: str = "attachment") -> Response:
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f"{how}; filename={name}"})
