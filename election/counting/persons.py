"""Whether two accounts belong to one person: a count needs two people, not two accounts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from election.call.gate import ElectionWork
from registry.accounts.records import Official


def acts_as_one_of(work: ElectionWork, officials: Iterable[UUID]) -> bool:
    """Whether the actor is one of these officials, also under another account of the same person."""
    others = set(officials)
    if work.act.actor in others or not others:
        return bool(others)
    rows = work.session.execute(
        select(Official.id, Official.cpr_index).where(
            Official.municipality == work.scope.municipality, Official.id.in_([work.act.actor, *others])
        )
    )
    known = {row.id: row.cpr_index for row in rows}
    own = known.pop(work.act.actor, None)
    return own is not None and own in known.values()
