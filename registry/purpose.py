"""What a database is for: real elections, or tests. Written with the first election, never changed.

In June 2022 check-ins of a test stood in the real poll book of two municipalities, and voters were told that
they had voted. So the two never share a database, and the database itself refuses to change its mind.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.database import Base
from registry.findings import Refused, finding_kind

IS_FOR_TESTS = finding_kind(
    "R488",
    "Denne database er til prøver og demo. Et rigtigt valg kan ikke udskrives her. Intet er ændret. "
    "Start programmet med en tom database til rigtige valg, og udskriv valget der.",
)
IS_FOR_ELECTIONS = finding_kind(
    "R489",
    "Denne database er til rigtige valg. En prøve eller demo kan ikke lægges her. Intet er ændret. "
    "Start programmet med en anden, tom database til prøven.",
)


class Purpose(StrEnum):
    LIVE = "live"
    TEST = "test"


class DatabasePurpose(Base):
    """The one row that says what this database is for. A trigger refuses to change or remove it."""

    __tablename__ = "database_purpose"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("purpose IN ('live', 'test')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[str]
    decided_at: Mapped[datetime]


def purpose_of(session: Session) -> Purpose | None:
    """None while no election has been called here."""
    found = session.scalar(select(DatabasePurpose.purpose))
    return Purpose(found) if found else None


def demand_purpose(session: Session, wanted: Purpose, at: datetime) -> None:
    """Use the database for this; the first to ask decides. Raises Refused R488, R489."""
    found = purpose_of(session)
    if found is None:
        try:
            with session.begin_nested():
                session.add(DatabasePurpose(id=1, purpose=wanted.value, decided_at=at))
        except IntegrityError:  # somebody else called the first election in this very moment
            found = purpose_of(session)
        else:
            return
    if found is not wanted:
        raise Refused(IS_FOR_TESTS if found is Purpose.TEST else IS_FOR_ELECTIONS)
