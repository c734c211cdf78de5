# mypy: disable-error-code="no-untyped-call"
"""The parts of a case, written by the office: words and consents, the photo, supporters who signed on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.call.rules import allowed
from election.candidacy import part_acts, supporter_acts
from election.candidacy.blueprint import candidacy, showing
from election.candidacy.case_screen import data_address
from election.candidacy.checks import case_facts
from election.candidacy.office_records import sent_case
from election.candidacy.paper_forms import PartsForm, PhotoForm, RemovePhotoForm, SupportersForm
from election.candidacy.part_acts import seen_of
from election.candidacy.photos import MOST_MEGABYTES
from election.candidacy.records import Candidacy, consented, photo, texts
from election.candidacy.rules import MAY_BE_MENDED, ConsentKind, Part, State
from registry.doors import open_to
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.roles import Role

Answer = str | Response | tuple[str, int]
_ADMIN = Role.ELECTION_ADMINISTRATOR
_MAY_BE_WRITTEN = (MAY_BE_MENDED | {State.ACCEPTED}) - {State.DRAFT}


def _to_case(candidacy_id: UUID) -> Response:
    return redirect(url_for("candidacy.case", candidacy_id=candidacy_id))


def _may_write(row: Candidacy) -> bool:
    return allowed("candidacy.write", here().in_phase) and row.in_state in _MAY_BE_WRITTEN


@candidacy.route("/<uuid:candidacy_id>/ret", methods=["GET", "POST"])
@open_to(_ADMIN)
def write(candidacy_id: UUID) -> Answer:
    """The office changes what is written of a candidacy, at the candidate's wish."""
    form, status = PartsForm(), 200
    form.fit_to(here().regulation)
    if form.validate_on_submit():
        try:
            _save(form, candidacy_id)
        except Refused as refused:
            form, status = showing(form, refused), refused.status
        else:
            flash(_("Oplysningerne er gemt."), "success")
            return _to_case(candidacy_id)
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        stored, given = texts(reading, row), consented(reading, row)
    if not form.is_submitted():
        _show(form, row, stored, given)
    if not form.is_submitted() or status == 409:
        # What is stored now stands beside the form; sending again means that one's own shall hold.
        form.seen.data = seen_of(row, stored, form.written())
        form.request_id.data = str(uuid4())
    page = render_template("candidacy/write.html", row=row, form=form, may_write=_may_write(row), stored=stored)
    return page, status


def _save(form: PartsForm, candidacy_id: UUID) -> None:
    act, by = act_here(form, "candidacy.write"), (installation(), here().scope)
    part_acts.write(*by, act, here().id, candidacy_id, form.seen.data or "", form.written())
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        has_changed = consented(reading, row) != form.consents()
    if has_changed:
        form.request_id.data = str(uuid4())
        act = act_here(form, "candidacy.consent")
        part_acts.consent(*by, act, here().id, candidacy_id, form.consents())


def _show(form: PartsForm, row: Candidacy, stored: dict[str, str], given: frozenset[ConsentKind]) -> None:
    begins: dict[str, Any] = {
        "ballot_name": row.ballot_name,
        "email": row.email,
        "phone": row.phone,
        "list_key": row.list_key or "",
        "group": row.group or "",
        "language": row.language,
        "is_willing": row.willing_at is not None,
    }
    begins |= {f"text_{code}": stored.get(code, "") for code in EVERY_LANGUAGE}
    begins |= {f"consent_{kind.value}": kind in given for kind in ConsentKind}
    for name, value in begins.items():
        if name in form:
            form[name].data = value


@candidacy.route("/<uuid:candidacy_id>/foto", methods=["GET", "POST"])
@open_to(_ADMIN)
def set_photo(candidacy_id: UUID) -> Answer:
    """A photo that was handed in, and which part of it is shown."""
    form, status = PhotoForm(), 200
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        there = photo(reading, row)
    if form.validate_on_submit():
        try:
            made = form.made(there.whole if there is not None else None)
            if made is None:
                form.photo.errors = (_("Vælg et foto."),)
            else:
                act = act_here(form, "candidacy.set_photo")
                part_acts.set_photo(installation(), here().scope, act, here().id, candidacy_id, made)
                flash(_("Fotoet er gemt. Se, om ansigtet er med."), "success")
                return redirect(url_for("candidacy.set_photo", candidacy_id=candidacy_id))
        except Refused as refused:
            form, status = showing(form, refused), refused.status
    if not form.is_submitted() and there is not None:
        form.zoom.data, form.across.data, form.down.data = there.zoom, there.across, there.down
    page = render_template(
        "candidacy/photo.html",
        row=row,
        form=form,
        picture="" if there is None else data_address(there.shown),
        may_write=_may_write(row),
        megabytes=MOST_MEGABYTES,
        remove_form=RemovePhotoForm(formdata=None, prefix="remove"),
    )
    return page, status


@candidacy.post("/<uuid:candidacy_id>/fjern-foto")
@open_to(_ADMIN)
def remove_photo(candidacy_id: UUID) -> Response:
    """Take the photo away."""
    act = act_here(RemovePhotoForm(prefix="remove"), "candidacy.set_photo")
    part_acts.set_photo(installation(), here().scope, act, here().id, candidacy_id, None)
    flash(_("Fotoet er fjernet."), "success")
    return _to_case(candidacy_id)


@candidacy.route("/<uuid:candidacy_id>/stillere", methods=["GET", "POST"])
@open_to(_ADMIN)
def enter_supporters(candidacy_id: UUID) -> Answer:
    """Those who signed on paper. The numbers are turned into fingerprints at once and are never shown again."""
    form, status = SupportersForm(), 200
    if form.validate_on_submit():
        try:
            act = act_here(form, "candidacy.enter_supporters")
            by = (installation(), here().scope)
            there = supporter_acts.enter_supporters(*by, act, here().id, candidacy_id, form.numbers())
        except Refused as refused:
            form, status = showing(form, refused), refused.status
        else:
            flash(_("Gemt. Der er nu %(number)s stillere.", number=there), "success")
            return _to_case(candidacy_id)
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        facts = case_facts(reading, here(), row)
    check = next(check for check in facts.checks if check.part is Part.SUPPORTERS)
    page = render_template(
        "candidacy/supporters.html",
        row=row,
        form=form,
        check=check,
        rule=here().regulation.candidacy,
        may_enter=allowed("candidacy.enter_supporters", here().in_phase),
    )
    return page, status
