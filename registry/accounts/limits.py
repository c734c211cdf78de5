"""How often something may be asked: counted in the database, so that processes share it and a restart keeps it.

What is counted is a keyed fingerprint of whoever or whatever it is, and nobody's work is counted here but
what somebody asks on a public page: an official's desk is never locked by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import String, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.accounts.findings import ASKED_TOO_OFTEN
from registry.act import Installation
from registry.database import Base, Scope
from registry.findings import Refused
from registry.keys import Keyring

_KEPT_FOR = timedelta(days=1)


class Asking(Base):
    """How many times something was asked since `began_at`."""

    __tablename__ = "asking"

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    council: Mapped[str] = mapped_column(String(40), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    times: Mapped[int]


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a window that begins with the first time. No window is longer than a day."""

    name: str
    times: int
    within: timedelta


def demand_not_too_often(
    installation: Installation, scope: Scope, asked: Mapping[Limit, str], now: datetime
) -> None:
    """Count one asking against each limit in turn, up to the first that is used up. Raises Refused R036.

    `asked` says for each limit of what it is: a network, all, a card. The order must be the same for every
    caller, so that two never wait for each other, and the network comes first: whoever has used up that one
    uses up nothing that others need.
    """
    keyring, until = installation.keys.open(scope.municipality), None
    with installation.database.write() as session:
        for limit, of in asked.items():
            until = _count(session, keyring, scope, limit, of, now)
            if until is not None:
                break
        _forget(session, scope, now)
    if until is not None:
        raise Refused(ASKED_TOO_OFTEN, status=429, minutes=int((until - now).total_seconds() // 60) + 1)


def network_of(address: str | None) -> str:
    """The part of an address that neighbours share: what is counted is a network, not a person."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip_network(f"{found}/{24 if found.version == 4 else 56}", strict=False))


def _count(
    session: Session, keyring: Keyring, scope: Scope, limit: Limit, of: str, now: datetime
) -> datetime | None:
    """One more. The instant from which one may ask again, or None."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    is_over = Asking.began_at <= now - limit.within
    row = session.execute(
        insert(Asking)
        .values(
            municipality=scope.municipality,
            council=scope.council,
            fingerprint=keyring.fingerprint(f"asking|{limit.name}|{of}"),
            began_at=now,
            times=1,
        )
        .on_conflict_do_update(
            index_elements=["municipality", "council", "fingerprint"],
            set_={
                "times": case((is_over, 1), else_=Asking.times + 1),
                "began_at": case((is_over, now), else_=Asking.began_at),
            },
        )
        .returning(Asking.times, Asking.began_at)
    ).one()
    return row.began_at + limit.within if row.times > limit.times else None


def _forget(session: Session, scope: Scope, now: datetime) -> None:
    """What is older than any window goes; a row that somebody else holds goes another time."""
    old = (
        select(Asking.fingerprint)
        .where(
            Asking.municipality == scope.municipality,
            Asking.council == scope.council,
            Asking.began_at < now - _KEPT_FOR,
        )
        .with_for_update(skip_locked=True)
        .limit(100)
    )
    found = list(session.scalars(old))
    if found:
        session.execute(
            delete(Asking).where(
                Asking.municipality == scope.municipality,
                Asking.council == scope.council,
                Asking.fingerprint.in_(found),
            )
        )
