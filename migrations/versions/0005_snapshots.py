"""An extract waits, compared with the one before, until it is taken over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

WAITS = sa.text("taken_over_at IS NULL AND discarded_at IS NULL")
FIGURES = (
    'number, extract_on, imported_at, file_sha256, rows_in, rows_accepted, rows_rejected, compared_with, "new", gone, '
    "changed, changed_in, taken_over_at, discarded_at"
)
"""What no longer changes once somebody has decided about the extract; only that it is forgotten comes later."""
DECIDED = "OLD.taken_over_at IS NOT NULL OR OLD.discarded_at IS NOT NULL"


def upgrade() -> None:
    # Column by column: on SQLite a table made anew would drop the one that residents and rolls refer to.
    op.add_column('extract', sa.Column('changed_in', sa.JSON(), nullable=True))
    op.add_column('extract', sa.Column('taken_over_at', UtcDateTime(), nullable=True))
    op.add_column('extract', sa.Column('discarded_at', UtcDateTime(), nullable=True))
    op.execute("UPDATE extract SET taken_over_at = imported_at")
    op.create_index(
        'ix_extract_one_waits', 'extract', ['municipality', 'council'],
        unique=True, sqlite_where=WAITS, postgresql_where=WAITS,
    )
    op.execute("ALTER TABLE resident DROP COLUMN fingerprint")
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'extract is append-only'); END"
        op.execute(f"CREATE TRIGGER extract_no_delete BEFORE DELETE ON extract {refuse}")
        op.execute(f"CREATE TRIGGER extract_no_update BEFORE UPDATE OF {FIGURES} ON extract WHEN {DECIDED} {refuse}")
        return
    op.execute(
        "CREATE TRIGGER extract_append_only BEFORE DELETE OR TRUNCATE ON extract "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER extract_fixed BEFORE UPDATE OF {FIGURES} ON extract "
        f"FOR EACH ROW WHEN ({DECIDED}) EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("extracts that wait or were discarded would become the ones in use")
