"""Why an archive is refused, and what is said on the way: a key of `wording` with the facts of the case."""

from __future__ import annotations

from typing import Protocol


class Rejected(Exception):
    """The archive is not what it says it is."""

    def __init__(self, what: str, **facts: object) -> None:
        self.what, self.facts = what, facts
        super().__init__(what)


def demand(is_so: bool, what: str, **facts: object) -> None:
    """Raise Rejected when it is not so."""
    if not is_so:
        raise Rejected(what, **facts)


class Says(Protocol):
    """Whoever hears that a check has passed."""

    def __call__(self, what: str, /, **facts: object) -> None: ...
