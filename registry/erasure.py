"""What was deleted must be gone from the disk too: written down with the deletion, done right after the commit.

Between the two the machine may be switched off, or somebody may still be reading the old rows. Then the row
stays open, the pages say so, and the next erasure – or an official – finishes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from registry.act import Installation, Work
from registry.database import Base, OfCouncil, Scope


class Erasure(Base, OfCouncil):
    """Tables whose deleted rows must be gone from the files, and whether they are."""

    __tablename__ = "erasure"

    wanted_at: Mapped[datetime]
    """By the computer's clock, as is `done_at`."""
    because: Mapped[str]
    """The act that deleted."""
    table_names: Mapped[list[Any]]
    with_backups: Mapped[bool]
    """Whether the keys of all backups go too: they hold what was deleted."""
    done_at: Mapped[datetime | None]
    backups_lost: Mapped[int | None]


def erase_afterwards(work: Work, because: str, tables: Iterable[str], *, with_backups: bool = False) -> UUID:
    """Have the deleted rows of `tables` gone from the files as soon as this act is committed."""
    row = Erasure(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=uuid4(),
        wanted_at=datetime.now(UTC),
        because=because,
        table_names=sorted(set(tables)),
        with_backups=with_backups,
    )
    work.session.add(row)
    work.afterwards.append(finish_erasures)
    return row.id


def finish_erasures(installation: Installation) -> bool:
    """Do every erasure that is still open. False when somebody who still reads stands in the way, or a disk."""
    with installation.database.read() as session:
        waiting = list(session.scalars(select(Erasure).where(Erasure.done_at.is_(None))))
        tables = {str(name) for row in waiting for name in row.table_names}
    if not waiting:
        return True
    # Backups first: they are the larger harm. Their number is kept at once, for the rest may have to wait.
    with_backups = [row.id for row in waiting if row.with_backups]
    try:
        lost = installation.keys.destroy_backup_keys() if with_backups else 0
    except OSError:
        return False
    if with_backups:
        with installation.database.write() as session:
            for row in session.scalars(select(Erasure).where(Erasure.id.in_(with_backups))):
                row.backups_lost = (row.backups_lost or 0) + lost
    if not installation.database.scrub(tables):
        return False
    with installation.database.write() as session:
        for row in session.scalars(select(Erasure).where(Erasure.id.in_([one.id for one in waiting]))):
            row.done_at = row.done_at or datetime.now(UTC)
    return True


def open_erasures(session: Session, scope: Scope) -> list[Erasure]:
    """What is deleted from the tables and may still stand in the files."""
    return list(
        session.scalars(
            select(Erasure)
            .where(
                Erasure.municipality == scope.municipality,
                Erasure.council == scope.council,
                Erasure.done_at.is_(None),
            )
            .order_by(Erasure.wanted_at)
        )
    )


def erasure(session: Session, scope: Scope, erasure_id: UUID) -> Erasure | None:
    return session.get(Erasure, (scope.municipality, scope.council, erasure_id))
