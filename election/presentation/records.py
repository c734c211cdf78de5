"""What is stored about all candidates of an election, read in one query each. Photos are read one at a time."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.records import Candidacy, Consent, Photo, Text
from election.candidacy.rules import ConsentKind


def every_text(session: Session, election: Election) -> dict[UUID, dict[str, str]]:
    """Presentations by candidacy and language."""
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    query = select(Text.candidacy_id, Text.language, Text.text).join(Candidacy, _is_of(Text, election))
    for row in session.execute(query):
        found[row.candidacy_id][row.language] = row.text
    return found


def every_photo(session: Session, election: Election) -> dict[UUID, str]:
    """The hash of each candidacy's photo, without the photo."""
    query = select(Photo.candidacy_id, Photo.sha256).join(Candidacy, _is_of(Photo, election))
    return {row.candidacy_id: row.sha256 for row in session.execute(query)}


def every_consent(session: Session, election: Election) -> dict[UUID, dict[ConsentKind, bool]]:
    """The newest word on each consent that was ever given or taken back."""
    found: dict[UUID, dict[ConsentKind, bool]] = defaultdict(dict)
    query = select(Consent.candidacy_id, Consent.kind, Consent.is_given).join(Candidacy, _is_of(Consent, election))
    for row in session.execute(query.order_by(Consent.number)):
        found[row.candidacy_id][ConsentKind(row.kind)] = row.is_given
    return found


def photo_bytes(session: Session, election: Election, sha256: str) -> bytes | None:
    """The cropped photo with this hash; whether it may be shown is not asked here."""
    query = select(Photo.shown).join(Candidacy, _is_of(Photo, election)).where(Photo.sha256 == sha256)
    return session.scalars(query).first()


def _is_of(model: type[Text] | type[Photo] | type[Consent], election: Election):  # type: ignore[no-untyped-def]
    """Belongs to a candidacy of this election."""
    return (
        (Candidacy.municipality == model.municipality)
        & (Candidacy.council == model.council)
        & (Candidacy.id == model.candidacy_id)
        & (Candidacy.municipality == election.municipality)
        & (Candidacy.council == election.council)
        & (Candidacy.election_id == election.id)
    )
