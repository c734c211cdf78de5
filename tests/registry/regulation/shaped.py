"""A regulation that differs in a few values, for any test of this room."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from registry.regulation.loader import shipped, shipped_ids
from registry.regulation.ruled import Ruled, unset
from registry.regulation.rules import Regulation

SHIPPED = {regulation_id: shipped(regulation_id).regulation for regulation_id in shipped_ids()}
KOEGE = SHIPPED["koege-2018"]


def shaped(regulation: Regulation = KOEGE, /, **values: Any) -> Regulation:
    """With other values; `polling__opens=time(9)` is the key polling.opens. A value that is a Ruled stays one."""
    for path, value in values.items():
        rule = value if isinstance(value, Ruled) else Ruled(value, "§ 1", key=path.replace("__", "."))
        regulation = _at(regulation, path.split("__"), rule)
    return regulation


def without(*paths: str, regulation: Regulation = KOEGE) -> Regulation:
    """With these values left open."""
    for path in paths:
        rule: Ruled[Any] = unset(path, "kilden tier")
        regulation = _at(regulation, path.split("."), rule)
    return regulation


def all_open(regulation: Regulation = KOEGE) -> Regulation:
    """The same schema with nothing decided."""
    emptied = _emptied(regulation)
    assert isinstance(emptied, Regulation)
    return emptied


def _at(node: Any, path: list[str], rule: Ruled[Any]) -> Any:
    name, *rest = path
    if isinstance(node, tuple):
        return tuple(_at(one, rest, rule) if one.code == name else one for one in node)
    if not rest:
        return replace(node, **{name: rule})
    return replace(node, **{name: _at(getattr(node, name), rest, rule)})


def _emptied(node: Any) -> Any:
    if isinstance(node, Ruled):
        return unset(node.key or "?", "kilden tier")
    if isinstance(node, tuple):
        return tuple(_emptied(one) for one in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{field.name: _emptied(getattr(node, field.name)) for field in fields(node)})
    return node
