"""Candidates with photos, texts and consents, put there through the acts as the office does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import combinations
from typing import Any
from uuid import UUID

import pypdfium2
from PIL import Image

from election.call.lots import BALLOT_ORDER
from election.candidacy.acts import close_candidacy, open_candidacy, settle_ballot_order
from election.candidacy.case_acts import Registration, decide, register
from election.candidacy.part_acts import Cropped, Written, seen_of, set_photo, write
from election.candidacy.photos import cropped, normalised
from election.candidacy.records import accepted, candidacy, texts
from election.candidacy.rules import ConsentKind, Decision
from tests.scenarios import CANDIDACY_AT, CLOSED_AT, Played
from tests.snapshots import stage

CHOICES = (ConsentKind.PRESENTATION, ConsentKind.PHOTO, ConsentKind.EMAIL, ConsentKind.PHONE)
EVERY_CHOICE = tuple(frozenset(some) for size in range(5) for some in combinations(CHOICES, size))
"""The sixteen ways to say yes to some of four things."""


@dataclass(frozen=True)
class Standing:
    """What one candidate has handed in."""

    name: str
    email: str = ""
    phone: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    consents: frozenset[ConsentKind] = frozenset()
    shade: int | None = None
    """A photo of this one colour (0–255), or none."""
    list_key: str | None = None


@cache
def portrait(shade: int) -> Cropped:
    out = BytesIO()
    Image.new("RGB", (640, 800), (shade, 120, 255 - shade)).save(out, "PNG")
    whole = normalised(out.getvalue())
    return Cropped(whole, cropped(whole, 100, 50, 50), 100, 50, 50)


@stage
def stand(played: Played, given: Sequence[Standing]) -> list[UUID]:
    """Open, receive everything, accept. Phase: candidacy."""
    admin = "election_administrator"
    played.now = max(played.now, CANDIDACY_AT)
    open_candidacy(*played.by, played.act(admin), played.election_id)
    people = [person for person in played.people if person.country != "DK"]
    assert len(people) >= len(given)
    return [_stand(played, person.cpr, one) for person, one in zip(people, given, strict=False)]


def _stand(played: Played, cpr: str, one: Standing) -> UUID:
    admin = "election_administrator"
    asked = Registration(
        cpr, one.name, one.email, one.phone, consents=one.consents, list_key=one.list_key, is_willing=True
    )
    made = register(*played.by, played.act(admin), played.election_id, asked).candidacy_id
    if one.texts:
        written = Written(texts=tuple(one.texts.items()))
        with played.installation.database.read() as session:
            row = candidacy(session, played.scope, played.election_id, made)
            seen = seen_of(row, texts(session, row), written)
        write(*played.by, played.act(admin), played.election_id, made, seen, written)
    if one.shade is not None:
        set_photo(*played.by, played.act(admin), played.election_id, made, portrait(one.shade))
    version = version_of(played, made)
    decide(*played.by, played.act(admin), played.election_id, made, version, Decision.ACCEPT)
    return made


def version_of(played: Played, candidacy_id: UUID) -> int:
    with played.installation.database.read() as session:
        return candidacy(session, played.scope, played.election_id, candidacy_id).version


@stage
def close(played: Played, *, is_settled: bool = True) -> None:
    """Close, and draw the ballot order as they came. Phase: preparation."""
    played.now = max(played.now, CLOSED_AT)
    close_candidacy(*played.by, played.act("election_administrator"), played.election_id)
    if is_settled:
        with played.installation.database.read() as session:
            labels = [row.label for row in accepted(session, played.read())]
        lot = played.lot(BALLOT_ORDER, labels, labels)
        settle_ballot_order(*played.by, played.act("board_member"), played.election_id, lot)


def pdf(data: bytes) -> Any:
    """A PDF to be read; close it, or the reader complains."""
    reader: Any = pypdfium2.PdfDocument
    return reader(data)
