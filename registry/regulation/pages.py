"""Regulations on the screen: those that come with the program, drafts, the editor, adopting."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer
from wtforms.fields.choices import SelectChoice

from registry.accounts.forms import act_of
from registry.accounts.sign_in import signed_in_official
from registry.act import Act, Installation
from registry.database import Scope
from registry.doors import open_to
from registry.findings import Finding, Refused
from registry.regulation import acts, draft_file
from registry.regulation import findings as say_of
from registry.regulation.forms import AdoptForm, BeginForm, EntryForm, form_of, name_of
from registry.regulation.law import law_findings
from registry.regulation.loader import BLANK, RegulationError, load_bytes, shipped, shipped_ids
from registry.regulation.printing import regulation_document
from registry.regulation.prose.legal_text import legal_text
from registry.regulation.records import adopted_texts, adoption, draft_of, drafts, newest, revisions
from registry.regulation.wording import ENTRY_NAMES, SECTION_NAMES
from registry.roles import Role
from registry.wording import COPENHAGEN, say

regulations = Blueprint("regulations", __name__, url_prefix="/regulativer")
DRAFT = "/<council>/<regulation_id>"
BLANK_CHOICE = "blank"
_SHOWN_REVISIONS = 50


def _installation() -> Installation:
    found: Installation = current_app.extensions["installation"]
    return found


def _scope(council: str) -> Scope:
    return Scope(signed_in_official().municipality, council)


def _act(form: Any) -> Act:
    return act_of(form, datetime.now(UTC), acts.EDITORS)


@regulations.get("/")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.AUDITOR)
def overview() -> str:
    """Every regulation that can be read, copied or written on."""
    with _installation().database.read() as session:
        mine = [(draft, adoption(session, draft), newest(session, draft)) for draft in drafts(session, _here())]
    return render_template(
        "regulation/overview.html", drafts=mine, shipped=[shipped(one) for one in shipped_ids()]
    )


def _here() -> str:
    return signed_in_official().municipality


@regulations.get("/med-programmet/<regulation_id>")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.AUDITOR)
def shipped_one(regulation_id: str) -> str:
    """A regulation that comes with the program, as a document."""
    found = shipped(regulation_id)
    return render_template(
        "regulation/shipped.html",
        regulation=found.regulation,
        sha256=found.sha256,
        text=legal_text(found.regulation),
        findings=law_findings(found.regulation),
    )


@regulations.route("/nyt", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def begin() -> str | Answer:
    """A new draft: from another regulation, from the blank one, or from a file."""
    form = BeginForm(made_from=request.args.get("fra", BLANK_CHOICE))
    texts = _texts()
    form.made_from.choices = [SelectChoice(key, name) for key, (name, _text) in texts.items()]
    if form.validate_on_submit():
        chosen, text = form.made_from.data, texts[form.made_from.data][1]
        if form.file.data:
            chosen, text = (form.file.data.filename or "fil")[:80], form.file.data.read()
        council, regulation_id = form.council.data.strip(), form.regulation_id.data.strip()
        try:
            acts.begin_draft(_installation(), _scope(council), _act(form), regulation_id, text, chosen)
        except RegulationError as trouble:
            form.file.errors = tuple(say(one) for one in trouble.problems[:1])
        except Refused as trouble:
            if trouble.kind is not say_of.DRAFT_EXISTS:
                raise
            form.regulation_id.errors = (say(trouble),)
        else:
            return redirect(url_for(".draft", council=council, regulation_id=regulation_id))
    return render_template("regulation/begin.html", form=form)


def _texts() -> dict[str, tuple[str, bytes]]:
    """What a draft can begin with: key → name and text."""
    found = {BLANK_CHOICE: (str(_("Et tomt regulativ med vejledning")), BLANK.read_bytes())}
    for one in map(shipped, shipped_ids()):
        found[one.regulation.id] = (f"{one.regulation.id}: {one.regulation.title.value}", one.data)
    with _installation().database.read() as session:
        for row, text in adopted_texts(session, _here()):
            found[f"{row.council}/{row.regulation_id}"] = (f"{row.council}: {row.regulation_id}", text)
    return found


@regulations.get(DRAFT)
@open_to(Role.ELECTION_ADMINISTRATOR, Role.AUDITOR)
def draft(council: str, regulation_id: str) -> str:
    """One draft: what is wrong with it, its units, its history."""
    with _installation().database.read() as session:
        row = draft_of(session, _scope(council), regulation_id)
        if row is None:
            raise NotFound
        every, done = revisions(session, row), adoption(session, row)
    text = bytes(every[0].toml)
    wrong, against, regulation = _looked_at(text, regulation_id)
    document = draft_file.parse(text)
    parts = draft_file.units(document)
    known = {one.path for one in parts}
    return render_template(
        "regulation/draft.html",
        draft=row,
        revisions=every[:_SHOWN_REVISIONS],
        adopted=done,
        problems=[(one, _unit_of(one, known)) for one in wrong],
        findings=against,
        regulation=regulation,
        units=[(one, _title(one.path)) for one in parts],
        left_out={one.path for one in parts if draft_file.is_left_out(document, one)},
        entry_form=EntryForm(),
    )


def _looked_at(text: bytes, name: str) -> tuple[tuple[Finding, ...], tuple[Finding, ...], Any]:
    """Problems, findings of the law, and the regulation where there is one."""
    wrong = draft_file.problems(text, name)
    if wrong:
        return wrong, (), None
    regulation = load_bytes(text, name)
    return (), law_findings(regulation), regulation


def _unit_of(problem: Finding, known: set[str]) -> str | None:
    """The unit on whose page the key of a problem is mended."""
    path = str(problem.facts.get("path", ""))
    while path and path not in known:
        path = path.rpartition(".")[0]
    return path if path in known else None


def _title(path: str) -> str:
    """“Slags plads: housing”: the section or the kind of entry in words, and the code of an entry."""
    place, _dot, code = path.rpartition(".")
    if place in ENTRY_NAMES:
        return f"{ENTRY_NAMES[place]}: {code}"
    if path in ENTRY_NAMES:
        return str(ENTRY_NAMES[path])
    section, _dot, rest = path.partition(".")
    name = str(SECTION_NAMES.get(section, section or _("Regulativet")))
    return f"{name}: {rest}" if rest else name


@regulations.route(DRAFT + "/afsnit/", defaults={"path": ""}, methods=["GET", "POST"])
@regulations.route(DRAFT + "/afsnit/<path>", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def unit(council: str, regulation_id: str, path: str) -> str | Answer:
    """One unit of a draft as a form; what is typed stays when something is wrong."""
    scope = _scope(council)
    with _installation().database.read() as session:
        row = draft_of(session, scope, regulation_id)
        if row is None:
            raise NotFound
        text = bytes(newest(session, row).toml)
    document = draft_file.parse(text)
    of = draft_file.unit(document, path)
    if of is None:
        raise NotFound
    seen = acts.unit_sha256(text, path)
    form = form_of(of, document, seen)
    trouble: Refused | None = None
    if form.validate_on_submit():
        says = form.says(of)
        if says is not None:
            try:
                acts.save_unit(_installation(), scope, _act(form), regulation_id, path, says, form.seen.data or "")
            except Refused as refused:
                if refused.kind is not say_of.UNIT_CHANGED:
                    raise
                trouble, form.seen.data = refused, seen
            else:
                flash(_("Afsnittet er gemt."), "success")
                return redirect(_next_unit(council, regulation_id, document, path))
    return render_template(
        "regulation/unit.html",
        council=council,
        regulation_id=regulation_id,
        unit=of,
        title=_title(path),
        form=form,
        names={key.name: name_of(key) for key in of.keys},
        trouble=trouble,
    )


def _next_unit(council: str, regulation_id: str, document: Any, path: str) -> str:
    """“Gem og fortsæt” leads through the units in their order, and back to the draft after the last."""
    paths = [one.path for one in draft_file.units(document)]
    after = paths[paths.index(path) + 1 :]
    if "go-on" in request.form and after:
        return url_for(".unit", council=council, regulation_id=regulation_id, path=after[0])
    return url_for(".draft", council=council, regulation_id=regulation_id)


@regulations.post(DRAFT + "/ordn")
@open_to(Role.ELECTION_ADMINISTRATOR)
def arrange(council: str, regulation_id: str) -> Answer:
    """Add, remove or move one entry."""
    form, what, path = EntryForm(), request.form.get("what", ""), request.form.get("path", "")
    if what == "add" and path != draft_file.OWN_RIGHT:
        if not form.validate():
            flash(
                _("Koden er kun små bogstaver, tal og understreg; begynd med et bogstav. Intet er ændret."),
                "error",
            )
            return redirect(url_for(".draft", council=council, regulation_id=regulation_id))
        path = f"{path}.{form.code.data.strip()}"
    if what not in ("add", "remove", "move_up"):
        raise Refused(say_of.NO_SUCH_PLACE, status=404)
    acts.arrange(_installation(), _scope(council), _act(form), regulation_id, what, path)
    if what == "add" and not path.startswith("counting."):
        return redirect(url_for(".unit", council=council, regulation_id=regulation_id, path=path))
    return redirect(url_for(".draft", council=council, regulation_id=regulation_id))


@regulations.route(DRAFT + "/vedtag", methods=["GET", "POST"])
@open_to(Role.ELECTION_ADMINISTRATOR)
def adopt(council: str, regulation_id: str) -> str | Answer:
    """The whole text as a document, and two people who declare it adopted."""
    scope = _scope(council)
    with _installation().database.read() as session:
        row = draft_of(session, scope, regulation_id)
        if row is None:
            raise NotFound
        latest = newest(session, row)
    wrong, against, regulation = _looked_at(bytes(latest.toml), regulation_id)
    form = AdoptForm(seen=latest.sha256)
    if form.validate_on_submit():
        acts.adopt(_installation(), scope, _act(form), regulation_id, form.seen.data or "")
        flash(_("Regulativet er vedtaget. Det kan ikke ændres mere, og valg kan udskrives på det."), "success")
        return redirect(url_for(".draft", council=council, regulation_id=regulation_id))
    return render_template(
        "regulation/adopt.html",
        draft=row,
        sha256=latest.sha256,
        revision=latest.number,
        problems=wrong,
        findings=against,
        text=legal_text(regulation) if regulation else None,
        form=form,
    )


@regulations.get(DRAFT + "/<int:number>.toml")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.AUDITOR)
def toml(council: str, regulation_id: str, number: int) -> Response:
    """One revision as the file that it is."""
    return Response(
        _revision(council, regulation_id, number),
        mimetype="application/toml",
        headers={"Content-Disposition": f'attachment; filename="{regulation_id}-{number}.toml"'},
    )


@regulations.get(DRAFT + "/<int:number>.pdf")
@open_to(Role.ELECTION_ADMINISTRATOR, Role.AUDITOR)
def pdf(council: str, regulation_id: str, number: int) -> Response:
    """One revision as the regulation to be read; Refused (R050) while something in it is wrong."""
    text = _revision(council, regulation_id, number)
    regulation = load_bytes(text, regulation_id)
    today = datetime.now(UTC).astimezone(COPENHAGEN).date()
    against = law_findings(regulation)
    return Response(
        regulation_document(regulation, hashlib.sha256(text).hexdigest(), dated_on=today, findings=against),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{regulation_id}-{number}.pdf"'},
    )


def _revision(council: str, regulation_id: str, number: int) -> bytes:
    with _installation().database.read() as session:
        row = draft_of(session, _scope(council), regulation_id)
        found = next((one for one in revisions(session, row) if one.number == number), None) if row else None
        if found is None:
            raise NotFound
        return bytes(found.toml)
