"""`scripts/run --demo`: which demos there are, and that what is printed at the start fits them."""

from __future__ import annotations

import pytest

from registry.act import Installation
from registry.roles import EVERY_ROLE
from scripts.demonstration import DEFAULT, DEMOS, PHASES, ROLES, Demo, load, loaded
from scripts.rehearsal.case import read_case


def test_the_default_demo_keeps_its_folders_and_every_other_has_its_own() -> None:
    assert DEFAULT == "koege-2017"
    folders = [demo.folder(phase) for demo in DEMOS.values() for phase in PHASES]
    assert [DEMOS[DEFAULT].folder(phase) for phase in PHASES] == list(PHASES)
    assert len(set(folders)) == len(folders)
    assert "empty" not in folders


@pytest.mark.parametrize("demo", DEMOS.values(), ids=DEMOS)
def test_every_sign_in_is_an_official_of_the_case(demo: Demo) -> None:
    """One for each role, each by the first name; no two officials share one."""
    usernames = [official.name.split()[0].lower() for official in read_case(demo.case).officials]
    assert len(set(usernames)) == len(usernames)
    shown = demo.sign_ins()
    assert {username for username, _ in shown} - set(usernames) == {"system"}
    assert len(shown) == len(ROLES) + 1 == len(EVERY_ROLE)
    assert demo.password == f"demo-{demo.name}"


@pytest.mark.slow
@pytest.mark.parametrize("demo", DEMOS.values(), ids=DEMOS)
def test_the_stations_of_the_demo_are_open_and_a_card_is_there_to_try(
    demo: Demo, installation: Installation
) -> None:
    load(installation, demo, "polling", "test", lambda _: None)
    found = loaded(installation)
    assert found is not None
    assert found.path.endswith(f"/{demo.stands_at.year}/")
    assert found.card
