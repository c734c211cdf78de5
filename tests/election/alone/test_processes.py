"""The drill with real processes: a laptop that dies, a line that is lost, one-way or flapping, the next laptop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from election.alone.acts import MadePackage
from election.alone.package import SUFFIX
from election.alone.sealing import secrets_of
from election.call.acts import move_clock
from registry.act import Installation
from registry.keys import KeyFolder
from tests.election.alone.processes import Browser, Process, Wire, free_port, start_centre, start_laptop_process
from tests.election.alone.setting import admissions, listed, make, marked, own_voters, two_stations
from tests.scenarios import Played

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine_name", ["sqlite"])]


@dataclass
class Drill:
    """A centre that runs, a wire to it, and a package that hands over through the wire."""

    played: Played
    wire: Wire
    made: MadePackage
    folder: Path
    running: list[Process]

    @property
    def package(self) -> Path:
        return self.folder / "packages" / f"{self.made.package_id}{SUFFIX}"

    def laptop(self, name: str, stick: Path | None = None) -> tuple[Process, Browser]:
        key = secrets_of(self.played.installation.keys.open("0259"), self.made.package_id).key
        folder, port = self.folder / name, free_port()
        given = stick if stick is not None and list(stick.glob("*" + SUFFIX)) else self.package
        process = start_laptop_process(given, key, self.made.sha256, folder, port, stick)
        self.running.append(process)
        station = "/0259/integrationsraad/2017/stemmested/001"
        browser = Browser(f"https://127.0.0.1:{port}", station, 1, folder / "tls" / "certificate.pem")
        browser.sign_in()
        return process, browser


@pytest.fixture
def drill(installation: Installation, keys: KeyFolder, database_url: str, tmp_path: Path) -> Iterator[Drill]:
    played = two_stations(installation, 40)
    move_clock(*played.by, played.act("election_administrator"), played.election_id, played.now)
    port = free_port()
    wire = Wire(port)
    made = make(played, tmp_path / "packages", address=f"http://127.0.0.1:{wire.port}")
    running = [start_centre(database_url, keys.folder, tmp_path / "centre", port)]
    yield Drill(played, wire, made, tmp_path, running)
    wire.close()
    for process in running:
        process.stop()


def _until(is_so: object, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.2)


def test_the_laptop_dies_and_another_goes_on_from_the_stick(drill: Drill) -> None:
    """Killed as by a power cut: the stick in another machine, the key again, and nobody acknowledged is gone."""
    stick = drill.folder / "stick"
    stick.mkdir()
    drill.wire.cut()
    first, browser = drill.laptop("one", stick)
    voters = own_voters(drill.played)
    acknowledged = [voter for voter in voters[:8] if browser.admit(voter, browser.form(voter))]
    assert len(acknowledged) == 8
    form = browser.form(voters[8])
    first.kill()
    with pytest.raises(requests.RequestException):
        browser.admit(voters[8], form)
    begin = time.monotonic()
    _, other = drill.laptop("two", stick)
    assert other.admit(voters[8], other.form(voters[8]))
    took = time.monotonic() - begin
    assert took < 300
    assert not other.admit(voters[0], other.form(voters[9]))
    assert "Alene siden kl." in other.line()
    drill.wire.mend()
    _until(lambda: "Forbundet med centralen" in other.line() and "på vej" not in other.line())
    assert marked(drill.played.installation) == {*voters[:9]}
    assert admissions(drill.played.installation) == 9
    assert listed(drill.played) == []


def test_a_line_that_is_lost_flaps_and_answers_nothing(drill: Drill) -> None:
    """Three troubles in turn; the desk is never held up, and in the end everything has arrived once."""
    _, browser = drill.laptop("one")
    voters = own_voters(drill.played)
    _until(lambda: "Forbundet med centralen" in browser.line())
    drill.wire.cut()
    for voter in voters[:4]:
        assert browser.admit(voter, browser.form(voter))
    _until(lambda: "Alene siden kl." in browser.line() and "4 registreringer" in browser.line())
    for voter in voters[4:10]:
        drill.wire.mend() if drill.wire.is_cut else drill.wire.cut()
        assert browser.admit(voter, browser.form(voter))
        time.sleep(0.3)
    drill.wire.mend()
    drill.wire.is_one_way = True
    for voter in voters[10:12]:
        began = time.monotonic()
        assert browser.admit(voter, browser.form(voter))
        assert time.monotonic() - began < 5
    drill.wire.cut()
    drill.wire.mend()
    _until(lambda: "Forbundet med centralen" in browser.line() and "på vej" not in browser.line(), 60)
    assert marked(drill.played.installation) == {*voters[:12]}
    assert admissions(drill.played.installation) == 12
    assert listed(drill.played) == []
