"""A desk where each group has its own ballot paper, in Chromium: which one to hand over, and to whom none."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from election.call.acts import move_clock
from election.roll.records import RollEntry
from registry.act import Installation
from tests.election.ballots.approved import OTHERS, WESTERN, Groups, groups_voting
from tests.journey.browser import Site, Visitor
from tests.scenarios import COUNTING_AT, PASSWORD, POLLING_AT, Played

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]
STATION = "/0259/integrationsraad/2017/stemmested/001"
DESK = f"{STATION}/bord/1/"
PILES = ("Ikke udleverede", "Leveret ubrugt tilbage", "Ombyttede", "Kuverter", "Stemmesedler i kassen")


@pytest.fixture
def groups(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Groups:
    found = groups_voting(installation, monkeypatch)
    _clock(found.played, POLLING_AT)
    return found


def _clock(played: Played, at: datetime) -> None:
    move_clock(*played.by, played.act("election_administrator"), played.election_id, at)


def typed(groups: Groups, entry_id: UUID) -> str:
    """The birth date of somebody, as it is typed at a desk."""
    with groups.played.installation.database.read() as session:
        scope = groups.played.scope
        return f"{session.get_one(RollEntry, (scope.municipality, scope.council, entry_id)).born_on:%d%m%y}"


def test_two_voters_of_different_groups_and_one_of_none(chromium: Browser, site: Site, groups: Groups) -> None:
    """The paper is named by letter, sign and group before and after the key. Who has no group gets none: why, and
    the way to an envelope. An exchange must say which paper; the table shows what lies there of each."""
    syrian, polish, nobody = groups.voters[0, OTHERS][0], groups.voters[0, WESTERN][0], groups.voters[0, OTHERS][1]
    with groups.played.installation.database.write() as session:
        session.execute(update(RollEntry).where(RollEntry.id == nobody).values(group=None))
    tove = Visitor(chromium, site).sign_in("polling_official", PASSWORD).open(DESK)
    tove.look("papers-1-desk", is_public=True)
    tove.scan(typed(groups, syrian))
    tove.sees("Stemmeseddel: A cirkel · ikke-vestlig")
    tove.look("papers-2-voter", is_public=True)
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel", "Stemmeseddel: A cirkel · ikke-vestlig")
    tove.scan(typed(groups, polish))
    tove.sees("Stemmeseddel: B trekant · vestlig")
    tove.key("Enter")
    tove.sees("Giv én stemmeseddel", "Stemmeseddel: B trekant · vestlig")
    tove.look("papers-3-admitted", is_public=True)

    tove.scan(typed(groups, nobody))
    tove.sees("Giv ingen stemmeseddel", "Vælgeren har ingen gruppe på listen", "Ring til valgkontoret")
    tove.look("papers-4-no-paper", is_public=True)
    tove.follow("Stem i kuvert (tvivl om ret)")
    tove.look("papers-5-envelope", is_public=True)
    tove.fill("Begrundelse", "Kontoret svarer ikke")
    tove.press("Registrer, og giv stemmeseddel og kuvert")
    tove.sees("Vælg stemmesedlen.")
    tove.page.get_by_label("B trekant · vestlig").check(force=True)
    tove.press("Registrer, og giv stemmeseddel og kuvert")
    tove.sees("Giv én stemmeseddel og én kuvert", "Stemmeseddel: B trekant · vestlig")

    tove.press("Ombyt stemmeseddel")
    tove.sees("Der er flere slags stemmesedler her", "Vælg, hvilken sedlen er.")
    tove.page.get_by_label("A cirkel · ikke-vestlig").check(force=True)
    tove.press("Ombyt stemmeseddel")
    tove.sees("Ombyttet: giv én ny stemmeseddel", "Stemmeseddel: A cirkel · ikke-vestlig")
    table = tove.page.get_by_role("table", name="Hver stemmeseddel")
    expect(table.get_by_role("row", name="A cirkel · ikke-vestlig 2 18")).to_be_visible()
    expect(table.get_by_role("row", name="B trekant · vestlig 2 18")).to_be_visible()
    tove.leave()


def test_the_closing_counts_each_paper_by_itself(chromium: Browser, site: Site, groups: Groups) -> None:
    """Nobody has voted: twenty of each lie there, and five numbers are asked for of each. One is missing of the
    second: the difference is said of that paper alone."""
    _clock(groups.played, COUNTING_AT)
    leader = Visitor(chromium, site).sign_in("station_leader", PASSWORD).open(f"{STATION}/luk")
    leader.tick("Den sidste")
    leader.press("Luk dørene")
    leader.look("papers-6-count", is_public=True)
    for name, unissued in (("A cirkel · ikke-vestlig", 20), ("B trekant · vestlig", 19)):
        pile = leader.page.get_by_role("group", name=name)
        for label in PILES:
            pile.get_by_label(label).fill(str(unissued) if label == PILES[0] else "0")
    leader.fill("Din adgangskode", PASSWORD)
    leader.fill("Den anden persons brugernavn", "board_member")
    leader.fill("Den anden persons adgangskode", PASSWORD)
    leader.press("Gem de talte tal")
    leader.sees("Regnskab over stemmesedler – A cirkel · ikke-vestlig")
    leader.sees("B trekant · vestlig: Beholdningen passer ikke: 19 uudleverede")
    leader.look("papers-7-difference", is_public=True)
    leader.leave()
