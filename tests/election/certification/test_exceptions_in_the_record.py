# mypy: disable-error-code="no-untyped-call"
"""What went another way than usual stands in the record: lost papers, lots from the seed, grounds on a paper."""

from __future__ import annotations

import json
from typing import Any

import pytest

from election.call.rules import Phase
from election.certification.evidence import evidence_zip
from election.certification.printing import election_record_pdf
from election.certification.records import latest_certification
from election.counting.disputed_acts import decide_disputed
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.rules import CountKind
from election.counting.seeded_draw import METHOD, order_of
from registry.act import Installation
from scripts.verification.command import verify
from tests.election.counting.figures_of_a_night import asked, drawn, entered, settled
from tests.election.counting.test_public_seed import TIED, commit, show
from tests.election.overview.published import words_of
from tests.scenarios import (
    Played,
    call_koege,
    certified,
    clear_votes,
    counting,
    play_to,
    polling,
    with_candidates,
    with_roll,
)


def lose(played: Played, decision: Decision) -> None:
    act = played.act("board_member", second="board_member_2", reason="Kan ikke skaffes igen")
    record_lost_box(*played.by, act, played.election_id, played.stations[0], "Bilen brændte", decision)


def certified_record(played: Played) -> tuple[Any, str]:
    """The record as it was signed, and the words on paper; the archive verifies."""
    certified(played)
    with played.installation.database.read() as session:
        keyring = played.installation.keys.open(played.scope.municipality)
        row = latest_certification(session, played.read())
        assert row is not None
        assert verify(evidence_zip(session, keyring, played.read()), None)[1] is None
        return json.loads(row.record), words_of(election_record_pdf(session, keyring, played.read()))


@pytest.mark.slow
def test_a_first_count_that_holds_stands_with_its_circumstances_grounds_and_both_names(
    installation: Installation,
) -> None:
    played = play_to(Phase.COUNTING, installation)
    entered(played, clear_votes(15, 6), CountKind.PRELIMINARY)
    lose(played, Decision.COUNTED_WITHOUT)
    lose(played, Decision.PRELIMINARY_HOLDS)
    settled(played)
    record, words = certified_record(played)
    first, holds = record["lost_boxes"]
    assert (first["number"], first["decision"]) == (1, "counted_without")
    assert holds == {
        "station": first["station"],
        "number": 2,
        "papers": 15,
        "circumstances": "Bilen brændte",
        "decision": "preliminary_holds",
        "grounds": "Kan ikke skaffes igen",
        "at": first["at"],
        "by": ["Board Member", "Board Member 2"],
    }
    for part in (
        "Papirer, der er væk",
        "Bilen brændte",
        "Den foreløbige optælling gælder som den endelige. Kan ikke skaffes igen",
        "Board Member og Board Member 2",
    ):
        assert part in words


@pytest.mark.slow
def test_a_seeded_lot_can_be_drawn_again_from_the_record(installation: Installation) -> None:
    """c3–c6 stand equal for three seats; the order follows the seed, whose fingerprint was published before."""
    played = with_candidates(with_roll(call_koege(installation), 16), 6)
    commitment = commit(played)
    counting(polling(played, admitted=15))
    entered(played, TIED)
    assert settled(played) == "lot-required"
    seed = show(played)
    lot = asked(played)
    assert lot is not None
    drawn(played, order_of(seed, lot.purpose, lot.among), METHOD)
    while asked(played) is not None or settled(played) != "decided":
        lot = asked(played)
        assert lot is not None
        drawn(played, order_of(seed, lot.purpose, lot.among), METHOD)
    record, words = certified_record(played)
    seeded = [one["seed"] for one in record["lots"] if one["for"] != "ballot-order"]
    assert seeded
    assert all(one == {"commitment": commitment, "seed": seed} for one in seeded)
    assert commitment in words.replace(" ", "")
    assert seed in words.replace(" ", "")
    assert "voter" not in json.dumps(record["lots"])


@pytest.mark.slow
def test_every_ground_the_board_saw_on_a_paper_is_in_the_record(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    act = played.act("board_member", reason="Flere tegn")
    seen = ("marked", "uncertain")
    where = played.stations[0]
    decide_disputed(*played.by, act, played.election_id, where, "Et navn i kanten", "invalid", 3, 0, seen)
    entered(played, clear_votes(15, 6))
    settled(played)
    record, words = certified_record(played)
    (paper,) = record["disputed"]
    assert set(paper["found_grounds"]) == set(seen)
    assert "Sete grunde:" in words


def test_a_paper_lot_names_no_seed(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    entered(played, TIED)
    settled(played)
    while (lot := asked(played)) is not None:
        drawn(played, tuple(lot.among))
    assert settled(played) == "decided"
    record, words = certified_record(played)
    assert [one["seed"] for one in record["lots"]] == [None] * len(record["lots"])
    assert record["lost_boxes"] == []
    assert "Fingeraftryk af frøet" not in words
