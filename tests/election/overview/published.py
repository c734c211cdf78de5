"""Results to be read: a corrected one, and one with lists in an alliance. Everyone is invented."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from election.call.lots import BALLOT_ORDER
from election.call.rules import Phase
from election.candidacy.acts import close_candidacy, settle_ballot_order
from election.counting.acts import determine, enter_tally, settle
from election.counting.recount import reopen_count
from election.counting.rules import CountKind
from election.lists.acts import notice
from registry.act import Installation
from tests.lists import ADMIN, accept, call_with_lists, deadline, filed, registered
from tests.scenarios import Played, counted, counting, figures, people, play_to, polling, with_roll


def enter_and_determine(played: Played, kind: CountKind, votes: dict[str, int], *, blank: int = 0) -> None:
    """Both tallies of the one station, settled; the result is determined."""
    form = figures(played, votes, blank=blank)
    for entry, who in ((1, "enterer"), (2, "enterer_2")):
        enter_tally(*played.by, played.act(who), played.election_id, played.stations[0], kind, entry, form)
    settle(*played.by, played.act("board_member"), played.election_id, played.stations[0])
    assert determine(*played.by, played.act("board_member"), played.election_id).outcome == "decided"


def preliminary(installation: Installation) -> Played:
    """Six candidates for five seats: 4 3 2 2 1 2 and one blank; c5 is the substitute."""
    played = play_to(Phase.COUNTING, installation)
    votes = {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 1, "c6": 2}
    enter_and_determine(played, CountKind.PRELIMINARY, votes, blank=1)
    return played


def recount(played: Played) -> None:
    """5 4 3 2 1 0 becomes 4 3 2 2 1 3: c6 comes in and c5 goes out."""
    act = played.act("board_member", reason="en bunke lå under bordet", second="board_member_2")
    reopen_count(*played.by, act, played.election_id, played.stations[0], CountKind.FINAL)
    enter_and_determine(played, CountKind.FINAL, {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 1, "c6": 3})


def with_lists(installation: Installation) -> Played:
    """A (party list c3 c1 c2) and B (c4 c5) in an alliance, C (c6) alone; eleven seats, ballot order c6 … c1.

    A 17, B 11, C 12 votes. A + B have 28: with C full after one seat, they fill their five candidates.
    """
    played = call_with_lists(installation)
    cases = [registered(played, number, key) for number, key in enumerate("AAABBC", 1)]
    one = filed(played, "A", "Broen", is_ordered=True, names=[3, 1, 2])
    other, _ = filed(played, "B", "Ny By", names=[4, 5]), filed(played, "C", "Verden", names=[6])
    for by, to in ((one, other), (other, one)):
        notice(*played.by, played.act(ADMIN), played.election_id, by, None, to, True)
    for case in cases:
        accept(played, case)
    played.now = deadline(played, "closes") + timedelta(seconds=1)
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)
    labels = [f"c{number}" for number in range(1, 7)]
    lot = played.lot(BALLOT_ORDER, labels, labels[::-1])
    settle_ballot_order(*played.by, played.act("board_member"), played.election_id, lot)
    with_roll(played, rows=[replace(one, municipality="0101") for one in people(40)])
    polling(played, 40)
    counting(played)
    votes = {"list:A": 4, "list:B": 1, "c1": 5, "c2": 2, "c3": 6, "c4": 7, "c5": 3, "c6": 12}
    assert counted(played, votes).outcome == "decided"
    return played


def words_of(pdf: bytes) -> str:
    """What stands on the paper, on one line."""
    pypdfium2: Any = importlib.import_module("pypdfium2")
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()
