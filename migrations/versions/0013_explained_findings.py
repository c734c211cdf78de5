"""An explanation keeps the figures it was written about, and an entry that somebody cannot make passes on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

CERTIFIERS = {"certification_request": ("requested_by",), "certification": ("requested_by", "approved_by")}
ENTERED = (
    "EXISTS (SELECT 1 FROM {table} a JOIN station s ON s.municipality = a.municipality "
    "AND s.council = a.council AND s.id = a.station_id WHERE s.municipality = NEW.municipality "
    "AND s.council = NEW.council AND s.election_id = NEW.election_id AND a.official_id IN ({people}))"
)
OTHER_ENTRY = (
    "EXISTS (SELECT 1 FROM tally t WHERE t.municipality = NEW.municipality AND t.council = NEW.council "
    "AND t.station_id = NEW.station_id AND t.kind = NEW.kind AND t.official_id = NEW.official_id "
    "AND t.entry <> NEW.entry)"
)
REFUSAL = "whoever entered a tally does not certify the count"


def upgrade() -> None:
    # Plain ADD COLUMN: making the tables anew would lose their triggers on SQLite.
    op.add_column('explanation', sa.Column('facts', sa.Text(), nullable=True))
    op.add_column('tally', sa.Column('released_at', UtcDateTime(), nullable=True))
    op.add_column('tally', sa.Column('released_by', sa.Uuid(), nullable=True))
    op.add_column('tally', sa.Column('release_reason', sa.Text(), nullable=True))
    # Whoever is released is not bound to an entry any more, but has entered: the tally itself says so.
    if op.get_bind().dialect.name == "sqlite":
        _refuse_sqlite()
    else:
        _refuse_postgresql()


def _entered(table: str) -> str:
    people = ", ".join(f"NEW.{column}" for column in CERTIFIERS[table])
    return " OR ".join(ENTERED.format(table=one, people=people) for one in ("tally_assignment", "tally"))


def _refuse_sqlite() -> None:
    for table in CERTIFIERS:
        op.execute(f"DROP TRIGGER {table}_by_no_enterer")
        op.execute(
            f"CREATE TRIGGER {table}_by_no_enterer BEFORE INSERT ON {table} WHEN {_entered(table)} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER tally_assignment_of_one_entry BEFORE INSERT ON tally_assignment "
        f"WHEN {OTHER_ENTRY} BEGIN SELECT RAISE(ABORT, 'one person, one entry'); END"
    )


def _refuse_postgresql() -> None:
    for table in CERTIFIERS:
        op.execute(
            f"CREATE OR REPLACE FUNCTION refuse_enterer_in_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {_entered(table)} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$"
        )
    op.execute(
        "CREATE FUNCTION refuse_second_entry() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {OTHER_ENTRY} THEN RAISE EXCEPTION 'one person, one entry'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER tally_assignment_of_one_entry BEFORE INSERT ON tally_assignment "
        "FOR EACH ROW EXECUTE FUNCTION refuse_second_entry()"
    )


def downgrade() -> None:
    raise NotImplementedError("who was released from an entry, and what was explained, would be lost")
