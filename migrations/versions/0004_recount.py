"""A count may be opened again: the next one is a new revision, with a settlement of its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

HOLDS = sa.text("reopened_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table('count', schema=None) as batch_op:
        batch_op.add_column(sa.Column('revision', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('reopened_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('reopened_by', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('reopen_reason', sa.Text(), nullable=True))
        batch_op.drop_constraint(op.f('uq_count_municipality_council_station_id_kind'), type_='unique')
        batch_op.create_unique_constraint(
            op.f('uq_count_municipality_council_station_id_kind_revision'),
            ['municipality', 'council', 'station_id', 'kind', 'revision'],
        )
        batch_op.create_check_constraint(
            op.f('ck_count_reopened_with_a_reason'), '(reopened_at IS NULL) = (reopen_reason IS NULL)'
        )
    op.create_index(
        'ix_count_one_holds', 'count', ['municipality', 'council', 'station_id', 'kind'],
        unique=True, sqlite_where=HOLDS, postgresql_where=HOLDS,
    )
    with op.batch_alter_table('settlement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('count_revision', sa.Integer(), nullable=False, server_default='1'))
        batch_op.drop_constraint(op.f('uq_settlement_municipality_council_station_id_kind'), type_='unique')
        batch_op.create_unique_constraint(
            op.f('uq_settlement_municipality_council_station_id_kind_count_revision'),
            ['municipality', 'council', 'station_id', 'kind', 'count_revision'],
        )
    if op.get_bind().dialect.name == "sqlite":  # its table was made anew, and the guards went with the old one
        for event in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER IF EXISTS settlement_no_{event.lower()}")
            op.execute(
                f"CREATE TRIGGER settlement_no_{event.lower()} BEFORE {event} ON settlement "
                "BEGIN SELECT RAISE(ABORT, 'settlement is append-only'); END"
            )


def downgrade() -> None:
    raise NotImplementedError("counts that were opened again would be lost")
