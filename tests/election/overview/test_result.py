"""What the public is told: what is missing, or everything with its reasons; never a running total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from election.call.records import election as read_election
from election.call.rules import Phase
from election.candidacy.uncontested import uncontested_document
from election.counting.acts import enter_tally
from election.counting.rules import CountKind
from election.overview.result import ResultStatus, result_view
from registry.act import Installation
from tests.scenarios import figures, play_to

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_the_result_says_what_is_missing_and_shows_no_figure(installation: Installation) -> None:
    """One tally of two is entered: the station is not counted, and nothing of it is shown."""
    played = play_to(Phase.COUNTING, installation)
    form = figures(played, {"c1": 15})
    act, station = played.act("enterer"), played.stations[0]
    enter_tally(*played.by, act, played.election_id, station, CountKind.PRELIMINARY, 1, form)
    with installation.database.read() as session:
        view = result_view(session, read_election(session, played.scope, played.election_id))
    assert view.status is ResultStatus.NONE
    assert [(part.kind.value, part.stations) for part in view.missing] == [("count", ("Køge Rådhus, kantinen",))]
    assert (view.bars, view.elected, view.stations) == ((), (), ())


def test_a_counted_result_has_people_reasons_and_papers(installation: Installation) -> None:
    """6 candidates, 15 votes: five are elected, c6 is the substitute; 15 of 15 voted."""
    played = play_to(Phase.COUNTED, installation)
    with installation.database.read() as session:
        view = result_view(session, read_election(session, played.scope, played.election_id))
    assert [p.label for p in view.elected] == ["c1", "c2", "c3", "c4", "c5"]
    assert [(s.rank, s.person.label) for s in view.substitutes] == [(1, "c6")]
    assert [bar.kind for bar in view.bars] == ["elected"] * 5 + ["substitute", "blank", "blank"]
    assert view.steps
    assert view.margins
    assert view.turnout is not None
    assert (view.turnout.voted, view.turnout.may_vote, str(view.share)) == (15, 15, "1.0000")


def test_without_a_poll_everyone_who_stands_is_elected_and_nobody_has_votes(installation: Installation) -> None:
    """5 candidates for 5 seats, no poll: no vote is None, never 0."""
    played = play_to(Phase.UNCONTESTED, installation)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        view, document = result_view(session, election), uncontested_document(session, election)
    assert view.status is ResultStatus.UNCONTESTED
    assert [p.votes for p in view.elected] == [None] * 5
    assert (view.bars, view.substitutes, view.vacant) == ((), (), ())
    assert sorted(document["elected"]) == ["c1", "c2", "c3", "c4", "c5"]
    assert (document["outcome"], document["substitutes"], document["vacant"]) == ("decided", [], {"open": 0})


def test_the_page_of_an_uncontested_election_has_names_and_no_votes(
    installation: Installation, client: FlaskClient
) -> None:
    """Public: nobody is signed in. Five names in the list, and the word for votes stands nowhere beside them."""
    play_to(Phase.UNCONTESTED, installation)
    answer = client.get("/0259/integrationsraad/2017/resultat")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Afgjort uden afstemning" in page
    assert page[page.index("<main") : page.index("</main>")].count("<li><bdi>") == 5
    assert '<th scope="col" class="numeric">Stemmer</th>' not in page
