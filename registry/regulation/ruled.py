"""A value of a regulation together with why it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ruled(Generic[T]):
    """A value and why it holds: `cite` is the source; `is_assumed` says that no source says so (`why`)."""

    value: T
    cite: str
    is_assumed: bool = False
    why: str = ""

    @property
    def source(self) -> str:
        """What a screen prints beside the value: the citation, or that it is assumed and why."""
        if not self.is_assumed:
            return self.cite
        if self.cite and self.why:
            return f"antaget: {self.why} ({self.cite})"
        return "antaget: " + (self.why or self.cite)
