# mypy: disable-error-code="no-untyped-call"
"""The parts of one's own case, each a page of its own that saves and goes back to the list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from election.call import clock
from election.call.here import here, installation
from election.candidacy import findings as say_of
from election.candidacy import part_acts
from election.candidacy.names import LEAST_NAME, LONGEST_NAME, is_ballot_name
from election.candidacy.part_acts import LONGEST_TEXT, seen_of
from election.candidacy.qr import qr_path
from election.candidacy.records import Candidacy, consents
from election.candidacy.rules import ConsentKind, Part
from election.own_case.blueprint import own_case
from election.own_case.forms import (
    ConsentsForm,
    ContactForm,
    GroupForm,
    LanguageForm,
    ListForm,
    ListNameForm,
    NameForm,
    PartForm,
    PresentationForm,
    WillingnessForm,
    tell,
)
from election.own_case.outline import Outline, outline
from election.own_case.visit import Answer, act_mine, my_case, of_my_case
from registry.act import CHANGED_MEANWHILE, REQUEST_REUSED
from registry.doors import public
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.wording import in_all_languages

CONFLICTS = frozenset({say_of.CHANGED_BY_YOU, CHANGED_MEANWHILE, REQUEST_REUSED})
"""What is stored is not what the page showed: it is shown beside what was typed."""


def outline_of(row: Candidacy) -> Outline:
    with installation().database.read() as reading:
        return outline(reading, here(), row, clock.now(here()))


def _part_page(
    row: Candidacy,
    make: Callable[..., PartForm],
    template: str,
    part: Part,
    saved: Callable[[], Response] | None = None,
    **shown: Any,
) -> Answer:
    """Show or save some parts. What was typed is never lost, whatever is said against it."""
    of, form, status, stored_now = outline_of(row), make(), 200, []
    if form.validate_on_submit():
        try:
            act = act_mine(form)
            given = form.written()
            part_acts.write(installation(), here().scope, act, here().id, row.id, form.seen.data or "", given)
        except Refused as refused:
            status = refused.status
            tell(form, refused)
            if refused.kind in CONFLICTS:
                row = my_case() or row
                of = outline_of(row)
                stored_now = _stored(make, of)
                form.seen.data = seen_of(row, of.texts, form.written())
                form.renew()
        else:
            if saved is not None:
                return saved()
            flash(_("Gemt."), "success")
            return redirect(url_for("own_case.case"), 303)
    elif not form.is_submitted():
        form.show(of)
        form.seen.data = seen_of(row, of.texts, form.written())
    page = render_template(
        f"own_case/{template}.html",
        form=form,
        of=of,
        row=row,
        election=here(),
        part=part,
        named=[one for one in of.defects if one.part == part.value],
        stored_now=stored_now,
        **shown,
    )
    return make_response(page, status)


def _stored(make: Callable[..., PartForm], of: Outline) -> list[tuple[str, str]]:
    form = make(formdata=None)
    form.show(of)
    return list(form.in_words())


@own_case.route("/min-sag/navn", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def name(row: Candidacy) -> Answer:
    """The name on the ballot. One that breaks the rules is kept, and what is wrong is said at once."""

    def saved() -> Response:
        kept = my_case()
        if kept is None or not kept.ballot_name or is_ballot_name(kept.ballot_name):
            flash(_("Gemt."), "success")
            return redirect(url_for("own_case.case"), 303)
        flash(_("Navnet er gemt, men det følger ikke reglerne herunder. Ret det, inden du sender."), "warning")
        return redirect(url_for("own_case.name"), 303)

    return _part_page(row, NameForm, "name", Part.NAME, saved, least=LEAST_NAME, most=LONGEST_NAME)


@own_case.route("/min-sag/liste", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def list_choice(row: Candidacy) -> Answer:
    """The one list; whoever is named by two chooses here."""
    of = outline_of(row)
    if not of.filled.needs_list:
        abort(404)

    def make(**given: Any) -> PartForm:
        if not of.lists and not of.claims:
            return ListNameForm(**given)
        form, names = ListForm(**given), {one.key: one.name for one in of.lists}
        keys = dict.fromkeys(
            [*names, *(one.list_key for one in of.claims), *([row.list_key] if row.list_key else [])]
        )
        form.list_key.choices = [
            *(SelectChoice(key, f"{key}: {names[key]}" if key in names else key) for key in keys),
            SelectChoice("", _("Ikke valgt endnu")),
        ]
        return form

    return _part_page(row, make, "list", Part.LIST)


@own_case.route("/min-sag/gruppe", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def group(row: Candidacy) -> Answer:
    """The group of the reserved seats, for somebody of whom the roll does not know it."""
    if not outline_of(row).needs_group:
        abort(404)

    def make(**given: Any) -> PartForm:
        form = GroupForm(**given)
        groups = sorted(here().regulation.seats.reserved.value)
        form.group.choices = [*(SelectChoice(one, _(one)) for one in groups), SelectChoice("", _("Ved ikke"))]
        return form

    return _part_page(row, make, "group", Part.OTHER)


@own_case.route("/min-sag/kontakt", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def contact(row: Candidacy) -> Answer:
    return _part_page(row, ContactForm, "contact", Part.CONTACT)


@own_case.route("/min-sag/erklaering", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def willingness(row: Candidacy) -> Answer:
    return _part_page(row, WillingnessForm, "willingness", Part.WILLINGNESS)


@own_case.route("/min-sag/sprog", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def language(row: Candidacy) -> Answer:
    """In which language the candidate is written to."""
    return _part_page(row, LanguageForm, "language", Part.CONTACT)


@own_case.get("/min-sag/praesentation")
@public
@in_all_languages
@of_my_case
def presentation(row: Candidacy) -> Answer:
    """The languages, and in which of them there is a text."""
    of = outline_of(row)
    named = [one for one in of.defects if one.part == Part.PRESENTATION]
    languages = [(code, name, len(of.texts.get(code, ""))) for code, name in EVERY_LANGUAGE.items()]
    return render_template(
        "own_case/presentation.html", of=of, row=row, named=named, languages=languages, most=LONGEST_TEXT
    )


@own_case.route("/min-sag/praesentation/<language>", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def presentation_in(row: Candidacy, language: str) -> Answer:
    """The text in one language."""
    if language not in EVERY_LANGUAGE:
        abort(404)

    def make(**given: Any) -> PartForm:
        form = PresentationForm(**given)
        form.language = language
        form.text.render_kw = {"rows": 12, "lang": language, "dir": "auto"}
        return form

    def saved() -> Response:
        flash(_("Gemt."), "success")
        return redirect(url_for("own_case.presentation"), 303)

    name = EVERY_LANGUAGE[language]
    return _part_page(
        row, make, "presentation_in", Part.PRESENTATION, saved, name=name, code=language, most=LONGEST_TEXT
    )


@own_case.route("/min-sag/samtykker", methods=["GET", "POST"])
@public
@in_all_languages
@of_my_case
def consent(row: Candidacy) -> Answer:
    """Each consent by itself; all can be taken back at any time, also after the election."""
    of, form, status, stored_now = outline_of(row), _consents_form(row), 200, []
    if form.validate_on_submit():
        try:
            if form.seen.data != _seen_consents(of):
                raise Refused(say_of.CHANGED_BY_YOU)
            given = form.given() | (of.given - set(form.kinds))
            part_acts.consent(installation(), here().scope, act_mine(form), here().id, row.id, given)
        except Refused as refused:
            status, stored_now = refused.status, _stored_consents(form, of)
            tell(form, refused)
        else:
            flash(_("Gemt."), "success")
            return redirect(url_for("own_case.case"), 303)
    elif not form.is_submitted():
        for kind in form.kinds:
            form[kind.value].data = kind in of.given
    form.seen.data = _seen_consents(of)
    page = render_template(
        "own_case/consents.html", form=form, of=of, row=row, named=[], stored_now=stored_now, part=Part.CONSENTS
    )
    return make_response(page, status)


def _consents_form(row: Candidacy) -> ConsentsForm:
    form, of = ConsentsForm(), outline_of(row)
    if of.entry is None or not of.entry.is_protected:
        del form.protected_name
    return form.translated()


def _seen_consents(of: Outline) -> str:
    with installation().database.read() as reading:
        held = sorted((kind, one.number) for kind, one in consents(reading, of.row).items())
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]


def _stored_consents(form: ConsentsForm, of: Outline) -> list[tuple[str, str]]:
    def word(kind: ConsentKind) -> str:
        return _("ja") if kind in of.given else _("nej")

    return [(str(form[kind.value].label.text), word(kind)) for kind in form.kinds]


@own_case.get("/min-sag/stillere")
@public
@in_all_languages
@of_my_case
def supporters(row: Candidacy) -> Answer:
    """How many support the candidacy, how many it takes, and what to share with others."""
    of, rules = outline_of(row), here().regulation
    if not rules.candidacy.supporters_max.value:
        abort(404)
    link = url_for("own_case.support", code=row.support_code, _external=True)
    words = _(
        "Jeg stiller op til %(council)s. Vil du være min stiller? Det gør du her: %(link)s",
        council=rules.council.name.value,
        link=link,
    )
    size, path = qr_path(link)
    return render_template(
        "own_case/supporters.html",
        of=of,
        row=row,
        named=[one for one in of.defects if one.part == Part.SUPPORTERS],
        link=link,
        words=words,
        mail=f"mailto:?body={quote(words)}",
        text_message=f"sms:?&body={quote(words)}",
        qr_size=size,
        qr_path=path,
        least=rules.candidacy.supporters_min.value,
        most=rules.candidacy.supporters_max.value,
    )
