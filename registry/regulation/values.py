"""Every value of a regulation with the path of its key, in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation


def every_value(regulation: Regulation) -> Iterator[tuple[str, Ruled[Any]]]:
    """Key path and value; a part of which there may be any number stands under its code."""
    return _values(regulation, "")


def _values(node: object, path: str) -> Iterator[tuple[str, Ruled[Any]]]:
    if isinstance(node, Ruled):
        yield path, node
    elif isinstance(node, tuple):
        for one in node:
            below = f"{path}.{one.code}"
            # A ground for invalidity is one text, and its code is its key.
            yield from _values(getattr(one, "text", one), below)
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from _values(getattr(node, field.name), f"{path}.{field.name}".removeprefix("."))
