"""Late at night without a mouse: a tally goes back, and only the fields that differ are typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from election.call.acts import move_clock
from election.call.rules import Phase
from election.counting.acts import enter_tally, return_tally
from election.counting.lot_acts import commit_seed
from election.counting.rules import CountKind
from registry.act import Installation
from tests.election.counting.figures_of_a_night import entered, settled
from tests.journey.browser import Site, Visitor, wait_until_drawn
from tests.scenarios import BOARD, PASSWORD, Played, counting, figures, play_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
HOME = "/0259/integrationsraad/2017/optaelling"
KIND = CountKind.PRELIMINARY


def enter(played: Played, who: str, entry: int, votes: dict[str, int]) -> None:
    form, act = figures(played, votes), played.act(who)
    enter_tally(*played.by, act, played.election_id, played.stations[0], KIND, entry, form)


def tab_to_field(visitor: Visitor, name: str) -> None:
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.name || ''") == name:
            return
    raise AssertionError(f"the keyboard does not reach the field {name}")


def fields(visitor: Visitor) -> list[str]:
    return [box.input_value() for box in visitor.page.locator("input[data-tally]").all()]


def test_the_one_who_erred_types_two_fields_again_without_a_mouse(
    installation: Installation, chromium: Browser, site: Site
) -> None:
    """Entry 1 has c1 8, c2 7; entry 2 has c1 7, c2 8, and the papers say so, too."""
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 8, "c2": 7})
    enter(played, "enterer_2", 2, {"c1": 7, "c2": 8})
    board = Visitor(chromium, site).sign_in("board_member", PASSWORD).open(f"{HOME}/001/preliminary/forskelle")
    board.look("counting-differences")
    tab_to_field(board, "which")
    board.page.keyboard.press("Space")
    tab_to_field(board, "reason")
    board.page.keyboard.type("c1 og c2 er talt igen")
    board.tab_to("Send tilbage")
    board.key("Enter")
    board.sees("Sendt tilbage")
    board.leave()
    ida = Visitor(chromium, site).sign_in("enterer", PASSWORD).open(f"{HOME}/001/preliminary/1")
    ida.sees("c1 og c2 er talt igen", "Tæl, og skriv igen.")
    ida.look("counting-returned")
    wait_until_drawn(ida.page)
    before = figures(played, {"c1": 8, "c2": 7})
    assert fields(ida) == ["", "", *(str(number) for row, number in before.items() if row not in ("c1", "c2"))]
    ida.page.keyboard.type("7")  # the first empty field has the focus
    ida.page.keyboard.press("Tab")
    ida.page.keyboard.type("8")
    ida.tab_to("Send indtastningen")
    ida.key("Enter")
    ida.sees("De to indtastninger er enige")
    ida.leave()


def test_both_are_discarded_without_a_mouse(installation: Installation, chromium: Browser, site: Site) -> None:
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 8, "c2": 7})
    enter(played, "enterer_2", 2, {"c1": 2, "c2": 13})
    board = Visitor(chromium, site).sign_in("board_member", PASSWORD).open(f"{HOME}/001/preliminary/forskelle")
    tab_to_field(board, "discard-reason")
    board.page.keyboard.type("Bunkerne var blandet sammen")
    board.tab_to("Kassér begge indtastninger")
    board.key("Enter")
    board.sees("Begge indtastninger er kasseret")
    board.open(f"{HOME}/001/historik").sees("Bunkerne var blandet sammen")
    board.look("counting-history")
    board.leave()


def test_another_takes_over_what_was_sent_back(installation: Installation, chromium: Browser, site: Site) -> None:
    played = play_to(Phase.COUNTING, installation)
    enter(played, "enterer", 1, {"c1": 8, "c2": 7})
    enter(played, "enterer_2", 2, {"c1": 7, "c2": 8})
    sent_back = played.act("board_member", reason="c1 og c2 er talt igen")
    return_tally(*played.by, sent_back, played.election_id, played.stations[0], KIND, 1)
    board = Visitor(chromium, site).sign_in("board_member", PASSWORD).open(f"{HOME}/001/preliminary/1/overtag")
    board.look("counting-take-over", is_public=True)
    tab_to_field(board, "reason")
    board.page.keyboard.type("Er gået hjem")
    board.tab_to("Lad en anden overtage")
    board.key("Enter")
    board.open(f"{HOME}/001/historik").sees("Er gået hjem")
    board.leave()


def test_the_seed_and_the_board_s_decisions_fit_every_screen(
    installation: Installation, chromium: Browser, site: Site
) -> None:
    """The pages of the seed from the promise to the draw, and of a doubtful paper, as everybody sees them."""
    played = play_to(Phase.POLLING, installation)
    admin = Visitor(chromium, site).sign_in("election_administrator", PASSWORD).open(f"{HOME}/froe")
    admin.look("counting-seed-make")
    admin.leave()
    commit_seed(*played.by, played.act("election_administrator", second="board_member"), played.election_id)
    counting(played)
    entered(played, {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 2, "c6": 2})
    assert settled(played) == "lot-required"
    move_clock(*played.by, played.act("election_administrator"), played.election_id, played.now)
    board = Visitor(chromium, site).sign_in("board_member", PASSWORD).open(f"{HOME}/001/tvivl")
    board.look("counting-disputed", is_public=True)
    board.open(f"{HOME}/lod").look("counting-lot")
    board.tab_to("Vis frøet")
    board.key("Enter")
    board.sees("Alle kan regne rækkefølgen ud")
    board.look("counting-lot-by-seed")
    tab_to_field(board, "seeded-drawn_by")
    board.page.keyboard.type(BOARD[0])
    board.page.keyboard.press("Tab")
    board.page.keyboard.type("Lis Hansen og Bo Jensen")
    board.tab_to("Træk lod efter det offentlige frø")
    board.key("Enter")
    board.sees("Opgør nu resultatet")
    board.leave()
    anyone = Visitor(chromium, site).open(f"{HOME}/offentligt-froe")
    anyone.sees("python3 draw_lot")
    anyone.look("counting-public-seed", is_public=True)
    assert b"Draw a lot from a public seed" in anyone.download("Hent programmet")
    anyone.leave()
