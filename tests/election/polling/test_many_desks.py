"""Eight desks scan the same card in the same instant: one paper for each card, on both engines."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from election.polling.acts import Admitted, AlreadyAdmitted, admit
from election.polling.records import event_counts
from election.polling.rules import EventKind
from registry.act import Installation
from registry.audit.records import verify
from tests.scenarios import Played, call_koege, polling, with_candidates, with_roll

DESKS = 8


@pytest.mark.slow
@pytest.mark.parametrize("cards", [24, pytest.param(500, marks=pytest.mark.nightly)])
def test_the_same_card_at_eight_desks_at_once(installation: Installation, cards: int) -> None:
    """Of eight attempts for each card one is admitted and seven are told where; each attempt is in the log."""
    played = polling(with_candidates(with_roll(call_koege(installation), cards + 6), 5), papers=2 * cards)
    voters = played.entries[:cards]
    outcomes: dict[int, Counter[str]] = {number: Counter() for number in range(cards)}
    together, guard = threading.Barrier(DESKS), threading.Lock()

    def at_desk(number: int) -> None:
        for card, voter in enumerate(voters):
            together.wait(60)
            act = played.act("polling_official")
            answer = admit(*played.by, act, played.election_id, played.stations[0], str(number), voter)
            assert isinstance(answer, Admitted | AlreadyAdmitted)
            with guard:
                outcomes[card][type(answer).__name__] += 1

    desks = [threading.Thread(target=at_desk, args=(number,)) for number in range(1, DESKS + 1)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert all(found == {"Admitted": 1, "AlreadyAdmitted": DESKS - 1} for found in outcomes.values())
    _counted_and_logged(played, cards)


def _counted_and_logged(played: Played, cards: int) -> None:
    with played.installation.database.read() as session:
        counts = event_counts(session, played.read())[played.stations[0]]
        logs = [verify(session, played.scope, f"desk/001/{number}") for number in range(1, DESKS + 1)]
    assert counts[EventKind.ADMIT] == cards
    assert counts[EventKind.ADMIT_REFUSED] == cards * (DESKS - 1)
    assert [log.entries for log in logs] == [cards] * DESKS
    assert all(log.first_bad is None for log in logs)
