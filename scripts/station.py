"""`scripts/run --station FILE`: the server of one polling station on its own laptop, with or without a line."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from election.alone.certificate import Certificate, certificate_in, hosts_here
from election.alone.findings import FINGERPRINT_DIFFERS, WRONG_KEY
from election.alone.handing_over import Courier, WebLine
from election.alone.journal import NAME
from election.alone.laptop import Laptop, start
from election.alone.package import SUFFIX, keep, opened
from election.alone.rules import fingerprint_of, read_key
from election.alone.sealing import Head, fingerprint, head_of
from registry.configuration import Configuration
from registry.findings import Refused
from wsgi import create_app

THREADS = 16
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - memory, not a folder that somebody else could have prepared
_MEMORY_NAME = "raadsvalg-station-"


def run(given: Path, stick: Path | None, key_file: Path | None, instance: Path, bind: str, port: int) -> None:
    """Ask for the key, compare the fingerprint, tell the journal again, and serve until stopped."""
    path = _package_path(given)
    package = path.read_bytes()
    try:
        head = head_of(package)
        click.echo(f"\n{head.station_name} · {head.title}\nPakke {head.number}, {head.laptop}")
        key = _key(key_file)
        opened(package, key, datetime.now(UTC))  # a wrong key is told before anything else is asked
        _compare(package, key_file)
    except Refused as trouble:
        raise click.ClickException(str(trouble)) from trouble
    folder = instance / "stations" / str(head.package)
    stick = stick or (path.parent if given.is_dir() else None)
    for place in (folder, stick):
        if place is not None and not (place / f"{head.package}{SUFFIX}").exists():
            keep(place, head.package, package)  # the stick alone is enough for a second laptop
    memory = _memory()
    certificate = certificate_in(instance / "tls", hosts_here())

    def laptop() -> Laptop:
        for old in memory.glob("list-*"):
            shutil.rmtree(old)
        own = Path(tempfile.mkdtemp(dir=memory, prefix="list-"))
        disk = folder / NAME
        return start(package, key, own, disk, stick / _stick_name(head) if stick else None)

    try:
        serve(laptop, head, memory, certificate, bind, port)
    except Refused as trouble:
        raise click.ClickException(str(trouble)) from trouble


def serve(
    laptop: Callable[[], Laptop], head: Head, memory: Path, certificate: Certificate, bind: str, port: int
) -> None:
    """gunicorn with one process, as everywhere; the process lays the list out for itself."""
    from gunicorn.app.base import (  # type: ignore[import-untyped]  # noqa: PLC0415 - not on Windows
        BaseApplication,
    )

    configuration = Configuration(instance=memory, certificate_file=str(certificate.certificate))

    class Station(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{bind}:{port}",
                "worker_class": "gthread",
                "workers": 1,
                "threads": THREADS,
                "timeout": 120,
                "loglevel": "warning",
                "certfile": str(certificate.certificate),
                "keyfile": str(certificate.key),
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            try:
                made = laptop()
            except Refused as trouble:
                click.echo(str(trouble), err=True)
                raise
            app = create_app(configuration, made)
            if head.address:
                Courier(made, WebLine(head.address, head.package, made.using.token)).begin()
            _welcome(made, certificate, port)
            return app

    Station().run()


def _welcome(made: Laptop, certificate: Certificate, port: int) -> None:
    where = f"/{made.head.municipality}/{made.head.council}/{made.head.slug}/stemmested/{made.head.station_code}"
    click.echo(f"\nStemmestedet kører. {made.journal.last_seq} registreringer er hentet fra journalen.")
    click.echo("Skriv en af disse adresser i bordenes browser:")
    for host in hosts_here():
        if host not in ("localhost", "127.0.0.1"):
            click.echo(f"  https://{host}:{port}{where}/")
    click.echo(f"  https://localhost:{port}{where}/")
    welcome_certificate(certificate)


def welcome_certificate(certificate: Certificate) -> None:
    """What is compared before a browser is told to trust the address."""
    groups = certificate.fingerprint
    click.echo("\nCertifikatets fingeraftryk (SHA-256). Browseren skal vise det samme:")
    for begin in range(0, len(groups), 8):
        click.echo("  " + " ".join(groups[begin : begin + 8]))
    click.echo("")


def _package_path(given: Path) -> Path:
    """The file itself, or the one package on a stick."""
    if not given.is_dir():
        return given
    found = sorted(given.glob(f"*{SUFFIX}"))
    if len(found) != 1:
        raise click.ClickException(f"Der ligger {len(found)} stationspakker i {given}. Skriv filens navn.")
    return found[0]


def _stick_name(head: Head) -> str:
    return f"{head.package}.{NAME}"


def _key(key_file: Path | None) -> bytes:
    """Typed, scanned, or from the first line of a file."""
    if key_file is not None:
        key = read_key(key_file.read_text(encoding="utf-8").splitlines()[0])
        if key is None:
            raise Refused(WRONG_KEY)
        return key
    while True:
        key = read_key(click.prompt("Skriv eller scan nøglen fra arket"))
        if key is not None:
            return key
        click.echo("Det er ikke en nøgle: 28 tegn i syv grupper. Prøv igen.")


def _compare(package: bytes, key_file: Path | None) -> None:
    """People compare; a second line in the file of the key is compared by the program."""
    groups = fingerprint_of(fingerprint(package))
    lines = key_file.read_text(encoding="utf-8").split("\n") if key_file is not None else []
    told = "".join(lines[1].split()) if len(lines) > 1 else ""
    click.echo("\nPakkens fingeraftryk:\n\n    " + "  ".join(groups) + "\n")
    is_same = told == "".join(groups) if told else click.confirm("Står det samme på arket, gruppe for gruppe?")
    if not is_same:
        raise Refused(FINGERPRINT_DIFFERS)


def _memory() -> Path:
    """A private folder in the machine's memory. What earlier processes left there, killed or not, goes first."""
    if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK):
        for old in _IN_MEMORY.glob(_MEMORY_NAME + "*"):
            with suppress(ValueError, OSError):
                if not _is_alive(int(old.name.removeprefix(_MEMORY_NAME).partition("-")[0])):
                    shutil.rmtree(old)
        made = Path(tempfile.mkdtemp(dir=_IN_MEMORY, prefix=f"{_MEMORY_NAME}{os.getpid()}-"))
    else:
        made = Path(tempfile.mkdtemp(prefix=_MEMORY_NAME))
        click.echo(
            "ADVARSEL: maskinen har ingen mappe i hukommelsen. Listen ligger på disken, mens programmet kører, "
            f"i {made}. Slukkes maskinen brat, så slet mappen bagefter.",
            err=True,
        )
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(made, ignore_errors=True) if os.getpid() == owner else None)
    return made


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
