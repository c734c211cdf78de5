"""The sealed files of finished parts: where they lie, what their keys are made of, and opening them one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from election.call.records import Election
from election.poll_cards import findings as say
from election.poll_cards.batch_records import Line, batch_by_id, key_row, parts
from election.poll_cards.records import CardBatch, CardPart
from registry.act import Installation
from registry.database import Scope
from registry.findings import Refused
from registry.sealed_files import FileDoesNotOpen, SealedFiles


def folder_of(scope: Scope, election_id: UUID) -> str:
    """Everything sealed that belongs to one election; destroying its roll removes it."""
    return f"{scope.municipality}/{scope.council}/{election_id}"


def batch_folder(scope: Scope, election_id: UUID, batch_id: UUID) -> str:
    return f"{folder_of(scope, election_id)}/{batch_id}"


def file_names(scope: Scope, election_id: UUID, batch_id: UUID, number: int, sha256: str) -> tuple[str, str]:
    """The document and its list of cards. The name holds the check sum that the row has, so a file that no row
    knows is seen, and one that a row knows was there before the row."""
    stem = f"{batch_folder(scope, election_id, batch_id)}/{number:04d}-{sha256[:16]}"
    return f"{stem}.pdf", f"{stem}.json"


def bound(session: Session, batch: CardBatch, number: int) -> str:
    """What the key of a part's files is made of; one of its rows goes when the roll is destroyed."""
    return f"card_part|{batch.id}|{number}|{key_row(session, batch, number)}"


def sealed_files(installation: Installation) -> SealedFiles:
    if installation.sealed is None:
        raise RuntimeError("this installation has no folder for sealed files")
    return installation.sealed


def remove_files(installation: Installation, scope: Scope, election_id: UUID) -> bool:
    """Delete every part and package of an election whose roll is destroyed. False where the disk refuses.

    Copies elsewhere, and what the disk kept, open no more: their keys were made of rows that are gone.
    """
    try:
        if installation.sealed is not None:
            installation.sealed.remove(folder_of(scope, election_id))
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One card as it was printed, and on which page of which part."""

    line: Line
    part: int
    page: int


class PrintedParts:
    """The finished parts of a batch, opened one at a time."""

    def __init__(self, installation: Installation, election: Election, batch_id: UUID) -> None:
        self._installation, self._election = installation, election
        with installation.database.read() as session:
            batch = batch_by_id(session, election, batch_id)
            if batch is None:
                raise Refused(say.NO_SUCH_BATCH, status=404)
            self.batch = batch
            self.parts = parts(session, batch)
            self._bound = {part.number: bound(session, batch, part.number) for part in self.parts}

    @property
    def is_finished(self) -> bool:
        return len(self.parts) == self.batch.parts

    def pdf(self, number: int) -> bytes:
        """The document of a part. Raises Refused R437, R439."""
        part = self._part(number)
        if not part.cards:
            raise Refused(say.NO_SUCH_BATCH, status=404)
        content = self._open(part, 0)
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise Refused(say.FILE_GONE, part=number)
        return content

    def pdfs(self) -> Iterator[tuple[int, bytes]]:
        """Every part that holds a card, deciphered when it is asked for."""
        for part in self.parts:
            if part.cards:
                yield part.number, self.pdf(part.number)

    def lines(self) -> Iterator[PrintedLine]:
        """Every card in exactly the order of the documents."""
        for part in self.parts:
            for found in json.loads(self._open(part, 1)):
                yield _printed(found, part.number)

    def _part(self, number: int) -> CardPart:
        for part in self.parts:
            if part.number == number:
                return part
        raise Refused(say.NO_SUCH_BATCH, status=404)

    def _open(self, part: CardPart, which: int) -> bytes:
        name = file_names(self._election.scope, self._election.id, self.batch.id, part.number, part.sha256)[which]
        keyring = self._installation.keys.open(self._election.municipality)
        try:
            return sealed_files(self._installation).read(keyring, name, self._bound[part.number])
        except FileDoesNotOpen as error:
            raise Refused(say.FILE_GONE, part=part.number) from error


def _printed(found: dict[str, Any], part: int) -> PrintedLine:
    page = found.pop("page")
    return PrintedLine(Line(**found | {"card_id": UUID(found["card_id"])}), part, page)
