"""`scripts/run`: a running system with a demo election, or an empty one, at http://localhost:8000."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from election.call.records import elections
from registry.accounts import acts as accounts
from registry.act import Act, Installation
from registry.configuration import PREFIX, Configuration, read_configuration
from registry.erasure import finish_erasures
from registry.purpose import IS_FOR_ELECTIONS, Purpose, purpose_of
from registry.roles import Role
from registry.schema import upgrade
from scripts import demonstration, invented_mitid
from wsgi import assemble

THREADS = 8


@click.command()
@click.option(
    "--demo",
    "name",
    type=click.Choice(list(demonstration.DEMOS)),
    default=demonstration.DEFAULT,
    show_default=True,
    help="Which election is shown.",
)
@click.option(
    "--phase", type=click.Choice(demonstration.PHASES), default="polling", help="How far the demo has come."
)
@click.option("--mitid", is_flag=True, help="With an invented MitID to try (installs what tests need).")
@click.option("--empty", is_flag=True, help="No demo: the first administrator signs up with a one-time code.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--database", default=None, help="SQLAlchemy URL (default: an SQLite file in instance/).")
def main(name: str, phase: str, mitid: bool, empty: bool, port: int, database: str | None) -> None:
    """Start Rådsvalg. The first start takes a minute; later ones take seconds and keep the data."""
    _demand_free(port)
    demo = demonstration.DEMOS[name]
    folder = "empty" if empty else demo.folder(phase)
    instance = Path(os.environ.get(PREFIX + "INSTANCE", "instance")).resolve() / folder
    settings = {PREFIX + "INSTANCE": str(instance), PREFIX + "COOKIE_IS_SECURE": "0"}
    settings = {k: v for k, v in os.environ.items() if k.startswith(PREFIX)} | settings
    if database:
        settings[PREFIX + "DATABASE"] = database
    configuration = read_configuration(settings)
    instance.mkdir(parents=True, exist_ok=True)
    upgrade(configuration.database_url)
    installation = assemble(configuration)
    finish_erasures(installation)  # nobody reads yet, so what a stop left in the files can go now
    if empty:
        _welcome_empty(installation, port)
    else:
        settings = _of_a_demo(settings, port)
        _welcome_demo(installation, configuration, demo, phase, port)
        if mitid or phase == "candidacy":
            settings |= _welcome_citizens(installation, configuration, demo)
    installation.database.dispose()
    _serve(settings, port)


def _demand_free(port: int) -> None:
    """A port that is taken is told before a minute is spent on the demo."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(f"Port {port} er optaget. Vælg en anden, fx --port {port + 1}.") from error


def _welcome_empty(installation: Installation, port: int) -> None:
    with installation.database.read() as session:
        is_new = not elections(session) and not accounts.has_officials(session)
    click.echo(f"\nRådsvalg: http://localhost:{port}")
    if is_new:
        nobody = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, datetime.now(UTC), UUID(int=0))
        code = accounts.make_one_time_code(installation, nobody)
        click.echo(f"Første administrator: http://localhost:{port}/foerste-administrator")
        click.echo(f"Engangskode: {code}\n")


def _welcome_demo(
    installation: Installation, configuration: Configuration, demo: demonstration.Demo, phase: str, port: int
) -> None:
    found = demonstration.loaded(installation)
    if found is None:
        with installation.database.read() as session:
            if purpose_of(session) is Purpose.LIVE:
                raise click.ClickException(IS_FOR_ELECTIONS.text)
        click.echo(f"Henter demovalget: {demo.title} (opdigtede personer) …")
        cost = configuration.password_cost
        demonstration.load(installation, demo, phase, cost, lambda line: click.echo(f"  {line}"))
        found = demonstration.loaded(installation)
        assert found is not None
    click.echo(f"\nRådsvalg, DEMO: http://localhost:{port}{found.path}")
    if phase == "candidacy":
        click.echo(f"Stil op: http://localhost:{port}{found.path}kandidater/stil-op")
    click.echo(f"\nLog ind på http://localhost:{port}/log-ind med adgangskoden {demo.password}")
    for username, role in demo.sign_ins():
        click.echo(f"  {username:8} {role}")
    if phase in ("appointed", "seated"):
        page = "raad/udpegning/" if phase == "appointed" else "raad/konstituering/"
        click.echo("\nRådets sider (log ind som sara):")
        click.echo(f"  http://localhost:{port}{found.council_path}{page}")
    if found.card and phase == "polling":
        click.echo("\nEt valgkort at scanne eller skrive ved bordet (log ind som tove):")
        click.echo(f"  {found.card}")
        click.echo(f"  http://localhost:{port}{found.path}stemmested/")
    click.echo("")


def _of_a_demo(settings: dict[str, str], port: int) -> dict[str, str]:
    """Mails are printed, unless a mail server is configured."""
    is_set_up = PREFIX + "MAIL_HOST" in settings or PREFIX + "MAIL_TO_CONSOLE" in settings
    own = {} if is_set_up else {PREFIX + "MAIL_TO_CONSOLE": "1"}
    return {PREFIX + "ADDRESS": f"http://localhost:{port}"} | own | settings


def _welcome_citizens(
    installation: Installation, configuration: Configuration, demo: demonstration.Demo
) -> Mapping[str, str]:
    """Who somebody can sign in as by MitID, and the settings for it."""
    if configuration.mitid_issuer:
        return {}
    if not invented_mitid.is_installed():
        click.echo("MitID er ikke sat op. Prøv med opdigtede personer: scripts/run --phase candidacy --mitid\n")
        return {}
    people = invented_mitid.people_to_try(installation, demo)
    settings = invented_mitid.start(people, configuration.instance)
    click.echo(f"{invented_mitid.NAME}: skriv et af disse navne, når siden beder om “sub”. Mails vises herunder.")
    for one in people:
        click.echo(f"  {one.subject:10} {one.name}, {one.words}")
    click.echo("")
    return settings


def _serve(settings: dict[str, str], port: int) -> None:
    """gunicorn with one process: SQLite has one writer, and the fair queue for it is in the process."""
    os.environ.update(settings)
    arguments = ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    arguments += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "wsgi:create_app()"]
    if os.name == "posix":
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606
    from waitress import serve  # noqa: PLC0415 - gunicorn is not to be had on Windows

    from wsgi import create_app  # noqa: PLC0415

    serve(create_app(), host="127.0.0.1", port=port, threads=THREADS)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
