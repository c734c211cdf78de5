"""Lots that a recount has made empty: whoever stood equal does so no more, and the draw is revoked."""

from __future__ import annotations

from election.call.gate import ElectionWork
from election.call.lots import BALLOT_ORDER, lots
from election.counting.assembly import counting_document, units
from election.counting.methods import BadInput, count_document

REASON = "efter omtællingen står de ikke længere lige"


def let_go_of_lots(work: ElectionWork) -> None:
    """Revoke, newest first, the draws that the figures do not bear any more; a tie that stays keeps its draw.

    Nothing is asked before every station is counted again. (KRVL § 85 borrowed)
    """
    work.session.flush()
    if any(unit.figures is None for unit in units(work.session, work.election)):
        return
    while True:
        drawn = [lot for lot in lots(work.session, work.election) if lot.purpose != BALLOT_ORDER]
        try:
            found = count_document(counting_document(work.session, work.election))
        except BadInput:
            if not drawn:
                raise
            drawn[-1].revoked_at, drawn[-1].revoke_reason = work.act.at, REASON
        else:
            idle = [set(lot["among"]) for lot in found.get("unused_lots", [])]  # type: ignore[attr-defined]
            for lot in drawn:
                if set(lot.among) in idle:
                    lot.revoked_at, lot.revoke_reason = work.act.at, REASON
            work.session.flush()
            return
        work.session.flush()
