"""The send list of a batch: which card stands where, for whoever prints, folds and sends. No personal number."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from election.poll_cards.part_files import PrintedLine
from election.presentation.rules import guarded

_BYTE_ORDER_MARK = "\ufeff"
_HEAD = ("Plads", "Del", "Side", "Nummer på listen", "Navn", "Adresse", "Postnummer", "By", "Stemmested")
_AT_A_TIME = 500


def send_list(lines: Iterable[PrintedLine]) -> Iterator[str]:
    """In exactly the order of the cards; for a spreadsheet: BOM, semicolons, no cell taken for a formula."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write(_BYTE_ORDER_MARK)
    writer.writerow(_HEAD)
    for place, one in enumerate(lines, start=1):
        card = one.line
        words = (card.name, card.address, card.postal_code, card.city, card.station_code)
        writer.writerow([place, one.part, one.page, card.number, *(guarded(word) for word in words)])
        if place % _AT_A_TIME == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
