"""To MitID and back, and signing out. Nothing about a person stands in an address of ours."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from registry.accounts.findings import MITID_IS_OFF
from registry.accounts.mitid import Citizens
from registry.doors import local_path, public
from registry.findings import Refused
from registry.keys import KeysUnavailable
from registry.wording import in_all_languages, say

mitid = Blueprint("mitid", __name__)


def citizens() -> Citizens:
    found: Citizens = current_app.extensions["citizens"]
    return found


@mitid.get("/mitid/<municipality>/log-ind")
@public
@in_all_languages
def begin(municipality: str) -> Response:
    """Send the browser to the broker. A link, not a form: a form may not lead to another site."""
    try:
        citizens().installation.keys.open(municipality)
    except KeysUnavailable as error:
        raise NotFound from error
    page = local_path(request.args.get("next"))
    try:
        return redirect(citizens().begin(municipality, page, _callback()))
    except Refused as refused:
        if refused.kind is MITID_IS_OFF:
            raise
        return _refused(page, refused)


@mitid.get("/mitid/tilbage")
@public
@in_all_languages
def back() -> Response:
    """The browser is back from the broker, which knows this address and no other."""
    returned = citizens().finish(request.args.to_dict(), _callback())
    if returned.token is None:
        return _refused(returned.page, returned.refused)
    return citizens().keep(redirect(local_path(returned.page)), returned.token)


@mitid.post("/mitid/log-ud")
@public
@in_all_languages
def sign_out() -> Response:
    citizens().sign_out()
    flash(_("Du er logget ud."), "success")
    return citizens().drop(redirect(local_path(request.form.get("next")), 303))


def _refused(page: str, refused: Refused | None) -> Response:
    """Back to where the person came from, with the reason; the page says what else can be done."""
    if refused is not None:
        flash(say(refused), "error")
    return redirect(local_path(page))


def _callback() -> str:
    return url_for("mitid.back", _external=True)
