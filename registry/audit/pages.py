"""The auditor's page: every chain of the municipality, whether it is whole, and the newest entries."""

from __future__ import annotations

import json

from flask import Blueprint, current_app, render_template

from registry.accounts.sign_in import signed_in_official
from registry.act import Installation
from registry.audit.records import newest, verify, writers
from registry.doors import open_to
from registry.roles import Role

audit = Blueprint("audit", __name__)


@audit.get("/log")
@open_to(Role.AUDITOR)
def log() -> str:
    """The log; checking it reads every entry from the first."""
    installation: Installation = current_app.extensions["installation"]
    municipality = signed_in_official().municipality
    with installation.database.read() as session:
        reports = [(scope, verify(session, scope, writer)) for scope, writer in writers(session, municipality)]
        entries = [(entry, json.loads(entry.body)) for entry in newest(session, municipality)]
    return render_template("registry/log.html", reports=reports, entries=entries)
