"""A draft is deleted with all that belongs to it; a link opens one case once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from election.candidacy.acts import open_candidacy
from election.candidacy.part_acts import (
    LINK_HOLDS,
    PAPER_LINK_HOLDS,
    Cropped,
    discard,
    make_link,
    send_links,
    set_photo,
    use_link,
)
from election.candidacy.records import ListClaim
from election.candidacy.rules import ConsentKind, State
from election.candidacy.supporter_acts import support
from registry.act import Installation
from registry.database import Base
from registry.mail.records import Message
from tests.election.candidacy.played import (
    ADMIN,
    at_once,
    code,
    cpr,
    draft,
    fill,
    filled_in,
    give,
    mails,
    nominating,
    own,
    sent,
    state,
    supports,
)
from tests.scenarios import ELECTION_ON, SCOPE, Played, at, call_koege

pytestmark = pytest.mark.slow

PICTURE = Cropped(b"whole", b"shown", 120, 50, 40)
CURE = at(ELECTION_ON - timedelta(days=5), "12:00")


@pytest.fixture
def played(installation: Installation) -> Played:
    return nominating(installation)


def test_a_draft_is_deleted_with_all_that_belongs_to_it(played: Played) -> None:
    """Texts, photo, consents, supporters, links and mail that has not gone: no row is left of the person."""
    made = filled_in(played)
    fill(played, made, texts=(("da", "Hej"),))
    set_photo(*played.by, own(played), played.election_id, made, PICTURE)
    give(played, made, ConsentKind.PHOTO)
    support(*played.by, supports(played), played.election_id, made, cpr(played, 5))
    send_links(*played.by, own(played), played.election_id, "kandidat0@example.dk", ("token",))
    with played.installation.database.write() as session:
        of = {"municipality": SCOPE.municipality, "council": SCOPE.council}
        session.add(ListClaim(id=uuid4(), candidacy_id=made, list_key="A", position=1, **of))
    assert discard(*played.by, own(played), played.election_id, made)
    with played.installation.database.read() as session:
        for name in ("candidacy", "candidate_text", "candidate_photo", "consent", "supporter", "case_link",
                     "list_claim", "message"):  # fmt: skip
            assert session.scalar(select(Base.metadata.tables[name]).limit(1)) is None, name
    assert draft(played) != made


def test_what_was_sent_is_not_deleted(played: Played) -> None:
    made = sent(played)
    assert code(lambda: discard(*played.by, own(played), played.election_id, made)) == "R204"
    assert state(played, made) is State.SUBMITTED


# --- links -------------------------------------------------------------------------------------------------


def ask(played: Played, email: str, *tokens: str) -> int:
    return send_links(*played.by, own(played), played.election_id, email, tokens)


def follow(played: Played, token: str) -> UUID:
    return use_link(*played.by, own(played), played.election_id, token)


def test_a_link_opens_the_own_case_once(played: Played) -> None:
    made = sent(played)
    assert ask(played, "Kandidat0@Example.dk ", "one") == 1
    assert [kind for kind, _ in mails(played, made)] == ["received", "link"]
    assert '"token": "one"' in mails(played, made)[-1][1]
    assert follow(played, "one") == made
    assert code(partial(follow, played, "one")) == "R235"


def test_of_two_who_follow_one_link_at_once_one_gets_in(played: Played) -> None:
    made = sent(played)
    ask(played, "kandidat0@example.dk", "one")
    assert sorted(map(str, at_once(*[partial(follow, played, "one")] * 2))) == sorted([str(made), "R235"])


def test_a_link_ends_after_half_an_hour_and_one_on_paper_after_two_weeks(played: Played) -> None:
    made = sent(played)
    begun = played.now
    ask(played, "kandidat0@example.dk", "one", "spare")
    make_link(*played.by, played.act(ADMIN), played.election_id, made, "paper")
    played.now = begun + LINK_HOLDS + timedelta(seconds=1)
    assert code(partial(follow, played, "one")) == "R235"
    assert code(partial(follow, played, "spare")) == "R235"  # no second case has the address
    played.now = begun + PAPER_LINK_HOLDS
    assert follow(played, "paper") == made


def test_an_unknown_address_gets_nothing_and_nobody_is_told(played: Played) -> None:
    sent(played)
    assert ask(played, "nobody@example.dk", "one", "two") == 0
    assert ask(played, "  ", "one", "two") == 0
    with played.installation.database.read() as session:
        assert len(session.scalars(select(Message)).all()) == 1  # the receipt


def test_two_in_a_family_with_one_address_each_get_their_own_link(played: Played) -> None:
    both = [sent(played, 0), sent(played, 1)]
    for made in both:
        fill(played, made, email="familien@example.dk")
    assert ask(played, "familien@example.dk", "one", "two", "three") == 2
    assert [follow(played, token) for token in ("one", "two")] == both
    assert code(partial(follow, played, "three")) == "R235"


def test_a_link_opens_nothing_in_another_election_or_council(played: Played) -> None:
    made = sent(played)
    ask(played, "kandidat0@example.dk", "one")
    scopes = (SCOPE, replace(SCOPE, council="aeldreraad"))
    for number, scope in enumerate(scopes, 3):
        other = call_koege(played.installation, played.officials, slug=f"valg-{number}", scope=scope)
        other.now = played.now
        open_candidacy(*other.by, other.act(ADMIN), other.election_id)
        assert code(partial(follow, other, "one")) == "R235"
        assert ask(other, "kandidat0@example.dk", "x") == 0
    assert follow(played, "one") == made


def test_the_token_itself_is_not_in_the_database(played: Played) -> None:
    sent(played)
    ask(played, "kandidat0@example.dk", "a-token-of-this-test")
    with played.installation.database.read() as session:
        for table in Base.metadata.sorted_tables:
            assert "a-token-of-this-test" not in repr(session.execute(select(table)).all()), table.name


def test_a_new_address_ends_the_links_that_went_to_the_old_one(played: Played) -> None:
    made = filled_in(played)
    send_links(*played.by, own(played), played.election_id, "kandidat0@example.dk", ("token",))
    fill(played, made, email="ny@example.dk")
    assert code(lambda: use_link(*played.by, own(played), played.election_id, "token")) == "R235"
