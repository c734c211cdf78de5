"""Whether somebody who counts has counted before: a count needs two people, not two accounts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from election.call.gate import ElectionWork
from registry.one_person import is_one_of


def acts_as_one_of(work: ElectionWork, officials: Iterable[UUID]) -> bool:
    """Whether the actor is one of these officials, also under another account of the same person."""
    return is_one_of(work.session, work.scope.municipality, work.act.actor, officials)
