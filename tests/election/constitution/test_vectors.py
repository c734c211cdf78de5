"""The hand-checked elections of one post: who is elected when, by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest

from election.constitution.acts import accept, decline, nominate, record_round
from election.constitution.rules import Drawn, Round, Verdict, chair_may_decide, told_with_chair, verdict
from election.constitution.ties import chair_decides, record_lot
from election.counting.methods import BadInput
from registry.act import Installation
from registry.meetings.acts import register_presence
from registry.meetings.rules import PresenceKind
from registry.regulation.choices import Majority, TieRule
from tests.registry.meetings.convened import CHAIR_DECIDES, NAMES, Held, convened, opened, refused

pytestmark = pytest.mark.slow

KSL, AB = Majority.PRESENT, Majority.CAST
ABC = {"A": "Amina", "B": "Birgit", "C": "Çiğdem"}


def _rounds(present: int, *rounds: tuple[Mapping[str, int], int]) -> list[Round]:
    return [Round(present, votes, blank, 0) for votes, blank in rounds]


def _stands(
    majority: Majority, present: int, *rounds: tuple[Mapping[str, int], int], lots: tuple[Drawn, ...] = ()
) -> Verdict:
    return verdict(majority, ABC, _rounds(present, *rounds), lots)


def test_v1_the_ministrys_own_example() -> None:
    """21 present: 10 of 21 is no majority in rounds 1 and 2 (11 needed); in round 3 10 of 18 cast is one."""
    first = ({"A": 10, "B": 8, "C": 3}, 0)
    one = _stands(KSL, 21, first)
    assert (one.next_round, one.needed, one.elected) == (2, 11, None)
    two = _stands(KSL, 21, first, first)
    assert (two.next_round, two.between) == (3, ("A", "B"))
    three = _stands(KSL, 21, first, first, ({"A": 10, "B": 8}, 3))
    assert (three.elected, three.needed) == ("A", 10)
    assert three.cite.startswith("KSTL § 24")


def test_v2_more_than_half_of_those_present_is_enough_at_once() -> None:
    """15 present: 8 > 7½."""
    assert _stands(KSL, 15, ({"A": 8, "B": 7}, 0)).elected == "A"


def test_v3_a_blank_vote_blocks_the_first_round() -> None:
    """14 present: 7 is half and not more; 8 needed."""
    found = _stands(KSL, 14, ({"A": 7, "B": 6}, 1))
    assert (found.elected, found.next_round, found.needed) == (None, 2, 8)
    assert "14 til stede, 8 stemmer kræves" in found.sentence


def test_v4_of_the_votes_cast_the_same_figures_elect() -> None:
    """7 of 13 votes for persons: more than half, so elected in round 1 under the other rule."""
    found = _stands(AB, 14, ({"A": 7, "B": 6}, 1))
    assert (found.elected, found.needed) == ("A", 7)


def test_v5_in_round_two_the_only_one_with_votes_is_elected() -> None:
    """9 present, 4 votes and 5 blank: no majority in round 1; in round 2 only one person received votes."""
    assert _stands(KSL, 9, ({"A": 4}, 5)).next_round == 2
    assert _stands(KSL, 9, ({"A": 4}, 5), ({"A": 4}, 5)).elected == "A"


@pytest.mark.parametrize("majority", [KSL, AB])
def test_v6_a_lot_says_who_goes_to_round_three(majority: Majority) -> None:
    """A 5, B 3, C 3: A is in round 3; B and C draw for the second place."""
    tie = ({"A": 5, "B": 3, "C": 3}, 0)
    found = _stands(majority, 11, tie, tie)
    assert (found.lot_for, set(found.lot_among), found.lot_places) == ("round-three", {"B", "C"}, 1)
    assert found.sentence.startswith("Runde 2: Amina fik 5 stemmer")
    assert "det afgøres ved lodtrækning" in found.sentence
    drawn = _stands(majority, 11, tie, tie, lots=(Drawn(("B", "C"), ("C",)),))
    assert (drawn.next_round, set(drawn.between)) == (3, {"A", "C"})


def test_v7_equal_in_round_three_is_a_lot() -> None:
    """5 and 5: the lot decides who is elected."""
    tie = ({"A": 5, "B": 5}, 0)
    found = _stands(KSL, 10, tie, tie, tie)
    assert (found.lot_for, set(found.lot_among)) == ("seat", {"A", "B"})
    assert _stands(KSL, 10, tie, tie, tie, lots=(Drawn(("A", "B"), ("B",)),)).elected == "B"


def test_v12_blank_votes_do_not_block_round_three() -> None:
    """15 present, A 6, B 4, 5 blank: 6 of 10 cast."""
    held = ({"A": 6, "B": 4}, 5)
    found = _stands(KSL, 15, held, held, held)
    assert (found.elected, found.needed) == ("A", 6)


def test_most_votes_win_in_one_round_where_the_regulation_says_so() -> None:
    """A 5, B 4, C 3: A, though 5 of 12 is no majority. Two equal: a lot."""
    assert _stands(Majority.PLURALITY, 12, ({"A": 5, "B": 4, "C": 3}, 0)).elected == "A"
    tie = ({"A": 5, "B": 5}, 2)
    assert set(_stands(Majority.PLURALITY, 12, tie).lot_among) == {"A", "B"}
    assert _stands(Majority.PLURALITY, 12, tie, lots=(Drawn(("A", "B"), ("B",)),)).elected == "B"


def test_a_lot_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(BadInput):
        _stands(KSL, 15, ({"A": 8, "B": 7}, 0), lots=(Drawn(("A", "B"), ("B",)),))


def test_the_chair_ends_only_the_deciding_tie_and_never_the_first_chairs() -> None:
    """The rule, the post, a presiding chair and the deciding round must all be there."""
    yes = {"chair_presides": True, "lot_for": "seat"}
    assert chair_may_decide(TieRule.CHAIR_DECIDES, "vice_chair", **yes)  # type: ignore[arg-type]
    assert not chair_may_decide(TieRule.CHAIR_DECIDES, "chair", **yes)  # type: ignore[arg-type]
    assert not chair_may_decide(TieRule.LOT, "vice_chair", **yes)  # type: ignore[arg-type]
    assert not chair_may_decide(TieRule.CHAIR_DECIDES, "vice_chair", chair_presides=True, lot_for="round-three")
    assert not chair_may_decide(TieRule.CHAIR_DECIDES, "vice_chair", chair_presides=False, lot_for="seat")


@pytest.mark.parametrize("majority", [KSL, Majority.PLURALITY])
def test_a_tie_that_the_chair_ends_announces_no_lot(majority: Majority) -> None:
    tie = ({"A": 5, "B": 5}, 0)
    found = told_with_chair(_stands(majority, 10, *([tie] * (1 if majority is Majority.PLURALITY else 3))))
    assert found.sentence.endswith("står lige; det afgøres af formanden.")
    assert "lod" not in found.sentence


# --- through the acts, on both engines --------------------------------------------------------------------


def _tie(held: Held, item: int, one: str, other: str) -> UUID:
    """Three rounds of 5 – 5 with ten present, for the post under a point."""
    ballot = nominate(*held.by, held.meeting_id, held.item(item), (held.who[one], held.who[other]), held.now)
    for _ in range(3):
        record_round(*held.by, ballot, held.now, {held.who[one]: 5, held.who[other]: 5})
    return ballot


def test_v8_when_quorum_is_lost_the_next_round_cannot_be_held(installation: Installation) -> None:
    """8 of 15 at round 1, 4 – 3 elects nobody; one leaves: 7, so round 2 is refused R612 until another comes."""
    held = opened(convened(installation), 8)
    a, b = held.who[NAMES[0]], held.who[NAMES[1]]
    ballot = nominate(*held.by, held.meeting_id, held.item(3), (a, b), held.now)
    assert record_round(*held.by, ballot, held.now, {a: 4, b: 3}, 1).next_round == 2
    held.later()
    register_presence(*held.by, held.meeting_id, held.who[NAMES[7]], PresenceKind.LEFT, held.now)
    told = refused(installation, "R612", lambda: record_round(*held.by, ballot, held.now, {a: 4, b: 3}))
    assert "7 til stede, 8 kræves (af 15)" in told
    held.later()
    register_presence(*held.by, held.meeting_id, held.who[NAMES[8]], PresenceKind.ARRIVED, held.now)
    assert record_round(*held.by, ballot, held.now, {a: 5, b: 3}).elected == a


def test_v9_the_first_chairs_tie_is_a_lot_even_where_the_chair_decides(installation: Installation) -> None:
    """5 – 5 in round 3, the secretary presides: the chair's decision is refused R642; the lot elects B."""
    held = opened(convened(installation, CHAIR_DECIDES), 10)
    a, b = held.who[NAMES[0]], held.who[NAMES[1]]
    ballot = _tie(held, 3, NAMES[0], NAMES[1])
    assert "det afgøres ved lodtrækning" in held.lines(3)[-1]
    refused(installation, "R642", lambda: chair_decides(*held.by, ballot, b, held.now))
    assert record_lot(*held.by, ballot, (b,), "Sekretæren", "Mødet", "Sedler i en skål", held.now).elected == b
    assert a != b


def test_v10_the_vice_chairs_tie_is_the_chairs_to_decide(installation: Installation) -> None:
    """The chair voted among the ten; then decides: votes and decision are two lines, and no lot is spoken of."""
    held = opened(convened(installation, CHAIR_DECIDES), 10)
    chair = held.who[NAMES[9]]
    first = nominate(*held.by, held.meeting_id, held.item(3), (chair,), held.now)
    record_round(*held.by, first, held.now, {chair: 10})
    accept(*held.by, first, held.now)
    ballot = _tie(held, 4, NAMES[0], NAMES[1])
    assert held.lines(4)[-1].endswith("det afgøres af formanden.")
    assert chair_decides(*held.by, ballot, held.who[NAMES[1]], held.now).elected == held.who[NAMES[1]]
    assert held.lines(4)[-2:] == [
        f"Formanden afgør stemmeligheden mellem {NAMES[0]} og {NAMES[1]} til fordel for {NAMES[1]}.",
        f"{NAMES[1]} er valgt.",
    ]
    assert not any("Lodtrækning" in line for line in held.lines(4))


def test_v11_whoever_declines_is_followed_by_a_new_election_from_round_one(installation: Installation) -> None:
    """A 8 of 15 is elected and says no; the next election begins with round 1 and B is elected."""
    held = opened(convened(installation), 15)
    a, b = held.who[NAMES[0]], held.who[NAMES[1]]
    ballot = nominate(*held.by, held.meeting_id, held.item(3), (a, b), held.now)
    assert record_round(*held.by, ballot, held.now, {a: 8, b: 7}).elected == a
    decline(*held.by, ballot, held.now, "for lidt tid")
    assert held.lines(3)[-1] == f"{NAMES[0]} modtog ikke valget (for lidt tid). Der holdes nyt valg."
    again = nominate(*held.by, held.meeting_id, held.item(3), (b,), held.now)
    assert record_round(*held.by, again, held.now, {b: 9}, 6).elected == b
    assert held.lines(3)[-1].startswith("Runde 1: ")
