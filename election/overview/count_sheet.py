"""The count sheet: how the result came about, so that a candidate can follow it with a pencil.

Everything is read from the result as it was kept; nothing is counted anew. Figures stand for stations as they are
published, and nobody's vote can be worked out from them.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.counting.changes import FigureChange, added_rows, changes
from election.counting.citing import cited
from election.counting.layout import PAPER_ROW_NAMES
from election.counting.records import Result, latest_result, result_before
from election.overview.result import Draw, result_view
from election.overview.sums import Table, tables_of
from election.roll.printing import document_header
from registry.documents import render
from registry.findings import Refused, finding_kind
from registry.wording import say_date, say_instant, say_term

NO_COUNTED_RESULT = finding_kind(
    "R345",
    "Der er intet optalt resultat endnu. Der er ikke dannet noget. Se på siden med resultatet, hvad der mangler.",
)
LANGUAGES = ("da", "en")
_MOST_KEPT = 12
_kept: OrderedDict[str, bytes] = OrderedDict()
"""The last sheets by what stands in them: a result that everybody fetches is set once in each language."""
_one_at_a_time = Lock()
FEW_STATIONS = 6
"""So many stand beside each other in one table; more of them come in an appendix."""


def count_sheet_pdf(session: Session, election: Election, language: str = "da") -> bytes:
    """The sheet of the newest result in Danish or English. Raises Refused R345 (404)."""
    result = latest_result(session, election)
    if result is None:
        raise Refused(NO_COUNTED_RESULT, status=404)
    with force_locale(language):
        content = _content(session, election, result, language)
    key = json.dumps(content, sort_keys=True, default=str)
    with _one_at_a_time:
        if key not in _kept:
            _kept[key] = render("count_sheet.typ", content)
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def row_labels(election: Election, given: Mapping[str, Any]) -> dict[str, str]:
    """The rows of the published figures in words, in the language of the page; names as they were counted."""
    grounds = election.regulation.counting.invalid_grounds
    return (
        {f"list:{one['id']}": _("Kryds ved listen %(list)s", list=one["id"]) for one in given.get("lists", ())}
        | {one["id"]: one["name"] for one in given["candidates"]}
        | {row: str(name) for row, name in PAPER_ROW_NAMES.items()}
        | {f"invalid:{g.code}": _("Ugyldige: %(ground)s", ground=say_term(g.text.value)) for g in grounds}
    )


def _content(session: Session, election: Election, result: Result, language: str) -> dict[str, object]:
    view = result_view(session, election)
    rows = row_labels(election, result.given)
    names = _names(result.given)
    fates = {one.label: _("✓ valgt") for one in view.elected}
    fates |= {one.person.label: _("stedfortræder %(rank)s", rank=one.rank) for one in view.substitutes}
    return document_header(election) | {
        "dated_on": clock.local(result.at).date(),
        "election_title": _("Valg til %(council)s", council=election.regulation.council.name.value),
        "lang": language,
        "title": _("Sådan er resultatet regnet ud"),
        "labels": _labels(),
        "day": say_date(election.election_on),
        "status": _("Fintælling") if result.status == "final" else _("Foreløbig optælling"),
        "revision": result.revision,
        "at": say_instant(result.at),
        "seats": election.regulation.seats.number.value,
        "changed": _changed(session, result, rows, names),
        "blocks": [" + ".join(block["stations"]) for block in result.stations],
        "is_short": len(result.stations) <= FEW_STATIONS,
        "rows": _rows(election, result, rows),
        "elected": [
            {"name": one.name, "list": one.list_key, "votes": one.votes, "by_lot": one.by_lot}
            for one in view.elected
        ],
        "vacant": sum(number for _group, number in view.vacant),
        "steps": [_step(step, language, names, fates) for step in result.document["steps"]],
        "lots": [_lot(draw) for draw in (*view.draws, *view.revoked)],
    }


def _labels() -> dict[str, str]:
    """The standing words of the sheet."""
    return {
        "page": _("Side"),
        "of": _("af"),
        "made": _("Opgjort"),
        "kind": _("Optælling"),
        "number": _("Opgørelse nr."),
        "seats": _("Pladser"),
        "not_appointed": _("Valgt er ikke det samme som udpeget."),
        "changed": _("Hvad er ændret siden opgørelse nr."),
        "nothing": _("Ingen tal er ændret."),
        "where": _("Hvor"),
        "what": _("Hvad"),
        "before": _("Før"),
        "now": _("Nu"),
        "came_in": _("Nu valgt"),
        "went_out": _("Ikke længere valgt"),
        "figures": _("1. Tallene"),
        "small": _("Små stemmesteder vises sammen med et andet, så ingens stemme kan kendes."),
        "row": _("Række"),
        "total": _("I alt"),
        "appendix": _("Tallene står for hvert stemmested bagest."),
        "by_station": _("Tallene for hvert stemmested"),
        "steps": _("2. Trin for trin"),
        "rule": _("Regel"),
        "margin": _("Så tæt var det"),
        "lots": _("3. Lodtrækning"),
        "no_lots": _("Der er ikke trukket lod."),
        "among": _("Mellem"),
        "drawn": _("Trukket, i rækkefølge"),
        "drawn_by": _("Trukket af"),
        "witnesses": _("Vidner"),
        "method": _("Hvordan"),
        "when": _("Hvornår"),
        "revoked": _("Gælder ikke mere"),
        "elected": _("4. Valgt"),
        "name": _("Navn"),
        "list": _("Liste"),
        "votes": _("Stemmer"),
        "by_lot": _("ved lodtrækning"),
        "vacant": _("Pladser, der ikke er besat"),
    }


def _names(given: Mapping[str, Any]) -> dict[str, str]:
    """People by name, lists by key and name."""
    lists = {
        one["id"]: one["id"] if one.get("name", one["id"]) == one["id"] else f"{one['id']} – {one['name']}"
        for one in given.get("lists", ())
    }
    return lists | {one["id"]: one["name"] for one in given["candidates"]}


def _rows(election: Election, result: Result, labels: Mapping[str, str]) -> list[dict[str, object]]:
    """Every row of the form in its order, block by block, and its sum. A ground in the regulation's Danish stands
    apart, so that it is read as Danish in every language.
    """
    parts = [added_rows([block]) for block in result.stations]
    total = added_rows(result.stations)
    grounds = {f"invalid:{g.code}": g.text.value for g in election.regulation.counting.invalid_grounds}
    found: list[dict[str, object]] = []
    for row in total:
        label, ground = labels.get(row, row), grounds.get(row, "")
        is_danish = bool(ground) and label == _("Ugyldige: %(ground)s", ground=ground)
        found.append(
            {
                "label": _("Ugyldige: %(ground)s", ground="") if is_danish else label,
                "ground": ground if is_danish else "",
                "numbers": [part.get(row, 0) for part in parts],
                "total": total[row],
            }
        )
    return found


def _changed(
    session: Session, result: Result, rows: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, object] | None:
    before = result_before(session, result)
    if before is None:
        return None
    found = changes(
        before.stations, result.stations, before.document.get("elected", []), result.document.get("elected", [])
    )
    called = {**_names(before.given), **names}
    return {
        "revision": before.revision,
        "at": say_instant(before.at),
        "status": _("Fintælling") if before.status == "final" else _("Foreløbig optælling"),
        "rows": [_change(one, rows) for one in found.figures],
        "came_in": [called.get(one, one) for one in found.came_in],
        "went_out": [called.get(one, one) for one in found.went_out],
    }


def _change(one: FigureChange, rows: Mapping[str, str]) -> dict[str, object]:
    return {
        "where": " + ".join(one.stations) or _("I alt"),
        "label": rows.get(one.row, one.row),
        "old": one.old,
        "new": one.new,
    }


def _step(
    step: Mapping[str, Any], language: str, names: Mapping[str, str], fates: Mapping[str, str]
) -> dict[str, object]:
    return {
        "cite": cited(step["cite"]),
        "text": step["text_en"] if language == "en" else step["text_da"],
        "is_margin": "margin" in step["figures"],
        "tables": [_plain(table) for table in tables_of(step, names, fates)],
    }


def _plain(table: Table) -> dict[str, object]:
    return {
        "head": list(table.head),
        "rows": [list(row) for row in table.rows],
        "foot": list(table.foot),
        "note": table.note,
        "strong": sorted(table.strong),
    }


def _lot(draw: Draw) -> dict[str, object]:
    return {
        "among": list(draw.among),
        "drawn": list(draw.drawn),
        "drawn_by": draw.drawn_by,
        "witnesses": draw.witnesses,
        "method": draw.method,
        "at": say_instant(draw.drawn_at),
        "revoked": f"{say_instant(draw.revoked_at)}: {say_term(draw.revoke_reason)}" if draw.revoked_at else "",
    }
