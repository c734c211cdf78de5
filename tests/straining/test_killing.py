"""A process that admits voters is killed at random moments: a short run of `scripts/strain kill`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.benchmarks.fresh import settings_of
from scripts.straining.__main__ import killed
from scripts.straining.kill import Told


@pytest.mark.slow
def test_what_a_desk_was_told_survives_every_kill(tmp_path: Path) -> None:
    """25 kills: whoever was acknowledged is marked once, with one event and one entry in the log."""
    found = killed(settings_of(tmp_path, None), kills=25, voters=200, desks=4, seed=11)
    assert found["ok"], found
    assert found["kills"] == 25
    assert isinstance(found["acknowledged"], int)
    assert found["acknowledged"] >= 25


def test_two_different_answers_to_one_request_are_seen() -> None:
    """The listener itself: the same request answered with another event is a failure."""
    request = "00000000-0000-4000-8000-000000000001"
    told = Told()
    told.hear(f"try 00000000-0000-4000-8000-0000000000aa {request} 1")
    told.hear(f"in {request} 00000000-0000-4000-8000-0000000000e1")
    told.hear(f"in {request} 00000000-0000-4000-8000-0000000000e1")
    with pytest.raises(AssertionError, match="two different events"):
        told.hear(f"in {request} 00000000-0000-4000-8000-0000000000e2")
