"""The second book-keeping of a strained station: what the centre should hold, without the program's rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Book:
    """The second book-keeping: what the centre holds of each voter, and what each line of the laptop said."""

    lines: dict[int, tuple[str, UUID | None, UUID]] = field(default_factory=dict)
    """By counter: what, of whom, and the event or card that was answered."""
    undone: dict[int, UUID] = field(default_factory=dict)
    cards_known: dict[int, frozenset[UUID]] = field(default_factory=dict)
    card_then: dict[int, UUID | None] = field(default_factory=dict)
    paper: dict[UUID, object] = field(default_factory=dict)
    struck: set[UUID] = field(default_factory=set)
    card: dict[UUID, UUID | None] = field(default_factory=dict)
    expected: Counter[tuple[UUID, str]] = field(default_factory=Counter)
    taken: int = 0

    def take(self, through: int) -> None:
        """The centre has taken lines up to this one."""
        for seq in range(self.taken + 1, through + 1):
            if seq in self.lines:
                self._take(seq, *self.lines[seq])
        self.taken = max(self.taken, through)

    def _take(self, seq: int, what: str, voter: UUID | None, answer: UUID) -> None:
        if voter is None:
            return
        if what == "admit":
            if self.paper.get(voter) is not None:
                self.expected[voter, "double"] += 1
                return
            self.paper[voter] = answer
            if voter in self.struck:
                self.expected[voter, "struck"] += 1
            elif self.card.get(voter) != self.card_then[seq]:
                self.expected[voter, "replaced_card"] += 1
        elif what == "undo" and self.paper.get(voter) == self.undone[seq]:
            self.paper[voter] = None
        elif what == "card":
            if voter in self.struck:
                self.expected[voter, "unknown"] += 1
                return
            if self.card[voter] is not None and self.card[voter] not in self.cards_known[seq]:
                self.expected[voter, "replaced_card"] += 1
            self.card[voter] = answer
