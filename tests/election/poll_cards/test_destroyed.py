"""When the roll is destroyed no file of a card is left, and a copy of one that somebody kept opens no more."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from election.call.rules import Phase
from election.poll_cards.batch_rules import BatchKind, Channel
from election.poll_cards.packing import make_dispatch
from election.poll_cards.part_files import bound
from registry.act import Installation
from registry.sealed_files import FileDoesNotOpen
from tests.election.poll_cards.batched import ADMIN, KEEPER, finished, opened
from tests.election.poll_cards.test_dispatches import certificate
from tests.election.retention.ends import destroyed, may_be_destroyed
from tests.scenarios import certified, clear_votes, counted, counting, play_to, polling

pytestmark = pytest.mark.slow


def test_parts_lists_and_packages_go_with_the_roll(installation: Installation) -> None:
    """The figures of batch and dispatch stay; the key of a kept copy was made of a row that is gone."""
    played = play_to(Phase.PREPARATION, installation)
    from election.poll_cards.acts import issue

    issue(*played.by, played.act(KEEPER), played.election_id)
    made = finished(played, BatchKind.ORDINARY)
    pem = certificate(rsa.generate_private_key(65537, 2048), days=90)
    two = played.act(KEEPER, second=ADMIN)
    make_dispatch(*played.by, two, played.election_id, made, Channel.REMOTE_PRINT, pem)
    files = installation.sealed
    assert files is not None
    kept = {path: path.read_bytes() for path in files.folder.rglob("*") if path.suffix in (".pdf", ".json")}
    assert len(kept) == 2
    polling(played, admitted=15)
    counting(played)
    counted(played, clear_votes(15, 6))
    may_be_destroyed(certified(played))
    destroyed(played)
    assert [path.name for path in files.folder.rglob("*") if path.is_file()] == ["CACHEDIR.TAG"]
    with installation.database.read() as session:
        batch = opened(played, made).batch
        assert batch.cards == 15
        found = bound(session, batch, 1)
    for path, data in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        with pytest.raises(FileDoesNotOpen):
            files.read(installation.keys.open("0259"), str(path.relative_to(files.folder)), found)
