"""Few candidates, through the pages: Gentofte's six for six up to the case, and a reserved group with too few."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from election.call.records import Kind
from registry.accounts.acts import hasher
from registry.act import Installation
from scripts.rehearsal import candidates, stages
from scripts.rehearsal.case import read_case
from scripts.rehearsal.people import People
from scripts.rehearsal.stages import Rehearsal
from tests.journey.browser import Site, Visitor
from tests.journey.small_case import OFFICIALS, SmallCase, resident, stands
from tests.journey.test_gentofte_uncontested import DAY, IN_TIME
from tests.scenarios import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"])]
EVERYBODY = {
    **OFFICIALS,
    "Asta Admin": ("election_administrator",),
    "Carla Cert": ("certifier",),
    "Claus Cert": ("certifier",),
    "Sara Sekr": ("council_secretary",),
}


def _registered(installation: Installation, folder: Path, case: SmallCase) -> None:
    """The roll is frozen, the candidacies have come on paper, and candidates may still register."""
    read = read_case(case.write(folder))
    password = hasher("test").hash(PASSWORD)
    people = People(
        installation, read, password, datetime.now(UTC), username_of=lambda name: name.split()[0].lower()
    )
    run = Rehearsal(installation, read, people, Kind.DEMO, print, f"{read.election_on:%Y}")
    run.persons = stages.persons_by_cpr(read)
    stages.call_the_election(run)
    stages.draw_and_freeze_the_roll(run)
    candidates.register_candidacies(run)


def _accept_all(ada: Visitor, home: str, clock: str, names: list[str]) -> None:
    ada.open(home + "rammer").fill("Stil uret til", clock)
    ada.press("Stil uret")
    ada.open(home + "kandidater/").press("Luk for anmeldelser")
    for number, name in enumerate(names, start=1):
        ada.open(home + "kandidater/").follow(f"{number}. {name}")
        ada.press("Godkend anmeldelsen")


def test_gentofte_six_for_six_go_into_the_case_without_a_vote(
    installation: Installation, chromium: Browser, site: Site, tmp_path: Path
) -> None:
    names, home = [f"Kandidat {letter}" for letter in "ABCDEF"], "/0157/integrationsraad/2022/"
    case = SmallCase(
        regulation="gentofte-2022",
        day=DAY,
        stations=(("Valgmødet i Gentofte", ("*",), 100),),
        officials=dict(EVERYBODY),
        residents=[resident(n, municipality="0157") for n in range(30)],
        candidacies=[stands(n, at=IN_TIME) for n in range(6)],
    )
    _registered(installation, tmp_path / "case", case)
    ada = Visitor(chromium, site).sign_in("ada", PASSWORD).open(home + "kandidater/")
    ada.sees("6 kandidater til 6 pladser, 0 stedfortrædere")
    ada.look("37-bench-six-for-six")
    _accept_all(ada, home, "02-12-2021 12.05", names)
    birthe = Visitor(chromium, site).sign_in("birthe", PASSWORD).open(home + "kandidater/fredsvalg")
    birthe.sees("Uden afstemning er der ingen stedfortrædere")
    birthe.tick("Valgbestyrelsen har besluttet")
    birthe.press("Aflys afstemningen")
    for who, button in (("carla", "Bed om attestation"), ("claus", "Godkend og underskriv")):
        certifier = Visitor(chromium, site).sign_in(who, PASSWORD).open(home + "attestation/")
        certifier.fill("Din adgangskode", PASSWORD)
        certifier.press(button)
        certifier.leave()
    sara = Visitor(chromium, site).sign_in("sara", PASSWORD).open(home + "attestation/")
    sara.press("Send til udpegning")
    sara.sees(*names)
    sara.look("38-case-without-a-vote")


def test_a_reserved_group_with_too_few_is_told_while_more_may_still_register(
    installation: Installation, chromium: Browser, site: Site, tmp_path: Path
) -> None:
    """Three seats for *ikke-vestlig*, two for *vestlig*; four of the first stand and one of the second: a poll is
    needed among the four, and one western seat stays empty."""
    home = "/0259/integrationsraad/2013/"
    case = SmallCase(
        regulation="koege-2014",
        day="2013-11-19",
        officials=dict(EVERYBODY),
        residents=[resident(n) for n in range(20)] + [resident(n, born_in="DE") for n in range(20, 30)],
        candidacies=[stands(n, at="2013-11-11T10:00:00") for n in (0, 1, 2, 3, 20)],
    )
    _registered(installation, tmp_path / "case", case)
    ada = Visitor(chromium, site).sign_in("ada", PASSWORD).open(home + "kandidater/")
    ada.sees("5 kandidater til 5 pladser", "vestlig", "Forlæng fristen")
    ada.look("39-bench-group-with-too-few")
