"""Which program and which schema this is, for papers that must say so."""

from __future__ import annotations

import tomllib
from functools import cache

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.configuration import ROOT


@cache
def program_version() -> str:
    """The version of the program, with the commit where the folder knows it: “0.1.0 (9fad8b8)”."""
    try:
        with (ROOT / "pyproject.toml").open("rb") as file:
            version = str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        version = "?"
    commit = _commit()
    return f"{version} ({commit[:12]})" if commit else version


def _commit() -> str:
    """What the folder's own version control calls this state; empty where there is none."""
    folder = ROOT / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (folder / name).exists():
            return (folder / name).read_text(encoding="ascii").strip()
        packed = (folder / "packed-refs").read_text(encoding="ascii").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except (OSError, UnicodeDecodeError):
        return ""


def schema_revision(session: Session) -> str:
    """The newest migration that the database has had."""
    return str(session.scalar(text("SELECT version_num FROM alembic_version")) or "?")
