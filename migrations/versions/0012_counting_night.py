"""The counting night: sealed packets, merged small counts, lost boxes, public seeds, grounds of a disputed paper"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

APPEND_ONLY = ("packet", "packet_arrival", "merge_decision", "lost_box")


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


def _signed() -> list[sa.Column]:
    return [
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=False),
        sa.Column('cosigned_by', sa.Uuid(), nullable=False),
    ]


def _two(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint('"by" <> cosigned_by', name=op.f(f'ck_{table}_two_people'))


def upgrade() -> None:
    _packets()
    _boxes()
    _seed()
    # Plain ADD COLUMN: making the table anew would lose its triggers on SQLite.
    op.add_column('disputed_paper', sa.Column('found_grounds', sa.JSON(), server_default='[]', nullable=False))
    _refuse_change()


def _packets() -> None:
    op.create_table(
        'packet',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('content', sa.Text(), nullable=False),
        sa.Column('sheets', sa.Integer(), nullable=True),
        sa.Column('seal_number', sa.Text(), nullable=False),
        sa.Column('goes_to', sa.Text(), nullable=False),
        *_signed(),
        *_key(),
        sa.CheckConstraint(
            "content IN ('poll_cards', 'unissued', 'returned', 'exchanged', 'set_aside', 'valid', 'postal', 'box')",
            name=op.f('ck_packet_content'),
        ),
        sa.CheckConstraint('sheets IS NULL OR sheets >= 0', name=op.f('ck_packet_not_negative')),
        sa.CheckConstraint("seal_number <> ''", name=op.f('ck_packet_sealed')),
        _two('packet'),
        _to('election', 'election_id', 'packet'),
        _to('station', 'station_id', 'packet'),
        _pk('packet'),
        _one('packet', 'election_id', 'seal_number'),
    )
    op.create_index('ix_packet_station', 'packet', ['municipality', 'council', 'station_id'], unique=False)
    op.create_table(
        'packet_arrival',
        sa.Column('packet_id', sa.Uuid(), nullable=False),
        sa.Column('seal_found', sa.Text(), nullable=False),
        sa.Column('is_intact', sa.Boolean(), nullable=False),
        sa.Column('remark', sa.Text(), nullable=False),
        *_signed(),
        *_key(),
        _two('packet_arrival'),
        sa.CheckConstraint("is_intact OR remark <> ''", name=op.f('ck_packet_arrival_broken_is_explained')),
        _to('packet', 'packet_id', 'packet_arrival'),
        _pk('packet_arrival'),
        _one('packet_arrival', 'packet_id'),
    )


def _boxes() -> None:
    op.create_table(
        'merge_decision',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('into_id', sa.Uuid(), nullable=False),
        sa.Column('packet_id', sa.Uuid(), nullable=False),
        sa.Column('fewest', sa.Integer(), nullable=False),
        sa.Column('least', sa.Integer(), nullable=False),
        *_signed(),
        *_key(),
        _two('merge_decision'),
        sa.CheckConstraint('station_id <> into_id', name=op.f('ck_merge_decision_two_stations')),
        sa.CheckConstraint('fewest < least', name=op.f('ck_merge_decision_by_the_rule')),
        _to('election', 'election_id', 'merge_decision'),
        _to('station', 'station_id', 'merge_decision'),
        _to('station', 'into_id', 'merge_decision'),
        _to('packet', 'packet_id', 'merge_decision'),
        _pk('merge_decision'),
        _one('merge_decision', 'station_id'),
    )
    op.create_table(
        'lost_box',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('station_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('papers', sa.Integer(), nullable=False),
        sa.Column('circumstances', sa.Text(), nullable=False),
        sa.Column('decision', sa.Text(), nullable=False),
        sa.Column('grounds', sa.Text(), nullable=False),
        *_signed(),
        *_key(),
        sa.CheckConstraint(
            "decision IN ('counted_without', 'preliminary_holds', 'poll_again', 'found')",
            name=op.f('ck_lost_box_decision'),
        ),
        _two('lost_box'),
        _to('election', 'election_id', 'lost_box'),
        _to('station', 'station_id', 'lost_box'),
        _pk('lost_box'),
        _one('lost_box', 'station_id', 'number'),
    )


def _seed() -> None:
    op.create_table(
        'lot_seed',
        sa.Column('election_id', sa.Uuid(), nullable=False),
        sa.Column('commitment', sa.Text(), nullable=False),
        sa.Column('sealed_seed', sa.LargeBinary(), nullable=False),
        *_signed(),
        sa.Column('shown_at', UtcDateTime(), nullable=True),
        sa.Column('shown_by', sa.Uuid(), nullable=True),
        sa.Column('seed', sa.Text(), nullable=True),
        *_key(),
        _two('lot_seed'),
        sa.CheckConstraint('(shown_at IS NULL) = (seed IS NULL)', name=op.f('ck_lot_seed_shown_with_its_seed')),
        _to('election', 'election_id', 'lot_seed'),
        _pk('lot_seed'),
        _one('lot_seed', 'election_id'),
    )


def _refuse_change() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for event in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("who sealed what, and what was decided, would be forgotten")
