"""Poll cards on paper: all of them in parts, and one at the desk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election, Station, stations
from election.poll_cards.batch_rules import CARDS_IN_A_PART
from election.poll_cards.qr import qr_svg
from election.poll_cards.records import CardState, PollCard, card_by_id, card_text, station_code_of, valid_cards
from election.poll_cards.rules import in_groups
from election.roll.printing import document_header
from election.roll.protection import shown_name
from election.roll.records import RollEntry
from registry.documents import danish_day, render, render_chunks
from registry.findings import Refused, finding_kind
from registry.keys import Keyring

NO_CARDS = finding_kind("R431", "Der er ikke dannet valgkort endnu. Intet er ændret. Dan valgkortene først.")
NO_SUCH_CARD = finding_kind(
    "R432", "Valgkortet findes ikke, eller det er erstattet af et nyere. Intet er trykt. Lav et nyt kort."
)


def poll_cards_pdf(session: Session, keyring: Keyring, election: Election) -> bytes:
    """Every card that holds, in roll order, as one document. Raises Refused R420, R431.

    Memory follows the number of cards (1,400 MB for 3,000): above 1,000 use `poll_card_parts`.
    """
    cards = _demanded(session, election)
    data = card_header(session, election) | {"cards": list(_cards(session, keyring, election, cards))}
    return render("poll_card.typ", data)


def poll_card_parts(session: Session, keyring: Keyring, election: Election) -> Iterator[bytes]:
    """Every card that holds, in documents of `CARDS_IN_A_PART` cards, made one at a time."""
    cards = _demanded(session, election)
    return render_chunks(
        "poll_card.typ",
        card_header(session, election),
        list(_cards(session, keyring, election, cards)),
        size=CARDS_IN_A_PART,
    )


def card_pdf(
    session: Session, keyring: Keyring, election: Election, card_id: UUID, *, shows_protected: bool = False
) -> bytes:
    """One card, for the desk. Raises Refused R432 when it is replaced or belongs elsewhere. (KRVL § 10)

    `shows_protected`: the roll keeper hands it to the person, and that look is on record.
    """
    found = card_by_id(session, election, card_id)
    if found is None or found[0].state != CardState.ISSUED:
        raise Refused(NO_SUCH_CARD, status=404)
    cards = _cards(session, keyring, election, [found], shows_protected=shows_protected)
    return render("poll_card.typ", card_header(session, election) | {"cards": list(cards)})


def zip_stream(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A zip of files by name, handed on while they come."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(name, content)
            yield pipe.taken()
    yield pipe.taken()


class _Pipe(RawIOBase):
    """What a zip is written into and taken out of again, in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = memoryview(data)  # type: ignore[arg-type]
        self._held += piece
        return piece.nbytes

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def _demanded(session: Session, election: Election) -> list[tuple[PollCard, RollEntry]]:
    cards = valid_cards(session, election)
    if not cards:
        raise Refused(NO_CARDS)
    return cards


def card_header(session: Session, election: Election) -> dict[str, object]:
    """What all cards of an election have in common."""
    polling = election.regulation.polling
    common = {
        "address": [],
        "day": danish_day(election.election_on),
        "hours": f"kl. {polling.opens.value:%H.%M}–{polling.closes.value:%H.%M}",
    }
    header = document_header(election)
    return header | {
        "sender": [header["municipality"]],
        "stations": {station.code: common | {"name": station.name} for station in stations(session, election)},
    }


def _cards(
    session: Session,
    keyring: Keyring,
    election: Election,
    cards: Iterable[tuple[PollCard, RollEntry]],
    *,
    shows_protected: bool = False,
) -> Iterator[dict[str, object]]:
    """Of a protected person the number alone: printer and desk may see neither name nor address."""
    by_id: dict[UUID, Station] = {station.id: station for station in stations(session, election)}
    every = [station.code for station in by_id.values()]
    for card, entry in cards:
        own = station_code_of(entry, by_id)
        text = card_text(keyring, election.code, own, card.id)
        yield card_data(
            name=entry.name if shows_protected else shown_name(entry),
            address=_address(entry),
            roll_number=entry.number,
            stations=[own] if entry.station_id else every,
            text=text,
            is_replacement=card.is_replacement,
        )


def card_data(
    *, name: str, address: list[str], roll_number: int, stations: list[str], text: str, is_replacement: bool
) -> dict[str, object]:
    """One card as the template wants it. (KRVL § 10)"""
    return {
        "name": name,
        "address": address,
        "roll_number": roll_number,
        "stations": stations,
        "qr_svg": qr_svg(text),
        "groups": list(in_groups(text)),
        "is_replacement": is_replacement,
    }


def _address(entry: RollEntry) -> list[str]:
    """Nothing for a protected person: the card is handed over by the office, not by a printer's list."""
    if entry.is_protected:
        return []
    return [line for line in (entry.address, f"{entry.postal_code} {entry.city}".strip()) if line]
