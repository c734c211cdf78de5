"""Extracts and their residents. Residents stay only until the roll is frozen (docs/data.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, Session

from registry.database import Base, OfCouncil, Scope, refers_to
from registry.keys import Cell, Keyring
from registry.residents.rules import ResidentRow

_CHUNK = 2000


class Extract(Base, OfCouncil):
    """One import: a dated snapshot, compared with the one before, never overwritten."""

    __tablename__ = "extract"
    __table_args__ = (UniqueConstraint("municipality", "council", "number"),)

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
    forgotten_at: Mapped[datetime | None]
    """When its residents were removed, because the roll made from it was frozen."""


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
    fingerprint: Mapped[bytes]
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


def store(
    session: Session, scope: Scope, keyring: Keyring, extract_id: UUID, rows: tuple[ResidentRow, ...]
) -> dict[bytes, bytes]:
    """Insert the residents of an extract, CPR numbers sealed. Returns fingerprint by blind index."""
    fingerprints: dict[bytes, bytes] = {}
    for start in range(0, len(rows), _CHUNK):
        values = [_values(scope, keyring, extract_id, row) for row in rows[start : start + _CHUNK]]
        session.execute(insert(Resident), values)
        for value in values:
            fingerprints[bytes(value["cpr_index"])] = bytes(value["fingerprint"])  # type: ignore[call-overload]
    return fingerprints


def _values(scope: Scope, keyring: Keyring, extract_id: UUID, row: ResidentRow) -> dict[str, object]:
    row_id = uuid4()
    plain = {
        "born_on": row.born_on,
        "first_names": row.first_names,
        "surname": row.surname,
        "address": row.address,
        "postal_code": row.postal_code,
        "city": row.city,
        "residence_municipality": row.municipality,
        "moved_in_on": row.moved_in_on,
        "resident_in_dk_since_on": row.resident_in_dk_since_on,
        "citizenship": row.citizenship,
        "birth_country": row.birth_country,
        "mother_birth_country": row.mother_birth_country,
        "father_birth_country": row.father_birth_country,
        "mother_citizenship": row.mother_citizenship,
        "father_citizenship": row.father_citizenship,
        "is_protected": row.is_protected,
        "status": str(row.status),
        "status_since_on": row.status_since_on,
        "polling_district": row.polling_district,
    }
    return {
        "municipality": scope.municipality,
        "council": scope.council,
        "id": row_id,
        "extract_id": extract_id,
        "cpr_sealed": keyring.seal(row.cpr, Cell("resident", "cpr", row_id)),
        "cpr_index": keyring.blind_index(row.cpr),
        "fingerprint": keyring.fingerprint("|".join(str(value) for value in plain.values())),
        **plain,
    }


def latest_extract(session: Session, scope: Scope) -> Extract | None:
    return session.scalar(
        select(Extract)
        .where(Extract.municipality == scope.municipality, Extract.council == scope.council)
        .order_by(Extract.number.desc())
        .limit(1)
    )


def extracts(session: Session, scope: Scope) -> list[Extract]:
    return list(
        session.scalars(
            select(Extract)
            .where(Extract.municipality == scope.municipality, Extract.council == scope.council)
            .order_by(Extract.number.desc())
        )
    )


def residents(session: Session, extract: Extract) -> Iterator[Resident]:
    query = select(Resident).where(
        Resident.municipality == extract.municipality,
        Resident.council == extract.council,
        Resident.extract_id == extract.id,
    )
    yield from session.scalars(query).yield_per(_CHUNK)


def fingerprints(session: Session, extract: Extract) -> Mapping[bytes, bytes]:
    rows = session.execute(
        select(Resident.cpr_index, Resident.fingerprint).where(
            Resident.municipality == extract.municipality,
            Resident.council == extract.council,
            Resident.extract_id == extract.id,
        )
    )
    return {row.cpr_index: row.fingerprint for row in rows}


def forget(session: Session, scope: Scope, at: datetime) -> int:
    """Remove every resident of every extract of the council; what was decided about them stays on the roll.

    Returns how many rows went. (contracts: the country columns are not kept once the roll is frozen.)
    """
    gone = session.execute(
        delete(Resident).where(Resident.municipality == scope.municipality, Resident.council == scope.council)
    )
    for extract in extracts(session, scope):
        extract.forgotten_at = extract.forgotten_at or at
    return int(gone.rowcount)  # type: ignore[attr-defined]
