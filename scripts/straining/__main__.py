"""`scripts/strain`: breaks things on purpose, and exits 1 when anything was lost."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import click

from election.call.records import by_slug, stations
from registry.accounts.records import by_username
from registry.act import Installation
from registry.configuration import read_configuration
from scripts.benchmarks.fresh import new_installation, postgresql, settings_of
from scripts.benchmarks.polling_place import POLLING_AT, SCOPE, SLUG, PollingPlace, open_polling_place
from scripts.straining.holds import losses
from scripts.straining.kill import strain
from scripts.straining.line import VOTERS_IN_A_DAY, Centre
from scripts.straining.line import strain as strain_line
from wsgi import assemble


@click.group()
def main() -> None:
    """Break the program on purpose and count what was lost."""


@main.command()
@click.option("--n", "kills", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--voters", type=click.IntRange(50), default=2000, show_default=True)
@click.option("--desks", type=click.IntRange(1, 32), default=8, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--db", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def kill(kills: int, voters: int, desks: int, seed: int, db: str) -> None:
    """Kill the admitting process N times at random moments; acknowledged admissions must survive."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        server = stack.enter_context(postgresql(folder)) if db == "postgresql" else None
        found = killed(settings_of(folder, server), kills, voters, desks, seed)
    click.echo(json.dumps(found))
    sys.exit(0 if found["ok"] else 1)


@main.command()
@click.option("--n", "days", type=click.IntRange(1), default=200, show_default=True)
@click.option(
    "--first", type=click.IntRange(0), default=0, show_default=True, help="Number of the first scenario."
)
@click.option("--db", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def line(days: int, first: int, db: str) -> None:
    """Play N random days between a station's laptop and the centre; nothing may be lost, doubled or unlisted."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        server = stack.enter_context(postgresql(folder)) if db == "postgresql" else None
        with new_installation(settings_of(folder, server)) as installation:
            place = open_polling_place(installation, VOTERS_IN_A_DAY * days, 2, first, _say)
            with installation.database.read() as session:
                found = by_slug(session, SCOPE, SLUG)
                assert found is not None
                station = stations(session, found)[0].id
            centre = Centre(
                installation, SCOPE, place.election_id, station, list(place.voters), folder, POLLING_AT
            )
            wrong = strain_line(centre, range(first, first + days), _say)
    click.echo(json.dumps({"strain": "line", "days": days, "wrong": wrong, "ok": not wrong}))
    sys.exit(1 if wrong else 0)


def killed(settings: dict[str, str], kills: int, voters: int, desks: int, seed: int) -> dict[str, object]:
    """An open polling place, `kills` kills, and what was lost."""
    with new_installation(settings) as installation:
        place = open_polling_place(installation, voters, desks, seed, _say)
        who = _desks(installation, place)

    def make() -> Installation:
        return assemble(read_configuration(settings))

    told = strain(make, place, who, kills, seed, _say)
    installation = make()
    try:
        lost = losses(installation, told)
    finally:
        installation.database.dispose()
    return {
        "strain": "kill",
        "kills": told.kills,
        "acknowledged": len(told.admitted),
        "asked_again": told.asked_again,
        "lost": dict(lost),
        "ok": not any(lost.values()),
    }


def _desks(installation: Installation, place: PollingPlace) -> dict[int, UUID]:
    with installation.database.read() as session:
        found = {}
        for number, username in enumerate(place.usernames, start=1):
            official = by_username(session, username)
            assert official is not None
            found[number] = official.id
        return found


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
