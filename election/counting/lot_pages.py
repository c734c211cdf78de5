"""The public seed: made by two, its fingerprint and the recipe for everybody, and the draw that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from election.call import clock
from election.call.here import act_here, here, installation
from election.call.lot_seed import lot_seed
from election.call.lots import BALLOT_ORDER, Lot, lots
from election.call.records import Election, board
from election.call.rules import allowed
from election.candidacy.records import accepted
from election.counting import acts, lot_acts
from election.counting.blueprint import counting
from election.counting.forms import is_complete, seeded_lot_form
from election.counting.progress import LotAsked, is_open_for_counting, lot_asked, progress
from election.counting.records import latest_result
from election.counting.seeded_draw import METHOD, line_of, order_of, speaks_of_a_seed
from registry.accounts.forms import ActForm, CosignedForm
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to, public
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

SCRIPT = "draw_lot"


@dataclass(frozen=True, slots=True)
class SeedStanding:
    """What everybody may know of the seed: it itself only once it was shown."""

    fingerprint: str
    made_at: datetime
    seed: str
    shown_at: datetime | None
    is_old: bool
    """Shown before the figures were agreed that a lot would be about: it cannot be followed any more."""


def seed_standing(session: Session, election: Election) -> SeedStanding | None:
    row = lot_seed(session, election)
    if row is None:
        return None
    is_old = lot_acts.was_known_before(session, election, row)
    return SeedStanding(row.commitment, row.at, row.seed or "", row.shown_at, is_old)


def beside_the_form(standing: SeedStanding | None, asked: LotAsked, board: Sequence[str]) -> dict[str, Any]:
    """What the page of a lot shows of the seed: nothing, how to show it, or the draw that follows it."""
    is_followed = standing is not None and bool(standing.seed) and not standing.is_old
    order = order_of(standing.seed, asked.purpose, asked.among) if standing is not None and is_followed else ()
    return {
        "standing": standing,
        "seeded_form": seeded_lot_form(board) if is_followed else None,
        "seeded_order": [asked.names[one] for one in order],
        "show_form": ActForm(formdata=None) if standing is not None and not standing.seed else None,
    }


@counting.get("/offentligt-froe")
@public
def public_seed() -> str:
    """The fingerprint, the recipe in words, the program, and the draws that were made so."""
    with installation().database.read() as session:
        standing = seed_standing(session, here())
        names = {c.label: c.ballot_name for c in accepted(session, here())}
        drawn = [
            lot for lot in lots(session, here()) if lot.purpose != BALLOT_ORDER and speaks_of_a_seed(lot.method)
        ]
        return render_template(
            "counting/public_seed.html",
            standing=standing,
            names=names,
            drawn=[
                {
                    "names": [names.get(one, one) for one in lot.drawn],
                    "at": lot.drawn_at,
                    "command": f"python3 {SCRIPT} {standing.seed} {lot.purpose} {' '.join(sorted(lot.among))}",
                    "line": line_of(standing.seed, lot.purpose, lot.among, lot.drawn[0]),
                }
                for lot in drawn
                if standing is not None and standing.seed
            ],
            program=_program(),
        )


@counting.get("/offentligt-froe/draw_lot")
@public
def draw_lot_program() -> Response:
    """The program that anyone can run again: one file, Python and nothing else."""
    return Response(
        _program(),
        mimetype="text/plain",
        headers={"Content-Disposition": f"attachment; filename={SCRIPT}.py"},
    )


def _program() -> str:
    return (Path(current_app.root_path) / "scripts" / SCRIPT).read_text(encoding="utf-8")


@counting.route("/froe", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER)
def seed() -> str | Answer | tuple[str, int]:
    """Two people make the seed before the polls close; the board shows it when the result is there."""
    form, trouble, status = CosignedForm(), "", 200
    if is_complete(form):
        try:
            lot_acts.commit_seed(installation(), here().scope, act_here(form, "call.commit_seed"), here().id)
        except Refused as refused:
            trouble, status = say(refused), refused.status
        else:
            flash(_("Frøet er lavet og gemt. Fingeraftrykket står nu på den offentlige side."), "success")
            return redirect(url_for("counting.seed"))
    with installation().database.read() as session:
        standing = seed_standing(session, here())
        is_wanted = latest_result(session, here()) is not None
    is_board = Role.BOARD_MEMBER in signed_in_official().roles
    may_show = standing is not None and not standing.seed and is_wanted and is_open_for_counting(here())
    page = render_template(
        "counting/seed.html",
        standing=standing,
        form=form if standing is None and allowed("call.commit_seed", here().in_phase) else None,
        show_form=ActForm(formdata=None) if may_show and is_board else None,
        trouble=trouble,
    )
    return page, status


@counting.post("/froe/vis")
@open_to(Role.BOARD_MEMBER)
def show_seed() -> Answer:
    """Make the seed public."""
    act = act_here(ActForm(), "counting.show_seed")
    lot_acts.show_seed(installation(), here().scope, act, here().id)
    flash(_("Frøet er vist på den offentlige side."), "success")
    with installation().database.read() as session:
        asked = lot_asked(session, here(), progress(session, here()))
    return redirect(url_for("counting.lot" if asked else "counting.seed"))


@counting.post("/lod/froe")
@open_to(Role.BOARD_MEMBER)
def draw_by_seed() -> Answer:
    """The draw that the count asks for, in the order that follows from the seed."""
    with installation().database.read() as session:
        asked = lot_asked(session, here(), progress(session, here()))
        standing = seed_standing(session, here())
        form = seeded_lot_form([member.name for member in board(session, here())])
    if asked is None or standing is None:
        return redirect(url_for("counting.lot"))
    if not is_complete(form):
        flash(_("Lodtrækningen er ikke gemt. Vælg, hvem der trækker, og skriv, hvem der ser på."), "error")
        return redirect(url_for("counting.lot"))
    drawn = order_of(standing.seed, asked.purpose, asked.among)
    who, witnesses = form.drawn_by.data or "", form.witnesses.data or ""
    lot = Lot(asked.purpose, asked.among, drawn, who, witnesses, METHOD, clock.now(here()))
    act = act_here(form, "counting.record_lot")
    acts.record_lot(installation(), here().scope, act, here().id, lot)
    flash(_("Lodtrækningen er gemt. Opgør nu resultatet."), "success")
    return redirect(url_for("counting.overview"))
