"""Alembic's entry: the models of every room, and the database whose URL the caller has put in the config."""

from __future__ import annotations

import importlib

from alembic import context

from registry.database import Base, make_engine

ROOMS_WITH_RECORDS = (
    "registry.act",
    "registry.audit.records",
    "registry.accounts.records",
    "registry.accounts.identities",
    "registry.accounts.limits",
    "registry.regulation.records",
    "registry.residents.records",
    "registry.residents.assessment",
    "registry.erasure",
    "registry.purpose",
    "registry.mail.records",
    "registry.councils.records",
    "registry.appointment.records",
    "registry.membership.records",
    "registry.meetings.records",
    "election.call.records",
    "election.call.lots",
    "election.call.lot_seed",
    "election.call.zero_report",
    "election.roll.records",
    "election.roll.electorate",
    "election.candidacy.records",
    "election.lists.records",
    "election.poll_cards.records",
    "election.ballots.records",
    "election.staffing.records",
    "election.polling.records",
    "election.polling.conflicts",
    "election.polling.doubt",
    "election.postal.records",
    "election.alone.records",
    "election.paper_forms.records",
    "election.packets.records",
    "election.closing.records",
    "election.closing.merging",
    "election.counting.records",
    "election.counting.lost_boxes",
    "election.certification.records",
    "election.retention.records",
    "election.constitution.records",
)

for room in ROOMS_WITH_RECORDS:
    importlib.import_module(room)


def run() -> None:
    engine = make_engine(context.config.attributes["url"])
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=connection.dialect.name == "sqlite",
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        engine.dispose()


run()
