"""Extracts and their residents. Residents stay only until the roll is frozen (docs/data.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    UniqueConstraint,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, aliased

from registry.database import Base, OfCouncil, Scope, refers_to
from registry.keys import Keyring
from registry.residents.bulk import BulkTable, Same, new_ids, recount
from registry.residents.comparison import GROUPS, Comparison
from registry.residents.extract import AcceptedRows

_ASKED_AT_ONCE = 500
_WAITS = text("taken_over_at IS NULL AND discarded_at IS NULL")


class Extract(Base, OfCouncil):
    """One import: a dated snapshot, compared with the one before. It waits until a person takes it over, or throws
    it away; from then on what the row says is fixed (a trigger refuses change and deletion)."""

    __tablename__ = "extract"
    __table_args__ = (
        UniqueConstraint("municipality", "council", "number"),
        Index(
            "ix_extract_one_waits",
            "municipality",
            "council",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    number: Mapped[int]
    """1, 2, 3 … in the order of import: the clock of a demo stands still, so `imported_at` gives no order."""
    extract_on: Mapped[date]
    imported_at: Mapped[datetime]
    file_sha256: Mapped[str]
    rows_in: Mapped[int]
    rows_accepted: Mapped[int]
    rows_rejected: Mapped[int]
    compared_with: Mapped[UUID | None]
    new: Mapped[int | None]
    gone: Mapped[int | None]
    changed: Mapped[int | None]
    changed_in: Mapped[dict[str, Any] | None]
    """How many changed in which group of columns (comparison.GROUPS)."""
    taken_over_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When its residents were removed: it was discarded or replaced, or the roll made from it was frozen."""

    @property
    def waits(self) -> bool:
        return self.taken_over_at is None and self.discarded_at is None


class Resident(Base, OfCouncil):
    """One person of an extract, as the population register had it."""

    __tablename__ = "resident"
    __table_args__ = (
        refers_to("extract", "extract_id"),
        UniqueConstraint("municipality", "council", "extract_id", "cpr_index"),
    )

    extract_id: Mapped[UUID]
    cpr_sealed: Mapped[bytes]
    cpr_index: Mapped[bytes]
    born_on: Mapped[date]
    first_names: Mapped[str]
    surname: Mapped[str]
    address: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    residence_municipality: Mapped[str]
    moved_in_on: Mapped[date | None]
    resident_in_dk_since_on: Mapped[date | None]
    citizenship: Mapped[str]
    birth_country: Mapped[str]
    mother_birth_country: Mapped[str]
    father_birth_country: Mapped[str]
    mother_citizenship: Mapped[str]
    father_citizenship: Mapped[str]
    is_protected: Mapped[bool]
    status: Mapped[str]
    status_since_on: Mapped[date | None]
    polling_district: Mapped[str]


_FROM_THE_FILE = (
    "born_on",
    "first_names",
    "surname",
    "address",
    "postal_code",
    "city",
    "residence_municipality",
    "moved_in_on",
    "resident_in_dk_since_on",
    "citizenship",
    "birth_country",
    "mother_birth_country",
    "father_birth_country",
    "mother_citizenship",
    "father_citizenship",
    "is_protected",
    "status",
    "status_since_on",
    "polling_district",
)
"""The attributes that are the columns of an accepted row after its CPR number, in that order."""


class ResidentWriter:
    """Stores the residents of an extract block by block, CPR numbers sealed."""

    def __init__(self, session: Session, keyring: Keyring, extract: Extract) -> None:
        self._session, self._keyring, self._extract = session, keyring, extract
        first = ("municipality", "council", "extract_id", "id", "cpr_sealed", "cpr_index")
        self._table = BulkTable(session, Resident, *first, *_FROM_THE_FILE)
        self._whose = (Same(extract.municipality), Same(extract.council), Same(str(extract.id)))

    def add(self, rows: AcceptedRows) -> None:
        cprs: Sequence[str] = rows.columns[0]
        ids = new_ids(len(cprs))
        sealed = self._keyring.seal_column(cprs, "resident", "cpr", ids)
        indexes = self._keyring.blind_indexes(cprs)
        self._table.write(*self._whose, ids, sealed, indexes, *rows.columns[1:])

    def finish(self) -> None:
        recount(self._session, Resident)

    def remove(self, cprs: Iterable[str]) -> None:
        """Take out again those whose CPR number turned out to stand in the file twice."""
        indexes = self._keyring.blind_indexes(sorted(cprs))
        for start in range(0, len(indexes), _ASKED_AT_ONCE):
            some = indexes[start : start + _ASKED_AT_ONCE]
            self._session.execute(delete(Resident).where(_of(self._extract), Resident.cpr_index.in_(some)))


def _of(extract: Extract) -> ColumnElement[bool]:
    return and_(
        Resident.municipality == extract.municipality,
        Resident.council == extract.council,
        Resident.extract_id == extract.id,
    )


def compare(session: Session, extract: Extract, before: Extract) -> Comparison:
    """Count who is new, gone and changed, by the blind index of the CPR number."""
    now, then = aliased(Resident), aliased(Resident)
    differs = {
        group: or_(*(getattr(now, name).is_distinct_from(getattr(then, name)) for name in names))
        for group, names in GROUPS.items()
    }
    counted = [or_(*differs.values()), *differs.values()]
    query = (
        select(func.count(), *(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in counted))
        .select_from(now)
        .join(
            then,
            and_(
                then.municipality == now.municipality,
                then.council == now.council,
                then.extract_id == before.id,
                then.cpr_index == now.cpr_index,
            ),
        )
        .where(
            now.municipality == extract.municipality,
            now.council == extract.council,
            now.extract_id == extract.id,
        )
    )
    in_both, changed, *in_groups = session.execute(query).one()
    were, are = before.rows_accepted, extract.rows_accepted
    by_group = {group: int(number) for group, number in zip(GROUPS, in_groups, strict=True)}
    return Comparison(were, are, are - in_both, were - in_both, int(changed), by_group)


def comparison_of(session: Session, extract: Extract) -> Comparison | None:
    """What was counted when the extract came in; None when there was nothing to compare it with."""
    if extract.compared_with is None:
        return None
    before = session.get(Extract, (extract.municipality, extract.council, extract.compared_with))
    if before is None or extract.new is None or extract.gone is None or extract.changed is None:
        return None
    were, are = before.rows_accepted, extract.rows_accepted
    return Comparison(were, are, extract.new, extract.gone, extract.changed, extract.changed_in or {})


def latest_extract(session: Session, scope: Scope) -> Extract | None:
    """The extract that is used: the newest that was taken over and whose residents are still here."""
    return session.scalar(
        _extracts(scope)
        .where(Extract.taken_over_at.is_not(None), Extract.forgotten_at.is_(None))
        .order_by(Extract.number.desc())
        .limit(1)
    )


def waiting_extract(session: Session, scope: Scope) -> Extract | None:
    """The one that is compared but not yet taken over."""
    return session.scalar(_extracts(scope).where(Extract.taken_over_at.is_(None), Extract.discarded_at.is_(None)))


def extracts(session: Session, scope: Scope) -> list[Extract]:
    """Every import, the newest first."""
    return list(session.scalars(_extracts(scope).order_by(Extract.number.desc())))


def _extracts(scope: Scope) -> Select[Extract]:
    return select(Extract).where(Extract.municipality == scope.municipality, Extract.council == scope.council)


def forget_one(session: Session, extract: Extract, at: datetime) -> int:
    """Remove the residents of one extract; its figures stay. Returns how many rows went."""
    gone = session.execute(delete(Resident).where(_of(extract)))
    extract.forgotten_at = at
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget(session: Session, scope: Scope, at: datetime) -> int:
    """Remove every resident of every extract of the council; what was decided about them stays on the roll.

    One that was still waiting is discarded by that. Returns how many rows went.
    (contracts: the country columns are not kept once the roll is frozen.)
    """
    gone = session.execute(
        delete(Resident).where(Resident.municipality == scope.municipality, Resident.council == scope.council)
    )
    for extract in extracts(session, scope):
        if extract.waits:
            extract.discarded_at = at
        extract.forgotten_at = extract.forgotten_at or at
    return int(gone.rowcount)  # type: ignore[attr-defined]
