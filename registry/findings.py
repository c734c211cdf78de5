"""The three kinds of trouble, and the catalogue of everything the house can say about the first two.

* A *finding* is foreseen by the law. `F…` blocks an act, `W…` must be explained by a person.
* *Refused* (`R…`): not now, or not this role. One exception; the pages map it to 409 or 403 in one place.
* A *fault* is our own bug: any other exception. It is logged and shown as 500 without detail.

Every room declares its kinds beside its rules with `finding_kind`. The Danish sentence is the message id
of the translations and the code is its context, so a code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int


class Term(str):
    """A Danish word or sentence of the house, translated where it is shown: on its own or as a fact."""

    __slots__ = ()


def in_context(_context: str, text: str) -> str:
    """A Danish sentence whose translation is looked up together with this context."""
    return text


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One thing the house can say: a stable code and its Danish sentence with {named} facts."""

    code: str
    text: str


CATALOGUE: dict[str, FindingKind] = {}


def finding_kind(code: str, text: str) -> FindingKind:
    """Declare a kind. A code that is taken is a programming error (ValueError)."""
    if code in CATALOGUE:
        raise ValueError(f"finding code {code} is declared twice")
    kind = FindingKind(code, text)
    CATALOGUE[code] = kind
    return kind


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind with the facts of the case. Facts hold no CPR number and no country."""

    kind: FindingKind
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.kind.code.startswith("F")

    def in_danish(self) -> str:
        return self.kind.text.format(**self.facts)


class Refused(Exception):
    """The act is not done and nothing has changed. `status` is the HTTP status the pages answer with."""

    def __init__(self, kind: FindingKind, *, status: int = 409, **facts: Fact) -> None:
        self.kind = kind
        self.facts: dict[str, Fact] = facts
        self.status = status
        super().__init__(kind.code)

    @classmethod
    def because(cls, finding: Finding, *, status: int = 409) -> Refused:
        """The refusal that a finding leads to."""
        refused = cls(finding.kind, status=status)
        refused.facts = dict(finding.facts)
        return refused

    def in_danish(self) -> str:
        return self.kind.text.format(**self.facts)

    def __str__(self) -> str:
        return f"{self.kind.code} {self.in_danish()}"
