"""Who has proved who they are; how often somebody has asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'asking',
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('fingerprint', sa.LargeBinary(), nullable=False),
        sa.Column('began_at', UtcDateTime(), nullable=False),
        sa.Column('times', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('municipality', 'council', 'fingerprint', name=op.f('pk_asking')),
    )
    op.create_table(
        'citizen_visit',
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('token_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('issuer', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('level', sa.Text(), nullable=False),
        sa.Column('cpr_index', sa.LargeBinary(), nullable=False),
        sa.Column('cpr_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('began_at', UtcDateTime(), nullable=False),
        sa.Column('seen_at', UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_citizen_visit')),
        sa.UniqueConstraint('token_sha256', name=op.f('uq_citizen_visit_token_sha256')),
    )
    op.create_table(
        'mitid_request',
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('state_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('browser_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('nonce', sa.Text(), nullable=False),
        sa.Column('verifier', sa.Text(), nullable=False),
        sa.Column('return_to', sa.Text(), nullable=False),
        sa.Column('began_at', UtcDateTime(), nullable=False),
        sa.CheckConstraint("return_to LIKE '/%'", name=op.f('ck_mitid_request_returns_here')),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_mitid_request')),
        sa.UniqueConstraint('state_sha256', name=op.f('uq_mitid_request_state_sha256')),
    )


def downgrade() -> None:
    for table in ('mitid_request', 'citizen_visit', 'asking'):
        op.drop_table(table)
