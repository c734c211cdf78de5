"""The invented MitID of a demo: people in different positions, and a provider that ends with the program."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from registry.act import Installation
from registry.configuration import ROOT
from scripts.demonstration import DEFAULT, DEMOS, load
from scripts.invented_mitid import people_to_try
from tests.scenarios import is_invented

pytestmark = pytest.mark.slow

_PROGRAM = """
import sys
from pathlib import Path
from scripts.invented_mitid import Invented, start
settings = start([Invented("amina", "Amina Hassan", "kan stille op", "0101700000")], Path(sys.argv[1]))
print(settings["RAADSVALG_MITID_ISSUER"], flush=True)
sys.stdin.read()
"""


def _answers(issuer: str) -> bool:
    try:
        found = requests.get(issuer + "/.well-known/openid-configuration", timeout=5).json()
    except requests.RequestException:  # also an answer that was cut off in the middle
        return False
    return str(found["issuer"]) == issuer


def _within(seconds: float, issuer: str, *, answers: bool) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _answers(issuer) is answers:
            return True
        time.sleep(0.1)
    return False


def test_the_provider_ends_with_the_program_that_started_it_however_that_ends(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        assert program.stdout is not None
        issuer = program.stdout.readline().strip()
        assert issuer.startswith("http://localhost:")
        try:
            assert _within(60, issuer, answers=True)
        finally:
            program.kill()
    assert _within(30, issuer, answers=False)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_there_is_somebody_in_every_position(installation: Installation) -> None:
    demo = DEMOS[DEFAULT]
    load(installation, demo, "candidacy", "test", lambda _: None)
    people = people_to_try(installation, demo)
    assert [one.words for one in people] == [
        *["kan stille op"] * 2,
        *["kan være stiller"] * 2,
        "har anmeldt sig",
        "står ikke på valglisten",
    ]
    assert len({one.subject for one in people}) == len(people)
    assert all(one.subject.isascii() and is_invented(one.cpr) for one in people)
