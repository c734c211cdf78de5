# mypy: disable-error-code="no-untyped-call"
"""The photo: sent, cut to a portrait, replaced, taken away. Nothing of the file is kept but its pixels."""

from __future__ import annotations

from base64 import b64encode
from contextlib import closing

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import here, installation
from election.candidacy import part_acts
from election.candidacy.part_acts import Cropped
from election.candidacy.photos import FILE_TOO_LARGE, MOST_MEGABYTES, SHOWN_SIZE, cropped, normalised
from election.candidacy.records import Candidacy
from election.candidacy.rules import Part
from election.own_case.blueprint import own_case
from election.own_case.findings import NO_FILE_CHOSEN
from election.own_case.forms import CropForm, PhotoForm
from election.own_case.part_pages import outline_of
from election.own_case.visit import Answer, act_mine, my_case, of_my_case, sign_in_page
from registry.accounts.forms import ActForm
from registry.doors import public
from registry.findings import Refused
from registry.wording import in_all_languages, say

_MIDDLE = (100, 50, 50)


@own_case.route("/min-sag/foto", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def photo(row: Candidacy) -> Answer:
    """The photo as it is, and a new one in its place."""
    form = PhotoForm()
    if not form.validate_on_submit():
        return _page(row)
    try:
        sent = request.files.get(form.photo.name)
        if sent is None or not sent.filename:
            raise Refused(NO_FILE_CHOSEN)
        with closing(sent):
            whole = normalised(sent.read())
        _keep(row, form, Cropped(whole, cropped(whole, *_MIDDLE), *_MIDDLE))
    except Refused as refused:
        return _page(row, refused)
    flash(_("Fotoet er gemt. Se efter herunder, om udsnittet er godt."), "success")
    return redirect(url_for("own_case.photo"), 303)


@own_case.post("/min-sag/foto/udsnit")
@public
@in_all_languages
@of_my_case
def crop(row: Candidacy) -> Answer:
    """Another part of the photo: shown first, and kept when the candidate says so."""
    form, kept = CropForm(), outline_of(row).photo
    if kept is None or not form.validate_on_submit():
        return redirect(url_for("own_case.photo"), 303)
    numbers = form.numbers()
    shown = cropped(kept.whole, *numbers)
    if "keep" not in request.form:
        return _page(row, tried=(shown, numbers))
    try:
        _keep(row, form, Cropped(kept.whole, shown, *numbers))
    except Refused as refused:
        return _page(row, refused, (shown, numbers))
    flash(_("Gemt."), "success")
    return redirect(url_for("own_case.case"), 303)


@own_case.post("/min-sag/foto/fjern")
@public
@in_all_languages
@of_my_case
def remove_photo(row: Candidacy) -> Answer:
    try:
        _keep(row, ActForm(), None)
    except Refused as refused:
        return _page(row, refused)
    flash(_("Fotoet er fjernet."), "success")
    return redirect(url_for("own_case.photo"), 303)


def too_large() -> Response:
    """More was sent than a photo may be; nothing of it was read."""
    row = my_case()
    return sign_in_page() if row is None else _page(row, Refused(FILE_TOO_LARGE, status=413, most=MOST_MEGABYTES))


def _keep(row: Candidacy, form: ActForm, given: Cropped | None) -> None:
    part_acts.set_photo(installation(), here().scope, act_mine(form), here().id, row.id, given)


def _page(
    row: Candidacy, refused: Refused | None = None, tried: tuple[bytes, tuple[int, int, int]] | None = None
) -> Response:
    of = outline_of(row)
    kept, crop_form = of.photo, CropForm(formdata=None)
    numbers = tried[1] if tried else (kept.zoom, kept.across, kept.down) if kept else _MIDDLE
    crop_form.zoom.data, crop_form.across.data, crop_form.down.data = numbers
    form = PhotoForm(formdata=None)
    if refused is not None:
        form.photo.errors = (say(refused),)
    shown = tried[0] if tried else kept.shown if kept else None
    page = render_template(
        "own_case/photo.html",
        of=of,
        row=row,
        named=[one for one in of.defects if one.part == Part.PHOTO],
        form=form,
        crop_form=crop_form,
        remove_form=ActForm(formdata=None),
        picture="data:image/jpeg;base64," + b64encode(shown).decode() if shown else None,
        is_tried=tried is not None,
        size=SHOWN_SIZE,
        most=MOST_MEGABYTES,
    )
    return make_response(page, refused.status if refused else 200)
