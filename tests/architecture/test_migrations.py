"""The migrations make the schema that the models describe, on both engines."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from registry.act import Installation
from registry.database import Base
from registry.schema import alembic_config, upgrade
from tests.architecture.source import modules


def test_migrations_give_the_same_schema_as_the_models(installation: Installation) -> None:
    assert modules()
    with installation.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_models_is_there_and_no_other(installation: Installation) -> None:
    assert modules()
    there = set(inspect(installation.database.engine).get_table_names()) - {"alembic_version"}
    assert there == set(Base.metadata.tables)


def test_checks_and_unique_keys_are_in_the_database_too(installation: Installation) -> None:
    """compare_metadata looks at no CHECK constraint: names are compared, as far as PostgreSQL keeps them."""
    seen = inspect(installation.database.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {
            str(c.name)[:50]
            for c in table.constraints
            if c.__class__.__name__ in ("CheckConstraint", "UniqueConstraint")
        }
        found = {str(c["name"])[:50] for c in seen.get_check_constraints(table.name)}
        found |= {str(c["name"])[:50] for c in seen.get_unique_constraints(table.name)}
        assert wanted <= found, table.name


def test_migrating_again_changes_nothing(database_url: str) -> None:
    upgrade(database_url)
    upgrade(database_url)


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_every_table_belongs_to_a_municipality() -> None:
    """Municipality and council begin every key; the exceptions are sign-ins, before it is known whose they are,
    and the one row that says what the whole database is for."""
    assert modules()
    without = {
        table.name
        for table in Base.metadata.sorted_tables
        if [c.name for c in table.primary_key][:2] != ["municipality", "council"]
    }
    assert without == {"sign_in", "sign_in_failure", "one_time_code", "database_purpose"}


def test_every_foreign_key_holds_municipality_too() -> None:
    assert modules()
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            assert next(c.name for c in key.columns) == "municipality", f"{table.name}: {key.name}"
