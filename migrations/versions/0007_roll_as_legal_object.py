"""Objections, corrections, declarations and numbered copies of the roll"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

OF_VOTERS = ("roll_correction", "roll_declaration", "roll_objection", "roll_objection_decision")
"""Rows are only added, and go when the roll is destroyed (0006)."""
OPEN = (
    "EXISTS (SELECT 1 FROM destruction_begun b WHERE NOT EXISTS (SELECT 1 FROM destruction d "
    "WHERE d.municipality = b.municipality AND d.council = b.council AND d.id = b.id))"
)
"""As in 0006: true within a destruction only."""
FIXED = {"roll_copy": "election_id, station_id, number, purpose, sha256, listed, at, by"}
"""What a copy was when it was printed; only its end is written later."""


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
    op.add_column('roll_entry', sa.Column('polling_district', sa.Text(), nullable=False, server_default=''))
    op.create_table(
        'roll_objection',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('came_in_at', UtcDateTime(), nullable=False),
        sa.Column('came_in_how', sa.Text(), nullable=False),
        sa.Column('is_after_deadline', sa.Boolean(), nullable=False),
        sa.Column('sender', sa.Text(), nullable=False),
        sa.Column('cpr_index', sa.LargeBinary(), nullable=True),
        sa.Column('asks', sa.Text(), nullable=False),
        sa.Column('wording', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint("asks IN ('add', 'strike', 'change')", name=op.f('ck_roll_objection_asks')),
        sa.CheckConstraint(
            "came_in_how IN ('letter', 'email', 'in_person', 'telephone')",
            name=op.f('ck_roll_objection_came_in_how'),
        ),
        _to('election', 'election_id', 'roll_objection'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_roll_objection')),
        sa.UniqueConstraint(
            'municipality', 'council', 'election_id', 'number',
            name=op.f('uq_roll_objection_municipality_council_election_id_number'),
        ),
    )
    op.create_table(
        'roll_objection_decision',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('objection_id', sa.Uuid(), nullable=False),
        sa.Column('ruling', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('cite', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_roll_objection_decision_two_people')),
        sa.CheckConstraint("ruling IN ('upheld', 'rejected')", name=op.f('ck_roll_objection_decision_ruling')),
        _to('election', 'election_id', 'roll_objection_decision'),
        _to('roll_objection', 'objection_id', 'roll_objection_decision'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_roll_objection_decision')),
        sa.UniqueConstraint(
            'municipality', 'council', 'objection_id',
            name=op.f('uq_roll_objection_decision_municipality_council_objection_id'),
        ),
    )
    op.create_table(
        'roll_correction',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=False),
        sa.Column('objection_id', sa.Uuid(), nullable=True),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('effect', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('is_after_paper', sa.Boolean(), nullable=False),
        sa.Column('is_another_person', sa.Boolean(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_roll_correction_two_people')),
        sa.CheckConstraint("reason <> ''", name=op.f('ck_roll_correction_has_a_reason')),
        sa.CheckConstraint("effect IN ('added', 'struck', 'restored')", name=op.f('ck_roll_correction_effect')),
        _to('election', 'election_id', 'roll_correction'),
        _to('roll_entry', 'entry_id', 'roll_correction'),
        _to('roll_objection', 'objection_id', 'roll_correction'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_roll_correction')),
    )
    op.create_index('ix_roll_correction_entry', 'roll_correction', ['municipality', 'council', 'entry_id'])
    op.create_table(
        'roll_declaration',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=False),
        sa.Column('text_version', sa.Text(), nullable=False),
        sa.Column('given_on', sa.Date(), nullable=False),
        sa.Column('given_how', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint("given_how IN ('paper', 'in_person')", name=op.f('ck_roll_declaration_given_how')),
        _to('election', 'election_id', 'roll_declaration'),
        _to('roll_entry', 'entry_id', 'roll_declaration'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_roll_declaration')),
        sa.UniqueConstraint(
            'municipality', 'council', 'entry_id', name=op.f('uq_roll_declaration_municipality_council_entry_id')
        ),
    )
    op.create_table(
        'roll_copy',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=True),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('listed', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.Column('ended_how', sa.Text(), nullable=True),
        sa.Column('ended_note', sa.Text(), nullable=True),
        sa.Column('ended_by', sa.Uuid(), nullable=True),
        *_key(),
        sa.CheckConstraint("ended_how IN ('returned', 'destroyed', 'lost')", name=op.f('ck_roll_copy_ended_how')),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_how IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f('ck_roll_copy_end'),
        ),
        _to('election', 'election_id', 'roll_copy'),
        _to('station', 'station_id', 'roll_copy'),
        sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_roll_copy')),
        sa.UniqueConstraint(
            'municipality', 'council', 'election_id', 'number',
            name=op.f('uq_roll_copy_municipality_council_election_id_number'),
        ),
    )
    _refuse_change()


def _refuse_change() -> None:
    """What only grows until it is destroyed, and what keeps what it said when it was written."""
    if op.get_bind().dialect.name == "sqlite":
        for table in OF_VOTERS:
            _trigger(f"{table}_no_update", "UPDATE", table)
            _trigger(f"{table}_no_delete", "DELETE", table, f"WHEN NOT {OPEN} ")
        for table, columns in FIXED.items():
            _trigger(f"{table}_no_update", f"UPDATE OF {columns}", table)
            _trigger(f"{table}_no_delete", "DELETE", table)
        return
    for table in OF_VOTERS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_destroyed_only BEFORE DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_unless_destroyed()"
        )
    for table, columns in FIXED.items():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {columns} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _trigger(name: str, event: str, table: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def downgrade() -> None:
    for table in ('roll_copy', 'roll_declaration', 'roll_correction', 'roll_objection_decision', 'roll_objection'):
        op.drop_table(table)
    op.drop_column('roll_entry', 'polling_district')
