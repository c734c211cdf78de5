"""Importing an extract. The election's roll room calls this inside its own official act."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from registry.act import Work
from registry.residents.extract import ExtractReport
from registry.residents.records import Extract, fingerprints, latest_extract, store


@dataclass(frozen=True, slots=True)
class Imported:
    """Rows in = rows accepted + rows rejected, always; the rest is the comparison with the import before."""

    extract_id: UUID
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    new: int | None
    gone: int | None
    changed: int | None


def import_extract(work: Work, data: bytes, extract_on: date, report: ExtractReport) -> Imported:
    """Store the accepted rows of a report as a new dated snapshot. The caller has refused what must be refused."""
    before = latest_extract(work.session, work.scope)
    row = Extract(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        number=before.number + 1 if before else 1,
        extract_on=extract_on,
        imported_at=work.act.at,
        file_sha256=hashlib.sha256(data).hexdigest(),
        rows_in=report.rows_in,
        rows_accepted=report.rows_accepted,
        rows_rejected=report.rows_rejected,
    )
    work.session.add(row)
    work.session.flush()
    now = store(work.session, work.scope, work.keyring, row.id, report.rows)
    if before is not None and before.forgotten_at is None:
        then = fingerprints(work.session, before)
        row.compared_with = before.id
        row.new, row.gone = len(now.keys() - then.keys()), len(then.keys() - now.keys())
        row.changed = sum(1 for index in now.keys() & then.keys() if now[index] != then[index])
    work.note(extract=str(row.id), rows_in=row.rows_in, accepted=row.rows_accepted, sha256=row.file_sha256)
    return Imported(row.id, row.rows_in, row.rows_accepted, row.rows_rejected, row.new, row.gone, row.changed)
