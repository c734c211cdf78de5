# mypy: disable-error-code="no-untyped-call"
"""Putting the guided screen together: the forms of the step, and what becomes of one that is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.constitution.forms import (
    FORM_NAMES,
    DeclineForm,
    RoundForm,
    chair_form,
    drawn_fields,
    fields_of,
    nominate_form,
    round_form,
    tie_form,
)
from election.constitution.progress import Filling, Progress, Step, progress
from registry.accounts.forms import ActForm, ReasonedForm
from registry.councils import clock
from registry.councils.here import act_here, here, installation
from registry.findings import Refused
from registry.meetings.forms import (
    PointForm,
    PresenceForm,
    TimedForm,
    as_time,
    roll_call_fields,
    roll_call_form,
)
from registry.meetings.rules import ItemKind
from registry.regulation.choices import BallotForm
from registry.wording import say

OF_STEP = {
    Step.ROLL_CALL: ("call",),
    Step.SAY: ("point",),
    Step.NOMINATE: ("nominate", "put_off"),
    Step.FALLS_AWAY: ("leave",),
    Step.VOTE: ("round", "unopposed"),
    Step.LOT: ("tie", "chair"),
    Step.ANSWER: ("accept", "decline"),
}
Answered = str | Response | tuple[str, int]


def read_progress() -> Progress:
    """Where the meeting stands now."""
    with installation().database.read() as session:
        return progress(session, here())


def show(now: Progress, bound: Any = None, trouble: Refused | None = None) -> str:
    prefix = bound._prefix.rstrip("-") if bound is not None else None
    forms = {name: _form(name, now, formdata=None) for name in (*OF_STEP.get(now.step, ()), "presence", "close")}
    forms |= {"undo": ActForm(prefix="undo", formdata=None)}
    for name in ("annul", "withdraw"):
        forms[name] = ReasonedForm(prefix=name, formdata=None)
    if prefix is not None:
        forms[prefix] = bound
    looked_at = request.args.get("punkt", type=int)
    return render_template(
        "constitution/screen.html",
        progress=now,
        council=here(),
        rules=here().meeting_rules,
        steps=Step,
        kinds=ItemKind,
        forms=forms,
        form_names=FORM_NAMES,
        looked_at=next((p for p in now.points if p.item.number == looked_at and p.state == "done"), None),
        members_of=roll_call_fields(forms["call"]) if "call" in forms else {},
        numbers=fields_of(forms["round"], "votes") if "round" in forms else {},
        others=fields_of(forms["round"], "other") if "round" in forms else {},
        voters=fields_of(forms["round"], "voter") if "round" in forms else {},
        places=drawn_fields(forms["tie"]) if "tie" in forms else [],
        code=trouble.kind.code if trouble else None,
        trouble=say(trouble) if trouble else None,
        where=prefix,
    )


def _form(name: str, now: Progress, **options: Any) -> Any:
    """The form of this name, empty or (without options) as it was sent."""
    made = _made(name, now, options)
    if "formdata" in options and hasattr(made, "at"):
        made.at.data = as_time(now.at)
    if "formdata" in options and name in ("point", "put_off"):
        made.text.data = _proposed_text(name, now)
    return made


def _made(name: str, now: Progress, options: dict[str, Any]) -> Any:
    filling = now.filling
    if name == "call":
        return roll_call_form({one.person: one.name for one in now.members}, name, **options)
    if name == "nominate":
        able, default = (filling.able if filling else {}), here().meeting_rules.ballot_form.value
        return nominate_form(able, default, name, **options)
    if name == "round":
        return _round_form(filling, options)
    if name == "tie":
        places = filling.verdict.lot_places if filling and filling.verdict else 1
        return tie_form(filling.tied if filling else {}, places, name, **options)
    if name == "chair":
        return chair_form(filling.tied if filling else {}, name, **options)
    plain = {"presence": PresenceForm, "point": PointForm, "put_off": PointForm, "decline": DeclineForm}
    return plain.get(name, TimedForm)(prefix=name, **options)


def _round_form(filling: Filling | None, options: dict[str, Any]) -> RoundForm:
    if filling is None or filling.ballot is None:
        return round_form({}, {}, None, "round", **options)
    stands = filling.between or filling.nominees
    others = {} if filling.between else {k: v for k, v in filling.able.items() if k not in stands}
    voters = filling.voters if filling.ballot.form == BallotForm.NAMED else None
    return round_form(stands, others, voters, "round", **options)


def _proposed_text(name: str, now: Progress) -> str:
    if name == "put_off":
        return _("Valget er udsat.")
    if now.point is not None and now.point.item.kind == ItemKind.APPOINTMENT:
        return _(
            "Valgets resultat og udpegningen er lagt frem. %(filled)s af %(size)s pladser i rådet er besat.",
            filled=sum(one.has_vote for one in now.members),
            size=here().legal_size,
        )
    return ""


def do(name: str, act: Callable[[Any, Progress], str | None]) -> Answered:
    """Do what the form says, or show the screen again with the form as it was typed."""
    now = read_progress()
    form = _form(name, now)
    if not form.validate_on_submit():
        return show(now, form)
    try:
        told = act(form, now)
    except Refused as refused:
        if refused.status == 403:
            raise
        return show(read_progress(), form, refused), refused.status
    if told:
        flash(told, "success")
    return redirect(url_for(".screen"), 303)


def undo(form: ActForm, act: Callable[[], object], told: str) -> Answered:
    if not form.validate_on_submit():
        return show(read_progress(), form)
    try:
        act()
    except Refused as refused:
        if refused.status == 403:
            raise
        return show(read_progress(), form, refused), refused.status
    flash(told, "success")
    return redirect(url_for(".screen"), 303)


def by(form: Any) -> tuple[Any, Any, Any]:
    return installation(), here().scope, act_here(form)


def meeting_id(now: Progress) -> UUID:
    if now.of is None:
        abort(404)
    return now.of.id


def time_of(form: TimedForm, now: Progress) -> Any:
    assert now.of is not None
    return form.instant(clock.local_day(now.of.planned_at), now.latest)
