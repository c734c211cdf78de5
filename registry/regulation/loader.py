"""A TOML file becomes a typed `Regulation`, or a list of everything that is wrong with it.

Every value is a table: `{ is = …, cite = "…" }`, or `{ is = …, assumed = true, why = "…" }` when no source
says it, or `{ unset = true, why = "…" }` when it is left open; a section may be left open as a whole. The
dataclasses of `rules` are the schema: a key that is no field is refused, a field without a key is missing.
"""

from __future__ import annotations

import hashlib
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from registry.findings import Finding, FindingKind, Refused, Term
from registry.regulation import findings as say
from registry.regulation.contradictions import contradictions
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.ruled import Ruled, unset
from registry.regulation.rules import InvalidGround, Moment, Regulation

FILES = Path(__file__).parent / "files"
BLANK = FILES / "templates" / "blank.toml"
"""A regulation with every key and a sentence about it, and nothing filled in."""
VALUE_KEYS = frozenset({"is", "cite", "assumed", "why", "unset"})
EDITION = 2
"""The newest edition of the schema; a file says which one it is written for (`schema = 2`)."""
EXPECTED = {
    int: Term("et helt tal"),
    str: Term("en tekst"),
    bool: Term("true eller false"),
    date: Term("en dato (2017-11-27)"),
    time: Term("et klokkeslæt (17:00:00)"),
    Moment: "{ days = -14, at = 12:00:00 }",
}


class RegulationError(Refused):
    """The file cannot be used. `problems` holds every finding; each names its key path."""

    def __init__(self, name: str, problems: tuple[Finding, ...]) -> None:
        self.problems = problems
        first = problems[0].in_danish()
        super().__init__(say.REGULATION_UNUSABLE, name=name, problems=len(problems), first=first)


@dataclass(frozen=True, slots=True)
class ShippedRegulation:
    """A regulation that comes with the program: `sha256` (hex) is of the bytes of its file."""

    regulation: Regulation
    data: bytes
    sha256: str


def load_bytes(data: bytes, name: str) -> Regulation:
    """Read a regulation; `name` is only used in the message. Raises RegulationError with all problems."""
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as trouble:
        where = str(trouble)[:120] if isinstance(trouble, tomllib.TOMLDecodeError) else "ikke gyldig UTF-8"
        raise RegulationError(name, (Finding(say.NOT_TOML, {"path": where}),)) from trouble
    reader = _Reader(document.get("schema", 1))
    regulation = reader.section(Regulation, document, "")
    if not reader.problems and isinstance(regulation, Regulation):
        reader.problems.extend(contradictions(regulation, shipped_country_sets().names))
    if reader.problems or not isinstance(regulation, Regulation):
        raise RegulationError(name, tuple(reader.problems))
    return regulation


def shipped_ids() -> tuple[str, ...]:
    """The ids of the regulations that come with the program, sorted."""
    return tuple(sorted(path.stem for path in FILES.glob("*.toml")))


def shipped(regulation_id: str) -> ShippedRegulation:
    """One shipped regulation; Refused (R059) when the id is none of `shipped_ids()`."""
    if regulation_id not in shipped_ids():
        raise Refused(say.NOT_SHIPPED, id=regulation_id[:60], choices=", ".join(shipped_ids()))
    data = (FILES / f"{regulation_id}.toml").read_bytes()
    return ShippedRegulation(load_bytes(data, regulation_id), data, hashlib.sha256(data).hexdigest())


class _Reader:
    """Walks the dataclasses of the schema beside the document and collects problems on the way."""

    def __init__(self, edition: object) -> None:
        self.problems: list[Finding] = []
        self.demands_all = edition != 1
        if edition not in (1, EDITION):
            self.problem(say.UNKNOWN_CHOICE, "schema", choices=f"{EDITION}")

    def problem(self, kind: FindingKind, path: str, **facts: str) -> None:
        self.problems.append(Finding(kind, {"path": path, **facts}))

    def section(self, schema: type[Any], table: object, path: str, code: str | None = None) -> object:
        """One section of the file as its dataclass, or None when something in it is wrong.

        `code` is the section's own name, where the file may have any number of them."""
        if not isinstance(table, dict):
            self.problem(say.WRONG_TYPE, path, expected=Term("en tabel"))
            return None
        hints = get_type_hints(schema)
        known = {field.name: field for field in fields(schema)}
        if path and table.keys() & {"unset"}:
            return self.left_open(schema, table, path, code)
        for key in table.keys() - (known.keys() - ({"code"} if code else set())):
            self.problem(say.UNKNOWN_KEY, _join(path, key))
        found: dict[str, Any] = {}
        before = len(self.problems)
        for key, field in known.items():
            if key == "code" and isinstance(code, str):
                found[key] = code
            elif key in table:
                found[key] = self.entry(hints[key], table[key], _join(path, key))
            elif field.default is MISSING or (self.demands_all and isinstance(field.default, Ruled)):
                self.problem(say.MISSING_KEY, _join(path, key))
        return schema(**found) if len(self.problems) == before else None

    def left_open(self, schema: type[Any], table: Mapping[str, object], path: str, code: str | None) -> object:
        """A section that the source leaves open as a whole: every value in it is unset, for the same reason."""
        for key in table.keys() - {"unset", "why"}:
            self.problem(say.UNKNOWN_KEY, _join(path, key))
        why = self.words(table, "why", path)
        if table.get("unset") is not True or not why:
            self.problem(say.MISSING_CITATION, path)
            return None
        found: dict[str, Any] = {"code": code} if code else {}
        for key, hint in get_type_hints(schema).items():
            if get_origin(hint) is Ruled:
                found[key] = unset(_join(path, key), why)
            elif get_origin(hint) is tuple:
                found[key] = ()
            elif is_dataclass(hint) and isinstance(hint, type):
                found[key] = self.left_open(hint, table, _join(path, key), None)
        return schema(**found)

    def entry(self, hint: Any, raw: object, path: str) -> object:
        """One key: a plain string (the id), a ruled value, the invalidity grounds, or another section."""
        if get_origin(hint) in (types.UnionType, Union):
            hint = get_args(hint)[0]
        if get_origin(hint) is Ruled:
            return self.ruled(get_args(hint)[0], raw, path)
        if get_origin(hint) is tuple and get_args(hint)[0] is InvalidGround:
            return self.grounds(raw, path)
        if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
            return self.coded(get_args(hint)[0], raw, path)
        if is_dataclass(hint) and isinstance(hint, type):
            return self.section(hint, raw, path)
        return self.value(hint, raw, path)

    def ruled(self, hint: Any, raw: object, path: str) -> Ruled[Any] | None:
        if isinstance(raw, float):
            self.problem(say.FLOAT, path)
            return None
        if not isinstance(raw, dict):
            self.problem(say.MISSING_CITATION, path)
            return None
        for key in raw.keys() - VALUE_KEYS:
            self.problem(say.UNKNOWN_KEY, _join(path, key))
        if "unset" in raw:
            return self.open_value(raw, path)
        if "is" not in raw:
            self.problem(say.MISSING_KEY, _join(path, "is"))
            return None
        cite, why = self.words(raw, "cite", path), self.words(raw, "why", path)
        is_assumed = raw.get("assumed", False)
        if not isinstance(is_assumed, bool):
            self.problem(say.WRONG_TYPE, _join(path, "assumed"), expected=EXPECTED[bool])
        elif not (cite or (is_assumed and why)):
            self.problem(say.MISSING_CITATION, path)
        return Ruled(self.value(hint, raw["is"], path), cite, is_assumed is True, why, key=path)

    def open_value(self, raw: Mapping[str, object], path: str) -> Ruled[Any] | None:
        """`{ unset = true, why = "…" }`: left open, and nothing else may be said of it."""
        why = self.words(raw, "why", path)
        if raw["unset"] is not True or raw.keys() & {"is", "assumed", "cite"}:
            self.problem(say.WRONG_TYPE, path, expected='{ unset = true, why = "…" }')
        elif not why:
            self.problem(say.MISSING_CITATION, path)
        return unset(path, why)

    def words(self, raw: Mapping[str, object], key: str, path: str) -> str:
        text = raw.get(key, "")
        if not isinstance(text, str):
            self.problem(say.WRONG_TYPE, _join(path, key), expected=EXPECTED[str])
            return ""
        return text.strip()

    def value(self, hint: Any, raw: object, path: str) -> object:
        if isinstance(raw, float):
            self.problem(say.FLOAT, path)
            return None
        if get_origin(hint) is tuple:
            return self.texts(raw, path)
        if get_origin(hint) is not None:
            return self.members(raw, path) if get_args(hint)[1] is not int else self.numbers(raw, path)
        if issubclass(hint, StrEnum):
            return self.choice(hint, raw, path)
        if hint is Moment:
            return self.moment(raw, path)
        wanted = type(raw) is hint  # exactly: True is no int here, and a date-time no date
        if not wanted or (hint is str and not str(raw).strip()):
            self.problem(say.WRONG_TYPE, path, expected=EXPECTED[hint])
            return None
        return raw

    def choice(self, choices: type[StrEnum], raw: object, path: str) -> StrEnum | None:
        if isinstance(raw, str) and raw in {member.value for member in choices}:
            return choices(raw)
        self.problem(say.UNKNOWN_CHOICE, path, choices=", ".join(choices))
        return None

    def texts(self, raw: object, path: str) -> tuple[str, ...]:
        if not isinstance(raw, list) or any(not isinstance(one, str) or not one.strip() for one in raw):
            self.problem(say.WRONG_TYPE, path, expected=Term("en liste af tekster"))
            return ()
        if len(set(raw)) != len(raw):
            self.problem(say.WRONG_TYPE, path, expected=Term("en liste, hvor intet står to gange"))
        return tuple(raw)

    def numbers(self, raw: object, path: str) -> Mapping[str, int]:
        if not isinstance(raw, dict):
            self.problem(say.WRONG_TYPE, path, expected=Term("en tabel med hele tal"))
            return {}
        for key, number in raw.items():
            if isinstance(number, float):
                self.problem(say.FLOAT, _join(path, key))
            elif type(number) is not int:
                self.problem(say.WRONG_TYPE, _join(path, key), expected=EXPECTED[int])
        return types.MappingProxyType(dict(raw))

    def members(self, raw: object, path: str) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(raw, dict):
            self.problem(say.WRONG_TYPE, path, expected=Term("en tabel med lister af tekster"))
            return {}
        return types.MappingProxyType({key: self.texts(every, _join(path, key)) for key, every in raw.items()})

    def moment(self, raw: object, path: str) -> Moment | None:
        if isinstance(raw, dict) and raw.keys() == {"days", "at"}:
            days, at = raw["days"], raw["at"]
            if isinstance(days, float):
                self.problem(say.FLOAT, _join(path, "days"))
                return None
            if type(days) is int and abs(days) <= 3660 and type(at) is time:
                return Moment(days, at)
        self.problem(say.WRONG_TYPE, path, expected=EXPECTED[Moment])
        return None

    def coded(self, schema: type[Any], raw: object, path: str) -> tuple[Any, ...]:
        """Sections by their code, in the order of the file."""
        if not isinstance(raw, dict) or not raw:
            self.problem(say.WRONG_TYPE, path, expected=Term("en tabel af tabeller"))
            return ()
        found = (self.section(schema, table, _join(path, code), code) for code, table in raw.items())
        return tuple(one for one in found if one is not None)

    def grounds(self, raw: object, path: str) -> tuple[InvalidGround, ...]:
        """Reason code → its text; the order of the file is the order of precedence."""
        if not isinstance(raw, dict) or not raw:
            self.problem(say.WRONG_TYPE, path, expected=Term("en tabel af grunde"))
            return ()
        found = ((code, self.ruled(str, text, _join(path, code))) for code, text in raw.items())
        return tuple(InvalidGround(code, text) for code, text in found if text is not None)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
