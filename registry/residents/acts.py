"""What happens to an extract. The election's roll room calls this inside its own official acts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from registry.act import Work
from registry.findings import Refused, finding_kind
from registry.residents.extract import ExtractReader
from registry.residents.progress import SILENT, Progress, Stage
from registry.residents.records import (
    Extract,
    ResidentWriter,
    compare,
    comparison_of,
    extracts,
    forget_one,
    latest_extract,
    waiting_extract,
)

ONE_WAITS = finding_kind(
    "R151",
    "Et udtræk venter på, at du tager stilling. Intet er indlæst. Tag det ventende i brug, eller smid det væk, "
    "og indlæs så det nye.",
)
SAME_FILE = finding_kind(
    "R152",
    "Filen er præcis den samme som udtræk nr. {number}, der allerede er i brug. Intet er indlæst. "
    "Hent et nyt udtræk, hvis registret har ændret sig.",
)
NONE_WAITS = finding_kind(
    "R153",
    "Det udtræk venter ikke længere: det er taget i brug eller smidt væk. Intet er ændret. Hent siden igen.",
)
UNEXPLAINED = finding_kind(
    "R154",
    "Udtrækket afviger usædvanligt meget fra det forrige, og der mangler en begrundelse. Intet er ændret. "
    "Skriv, hvorfor det alligevel er rigtigt, eller smid udtrækket væk.",
)


class BadExtract(Exception):
    """So many things are wrong with the file, and nothing may come of it."""

    def __init__(self, problems: int) -> None:
        self.problems = problems
        super().__init__(problems)


@dataclass(frozen=True, slots=True, repr=False)
class ExtractFile:
    """The bytes of a file. A request is told from another by their hash, not by a copy of a whole register."""

    data: bytes
    sha256: str = ""

    @classmethod
    def of(cls, data: bytes) -> ExtractFile:
        return cls(data, hashlib.sha256(data).hexdigest())

    def __repr__(self) -> str:
        return f"ExtractFile({self.sha256})"


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
    changed_in: Mapping[str, int] = field(default_factory=dict)
    is_taken_over: bool = True
    """False: it waits, because there is one before it and a person has to look at the difference."""
    same_file_as: int | None = None
    """The number of an earlier import of the very same file that is not in use."""


def import_extract(
    work: Work, file: ExtractFile, extract_on: date, *, accept_good_rows: bool, progress: Progress = SILENT
) -> Imported:
    """Keep a file as a new dated snapshot, read and stored block by block in the one open transaction.

    The first is taken over at once; a later one is compared with the one in use and waits. Raises BadExtract.
    """
    session, scope = work.session, work.scope
    if waiting_extract(session, scope) is not None:
        raise Refused(ONE_WAITS)
    before = latest_extract(session, scope)
    if before is not None and before.file_sha256 == file.sha256:
        raise Refused(SAME_FILE, number=before.number)
    earlier = extracts(session, scope)
    row = Extract(
        municipality=scope.municipality,
        council=scope.council,
        id=uuid4(),
        number=earlier[0].number + 1 if earlier else 1,
        extract_on=extract_on,
        imported_at=work.act.at,
        file_sha256=file.sha256,
        rows_in=0,
        rows_accepted=0,
        rows_rejected=0,
    )
    session.add(row)
    session.flush()
    problems = _store(work, file, row, accept_good_rows, progress)
    if before is None:
        row.taken_over_at = work.act.at
    else:
        session.flush()
        progress(Stage.COMPARED, 0, 1)
        found = compare(session, row, before)
        row.compared_with, row.new, row.gone, row.changed = before.id, found.new, found.gone, found.changed
        row.changed_in = dict(found.changed_in)
    work.note(
        extract=str(row.id),
        rows_in=row.rows_in,
        accepted=row.rows_accepted,
        sha256=row.file_sha256,
        accepted_good_rows=bool(problems),
        waits=row.waits,
    )
    same = [one.number for one in earlier if one.file_sha256 == file.sha256]
    return Imported(
        row.id,
        row.rows_in,
        row.rows_accepted,
        row.rows_rejected,
        row.new,
        row.gone,
        row.changed,
        row.changed_in or {},
        not row.waits,
        same[0] if same else None,
    )


def _store(work: Work, file: ExtractFile, row: Extract, accept_good_rows: bool, progress: Progress) -> int:
    """Read, check and store the file. Returns the number of problems. Raises BadExtract."""
    reader = ExtractReader(file.data, row.extract_on)
    writer = ResidentWriter(work.session, work.keyring, row)
    about = max(file.data.count(b"\n") - 1, 1)
    for block in reader.blocks():
        if accept_good_rows or not reader.has_problems:  # a file that will be refused is only read to its end
            writer.add(block)
        progress(Stage.READ, reader.rows_read, max(about, reader.rows_read))
    report = reader.report()
    if report.problems and not (accept_good_rows and report.rows_accepted):
        raise BadExtract(len(report.problems))
    if reader.withdrawn:
        writer.remove(reader.withdrawn)
    writer.finish()
    row.rows_in, row.rows_accepted, row.rows_rejected = report.rows_in, report.rows_accepted, report.rows_rejected
    return len(report.problems)


def take_over(work: Work, extract_id: UUID) -> Extract:
    """Use the waiting extract from now on. The residents of the one before go; its figures stay.

    An unusual difference needs a reason. Raises Refused.
    """
    waiting = _waiting(work, extract_id)
    comparison = comparison_of(work.session, waiting)
    warnings = comparison.warnings() if comparison is not None else []
    if warnings and not work.act.reason.strip():
        raise Refused(UNEXPLAINED)
    before = latest_extract(work.session, work.scope)
    gone = forget_one(work.session, before, work.act.at) if before is not None else 0
    waiting.taken_over_at = work.act.at
    work.note(
        extract=str(waiting.id),
        replaces=str(before.id) if before is not None else None,
        residents_forgotten=gone,
        warnings=[warning.kind.code for warning in warnings],
    )
    return waiting


def discard(work: Work, extract_id: UUID) -> int:
    """Throw the waiting extract away: its residents are deleted, the row with its figures stays.

    Returns how many residents went. Raises Refused.
    """
    waiting = _waiting(work, extract_id)
    gone = forget_one(work.session, waiting, work.act.at)
    waiting.discarded_at = work.act.at
    work.note(extract=str(waiting.id), residents_forgotten=gone)
    return gone


def _waiting(work: Work, extract_id: UUID) -> Extract:
    found = waiting_extract(work.session, work.scope)
    if found is None or found.id != extract_id:
        raise Refused(NONE_WAITS)
    return found
