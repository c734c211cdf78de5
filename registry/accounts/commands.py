"""`flask accounts one-time-code`: the code by which the first administrator of an empty installation signs up."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import click
from flask import current_app
from flask.cli import AppGroup

from registry.accounts.acts import make_one_time_code
from registry.act import Act, Installation
from registry.roles import ONESELF, Role

accounts_commands = AppGroup("accounts", help="Officials and their sign-in.")


@accounts_commands.command("one-time-code")
def one_time_code() -> None:
    """Print a code that works once, on the page /foerste-administrator."""
    installation: Installation = current_app.extensions["installation"]
    act = Act(ONESELF, Role.SYSTEM_ADMINISTRATOR, datetime.now(UTC), uuid4())
    click.echo(make_one_time_code(installation, act))
