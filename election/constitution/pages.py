# mypy: disable-error-code="no-untyped-call"
"""The guided screen of the constitutive meeting, and the picture of it on the wall.

One page shows the step that comes now. Every form calls one act; a refusal is told where the form stands, with
its code, and keeps what was typed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.constitution import acts, going_back, ties
from election.constitution.forms import FORM_NAMES, NominateForm, RoundForm, drawn, typed
from election.constitution.progress import Progress, Step
from election.constitution.screen import Answered, by, do, meeting_id, read_progress, show, time_of, undo
from registry.accounts.forms import ActForm, ReasonedForm
from registry.councils import clock
from registry.councils.acts import SECRETARIES
from registry.councils.here import ADDRESS, here
from registry.doors import open_to, public
from registry.meetings import acts as meetings
from registry.meetings import going_back as meeting_back
from registry.meetings.forms import EXCUSED, HERE, answered, as_time
from registry.meetings.pages import SCREEN
from registry.meetings.rules import ItemKind, PresenceKind
from registry.regulation.choices import BallotForm
from registry.wall import on_the_wall

constitution = Blueprint("constitution", __name__, url_prefix=ADDRESS + "/konstituering")
constitution.record_once(lambda state: state.app.extensions.__setitem__(SCREEN, "constitution.screen"))


@constitution.get("/")
@open_to(*SECRETARIES)
def screen() -> str:
    """The meeting: the agenda, the step that comes now, who is here."""
    return show(read_progress())


@constitution.get("/storskaerm")
@public
def projector() -> Response:
    """The picture on the wall: read only, no sign-in, no member's vote."""
    now = read_progress()
    is_open = now.of is not None and now.of.opened_at is not None and now.of.closed_at is None
    page = render_template(
        "constitution/projector.html",
        progress=now,
        council=here(),
        steps=Step,
        form_names=FORM_NAMES,
        wall_clock=as_time(now.at if is_open else clock.now(here())),
    )
    return on_the_wall(page, 5)


# --- the meeting itself -----------------------------------------------------------------------------------


@constitution.post("/navneopraab")
@open_to(*SECRETARIES)
def roll_call() -> Answered:
    """Open the meeting with who is here."""

    def act(form: Any, now: Progress) -> str:
        met = meetings.open_meeting(
            *by(form), meeting_id(now), time_of(form, now), answered(form, HERE), answered(form, EXCUSED)
        )
        if met:
            return str(_("Mødet er åbnet. Rådet er beslutningsdygtigt."))
        return str(_("Mødet er åbnet. Rådet er ikke beslutningsdygtigt; der kan ikke vælges endnu."))

    return do("call", act)


@constitution.post("/navneopraab/fortryd")
@open_to(*SECRETARIES)
def undo_roll_call() -> Answered:
    """Call the roll once more."""
    form, held = ActForm(prefix="undo"), meeting_id(read_progress())
    return undo(
        form, lambda: meeting_back.undo_open(*by(form), held), _("Navneopråbet er fortrudt. Tag det igen.")
    )


@constitution.post("/fremmoede")
@open_to(*SECRETARIES)
def presence() -> Answered:
    """Somebody comes, goes or sends word: `what` is the kind and the person."""
    kind, _colon, person = request.form.get("what", "").partition(":")
    try:
        what, who = PresenceKind(kind), UUID(person)
    except ValueError:
        abort(400)

    def act(form: Any, now: Progress) -> None:
        meetings.register_presence(
            *by(form),
            meeting_id(now),
            who,
            what,
            time_of(form, now),
            form.reason.data or "",
        )

    return do("presence", act)


@constitution.post("/fremmoede/<uuid:event_id>/fortryd")
@open_to(*SECRETARIES)
def undo_presence(event_id: UUID) -> Answered:
    """Take a registration back."""
    form, held = ActForm(prefix="undo"), meeting_id(read_progress())
    return undo(
        form,
        lambda: meeting_back.undo_presence(*by(form), held, event_id),
        _("Registreringen er fortrudt."),
    )


@constitution.post("/punkt/<uuid:item_id>/afslut")
@open_to(*SECRETARIES)
def finish_point(item_id: UUID) -> Answered:
    """Close a point with its text; `put_off` puts an election off."""
    name = "put_off" if "put_off-at" in request.form else "point"

    def act(form: Any, now: Progress) -> None:
        meetings.finish_item(*by(form), meeting_id(now), item_id, time_of(form, now), form.text.data or "")

    return do(name, act)


@constitution.post("/punkt/<uuid:item_id>/aabn")
@open_to(*SECRETARIES)
def reopen_point(item_id: UUID) -> Answered:
    """Open a point again that was said to be done."""
    now, form = read_progress(), ActForm(prefix="undo")
    item = next((one.item for one in now.points if one.item.id == item_id), None)
    is_post = item is not None and item.kind == ItemKind.POST
    act = going_back.reopen_post if is_post else meeting_back.reopen_item
    return undo(form, lambda: act(*by(form), meeting_id(now), item_id), _("Punktet er åbnet igen."))


@constitution.post("/luk")
@open_to(*SECRETARIES)
def close() -> Answered:
    """Close the meeting; the minutes are no longer a draft."""

    def act(form: Any, now: Progress) -> str:
        meetings.close_meeting(*by(form), meeting_id(now), time_of(form, now))
        return str(_("Mødet er sluttet. Referatet er klar til at hente."))

    return do("close", act)


# --- a post -----------------------------------------------------------------------------------------------


@constitution.post("/punkt/<uuid:item_id>/foreslaa")
@open_to(*SECRETARIES)
def nominate(item_id: UUID) -> Answered:
    """Who is proposed, and how the vote is held."""

    def act(form: NominateForm, now: Progress) -> None:
        wanted = BallotForm(form.ballot_form.data)
        acts.nominate(*by(form), meeting_id(now), item_id, form.chosen(), time_of(form, now), wanted)

    return do("nominate", act)


@constitution.post("/punkt/<uuid:item_id>/bortfald")
@open_to(*SECRETARIES)
def leave(item_id: UUID) -> Answered:
    """A post that need not be filled."""

    def act(form: Any, now: Progress) -> None:
        acts.leave_post(*by(form), meeting_id(now), item_id, time_of(form, now))

    return do("leave", act)


@constitution.post("/valg/<uuid:ballot_id>/uden-modkandidat")
@open_to(*SECRETARIES)
def unopposed(ballot_id: UUID) -> Answered:
    """The only one proposed is elected without a vote."""

    def act(form: Any, now: Progress) -> None:
        acts.elect_unopposed(*by(form), ballot_id, time_of(form, now))

    return do("unopposed", act)


@constitution.post("/valg/<uuid:ballot_id>/runde")
@open_to(*SECRETARIES)
def record_round(ballot_id: UUID) -> Answered:
    """A round as it was held."""

    def act(form: RoundForm, now: Progress) -> None:
        given = typed(form)
        acts.record_round(
            *by(form), ballot_id, time_of(form, now), given.votes, given.blank, given.invalid, given.by_name
        )

    return do("round", act)


@constitution.post("/valg/<uuid:ballot_id>/lod")
@open_to(*SECRETARIES)
def lot(ballot_id: UUID) -> Answered:
    """A lot that was drawn in the room."""

    def act(form: Any, now: Progress) -> None:
        ties.record_lot(
            *by(form),
            ballot_id,
            drawn(form),
            form.drawn_by.data or "",
            form.witnesses.data or "",
            form.method.data or "",
            time_of(form, now),
        )

    return do("tie", act)


@constitution.post("/valg/<uuid:ballot_id>/formanden")
@open_to(*SECRETARIES)
def chair_decides(ballot_id: UUID) -> Answered:
    """The chair ends a tie."""

    def act(form: Any, now: Progress) -> None:
        ties.chair_decides(*by(form), ballot_id, UUID(form.choice.data), time_of(form, now))

    return do("chair", act)


@constitution.post("/valg/<uuid:ballot_id>/modtag")
@open_to(*SECRETARIES)
def accept(ballot_id: UUID) -> Answered:
    """The elected says yes."""

    def act(form: Any, now: Progress) -> str:
        acts.accept(*by(form), ballot_id, time_of(form, now))
        filling = now.filling
        assert filling is not None
        return str(_("%(name)s er %(post)s.", name=filling.winner, post=filling.rule.name.value))

    return do("accept", act)


@constitution.post("/valg/<uuid:ballot_id>/afslaa")
@open_to(*SECRETARIES)
def decline(ballot_id: UUID) -> Answered:
    """The elected says no."""

    def act(form: Any, now: Progress) -> None:
        acts.decline(*by(form), ballot_id, time_of(form, now), form.reason.data or "")

    return do("decline", act)


@constitution.post("/valg/<uuid:ballot_id>/fortryd-afslag")
@open_to(*SECRETARIES)
def undo_decline(ballot_id: UUID) -> Answered:
    """The elected did not say no after all."""
    form = ActForm(prefix="undo")
    return undo(
        form, lambda: going_back.undo_decline(*by(form), ballot_id), _("Afslaget er fortrudt. Spørg igen.")
    )


@constitution.post("/valg/<uuid:ballot_id>/annuller")
@open_to(*SECRETARIES)
def annul(ballot_id: UUID) -> Answered:
    """The last round does not hold."""
    form = ReasonedForm(prefix="annul")
    return undo(
        form,
        lambda: going_back.annul_round(*by(form), ballot_id),
        _("Runden er annulleret. Hold den igen, og skriv den ind."),
    )


@constitution.post("/valg/<uuid:ballot_id>/om")
@open_to(*SECRETARIES)
def withdraw(ballot_id: UUID) -> Answered:
    """The whole election of the post is taken back."""
    form = ReasonedForm(prefix="withdraw")
    return undo(
        form,
        lambda: going_back.withdraw(*by(form), ballot_id),
        _("Valget er taget om. Begynd forfra med posten."),
    )
