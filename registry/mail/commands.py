"""`flask mail send`: send what is due, once; for a clock outside the program (cron)."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from registry.mail.here import mail_here
from registry.mail.postman import deliver_due

mail_commands = AppGroup("mail", help="Mails that wait to be sent.")


@mail_commands.command("send")
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True, help="At most so many.")
def send(limit: int) -> None:
    """Send the mails that are due."""
    post = mail_here()
    if post.transport is None:
        raise click.ClickException("Mail er ikke sat op (RAADSVALG_MAIL_HOST). Mails bliver liggende i køen.")
    done = deliver_due(
        current_app.extensions["installation"], post.transport, post.write, datetime.now(UTC), limit
    )
    click.echo(f"Sendt: {done.sent}. Ikke sendt: {done.failed}.")
