"""Sending a batch with a receiver's help: the package, the receipt, and the package's end."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from election.call import clock
from election.call.here import act_here, here, installation
from election.poll_cards import dispatch_acts, packing
from election.poll_cards import findings as say_
from election.poll_cards.batch_records import BatchStanding, batch_by_id, dispatch_by_id, outcome_counts, standings
from election.poll_cards.batch_rules import CHANNEL_NAMES, Channel, Receipt
from election.poll_cards.certificate import Receiver, receiver_of
from election.poll_cards.forms import DispatchForm, ReceiptForm
from election.poll_cards.records import CardBatch, CardDispatch
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

dispatch_pages = Blueprint("dispatches", __name__, url_prefix="/forsendelse")
_KEEPER, _ADMIN = Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR


@dispatch_pages.route("/parti/<uuid:batch_id>", methods=["GET", "POST"])
@open_to(_KEEPER, _ADMIN)
def send(batch_id: UUID) -> str | Answer:
    """First the certificate is shown to be compared; then two people sign and the package is built."""
    standing = _sendable(batch_id)
    form = DispatchForm().offer()
    if request.method == "GET" or (not form.certificate_file.data and not form.certificate.data):
        return _send_page(standing, form, None)
    try:
        receiver = receiver_of(form.pem(), clock.now(here()))
    except Refused as refused:
        form.certificate.errors = (say(refused),)
        return _send_page(standing, form, None)
    if "sign" not in request.form or form.seen.data != receiver.fingerprint or not _is_signed(form):
        form.seen.data = receiver.fingerprint
        return _send_page(standing, form, receiver)
    act = act_here(form, "poll_cards.dispatch")
    where = (installation(), here().scope, act, here().id, batch_id)
    made = packing.make_dispatch(*where, Channel(form.channel.data), form.certificate.data or "")
    flash(_("Pakken er lavet. Hent den, send den til modtageren, og indlæs kvitteringen her bagefter."), "success")
    return redirect(url_for("poll_cards.dispatches.one", dispatch_id=made), 303)


def _sendable(batch_id: UUID) -> BatchStanding:
    with installation().database.read() as session:
        found = [one for one in standings(session, here()) if one.batch.id == batch_id]
    if not found or not found[0].may_be_sent:
        raise Refused(say_.NO_SUCH_BATCH, status=404)
    return found[0]


def _is_signed(form: DispatchForm) -> bool:
    is_whole: bool = form.validate()
    if not form.channel.data:
        form.channel.errors = (_("Vælg, hvordan kortene sendes."),)
        return False
    return is_whole


def _send_page(standing: BatchStanding, form: DispatchForm, receiver: Receiver | None) -> str:
    return render_template("poll_cards/send.html", standing=standing, form=form, receiver=receiver)


@dispatch_pages.get("/<uuid:dispatch_id>")
@open_to(_KEEPER, _ADMIN)
def one(dispatch_id: UUID) -> str:
    """One dispatch: its package, its receipt, and what to do next."""
    return _page(dispatch_id, ReceiptForm(formdata=None), None)


def _row(dispatch_id: UUID) -> tuple[CardDispatch, CardBatch]:
    with installation().database.read() as session:
        row = dispatch_by_id(session, here(), dispatch_id)
        batch = batch_by_id(session, here(), row.batch_id) if row is not None else None
    if row is None or batch is None:
        raise Refused(say_.NO_SUCH_DISPATCH, status=404)
    return row, batch


def _page(dispatch_id: UUID, form: ReceiptForm, receipt: Receipt | None) -> str:
    row, batch = _row(dispatch_id)
    with installation().database.read() as session:
        outcomes = outcome_counts(session, here(), row)
    return render_template(
        "poll_cards/dispatch.html",
        row=row,
        batch=batch,
        outcomes=outcomes,
        channel=CHANNEL_NAMES[Channel(row.channel)],
        is_left_behind=bool(packing.left_behind(installation(), here(), [row])),
        form=form,
        discard_form=ActForm(formdata=None),
        receipt=receipt,
    )


@dispatch_pages.get("/<uuid:dispatch_id>/pakke.zip")
@open_to(_KEEPER, _ADMIN)
def package(dispatch_id: UUID) -> Response:
    """The package, which only the receiver can open."""
    row, _batch = _row(dispatch_id)
    path = packing.package_path(installation(), here(), row)
    name = f"valgkort-forsendelse-{row.number}.zip"
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name)


@dispatch_pages.post("/<uuid:dispatch_id>/kvittering")
@open_to(_KEEPER, _ADMIN)
def receipt(dispatch_id: UUID) -> str | Answer:
    """What the receiver reports: all of it, or every bad line and nothing taken."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _page(dispatch_id, form, None)
    data: bytes = form.receipt.data.read()
    act = act_here(form, "poll_cards.take_receipt")
    try:
        took = dispatch_acts.take_receipt(installation(), here().scope, act, here().id, dispatch_id, data)
    except Refused as refused:
        if refused.kind is not say_.RECEIPT_REFUSED:
            raise
        keyring = installation().keys.open(here().municipality)
        with installation().database.read() as session:
            bad, _known = dispatch_acts.check_receipt(session, keyring, here(), dispatch_id, data)
        return _page(dispatch_id, ReceiptForm(formdata=None), bad)
    flash(
        _("Kvitteringen er indlæst: %(sent)s sendt, %(failed)s ikke.", sent=took.sent, failed=took.failed),
        "success",
    )
    return redirect(url_for("poll_cards.dispatches.one", dispatch_id=dispatch_id), 303)


@dispatch_pages.post("/<uuid:dispatch_id>/slet")
@open_to(_KEEPER, _ADMIN)
def discard(dispatch_id: UUID) -> Answer:
    """Delete the package."""
    act = act_here(ActForm(), "poll_cards.discard_dispatch")
    packing.discard_package(installation(), here().scope, act, here().id, dispatch_id)
    flash(_("Pakken er slettet her. Bed modtageren om også at slette sit eksemplar."), "success")
    return redirect(url_for("poll_cards.dispatches.one", dispatch_id=dispatch_id), 303)
