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

from election.alone.certificate import Certificate, certificate_in, hosts_here
from election.call.records import elections
from election.training.database import NotForTraining, demand_training
from registry.accounts import acts as accounts
from registry.act import Act, Installation
from registry.configuration import PREFIX, Configuration, read_configuration
from registry.erasure import finish_erasures
from registry.purpose import IS_FOR_ELECTIONS, Purpose, purpose_of
from registry.roles import Role
from registry.schema import upgrade
from scripts import demonstration, invented_mitid
from scripts import training as exercise
from wsgi import assemble

THREADS = 8
KEEP_ALIVE_S = 30
"""A desk's line to the server stays open from one voter to the next."""
STATION_HELP = "A station's laptop with this package; without a file the whole system by https on the local net."


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
@click.option("--training", is_flag=True, help="An exercise for the desk on a database of its own.")
@click.option("--station", default=None, is_flag=False, flag_value="", metavar="[FILE]", help=STATION_HELP)
@click.option(
    "--stick", type=click.Path(file_okay=False, exists=True, path_type=Path), help="A station's USB key."
)
@click.option("--key-file", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="Key of a package.")
@click.option("--bind", default=None, help="Address to listen on (default: this machine; with --station all).")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Default: 8000, with --station 8443.")
@click.option("--database", default=None, help="SQLAlchemy URL (default: an SQLite file in instance/).")
def main(
    name: str,
    phase: str,
    mitid: bool,
    empty: bool,
    training: bool,
    station: str | None,
    stick: Path | None,
    key_file: Path | None,
    bind: str | None,
    port: int | None,
    database: str | None,
) -> None:
    """Start Rådsvalg. The first start takes a minute; later ones take seconds and keep the data."""
    is_on_a_net = station is not None
    bind, port = bind or ("0.0.0.0" if is_on_a_net else "127.0.0.1"), port or (8443 if is_on_a_net else 8000)  # noqa: S104
    at = f"{'https' if is_on_a_net else 'http'}://localhost:{port}"
    _demand_free(port)
    if station:
        from scripts.station import run  # noqa: PLC0415 - only a station's laptop has one

        own = Path(os.environ.get(PREFIX + "INSTANCE", "instance")).resolve()
        run(Path(station), stick, key_file, own, bind, port)
        return
    demo = demonstration.DEMOS[name]
    folder = exercise.FOLDER if training else "empty" if empty else demo.folder(phase)
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
    if training:
        settings = _of_a_demo(settings, at) | {PREFIX + "TRAINING": "1"}
        _welcome_training(installation, configuration, at)
    elif empty:
        _welcome_empty(installation, at)
    else:
        settings = _of_a_demo(settings, at)
        _welcome_demo(installation, configuration, demo, phase, at)
        if mitid or phase == "candidacy":
            settings |= _welcome_citizens(installation, configuration, demo)
    installation.database.dispose()
    certificate = None
    if is_on_a_net:
        from scripts.station import welcome_certificate  # noqa: PLC0415

        certificate = certificate_in(instance / "tls", hosts_here())
        settings |= {
            PREFIX + "COOKIE_IS_SECURE": "1",
            PREFIX + "CERTIFICATE_FILE": str(certificate.certificate),
            PREFIX + "ADDRESS": f"https://{hosts_here()[0]}:{port}",
        }
        click.echo("På det lokale net:")
        for host in hosts_here():
            click.echo(f"  https://{host}:{port}")
        welcome_certificate(certificate)
    _serve(settings, port, bind, certificate)


def _demand_free(port: int) -> None:
    """A port that is taken is told before a minute is spent on the demo."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(f"Port {port} er optaget. Vælg en anden, fx --port {port + 1}.") from error


def _welcome_empty(installation: Installation, at: str) -> None:
    with installation.database.read() as session:
        is_new = not elections(session) and not accounts.has_officials(session)
    click.echo(f"\nRådsvalg: {at}")
    if is_new:
        nobody = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, datetime.now(UTC), UUID(int=0))
        code = accounts.make_one_time_code(installation, nobody)
        click.echo(f"Første administrator: {at}/foerste-administrator")
        click.echo(f"Engangskode: {code}\n")


def _welcome_demo(
    installation: Installation, configuration: Configuration, demo: demonstration.Demo, phase: str, at: str
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
    click.echo(f"\nRådsvalg, DEMO: {at}{found.path}")
    if phase == "candidacy":
        click.echo(f"Stil op: {at}{found.path}kandidater/stil-op")
    click.echo(f"\nLog ind på {at}/log-ind med adgangskoden {demo.password}")
    for username, role in demo.sign_ins():
        click.echo(f"  {username:8} {role}")
    if phase in ("appointed", "seated"):
        page = "raad/udpegning/" if phase == "appointed" else "raad/konstituering/"
        click.echo("\nRådets sider (log ind som sara):")
        click.echo(f"  {at}{found.council_path}{page}")
    if found.card and phase == "polling":
        click.echo("\nEt valgkort at scanne eller skrive ved bordet (log ind som tove):")
        click.echo(f"  {found.card}")
        click.echo(f"  {at}{found.path}stemmested/")
    click.echo("")


def _welcome_training(installation: Installation, configuration: Configuration, at: str) -> None:
    """The exercise, made the first time. A database for anything else is refused before anything is written."""
    with installation.database.read() as session:
        found, purpose = elections(session), purpose_of(session)
    if not found and purpose is None:
        click.echo("Danner øvelsen (opdigtede personer) …")
        exercise.load(installation, configuration.password_cost, lambda line: click.echo(f"  {line}"))
    try:
        demand_training(installation.database)
    except NotForTraining as error:
        raise click.ClickException(str(error)) from error
    loaded = demonstration.loaded(installation)
    assert loaded is not None
    click.echo(f"\nRådsvalg, ØVELSE: {at}{loaded.path}oevelse/")
    click.echo(f"Log ind på {at}/log-ind med adgangskoden {exercise.PASSWORD}")
    for username, role in demonstration.DEMOS[demonstration.DEFAULT].sign_ins():
        click.echo(f"  {username:8} {role}")
    click.echo("")


def _of_a_demo(settings: dict[str, str], at: str) -> dict[str, str]:
    """Mails are printed, unless a mail server is configured."""
    is_set_up = PREFIX + "MAIL_HOST" in settings or PREFIX + "MAIL_TO_CONSOLE" in settings
    own = {} if is_set_up else {PREFIX + "MAIL_TO_CONSOLE": "1"}
    return {PREFIX + "ADDRESS": at} | own | settings


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


def _serve(settings: dict[str, str], port: int, bind: str, certificate: Certificate | None) -> None:
    """gunicorn with one process: SQLite has one writer, and the fair queue for it is in the process."""
    os.environ.update(settings)
    arguments = ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    arguments += ["--keep-alive", str(KEEP_ALIVE_S)]
    arguments += ["--bind", f"{bind}:{port}", "--log-level", "warning"]
    if certificate is not None:
        arguments += ["--certfile", str(certificate.certificate), "--keyfile", str(certificate.key)]
    arguments.append("wsgi:create_app()")
    if os.name == "posix":
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606
    if certificate is not None:
        raise click.ClickException("Uden gunicorn er der ingen https. Start på Linux eller macOS.")
    from waitress import serve  # noqa: PLC0415 - gunicorn is not to be had on Windows

    from wsgi import create_app  # noqa: PLC0415

    serve(create_app(), host="127.0.0.1", port=port, threads=THREADS)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
