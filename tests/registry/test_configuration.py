"""The configuration: typed, documented, and no misspelt name goes unnoticed."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from pathlib import Path

import pytest

from registry.configuration import Configuration, ConfigurationError, read_configuration


def test_an_unknown_name_stops_the_program_and_is_named() -> None:
    with pytest.raises(ConfigurationError, match="RAADSVALG_DATABSE"):
        read_configuration({"RAADSVALG_DATABSE": "sqlite://"})


def test_other_programs_settings_are_left_alone() -> None:
    assert read_configuration({"PATH": "/bin", "DATABASE": "x"}) == Configuration()


def test_every_type_is_read() -> None:
    read = read_configuration(
        {
            "RAADSVALG_INSTANCE": "/srv/valg",
            "RAADSVALG_COOKIE_IS_SECURE": "0",
            "RAADSVALG_SESSION_IDLE_MINUTES": "30",
            "RAADSVALG_LANGUAGE": "en",
        }
    )
    assert (read.instance, read.cookie_is_secure, read.session_idle_minutes) == (Path("/srv/valg"), False, 30)
    assert read.database_url == "sqlite:////srv/valg/raadsvalg.db"
    assert read.keys_folder == Path("/srv/valg/keys")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAADSVALG_COOKIE_IS_SECURE", "maybe"),
        ("RAADSVALG_COOKIE_IS_SECURE", ""),
        ("RAADSVALG_SESSION_IDLE_MINUTES", "-1"),
        ("RAADSVALG_SESSION_IDLE_MINUTES", "1.5"),
        ("RAADSVALG_SESSION_IDLE_MINUTES", "١٥"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read_configuration({name: value})


def test_secure_is_what_you_get_without_asking() -> None:
    assert Configuration().cookie_is_secure
    assert Configuration().password_cost == "full"


def test_every_setting_has_its_documentation_below_it() -> None:
    body = ast.parse(inspect.getsource(Configuration)).body[0]
    assert isinstance(body, ast.ClassDef)
    documented = {
        item.target.id
        for item, after in zip(body.body, body.body[1:], strict=False)
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }
    assert documented == {field.name for field in fields(Configuration)}
