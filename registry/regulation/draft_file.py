"""A regulation that is being written: its TOML text in units that a form can show, comments kept.

A *unit* is a table whose keys a person fills in on one page: a section, or one entry of a section that may have
any number (a seat group, a post, a source). The dataclasses of `rules` say which there are, as for the loader.
A draft may be incomplete; it must always be readable TOML.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError
from tomlkit.items import Item

from registry.findings import Finding, Refused
from registry.regulation import findings as say
from registry.regulation.loader import EDITION, RegulationError, load_bytes
from registry.regulation.ruled import Ruled
from registry.regulation.rules import InvalidGround, Regulation


class Standing(StrEnum):
    """Why a value holds: a source says so, nobody does, or it is left open; an optional key may be `absent`."""

    CITED = "cited"
    ASSUMED = "assumed"
    OPEN = "open"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a unit. `hint` is the type of its value; an `is_optional` one may be absent."""

    name: str
    hint: Any
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """One table of the file; `path` is "" for the regulation itself. An entry can be removed."""

    path: str
    keys: tuple[Key, ...]
    is_entry: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """What a form says of one key: a value as it is written to a file, and why it holds."""

    standing: Standing
    value: object = None
    cite: str = ""
    why: str = ""


def parse(toml: bytes) -> TOMLDocument:
    """The text of a draft. Raises RegulationError when it is no TOML at all."""
    try:
        return tomlkit.parse(toml.decode("utf-8-sig"))
    except (UnicodeDecodeError, ParseError, RecursionError, ValueError) as trouble:
        where = str(trouble)[:120] if isinstance(trouble, ParseError) else "ikke gyldig UTF-8"
        raise RegulationError("udkastet", (Finding(say.NOT_TOML, {"path": where}),)) from trouble


def written(document: TOMLDocument) -> bytes:
    return tomlkit.dumps(document).encode()


def problems(toml: bytes, name: str) -> tuple[Finding, ...]:
    """Everything that keeps a draft from being a regulation; empty when nothing does."""
    try:
        load_bytes(toml, name)
    except RegulationError as trouble:
        return trouble.problems
    return ()


def copy(toml: bytes, regulation_id: str) -> bytes:
    """A new draft from the text of another regulation, under its own id, for the newest edition of the schema."""
    document = parse(toml)
    document["id"] = regulation_id
    if "schema" in document:
        document["schema"] = EDITION
    else:  # before the first table, or it would belong to that
        head = tomlkit.document()
        head.add("schema", tomlkit.item(EDITION))
        return written(head) + written(document)
    return written(document)


def units(document: Mapping[str, Any]) -> tuple[Unit, ...]:
    """Every unit in the order of the file's schema; entries as they stand in the draft."""
    hints = get_type_hints(Regulation)
    found = [Unit("", (Key("title", str),))]
    for field in fields(Regulation):
        hint = _plain(hints[field.name])
        if field.name == "sources":
            found.extend(_entries(get_args(hint)[0], document.get("sources"), "sources"))
        elif is_dataclass(hint) and isinstance(hint, type):
            found.extend(_section(hint, document.get(field.name), field.name))
    return tuple(found)


def unit(document: Mapping[str, Any], path: str) -> Unit | None:
    return next((one for one in units(document) if one.path == path), None)


def entry_places() -> tuple[str, ...]:
    """The sections to which a person may add entries under a code of their own."""
    return ("sources", "counting.invalid_grounds", "composition.groups", "meetings.posts")


_DEFAULTS: Mapping[str, Any] = {
    field.name: field.default
    for field in fields(Regulation)
    if is_dataclass(field.default) and not isinstance(field.default, Ruled)
}
OWN_RIGHT = "right_to_stand.own"
"""The one section that is there only when the right to stand differs from the right to vote."""


def stated(document: Mapping[str, Any], of: Unit, key: Key) -> Stated:
    """What the draft says of a key now; an absent one that must be there reads as an empty citation."""
    table = _table(document, of.path)
    if table is not None and "unset" in table and key.name not in table:
        return Stated(Standing.OPEN, why=str(table.get("why", "")))
    if is_left_out(document, of):
        return _by_default(of, key)
    raw = table.get(key.name) if table is not None else None
    raw = raw.unwrap() if isinstance(raw, Item) else raw
    if not isinstance(raw, Mapping):
        return Stated(Standing.ABSENT if key.is_optional else Standing.CITED, raw)
    cite, why = str(raw.get("cite", "")), str(raw.get("why", ""))
    if "unset" in raw:
        return Stated(Standing.OPEN, why=why)
    return Stated(Standing.ASSUMED if raw.get("assumed") is True else Standing.CITED, raw.get("is"), cite, why)


def is_left_out(document: Mapping[str, Any], of: Unit) -> bool:
    """A section that a file need not have, and this one has not: what it would say is assumed."""
    return of.path in _DEFAULTS and _table(document, of.path) is None


def _by_default(of: Unit, key: Key) -> Stated:
    rule: Ruled[Any] = getattr(_DEFAULTS[of.path], key.name)
    value = rule.stated.value if isinstance(rule.stated, StrEnum) else rule.stated
    return Stated(Standing.ASSUMED, value, rule.cite, str(rule.why))


def rewrite(document: TOMLDocument, of: Unit, says: Mapping[str, Stated]) -> None:
    """Write what a form says of a unit into the draft; comments and every other unit stay as they are.

    A section that is open as a whole stays so as long as everything in it is open."""
    before = _table(document, of.path)
    is_open = before is not None and before.get("unset") is True
    if not says or (is_open and all(one.standing is Standing.OPEN for one in says.values())):
        return
    table = _made(document, of.path)
    for key in ("unset", "why"):  # a section that was open as a whole says it key by key from now on
        if of.path and key in table and not isinstance(table[key], Mapping):
            del table[key]
    for name, one in says.items():
        if one.standing is Standing.ABSENT:
            table.pop(name, None)
        elif one.standing is Standing.OPEN or one.value is not None:
            table[name] = _inline(one)


def add_entry(document: TOMLDocument, place: str, code: str) -> None:
    """A new, empty entry; Refused (R453) when the code is taken."""
    section = _made(document, place)
    if code in section:
        raise Refused(say.CODE_TAKEN, code=code, place=place)
    section[code] = tomlkit.inline_table() if place == "counting.invalid_grounds" else tomlkit.table()


def remove_entry(document: TOMLDocument, path: str) -> None:
    place, _, code = path.rpartition(".")
    section = _table(document, place)
    if isinstance(section, MutableMapping) and code in section:
        del section[code]


def move_up(document: TOMLDocument, path: str) -> None:
    """Put an entry before the one above it: grounds of invalidity and posts stand in order of precedence."""
    place, _, code = path.rpartition(".")
    section = _table(document, place)
    if not isinstance(section, MutableMapping) or code not in section:
        return
    order = list(section)
    at = order.index(code)
    order[max(at - 1, 0) : at + 1] = reversed(order[max(at - 1, 0) : at + 1])
    values = {name: section[name] for name in order}
    for name in order:
        del section[name]
    for name, value in values.items():
        section[name] = value


def _section(schema: type[Any], table: object, path: str) -> Iterator[Unit]:
    """A section as a unit, and what lies below it as units of their own."""
    keys, below = [], []
    for name, hint in get_type_hints(schema).items():
        is_optional = get_origin(hint) in (types.UnionType, Union)
        plain = _plain(hint)
        inner = table.get(name) if isinstance(table, Mapping) else None
        if get_origin(plain) is Ruled:
            keys.append(Key(name, get_args(plain)[0], is_optional))
        elif get_origin(plain) is tuple and get_args(plain)[0] is InvalidGround:
            codes = list(inner) if isinstance(inner, Mapping) else []
            below.append(Unit(f"{path}.{name}", tuple(Key(code, str) for code in codes)))
        elif get_origin(plain) is tuple:
            below.extend(_entries(get_args(plain)[0], inner, f"{path}.{name}"))
        elif is_dataclass(plain) and isinstance(plain, type) and (inner is not None or not is_optional):
            inside = _section(plain, inner, f"{path}.{name}")
            below.extend(replace(one, is_entry=True) if is_optional else one for one in inside)
    yield Unit(path, tuple(keys))
    yield from below


def _entries(schema: type[Any], tables: object, place: str) -> Iterator[Unit]:
    if isinstance(tables, Mapping):
        for code, table in tables.items():
            for one in _section(schema, table, f"{place}.{code}"):
                yield replace(one, is_entry=True)


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) in (types.UnionType, Union) else hint


def _table(document: Mapping[str, Any], path: str) -> Any:
    found: Any = document
    for part in path.split(".") if path else ():
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _made(document: TOMLDocument, path: str) -> Any:
    """The table at a path, made where there is none yet."""
    found: Any = document
    for part in path.split(".") if path else ():
        if not isinstance(found.get(part), MutableMapping):
            found[part] = tomlkit.table()
        found = found[part]
    return found


def _inline(one: Stated) -> Any:
    table = tomlkit.inline_table()
    if one.standing is Standing.OPEN:
        table.update({"unset": True, "why": one.why})
        return table
    table.update({"is": one.value})
    if one.cite:
        table.update({"cite": one.cite})
    if one.standing is Standing.ASSUMED:
        table.update({"assumed": True})
    if one.why:
        table.update({"why": one.why})
    return table
