"""Papers that were set aside: the election board decides each by a majority, and figures are not touched."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from election.call.rules import Phase
from election.counting.acts import decide_disputed
from election.counting.disputed import is_majority, may_count_as
from election.counting.records import disputed_papers, tallies
from election.counting.rules import Form
from election.polling.records import station_now
from registry.act import Installation
from registry.findings import Refused
from tests.scenarios import Played, form_value, play_to, sign_in

FORM = Form(candidates=("c1", "c2"), lists=(), invalid=("uncertain",), min_crosses=1, max_crosses=1)


@pytest.mark.parametrize(
    ("votes_for", "votes_against", "members", "fits"),
    [(2, 1, 3, True), (3, 0, 3, True), (1, 0, 3, True), (1, 1, 3, False), (0, 0, 3, False), (3, 1, 3, False)],
)
def test_more_for_than_against_and_no_more_votes_than_members(
    votes_for: int, votes_against: int, members: int, fits: bool
) -> None:
    assert is_majority(votes_for, votes_against, members) is fits


@pytest.mark.parametrize(
    ("row", "fits"), [("c2", True), ("blank", True), ("invalid:uncertain", True), ("in_box", False), ("c9", False)]
)
def test_a_paper_counts_as_a_candidate_or_as_blank_or_invalid(row: str, fits: bool) -> None:
    assert may_count_as(FORM, row) is fits


def decided(
    played: Played, *, counted_as: str = "c1", votes: tuple[int, int] = (2, 1), who: str = "board_member"
) -> None:
    act = played.act(who, reason="krydset står i feltet")
    decide_disputed(
        *played.by, act, played.election_id, played.stations[0], "kryds og en streg", counted_as, *votes
    )


def kept(played: Played) -> list[tuple[str, int, int]]:
    with played.installation.database.read() as session:
        election = played.read()
        station = station_now(session, election, played.stations[0])
        assert station is not None
        rows = disputed_papers(session, election, station.id)
        assert not tallies(session, election)
        return [(row.counted_as, row.votes_for, row.votes_against) for row in rows]


def test_the_decision_is_kept_and_no_figure_changes(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    decided(played)
    assert kept(played) == [("c1", 2, 1)]


@pytest.mark.parametrize(
    ("counted_as", "votes", "who", "code"),
    [
        ("in_box", (2, 1), "board_member", "R337"),
        ("c1", (1, 1), "board_member", "R338"),
        ("c1", (9, 0), "board_member", "R338"),
        ("c1", (2, 1), "enterer", "R002"),
    ],
)
def test_what_cannot_be_a_decision_of_the_board_is_refused_and_nothing_is_kept(
    installation: Installation, counted_as: str, votes: tuple[int, int], who: str, code: str
) -> None:
    played = play_to(Phase.COUNTING, installation)
    with pytest.raises(Refused, match=code):
        decided(played, counted_as=counted_as, votes=votes, who=who)
    assert kept(played) == []


def test_the_page_keeps_what_was_typed_when_there_is_no_majority(
    installation: Installation, client: FlaskClient
) -> None:
    """One for and one against is refused and may be mended; two for and one against is kept and printed."""
    play_to(Phase.COUNTING, installation)
    sign_in(client, "board_member")
    page = "/0259/integrationsraad/2017/optaelling/001/tvivl"
    text = client.get(page).get_data(as_text=True)
    typed = {
        "mark": "kryds og streg",
        "counted_as": "c1",
        "votes_for": "1",
        "votes_against": "1",
        "reason": "tydeligt",
    }
    typed |= {name: form_value(text, name) for name in ("csrf_token", "request_id")}
    refused = client.post(page, data=typed)
    assert refused.status_code == 409
    assert 'value="kryds og streg"' in refused.get_data(as_text=True)
    assert client.post(page, data=typed | {"votes_for": "2"}).status_code == 302
    assert "kryds og streg" in client.get(page).get_data(as_text=True)
    assert client.get(page.replace("tvivl", "afstemningsbog.pdf")).data.startswith(b"%PDF")
