"""Random days between a laptop and the centre: nothing lost, nothing doubled, every conflict listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from registry.act import Installation
from scripts.straining.line import VOTERS_IN_A_DAY, Centre, strain
from tests.election.alone.setting import own_voters, two_stations

IN_EVERY_RUN, AT_NIGHT = 6, 200


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory: every act waits for two media, and a test machine's disk is slow."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def _centre(installation: Installation, folder: Path, days: int) -> Centre:
    played = two_stations(installation, 2 * VOTERS_IN_A_DAY * days)
    return Centre(
        installation, played.scope, played.election_id, played.stations[0], own_voters(played), folder, played.now
    )


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_random_days(installation: Installation, folder: Path) -> None:
    assert strain(_centre(installation, folder, IN_EVERY_RUN), range(IN_EVERY_RUN)) == []


@pytest.mark.nightly
def test_many_random_days(installation: Installation, folder: Path) -> None:
    assert strain(_centre(installation, folder, AT_NIGHT), range(AT_NIGHT)) == []
