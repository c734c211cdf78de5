# mypy: disable-error-code="no-untyped-call"
"""The desk: one screen, one field, one key. Whoever stands there is tired, and there is a queue.

Looking up changes nothing and admits nobody. Every act is sent with a request id and answered with a
redirect, so neither a double scan nor the Back key gives a second paper.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import here, installation, key_here
from election.polling import acts, lookup
from election.polling.blueprint import (
    STAFF,
    desk,
    desk_key,
    done_at,
    entry_here,
    last_at,
    paper_name,
    papers_here,
    papers_on_table,
    station_here,
)
from election.polling.findings import NAME_IS_WRONG, NAME_TRIED_TOO_OFTEN
from election.polling.forms import AdmitForm, PaperForm, QueueForm
from election.polling.records import desk_count
from election.polling.rules import EventKind
from election.polling.standing import admissions_in, line_of, quarters_until, standings
from election.polling.typed import Search
from election.roll.records import roll_of
from election.roll.station_list import ListedVoter
from registry.accounts.forms import ActForm
from registry.doors import open_to
from registry.findings import Refused
from registry.wording import say

_PURPOSES = ("stem", "fortryd", "valgkort", "retur")
_PAGES = {"fortryd": ".undo", "valgkort": ".new_card", "retur": ".return_unused"}
_SHOWN_QUARTERS = 8
_WITH_A_KEY = 9
"""Matches beyond this have no digit of their own until letters have been typed."""
_MOST_WRONG_NAMES = 3


@desk.get("/")
@open_to(*STAFF)
def screen(code: str, number: int) -> str:
    """The desk, waiting for a voter; above the field what came of the last one."""
    purpose = request.args.get("til", "stem")
    event_id = request.args.get("udfald", type=UUID)
    is_last = event_id is not None and str(event_id) == last_at(code, number).get("event")
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
    exchange_form = PaperForm(formdata=None)
    exchange_form.offer(papers_here())
    with installation().database.read() as reading:
        event = lookup.event_of(reading, station, str(number), event_id) if event_id else None
        everywhere = standings(reading, here())
        standing = next(one for one in everywhere if one.station.id == station.id)
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
            paper=paper_name(event.ballot_type) if event else "",
            voter=voter,
            standing=standing,
            papers=papers_on_table(reading, station),
            line=line_of(reading, here(), standing, now),
            at_desk=desk_count(reading, station, str(number)),
            in_all=sum(one.figures.voted for one in everywhere),
            may_vote=roll.figures["may_vote"] if roll else None,
            has_cards=here().regulation.polling.has_poll_cards.value,
            curve=list(zip(quarters, admissions_in(reading, station.id, here(), quarters), strict=True)),
            form=ActForm(),
            exchange_form=exchange_form,
            queue_form=QueueForm(formdata=None),
        )


@desk.post("/opslag")
@open_to(*STAFF)
def look_up(code: str, number: int) -> Response:
    """Read the field: a poll card, a birth date, a name, or both. Admits nobody."""
    station, typed = station_here(code), request.form.get("token", "")
    purpose = request.form.get("til", "stem")
    last = session.pop(desk_key(code, number), {})
    wanted = _wanted(code, number, typed)
    with installation().database.read() as reading:
        if wanted is None:
            found = lookup.by_card(reading, here(), station, typed)
            entry = lookup.entry_of(reading, here(), found)
            has_voted = entry is not None and lookup.voter(reading, here(), station, entry).has_voted
        else:
            matches = lookup.search(reading, here(), wanted)
            if len(matches) > 1:
                session[desk_key(code, number) + "/født"] = [wanted.digits, *wanted.words]
                return redirect(url_for(".matches", code=code, number=number, til=purpose), 303)
            found, has_voted = matches[0].id, False
    if purpose == "stem" and has_voted and last.get("entry") != str(found):
        # the attempt goes on record and is refused there
        return _admit(code, number, found, request.form.get("request_id") or str(uuid4()))
    return redirect(_voter_page(purpose, code, number, found, "kort" if wanted is None else "dato"), 303)


def _wanted(code: str, number: int, typed: str) -> Search | None:
    """What was typed; letters that narrow a list of matches keep the date that the list was made from."""
    before = session.get(desk_key(code, number) + "/født")
    if not typed.strip() and before and request.form.get("blandt"):
        return Search(before[0])
    wanted = lookup.asked_for(typed, among=bool(before and before[0] and request.form.get("blandt")))
    if wanted is not None and not wanted.digits and before and request.form.get("blandt"):
        return replace(wanted, digits=before[0])
    return wanted


@desk.get("/foedt")
@open_to(*STAFF)
def matches(code: str, number: int) -> str | Response:
    """Everyone who fits what was typed, which stands in the session, not in the address."""
    station, purpose = station_here(code), request.args.get("til", "stem")
    typed = session.get(desk_key(code, number) + "/født")
    if typed is None:
        return redirect(url_for(".screen", code=code, number=number))
    wanted = Search(typed[0], tuple(typed[1:]))
    with installation().database.read() as reading:
        found = lookup.search(reading, here(), wanted)
        marks = lookup.marks_of(reading, here(), found)
    is_long = len(found) > _WITH_A_KEY or bool(wanted.words and wanted.digits)
    return render_template(
        "polling/matches.html",
        station=station,
        number=number,
        purpose=purpose,
        digits=lookup.in_words(wanted.digits) if wanted.digits else "",
        is_whole_date=len(wanted.digits) == lookup.WHOLE_DATE,
        words=" ".join(wanted.words),
        marks=marks,
        total=len(found),
        is_long=is_long,
        groups=[
            (letter, [(one, _voter_page(purpose, code, number, one.id, "dato")) for one in group])
            for letter, group in groupby(found, key=lambda one: one.list_name[:1].upper() if is_long else "")
        ],
        alike=_alike(found),
        form=ActForm(),
    )


@desk.get("/vaelger/<uuid:entry_id>")
@open_to(*STAFF)
def voter(code: str, number: int, entry_id: UUID) -> str:
    """Compare the birth date, then one key; or stop, and why."""
    return _voter(code, number, entry_id, AdmitForm())


def _voter(code: str, number: int, entry_id: UUID, form: AdmitForm) -> str:
    station = station_here(code)
    with installation().database.read() as reading:
        found = lookup.voter(reading, here(), station, entry_here(reading, entry_id))
        if found.stop is not None:
            return _screen(code, number, voter=found)
        by_card = request.args.get("fra") == "kort"
        must_say_name = found.entry.is_protected and not by_card
        knows_name = must_say_name and lookup.says_own_name(reading, here(), found.entry, "?") is not None
        return render_template(
            "polling/voter.html",
            station=station,
            number=number,
            voter=found,
            by_card=by_card,
            must_say_name=knows_name,
            must_identify=not by_card and (bool(found.look_alikes) or (must_say_name and not knows_name)),
            paper=paper_name(found.ballot_type) if found.ballot_type else "",
            form=form,
        )


@desk.post("/vaelger/<uuid:entry_id>/luk-ind")
@open_to(*STAFF)
def admit(code: str, number: int, entry_id: UUID) -> str | Response:
    """The one key. Who has an exact double is identified; who has a protected name says it."""
    expects_stop = request.form.get("expects") == "stop"
    if request.args.get("fra") != "kort" or expects_stop:  # a card tells two who are alike apart
        station, form = station_here(code), AdmitForm()
        with installation().database.read() as reading:
            found = lookup.voter(reading, here(), station, entry_here(reading, entry_id))
            said = (form.said_name.data or "").strip()
            is_right = (
                lookup.says_own_name(reading, here(), found.entry, said) if found.entry.is_protected else True
            )
        if expects_stop and found.stop is None:  # undone in the meantime: ask anew
            return redirect(url_for(".voter", code=code, number=number, entry_id=entry_id, fra="dato"), 303)
        if found.stop is None and is_right is False:
            form.said_name.errors = (_wrong_name(code, number, entry_id, said),)
            return _voter(code, number, entry_id, form)
        if found.stop is None and (found.look_alikes or is_right is None) and not form.is_identified.data:
            form.is_identified.errors = (_("Sæt fluebenet, når du har set, hvem af dem det er."),)
            return _voter(code, number, entry_id, form)
    return _admit(code, number, entry_id, request.form.get("request_id", ""))


def _wrong_name(code: str, number: int, entry_id: UUID, said: str) -> str:
    """What is said about a name that is not the voter's. Raises Refused R712 for who has guessed enough."""
    if not said:
        return str(_("Skriv hele navnet, som personen siger det."))
    key = desk_key(code, number) + "/navn"
    wrong = [*session.get(key, []), str(entry_id)][-20:]
    session[key] = wrong
    if wrong.count(str(entry_id)) >= _MOST_WRONG_NAMES:
        raise Refused(NAME_TRIED_TOO_OFTEN, number=wrong.count(str(entry_id)))
    return say(Refused(NAME_IS_WRONG))


def _admit(code: str, number: int, entry_id: UUID, request_id: str) -> Response:
    done = acts.admit(
        installation(),
        here().scope,
        key_here(request_id, "polling.admit"),
        here().id,
        station_here(code).id,
        str(number),
        entry_id,
    )
    if isinstance(done, acts.Admitted):
        return done_at(code, number, done.event_id, entry_id)
    flash(_("Forsøget er skrevet i loggen."), "noted")
    return redirect(url_for(".voter", code=code, number=number, entry_id=entry_id), 303)


def _alike(found: list[ListedVoter]) -> set[str]:
    """Names that several have. Of those without a shown name nothing is said here; the voter's page warns."""
    names: list[Any] = [(entry.name_key, entry.born_on) for entry in found if not entry.is_protected]
    return {name for name, day in names if names.count((name, day)) > 1}


def _voter_page(purpose: str, code: str, number: int, entry_id: UUID, source: str) -> str:
    page = _PAGES.get(purpose, ".voter")
    return url_for(page, code=code, number=number, entry_id=entry_id, fra=source)
