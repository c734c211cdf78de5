"""The exercise starts only where every election is one to practise on."""

from __future__ import annotations

from election.call.records import Kind, elections
from election.training.rules import TRAINING_HAS_REAL_VOTERS
from registry.database import Database
from registry.purpose import Purpose, purpose_of


class NotForTraining(Exception):
    """The database is for real elections, or holds nothing yet that says what it is for."""


def demand_training(database: Database) -> None:
    """Raises NotForTraining with the words for whoever starts the program."""
    with database.read() as session:
        is_for_tests = purpose_of(session) is Purpose.TEST
        found = elections(session)
    if not is_for_tests or not found or any(one.kind != Kind.DEMO for one in found):
        raise NotForTraining(TRAINING_HAS_REAL_VOTERS.text)
