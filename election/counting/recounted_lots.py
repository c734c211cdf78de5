"""Lots that new figures have made empty: whoever stood equal does so no more, and the draw is revoked."""

from __future__ import annotations

import re

from election.call.gate import ElectionWork
from election.call.lots import BALLOT_ORDER, LotRecord, lots
from election.counting.assembly import counting_document, units
from election.counting.methods import BadInput, count_document
from registry.findings import Term

REASON = Term("efter en ny optælling står de ikke længere lige om noget, der afgør noget")
_WHICH = re.compile(r"lots\[(\d+)\]")


def let_go_of_lots(work: ElectionWork) -> None:
    """Revoke the draws that the figures do not bear any more; a tie that stays keeps its draw.

    New figures come with a recount, and with the final count after a preliminary one. Nothing is asked before
    every station is counted; and what waits for another lot may still be needed. (KRVL § 85 borrowed)
    """
    if not _drawn(work):
        return
    work.session.flush()
    if any(unit.figures is None for unit in units(work.session, work.election)):
        return
    while drawn := _drawn(work):
        try:
            found = count_document(counting_document(work.session, work.election))
        except BadInput as trouble:
            which = _WHICH.match(trouble.place)
            if which is None:
                raise
            _revoke(work, drawn[int(which[1])])
            continue
        idle = found.get("unused_lots") if found["outcome"] == "decided" else None
        for lot in drawn:
            if isinstance(idle, list) and any(
                (set(one["among"]), one["drawn"]) == (set(lot.among), lot.drawn) for one in idle
            ):
                _revoke(work, lot)
        return


def _drawn(work: ElectionWork) -> list[LotRecord]:
    return [lot for lot in lots(work.session, work.election) if lot.purpose != BALLOT_ORDER]


def _revoke(work: ElectionWork, lot: LotRecord) -> None:
    lot.revoked_at, lot.revoke_reason = work.act.at, str(REASON)
    work.note(**{f"revoked_{lot.id}": list(lot.among)})
    work.session.flush()
