"""Lots by a public seed: promised before the polls close, shown when a lot is asked for, the same for all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from election.call.acts import move_clock
from election.call.lot_seed import LotSeed, lot_seed
from election.call.lots import LotRecord
from election.call.rules import Phase
from election.counting.lost_box_acts import Decision, record_lost_box
from election.counting.lot_acts import commit_seed, show_seed, was_known_before
from election.counting.recount import reopen_count
from election.counting.rules import CountKind
from election.counting.seeded_draw import METHOD, fingerprint_of, line_of, order_of, speaks_of_a_seed
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from tests.election.counting.figures_of_a_night import asked, drawn, entered, settled
from tests.scenarios import BOARD, PASSWORD, Played, counting, form_value, play_to, sign_in

PROGRAM = Path(__file__).parents[3] / "scripts" / "draw_lot"
PAGES = "/0259/integrationsraad/2017/optaelling"
TIED = {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 2, "c6": 2}
"""Five seats: c3–c6 stand equal for three of them."""


def drawn_by_the_program(*arguments: str) -> list[str]:
    command = [sys.executable, "-I", "-S", str(PROGRAM), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.splitlines()


# --- the recipe -------------------------------------------------------------------------------------------


def test_the_recipe_by_hand() -> None:
    """`printf 'abc|seat|c1,c10,c2|c1' | sha256sum` begins 4f85b9, for c10 9e566e, for c2 f58174."""
    assert line_of("abc", "seat", ("c2", "c10", "c1"), "c1") == "abc|seat|c1,c10,c2|c1"
    numbers = [hashlib.sha256(f"abc|seat|c1,c10,c2|{one}".encode()).hexdigest() for one in ("c1", "c10", "c2")]
    assert [number[:6] for number in numbers] == ["4f85b9", "9e566e", "f58174"]
    assert order_of("abc", "seat", ("c2", "c10", "c1")) == ("c1", "c10", "c2")
    assert fingerprint_of("abc").startswith("ba7816bf8f01cfea")


_people = st.lists(st.integers(1, 99).map(lambda n: f"c{n}"), min_size=2, max_size=9, unique=True)


@given(
    st.text("0123456789abcdef", min_size=1), st.sampled_from(("seat", "substitute-order")), _people, st.randoms()
)
def test_the_order_holds_everybody_once_and_does_not_know_who_was_named_first(
    seed: str, purpose: str, among: list[str], chance: object
) -> None:
    order = order_of(seed, purpose, among)
    assert sorted(order) == sorted(among)
    chance.shuffle(among)  # type: ignore[attr-defined]
    assert order_of(seed, purpose, among) == order


def test_every_order_comes_about_equally_often() -> None:
    """Of 6,000 seeds each of the six orders of three people gets 1,000, give or take 120 (four deviations)."""
    times: dict[tuple[str, ...], int] = {}
    for number in range(6000):
        order = order_of(f"{number:064x}", "seat", ("c1", "c2", "c3"))
        times[order] = times.get(order, 0) + 1
    assert len(times) == 6
    assert all(880 <= number <= 1120 for number in times.values())


@pytest.mark.parametrize("among", [("c7", "c3"), ("c10", "c2", "c1"), ("A", "B"), ("c4", "c5", "c6", "c3")])
def test_the_program_that_anyone_can_run_says_the_same(among: tuple[str, ...]) -> None:
    seed = hashlib.sha256("|".join(among).encode()).hexdigest()
    fingerprint, *lines = drawn_by_the_program(seed, "seat", *among)
    assert fingerprint == f"fingerprint {fingerprint_of(seed)}"
    assert tuple(line.split()[1] for line in lines) == order_of(seed, "seat", among)


@pytest.mark.parametrize("arguments", [[], ["abc", "seat"], ["abc", "seat", "c1"], ["abc", "seat", "c1", "c1"]])
def test_the_program_says_how_it_is_used(arguments: list[str]) -> None:
    command = [sys.executable, str(PROGRAM), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    assert "draw_lot SEED PURPOSE" in done.stderr


@pytest.mark.parametrize(
    ("method", "speaks"),
    [(METHOD, True), ("Efter det Offentlige Frø", True), ("public seed", True), ("Sedler i en skål", False)],
)
def test_whoever_writes_of_a_seed_says_that_the_recipe_was_followed(method: str, speaks: bool) -> None:
    assert speaks_of_a_seed(method) is speaks


# --- the acts ---------------------------------------------------------------------------------------------


def commit(played: Played, second: str | None = "board_member") -> str:
    return commit_seed(*played.by, played.act("election_administrator", second=second), played.election_id)


def show(played: Played, who: str = "board_member") -> str:
    return show_seed(*played.by, played.act(who), played.election_id)


def kept(played: Played) -> LotSeed:
    with played.installation.database.read() as session:
        row = lot_seed(session, played.read())
        assert row is not None
        return row


@pytest.fixture
def promised(installation: Installation) -> Played:
    """Two people make the seed before the polls close; then everybody has voted and the polls are closed."""
    played = play_to(Phase.POLLING, installation)
    commit(played)
    return counting(played)


def test_nobody_sees_the_seed_before_it_is_shown(promised: Played) -> None:
    """Not in the row, not in the answer that is kept, not in the log; its fingerprint is in all three."""
    entered(promised, TIED)
    assert settled(promised) == "lot-required"
    before = kept(promised)
    with promised.installation.database.read() as session:
        texts = [row.answer for row in session.scalars(select(ActRecord))]
        texts += [str(row.body) for row in session.scalars(select(LogEntry))]
    assert (before.seed, before.shown_at) == (None, None)
    seed = show(promised)
    assert len(seed) == 64
    assert fingerprint_of(seed) == before.commitment
    assert not any(seed in text for text in texts)
    assert seed.encode() not in before.sealed_seed
    assert sum(before.commitment in text for text in texts) >= 2


def test_the_promise_is_made_once_by_two_and_before_the_polls_close(installation: Installation) -> None:
    played = play_to(Phase.POLLING, installation)
    for second in (None, "election_administrator"):
        with pytest.raises(Refused, match="R006"):
            commit(played, second)
    with pytest.raises(Refused, match="R002"):
        commit(played, "enterer")
    fingerprint = commit(played)
    with pytest.raises(Refused, match="R344"):
        commit(played)
    assert kept(played).commitment == fingerprint


def test_after_the_polls_nobody_can_promise_any_more(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    with pytest.raises(Refused, match="R080"):
        commit(played)
    with pytest.raises(Refused, match="R350"):
        show(played)


def test_the_seed_is_shown_by_the_board_and_only_when_a_lot_is_asked_for(promised: Played) -> None:
    with pytest.raises(Refused, match="R351"):
        show(promised)
    entered(promised, TIED)
    with pytest.raises(Refused, match="R351"):
        show(promised)
    assert settled(promised) == "lot-required"
    with pytest.raises(Refused, match="R002"):
        show(promised, "election_administrator")
    assert show(promised) == show(promised) == kept(promised).seed


def test_without_a_lot_the_seed_is_shown_after_the_result_so_that_it_can_be_checked(promised: Played) -> None:
    """5 4 3 2 1 0: nobody stands equal."""
    entered(promised, {"c1": 5, "c2": 4, "c3": 3, "c4": 2, "c5": 1})
    assert settled(promised) == "decided"
    assert fingerprint_of(show(promised)) == kept(promised).commitment


@pytest.mark.parametrize("changed", ["commitment", "sealed_seed"])
def test_a_seed_that_does_not_fit_its_fingerprint_is_not_shown(promised: Played, changed: str) -> None:
    entered(promised, TIED)
    settled(promised)
    value = "0" * 64 if changed == "commitment" else kept(promised).sealed_seed[:-1] + b"\x00"
    with promised.installation.database.write() as session:
        session.execute(update(LotSeed).values({changed: value}))
    with pytest.raises(Refused, match="R352"):
        show(promised)
    assert kept(promised).seed is None


def test_the_draw_follows_the_seed_or_is_refused(promised: Played) -> None:
    entered(promised, TIED)
    settled(promised)
    with pytest.raises(Refused, match="R353"):
        drawn(promised, ("c3", "c4", "c5", "c6"), METHOD)
    seed, lot = show(promised), asked(promised)
    assert lot is not None
    right = order_of(seed, "seat", lot.among)
    wrong = (right[1], right[0], *right[2:])
    for order in (wrong, right[:3]):
        with pytest.raises(Refused, match="R355") as refused:
            drawn(promised, order, METHOD)
        assert refused.value.facts == {"right": " / ".join(right)}
    with pytest.raises(Refused, match="R356"):
        drawn(promised, wrong)
    drawn(promised, right, METHOD)
    assert settled(promised) == "decided"
    _, *lines = drawn_by_the_program(seed, "seat", *lot.among)
    assert tuple(line.split()[1] for line in lines) == right


def test_a_lot_on_paper_stays_possible_as_long_as_the_seed_is_not_shown(promised: Played) -> None:
    entered(promised, TIED)
    settled(promised)
    drawn(promised, ("c6", "c5", "c4", "c3"))
    assert settled(promised) == "decided"


def test_a_seed_that_was_known_before_the_last_figures_draws_no_more(promised: Played) -> None:
    """The seed is shown for one tie; a recount makes another: whoever recounts could know what the seed draws."""
    entered(promised, TIED)
    settled(promised)
    seed = show(promised)
    promised.now = promised.now.replace(hour=23)
    act = promised.act("board_member", reason="en bunke lå under bordet", second="board_member_2")
    reopen_count(*promised.by, act, promised.election_id, promised.stations[0], CountKind.FINAL)
    entered(promised, {"c1": 4, "c2": 4, "c3": 4, "c4": 1, "c5": 1, "c6": 1})
    settled(promised)
    lot = asked(promised)
    assert lot is not None
    assert lot.among == ("c4", "c5", "c6")
    with pytest.raises(Refused, match="R354"):
        drawn(promised, order_of(seed, "seat", lot.among), METHOD)
    drawn(promised, lot.among)
    assert settled(promised) == "decided"


@pytest.mark.parametrize(
    ("decisions", "is_old"),
    [
        ((Decision.COUNTED_WITHOUT,), True),
        ((Decision.PRELIMINARY_HOLDS,), False),
        ((Decision.COUNTED_WITHOUT, Decision.FOUND), False),
    ],
)
def test_papers_left_out_after_the_seed_was_shown_are_new_figures(
    promised: Played, decisions: tuple[Decision, ...], is_old: bool
) -> None:
    """Who leaves them out could know what the seed draws then. What changes no figure frees nobody of the seed."""
    entered(promised, TIED, CountKind.PRELIMINARY)
    settled(promised)
    show(promised)
    for decision in decisions:
        promised.now += timedelta(minutes=1)
        act = promised.act("board_member", reason="Bilen brændte", second="board_member_2")
        record_lost_box(*promised.by, act, promised.election_id, promised.stations[0], "Bilen brændte", decision)
    with promised.installation.database.read() as session:
        row = lot_seed(session, promised.read())
        assert row is not None
        assert was_known_before(session, promised.read(), row) is is_old


# --- the pages --------------------------------------------------------------------------------------------


def tokens(page: str, prefix: str = "") -> dict[str, str]:
    return {
        "csrf_token": form_value(page, "csrf_token"),
        f"{prefix}request_id": form_value(page, f"{prefix}request_id"),
    }


def test_from_the_promise_to_the_draw_by_the_pages(installation: Installation, client: FlaskClient) -> None:
    """Anybody sees the fingerprint beforehand and the seed afterwards, and can run the line on the page."""
    played = play_to(Phase.POLLING, installation)
    public = f"{PAGES}/offentligt-froe"
    assert "Der er ikke gemt noget frø" in client.get(public).text
    sign_in(client, "election_administrator")
    page = client.get(f"{PAGES}/froe").text
    typed = tokens(page) | {
        "own_password": PASSWORD,
        "second_username": "board_member",
        "second_password": PASSWORD,
    }
    assert client.post(f"{PAGES}/froe", data=typed | {"second_password": "forkert"}).status_code == 403
    assert client.post(f"{PAGES}/froe", data=typed, follow_redirects=True).status_code == 200
    client.get("/log-ud")
    told = client.get(public).text
    assert kept(played).commitment in told
    assert "er låst inde" in told
    result = client.get("/0259/integrationsraad/2017/resultat").text
    assert kept(played).commitment in result
    assert f'href="{public}"' in result
    assert client.get(f"{public}/draw_lot").data == PROGRAM.read_bytes()
    counting(played)
    entered(played, TIED)
    settled(played)
    move_clock(*played.by, played.act("election_administrator"), played.election_id, played.now)
    sign_in(client, "board_member")
    page = client.get(f"{PAGES}/lod").text
    assert "Gem lodtrækningen" in page
    shown = client.post(f"{PAGES}/froe/vis", data=tokens(page), follow_redirects=True).text
    assert "Gem lodtrækningen" not in shown
    typed = tokens(shown, "seeded-")
    assert "er ikke gemt" in client.post(f"{PAGES}/lod/froe", data=typed, follow_redirects=True).text
    typed |= {"seeded-drawn_by": BOARD[0], "seeded-witnesses": "Lis Hansen og Bo Jensen"}
    assert client.post(f"{PAGES}/lod/froe", data=typed).status_code == 302
    with installation.database.read() as session:
        (row,) = session.scalars(select(LotRecord).where(LotRecord.purpose == "seat"))
        seed = kept(played).seed
        assert seed is not None
        assert (row.method, tuple(row.drawn)) == (METHOD, order_of(seed, "seat", row.among))
    told = client.get(public).text
    assert f"python3 draw_lot {seed} seat c3 c4 c5 c6" in told
    settled(played)
    result = client.get("/0259/integrationsraad/2017/resultat").text
    assert result.count(kept(played).commitment) == 1
    assert f'href="{public}"' in result


@pytest.mark.parametrize("address", ["froe/vis", "lod/froe", "froe"])
def test_whoever_is_not_of_the_board_can_neither_make_nor_show_nor_draw(
    promised: Played, client: FlaskClient, address: str
) -> None:
    sign_in(client, "enterer")
    typed = tokens(client.get(f"{PAGES}/001/final/1").text)
    assert client.post(f"{PAGES}/{address}", data=typed).status_code == 403
    assert kept(promised).seed is None
