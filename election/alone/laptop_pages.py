# mypy: disable-error-code="no-untyped-call"
"""On the laptop: how it stands to the centre, what a stick takes with it, and the certificate to compare."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.alone.findings import EMPTY_FILE
from election.alone.forms import StickForm
from election.alone.laptop import Laptop
from election.alone.rules import CLOCK_IS_WRONG, LaptopState, Link, fingerprint_of, is_skewed, sentence_of
from election.call.clock import local
from registry.doors import open_to, public
from registry.findings import Refused
from registry.roles import Role
from registry.wording import said

laptop_pages = Blueprint("laptop", __name__)
_STAFF = (Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.BOARD_MEMBER)


def laptop() -> Laptop | None:
    """The laptop that this process is; None at the centre."""
    found: Laptop | None = current_app.extensions.get("laptop")
    return found


def line_of_page() -> dict[str, Any]:
    """For the frame of every page: the one line that says how the laptop stands to the centre."""
    found = laptop()
    if found is None:
        return {}
    return {"laptop_line": _line(found.state) | {"title": _title(found)}}


def _title(found: Laptop) -> str:
    return _("%(station)s · pakke %(number)s", station=found.head.station_name, number=found.head.number)


def _line(state: LaptopState) -> dict[str, str]:
    heard = f"{local(state.heard_at):%H.%M}" if state.heard_at else "–"
    since = f"{local(state.alone_since):%H.%M}" if state.alone_since else "–"
    sentence, facts = sentence_of(state, heard, since)
    words = " · ".join(filter(None, [gettext(sentence) % said(facts), _unsent(state)]))
    if is_skewed(state.skew):
        assert state.skew is not None
        words += " · " + gettext(CLOCK_IS_WRONG) % {"seconds": int(abs(state.skew.total_seconds()))}
    is_good = state.link is Link.CONNECTED and not is_skewed(state.skew)
    is_bad = state.link in (Link.MISMATCH, Link.OTHER_ELECTION)
    return {"words": words, "kind": "good" if is_good else "bad" if is_bad else "warn"}


def _unsent(state: LaptopState) -> str:
    if state.link is not Link.CONNECTED:
        return ngettext(
            "%(num)s registrering ikke afleveret endnu",
            "%(num)s registreringer ikke afleveret endnu",
            state.unsent,
        )
    return (
        ngettext("%(num)s registrering på vej", "%(num)s registreringer på vej", state.unsent)
        if state.unsent
        else ""
    )


@laptop_pages.get("/laptop/")
@open_to(*_STAFF)
def page() -> str:
    """Denne laptop."""
    found = _this()
    return render_template(
        "alone/laptop.html",
        head=found.head,
        state=found.state,
        lines=found.journal.last_seq,
        handed_over=found.handed_over,
        fingerprint=fingerprint_of(found.sha256),
        certificate=current_app.extensions.get("certificate"),
        form=StickForm(formdata=None),
    )


@laptop_pages.get("/laptop/tilstand")
@public
def state() -> Response:
    """The line anew, for a page that stays open."""
    return jsonify(_line(_this().state))


@laptop_pages.get("/laptop/aflevering")
@open_to(*_STAFF)
def delivery() -> Response:
    """Everything, encrypted, for the stick; the centre passes over what it has."""
    found = _this()
    name = f"station-{found.head.station_code}-pakke-{found.head.number}.aflevering"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(found.delivery(), mimetype="application/octet-stream", headers=headers)


@laptop_pages.post("/laptop/nyt")
@open_to(Role.STATION_LEADER)
def take_news() -> Response:
    """News that came on a stick."""
    found, form = _this(), StickForm()
    if not form.validate_on_submit() or not form.file.data:
        raise Refused(EMPTY_FILE)
    done = found.take(form.file.data.read())
    flash(ngettext("%(num)s rettelse er taget ind.", "%(num)s rettelser er taget ind.", done), "success")
    return redirect(url_for(".page"), 303)


@laptop_pages.get("/certifikat")
@public
def certificate() -> str:
    """The fingerprint of the certificate, to be compared by eye before a desk trusts this address."""
    found = current_app.extensions.get("certificate")
    if found is None:
        raise NotFound
    return render_template("alone/certificate.html", fingerprint=found, host=request.host)


def _this() -> Laptop:
    found = laptop()
    if found is None:
        raise NotFound
    return found
