"""The project's own files, as the tests of the house read them."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
from functools import cache
from pathlib import Path
from types import ModuleType

import election
import registry

ROOT = Path(__file__).parents[2]
NOT_OURS = ("static/vendor/", "migrations/versions/")


@cache
def own_files() -> tuple[str, ...]:
    """Every file that is, or would be, under version control, with what others made left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = sorted(set(listed.stdout.splitlines()))
    return tuple(name for name in found if not name.startswith(NOT_OURS) and (ROOT / name).is_file())


@cache
def parsed(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of both wings, imported."""
    found = []
    for wing in (election, registry):
        for info in pkgutil.walk_packages(wing.__path__, f"{wing.__name__}."):
            if not info.name.endswith("__main__"):
                found.append(importlib.import_module(info.name))
    return tuple(found)


def python_files(*wings: str) -> list[str]:
    return [n for n in own_files() if n.endswith(".py") and n.startswith(tuple(f"{wing}/" for wing in wings))]
