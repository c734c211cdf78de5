"""The polling day: batches of cards, papers signed by two, duties, postal votes, stations alone, the poll book"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

OF_VOTERS = (
    "card_print", "card_outcome", "postal_vote", "postal_review", "polling_conflict", "conflict_settlement",
    "doubtful_decision", "form_line",
)
"""Only grow, and go when the election is destroyed."""
OPEN = (
    "EXISTS (SELECT 1 FROM destruction_begun b WHERE NOT EXISTS (SELECT 1 FROM destruction d "
    "WHERE d.municipality = b.municipality AND d.council = b.council AND d.id = b.id))"
)
"""As in 0006: true within a destruction only."""
APPEND_ONLY = (
    "paper_movement", "ballot_proof", "ballot_approval", "queue_count", "postal_move", "taken_over",
    "form_reading", "form_taken", "paper_count", "closing_note", "poll_book",
)
UNCOUNTED = {
    "polling_conflict": "here elsewhere",
    "conflict_settlement": "account",
    "doubtful_decision": "reason",
    "postal_review": "remark",
    "form_line": "typed",
}
"""As in 0006: PostgreSQL keeps the commonest values of a column in a catalogue of its own."""


def _key() -> list[sa.Column]:
    return [
        sa.Column('municipality', sa.String(length=4), nullable=False),
        sa.Column('council', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
    ]


def _pk(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f(f'pk_{table}'))


def _one(table: str, *columns: str) -> sa.UniqueConstraint:
    name = f"uq_{table}_municipality_council_{'_'.join(columns)}"
    return sa.UniqueConstraint('municipality', 'council', *columns, name=op.f(name))


def _to(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['municipality', 'council', column],
        [f'{table}.municipality', f'{table}.council', f'{table}.id'],
        name=op.f(f'fk_{of}_municipality_council_{column}'),
    )


def upgrade() -> None:
    _papers_and_cards()
    _people_and_post()
    _alone_and_closing()
    _widen()
    _move_deliveries()
    _refuse_change()


def _papers_and_cards() -> None:
    op.create_table(
        'ballot_proof',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'ballot_proof'),
        _pk('ballot_proof'),
        _one('ballot_proof', 'election_id', 'number'),
    )
    op.create_table(
        'card_batch',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('cards', sa.Integer(), nullable=False),
        sa.Column('parts', sa.Integer(), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint("kind IN ('ordinary', 'protected')", name=op.f('ck_card_batch_kind')),
        _to('election', 'election_id', 'card_batch'),
        _pk('card_batch'),
        _one('card_batch', 'election_id', 'number'),
    )
    op.create_table(
        'ballot_approval',
        sa.Column('proof_id', sa.Uuid(), nullable=False),
        sa.Column('proposed_by', sa.Uuid(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> proposed_by', name=op.f('ck_ballot_approval_two_people')),
        _to('ballot_proof', 'proof_id', 'ballot_approval'),
        _pk('ballot_approval'),
        _one('ballot_approval', 'proof_id'),
    )
    op.create_table(
        'card_dispatch',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('batch_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('receiver', sa.Text(), nullable=False),
        sa.Column('cards', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        sa.Column('received_at', UtcDateTime(), nullable=True),
        sa.Column('deleted_at', UtcDateTime(), nullable=True),
        *_key(),
        sa.CheckConstraint("channel IN ('digital_post', 'remote_print')", name=op.f('ck_card_dispatch_channel')),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_card_dispatch_two_people')),
        _to('card_batch', 'batch_id', 'card_dispatch'),
        _to('election', 'election_id', 'card_dispatch'),
        _pk('card_dispatch'),
        _one('card_dispatch', 'election_id', 'number'),
    )
    op.create_table(
        'card_part',
        sa.Column('batch_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('cards', sa.Integer(), nullable=False),
        sa.Column('decoded', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        *_key(),
        sa.CheckConstraint('cards = decoded', name=op.f('ck_card_part_every_code_read')),
        _to('card_batch', 'batch_id', 'card_part'),
        _pk('card_part'),
        _one('card_part', 'batch_id', 'number'),
    )
    op.create_table(
        'paper_movement',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('from_id', sa.Uuid(), nullable=True),
        sa.Column('to_id', sa.Uuid(), nullable=True),
        sa.Column('ballot_type', sa.Text(), nullable=False),
        sa.Column('papers', sa.Integer(), nullable=False),
        sa.Column('batch', sa.Text(), nullable=False),
        sa.Column('seal_number', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=True),
        *_key(),
        sa.CheckConstraint("kind IN ('printed', 'delivered', 'moved', 'sent_back')", name=op.f('ck_paper_movement_kind')),
        sa.CheckConstraint('cosigned_by IS NULL OR "by" <> cosigned_by', name=op.f('ck_paper_movement_two_people')),
        sa.CheckConstraint('from_id IS NULL OR to_id IS NULL OR from_id <> to_id', name=op.f('ck_paper_movement_two_places')),
        sa.CheckConstraint('papers <> 0', name=op.f('ck_paper_movement_papers')),
        _to('election', 'election_id', 'paper_movement'),
        _to('station', 'from_id', 'paper_movement'),
        _to('station', 'to_id', 'paper_movement'),
        _pk('paper_movement'),
    )
    op.create_index(op.f('ix_paper_movement_election_id'), 'paper_movement', ['election_id'], unique=False)
    op.create_table(
        'card_outcome',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('dispatch_id', sa.Uuid(), nullable=False),
        sa.Column('card_id', sa.Uuid(), nullable=False),
        sa.Column('status', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        *_key(),
        sa.CheckConstraint("status IN ('sent', 'failed')", name=op.f('ck_card_outcome_status')),
        _to('poll_card', 'card_id', 'card_outcome'),
        _to('card_dispatch', 'dispatch_id', 'card_outcome'),
        _pk('card_outcome'),
        _one('card_outcome', 'dispatch_id', 'card_id'),
    )
    op.create_table(
        'card_print',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('batch_id', sa.Uuid(), nullable=False),
        sa.Column('card_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        *_key(),
        _to('card_batch', 'batch_id', 'card_print'),
        _to('poll_card', 'card_id', 'card_print'),
        _pk('card_print'),
        _one('card_print', 'batch_id', 'card_id'),
    )
    op.create_index('ix_card_print_part', 'card_print', ['municipality', 'council', 'batch_id', 'number'], unique=False)


def _people_and_post() -> None:
    op.create_table(
        'day_pass',
        sa.Column('official_council', sa.String(length=40), nullable=False),
        sa.Column('official_id', sa.Uuid(), nullable=False),
        sa.Column('code_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('pin_hash', sa.Text(), nullable=False),
        sa.Column('place', sa.Text(), nullable=False),
        sa.Column('from_at', UtcDateTime(), nullable=False),
        sa.Column('until_at', UtcDateTime(), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('made_by', sa.Uuid(), nullable=False),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.Column('ended_by', sa.Uuid(), nullable=True),
        *_key(),
        sa.ForeignKeyConstraint(['municipality', 'official_council', 'official_id'], ['official.municipality', 'official.council', 'official.id'], name=op.f('fk_day_pass_municipality_official_council_official_id')),
        _pk('day_pass'),
        sa.UniqueConstraint('code_sha256', name=op.f('uq_day_pass_code_sha256')),
    )
    op.create_index(op.f('ix_day_pass_official_id'), 'day_pass', ['official_id'], unique=False)
    op.create_table(
        'duty',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('official_id', sa.Uuid(), nullable=False),
        sa.Column('role', sa.Text(), nullable=False),
        sa.Column('desk', sa.Text(), nullable=False),
        sa.Column('from_at', UtcDateTime(), nullable=False),
        sa.Column('until_at', UtcDateTime(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.Column('ended_by', sa.Uuid(), nullable=True),
        *_key(),
        sa.CheckConstraint("role IN ('station_leader', 'polling_official')", name=op.f('ck_duty_role')),
        sa.CheckConstraint('from_at < until_at', name=op.f('ck_duty_hours')),
        _to('election', 'election_id', 'duty'),
        _to('station', 'station_id', 'duty'),
        _pk('duty'),
    )
    op.create_index('ix_duty_station', 'duty', ['municipality', 'council', 'station_id'], unique=False)
    op.create_table(
        'postal_move',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('into_id', sa.Uuid(), nullable=False),
        sa.Column('papers', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_postal_move_two_people')),
        sa.CheckConstraint('papers > 0', name=op.f('ck_postal_move_papers')),
        sa.CheckConstraint('station_id <> into_id', name=op.f('ck_postal_move_two_stations')),
        _to('election', 'election_id', 'postal_move'),
        _to('station', 'into_id', 'postal_move'),
        _to('station', 'station_id', 'postal_move'),
        _pk('postal_move'),
    )
    op.create_table(
        'queue_count',
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('people >= 0', name=op.f('ck_queue_count_people')),
        _to('station', 'station_id', 'queue_count'),
        _pk('queue_count'),
    )
    op.create_index(op.f('ix_queue_count_station_id'), 'queue_count', ['station_id'], unique=False)
    op.create_table(
        'polling_conflict',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=True),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('here', sa.Text(), nullable=False),
        sa.Column('elsewhere', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        *_key(),
        sa.CheckConstraint("kind IN ('double', 'replaced_card', 'moved', 'struck', 'unknown')", name=op.f('ck_polling_conflict_kind')),
        _to('election', 'election_id', 'polling_conflict'),
        _to('roll_entry', 'entry_id', 'polling_conflict'),
        _to('station', 'station_id', 'polling_conflict'),
        _pk('polling_conflict'),
    )
    op.create_table(
        'postal_vote',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=True),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('cast_on', sa.Date(), nullable=True),
        sa.Column('came_at', UtcDateTime(), nullable=False),
        sa.Column('came_to', sa.Text(), nullable=False),
        sa.Column('is_too_late', sa.Boolean(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'postal_vote'),
        _to('roll_entry', 'entry_id', 'postal_vote'),
        _to('station', 'station_id', 'postal_vote'),
        _pk('postal_vote'),
        _one('postal_vote', 'election_id', 'number'),
    )
    op.create_table(
        'conflict_settlement',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('conflict_id', sa.Uuid(), nullable=False),
        sa.Column('account', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint("account <> ''", name=op.f('ck_conflict_settlement_has_an_account')),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_conflict_settlement_two_people')),
        _to('polling_conflict', 'conflict_id', 'conflict_settlement'),
        _pk('conflict_settlement'),
        _one('conflict_settlement', 'conflict_id'),
    )
    op.create_table(
        'doubtful_decision',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('is_accepted', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint("reason <> ''", name=op.f('ck_doubtful_decision_has_a_reason')),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_doubtful_decision_two_people')),
        _to('election', 'election_id', 'doubtful_decision'),
        _to('polling_event', 'event_id', 'doubtful_decision'),
        _pk('doubtful_decision'),
        _one('doubtful_decision', 'event_id'),
    )
    op.create_table(
        'postal_review',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('postal_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('is_accepted', sa.Boolean(), nullable=False),
        sa.Column('ground', sa.Text(), nullable=False),
        sa.Column('remark', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_postal_review_two_people')),
        _to('postal_vote', 'postal_id', 'postal_review'),
        _pk('postal_review'),
        _one('postal_review', 'postal_id', 'number'),
    )


def _alone_and_closing() -> None:
    op.create_table(
        'closing_note',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('finding', sa.Text(), nullable=False),
        sa.Column('ballot_type', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('raised_by', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint("kind IN ('explanation', 'objection', 'no_objection')", name=op.f('ck_closing_note_kind')),
        _to('election', 'election_id', 'closing_note'),
        _to('station', 'station_id', 'closing_note'),
        _pk('closing_note'),
    )
    op.create_table(
        'paper_count',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('ballot_type', sa.Text(), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('unissued', sa.Integer(), nullable=False),
        sa.Column('returned', sa.Integer(), nullable=False),
        sa.Column('exchanged', sa.Integer(), nullable=False),
        sa.Column('in_envelopes', sa.Integer(), nullable=False),
        sa.Column('in_box', sa.Integer(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_paper_count_two_people')),
        sa.CheckConstraint('unissued >= 0 AND returned >= 0 AND exchanged >= 0 AND in_envelopes >= 0 AND in_box >= 0', name=op.f('ck_paper_count_not_negative')),
        _to('election', 'election_id', 'paper_count'),
        _to('station', 'station_id', 'paper_count'),
        _pk('paper_count'),
        _one('paper_count', 'station_id', 'ballot_type', 'attempt'),
    )
    op.create_table(
        'paper_form',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('line_count', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('is_void', sa.Boolean(), nullable=False),
        *_key(),
        _to('election', 'election_id', 'paper_form'),
        _to('station', 'station_id', 'paper_form'),
        _pk('paper_form'),
        _one('paper_form', 'election_id', 'number'),
    )
    op.create_table(
        'poll_book',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('log_size', sa.Integer(), nullable=False),
        sa.Column('log_root', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_poll_book_two_people')),
        _to('election', 'election_id', 'poll_book'),
        _to('station', 'station_id', 'poll_book'),
        _pk('poll_book'),
        _one('poll_book', 'station_id', 'number'),
    )
    op.create_table(
        'station_package',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('laptop', sa.Text(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('token_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('voters', sa.Integer(), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.Column('ended_by', sa.Uuid(), nullable=True),
        sa.Column('end_reason', sa.Text(), nullable=True),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_station_package_two_people')),
        _to('election', 'election_id', 'station_package'),
        _to('station', 'station_id', 'station_package'),
        _pk('station_package'),
        _one('station_package', 'election_id', 'number'),
    )
    op.create_table(
        'form_reading',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('form_id', sa.Uuid(), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        *_key(),
        _to('paper_form', 'form_id', 'form_reading'),
        _pk('form_reading'),
        _one('form_reading', 'form_id', 'attempt'),
    )
    op.create_table(
        'form_taken',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('form_id', sa.Uuid(), nullable=False),
        sa.Column('marked', sa.Integer(), nullable=False),
        sa.Column('conflicts', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
        *_key(),
        sa.CheckConstraint('"by" <> cosigned_by', name=op.f('ck_form_taken_two_people')),
        _to('paper_form', 'form_id', 'form_taken'),
        _pk('form_taken'),
        _one('form_taken', 'form_id'),
    )
    op.create_table(
        'taken_over',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('package_id', sa.Uuid(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('request_id', sa.Uuid(), nullable=False),
        sa.Column('act', sa.Text(), nullable=False),
        sa.Column('outcome', sa.Text(), nullable=False),
        sa.Column('carried_by', sa.Text(), nullable=False),
        sa.Column('line_sha256', sa.Text(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        *_key(),
        sa.CheckConstraint("carried_by IN ('line', 'stick')", name=op.f('ck_taken_over_carried_by')),
        sa.CheckConstraint("outcome IN ('done', 'conflict', 'known')", name=op.f('ck_taken_over_outcome')),
        _to('station_package', 'package_id', 'taken_over'),
        _pk('taken_over'),
        _one('taken_over', 'package_id', 'seq'),
    )
    op.create_table(
        'form_line',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('reading_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=True),
        sa.Column('typed', sa.Text(), nullable=False),
        sa.Column('clock', sa.Text(), nullable=False),
        *_key(),
        _to('roll_entry', 'entry_id', 'form_line'),
        _to('form_reading', 'reading_id', 'form_line'),
        _pk('form_line'),
        _one('form_line', 'reading_id', 'number'),
    )


def _widen() -> None:
    """Plain ADD COLUMN: making the table anew would lose its triggers on SQLite."""
    op.add_column('polling_event', sa.Column('ballot_type', sa.Text(), server_default='', nullable=False))
    op.add_column('polling_event', sa.Column('undoes_id', sa.Uuid(), nullable=True))
    op.create_index('ix_polling_event_undone_once', 'polling_event', ['municipality', 'council', 'undoes_id'], unique=True)
    op.add_column('sign_in', sa.Column('day_pass_id', sa.Uuid(), nullable=True))


def _move_deliveries() -> None:
    op.execute(
        "INSERT INTO paper_movement (municipality, council, id, election_id, kind, from_id, to_id, ballot_type, "
        'papers, batch, seal_number, reason, at, "by", cosigned_by) '
        "SELECT municipality, council, id, election_id, 'delivered', NULL, station_id, '', papers, batch, '', "
        'reason, at, "by", NULL FROM delivery'
    )
    op.drop_table('delivery')


def _refuse_change() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in (*OF_VOTERS, *APPEND_ONLY):
            _trigger(f"{table}_no_update", "UPDATE", table)
        for table in OF_VOTERS:
            _trigger(f"{table}_no_delete", "DELETE", table, f"WHEN NOT {OPEN} ")
        for table in APPEND_ONLY:
            _trigger(f"{table}_no_delete", "DELETE", table)
        return
    for table in (*OF_VOTERS, *APPEND_ONLY):
        events = "UPDATE OR DELETE OR TRUNCATE" if table in APPEND_ONLY else "UPDATE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {events} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in OF_VOTERS:
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
    raise NotImplementedError("who signed for which papers would be forgotten")
