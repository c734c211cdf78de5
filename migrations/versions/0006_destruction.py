"""What is destroyed and when; live and test are separate"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

APPEND_ONLY = ("database_purpose", "zero_report", "impact_assessment", "kept_electorate", "destruction", "destruction_begun")
EMPTIED = ("act", "polling_event")
"""Their rows stay; destruction takes the words and the voter out of them, and nobody else may."""
OPEN = (
    "EXISTS (SELECT 1 FROM destruction_begun b WHERE NOT EXISTS (SELECT 1 FROM destruction d "
    "WHERE d.municipality = b.municipality AND d.council = b.council AND d.id = b.id))"
)
"""True between the first and the last statement of a destruction, in its own transaction only: a deferred
foreign key refuses to commit what was begun without the record of what was destroyed."""
UNCOUNTED = {
    "resident": (
        "cpr_sealed cpr_index born_on first_names surname address postal_code city citizenship "
        "birth_country mother_birth_country father_birth_country mother_citizenship father_citizenship"
    ),
    "roll_entry": "cpr_sealed cpr_index first_names surname name_sort_key name_search_key address postal_code city",
    "roll_refusal": "cpr_index",
    "candidacy": "cpr_sealed cpr_index contact",
    "act": "reason answer",
}
"""PostgreSQL keeps the commonest values of a column in a catalogue of its own, and there they would survive."""


def _key() -> list[sa.Column]:
    return [
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
    ]


def _pk(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f(f'pk_{table}'))


def _to(table: str, column: str, of: str, **how: object) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['municipality', 'council', column],
        [f'{table}.municipality', f'{table}.council', f'{table}.id'],
        name=op.f(f'fk_{of}_municipality_council_{column}'),
        **how,
    )


def upgrade() -> None:
    op.create_table(
        'erasure',
        sa.Column('wanted_at', UtcDateTime(), nullable=False),
        sa.Column('because', sa.Text(), nullable=False),
        sa.Column('table_names', sa.JSON(), nullable=False),
        sa.Column('with_backups', sa.Boolean(), nullable=False),
        sa.Column('done_at', UtcDateTime(), nullable=True),
        sa.Column('backups_lost', sa.Integer(), nullable=True),
        *_key(),
        _pk('erasure'),
    )
    op.create_table(
        'database_purpose',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('decided_at', UtcDateTime(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_database_purpose_one_row')),
        sa.CheckConstraint("purpose IN ('live', 'test')", name=op.f('ck_database_purpose_purpose')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_database_purpose')),
    )
    op.create_table(
        'impact_assessment',
        sa.Column('reference', sa.Text(), nullable=False),
        sa.Column('document_version', sa.Text(), nullable=False),
        sa.Column('approved_by', sa.Text(), nullable=False),
        sa.Column('approved_on', sa.Date(), nullable=False),
        sa.Column('recorded_by', sa.Uuid(), nullable=False),
        sa.Column('recorded_at', UtcDateTime(), nullable=False),
        *_key(),
        sa.CheckConstraint(
            "reference <> '' AND approved_by <> ''", name=op.f('ck_impact_assessment_says_what_and_who')
        ),
        _pk('impact_assessment'),
    )
    op.create_table(
        'zero_report',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('earlier_elections', sa.Integer(), nullable=False),
        sa.Column('regulation_id', sa.Text(), nullable=False),
        sa.Column('regulation_sha256', sa.Text(), nullable=False),
        sa.Column('program', sa.Text(), nullable=False),
        sa.Column('schema', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('computer_at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'zero_report'),
        sa.UniqueConstraint(
            'municipality', 'council', 'election_id', name=op.f('uq_zero_report_municipality_council_election_id')
        ),
        _pk('zero_report'),
    )
    op.create_table(
        'kept_electorate',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=True),
        sa.Column('may_vote', sa.Integer(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'kept_electorate'),
        _to('station', 'station_id', 'kept_electorate'),
        _pk('kept_electorate'),
    )
    op.create_table(
        'destruction',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('copies_out', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('second', sa.Uuid(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('erasure_id', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('second <> "by"', name=op.f('ck_destruction_two_people')),
        sa.CheckConstraint("reason <> ''", name=op.f('ck_destruction_has_a_reason')),
        _to('election', 'election_id', 'destruction'),
        _to('erasure', 'erasure_id', 'destruction'),
        sa.UniqueConstraint(
            'municipality', 'council', 'election_id', name=op.f('uq_destruction_municipality_council_election_id')
        ),
        _pk('destruction'),
    )
    op.create_table(
        'destruction_begun',
        *_key(),
        _to('destruction', 'id', 'destruction_begun', deferrable=True, initially='DEFERRED'),
        _pk('destruction_begun'),
    )
    _say_what_it_is_for()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _say_what_it_is_for() -> None:
    """A database that holds elections already is for what they are; one demo among them makes it one for tests."""
    op.execute(
        "INSERT INTO database_purpose (id, purpose, decided_at) SELECT 1, "
        "CASE WHEN EXISTS (SELECT 1 FROM election WHERE kind <> 'live') THEN 'test' ELSE 'live' END, "
        "(SELECT min(called_at) FROM election) WHERE EXISTS (SELECT 1 FROM election)"
    )


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in EMPTIED:
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT {OPEN} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION refuse_change_unless_destroyed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP <> 'TRUNCATE' AND {OPEN} THEN RETURN NULL; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in EMPTIED:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_emptied_only BEFORE UPDATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_unless_destroyed()"
        )
    for table, columns in UNCOUNTED.items():
        for column in columns.split():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    raise NotImplementedError("what was destroyed, and that it was, would be forgotten")
