"""Regulations that are drafted and adopted in the program"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

APPEND_ONLY = ("regulation_revision", "adopted_regulation")


def _key() -> list[sa.Column]:
    return [
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
    ]


def _to(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['municipality', 'council', column],
        [f'{table}.municipality', f'{table}.council', f'{table}.id'],
        name=op.f(f'fk_{of}_municipality_council_{column}'),
    )


def upgrade() -> None:
    op.create_table(
        'regulation_draft',
        sa.Column('regulation_id', sa.Text(), nullable=False),
        sa.Column('made_from', sa.Text(), nullable=False),
        sa.Column('begun_at', UtcDateTime(), nullable=False),
        *_key(),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_regulation_draft')),
        sa.UniqueConstraint(
            'municipality', 'council', 'regulation_id',
            name=op.f('uq_regulation_draft_municipality_council_regulation_id'),
        ),
    )
    op.create_table(
        'regulation_revision',
        sa.Column('draft_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('toml', sa.LargeBinary(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('saved_at', UtcDateTime(), nullable=False),
        sa.Column('saved_by', sa.Uuid(), nullable=False),
        sa.Column('what', sa.Text(), nullable=False),
        *_key(),
        _to('regulation_draft', 'draft_id', 'regulation_revision'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_regulation_revision')),
        sa.UniqueConstraint(
            'municipality', 'council', 'draft_id', 'number',
            name=op.f('uq_regulation_revision_municipality_council_draft_id_number'),
        ),
    )
    op.create_table(
        'adopted_regulation',
        sa.Column('draft_id', sa.Uuid(), nullable=False),
        sa.Column('revision_id', sa.Uuid(), nullable=False),
        sa.Column('regulation_id', sa.Text(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('adopted_at', UtcDateTime(), nullable=False),
        sa.Column('adopted_by', sa.Uuid(), nullable=False),
        sa.Column('approved_by', sa.Uuid(), nullable=False),
        *_key(),
        _to('regulation_draft', 'draft_id', 'adopted_regulation'),
        _to('regulation_revision', 'revision_id', 'adopted_regulation'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_adopted_regulation')),
        sa.UniqueConstraint(
            'municipality', 'council', 'draft_id', name=op.f('uq_adopted_regulation_municipality_council_draft_id')
        ),
        sa.CheckConstraint('adopted_by <> approved_by', name=op.f('ck_adopted_regulation_two_people')),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        if not is_sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    for table in ('adopted_regulation', 'regulation_revision', 'regulation_draft'):
        op.drop_table(table)
