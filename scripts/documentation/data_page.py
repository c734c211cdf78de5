"""docs/data.md: each table and field, what it is for, who sees it, and when it goes.

Purpose and lifetime stand in data.toml beside this file; a table or field that is missing there, or that is
there and no longer in the model, stops the program.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from registry.database import Base

SOURCE = Path(__file__).parent / "data.toml"


class DataUndescribed(Exception):
    """A table or field has no description, or a description has no field. The message names them."""


def data_page() -> str:
    """The page without its heading note. Raises DataUndescribed."""
    with SOURCE.open("rb") as file:
        known = tomllib.load(file)
    trouble = _compare(known)
    if trouble:
        raise DataUndescribed("; ".join(trouble))
    parts = [
        "# What is stored, why, who sees it, and when it goes\n",
        "Municipality and council stand in every key and are not repeated below. *Sealed* is encrypted with a key "
        "that is not in the database (docs/keys.md); a *keyed fingerprint* finds a row and cannot be read. "
        "No table holds a ballot: counts are per station.\n",
    ]
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        about = known["tables"][table.name]
        parts.append(f"## {table.name}\n")
        parts.append(f"{about['purpose']}\n\nWho sees it: {about['seen_by']}. When it goes: {about['goes']}.\n")
        parts.append("| field | type | purpose |\n| --- | --- | --- |")
        parts += [
            f"| `{column.name}` | {_type(column)} | {_purpose(known, table.name, column.name)} |"
            for column in table.columns
            if column.name not in ("municipality", "council")
        ]
        parts.append("")
    return "\n".join(parts)


def _compare(known: dict[str, Any]) -> list[str]:
    tables = Base.metadata.tables
    trouble = [f"no description of table {name}" for name in sorted(set(tables) - set(known["tables"]))]
    trouble += [f"no such table: {name}" for name in sorted(set(known["tables"]) - set(tables))]
    used = set()
    for table in tables.values():
        for column in table.columns:
            own = f"{table.name}.{column.name}"
            found = own if own in known["fields"] else column.name if column.name in known["fields"] else None
            used.add(found)
            if found is None:
                trouble.append(f"no description of field {own}")
    return trouble + [f"no such field: {name}" for name in sorted(set(known["fields"]) - used)]


def _purpose(known: dict[str, Any], table: str, column: str) -> str:
    fields: dict[str, str] = known["fields"]
    return fields.get(f"{table}.{column}") or fields[column]


_TYPES = {
    "Uuid": "id",
    "UtcDateTime": "instant (UTC)",
    "Date": "date",
    "Text": "text",
    "String": "text",
    "Integer": "whole number",
    "Boolean": "yes/no",
    "LargeBinary": "bytes",
    "JSON": "JSON",
}


def _type(column: Column[Any]) -> str:
    return _TYPES[column.type.__class__.__name__] + (", may be empty" if column.nullable else "")
