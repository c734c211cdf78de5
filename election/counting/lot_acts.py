"""The seed of public lots: made by two before the polls close, shown when the votes are counted, and followed."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from election.call.gate import ElectionWork, election_act
from election.call.lot_seed import LotSeed, lot_seed
from election.call.lots import Lot
from election.call.records import Election
from election.counting.lost_boxes import left_out, lost_boxes
from election.counting.progress import lot_asked, progress
from election.counting.records import counts, latest_result
from election.counting.seeded_draw import (
    NO_SEED,
    NOT_AS_THE_RECIPE,
    SEED_DOES_NOT_OPEN,
    SEED_EXISTS,
    SEED_IS_KNOWN,
    SEED_KNOWN_BEFORE,
    SEED_NOT_SHOWN,
    SEED_NOT_WANTED,
    fingerprint_of,
    order_of,
    speaks_of_a_seed,
)
from registry.findings import Refused
from registry.keys import Cell, KeysUnavailable

_BYTES = 32


@election_act("call.commit_seed", needs_second=True)
def commit_seed(work: ElectionWork) -> str:
    """Make the seed, lock it away, and publish its fingerprint. Returns the fingerprint; nobody sees the seed.

    Once and before the polls close: afterwards it could be chosen by who stands equal. (KRVL § 85 borrowed)
    """
    if lot_seed(work.session, work.election) is not None:
        raise Refused(SEED_EXISTS)
    assert work.act.second_actor is not None
    seed, row_id = secrets.token_hex(_BYTES), work.new_id()
    fingerprint = fingerprint_of(seed)
    work.session.add(
        LotSeed(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=row_id,
            election_id=work.election.id,
            commitment=fingerprint,
            sealed_seed=work.keyring.seal(seed, Cell("lot_seed", "seed", row_id)),
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(commitment=fingerprint)
    return fingerprint


@election_act("counting.show_seed")
def show_seed(work: ElectionWork) -> str:
    """Make the seed public: when the count asks for a lot, or when the result is there and it can only be checked.

    From then on a lot about these figures follows it. (KRVL § 85 borrowed)
    """
    row = lot_seed(work.session, work.election)
    if row is None:
        raise Refused(NO_SEED)
    if row.seed is not None:
        return row.seed
    if not seed_is_wanted(work):
        raise Refused(SEED_NOT_WANTED)
    try:
        seed = work.keyring.unseal(row.sealed_seed, Cell("lot_seed", "seed", row.id))
    except KeysUnavailable as trouble:
        raise Refused(SEED_DOES_NOT_OPEN) from trouble
    if fingerprint_of(seed) != row.commitment:
        raise Refused(SEED_DOES_NOT_OPEN)
    row.seed, row.shown_at, row.shown_by = seed, work.act.at, work.act.actor
    work.note(seed=seed)
    return seed


def seed_is_wanted(work: ElectionWork) -> bool:
    """Whether a lot is asked for, or the result is determined."""
    session, election = work.session, work.election
    if latest_result(session, election) is not None:
        return True
    return lot_asked(session, election, progress(session, election)) is not None


def was_known_before(session: Session, election: Election, row: LotSeed) -> bool:
    """Whether the figures changed after the seed was shown: whoever changed them could know what it draws.

    Figures change when a count is agreed, and when the papers of a station are left out or taken in again.
    """
    shown_at = row.shown_at
    if shown_at is None:
        return False
    if any(count.agreed_at > shown_at for count in counts(session, election).values()):
        return True
    return left_out(lost_boxes(session, election)) != left_out(lost_boxes(session, election, until=shown_at))


def demand_as_the_seed(work: ElectionWork, lot: Lot) -> None:
    """A draw that says it follows the seed does; and once the seed is known, no other draw is made about these
    figures: whoever dislikes what the seed says could draw on paper instead. Raises Refused."""
    row = lot_seed(work.session, work.election)
    is_old = row is not None and was_known_before(work.session, work.election, row)
    if not speaks_of_a_seed(lot.method):
        if row is not None and row.seed is not None and not is_old:
            raise Refused(SEED_IS_KNOWN)
        return
    if row is None:
        raise Refused(NO_SEED)
    if row.seed is None:
        raise Refused(SEED_NOT_SHOWN)
    if is_old:
        raise Refused(SEED_KNOWN_BEFORE)
    right = order_of(row.seed, lot.purpose, lot.among)
    if lot.drawn != right:
        raise Refused(NOT_AS_THE_RECIPE, right=" / ".join(right))
