"""docs/data.md: each table and field, what it is for, on what legal basis, who sees it, and when it goes.

Purpose, legal basis and lifetime stand in data.toml beside this file; a table or field that is missing there, or
that is there and no longer in the model, stops the program.
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
    parts = [_HEAD, *_bases(known)]
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        about = known["tables"][table.name]
        basis = _basis_of(known)[table.name]
        parts.append(f"## {table.name}\n")
        parts.append(
            f"{about['purpose']}\n\nLegal basis: {known['bases'][basis]['short']}. "
            f"Who sees it: {about['seen_by']}. When it goes: {about['goes']}.\n"
        )
        parts.append("| field | type | purpose | legal basis | when it goes |\n| --- | --- | --- | --- | --- |")
        parts += [
            f"| `{column.name}` | {_type(column)} | {_purpose(known, table.name, column.name)} "
            f"| {_basis(known, table.name, column.name)} | {_goes(known, table.name, column.name)} |"
            for column in table.columns
            if column.name not in ("municipality", "council")
        ]
        parts.append("")
    return "\n".join(parts)


_HEAD = """# What is stored, why, on what basis, who sees it, and when it goes

Municipality and council stand in every key and are not repeated below. *Sealed* is encrypted with a key that is
not in the database (docs/keys.md); a *keyed fingerprint* finds a row and cannot be read. No table holds a ballot:
counts are per station. This page is the input to the impact assessment (docs/dpia.md).

What is deleted is gone from the database's files too. SQLite overwrites deleted rows, and after a freeze or a
destruction the file is rewritten and its journal emptied; on PostgreSQL the tables are rewritten, and no
statistics are collected of names, numbers and countries. PostgreSQL's own log (`pg_wal`) forgets by being
overwritten: whoever archives or replicates it must let those copies go as well. Documents and exports are made
when somebody asks and are never kept by the program, so there is no folder of them to empty; what was downloaded
or printed is the office's to destroy, and numbered copies of the roll are counted in the destruction's record.
"""


def _bases(known: dict[str, Any]) -> list[str]:
    """The legal bases by their short names, as the tables below use them."""
    lines = ["## Legal bases\n", "| short | what it is |\n| --- | --- |"]
    lines += [f"| {one['short']} | {one['text']} |" for one in known["bases"].values()]
    return [*lines, ""]


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
    trouble += [f"no such field: {name}" for name in sorted(set(known["fields"]) - used)]
    return trouble + _compare_bases(known, set(tables))


def _compare_bases(known: dict[str, Any], tables: set[str]) -> list[str]:
    found = _basis_of(known)
    trouble = [f"no legal basis of table {name}" for name in sorted(tables - set(found))]
    trouble += [f"legal basis of no such table: {name}" for name in sorted(set(found) - tables)]
    named = set(known.get("basis_of", {})) | set(known.get("basis_of_field", {}).values())
    return trouble + [f"no such legal basis: {name}" for name in sorted(named - set(known.get("bases", {})))]


def _basis_of(known: dict[str, Any]) -> dict[str, str]:
    """Table → short key of its basis."""
    return {table: basis for basis, tables in known.get("basis_of", {}).items() for table in tables}


def _basis(known: dict[str, Any], table: str, column: str) -> str:
    """Of one field, where it is another than the table's."""
    own: dict[str, str] = known.get("basis_of_field", {})
    basis = own.get(f"{table}.{column}") or own.get(column) or _basis_of(known)[table]
    return str(known["bases"][basis]["short"])


def _goes(known: dict[str, Any], table: str, column: str) -> str:
    """Of one field, where it goes before its row does."""
    return str(known.get("goes", {}).get(f"{table}.{column}", "with the row"))


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
