"""Issuing the poll cards, checking them before print, and fetching them as PDF."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from election.call.here import ADDRESS, act_here, here, installation
from election.poll_cards import acts
from election.poll_cards.printing import (
    CARDS_IN_ONE_PDF,
    NO_SUCH_CARD,
    card_pdf,
    poll_card_parts,
    poll_cards_pdf,
    unprintable_voters,
    zipped,
)
from election.poll_cards.records import CardState, card_counts, valid_cards
from election.roll.protection import LookReason, look_at_protected
from election.roll.records import RollEntry, roll_of
from registry.accounts.forms import ActForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role

poll_cards = Blueprint("poll_cards", __name__, url_prefix=ADDRESS + "/valgkort")


@poll_cards.get("/")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def overview() -> str:
    """How many cards are out, and what to do next with them."""
    return _overview()


def _overview(unprintable: list[RollEntry] | None = None) -> str:
    with installation().database.read() as session:
        cards = card_counts(session, here())
        hidden = [entry for _card, entry in valid_cards(session, here()) if entry.is_protected]
        return render_template(
            "poll_cards/overview.html",
            election=here(),
            has_poll_cards=here().regulation.polling.has_poll_cards,
            roll=roll_of(session, here()),
            valid=cards[CardState.ISSUED],
            replaced=cards[CardState.REPLACED],
            without_address=hidden,
            card_forms={entry.id: ActForm() for entry in hidden},
            may_see_protected=Role.ROLL_KEEPER in signed_in_official().roles,
            one_pdf=cards[CardState.ISSUED] <= CARDS_IN_ONE_PDF,
            unprintable=unprintable,
            form=ActForm(),
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
        missing = unprintable_voters(session, here())
    return _overview(missing)


@poll_cards.get("/valgkort.pdf")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def paper() -> Response:
    """All cards that hold, in one document."""
    with installation().database.read() as session:
        pdf = poll_cards_pdf(session, installation().keys.open(here().municipality), here())
    return _download(pdf, "valgkort.pdf")


@poll_cards.get("/valgkort.zip")
@open_to(Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)
def parts() -> Response:
    """All cards that hold, in numbered documents, sent while they are made."""
    with installation().database.read() as session:
        made = poll_card_parts(session, installation().keys.open(here().municipality), here())
    return Response(
        zipped(made, "valgkort"),
        mimetype="application/zip",
        headers={"Content-Disposition": "attachment; filename=valgkort.zip"},
    )


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
        found = next((card for card, entry in valid_cards(session, here()) if entry.id == looked.entry_id), None)
        if found is None:
            raise Refused(NO_SUCH_CARD, status=404)
        keyring = installation().keys.open(here().municipality)
        pdf = card_pdf(session, keyring, here(), found.id, shows_protected=True)
    return _download(pdf, "valgkort.pdf")


def _download(pdf: bytes, name: str, how: str = "attachment") -> Response:
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f"{how}; filename={name}"})
