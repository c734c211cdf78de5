# mypy: disable-error-code="no-untyped-call"
"""The desk: one screen, one field, one key. Whoever stands there is tired, and there is a queue.

Looking up changes nothing and admits nobody. Every act is sent with a request id and answered with a
redirect, so neither a double scan nor the Back key gives a second paper.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.records import Station, station_by_code
from election.polling import acts, lookup
from election.polling.forms import HIGHEST_DESK, AdmitForm, GroundForm
from election.polling.records import desk_count
from election.polling.rules import EventKind
from election.polling.standing import admissions_in, quarters_until, standings
from election.roll.records import roll_of
from election.roll.station_list import ListedVoter
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

desk = Blueprint("desk", __name__, url_prefix=f"/<code>/bord/<int(min=1,max={HIGHEST_DESK}):number>")

_STAFF = (Role.POLLING_OFFICIAL, Role.STATION_LEADER)
_PURPOSES = ("stem", "fortryd", "valgkort")
_SHOWN_QUARTERS = 8
# What a voter must be told to go and do elsewhere, or that no paper may be given: red. The rest is yellow.
_STOPS = frozenset({"R500", "R501", "R503", "R504", "R505", "R506", "R507", "R508", "R509"})


def station_here(code: str) -> Station:
    """The station of this page, or 404."""
    with installation().database.read() as reading:
        found = station_by_code(reading, here(), code)
    if found is None:
        raise NotFound
    return found


@desk.errorhandler(Refused)
def told(trouble: Refused) -> Any:
    """A refusal is told on the desk's own screen, where the next voter can be scanned at once."""
    if request.method == "GET" or trouble.status == 403:
        page = render_template(
            "errors/refused.html", code=trouble.kind.code, text=say(trouble), status=trouble.status
        )
        return page, trouble.status
    flash(say(trouble), "stop" if trouble.kind.code in _STOPS else "wait")
    place = request.view_args or {}
    return redirect(url_for("polling.desk.screen", code=place["code"], number=place["number"]), 303)


@desk.get("/")
@open_to(*_STAFF)
def screen(code: str, number: int) -> str:
    """The desk, waiting for a voter; above the field what came of the last one."""
    purpose = request.args.get("til", "stem")
    event_id = request.args.get("udfald", type=UUID)
    is_last = event_id is not None and str(event_id) == _last(code, number).get("event")
    return _screen(
        code, number, purpose if purpose in _PURPOSES else "stem", event_id=event_id if is_last else None
    )


def _screen(
    code: str,
    number: int,
    purpose: str = "stem",
    *,
    event_id: UUID | None = None,
    voter: lookup.Voter | None = None,
) -> str:
    station = station_here(code)
    now = clock.now(here())
    quarters = quarters_until(now, _SHOWN_QUARTERS)
    with installation().database.read() as reading:
        event = lookup.event_of(reading, station, str(number), event_id) if event_id else None
        everywhere = standings(reading, here())
        roll = roll_of(reading, here())
        entry = lookup.entry_of(reading, here(), event.entry_id) if event and event.entry_id else None
        return render_template(
            "polling/desk.html",
            election=here(),
            station=station,
            number=number,
            purpose=purpose,
            event=event,
            kinds=EventKind,
            entry=entry,
            voter=voter,
            standing=next(one for one in everywhere if one.station.id == station.id),
            at_desk=desk_count(reading, station, str(number)),
            in_all=sum(one.figures.voted for one in everywhere),
            may_vote=roll.figures["may_vote"] if roll else None,
            has_cards=here().regulation.polling.has_poll_cards.value,
            curve=list(zip(quarters, admissions_in(reading, station.id, here(), quarters), strict=True)),
            form=ActForm(),
            ground_form=GroundForm(formdata=None),
        )


@desk.post("/opslag")
@open_to(*_STAFF)
def look_up(code: str, number: int) -> Response:
    """Read the field: a poll card, or six digits of a birth date. Admits nobody."""
    station, typed = station_here(code), request.form.get("token", "")
    purpose = request.form.get("til", "stem")
    last = session.pop(_key(code, number), {})
    digits = lookup.birth_date_typed(typed)
    with installation().database.read() as reading:
        if digits is None:
            found = lookup.by_card(reading, here(), station, typed)
            entry = lookup.entry_of(reading, here(), found)
            has_voted = entry is not None and lookup.voter(reading, here(), station, entry).has_voted
        else:
            matches = lookup.born(reading, here(), digits)
            if len(matches) > 1:
                session[_key(code, number) + "/født"] = digits
                return redirect(url_for(".matches", code=code, number=number, til=purpose), 303)
            found, has_voted = matches[0].id, False
    if purpose == "stem" and has_voted and last.get("entry") != str(found):
        return _admit(code, number, station, found, ActForm())  # the attempt goes on record and is refused there
    return redirect(_voter_page(purpose, code, number, found, "kort" if digits is None else "dato"), 303)


@desk.get("/foedt")
@open_to(*_STAFF)
def matches(code: str, number: int) -> str | Response:
    """Everyone born on the day that was typed. The day stands in the session, not in the address."""
    station, purpose = station_here(code), request.args.get("til", "stem")
    digits = session.get(_key(code, number) + "/født")
    if digits is None:
        return redirect(url_for(".screen", code=code, number=number))
    with installation().database.read() as reading:
        found = lookup.born(reading, here(), digits)
        return render_template(
            "polling/matches.html",
            station=station,
            number=number,
            purpose=purpose,
            digits=digits,
            marks=lookup.marks_of(reading, here(), found),
            choices=[(entry, _voter_page(purpose, code, number, entry.id, "dato")) for entry in found],
            alike=_alike(found),
        )


@desk.get("/vaelger/<uuid:entry_id>")
@open_to(*_STAFF)
def voter(code: str, number: int, entry_id: UUID) -> str:
    """Compare the birth date, then one key; or stop, and why."""
    return _voter(code, number, entry_id, AdmitForm())


def _voter(code: str, number: int, entry_id: UUID, form: AdmitForm) -> str:
    station = station_here(code)
    with installation().database.read() as reading:
        found = lookup.voter(reading, here(), station, _entry(reading, entry_id))
        if found.stop is not None:
            return _screen(code, number, voter=found)
        return render_template(
            "polling/voter.html",
            station=station,
            number=number,
            voter=found,
            by_card=request.args.get("fra") == "kort",
            form=form,
        )


@desk.post("/vaelger/<uuid:entry_id>/luk-ind")
@open_to(*_STAFF)
def admit(code: str, number: int, entry_id: UUID) -> str | Response:
    """The one key. A voter who has an exact double must have been identified."""
    station, form = station_here(code), AdmitForm()
    expects_stop = request.form.get("expects") == "stop"
    if request.args.get("fra") != "kort" or expects_stop:  # a card tells two who are alike apart
        with installation().database.read() as reading:
            found = lookup.voter(reading, here(), station, _entry(reading, entry_id))
        if expects_stop and found.stop is None:  # undone in the meantime: ask anew
            return redirect(url_for(".voter", code=code, number=number, entry_id=entry_id, fra="dato"), 303)
        if found.look_alikes and found.stop is None and not form.is_identified.data:
            form.is_identified.errors = (_("Sæt fluebenet, når du har set, hvem af dem det er."),)
            return _voter(code, number, entry_id, form)
    return _admit(code, number, station, entry_id, form)


def _admit(code: str, number: int, station: Station, entry_id: UUID, form: ActForm) -> Response:
    done = acts.admit(
        installation(),
        here().scope,
        act_here(form, "polling.admit"),
        here().id,
        station.id,
        str(number),
        entry_id,
    )
    if isinstance(done, acts.Admitted):
        return _done(code, number, done.event_id, entry_id)
    flash(_("Forsøget er skrevet i loggen."), "noted")
    return redirect(url_for(".voter", code=code, number=number, entry_id=entry_id), 303)


@desk.post("/ombyt")
@open_to(*_STAFF)
def exchange(code: str, number: int) -> Response:
    """A spoiled paper comes back, a new one is given. Who it was is not recorded."""
    event_id = acts.exchange(*_act("polling.exchange"), here().id, station_here(code).id, str(number))
    return _done(code, number, event_id)


@desk.route("/ubrugt", methods=["GET", "POST"])
@open_to(*_STAFF)
def return_unused(code: str, number: int) -> str | Response:
    """A paper comes back unused; the voter stays marked."""
    if request.method == "POST":
        done = acts.return_unused(
            *_act("polling.return_unused"), here().id, station_here(code).id, str(number), None
        )
        return _done(code, number, done)
    return render_template("polling/return_unused.html", station=station_here(code), number=number, form=ActForm())


@desk.route("/tvivl", methods=["GET", "POST"])
@open_to(*_STAFF)
def doubtful(code: str, number: int) -> str | Response:
    """Somebody whose right is in doubt votes into an envelope, with the reason."""
    form, entry_id = GroundForm(), request.args.get("vaelger", type=UUID)
    if form.validate_on_submit():
        act = act_here(form, "polling.doubtful")
        done = acts.doubtful(
            installation(), here().scope, act, here().id, station_here(code).id, str(number), entry_id
        )
        return _done(code, number, done)
    with installation().database.read() as reading:
        return render_template(
            "polling/doubtful.html",
            station=station_here(code),
            number=number,
            form=form,
            entry=_entry(reading, entry_id) if entry_id else None,
        )


@desk.route("/vaelger/<uuid:entry_id>/fortryd", methods=["GET", "POST"])
@open_to(*_STAFF)
def undo(code: str, number: int, entry_id: UUID) -> str | Response:
    """Take an admission back, with the reason."""
    form, station = GroundForm(), station_here(code)
    if form.validate_on_submit():
        act = act_here(form, "polling.undo_admit")
        done = acts.undo_admit(installation(), here().scope, act, here().id, station.id, str(number), entry_id)
        return _done(code, number, done)
    return _about("polling/undo.html", code, number, entry_id, form)


@desk.route("/vaelger/<uuid:entry_id>/valgkort", methods=["GET", "POST"])
@open_to(*_STAFF)
def new_card(code: str, number: int, entry_id: UUID) -> str | Response:
    """A new card for a voter who has none; the old one is void at once."""
    form = ActForm()
    if form.validate_on_submit():
        card_id = acts.replace_card_at_station(
            *_act("poll_cards.replace"), here().id, station_here(code).id, str(number), entry_id
        )
        return redirect(url_for(".new_card", code=code, number=number, entry_id=entry_id, kort=card_id), 303)
    return _about(
        "polling/new_card.html", code, number, entry_id, form, card_id=request.args.get("kort", type=UUID)
    )


def _about(template: str, code: str, number: int, entry_id: UUID, form: ActForm, **more: object) -> str:
    station = station_here(code)
    with installation().database.read() as reading:
        found = lookup.voter(reading, here(), station, _entry(reading, entry_id))
        return render_template(template, station=station, number=number, voter=found, form=form, **more)


def _act(name: str) -> tuple[Any, Any, Any]:
    return installation(), here().scope, act_here(ActForm(), name)


def _done(code: str, number: int, event_id: UUID, entry_id: UUID | None = None) -> Response:
    session[_key(code, number)] = {"event": str(event_id), "entry": str(entry_id)}
    return redirect(url_for(".screen", code=code, number=number, udfald=event_id), 303)


def _last(code: str, number: int) -> dict[str, str]:
    found: dict[str, str] = session.get(_key(code, number), {})
    return found


def _key(code: str, number: int) -> str:
    """Two tabs at two desks do not see each other's last voter, nor do two elections."""
    return f"{here().slug}/{code}/{number}"


def _entry(reading: Any, entry_id: UUID) -> ListedVoter:
    entry = lookup.entry_of(reading, here(), entry_id)
    if entry is None:
        raise NotFound
    return entry


def _alike(found: list[ListedVoter]) -> set[str]:
    """Names that several have. Of those without a shown name nothing is said here; the voter's page warns."""
    names = [entry.name_key for entry in found if not entry.is_protected]
    return {name for name in names if names.count(name) > 1}


def _voter_page(purpose: str, code: str, number: int, entry_id: UUID, source: str) -> str:
    page = {"fortryd": ".undo", "valgkort": ".new_card"}.get(purpose, ".voter")
    return url_for(page, code=code, number=number, entry_id=entry_id, fra=source)
