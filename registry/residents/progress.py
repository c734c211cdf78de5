"""What a long piece of work tells whoever waits for it, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    READ = "read"
    """Rows read and kept in the open transaction, of about so many."""
    COMPARED = "compared"
    DECIDED = "decided"
    """Residents whose right to vote was decided."""
    ENTERED = "entered"
    """Residents entered on the roll or among the others."""
    PRINTED = "printed"
    """Parts of a batch of poll cards, made and read back."""


class Stopped(Exception):
    """Whoever waited wants no more of it. Raised out of a callback; the open transaction is rolled back."""


@dataclass(frozen=True, slots=True, repr=False)
class Progress:
    """Calls `tell(stage, done, of)` now and then; what it raises stops the work and undoes it.

    It is part of the call, not of what was asked for: with or without it a repeated request is the same.
    """

    tell: Callable[[Stage, int, int], None] | None = None

    def __call__(self, stage: Stage, done: int, of: int) -> None:
        if self.tell is not None:
            self.tell(stage, done, of)

    def __repr__(self) -> str:
        return "Progress()"


SILENT = Progress()
