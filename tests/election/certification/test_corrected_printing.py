"""A record that corrects another one says on paper which figures it changed, and whose election."""

from __future__ import annotations

from election.call.records import election as read_election
from election.call.rules import Phase
from election.certification.acts import approve, reopen, request
from election.certification.printing import certified_record_pdf, election_record_pdf
from election.certification.records import certifications
from registry.act import Installation
from tests.election.overview.published import recount, words_of
from tests.scenarios import Played, play_to


def certify(played: Played) -> None:
    asked = request(*played.by, played.act("certifier"), played.election_id)
    approve(*played.by, played.act("certifier_2"), played.election_id, asked)


def test_old_and_new_figures_stand_beside_each_other(installation: Installation) -> None:
    """5 4 3 2 1 0 is certified, opened, and counted again as 4 3 2 2 1 3."""
    played = play_to(Phase.COUNTED, installation)
    certify(played)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        (first,) = certifications(session, election)
        before = certified_record_pdf(session, election, first)
    act = played.act("certifier", reason="en bunke lå under bordet", second="board_member")
    reopen(*played.by, act, played.election_id)
    recount(played)
    keyring = installation.keys.open(played.scope.municipality)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        draft = words_of(election_record_pdf(session, keyring, election))
    certify(played)
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        old, new = certifications(session, election)
        words = words_of(certified_record_pdf(session, election, new))
        assert certified_record_pdf(session, election, old) == before
    for text in (draft, words):
        assert "Rettet i forhold til attestation nr. 1" in text
        assert "Amina Hassan A 5 4" in text
        assert "Ivan Nowak F 0 3" in text
        assert "Omar Åberg D 2 2" not in text
        assert "Nu valgt: Ivan Nowak F. Ikke længere valgt: Zeynep Ali E." in text
    assert "Rettet i forhold" not in words_of(before)
