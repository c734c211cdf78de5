"""Who may certify, for how long a request holds, when a complaint is late, and what is certified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from registry.findings import finding_kind
from registry.regulation.calendar import instant
from registry.regulation.rules import Regulation

NOT_FINAL = finding_kind(
    "R530",
    "Fintællingen mangler: resultatet er foreløbigt. Intet er ændret. "
    "Afslut fintællingen, og opgør resultatet igen.",
)
RESULT_IS_OLD = finding_kind(
    "R531",
    "Stemmetal eller lod er ændret, efter at resultatet blev opgjort. Intet er attesteret. "
    "Valgbestyrelsen afslutter papirregnskabet, hvis det er åbent, og opgør resultatet igen.",
)
LEDGER_IS_OPEN = finding_kind(
    "R371",
    "Papirregnskabet er ikke afsluttet, eller en forskel er ikke forklaret, for: {stations}. Intet er attesteret. "
    "Valgbestyrelsen forklarer forskellene og afslutter regnskabet.",
)
REQUEST_IS_OPEN = finding_kind(
    "R532",
    "Der er allerede bedt om attestation af dette resultat. Intet er ændret. "
    "En anden attestant skal godkende det.",
)
NO_SUCH_REQUEST = finding_kind(
    "R533", "Anmodningen findes ikke, eller den er allerede godkendt. Intet er ændret. Hent siden igen."
)
SAME_CERTIFIER = finding_kind(
    "R534",
    "Den, der har bedt om attestationen, kan ikke selv godkende den. Intet er ændret. "
    "En anden person skal gøre det.",
)
ENTERER_CERTIFIES = finding_kind(
    "R535",
    "Den, der har indtastet stemmetal ved valget, kan ikke attestere det. Intet er ændret. "
    "Det skal to andre attestanter gøre.",
)
DATA_CHANGED = finding_kind(
    "R536",
    "Noget er ændret, siden der blev bedt om attestation. Resultatet er ikke attesteret, og anmodningen "
    "gælder ikke længere. Se, hvad der er ændret, og bed om attestation igen.",
)
REQUEST_EXPIRED = finding_kind(
    "R537",
    "Anmodningen er ældre end 24 timer og gælder ikke længere. Resultatet er ikke attesteret. "
    "Bed om attestation igen.",
)
REQUEST_WITHDRAWN = finding_kind(
    "R538", "Anmodningen er trukket tilbage. Resultatet er ikke attesteret. Bed om attestation igen."
)
NOTHING_TO_RECOUNT = finding_kind(
    "R539",
    "Valget er afgjort uden afstemning, så der er intet at tælle om. Intet er ændret. "
    "En klage behandles under Klager.",
)
CANDIDATE_CERTIFIES = finding_kind(
    "R540", "En kandidat attesterer ikke sit eget valg. Intet er ændret. Bed en anden attestant."
)
NOT_CERTIFIED = finding_kind(
    "R541", "Resultatet er ikke attesteret endnu. Der er ikke dannet noget. To attestanter skal gøre det først."
)
HANDED_OVER_ALREADY = finding_kind(
    "R546", "Resultatet er allerede sendt til udpegning. Intet er ændret. Sagen er klar."
)
COMPLAINT_FROM_TOMORROW = finding_kind(
    "R542", "Klagen kan ikke være modtaget senere end nu. Den er ikke gemt. Ret tidspunktet, og send igen."
)
COMPLAINT_IS_EMPTY = finding_kind(
    "R543",
    "Der mangler en tekst. Intet er gemt. Skriv, hvem klagen er fra, hvad den handler om, og hvad svaret er.",
)
NO_SUCH_COMPLAINT = finding_kind("R544", "Klagen findes ikke ved dette valg. Intet er gemt. Hent siden igen.")
COMPLAINT_IS_DECIDED = finding_kind(
    "R545", "Klagen er allerede afgjort. Intet er gemt. En ny oplysning registreres som en ny klage."
)

REQUEST_HOLDS_FOR = timedelta(hours=24)
"""A request that nobody approves by then must be made again by somebody who has looked again."""


def canonical_bytes(content: Mapping[str, object]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8 as it is. ValueError for what is not a whole number."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    if holds_fraction(json.loads(text)):
        raise ValueError("a record holds whole numbers and texts only")
    return text.encode()


def holds_fraction(content: object) -> bool:
    """Whether a number with a decimal point is anywhere in it; shares are decimal texts."""
    if isinstance(content, Mapping):
        return any(holds_fraction(one) for one in content.values())
    if isinstance(content, (list, tuple)):
        return any(holds_fraction(one) for one in content)
    return not isinstance(content, (str, int, type(None)))


def state_sha256(content: Mapping[str, object]) -> str:
    """The fingerprint of exactly what is certified: the whole record without who certifies it and when, and
    without the heads of the log. Result, ledgers, explanations, disputed papers, lots and the number of
    complaints are in it, so any change of them makes a request void."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def record_sha256(record: bytes) -> str:
    return hashlib.sha256(record).hexdigest()


def public_key_fingerprint(public_key: bytes) -> str:
    """What the paper shows, to compare which key has signed: SHA-256 of the raw Ed25519 key."""
    return hashlib.sha256(public_key).hexdigest()


def expires_at(requested_at: datetime) -> datetime:
    return requested_at + REQUEST_HOLDS_FOR


def has_expired(expires: datetime, now: datetime) -> bool:
    return now >= expires


def complaint_deadline(regulation: Regulation, election_on: date) -> datetime:
    """When a complaint must have been received (UTC). (regulation: after.complaint_until)"""
    return instant(regulation.after.complaint_until.value, election_on)


def is_late(received_at: datetime, deadline: datetime) -> bool:
    """A complaint received at the very minute of the deadline is in time. (KRVL § 93 borrowed)"""
    return received_at > deadline


@dataclass(frozen=True, slots=True)
class Certifier:
    """An official as a person: two accounts with one CPR fingerprint are one person."""

    official: UUID
    cpr_index: bytes | None = None

    def is_same_person_as(self, other: Certifier) -> bool:
        """The same account, or a known and equal CPR fingerprint."""
        if self.official == other.official:
            return True
        return self.cpr_index is not None and self.cpr_index == other.cpr_index


def has_entered(person: Certifier, enterers: Sequence[Certifier]) -> bool:
    return any(person.is_same_person_as(one) for one in enterers)


def in_groups(text: str, size: int = 4) -> str:
    """A fingerprint as it is read aloud: "3f2a 91bc …"."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))
