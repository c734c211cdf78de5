"""The published figures for a spreadsheet: the same as the page shows, for stations as they are shown together."""

from __future__ import annotations

import csv
from io import StringIO

from sqlalchemy.orm import Session

from election.call.records import Election
from election.counting.changes import added_rows
from election.counting.records import latest_result
from election.overview.count_sheet import NO_COUNTED_RESULT, row_labels
from election.presentation.rules import guarded
from registry.findings import Refused

_BYTE_ORDER_MARK = "\ufeff"
HEAD = ("election", "revision", "status", "stations", "row", "name", "list", "outcome", "number")


def figures_csv(session: Session, election: Election) -> str:
    """One line for each row of each block; nothing is added up. Raises Refused R345 (404).

    `outcome` is the candidate's in the whole election: elected, substitute or nothing.
    """
    result = latest_result(session, election)
    if result is None:
        raise Refused(NO_COUNTED_RESULT, status=404)
    labels = row_labels(election, result.given)
    lists = {one["id"]: one.get("list", "") for one in result.given["candidates"]}
    outcome = dict.fromkeys(_waiting(result.document), "substitute")
    outcome |= dict.fromkeys(result.document.get("elected", []), "elected")
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    for block in result.stations:
        where = " + ".join(block["stations"])
        for row, number in added_rows([block]).items():
            cells = (election.slug, str(result.revision), result.status, where, row, labels.get(row, row))
            of_person = (
                lists.get(row, row.removeprefix("list:") if row.startswith("list:") else ""),
                outcome.get(row, ""),
            )
            writer.writerow([*(guarded(cell) for cell in (*cells, *of_person)), number])
    return _BYTE_ORDER_MARK + out.getvalue()


def _waiting(document: dict[str, object]) -> list[str]:
    """Everybody in a queue of substitutes."""
    queues: list[object] = [document.get("substitutes") or []]
    for name in ("substitutes_by_group", "substitutes_by_list"):
        by = document.get(name) or {}
        queues += by.values() if isinstance(by, dict) else []
    places = [place for queue in queues if isinstance(queue, list) for place in queue]
    return [str(one) for place in places for one in (place if isinstance(place, list) else [place])]
