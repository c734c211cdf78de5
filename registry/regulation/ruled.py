"""A value of a regulation together with why it holds, or the admission that no source gives one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from registry.findings import Refused, Term
from registry.regulation import findings as say

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ruled(Generic[T]):
    """What a regulation says of one thing: `cite` is the source; `is_assumed` says that no source says so (`why`).

    What the source leaves open is `is_unset`: nothing is guessed, and only the act that needs it is refused.
    """

    stated: T | None
    cite: str
    is_assumed: bool = False
    why: str = ""
    is_unset: bool = False
    key: str = field(default="", compare=False)
    """The path in the file; the refusal of an unset value names it."""

    @property
    def value(self) -> T:
        """The value; Refused (R062) where the source leaves it open."""
        if self.is_unset:
            raise Refused(say.UNSET, key=self.key, why=self.why)
        return cast(T, self.stated)

    @property
    def source(self) -> str:
        """What a screen prints beside the value: the citation, that it is assumed and why, or that it is open."""
        if self.is_unset:
            return self.why
        if not self.is_assumed:
            return self.cite
        if self.cite and self.why:
            return f"antaget: {self.why} ({self.cite})"
        return "antaget: " + (self.why or self.cite)


def unset(key: str, why: str = "") -> Ruled[T]:
    """A value that the source leaves open."""
    return Ruled(None, "", why=why or Term("kilden siger det ikke"), is_unset=True, key=key)


_FIRST_EDITION = Term("skemaets første udgave havde ikke nøglen")
NOT_IN_FIRST_EDITION: Ruled[Any] = Ruled(None, "", why=_FIRST_EDITION, is_unset=True, key="(nyere nøgle)")
"""What an older file says about a key that came later: nothing."""


def in_first_edition(stated: T) -> Ruled[T]:
    """What an older file meant by not having a key that came later."""
    return assumed(stated, _FIRST_EDITION)


def assumed(stated: T, why: str) -> Ruled[T]:
    """What holds where a file is silent, shown with its reason wherever it is used."""
    return Ruled(stated, "", is_assumed=True, why=why)
