"""What a candidate fills in, part by part, before and after it is sent; the links that open the own case."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update

from election.call.clock import shown
from election.call.gate import ElectionWork, election_act
from election.candidacy import findings as say
from election.candidacy.acceptance import demand_ballot_name, demand_list
from election.candidacy.deadlines import deadlines
from election.candidacy.history import case_of, touch
from election.candidacy.mails import Mail, tell
from election.candidacy.names import clean_name
from election.candidacy.records import (
    Candidacy,
    CaseLink,
    Consent,
    ListClaim,
    Photo,
    Supporter,
    Text,
    by_email,
    by_person,
    cases,
    consents,
    link_by_token,
    photo,
    text_in,
    texts,
)
from election.candidacy.rules import MAY_BE_MENDED, STATE_NAMES, ConsentKind, RightToStand, State, is_late
from election.candidacy.typed import clean_text, read_email
from election.roll.records import RollEntry, entry_by_index
from registry.findings import Refused
from registry.keys import Cell
from registry.languages import EVERY_LANGUAGE
from registry.mail.records import Message
from registry.regulation.choices import BallotOrder, Method
from registry.roles import Role

LONGEST_TEXT = 2000
"""Signs of one presentation."""
LINK_HOLDS = timedelta(minutes=30)
PAPER_LINK_HOLDS = timedelta(days=14)
_NAME_FIELD, _SHORT_FIELD = 120, 40
"""Signs kept of what is not a presentation; a name on the ballot is shorter still."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is: the CPR number, and, where MitID said so, the issuer and subject."""

    cpr: str
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What is written in one go; None leaves a field as it is. `texts`: presentation by language, "" for none."""

    ballot_name: str | None = None
    email: str | None = None
    phone: str | None = None
    list_key: str | None = None
    group: str | None = None
    is_willing: bool | None = None
    language: str | None = None
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cropped:
    """A photo as `photos.cropped` makes it."""

    whole: bytes
    shown: bytes
    zoom: int
    across: int
    down: int


@election_act("candidacy.begin")
def begin(work: ElectionWork, person: Person, language: str) -> UUID:
    """The draft of this person, made now or found. It is no candidacy before it is sent."""
    index = work.keyring.blind_index(person.cpr)
    known = by_person(work.session, work.election, index)
    if known is not None:
        known.issuer, known.subject = known.issuer or person.issuer, known.subject or person.subject
        return known.id
    made = new_case(work, person, index, language)
    work.note(candidacy=str(made.id))
    return made.id


def new_case(work: ElectionWork, person: Person, index: bytes, language: str) -> Candidacy:
    """A draft with nothing filled in but the name on the roll, and what the roll says of the right to stand."""
    if language not in EVERY_LANGUAGE:
        raise Refused(say.NO_SUCH_LANGUAGE)
    entry = entry_by_index(work.session, work.election, index)
    numbers = [one.number for one in cases(work.session, work.election)]
    candidacy_id = uuid4()
    made = Candidacy(
        municipality=work.scope.municipality,
        council=work.scope.council,
        id=candidacy_id,
        election_id=work.election.id,
        number=max(numbers, default=0) + 1,
        cpr_sealed=work.keyring.seal(person.cpr, Cell("candidacy", "cpr", candidacy_id)),
        cpr_index=index,
        issuer=person.issuer,
        subject=person.subject,
        language=language,
        email="",
        phone="",
        ballot_name=entry.name if entry is not None and not entry.is_protected else "",
        group=(entry.group if entry is not None else None) or None,
        right_to_stand=right_to_stand_of(entry).value,
        state=State.DRAFT.value,
        begun_at=work.act.at,
        changed_at=work.act.at,
        is_marked=False,
        support_code=secrets.token_urlsafe(12),
    )
    work.session.add(made)
    work.session.flush()
    return made


def right_to_stand_of(entry: RollEntry | None) -> RightToStand:
    """A program confirms or leaves it to people; it never says no. (Regulation: right_to_stand)"""
    is_confirmed = entry is not None and entry.may_stand and entry.struck_at is None
    return RightToStand.CONFIRMED if is_confirmed else RightToStand.TO_BE_EXAMINED


@election_act("candidacy.write")
def write(work: ElectionWork, candidacy_id: UUID, seen: str, written: Written) -> State:
    """Fill in or change some parts. `seen` is the digest of those parts as the form showed them (`seen_of`).

    Raises Refused R224 when they were changed meanwhile, R221 after the time to mend, R204, R205, R231, R232,
    R236. Nothing here is refused for being incomplete.
    """
    row = _open_case(work, candidacy_id)
    if seen != seen_of(row, texts(work.session, row), written):
        raise Refused(say.CHANGED_BY_YOU, status=409)
    apply(work, row, written)
    if row.in_state is State.ACCEPTED:
        _stays_acceptable(work, row, written)
    work.note(candidacy=str(row.id), number=row.number)
    return row.in_state


def _stays_acceptable(work: ElectionWork, row: Candidacy, written: Written) -> None:
    """What the office mends of an accepted candidacy must be as acceptable as what it was accepted with."""
    demand_list(work, row)
    if written.ballot_name is None:
        return
    row.accepted_name_key = demand_ballot_name(work, row)
    if work.election.regulation.ballot.order.value is BallotOrder.ALPHABETICAL:
        work.election.ballot_order_settled_at = None


def seen_of(row: Candidacy, stored: dict[str, str], written: Written) -> str:
    """A short digest of what is stored now in the parts that `written` would change."""
    parts: list[object] = []
    for name in ("ballot_name", "email", "phone", "list_key", "group", "language"):
        if getattr(written, name) is not None:
            parts.append((name, getattr(row, name) or ""))
    if written.is_willing is not None:
        parts.append(("is_willing", row.willing_at is not None))
    parts += [(language, stored.get(language, "")) for language, _ in sorted(written.texts)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def apply(work: ElectionWork, row: Candidacy, written: Written) -> None:
    """Write the given parts on a candidacy that may be changed. Texts are cleaned at the door."""
    if written.list_key and work.election.regulation.seats.method.value is not Method.LISTS_DHONDT:
        raise Refused(say.LISTS_NOT_ALLOWED)
    if written.ballot_name is not None:
        row.ballot_name = clean_name(written.ballot_name)[:_NAME_FIELD].strip()
    if written.email is not None:
        _write_email(work, row, read_email(written.email))
    if written.phone is not None:
        row.phone = clean_name(written.phone)[:_SHORT_FIELD].strip()
    if written.list_key is not None:
        row.list_key = clean_name(written.list_key)[:_SHORT_FIELD].strip() or None
    if written.group is not None:
        entry = entry_by_index(work.session, work.election, row.cpr_index)
        on_roll = entry.group if entry is not None else None
        row.group = on_roll or clean_name(written.group)[:_SHORT_FIELD].strip() or None
    if written.is_willing is not None:
        row.willing_at = (row.willing_at or work.act.at) if written.is_willing else None
    if written.language is not None:
        if written.language not in EVERY_LANGUAGE:
            raise Refused(say.NO_SUCH_LANGUAGE)
        row.language = written.language
    for language, text in written.texts:
        _write_text(work, row, language, clean_text(text))
    touch(work, row)


def _write_email(work: ElectionWork, row: Candidacy, email: str) -> None:
    """A link that was sent to an address ends with it."""
    if email != row.email and row.email:
        work.session.execute(
            update(CaseLink)
            .where(
                CaseLink.municipality == row.municipality,
                CaseLink.council == row.council,
                CaseLink.candidacy_id == row.id,
                CaseLink.used_at.is_(None),
            )
            .values(used_at=work.act.at)
        )
    row.email = email


def _write_text(work: ElectionWork, row: Candidacy, language: str, text: str) -> None:
    if language not in EVERY_LANGUAGE:
        raise Refused(say.NO_SUCH_LANGUAGE)
    if len(text) > LONGEST_TEXT:
        raise Refused(say.TEXT_TOO_LONG, length=len(text), most=LONGEST_TEXT)
    found = text_in(work.session, row, language)
    if found is not None and text:
        found.text = text
    elif found is not None:
        work.session.delete(found)
    elif text:
        of = {"municipality": row.municipality, "council": row.council, "candidacy_id": row.id}
        work.session.add(Text(id=uuid4(), language=language, text=text, **of))
    work.session.flush()


@election_act("candidacy.set_photo")
def set_photo(work: ElectionWork, candidacy_id: UUID, given: Cropped | None) -> str:
    """Keep a photo in place of the one before, or none. Returns the hash of what is shown, "" without one."""
    row = _open_case(work, candidacy_id)
    work.note(candidacy=str(row.id))
    found = photo(work.session, row)
    if found is not None:
        work.session.delete(found)
        work.session.flush()
    touch(work, row)
    if given is None:
        return ""
    sha256 = hashlib.sha256(given.shown).hexdigest()
    work.session.add(
        Photo(
            municipality=row.municipality,
            council=row.council,
            id=uuid4(),
            candidacy_id=row.id,
            whole=given.whole,
            shown=given.shown,
            zoom=given.zoom,
            across=given.across,
            down=given.down,
            sha256=sha256,
        )
    )
    work.note(photo=sha256)
    return sha256


@election_act("candidacy.consent")
def consent(work: ElectionWork, candidacy_id: UUID, given: frozenset[ConsentKind]) -> int:
    """The consents that the candidate gives from now on; all others are taken back. Possible at any time.

    Returns how many changed. (Databeskyttelsesforordningen art. 7(3))
    """
    return set_consents(work, case_of(work, candidacy_id), given)


def set_consents(work: ElectionWork, row: Candidacy, given: frozenset[ConsentKind]) -> int:
    """A new row for each consent that is given or taken back now."""
    known = consents(work.session, row)
    number = max((one.number for one in known.values()), default=0)
    changed = [k for k in ConsentKind if (k in given) != (k in known and known[k].is_given)]
    for step, kind in enumerate(changed, 1):
        work.session.add(
            Consent(
                municipality=row.municipality,
                council=row.council,
                id=uuid4(),
                candidacy_id=row.id,
                number=number + step,
                kind=kind.value,
                is_given=kind in given,
                at=work.act.at,
                by=work.act.actor,
            )
        )
    if changed:
        touch(work, row)
        # Not which: the log is handed to outsiders, and one of them says that a name is protected.
        work.note(candidacy=str(row.id), changed=len(changed))
    work.session.flush()
    return len(changed)


@election_act("candidacy.discard")
def discard(work: ElectionWork, candidacy_id: UUID) -> bool:
    """Delete a draft that was never sent, with all that belongs to it, also mail that has not gone."""
    row = case_of(work, candidacy_id)
    if row.in_state is not State.DRAFT:
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    for model in (Supporter, Text, Photo, Consent, CaseLink, ListClaim):
        work.session.execute(
            delete(model).where(
                model.municipality == row.municipality,
                model.council == row.council,
                model.candidacy_id == row.id,
            )
        )
    work.session.execute(
        delete(Message).where(
            Message.municipality == row.municipality, Message.council == row.council, Message.about == row.id
        )
    )
    work.session.delete(row)
    return True


@election_act("candidacy.send_links")
def send_links(work: ElectionWork, email: str, tokens: tuple[str, ...]) -> int:
    """Mail a one-time link to each candidacy that gave this address; `tokens` are made by whoever asks.

    The number is for the log of acts only: whoever asked must not be told whether the address is known.
    """
    found = by_email(work.session, work.election, email)[: len(tokens)]
    for row, token in zip(found, tokens, strict=False):
        keep_link(work, row, token, LINK_HOLDS)
        tell(work, row, Mail.LINK, token=token, until=(work.act.at + LINK_HOLDS).isoformat())
    return len(found)


@election_act("candidacy.make_link")
def make_link(work: ElectionWork, candidacy_id: UUID, token: str) -> datetime:
    """A link that the office hands to a candidate without MitID and e-mail. Returns until when it holds."""
    row = case_of(work, candidacy_id)
    work.note(candidacy=str(row.id))
    return keep_link(work, row, token, PAPER_LINK_HOLDS)


def keep_link(work: ElectionWork, row: Candidacy, token: str, holds: timedelta) -> datetime:
    """Only the hash of the token is kept."""
    ends_at = work.act.at + holds
    work.session.add(
        CaseLink(
            municipality=row.municipality,
            council=row.council,
            id=uuid4(),
            candidacy_id=row.id,
            token_sha256=_hash_of(token),
            made_at=work.act.at,
            ends_at=ends_at,
            used_at=None,
        )
    )
    return ends_at


@election_act("candidacy.use_link")
def use_link(work: ElectionWork, token: str) -> UUID:
    """The candidacy that a link opens, for the first and only time. Raises Refused R235."""
    found = link_by_token(work.session, _hash_of(token))
    if found is None or found.scope != work.scope or found.used_at is not None or found.ends_at < work.act.at:
        raise Refused(say.LINK_IS_USED_UP, status=410)
    if all(found.candidacy_id != one.id for one in cases(work.session, work.election)):
        raise Refused(say.LINK_IS_USED_UP, status=410)
    found.used_at = work.act.at
    return found.candidacy_id


def _hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _open_case(work: ElectionWork, candidacy_id: UUID) -> Candidacy:
    """A candidacy whose parts may be changed now: by the candidate until the time to mend, by the office also
    when it is accepted."""
    row, is_own = case_of(work, candidacy_id), work.act.role is Role.CANDIDATE
    if row.in_state not in (MAY_BE_MENDED if is_own else MAY_BE_MENDED | {State.ACCEPTED}):
        raise Refused(say.WRONG_STATE, state=STATE_NAMES[row.in_state])
    latest = deadlines(work.session, work.election).cure_until
    if is_own and row.in_state is State.SUBMITTED and is_late(work.act.at, latest):
        raise Refused(say.TOO_LATE_TO_MEND, latest=shown(latest))
    return row
