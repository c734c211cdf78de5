# mypy: disable-error-code="no-untyped-call"
"""One entry of the frozen roll, its history, and the ways to correct it or to add somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.records import stations
from election.roll.cases import corrections as corrections_made
from election.roll.cases import entry_case, officials_of, protected_name
from election.roll.corrections import EFFECT_NAMES, KIND_NAMES, CorrectionKind, Effect, correct, correct_entry
from election.roll.declarations import Given, GivenHow, add_by_declaration, declaration_text
from election.roll.forms import AddForm, DeclareForm, EntryForm, LookForm, told_above
from election.roll.look_alikes import LookAlike, LookAlikes
from election.roll.objection_records import ObjectionCase, objection_cases
from election.roll.protection import LookReason, look_at_protected
from election.roll.records import entry_by_index, roll_of
from election.roll.station_list import CARD_NAMES
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.regulation.calendar import instant
from registry.roles import Role
from registry.wording import say_instant

corrections = Blueprint("corrections", __name__)

_OFFICE = (Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR)


@corrections.get("/rettelser")
@open_to(*_OFFICE)
def made() -> str:
    """Every correction since the roll was frozen, by roll number; no name."""
    with installation().database.read() as session:
        rows = corrections_made(session, here())
        return render_template(
            "roll/corrections.html",
            rows=rows,
            kinds=KIND_NAMES,
            effects=EFFECT_NAMES,
            people=officials_of(session, here(), {p for row, _n in rows for p in (row.by, row.cosigned_by)}),
            roll=roll_of(session, here()),
            additions=here().regulation.roll.additions_until,
            additions_until=_additions_until(),
        )


@corrections.get("/vaelger/<uuid:entry_id>")
@open_to(*_OFFICE)
def entry(entry_id: UUID) -> str:
    """One entry with its whole history. A protected name is not on it."""
    return _entry(entry_id)


@corrections.post("/vaelger/<uuid:entry_id>/navn")
@open_to(Role.ROLL_KEEPER)
def look(entry_id: UUID) -> str:
    """The protected name and address, in the answer to this act and nowhere else; the look is in the log."""
    form = LookForm()
    form.offer()
    if not form.validate_on_submit():
        return _entry(entry_id, look_form=form)
    act = act_here(form, "roll.look_at_protected")
    looked = look_at_protected(installation(), here().scope, act, here().id, entry_id, LookReason(form.why.data))
    return _entry(looked.entry_id, is_looked_at=True)


def _entry(entry_id: UUID, *, look_form: LookForm | None = None, is_looked_at: bool = False) -> str:
    look_form = look_form or LookForm(formdata=None)
    look_form.offer()
    with installation().database.read() as session:
        case = entry_case(session, here(), entry_id)
        if case is None:
            raise NotFound
        return render_template(
            "roll/entry.html",
            case=case,
            cards=CARD_NAMES,
            kinds=KIND_NAMES,
            effects=EFFECT_NAMES,
            look_form=look_form,
            may_look=Role.ROLL_KEEPER in signed_in_official().roles,
            seen=protected_name(session, here(), entry_id) if is_looked_at else None,
        )


@corrections.route("/vaelger/<uuid:entry_id>/ret", methods=["GET", "POST"])
@open_to(*_OFFICE)
def correct_one(entry_id: UUID) -> str | Response | tuple[str, int]:
    """Strike an entry or put it back, by two people, with the reason."""
    form, status = EntryForm(), 200
    with installation().database.read() as session:
        case = entry_case(session, here(), entry_id)
        if case is None:
            raise NotFound
        waiting = _waiting(session)
    shown = Effect.STRUCK if case.line.is_voter else Effect.RESTORED
    sent = form.effect.data if form.is_submitted() else shown.value
    form.offer(Effect.STRUCK if sent == Effect.STRUCK else Effect.RESTORED)
    form.offer_objections(waiting)
    if form.validate_on_submit():
        try:
            correct_entry(
                installation(),
                here().scope,
                act_here(form, "roll.correct"),
                here().id,
                entry_id,
                CorrectionKind(form.kind.data),
                Effect.STRUCK if sent == Effect.STRUCK else Effect.RESTORED,
                objection_id=form.objection_id,
            )
        except Refused as refused:
            status = told_above(form, refused)
        else:
            _say_what_was_done(entry_id)
            return redirect(url_for(".entry", entry_id=entry_id), 303)
    page = render_template(
        "roll/correct_entry.html", case=case, form=form, effect=shown, effects=Effect, cards=CARD_NAMES
    )
    return page, status


@corrections.route("/tilfoej", methods=["GET", "POST"])
@open_to(*_OFFICE)
def add_person() -> str | Response | tuple[str, int]:
    """Somebody who is missing comes onto the roll, on evidence that the office has seen."""
    form, status, alike = AddForm(), 200, tuple[LookAlike, ...]()
    _prepare(form)
    form.offer_kinds()
    if form.validate_on_submit():
        try:
            correct(
                installation(),
                here().scope,
                act_here(form, "roll.correct"),
                here().id,
                CorrectionKind(form.kind.data),
                form.cpr.digits,
                form.person(),
                is_another_person=bool(form.is_another_person.data),
                objection_id=form.objection_id,
            )
        except Refused as refused:
            status, alike = told_above(form, refused), _alike(refused)
        else:
            return _to_entry(form.cpr.digits)
    page = render_template("roll/add_person.html", form=form, alike=alike, cards=CARD_NAMES, **_deadline_facts())
    return page, status


@corrections.route("/erklaering", methods=["GET", "POST"])
@open_to(*_OFFICE)
def declare() -> str | Response | tuple[str, int]:
    """Somebody declares to be covered by the rule; what lies behind it is not kept."""
    rule = here().regulation.right_to_vote
    form, status, alike = DeclareForm(), 200, tuple[LookAlike, ...]()
    _prepare(form)
    text = declaration_text(rule)
    form.offer_text(text, clock.local(clock.now(here())).date())
    if form.validate_on_submit():
        try:
            add_by_declaration(
                installation(),
                here().scope,
                act_here(form, "roll.add_by_declaration"),
                here().id,
                form.cpr.digits,
                form.person(),
                Given(
                    form.text_version.data or "",
                    form.day(),
                    GivenHow(form.given_how.data),
                    bool(form.is_resident.data),
                ),
                is_another_person=bool(form.is_another_person.data),
                objection_id=form.objection_id,
            )
        except Refused as refused:
            status, alike = told_above(form, refused), _alike(refused)
        else:
            return _to_entry(form.cpr.digits)
    page = render_template(
        "roll/declare.html",
        form=form,
        alike=alike,
        cards=CARD_NAMES,
        text=text,
        rule=rule.is_declaration_allowed,
        **_deadline_facts(),
    )
    return page, status


def _prepare(form: Any) -> None:
    with installation().database.read() as session:
        form.fit_to(here().regulation, stations(session, here()))
        form.offer_objections(_waiting(session))
        if not form.is_submitted():
            form.objection.data = request.args.get("indsigelse", "")


def _waiting(session: Session) -> list[ObjectionCase]:
    return [one for one in objection_cases(session, here()) if one.waits_for_correction]


def _deadline_facts() -> dict[str, object]:
    with installation().database.read() as session:
        return {
            "roll": roll_of(session, here()),
            "regulation": here().regulation,
            "additions": here().regulation.roll.additions_until,
            "additions_until": _additions_until(),
            "now": clock.now(here()),
        }


def _additions_until() -> Any:
    rule = here().regulation.roll.additions_until
    return None if rule.is_unset else instant(rule.value, here().election_on)


def _alike(refused: Refused) -> tuple[LookAlike, ...]:
    return refused.found if isinstance(refused, LookAlikes) else ()


def _to_entry(cpr: str) -> Response:
    index = installation().keys.open(here().municipality).blind_index(cpr)
    with installation().database.read() as session:
        found = entry_by_index(session, here(), index)
    assert found is not None, "the act has just made it"
    _say_what_was_done(found.id)
    return redirect(url_for(".entry", entry_id=found.id), 303)


def _say_what_was_done(entry_id: UUID) -> None:
    """What the correction did, and what had already happened and stands."""
    with installation().database.read() as session:
        case = entry_case(session, here(), entry_id)
    assert case is not None
    told = _(EFFECT_NAMES[Effect(case.history[-1].effect)])
    flash(_("%(told)s: nummer %(number)s på listen.", told=told, number=case.line.number), "success")
    if case.paper is not None and not case.line.is_voter:
        at = say_instant(case.paper.at)
        flash(
            _("Brevstemmen er allerede godkendt %(at)s. Den står ved magt.", at=at)
            if case.paper.is_by_post
            else _(
                "Vælgeren har allerede fået en stemmeseddel %(at)s. Den kan ikke tages ud af kassen igen.", at=at
            ),
            "warning",
        )
