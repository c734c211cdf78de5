"""What is said about a document that cannot be counted."""

from __future__ import annotations


class BadInput(ValueError):
    """The document breaks the contract: where, and how. Always one line."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"{place}: {problem}")
