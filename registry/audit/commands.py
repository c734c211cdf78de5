"""`flask log verify`: check every chain of the log."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from registry.act import Installation
from registry.audit.records import verify, writers

log_commands = AppGroup("log", help="The log of official acts.")


@log_commands.command("verify")
def verify_log() -> None:
    """Check every chain; exit code 1 and the place of the first wrong entry when one is not whole."""
    installation: Installation = current_app.extensions["installation"]
    wrong = 0
    with installation.database.read() as session:
        for scope, writer in writers(session):
            report = verify(session, scope, writer)
            place = f"{scope.municipality}/{scope.council} {writer}"
            if report.first_bad is None:
                click.echo(f"whole    {place}: {report.entries} entries, head {report.head.hex()}")
            else:
                wrong += 1
                click.echo(f"BROKEN   {place}: entry {report.first_bad} {report.trouble}")
    if wrong:
        raise SystemExit(1)
