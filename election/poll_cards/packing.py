"""The package of a dispatch: a zip of encrypted files, written to disk piece by piece.

Only the receiver's private key opens what is in it, so nobody here can read the package again. It is built before
the act that records it: what two people sign is a package that exists, with the check sum that it has.
"""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import select

from election.call.records import Election
from election.call.records import election as read_election
from election.poll_cards import findings as say
from election.poll_cards.batch_records import dispatch_by_id, open_dispatch
from election.poll_cards.batch_rules import BatchKind, Channel
from election.poll_cards.certificate import Receiver, receiver_of
from election.poll_cards.dispatch_acts import discard_dispatch, dispatch, package_name, reference
from election.poll_cards.part_files import PrintedLine, PrintedParts, sealed_files
from election.poll_cards.records import CardDispatch, CardState, PollCard
from election.roll.records import RollEntry
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused

INDEX = "indeks.csv"
INDEX_HEAD = ("reference", "cpr", "part", "page")
SUFFIX = ".p7m"


def part_name(number: int) -> str:
    return f"del-{number:03d}.pdf"


def make_dispatch(
    installation: Installation,
    scope: Scope,
    act: Act,
    election_id: UUID,
    batch_id: UUID,
    channel: Channel,
    certificate: str,
) -> UUID:
    """Build the package and record it, by two people. Returns the dispatch.

    Raises Refused R439–R445. When it is refused, no package is left.
    """
    dispatch_id = uuid5(act.request_id, "card_dispatch")
    receiver = receiver_of(certificate, act.at)
    with installation.database.read() as session:
        election = read_election(session, scope, election_id)
        if dispatch_by_id(session, election, dispatch_id) is not None:
            return dispatch_id  # the same form, sent again
    printed = PrintedParts(installation, election, batch_id)
    _demand_whole(installation, printed)
    files, name = sealed_files(installation), package_name(scope, election_id, dispatch_id)
    unfinished = files.begin(name)
    try:
        cards = _write(unfinished, installation, election, printed, receiver, dispatch_id)
        sha256 = _sha256(unfinished)
        files.finish(unfinished, name)
        whom = f"{receiver.name} · {receiver.fingerprint}"
        given = (election_id, batch_id, dispatch_id, channel, whom, cards, sha256)
        return dispatch(installation, scope, act, *given)
    except BaseException:
        with installation.database.read() as session:
            if dispatch_by_id(session, election, dispatch_id) is None:
                files.remove(name)
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def _demand_whole(installation: Installation, printed: PrintedParts) -> None:
    """What the act will ask, asked before anything is written."""
    if printed.batch.kind == BatchKind.PROTECTED:
        raise Refused(say.PROTECTED_STAYS)
    if not printed.is_finished:
        raise Refused(say.NOT_FINISHED, made=len(printed.parts), parts=printed.batch.parts)
    with installation.database.read() as session:
        if (other := open_dispatch(session, printed.batch)) is not None:
            raise Refused(say.ALREADY_DISPATCHED, number=other.number)


def _write(
    path: Path,
    installation: Installation,
    election: Election,
    printed: PrintedParts,
    receiver: Receiver,
    dispatch_id: UUID,
) -> int:
    """The index and each part, encrypted one at a time. Returns how many cards the index names."""
    out = StringIO()
    index = csv.writer(out, delimiter=";", lineterminator="\r\n")
    index.writerow(INDEX_HEAD)
    cards = 0
    for _part, lines in groupby(printed.lines(), key=lambda line: line.part):
        rows = _index_rows(installation, election, list(lines), dispatch_id)
        index.writerows(rows)
        cards += len(rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(INDEX + SUFFIX, receiver.encrypt(out.getvalue().encode()))
        for number, pdf in printed.pdfs():
            archive.writestr(part_name(number) + SUFFIX, receiver.encrypt(pdf))
    return cards


def _index_rows(
    installation: Installation, election: Election, lines: list[PrintedLine], dispatch_id: UUID
) -> list[tuple[str, str, int, int]]:
    """A card that was replaced after it was printed, or whose voter was struck, is not named and so not sent."""
    keyring = installation.keys.open(election.municipality)
    with installation.database.read() as session:
        found = session.execute(
            select(PollCard.id, RollEntry.id.label("entry_id"), RollEntry.cpr_sealed)
            .join(
                RollEntry,
                (RollEntry.municipality == PollCard.municipality)
                & (RollEntry.council == PollCard.council)
                & (RollEntry.id == PollCard.entry_id),
            )
            .where(
                PollCard.municipality == election.municipality,
                PollCard.council == election.council,
                PollCard.id.in_([one.line.card_id for one in lines]),
                PollCard.state == CardState.ISSUED,
                RollEntry.struck_at.is_(None),
                RollEntry.may_vote.is_(True),
            )
        ).all()
    entries = [str(row.entry_id) for row in found]
    numbers = keyring.unseal_column([row.cpr_sealed for row in found], "roll_entry", "cpr", entries)
    cpr = dict(zip((row.id for row in found), numbers, strict=True))
    return [
        (reference(keyring, dispatch_id, card), cpr[card], one.part, one.page)
        for one in lines
        if (card := one.line.card_id) in cpr
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_path(installation: Installation, election: Election, row: CardDispatch) -> Path:
    """The file to send. Raises Refused R446 when it was deleted."""
    path = sealed_files(installation).path(package_name(election.scope, election.id, row.id))
    if row.deleted_at is not None or not path.is_file():
        raise Refused(say.NO_SUCH_DISPATCH, status=404)
    return path


def left_behind(
    installation: Installation, election: Election, rows: Iterable[CardDispatch]
) -> list[CardDispatch]:
    """Dispatches whose package was to be deleted and still lies there: the disk refused, or the power went."""
    files = sealed_files(installation)
    return [
        row
        for row in rows
        if row.deleted_at is not None and files.has(package_name(election.scope, election.id, row.id))
    ]


def discard_package(
    installation: Installation, scope: Scope, act: Act, election_id: UUID, dispatch_id: UUID
) -> bool:
    """Delete the package, also where an earlier deletion was recorded and could not be done."""
    try:
        return discard_dispatch(installation, scope, act, election_id, dispatch_id)
    except Refused as refused:
        files, name = sealed_files(installation), package_name(scope, election_id, dispatch_id)
        if refused.kind is not say.ALREADY_DISCARDED or not files.has(name):
            raise
        files.remove(name)
        return True
