# mypy: disable-error-code="no-untyped-call"
"""The council as anybody may see it on any date, and the secretary's page of members and seats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from registry.appointment.forms import DAY
from registry.appointment.records import case_of, nominees
from registry.appointment.standing import standing
from registry.councils import clock
from registry.councils.acts import SECRETARIES, move_clock
from registry.councils.here import ADDRESS, act_here, here, installation
from registry.councils.records import CouncilTerm, people, terms
from registry.doors import open_to, public
from registry.findings import Refused
from registry.membership import acts
from registry.membership.as_of import council_as_of
from registry.membership.forms import MINUTE, AnswerForm, ClockForm, EndForm, StepForm
from registry.membership.records import memberships, offers, offices, place_on
from registry.membership.rules import ANSWER_NAMES, END_NAMES, Answer, EndReason
from registry.membership.succession import next_for_seat
from registry.regulation.calendar import COPENHAGEN
from registry.regulation.choices import Route
from registry.regulation.sheet import in_words
from registry.roles import Role

membership = Blueprint("membership", __name__, url_prefix=ADDRESS)


@membership.get("/")
@public
def council() -> str:
    """Who sits in the council on a date; today when none is asked for."""
    term = here()
    typed = request.args.get("dato", "").strip()
    asked = _day_of(typed)
    default = min(max(clock.today(term), term.starts_on), term.ends_on)
    day = asked or default
    is_inside = term.starts_on <= day <= term.ends_on
    with installation().database.read() as session:
        return render_template(
            "membership/council.html",
            council=term,
            today=clock.today(term),
            day=day,
            typed=typed,
            is_unreadable=bool(typed) and asked is None,
            is_asked=asked is not None,
            is_inside=is_inside,
            shown=council_as_of(session, term, day) if is_inside else None,
            rules=_rules(term),
            others=[one for one in terms(session, term.scope) if one.id != term.id],
            may_write=_may_write(),
        )


@membership.get("/medlemmer")
@open_to(*SECRETARIES, Role.AUDITOR)
def manage() -> str:
    return _members_page()


@membership.post("/medlemmer/plads")
@open_to(*SECRETARIES)
def seat_appointed() -> Response | tuple[str, int]:
    """Give everybody who is appointed a seat."""
    form = StepForm()
    with installation().database.read() as session:
        of = case_of(session, here())
        case_id = of.id if of is not None else None
    if case_id is None or not form.validate_on_submit():
        raise NotFound
    try:
        number = acts.seat_appointed(installation(), here().scope, act_here(form), case_id)
    except Refused as refused:
        return _members_page(refused), refused.status
    flash(_("%(number)s har fået plads i rådet.", number=number), "success")
    return redirect(url_for("membership.manage"))


@membership.route("/medlemmer/<uuid:membership_id>/udtraeden", methods=["GET", "POST"])
@open_to(*SECRETARIES)
def end(membership_id: UUID) -> str | Response | tuple[str, int]:
    """End a membership: first what follows is shown, then it is confirmed."""
    form, refused, is_confirming = EndForm(), None, False
    if form.validate_on_submit():
        is_confirming = True
        if form.confirmed.data:
            last_on, reason = form.last_on.data, EndReason(form.reason.data)
            try:
                seat_id = acts.end_membership(
                    installation(),
                    here().scope,
                    act_here(form),
                    membership_id,
                    last_on,
                    reason,
                    form.text.data or "",
                )
            except Refused as trouble:
                refused, is_confirming = trouble, False
            else:
                flash(_("Udtrædelsen er registreret. Pladsen kan nu besættes."), "success")
                return redirect(url_for("membership.seat", seat_id=seat_id))
    page = _end_page(membership_id, form, refused, is_confirming)
    return page, refused.status if refused else 409 if form.errors else 200


@membership.get("/plads/<uuid:seat_id>")
@open_to(*SECRETARIES, Role.AUDITOR)
def seat(seat_id: UUID) -> str:
    """One seat: who is next for it, who is passed over and why, the offer and its answer."""
    return _seat_page(seat_id)


@membership.post("/plads/<uuid:seat_id>/tilbyd/<uuid:nominee_id>")
@open_to(*SECRETARIES)
def offer(seat_id: UUID, nominee_id: UUID) -> Response | tuple[str, int]:
    """Offer the seat to the next in line."""
    form = StepForm()
    return _at_the_seat(
        seat_id,
        form,
        lambda: acts.offer_seat(installation(), here().scope, act_here(form), seat_id, nominee_id),
        _("Tilbuddet er registreret. Skriv svaret her, når det kommer."),
    )


@membership.post("/plads/<uuid:seat_id>/svar/<uuid:offer_id>")
@open_to(*SECRETARIES)
def answer(seat_id: UUID, offer_id: UUID) -> Response | tuple[str, int]:
    """Record what the substitute answered."""
    form = AnswerForm()
    return _at_the_seat(
        seat_id,
        form,
        lambda: acts.answer_offer(
            installation(),
            here().scope,
            act_here(form),
            offer_id,
            Answer(form.answer.data),
            form.reason.data or "",
            form.starts_on.data if form.answer.data == Answer.ACCEPTED else None,
        ),
        _("Svaret er registreret."),
    )


@membership.route("/ur", methods=["GET", "POST"])
@open_to(*SECRETARIES)
def set_clock() -> str | Response | tuple[str, int]:
    """Set the clock of a demo council forward."""
    form, refused = ClockForm(), None
    if form.validate_on_submit():
        try:
            move_clock(installation(), here().scope, act_here(form), here().id, form.instant())
        except Refused as trouble:
            refused = trouble
        else:
            flash(_("Rådets ur er stillet."), "success")
            return redirect(url_for("membership.manage"))
    elif not form.is_submitted():
        form.to.data = clock.now(here()).astimezone(COPENHAGEN).strftime(MINUTE)
    page = render_template(
        "membership/clock.html", council=here(), form=form, refused=refused, now=clock.now(here())
    )
    return page, refused.status if refused else 409 if form.errors else 200


def _day_of(typed: str) -> date | None:
    """The day that was asked for, as it is written in Denmark or as ISO; None when it cannot be read."""
    for pattern in DAY:
        try:
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def _may_write() -> bool:
    visitor: Any = current_user
    return bool(visitor.is_authenticated and visitor.roles & SECRETARIES)


def _rules(term: CouncilTerm) -> list[tuple[str, str, str]]:
    """What the regulation says of the composition: rule, value, source."""
    composition, regulation = term.composition, term.regulation
    size = composition.legal_size
    found = [(str(_("Medlemmer med stemmeret")), str(size.value), size.source)]
    for group in composition.groups:
        seats = group.seats or regulation.seats.number
        told = _("%(seats)s, findes ved %(route)s", seats=seats.value, route=in_words(group.route.value))
        found.append((group.name.value, str(told), f"{seats.source}; {group.route.source}"))
    after = regulation.after
    found.append((str(_("Udpeges af")), after.appointed_by.value, after.appointed_by.source))
    return [*found, (str(_("Perioden begynder")), f"{term.starts_on:%d.%m.%Y}", after.term_starts_on.source)]


def _members_page(refused: Refused | None = None) -> str:
    term = here()
    day = clock.council_day(term, clock.now(term))
    with installation().database.read() as session:
        of = case_of(session, term)
        waiting = standing(session, term, of).waiting_for_a_seat if of is not None else ()
        return render_template(
            "membership/members.html",
            council=term,
            day=day,
            today=clock.today(term),
            now=clock.now(term),
            shown=council_as_of(session, term, day),
            waiting=waiting,
            has_case=of is not None,
            step_form=StepForm(formdata=None),
            refused=refused,
            may_write=_may_write(),
        )


def _end_page(membership_id: UUID, form: EndForm, refused: Refused | None, is_confirming: bool) -> str:
    term = here()
    with installation().database.read() as session:
        row = next((one for one in memberships(session, term) if one.id == membership_id), None)
        place = place_on(session, term, row.seat_id, clock.council_day(term, clock.now(term))) if row else None
        if row is None or place is None:
            raise NotFound
        named = people(session, term.scope)
        held = [one for one in offices(session, term) if one.person_id == row.person_id and one.ends_on is None]
        return render_template(
            "membership/end.html",
            council=term,
            row=row,
            name=named[row.person_id].name,
            place=place,
            posts=[one.title for one in held],
            next_names=[named[one.person_id].name for one in next_for_seat(session, term, place.seat).next],
            is_elected=place.group.route == Route.ELECTED,
            form=form,
            refused=refused,
            is_confirming=is_confirming,
            reason_text=END_NAMES[EndReason(form.reason.data)] if is_confirming else "",
        )


def _at_the_seat(
    seat_id: UUID, form: StepForm | AnswerForm, do: Callable[[], object], done: str
) -> Response | tuple[str, int]:
    """Do an act of the seat's page; when it is refused, the page comes again with what was typed."""
    if not form.validate_on_submit():
        return _seat_page(seat_id, form), 409
    try:
        do()
    except Refused as refused:
        return _seat_page(seat_id, form, refused), refused.status
    flash(done, "success")
    return redirect(url_for("membership.seat", seat_id=seat_id))


def _seat_page(seat_id: UUID, sent: StepForm | AnswerForm | None = None, refused: Refused | None = None) -> str:
    term, today = here(), clock.today(here())
    with installation().database.read() as session:
        place = place_on(session, term, seat_id, clock.council_day(term, clock.now(term)))
        if place is None:
            raise NotFound
        named = people(session, term.scope)
        line = next_for_seat(session, term, place.seat)
        own = [one for one in offers(session, term) if one.seat_id == seat_id]
        of = case_of(session, term)
        nominee_names = {one.id: named[one.person_id].name for one in (nominees(session, of) if of else ())}
        spells = [row for row in memberships(session, term) if row.seat_id == seat_id]
        last = max((row.ends_on for row in spells if row.ends_on is not None), default=None)
        holder = next((row for row in spells if row.ends_on is None), None)
        form = sent if isinstance(sent, AnswerForm) else AnswerForm(formdata=None)
        if sent is None or not isinstance(sent, AnswerForm):
            earliest = max(today, term.starts_on)
            form.starts_on.data = max(earliest, last + timedelta(days=1)) if last else earliest
        return render_template(
            "membership/seat.html",
            council=term,
            place=place,
            holder_name=named[holder.person_id].name if holder else "",
            holder=holder,
            line=line,
            named=named,
            open_offer=next((one for one in own if one.answer is None), None),
            answered=[(one, nominee_names[one.nominee_id]) for one in own if one.answer is not None],
            nominee_names=nominee_names,
            answer_names=ANSWER_NAMES,
            end_names=END_NAMES,
            spells=list(reversed(spells)),
            form=form,
            step_form=StepForm(formdata=None),
            refused=refused,
            may_write=_may_write(),
        )
