"""Two blind entries of a station's figures, their differences, and what became of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from election.call.here import act_here, here, installation
from election.call.records import Station
from election.counting import acts, entry_acts
from election.counting.acts import TallyState
from election.counting.assembly import form_of
from election.counting.blueprint import KIND, KIND_NAMES, counting, station_here, unit_of
from election.counting.forms import (
    DiscardForm,
    ReturnForm,
    TallyForm,
    field_of,
    fields_fit,
    figures_of,
    fill_again,
    is_complete,
    return_form,
    tally_form,
)
from election.counting.layout import parts_of, row_names
from election.counting.progress import is_open_for_counting
from election.counting.records import Tally, assignments, counts, tally_history
from election.counting.rules import CROSSES_DO_NOT_FIT, SAME_ENTERER, CountKind, Form, check_sums
from registry.accounts.records import names
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Finding, Refused
from registry.one_person import is_one_of
from registry.roles import Role
from registry.wording import say


@counting.route(f"/<code>/{KIND}/<int:entry>", methods=["GET", "POST"])
@open_to(Role.ENTERER)
def enter(code: str, kind: str, entry: int) -> str | Answer | tuple[str, int]:
    """One tally, typed blind: the page never holds a figure of the other one."""
    if entry not in (1, 2):
        raise NotFound
    with installation().database.read() as session:
        station, form = station_here(session, code), form_of(session, here())
        filled = tally_form(form, row_names(session, here()))
        cleared = _own_returned(session, station, kind, entry, form, filled)
    if request.method == "GET":
        return _entry_page(station, CountKind(kind), entry, form, filled, cleared)
    if not fields_fit(filled, form):
        return _entry_page(station, CountKind(kind), entry, form, filled, cleared)
    figures = figures_of(filled, form)
    sums = check_sums(form, figures)
    if sums and not filled.is_as_on_paper.data:
        return _entry_page(station, CountKind(kind), entry, form, filled, cleared, sums=_sum_text(sums[0]))
    try:
        answer = acts.enter_tally(
            installation(),
            here().scope,
            act_here(filled, "counting.enter_tally"),
            here().id,
            station.id,
            CountKind(kind),
            entry,
            figures,
        )
    except Refused as refused:
        page = _entry_page(station, CountKind(kind), entry, form, filled, cleared, trouble=say(refused))
        return page, refused.status
    flash(_said(answer.state), "success" if answer.state is not TallyState.DO_NOT_ADD_UP else "warning")
    return redirect(url_for("counting.enter", code=code, kind=kind, entry=entry))


def _sum_text(finding: Finding) -> str:
    if finding.kind is CROSSES_DO_NOT_FIT:
        return str(
            _(
                "%(valid)s gyldige, %(set_aside)s blanke og ugyldige, %(in_box)s stemmesedler i kassen, og "
                "%(votes)s krydser. Hver gyldig seddel har %(least)s–%(most)s krydser.",
                **finding.facts,
            )
        )
    return str(
        _(
            "%(counted)s stemmer, blanke og ugyldige i alt, men %(in_box)s stemmesedler i kassen.",
            counted=finding.facts["counted"],
            in_box=finding.facts["in_box"],
        )
    )


def _said(state: TallyState) -> str:
    if state is TallyState.AGREED:
        return str(_("Tallene er gemt. De to indtastninger er enige."))
    if state is TallyState.DIFFER:
        return str(_("Tallene er gemt. De to indtastninger er ikke ens."))
    if state is TallyState.DO_NOT_ADD_UP:
        return str(_("Tallene er gemt. De to indtastninger er ens, men går ikke op."))
    return str(_("Tallene er gemt. Den anden indtastning mangler."))


def _own_returned(
    session: Session, station: Station, kind: str, entry: int, form: Form, filled: TallyForm
) -> tuple[str, ...]:
    """Fill in what this person entered before, if it came back; the rows that must be entered anew."""
    own = [t for t in tally_history(session, here(), station.id, kind) if t.entry == entry]
    last = own[-1] if own else None
    if last is None or last.returned_at is None or last.official_id != signed_in_official().official_id:
        return ()
    cleared = tuple(last.cleared_rows or ())
    if request.method == "GET":
        fill_again(filled, form, last.figures, cleared)
    return cleared


def _entry_page(
    station: Station,
    kind: CountKind,
    entry: int,
    form: Form,
    filled: TallyForm,
    cleared: tuple[str, ...],
    sums: str = "",
    trouble: str = "",
) -> str:
    me = signed_in_official().official_id
    with installation().database.read() as session:
        unit = unit_of(session, station)
        count = unit.counts[kind]
        history = [t for t in tally_history(session, here(), station.id, kind.value) if t.entry == entry]
        called = row_names(session, here())
    mine, own_entry = count.entry(entry), count.entered_by(me)
    return render_template(
        "counting/entry.html",
        station=station,
        counted_at=unit.station if unit.station.id != station.id else None,
        kind=kind,
        kind_name=KIND_NAMES[kind],
        entry=entry,
        count=count,
        mine=mine,
        is_mine=mine.official_id in (None, me),
        did_other=own_entry is not None and own_entry != entry,
        other_text=say(Refused(SAME_ENTERER, station=station.name)),
        is_counting=is_open_for_counting(here()),
        form=filled,
        parts=[
            (part.heading, [(field_of(filled, form, row), row in cleared) for row in part.rows])
            for part in parts_of(form)
        ],
        cleared=[called.get(row, row) for row in cleared],
        return_reason=history[-1].return_reason if history and cleared else "",
        differing=[called.get(row, row) for row in count.differing],
        sums=sums,
        trouble=trouble,
    )


@counting.route(f"/<code>/{KIND}/forskelle", methods=["GET", "POST"])
@open_to(Role.BOARD_MEMBER, Role.STATION_LEADER)
def differences(code: str, kind: str) -> str | Answer | tuple[str, int]:
    """Where two tallies differ. Nobody picks a winner: the paper is counted again and a tally goes back."""
    with installation().database.read() as session:
        station = station_here(session, code)
        unit = unit_of(session, station)
        count = unit.counts[CountKind(kind)]
        called, form_rows = row_names(session, here()), form_of(session, here())
        live = {t.entry: t for t in tally_history(session, here(), station.id, kind) if t.returned_at is None}
        me, enterers = (
            signed_in_official().official_id,
            [one.official_id for one in count.entries if one.official_id],
        )
        is_enterer = is_one_of(session, here().municipality, me, enterers)
        form, discard = return_form(live), DiscardForm()
        is_discarding, trouble, status = discard.request_id.name in request.form, "", 200
        try:
            if is_discarding and is_complete(discard):
                return _discard(station, CountKind(kind), discard)
            if not is_discarding and is_complete(form):
                return _return(station, CountKind(kind), form)
        except Refused as refused:
            if refused.status == 403:
                raise
            trouble, status = say(refused), refused.status
        page = render_template(
            "counting/differences.html",
            station=station,
            kind=kind,
            kind_name=KIND_NAMES[CountKind(kind)],
            count=count,
            form=form,
            discard=discard if Role.BOARD_MEMBER in signed_in_official().roles else None,
            errors_of=discard if is_discarding else form,
            trouble=trouble,
            live=live,
            is_enterer=is_enterer,
            rows=[] if is_enterer else [_pair(called, row, live) for row in count.differing],
            differing=[called.get(row, row) for row in count.differing],
            sums=_sums(form_rows, live) if not is_enterer and not count.adds_up else "",
        )
        return page, status


def _pair(called: dict[str, str], row: str, live: dict[int, Tally]) -> tuple[str, Any, Any]:
    one, other = (live[n].figures.get(row) for n in (1, 2))
    return called.get(row, row), "–" if one is None else one, "–" if other is None else other


def _sums(form: Form, live: dict[int, Tally]) -> str:
    return _sum_text(check_sums(form, live[1].figures)[0])


def _return(station: Station, kind: CountKind, form: ReturnForm) -> Answer:
    act = act_here(form, "counting.return_tally")
    wanted = (1, 2) if form.which.data == "both" else (int(form.which.data),)
    for entry in wanted:
        one = replace(act, request_id=uuid5(act.request_id, str(entry)))
        acts.return_tally(installation(), here().scope, one, here().id, station.id, kind, entry)
    flash(_("Sendt tilbage. Den, der indtastede, taster de tomme felter igen."), "success")
    return redirect(url_for("counting.overview"))


def _discard(station: Station, kind: CountKind, form: DiscardForm) -> Answer:
    act = act_here(form, "counting.discard_tallies")
    entry_acts.discard_tallies(installation(), here().scope, act, here().id, station.id, kind)
    flash(_("Begge indtastninger er kasseret. Tæl papirerne, og indtast hele skemaet på ny, to gange."), "success")
    return redirect(url_for("counting.overview"))


@counting.get("/<code>/historik")
@open_to(Role.BOARD_MEMBER, Role.AUDITOR)
def history(code: str) -> str:
    """Every tally of a station, returned ones with their reason. Whoever may yet enter one sees no figure."""
    with installation().database.read() as session:
        station = station_here(session, code)
        form, called = form_of(session, here()), row_names(session, here())
        parts = []
        for kind in CountKind:
            every = tally_history(session, here(), station.id, kind.value)
            who = names(session, here().municipality, {t.official_id for t in every} | _returners(every))
            sight = _sight(session, station, kind, every)
            parts.append((kind, every, who, sight, form.rows_with(*(t.figures for t in every))))
        return render_template(
            "counting/history.html", station=station, parts=parts, names=called, kind_names=KIND_NAMES
        )


def _sight(session: Session, station: Station, kind: CountKind, every: list[Tally]) -> str:
    """Whether figures of a count can be shown here: "seen", or why not: "own", "one_missing".

    While one of the two is missing, whoever reads the figures may be the one who enters it, or sits beside.
    """
    if (station.id, kind.value) in counts(session, here()):
        return "seen"
    who = assignments(session, here(), station.id, kind.value)
    entered = {*who.values(), *(t.official_id for t in every)}
    if is_one_of(session, here().municipality, signed_in_official().official_id, entered):
        return "own"
    live = sum(t.returned_at is None for t in every)
    return "seen" if len(who) == 2 and live != 1 else "one_missing"


def _returners(every: list[Tally]) -> set[UUID]:
    acted = {t.returned_by for t in every} | {t.released_by for t in every}
    return {one for one in acted if one is not None}
