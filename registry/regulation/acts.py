"""Writing a regulation in the program, and adopting it by two people. What is adopted is never changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from registry.act import Work, official_act
from registry.findings import Refused
from registry.regulation import draft_file
from registry.regulation import findings as say
from registry.regulation.choices import State
from registry.regulation.draft_file import Stated
from registry.regulation.law import law_findings
from registry.regulation.loader import load_bytes, shipped_ids
from registry.regulation.records import (
    AdoptedRegulation,
    RegulationDraft,
    RegulationRevision,
    adoption,
    draft_of,
    newest,
)
from registry.regulation.rules import Regulation
from registry.roles import Role

EDITORS = frozenset({Role.ELECTION_ADMINISTRATOR})
USABLE = frozenset({State.APPROVED, State.IN_FORCE})


@dataclass(frozen=True, slots=True)
class Saved:
    """One revision: `sha256` (hex) is of its text."""

    regulation_id: str
    revision: int
    sha256: str


@official_act("regulation.begin_draft", EDITORS)
def begin_draft(work: Work, regulation_id: str, toml: bytes, made_from: str) -> Saved:
    """Begin a draft from the text of another regulation, the blank one, or a file. Raises RegulationError when the
    text is no TOML, Refused (R450) when the id is taken."""
    if regulation_id in shipped_ids() or draft_of(work.session, work.scope, regulation_id) is not None:
        raise Refused(say.DRAFT_EXISTS, id=regulation_id)
    text = draft_file.copy(toml, regulation_id)
    draft = RegulationDraft(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        regulation_id=regulation_id,
        made_from=made_from,
        begun_at=work.act.at,
    )
    work.session.add(draft)
    try:
        work.session.flush()
    except IntegrityError as taken:  # somebody else began it in the same moment
        raise Refused(say.DRAFT_EXISTS, id=regulation_id) from taken
    return _save(work, draft, 1, text, made_from)


@official_act("regulation.save_unit", EDITORS)
def save_unit(work: Work, regulation_id: str, path: str, says: Mapping[str, Stated], seen_sha256: str) -> Saved:
    """Save what a form says of one unit. Raises Refused (R454) when somebody else has saved the same unit since
    the revision with `seen_sha256`; other units may have changed meanwhile."""
    draft, revision = _open_draft(work, regulation_id)
    document = draft_file.parse(bytes(revision.toml))
    of = draft_file.unit(document, path)
    if of is None:
        raise Refused(say.NO_SUCH_PLACE, status=404)
    if unit_sha256(bytes(revision.toml), path) != seen_sha256:
        raise Refused(say.UNIT_CHANGED)
    draft_file.rewrite(document, of, says)
    return _save(work, draft, revision.number + 1, draft_file.written(document), path or "title")


@official_act("regulation.arrange", EDITORS)
def arrange(work: Work, regulation_id: str, what: str, path: str) -> Saved:
    """Add, remove or move up one entry: `what` is `add`, `remove` or `move_up`."""
    draft, revision = _open_draft(work, regulation_id)
    document = draft_file.parse(bytes(revision.toml))
    place, _, code = path.rpartition(".")
    if place not in draft_file.entry_places() and path != draft_file.OWN_RIGHT:
        raise Refused(say.NO_SUCH_PLACE, status=404)
    if not re.fullmatch(r"[a-z][a-z_0-9]{0,39}", code):
        raise Refused(say.NO_SUCH_PLACE)
    if what == "add":
        draft_file.add_entry(document, place, code)
    elif what == "remove":
        draft_file.remove_entry(document, path)
    else:
        draft_file.move_up(document, path)
    return _save(work, draft, revision.number + 1, draft_file.written(document), f"{what} {path}")


@official_act("regulation.adopt", EDITORS, needs_second=True)
def adopt(work: Work, regulation_id: str, seen_sha256: str) -> Saved:
    """Declare, by two people, that the text with this hash is the regulation that was adopted.

    Nothing that contradicts itself or the law is adopted, and what is adopted is never changed; the next one is
    a new draft with a new id.
    """
    draft, revision = _open_draft(work, regulation_id)
    if revision.sha256 != seen_sha256:
        raise Refused(say.DRAFT_MOVED_ON)
    text = bytes(revision.toml)
    found = draft_file.problems(text, regulation_id)
    if found:
        raise Refused(say.NOT_READY, number=len(found), first=found[0].in_danish())
    regulation = load_bytes(text, regulation_id)
    against = [one for one in law_findings(regulation) if one.blocks]
    if against:
        raise Refused(say.NOT_READY, number=len(against), first=against[0].in_danish())
    _demand_place(work, regulation)
    work.session.add(
        AdoptedRegulation(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            draft_id=draft.id,
            revision_id=revision.id,
            regulation_id=regulation_id,
            sha256=revision.sha256,
            adopted_at=work.act.at,
            adopted_by=work.act.actor,
            approved_by=work.act.second_actor,
        )
    )
    work.note(regulation=regulation_id, revision=revision.number, sha256=revision.sha256)
    return Saved(regulation_id, revision.number, revision.sha256)


def unit_sha256(toml: bytes, path: str) -> str:
    """What a unit says in this text, as a hash: people who change different units do not disturb each other."""
    document = draft_file.parse(toml)
    of = draft_file.unit(document, path)
    said = [] if of is None else [(key.name, draft_file.stated(document, of, key)) for key in of.keys]
    return hashlib.sha256(repr((path, said)).encode()).hexdigest()


def _open_draft(work: Work, regulation_id: str) -> tuple[RegulationDraft, RegulationRevision]:
    draft = draft_of(work.session, work.scope, regulation_id, for_update=True)
    if draft is None:
        raise Refused(say.NO_SUCH_DRAFT, status=404)
    if adoption(work.session, draft) is not None:
        raise Refused(say.IS_ADOPTED, id=regulation_id)
    return draft, newest(work.session, draft)


def _save(work: Work, draft: RegulationDraft, number: int, text: bytes, what: str) -> Saved:
    sha256 = hashlib.sha256(text).hexdigest()
    work.session.add(
        RegulationRevision(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            draft_id=draft.id,
            number=number,
            toml=text,
            sha256=sha256,
            saved_at=work.act.at,
            saved_by=work.act.actor,
            what=what,
        )
    )
    work.note(regulation=draft.regulation_id, revision=number, sha256=sha256, what=what)
    return Saved(draft.regulation_id, number, sha256)


def _demand_place(work: Work, regulation: Regulation) -> None:
    """The draft belongs to the council that its text names, and its text says that it is adopted."""
    code, council = regulation.municipality.code.value, regulation.council.id.value
    if (code, council) != (work.scope.municipality, work.scope.council):
        here = f"{work.scope.municipality}/{work.scope.council}"
        raise Refused(say.OTHER_MUNICIPALITY, code=code, council=council, here=here)
    if regulation.basis.state.value not in USABLE:
        raise Refused(say.STATE_NOT_APPROVED)
