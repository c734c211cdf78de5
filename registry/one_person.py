"""Whether two accounts belong to one person: what needs two people needs more than two accounts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import LargeBinary, String, Uuid, bindparam, column, select, table

from registry.prepared import Place, Prepared

_ACCOUNTS = table("official", column("municipality", String), column("id", Uuid), column("cpr_index", LargeBinary))
"""Written down here once more: every act asks, and an act knows no room."""
_ONE, _OTHER = _ACCOUNTS.alias("one"), _ACCOUNTS.alias("other")
_OF_ONE_PERSON = Prepared(
    select(_ONE.c.id).where(
        _ONE.c.municipality == bindparam("municipality"),
        _OTHER.c.municipality == bindparam("municipality"),
        _ONE.c.id == bindparam("one"),
        _OTHER.c.id == bindparam("other"),
        _ONE.c.cpr_index == _OTHER.c.cpr_index,
    )
)


def is_one_of(place: Place, municipality: str, official: UUID, others: Iterable[UUID]) -> bool:
    """Whether the official is one of these, also under another account of the same person.

    Two accounts are one person's when both have the same CPR fingerprint. Without one, nothing is known of it.
    """
    known = set(others)
    return official in known or any(
        _OF_ONE_PERSON.first(place, municipality=municipality, one=official, other=other) is not None
        for other in known
    )
