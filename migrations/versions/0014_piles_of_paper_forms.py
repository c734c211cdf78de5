"""What came back while a station worked on paper: exchanged and unused papers, as each reader saw them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ADD COLUMN: making the table anew would lose its triggers on SQLite.
    for column in ('exchanged', 'returned'):
        op.add_column('form_reading', sa.Column(column, sa.Integer(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("what was read from the feet of the forms would be lost")
