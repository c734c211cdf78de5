# mypy: disable-error-code="no-untyped-call"
"""The case as the candidate sees it: each part and how far it is, what is missing, and the one next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call.records import Election
from election.call.rules import allowed
from election.candidacy.deadlines import Deadlines, deadlines
from election.candidacy.filled import filled
from election.candidacy.names import is_ballot_name
from election.candidacy.records import (
    Candidacy,
    Consent,
    Defect,
    ListClaim,
    Photo,
    Step,
    claims,
    consents,
    defects,
    photo,
    steps,
    supporters,
    texts,
)
from election.candidacy.rules import (
    MAY_BE_MENDED,
    MAY_BE_SENT,
    MAY_BE_WITHDRAWN,
    PART_NAMES,
    SEEN_BY_THE_OFFICE_ONLY,
    ConsentKind,
    Filled,
    Part,
    RightToStand,
    State,
    StepKind,
    is_late,
    missing,
)
from election.lists.records import CandidateList, lists
from election.roll.records import RollEntry, entry_by_index
from registry.regulation.choices import LateCandidacy


class Progress(StrEnum):
    DONE = "done"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the case. `note` says what stands there, or what is wrong with it."""

    part: Part
    name: str
    endpoint: str
    progress: Progress
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """Everything that the pages of a case show. Instants are UTC."""

    row: Candidacy
    until: Deadlines
    now: datetime
    filled: Filled
    entry: RollEntry | None
    texts: dict[str, str]
    photo: Photo | None
    consents: dict[ConsentKind, Consent]
    claims: list[ListClaim]
    lists: list[CandidateList]
    supporters: int
    history: list[Step]
    defects: list[Defect]
    needs_group: bool
    may_change: bool
    may_send: bool
    may_withdraw: bool
    may_complain: bool
    late_is_refused: bool
    tasks: list[Task] = field(default_factory=list)

    @property
    def lacks(self) -> tuple[Part, ...]:
        return missing(self.filled)

    @property
    def next_task(self) -> Task | None:
        return next((task for task in self.tasks if task.progress is Progress.MISSING), None)

    @property
    def given(self) -> frozenset[ConsentKind]:
        return frozenset(kind for kind, one in self.consents.items() if one.is_given)

    @property
    def is_confirmed(self) -> bool:
        return self.row.right_to_stand == RightToStand.CONFIRMED

    @property
    def is_past_deadline(self) -> bool:
        """Whether what is sent now comes too late."""
        last = self.until.closes if self.row.in_state is State.DRAFT else self.until.cure_until
        return is_late(self.now, last)

    @property
    def refusal(self) -> Step | None:
        """The decision, when it is a refusal."""
        if self.row.in_state is not State.REFUSED:
            return None
        return next((step for step in reversed(self.history) if step.of_kind is StepKind.REFUSED), None)

    @property
    def has_complained(self) -> bool:
        """A complaint that nobody has decided yet."""
        return bool(self.history) and self.history[-1].of_kind is StepKind.COMPLAINED

    def task_of(self, part: str) -> Task | None:
        return next((task for task in self.tasks if task.part == part), None)


def outline(session: Session, election: Election, row: Candidacy, now: datetime) -> Outline:
    until, phase = deadlines(session, election), election.in_phase
    entry = entry_by_index(session, election, row.cpr_index)
    may_write = allowed("candidacy.write", phase) and row.in_state in MAY_BE_MENDED
    made = Outline(
        row=row,
        until=until,
        now=now,
        filled=filled(session, election, row),
        entry=entry,
        texts=texts(session, row),
        photo=photo(session, row),
        consents=consents(session, row),
        claims=claims(session, row),
        lists=[one for one in lists(session, election) if one.withdrawn_at is None],
        supporters=len(supporters(session, [row])[row.label]),
        history=[one for one in steps(session, row) if one.of_kind not in SEEN_BY_THE_OFFICE_ONLY],
        defects=defects(session, row),
        needs_group=election.regulation.has_reserved_seats and not (entry is not None and entry.group),
        may_change=may_write and not (row.in_state is State.SUBMITTED and is_late(now, until.cure_until)),
        may_send=allowed("candidacy.send", phase) and row.in_state in MAY_BE_SENT,
        may_withdraw=(
            allowed("candidacy.withdraw", phase)
            and row.in_state in MAY_BE_WITHDRAWN
            and not is_late(now, until.withdrawal_until)
        ),
        may_complain=allowed("candidacy.complain", phase) and row.in_state is State.REFUSED,
        late_is_refused=election.regulation.candidacy.late.value is LateCandidacy.REFUSED,
    )
    made.tasks.extend(_tasks(made, election))
    return made


def _tasks(of: Outline, election: Election) -> Iterator[Task]:
    row, lacks = of.row, of.lacks

    def task(part: Part, endpoint: str, note: str = "", *, is_done: bool | None = None) -> Task:
        """What nobody must fill in is done or optional; the rest is done unless it is missing."""
        if is_done is None:
            progress = Progress.MISSING if part in lacks else Progress.DONE
        else:
            progress = Progress.DONE if is_done else Progress.OPTIONAL
        return Task(part, _(PART_NAMES[part]), f"own_case.{endpoint}", progress, note)

    wrong_name = row.ballot_name and not is_ballot_name(row.ballot_name)
    yield task(Part.NAME, "name", _("Navnet følger ikke reglerne.") if wrong_name else row.ballot_name)
    if of.filled.needs_list:
        yield task(Part.LIST, "list_choice", row.list_key or _chosen_by(of))
    if of.needs_group:
        is_done = bool(row.group)
        name = _("Gruppe")
        progress = Progress.DONE if is_done else Progress.OPTIONAL
        yield Task(Part.OTHER, name, "own_case.group", progress, _(row.group) if row.group else "")
    yield task(Part.CONTACT, "contact", row.email or (_("Uden e-mail får du ingen mails.") if row.phone else ""))
    yield task(Part.PHOTO, "photo", is_done=of.photo is not None)
    yield task(Part.PRESENTATION, "presentation", is_done=bool(of.texts))
    if of.filled.needs_consent_to_name:
        yield task(Part.CONSENTS, "consent", _("Dit navn er beskyttet. Sig ja til, at det må vises."))
    else:
        yield task(Part.CONSENTS, "consent", is_done=bool(of.consents))
    if election.regulation.candidacy.supporters_max.value:
        yield _supporters(of)
    yield task(Part.WILLINGNESS, "willingness")


def _supporters(of: Outline) -> Task:
    least, counts = of.filled.supporters_least, of.filled.supporters
    note = _("%(counts)s tæller. Der skal være mindst %(least)s.", counts=counts, least=least)
    if not least:
        note, progress = _("Kræves ikke."), Progress.DONE if counts else Progress.OPTIONAL
    else:
        progress = Progress.MISSING if counts < least else Progress.DONE
    return Task(Part.SUPPORTERS, _(PART_NAMES[Part.SUPPORTERS]), "own_case.supporters", progress, note)


def _chosen_by(of: Outline) -> str:
    if len(of.claims) > 1:
        return _("Flere lister har dig med. Du skal vælge én.")
    return ""
