"""A draw whose tie new figures have removed: it is revoked, it stays to be seen, and the others hold."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from election.call.lots import LotRecord
from election.call.rules import Phase
from election.certification.record import content_of
from election.counting.recount import reopen_count
from election.counting.recounted_lots import REASON
from election.counting.rules import CountKind
from election.overview.result import result_view
from registry.act import Installation
from tests.election.counting.figures_of_a_night import asked, drawn, entered, ruled, settled
from tests.scenarios import Played, _play_to, play_to

PRELIMINARY, FINAL = CountKind.PRELIMINARY, CountKind.FINAL
TIED = {"c1": 4, "c2": 3, "c3": 2, "c4": 2, "c5": 2, "c6": 2}
"""Five seats: c3–c6 stand equal for three of them."""
CLEAR = {"c1": 4, "c2": 3, "c3": 3, "c4": 2, "c5": 2, "c6": 1}
RESULT = "/0259/integrationsraad/2017/resultat"


def recount(played: Played, votes: dict[str, int], kind: CountKind = FINAL) -> str:
    act = played.act("board_member", reason="en bunke lå under bordet", second="board_member_2")
    reopen_count(*played.by, act, played.election_id, played.stations[0], kind)
    entered(played, votes, kind)
    return settled(played)


def kept(played: Played) -> dict[tuple[str, ...], str]:
    """Who was drawn → why it does not hold any more; empty while it holds."""
    with played.installation.database.read() as session:
        rows = session.scalars(select(LotRecord).where(LotRecord.purpose != "ballot-order"))
        return {tuple(row.drawn): row.revoke_reason or "" for row in rows}


@pytest.fixture
def tied(installation: Installation) -> Played:
    played = play_to(Phase.COUNTING, installation)
    entered(played, TIED)
    assert settled(played) == "lot-required"
    drawn(played, ("c6", "c5", "c4", "c3"))
    assert settled(played) == "decided"
    return played


def test_a_recount_that_removes_the_tie_revokes_the_draw_with_its_reason(tied: Played) -> None:
    assert kept(tied) == {("c6", "c5", "c4", "c3"): ""}
    assert recount(tied, CLEAR) == "decided"
    assert kept(tied) == {("c6", "c5", "c4", "c3"): str(REASON)}


def test_a_tie_that_no_longer_decides_anything_needs_no_draw(tied: Played) -> None:
    """c1 1, and 3 each for c2–c5, 2 for c6: whoever stands equal has a seat; the old four do not stand equal."""
    assert recount(tied, {"c1": 1, "c2": 3, "c3": 3, "c4": 3, "c5": 3, "c6": 2}) == "decided"
    assert kept(tied) == {("c6", "c5", "c4", "c3"): str(REASON)}


def test_the_final_count_revokes_what_was_drawn_about_the_preliminary_one(installation: Installation) -> None:
    """The preliminary count ties c3–c6; the final one does not, and is no recount."""
    played = play_to(Phase.COUNTING, installation)
    entered(played, TIED, PRELIMINARY)
    assert settled(played) == "lot-required"
    drawn(played, ("c6", "c5", "c4", "c3"))
    assert settled(played) == "decided"
    entered(played, CLEAR)
    assert kept(played) == {("c6", "c5", "c4", "c3"): str(REASON)}
    assert settled(played) == "decided"


def test_the_final_count_keeps_what_was_drawn_when_the_tie_stays(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    entered(played, TIED, PRELIMINARY)
    settled(played)
    drawn(played, ("c6", "c5", "c4", "c3"))
    entered(played, TIED)
    assert kept(played) == {("c6", "c5", "c4", "c3"): ""}
    assert settled(played) == "decided"


def test_only_the_draw_whose_tie_is_gone_is_revoked(installation: Installation) -> None:
    """4 3 3 2 2 2 1 1 and five seats: c4–c6 for two of them, c7 and c8 for their order. Then c4 has one more."""
    played = _play_to(Phase.COUNTING, installation, 18, 8)
    votes = {"c1": 4, "c2": 3, "c3": 3, "c4": 2, "c5": 2, "c6": 2, "c7": 1, "c8": 1}
    entered(played, votes)
    assert settled(played) == "lot-required"
    lot = asked(played)
    assert lot is not None
    assert (lot.purpose, lot.among) == ("seat", ("c4", "c5", "c6"))
    drawn(played, ("c6", "c5", "c4"))
    assert settled(played) == "lot-required"
    lot = asked(played)
    assert lot is not None
    assert (lot.purpose, lot.among) == ("substitute-order", ("c7", "c8"))
    drawn(played, ("c8", "c7"))
    assert settled(played) == "decided"
    recount(played, votes | {"c4": 3, "c1": 3})
    assert kept(played) == {("c6", "c5", "c4"): str(REASON), ("c8", "c7"): ""}


def test_the_revoked_draw_stays_on_the_result_and_in_the_record(tied: Played, client: FlaskClient) -> None:
    recount(tied, CLEAR)
    with tied.installation.database.read() as session:
        election = tied.read()
        view = result_view(session, election)
        record = content_of(session, election)
    (revoked,) = view.revoked
    assert (view.draws, revoked.revoke_reason, len(revoked.drawn)) == ((), str(REASON), 4)
    told = [lot["revoke_reason"] for lot in record["lots"] if lot["for"] == "seat"]
    assert told == [str(REASON)]
    page = client.get(RESULT).text
    assert "Lodtrækninger, der ikke gælder mere" in page
    assert str(REASON) in page


def test_a_draw_that_holds_is_not_among_the_revoked(tied: Played, client: FlaskClient) -> None:
    page = client.get(RESULT).text
    assert "Lodtrækninger, der ikke gælder mere" not in page
    assert "Sedler i en skål" in page


def test_equal_substitutes_share_a_rank_where_their_order_does_not_matter(
    installation: Installation, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5 4 3 2 2 1 1 and five seats: c6 and c7 stand equal behind them, nobody draws, both are number 1."""
    ruled(monkeypatch, are_ranked="false")
    played = _play_to(Phase.COUNTING, installation, 18, 7)
    entered(played, {"c1": 5, "c2": 4, "c3": 3, "c4": 2, "c5": 2, "c6": 1, "c7": 1})
    assert asked(played) is None
    assert settled(played) == "decided"
    assert asked(played) is None
    with installation.database.read() as session:
        view = result_view(session, played.read())
    assert [(one.rank, one.person.label) for one in view.substitutes] == [(1, "c6"), (1, "c7")]
    assert client.get(RESULT).status_code == 200
