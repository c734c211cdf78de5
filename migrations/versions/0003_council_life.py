"""Council life: terms, seats, appointment, membership, meetings, the filling of posts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.database import UtcDateTime


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


APPEND_ONLY = ("appointment_decision",)
FIXED = {
    "nominee": "case_id, person_id, group_id, label, route, position, rank, queue, votes, on_behalf_of",
    "membership": "term_id, seat_id, person_id, decision_id, on_behalf_of, starts_on, start_reason",
    "office": "term_id, person_id, post, title, chosen_how, starts_on",
    "substitute_offer": "seat_id, nominee_id, offered_at",
    "presence_event": "meeting_id, sequence, person_id, kind, at, reason",
    "minute_entry": "meeting_id, item_id, sequence, at, text, cite, figures",
    "ballot_round": "ballot_id, number, at, entitled, present, votes, blank, invalid, papers, form, by_name, needed, "
    "sentence, cite, entry_id",
    "post_lot": "ballot_id, purpose, among, drawn, is_chairs_decision, drawn_by, witnesses, method, drawn_at, entry_id",
}
"""What a row said when it was written; only its end, its answer or its annulment is written later."""


def upgrade() -> None:
    op.create_table('council_term',
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('council_name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('clock_at', UtcDateTime(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('legal_size', sa.Integer(), nullable=False),
    sa.Column('regulation_id', sa.Text(), nullable=False),
    sa.Column('regulation_sha256', sa.Text(), nullable=False),
    sa.Column('regulation_toml', sa.LargeBinary(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("(kind = 'live') = (clock_at IS NULL)", name=op.f('ck_council_term_live_clock_is_real')),
    sa.CheckConstraint("kind IN ('live', 'demo', 'rehearsal')", name=op.f('ck_council_term_kind')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_council_term_dates')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_council_term')),
    sa.UniqueConstraint('municipality', 'council', 'source', name=op.f('uq_council_term_municipality_council_source'))
    )
    op.create_table('person',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_person'))
    )
    op.create_table('appointment_case',
    sa.Column('term_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('election_on', sa.Date(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('proposed_at', UtcDateTime(), nullable=False),
    sa.Column('superseded_at', UtcDateTime(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality', 'council', 'term_id'], ['council_term.municipality', 'council_term.council', 'council_term.id'], name=op.f('fk_appointment_case_municipality_council_term_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_appointment_case')),
    sa.UniqueConstraint('municipality', 'council', 'term_id', 'revision', name=op.f('uq_appointment_case_municipality_council_term_id_revision'))
    )
    op.create_table('meeting',
    sa.Column('term_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('is_constitutive', sa.Boolean(), nullable=False),
    sa.Column('planned_at', UtcDateTime(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('convened_by', sa.Text(), nullable=False),
    sa.Column('notice_sent_at', UtcDateTime(), nullable=False),
    sa.Column('late_reason', sa.Text(), nullable=True),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('closed_at IS NULL OR opened_at IS NOT NULL', name=op.f('ck_meeting_closed_after_opening')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'term_id'], ['council_term.municipality', 'council_term.council', 'council_term.id'], name=op.f('fk_meeting_municipality_council_term_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('municipality', 'council', 'term_id', 'number', name=op.f('uq_meeting_municipality_council_term_id_number'))
    )
    op.create_table('office',
    sa.Column('term_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('post', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('chosen_how', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(ends_on IS NULL) = (end_reason IS NULL)', name=op.f('ck_office_an_end_has_a_reason')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'person_id'], ['person.municipality', 'person.council', 'person.id'], name=op.f('fk_office_municipality_council_person_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'term_id'], ['council_term.municipality', 'council_term.council', 'council_term.id'], name=op.f('fk_office_municipality_council_term_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_office'))
    )
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.create_index('ix_office_one_holder', ['municipality', 'council', 'term_id', 'post'], unique=True, sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))

    op.create_table('seat_group',
    sa.Column('term_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('nominated_by', sa.Text(), nullable=False),
    sa.Column('has_vote', sa.Boolean(), nullable=False),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality', 'council', 'term_id'], ['council_term.municipality', 'council_term.council', 'council_term.id'], name=op.f('fk_seat_group_municipality_council_term_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_seat_group')),
    sa.UniqueConstraint('municipality', 'council', 'term_id', 'code', name=op.f('uq_seat_group_municipality_council_term_id_code'))
    )
    op.create_table('agenda_item',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('post', sa.Text(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality', 'council', 'meeting_id'], ['meeting.municipality', 'meeting.council', 'meeting.id'], name=op.f('fk_agenda_item_municipality_council_meeting_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_agenda_item')),
    sa.UniqueConstraint('municipality', 'council', 'meeting_id', 'number', name=op.f('uq_agenda_item_municipality_council_meeting_id_number'))
    )
    op.create_table('nominee',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('group_id', sa.Uuid(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=True),
    sa.Column('on_behalf_of', sa.Text(), nullable=False),
    sa.Column('seated_at', UtcDateTime(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("rank IS NULL OR route = 'elected'", name=op.f('ck_nominee_only_the_elected_have_substitutes')),
    sa.CheckConstraint("route IN ('elected', 'nominated', 'appointed')", name=op.f('ck_nominee_route')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'case_id'], ['appointment_case.municipality', 'appointment_case.council', 'appointment_case.id'], name=op.f('fk_nominee_municipality_council_case_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'group_id'], ['seat_group.municipality', 'seat_group.council', 'seat_group.id'], name=op.f('fk_nominee_municipality_council_group_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'person_id'], ['person.municipality', 'person.council', 'person.id'], name=op.f('fk_nominee_municipality_council_person_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_nominee')),
    sa.UniqueConstraint('municipality', 'council', 'case_id', 'label', name=op.f('uq_nominee_municipality_council_case_id_label')),
    sa.UniqueConstraint('municipality', 'council', 'case_id', 'person_id', name=op.f('uq_nominee_municipality_council_case_id_person_id'))
    )
    op.create_table('presence_event',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('voided_at', UtcDateTime(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('arrived', 'left', 'excused')", name=op.f('ck_presence_event_kind')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'meeting_id'], ['meeting.municipality', 'meeting.council', 'meeting.id'], name=op.f('fk_presence_event_municipality_council_meeting_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'person_id'], ['person.municipality', 'person.council', 'person.id'], name=op.f('fk_presence_event_municipality_council_person_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_presence_event')),
    sa.UniqueConstraint('municipality', 'council', 'meeting_id', 'sequence', name=op.f('uq_presence_event_municipality_council_meeting_id_sequence'))
    )
    op.create_table('seat',
    sa.Column('term_id', sa.Uuid(), nullable=False),
    sa.Column('group_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality', 'council', 'group_id'], ['seat_group.municipality', 'seat_group.council', 'seat_group.id'], name=op.f('fk_seat_municipality_council_group_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'term_id'], ['council_term.municipality', 'council_term.council', 'council_term.id'], name=op.f('fk_seat_municipality_council_term_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_seat')),
    sa.UniqueConstraint('municipality', 'council', 'term_id', 'number', name=op.f('uq_seat_municipality_council_term_id_number'))
    )
    op.create_table('appointment_decision',
    sa.Column('nominee_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('ruling', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('case_no', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=False),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("ruling <> 'not_appointed' OR reason <> ''", name=op.f('ck_appointment_decision_no_has_a_reason')),
    sa.CheckConstraint("ruling IN ('appointed', 'not_appointed', 'declined')", name=op.f('ck_appointment_decision_ruling')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'nominee_id'], ['nominee.municipality', 'nominee.council', 'nominee.id'], name=op.f('fk_appointment_decision_municipality_council_nominee_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_appointment_decision')),
    sa.UniqueConstraint('municipality', 'council', 'nominee_id', 'revision', name=op.f('uq_appointment_decision_municipality_council_nominee_id_revision'))
    )
    op.create_table('minute_entry',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('cite', sa.Text(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('voided_at', UtcDateTime(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality', 'council', 'item_id'], ['agenda_item.municipality', 'agenda_item.council', 'agenda_item.id'], name=op.f('fk_minute_entry_municipality_council_item_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'meeting_id'], ['meeting.municipality', 'meeting.council', 'meeting.id'], name=op.f('fk_minute_entry_municipality_council_meeting_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_minute_entry')),
    sa.UniqueConstraint('municipality', 'council', 'meeting_id', 'sequence', name=op.f('uq_minute_entry_municipality_council_meeting_id_sequence'))
    )
    op.create_table('post_ballot',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('post', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('majority', sa.Text(), nullable=False),
    sa.Column('nominees', sa.JSON(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('winner_id', sa.Uuid(), nullable=True),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("form IN ('show_of_hands', 'named', 'secret')", name=op.f('ck_post_ballot_form')),
    sa.CheckConstraint("state IN ('open', 'elected', 'accepted', 'declined', 'withdrawn')", name=op.f('ck_post_ballot_state')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'item_id'], ['agenda_item.municipality', 'agenda_item.council', 'agenda_item.id'], name=op.f('fk_post_ballot_municipality_council_item_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'meeting_id'], ['meeting.municipality', 'meeting.council', 'meeting.id'], name=op.f('fk_post_ballot_municipality_council_meeting_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'winner_id'], ['person.municipality', 'person.council', 'person.id'], name=op.f('fk_post_ballot_municipality_council_winner_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_post_ballot')),
    sa.UniqueConstraint('municipality', 'council', 'item_id', 'attempt', name=op.f('uq_post_ballot_municipality_council_item_id_attempt'))
    )
    op.create_table('substitute_offer',
    sa.Column('seat_id', sa.Uuid(), nullable=False),
    sa.Column('nominee_id', sa.Uuid(), nullable=False),
    sa.Column('offered_at', UtcDateTime(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_substitute_offer_an_answer_has_its_time')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'nominee_id'], ['nominee.municipality', 'nominee.council', 'nominee.id'], name=op.f('fk_substitute_offer_municipality_council_nominee_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'seat_id'], ['seat.municipality', 'seat.council', 'seat.id'], name=op.f('fk_substitute_offer_municipality_council_seat_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_substitute_offer'))
    )
    with op.batch_alter_table('substitute_offer', schema=None) as batch_op:
        batch_op.create_index('ix_substitute_offer_one_open', ['municipality', 'council', 'seat_id'], unique=True, sqlite_where=sa.text('answer IS NULL'), postgresql_where=sa.text('answer IS NULL'))

    op.create_table('ballot_round',
    sa.Column('ballot_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('entitled', sa.JSON(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('votes', sa.JSON(), nullable=False),
    sa.Column('blank', sa.Integer(), nullable=False),
    sa.Column('invalid', sa.Integer(), nullable=False),
    sa.Column('papers', sa.Integer(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('by_name', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('needed', sa.Integer(), nullable=True),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('cite', sa.Text(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('annulled_at', UtcDateTime(), nullable=True),
    sa.Column('annul_reason', sa.Text(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("form = 'named' OR by_name IS NULL", name=op.f('ck_ballot_round_names_only_where_given')),
    sa.CheckConstraint('papers <= present', name=op.f('ck_ballot_round_no_more_votes_than_people')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'ballot_id'], ['post_ballot.municipality', 'post_ballot.council', 'post_ballot.id'], name=op.f('fk_ballot_round_municipality_council_ballot_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'entry_id'], ['minute_entry.municipality', 'minute_entry.council', 'minute_entry.id'], name=op.f('fk_ballot_round_municipality_council_entry_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_ballot_round'))
    )
    with op.batch_alter_table('ballot_round', schema=None) as batch_op:
        batch_op.create_index('ix_ballot_round_one_holds', ['municipality', 'council', 'ballot_id', 'number'], unique=True, sqlite_where=sa.text('annulled_at IS NULL'), postgresql_where=sa.text('annulled_at IS NULL'))

    op.create_table('membership',
    sa.Column('term_id', sa.Uuid(), nullable=False),
    sa.Column('seat_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('decision_id', sa.Uuid(), nullable=False),
    sa.Column('on_behalf_of', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('start_reason', sa.Text(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('end_text', sa.Text(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(ends_on IS NULL) = (end_reason IS NULL)', name=op.f('ck_membership_an_end_has_a_reason')),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_membership_dates')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'decision_id'], ['appointment_decision.municipality', 'appointment_decision.council', 'appointment_decision.id'], name=op.f('fk_membership_municipality_council_decision_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'person_id'], ['person.municipality', 'person.council', 'person.id'], name=op.f('fk_membership_municipality_council_person_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'seat_id'], ['seat.municipality', 'seat.council', 'seat.id'], name=op.f('fk_membership_municipality_council_seat_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'term_id'], ['council_term.municipality', 'council_term.council', 'council_term.id'], name=op.f('fk_membership_municipality_council_term_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_membership'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_one_holder', ['municipality', 'council', 'seat_id'], unique=True, sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))
        batch_op.create_index('ix_membership_one_seat', ['municipality', 'council', 'term_id', 'person_id'], unique=True, sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))

    op.create_table('post_lot',
    sa.Column('ballot_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('among', sa.JSON(), nullable=False),
    sa.Column('drawn', sa.JSON(), nullable=False),
    sa.Column('is_chairs_decision', sa.Boolean(), nullable=False),
    sa.Column('drawn_by', sa.Text(), nullable=False),
    sa.Column('witnesses', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('drawn_at', UtcDateTime(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('annulled_at', UtcDateTime(), nullable=True),
    sa.Column('municipality', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['municipality', 'council', 'ballot_id'], ['post_ballot.municipality', 'post_ballot.council', 'post_ballot.id'], name=op.f('fk_post_lot_municipality_council_ballot_id')),
    sa.ForeignKeyConstraint(['municipality', 'council', 'entry_id'], ['minute_entry.municipality', 'minute_entry.council', 'minute_entry.id'], name=op.f('fk_post_lot_municipality_council_entry_id')),
    sa.PrimaryKeyConstraint('municipality', 'council', 'id', name=op.f('pk_post_lot'))
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


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


def downgrade() -> None:
    op.drop_table('post_lot')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('ix_membership_one_seat', sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))
        batch_op.drop_index('ix_membership_one_holder', sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))

    op.drop_table('membership')
    with op.batch_alter_table('ballot_round', schema=None) as batch_op:
        batch_op.drop_index('ix_ballot_round_one_holds', sqlite_where=sa.text('annulled_at IS NULL'), postgresql_where=sa.text('annulled_at IS NULL'))

    op.drop_table('ballot_round')
    with op.batch_alter_table('substitute_offer', schema=None) as batch_op:
        batch_op.drop_index('ix_substitute_offer_one_open', sqlite_where=sa.text('answer IS NULL'), postgresql_where=sa.text('answer IS NULL'))

    op.drop_table('substitute_offer')
    op.drop_table('post_ballot')
    op.drop_table('minute_entry')
    op.drop_table('appointment_decision')
    op.drop_table('seat')
    op.drop_table('presence_event')
    op.drop_table('nominee')
    op.drop_table('agenda_item')
    op.drop_table('seat_group')
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.drop_index('ix_office_one_holder', sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))

    op.drop_table('office')
    op.drop_table('meeting')
    op.drop_table('appointment_case')
    op.drop_table('person')
    op.drop_table('council_term')
