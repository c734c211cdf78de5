# mypy: disable-error-code="no-untyped-call"
"""Opening a station, step by step, with the scanner tried on a card that is nobody's."""

from __future__ import annotations

from base64 import b64encode

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.call.records import board
from election.poll_cards.qr import qr_svg
from election.poll_cards.rules import CardProblem, in_groups, read_card
from election.polling import acts, lookup
from election.polling.blueprint import polling, station_here, tried_scanner
from election.polling.findings import CARD_UNKNOWN
from election.polling.forms import OpeningForm
from election.polling.rules import Scanner
from election.polling.standing import standings
from election.roll.records import roll_of
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.findings import Finding, Refused
from registry.roles import Role
from registry.wording import say

_GROUP = 4
_GROUPS_IN_A_LINE = 4


@polling.route("/<code>/aabn", methods=["GET", "POST"])
@open_to(Role.STATION_LEADER)
def opening(code: str) -> str | Response:
    """Zero report, list, scanner, empty box, seal, two witnesses; then the station is open."""
    form, found = OpeningForm(), station_here(code)
    has_cards = here().regulation.polling.has_poll_cards.value
    is_tried = bool(session.get(tried_scanner(code)))
    if form.validate_on_submit():
        scanner = (
            Scanner.WORKS if is_tried else Scanner.NONE_HERE if form.has_no_scanner.data else Scanner.NOT_TRIED
        )
        if has_cards and scanner is Scanner.NOT_TRIED:
            form.has_no_scanner.errors = (
                _("Scan prøvekortet først, eller sæt fluebenet, hvis stedet ingen scanner har."),
            )
        else:
            acts.open_station(
                installation(),
                here().scope,
                act_here(form, "polling.open_station"),
                here().id,
                found.id,
                form.seal_number.data or "",
                form.witnesses,
                scanner,
            )
            flash(_("%(station)s er åben. Vælg nu bordets nummer.", station=found.name), "success")
            return redirect(url_for(".station", code=code), 303)
    with installation().database.read() as reading:
        roll = roll_of(reading, here())
        return render_template(
            "polling/opening.html",
            election=here(),
            standing=next(one for one in standings(reading, here()) if one.station.id == found.id),
            roll=roll,
            fingerprint=in_lines(roll.sha256 or "") if roll else [],
            board=board(reading, here()),
            has_cards=has_cards,
            is_tried=is_tried,
            form=form,
            try_form=ActForm(formdata=None),
        )


@polling.post("/<code>/aabn/proeve")
@open_to(Role.STATION_LEADER)
def try_scanner(code: str) -> Response:
    """Read the test card. Whatever is scanned here admits nobody."""
    typed, found = request.form.get("token", ""), station_here(code)
    if lookup.is_trial_card(here(), found, typed):
        session[tried_scanner(code)] = True
        flash(_("Prøvescanning i orden: scanneren læser kortene rigtigt. Ingen er lukket ind."), "success")
    else:
        read = read_card(typed)
        trouble = Finding(read.kind, read.facts) if isinstance(read, CardProblem) else Refused(CARD_UNKNOWN)
        flash(
            _("Det var ikke prøvekortet for dette stemmested. %(trouble)s", trouble=say(trouble)),
            "warning",
        )
    return redirect(url_for(".opening", code=code), 303)


@polling.get("/<code>/proevekort")
@open_to(Role.POLLING_OFFICIAL, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR)
def trial_card(code: str) -> str:
    """The station's test card, to be printed and scanned at every desk before the first voter comes."""
    found = station_here(code)
    text = lookup.trial_card(here(), found)
    return render_template(
        "polling/trial_card.html",
        election=here(),
        station=found,
        picture=b64encode(qr_svg(text).encode()).decode(),
        groups=in_groups(text),
    )


def in_lines(sha256: str) -> list[str]:
    """A fingerprint as it stands on the printed list: groups of four, four to a line, to be compared by eye."""
    groups = [sha256[start : start + _GROUP] for start in range(0, len(sha256), _GROUP)]
    return [
        " ".join(groups[start : start + _GROUPS_IN_A_LINE]) for start in range(0, len(groups), _GROUPS_IN_A_LINE)
    ]
