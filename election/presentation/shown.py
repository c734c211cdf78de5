"""What everybody may see of a candidate: the one place that pages, booklet and open data are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.deadlines import deadlines
from election.candidacy.filled import is_name_withheld
from election.candidacy.records import Candidacy, accepted, candidacies
from election.candidacy.rules import ConsentKind, State
from election.lists.records import lists
from election.presentation.records import every_consent, every_photo, every_text
from election.presentation.rules import is_public
from registry.database import search_key
from registry.languages import EVERY_LANGUAGE

_ONE_SIGN = str.maketrans("ıىيك", "iییک", "ـ\u200c")


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as everybody may see them. `place` is the place on the public list and names the page;
    `number` is the one on the ballot, None before it is settled and for who is not on it.

    `name` is empty where a protected name was agreed to and the consent taken back: it stands on the ballot
    only. `is_gone`: struck after acceptance; then nothing but the name is shown. `photo` is a sha256 (hex).
    """

    place: int
    number: int | None
    name: str
    list_key: str = ""
    list_name: str = ""
    is_gone: bool = False
    texts: tuple[tuple[str, str], ...] = ()
    photo: str = ""
    email: str = ""
    phone: str = ""

    @property
    def text_by_language(self) -> Mapping[str, str]:
        return dict(self.texts)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language, _text in self.texts)

    @property
    def list_in_words(self) -> str:
        """`A · Sammen i Køge`; only the key where the list has no other name."""
        if not self.list_name or self.list_name == self.list_key:
            return self.list_key
        return f"{self.list_key} · {self.list_name}"


def shown(session: Session, election: Election) -> tuple[Shown, ...]:
    """Who stands, in ballot order, and after them who stood and is not on the ballot any more. Nobody before
    candidates are closed. (KRVL § 43 borrowed; databeskyttelsesforordningen art. 6(1)(a), 7(3))
    """
    if not is_public(election.in_phase):
        return ()
    consents, texts = every_consent(session, election), every_text(session, election)
    photos = every_photo(session, election)
    names = {one.key: one.name for one in lists(session, election)}
    is_settled = election.ballot_order_settled_at is not None
    found = []
    for place, row in enumerate([*accepted(session, election), *_struck_since(session, election)], 1):
        agreed = consents.get(row.id, {})
        is_withheld = is_name_withheld(session, election, row, agreed.get(ConsentKind.PROTECTED_NAME))
        one = Shown(
            place=place,
            number=row.ballot_position if is_settled else None,
            name="" if is_withheld else row.ballot_name,
            list_key=row.list_key or "",
            list_name=names.get(row.list_key or "", ""),
            is_gone=row.struck_at is not None,
        )
        is_bare = one.is_gone or is_withheld
        found.append(one if is_bare else _with_what_is_agreed(one, row, agreed, texts, photos))
    return tuple(found)


def _with_what_is_agreed(
    one: Shown,
    row: Candidacy,
    agreed: Mapping[ConsentKind, bool],
    texts: Mapping[UUID, Mapping[str, str]],
    photos: Mapping[UUID, str],
) -> Shown:
    """Each part by its own consent."""
    may = {kind for kind, is_given in agreed.items() if is_given}
    own = texts.get(row.id, {}) if ConsentKind.PRESENTATION in may else {}
    return replace(
        one,
        texts=tuple((code, own[code]) for code in EVERY_LANGUAGE if own.get(code, "").strip()),
        photo=photos.get(row.id, "") if ConsentKind.PHOTO in may else "",
        email=row.email if ConsentKind.EMAIL in may else "",
        phone=row.phone if ConsentKind.PHONE in may else "",
    )


def _struck_since(session: Session, election: Election) -> list[Candidacy]:
    """Struck and off the ballot, but their names were public by then. Once emptied with the roll, no longer."""
    closes_at = deadlines(session, election).closes
    return [
        row
        for row in candidacies(session, election)
        if row.in_state is State.STRUCK and row.ballot_name and row.struck_at and row.struck_at > closes_at
    ]


def searched(candidates: Sequence[Shown], query: str) -> tuple[Shown, ...]:
    """Those in whose name, list or texts every word of the query is found, however it is accented."""
    words = _typed(query).split()
    return tuple(one for one in candidates if all(word in _searchable(one) for word in words))


def _searchable(one: Shown) -> str:
    return _typed(" ".join([one.name, one.list_key, one.list_name, *(text for _code, text in one.texts)]))


def _typed(text: str) -> str:
    """As it may be typed on another keyboard: no accents, one sign for what Arabic and Persian write in two."""
    return search_key(text).translate(_ONE_SIGN)


def languages_of(candidates: Sequence[Shown]) -> dict[str, int]:
    """How many candidates have a text, by language, in the order of the house; none that nobody has."""
    numbers = {code: sum(code in one.languages for one in candidates) for code in EVERY_LANGUAGE}
    return {code: number for code, number in numbers.items() if number}
