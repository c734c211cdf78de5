"""Candidates register online: drafts, history, texts, photos, consents, lists, mail"""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

OF_CANDIDATES = ("candidacy_step", "candidacy_defect")
"""Only grow, and go when the election is destroyed."""
OPEN = (
    "EXISTS (SELECT 1 FROM destruction_begun b WHERE NOT EXISTS (SELECT 1 FROM destruction d "
    "WHERE d.municipality = b.municipality AND d.council = b.council AND d.id = b.id))"
)
"""As in 0006: true within a destruction only."""
APPEND_ONLY = ("deadline_extension", "alliance_notice")
NEVER_CHANGED = ("consent",)
"""Rows of a draft go with it; nobody changes one."""
UNCOUNTED = {
    "candidacy": "email phone subject",
    "candidate_text": "text",
    "candidacy_step": "reason",
    "candidacy_defect": "text",
}
"""As in 0006: PostgreSQL keeps the commonest values of a column in a catalogue of its own."""
NEW_COLUMNS = {
    "candidacy": {
        "language": (sa.Text(), "'da'"),
        "email": (sa.Text(), "CASE WHEN contact LIKE '%@%' THEN contact ELSE '' END"),
        "phone": (sa.Text(), "CASE WHEN contact LIKE '%@%' THEN '' ELSE contact END"),
        "begun_at": (UtcDateTime(), "submitted_at"),
        "changed_at": (UtcDateTime(), "submitted_at"),
        "is_marked": (sa.Boolean(), "FALSE"),
        "support_code": (sa.Text(), None),
    },
    "supporter": {"is_signed": (sa.Boolean(), "TRUE")},
}
"""What a row that was there before says; none of it is guessed: `is_signed`, because the office had typed it."""


def _key() -> list[sa.Column]:
    return [
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
    ]


def _pk(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f(f'pk_{table}'))


def _to(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['municipality', 'council', column],
        [f'{table}.municipality', f'{table}.council', f'{table}.id'],
        name=op.f(f'fk_{of}_municipality_council_{column}'),
    )


def upgrade() -> None:
    op.create_table(
        'message',
        sa.Column('about', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('language', sa.Text(), nullable=False),
        sa.Column('to_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('facts_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('queued_at', UtcDateTime(), nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('next_try_at', UtcDateTime(), nullable=True),
        sa.Column('sent_at', UtcDateTime(), nullable=True),
        sa.Column('failure', sa.Text(), nullable=False),
        *_key(),
        _pk('message'),
    )
    op.create_table(
        'deadline_extension',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('closes_at', UtcDateTime(), nullable=False),
        sa.Column('cure_until', UtcDateTime(), nullable=False),
        sa.Column('withdrawal_until', UtcDateTime(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'deadline_extension'),
        _pk('deadline_extension'),
        sa.UniqueConstraint('municipality', 'council', 'election_id', 'number', name=op.f('uq_deadline_extension_municipality_council_election_id_number')),
    )
    op.create_table(
        'candidacy_step',
        sa.Column('candidacy_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('section', sa.Text(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('candidacy', 'candidacy_id', 'candidacy_step'),
        _pk('candidacy_step'),
        sa.UniqueConstraint('municipality', 'council', 'candidacy_id', 'number', name=op.f('uq_candidacy_step_municipality_council_candidacy_id_number')),
    )
    op.create_table(
        'candidate_list',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('is_ordered', sa.Boolean(), nullable=False),
        sa.Column('representative_id', sa.Uuid(), nullable=True),
        sa.Column('representative_name', sa.Text(), nullable=False),
        sa.Column('representative_contact', sa.Text(), nullable=False),
        sa.Column('filed_at', UtcDateTime(), nullable=False),
        sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'candidate_list'),
        _to('candidacy', 'representative_id', 'candidate_list'),
        _pk('candidate_list'),
        sa.UniqueConstraint('municipality', 'council', 'election_id', 'key', name=op.f('uq_candidate_list_municipality_council_election_id_key')),
    )
    op.create_table(
        'candidate_photo',
        sa.Column('candidacy_id', sa.Uuid(), nullable=False),
        sa.Column('whole', sa.LargeBinary(), nullable=False),
        sa.Column('shown', sa.LargeBinary(), nullable=False),
        sa.Column('zoom', sa.Integer(), nullable=False),
        sa.Column('across', sa.Integer(), nullable=False),
        sa.Column('down', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        *_key(),
        _to('candidacy', 'candidacy_id', 'candidate_photo'),
        _pk('candidate_photo'),
        sa.UniqueConstraint('municipality', 'council', 'candidacy_id', name=op.f('uq_candidate_photo_municipality_council_candidacy_id')),
    )
    op.create_table(
        'candidate_text',
        sa.Column('candidacy_id', sa.Uuid(), nullable=False),
        sa.Column('language', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        *_key(),
        _to('candidacy', 'candidacy_id', 'candidate_text'),
        _pk('candidate_text'),
        sa.UniqueConstraint('municipality', 'council', 'candidacy_id', 'language', name=op.f('uq_candidate_text_municipality_council_candidacy_id_language')),
    )
    op.create_table(
        'case_link',
        sa.Column('candidacy_id', sa.Uuid(), nullable=False),
        sa.Column('token_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('ends_at', UtcDateTime(), nullable=False),
        sa.Column('used_at', UtcDateTime(), nullable=True),
        *_key(),
        _to('candidacy', 'candidacy_id', 'case_link'),
        _pk('case_link'),
        sa.UniqueConstraint('token_sha256', name=op.f('uq_case_link_token_sha256')),
    )
    op.create_table(
        'consent',
        sa.Column('candidacy_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('is_given', sa.Boolean(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('candidacy', 'candidacy_id', 'consent'),
        _pk('consent'),
        sa.UniqueConstraint('municipality', 'council', 'candidacy_id', 'number', name=op.f('uq_consent_municipality_council_candidacy_id_number')),
    )
    op.create_table(
        'list_claim',
        sa.Column('candidacy_id', sa.Uuid(), nullable=False),
        sa.Column('list_key', sa.Text(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        *_key(),
        _to('candidacy', 'candidacy_id', 'list_claim'),
        _pk('list_claim'),
        sa.UniqueConstraint('municipality', 'council', 'candidacy_id', 'list_key', name=op.f('uq_list_claim_municipality_council_candidacy_id_list_key')),
    )
    op.create_table(
        'alliance_notice',
        sa.Column('list_id', sa.Uuid(), nullable=False),
        sa.Column('with_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('is_filed', sa.Boolean(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('candidate_list', 'list_id', 'alliance_notice'),
        _to('candidate_list', 'with_id', 'alliance_notice'),
        _pk('alliance_notice'),
        sa.UniqueConstraint('municipality', 'council', 'list_id', 'number', name=op.f('uq_alliance_notice_municipality_council_list_id_number')),
    )
    op.create_table(
        'candidacy_defect',
        sa.Column('step_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('part', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        *_key(),
        _to('candidacy_step', 'step_id', 'candidacy_defect'),
        _pk('candidacy_defect'),
        sa.UniqueConstraint('municipality', 'council', 'step_id', 'number', name=op.f('uq_candidacy_defect_municipality_council_step_id_number')),
    )
    _widen()
    _refuse_change()


def _widen() -> None:
    """New columns of what was there; what moved to a table of its own is moved, with the history that is known."""
    for table, columns in NEW_COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, (kind, _) in columns.items():
                batch.add_column(sa.Column(name, kind, nullable=True))
        for name, (_, value) in columns.items():
            if value is not None:
                op.execute(f'UPDATE {table} SET {name} = {value}')
    _move()
    with op.batch_alter_table('supporter') as batch:
        batch.alter_column('is_signed', existing_type=sa.Boolean(), nullable=False)
    with op.batch_alter_table('candidacy') as batch:
        for name, (kind, _) in NEW_COLUMNS['candidacy'].items():
            batch.alter_column(name, existing_type=kind, nullable=False)
        for name in ('issuer', 'subject', 'refusal_reason', 'refusal_section', 'struck_kind'):
            batch.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name in ('willing_at', 'struck_at'):
            batch.add_column(sa.Column(name, UtcDateTime(), nullable=True))
        batch.add_column(sa.Column('refusal_proposed_by', sa.Uuid(), nullable=True))
        batch.alter_column('submitted_at', existing_type=UtcDateTime(), nullable=True)
        batch.create_unique_constraint(op.f('uq_candidacy_support_code'), ['support_code'])
        batch.create_check_constraint(op.f('ck_candidacy_sent'), "state = 'draft' OR submitted_at IS NOT NULL")
        for name in ('contact', 'presentation', 'receipt_sha256'):
            batch.drop_column(name)
    # The form of those days could not be sent without being willing.
    op.execute('UPDATE candidacy SET willing_at = submitted_at')


def _move() -> None:
    rows = op.get_bind().execute(sa.text(
        'SELECT municipality, council, id, presentation, state, submitted_at, decided_at, decision_reason, withdrawn_at '
        'FROM candidacy'
    )).mappings().all()
    uuid = sa.Uuid()
    candidacy = sa.table('candidacy', sa.column('id'), sa.column('support_code'))
    text = sa.table('candidate_text', *(sa.column(c) for c in ('municipality', 'council', 'language', 'text')),
                    sa.column('id', uuid), sa.column('candidacy_id'))
    step = sa.table('candidacy_step',
                    *(sa.column(c) for c in ('municipality', 'council', 'candidacy_id', 'number', 'kind', 'at',
                                             'reason', 'section')),
                    sa.column('id', uuid), sa.column('by', uuid))
    for row in rows:
        code = secrets.token_urlsafe(12)
        op.execute(candidacy.update().where(candidacy.c.id == row['id']).values(support_code=code))
        own = {'municipality': row['municipality'], 'council': row['council'], 'candidacy_id': row['id']}
        if row['presentation']:
            op.execute(text.insert().values(**own, id=uuid4(), language='da', text=row['presentation']))
        came = 'late' if row['state'] == 'late' else 'submitted'
        happened = [(came, row['submitted_at'], '')]
        if row['decided_at'] and row['state'] in ('returned', 'accepted', 'refused'):
            happened.append((row['state'], row['decided_at'], row['decision_reason'] or ''))
        if row['withdrawn_at']:
            happened.append(('withdrawn', row['withdrawn_at'], ''))
        for number, (kind, at, reason) in enumerate(happened, 1):
            op.execute(step.insert().values(
                **own, id=uuid4(), number=number, kind=kind, at=at, reason=reason, section='', by=UUID(int=0),
            ))


def _refuse_change() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in (*OF_CANDIDATES, *APPEND_ONLY, *NEVER_CHANGED):
            _trigger(f"{table}_no_update", "UPDATE", table)
        for table in OF_CANDIDATES:
            _trigger(f"{table}_no_delete", "DELETE", table, f"WHEN NOT {OPEN} ")
        for table in APPEND_ONLY:
            _trigger(f"{table}_no_delete", "DELETE", table)
        return
    for table in (*OF_CANDIDATES, *APPEND_ONLY, *NEVER_CHANGED):
        events = "UPDATE OR DELETE OR TRUNCATE" if table in APPEND_ONLY else "UPDATE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {events} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in OF_CANDIDATES:
        op.execute(
            f"CREATE TRIGGER {table}_destroyed_only BEFORE DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_unless_destroyed()"
        )
    for table, columns in UNCOUNTED.items():
        for column in columns.split():
            op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STATISTICS 0')


def _trigger(name: str, event: str, table: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def downgrade() -> None:
    raise NotImplementedError("the history of candidacies would be forgotten")
