"""Certification: requests, signed records, reopenings, complaints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def _key() -> list[sa.Column]:
    return [
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
    ]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['municipality', 'council', column],
        [f'{to}.municipality', f'{to}.council', f'{to}.id'],
        name=op.f(f'fk_{table}_municipality_council_{column}'),
    )


def upgrade() -> None:
    op.create_table('certification_request',
    sa.Column('election_id', sa.Uuid(), nullable=False),
    sa.Column('result_revision', sa.Integer(), nullable=False),
    sa.Column('state_sha256', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.Uuid(), nullable=False),
    sa.Column('requested_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Uuid(), nullable=True),
    sa.Column('withdraw_reason', sa.Text(), nullable=True),
    *_key(),
    sa.CheckConstraint('expires_at > requested_at', name=op.f('ck_certification_request_expires_later')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_by IS NULL)', name=op.f('ck_certification_request_withdrawn_by_somebody')),
    _refers('certification_request', 'election_id', 'election'),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_certification_request'))
    )
    with op.batch_alter_table('certification_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certification_request_election_id'), ['election_id'], unique=False)

    op.create_table('certification',
    sa.Column('election_id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('requested_by', sa.Uuid(), nullable=False),
    sa.Column('approved_by', sa.Uuid(), nullable=False),
    sa.Column('approved_at', UtcDateTime(), nullable=False),
    sa.Column('record', sa.LargeBinary(), nullable=False),
    sa.Column('record_sha256', sa.Text(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('signing_version', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    *_key(),
    sa.CheckConstraint('approved_by <> requested_by', name=op.f('ck_certification_two_people')),
    sa.CheckConstraint("(revision = 1) = (reason = '')", name=op.f('ck_certification_correction_has_reason')),
    _refers('certification', 'election_id', 'election'),
    _refers('certification', 'request_id', 'certification_request'),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_certification')),
    sa.UniqueConstraint('municipality', 'council', 'request_id', name=op.f('uq_certification_municipality_council_request_id')),
    sa.UniqueConstraint('municipality', 'council', 'election_id', 'revision', name=op.f('uq_certification_municipality_council_election_id_revision'))
    )
    op.create_table('reopening',
    sa.Column('certification_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=False),
    sa.Column('second', sa.Uuid(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    *_key(),
    sa.CheckConstraint('second <> "by"', name=op.f('ck_reopening_two_people')),
    _refers('reopening', 'certification_id', 'certification'),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_reopening')),
    sa.UniqueConstraint('municipality', 'council', 'certification_id', name=op.f('uq_reopening_municipality_council_certification_id'))
    )
    op.create_table('complaint',
    sa.Column('election_id', sa.Uuid(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('from_whom', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('is_upheld', sa.Boolean(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    *_key(),
    sa.CheckConstraint('(decided_at IS NULL) = (decision IS NULL)', name=op.f('ck_complaint_decided_in_words')),
    sa.CheckConstraint('(decided_at IS NULL) = (is_upheld IS NULL)', name=op.f('ck_complaint_decided_either_way')),
    _refers('complaint', 'election_id', 'election'),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_complaint'))
    )
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_election_id'), ['election_id'], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


APPEND_ONLY = ("certification", "reopening")
FIXED = {
    "certification_request": "election_id, result_revision, state_sha256, requested_by, requested_at, expires_at",
    "complaint": "election_id, received_at, from_whom, about, is_late",
}
"""What a request and a complaint said when they came in; only withdrawing and deciding is written later."""
CERTIFIERS = {"certification_request": ("requested_by",), "certification": ("requested_by", "approved_by")}
ENTERED = (
    "EXISTS (SELECT 1 FROM tally_assignment a JOIN station s ON s.municipality = a.municipality "
    "AND s.council = a.council AND s.id = a.station_id WHERE s.municipality = NEW.municipality "
    "AND s.council = NEW.council AND s.election_id = NEW.election_id AND a.official_id IN ({people}))"
)
REFUSAL = "whoever entered a tally does not certify the count"


def _entered(table: str) -> str:
    return ENTERED.format(people=", ".join(f"NEW.{column}" for column in CERTIFIERS[table]))


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table, columns in FIXED.items():
        for name, event in (("delete", "DELETE"), ("update", f"UPDATE OF {columns}")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in CERTIFIERS:
        op.execute(
            f"CREATE TRIGGER {table}_by_no_enterer BEFORE INSERT ON {table} WHEN {_entered(table)} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table, columns in FIXED.items():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {columns} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in CERTIFIERS:
        op.execute(
            f"CREATE FUNCTION refuse_enterer_in_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {_entered(table)} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_by_no_enterer BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_enterer_in_{table}()"
        )


def downgrade() -> None:
    for table in ("complaint", "reopening", "certification", "certification_request"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in CERTIFIERS:
            op.execute(f"DROP FUNCTION refuse_enterer_in_{table}()")
