"""Candidacies and their supporters."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from election.call.records import Election
from election.candidacy.findings import NO_SUCH_CANDIDACY
from election.candidacy.rules import ALIVE, ConsentKind, State, StepKind, is_behind
from election.roll.records import voters
from registry.database import Base, OfCouncil, Scope, refers_to
from registry.findings import Refused
from registry.keys import Cell, Keyring
from registry.regulation.choices import Supporters


class Candidacy(Base, OfCouncil):
    """One person's wish to stand, from the first page that is filled in.

    `number` is the number of the case and names the candidate in files (c1, c2 …). Until it has been sent it is
    a draft, which nobody but the candidate sees. `issuer` and `subject` are who signed in by MitID; a candidacy
    that came on paper has none.
    """

    __tablename__ = "candidacy"
    __table_args__ = (
        refers_to("election", "election_id"),
        UniqueConstraint("municipality", "council", "election_id", "number"),
        UniqueConstraint("municipality", "council", "election_id", "cpr_index"),
        UniqueConstraint("municipality", "council", "election_id", "accepted_name_key"),
        UniqueConstraint("support_code"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="sent"),
    )

    election_id: Mapped[UUID]
    number: Mapped[int]
    cpr_sealed: Mapped[bytes]
    cpr_index: Mapped[bytes]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    language: Mapped[str]
    """In which the candidate is written to."""
    email: Mapped[str]
    phone: Mapped[str]
    ballot_name: Mapped[str]
    accepted_name_key: Mapped[str | None]
    """Set while accepted: the database refuses two candidates whose names cannot be told apart."""
    list_key: Mapped[str | None]
    """The one list that the candidate has chosen."""
    group: Mapped[str | None] = mapped_column("seat_group")
    willing_at: Mapped[datetime | None]
    right_to_stand: Mapped[str]
    state: Mapped[str]
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    """When it was first sent: this is what the deadline is compared with."""
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    refusal_proposed_by: Mapped[UUID | None]
    refusal_reason: Mapped[str | None]
    refusal_section: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]
    struck_kind: Mapped[str | None]
    is_marked: Mapped[bool]
    """Struck after the ballot was made: the name stays on it and is marked as gone."""
    ballot_position: Mapped[int | None]
    support_code: Mapped[str]
    """What the candidate shares, so that others can become supporters. It opens nothing else."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def label(self) -> str:
        return f"c{self.number}"

    @property
    def in_state(self) -> State:
        return State(self.state)

    @property
    def sent_at(self) -> datetime:
        """Only of one that has been sent."""
        assert self.submitted_at is not None, "a draft has not been sent"
        return self.submitted_at


class Step(Base, OfCouncil):
    """Something that happened to a candidacy; never changed. `section` is what a decision rests on."""

    __tablename__ = "candidacy_step"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id", "number"),
    )

    candidacy_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    section: Mapped[str]
    by: Mapped[UUID]

    @property
    def of_kind(self) -> StepKind:
        return StepKind(self.kind)


class Defect(Base, OfCouncil):
    """One thing that the candidate must mend: in which part, and what to do. Belongs to a step; never changed."""

    __tablename__ = "candidacy_defect"
    __table_args__ = (
        refers_to("candidacy_step", "step_id"),
        UniqueConstraint("municipality", "council", "step_id", "number"),
    )

    step_id: Mapped[UUID]
    number: Mapped[int]
    part: Mapped[str]
    text: Mapped[str]


class Text(Base, OfCouncil):
    """A candidate's presentation in one language."""

    __tablename__ = "candidate_text"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id", "language"),
    )

    candidacy_id: Mapped[UUID]
    language: Mapped[str]
    text: Mapped[str]


class Photo(Base, OfCouncil):
    """A candidate's photo, made anew from the pixels of what was sent: `whole` to crop from, `shown` as cropped.

    `zoom` is in per cent, `across` and `down` in per cent of what can be moved; `sha256` (hex) is of `shown`.
    """

    __tablename__ = "candidate_photo"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id"),
    )

    candidacy_id: Mapped[UUID]
    whole: Mapped[bytes]
    shown: Mapped[bytes]
    zoom: Mapped[int]
    across: Mapped[int]
    down: Mapped[int]
    sha256: Mapped[str]


class Consent(Base, OfCouncil):
    """A consent given or taken back; the newest row of a kind holds."""

    __tablename__ = "consent"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id", "number"),
    )

    candidacy_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    is_given: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[UUID]


class CaseLink(Base, OfCouncil):
    """A link that opens one candidacy once, for whoever cannot sign in by MitID."""

    __tablename__ = "case_link"
    __table_args__ = (refers_to("candidacy", "candidacy_id"), UniqueConstraint("token_sha256"))

    candidacy_id: Mapped[UUID]
    token_sha256: Mapped[bytes]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Supporter(Base, OfCouncil):
    """A supporter of a candidacy: a keyed fingerprint only. Goes with the roll. `is_signed` is on paper."""

    __tablename__ = "supporter"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id", "cpr_index"),
    )

    candidacy_id: Mapped[UUID]
    cpr_index: Mapped[bytes]
    is_signed: Mapped[bool]


class ListClaim(Base, OfCouncil):
    """A list names a candidate, in this place. Whoever is named by two stands on none until they choose."""

    __tablename__ = "list_claim"
    __table_args__ = (
        refers_to("candidacy", "candidacy_id"),
        UniqueConstraint("municipality", "council", "candidacy_id", "list_key"),
    )

    candidacy_id: Mapped[UUID]
    list_key: Mapped[str]
    position: Mapped[int]


M = TypeVar("M", Step, Text, Photo, Consent, ListClaim)


def cases(session: Session, election: Election) -> list[Candidacy]:
    """Every candidacy, drafts too, by number."""
    return list(session.scalars(_of(election).order_by(Candidacy.number)))


def candidacies(session: Session, election: Election) -> list[Candidacy]:
    """Every candidacy that was sent, by number."""
    return list(session.scalars(_of(election).where(Candidacy.state != State.DRAFT).order_by(Candidacy.number)))


def _of(election: Election) -> Select[Candidacy]:
    return select(Candidacy).where(
        Candidacy.municipality == election.municipality,
        Candidacy.council == election.council,
        Candidacy.election_id == election.id,
    )


def accepted(session: Session, election: Election) -> list[Candidacy]:
    """Who stands, in ballot order; before it is settled, by number."""
    standing = [c for c in candidacies(session, election) if c.state == State.ACCEPTED]
    return sorted(standing, key=lambda c: (c.ballot_position or 0, c.number))


def candidacy(session: Session, scope: Scope, election_id: UUID, candidacy_id: UUID) -> Candidacy:
    """Raises Refused R203."""
    found = session.get(Candidacy, (scope.municipality, scope.council, candidacy_id))
    if found is None or found.election_id != election_id:
        raise Refused(NO_SUCH_CANDIDACY, status=404)
    return found


def cpr_of(keyring: Keyring, row: Candidacy) -> str:
    """Empty once the number was destroyed with the roll: only those who were elected keep theirs."""
    if not row.cpr_sealed:
        return ""
    return keyring.unseal(row.cpr_sealed, Cell("candidacy", "cpr", row.id))


def by_person(session: Session, election: Election, cpr_index: bytes) -> Candidacy | None:
    return session.scalar(_of(election).where(Candidacy.cpr_index == cpr_index))


def by_support_code(session: Session, election: Election, code: str) -> Candidacy | None:
    if "\0" in code:  # what PostgreSQL takes for no text at all
        return None
    return session.scalar(_of(election).where(Candidacy.support_code == code))


def by_email(session: Session, election: Election, email: str) -> list[Candidacy]:
    """Everybody who gave this address; a family may share one."""
    asked = email.strip().casefold()
    return [one for one in cases(session, election) if asked and one.email.casefold() == asked]


def steps(session: Session, row: Candidacy) -> list[Step]:
    """What happened to the candidacy, from the beginning."""
    return list(session.scalars(_belonging(Step, row).order_by(Step.number)))


def stands_late(session: Session, row: Candidacy) -> bool:
    """Whether it came, or was mended, too late, also when it has been sent back since."""
    return is_behind([one.of_kind for one in steps(session, row)])


def defects(session: Session, row: Candidacy) -> list[Defect]:
    """What the candidate was last asked to mend; empty unless the candidacy is returned."""
    if row.in_state is not State.RETURNED:
        return []
    returned = [one for one in steps(session, row) if one.of_kind is StepKind.RETURNED]
    query = select(Defect).where(
        Defect.municipality == row.municipality,
        Defect.council == row.council,
        Defect.step_id == returned[-1].id,
    )
    return list(session.scalars(query.order_by(Defect.number)))


def texts(session: Session, row: Candidacy) -> dict[str, str]:
    """The presentation by language."""
    return {one.language: one.text for one in session.scalars(_belonging(Text, row))}


def text_in(session: Session, row: Candidacy, language: str) -> Text | None:
    return session.scalar(_belonging(Text, row).where(Text.language == language))


def photo(session: Session, row: Candidacy) -> Photo | None:
    return session.scalar(_belonging(Photo, row))


def consents(session: Session, row: Candidacy) -> dict[ConsentKind, Consent]:
    """The newest word on each consent that was ever given or taken back."""
    found = session.scalars(_belonging(Consent, row).order_by(Consent.number))
    return {ConsentKind(one.kind): one for one in found}


def consented(session: Session, row: Candidacy) -> frozenset[ConsentKind]:
    """The consents that hold now."""
    return frozenset(kind for kind, one in consents(session, row).items() if one.is_given)


def claims(session: Session, row: Candidacy) -> list[ListClaim]:
    """The lists that name the candidate."""
    return list(session.scalars(_belonging(ListClaim, row).order_by(ListClaim.list_key)))


def link_by_token(session: Session, token_sha256: bytes) -> CaseLink | None:
    return session.scalar(select(CaseLink).where(CaseLink.token_sha256 == token_sha256))


def _belonging(model: type[M], row: Candidacy) -> Select[M]:
    return select(model).where(
        model.municipality == row.municipality,
        model.council == row.council,
        model.candidacy_id == row.id,
    )


def supporters(session: Session, of: list[Candidacy]) -> dict[str, list[bytes]]:
    """Fingerprints of the supporters by candidacy label."""
    labels = {c.id: c.label for c in of}
    found: dict[str, list[bytes]] = {c.label: [] for c in of}
    for row in session.execute(
        select(Supporter.candidacy_id, Supporter.cpr_index).where(Supporter.candidacy_id.in_(labels))
    ):
        found[labels[row.candidacy_id]].append(row.cpr_index)
    return found


def supported_by(session: Session, election: Election, cpr_index: bytes) -> Candidacy | None:
    """The candidacy that somebody supports already, if it is still alive."""
    return session.scalar(
        _of(election)
        .join(
            Supporter,
            (Supporter.municipality == Candidacy.municipality)
            & (Supporter.council == Candidacy.council)
            & (Supporter.candidacy_id == Candidacy.id),
        )
        .where(Candidacy.state.in_([*ALIVE, State.DRAFT]), Supporter.cpr_index == cpr_index)
        .order_by(Candidacy.number)
        .limit(1)
    )


def who_may_support(session: Session, election: Election) -> frozenset[bytes] | None:
    """The blind indexes of those who may support a candidacy, None where the regulation lets anybody."""
    allowed = election.regulation.candidacy.supporters_from
    if not allowed.is_unset and allowed.value is Supporters.ANYBODY:
        return None
    return frozenset(entry.cpr_index for entry in voters(session, election))
