"""Every setting of an installation, in one place, typed and documented.

Settings are environment variables that begin with `RAADSVALG_`. A name that is not listed here stops the
program: a misspelt setting that is silently ignored is how a demo database ends up in an election.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

PREFIX = "RAADSVALG_"
ROOT = Path(__file__).resolve().parent.parent


class ConfigurationError(Exception):
    """A setting is unknown or has a value that cannot be read. The message names it."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings. Field `x_y` is read from `RAADSVALG_X_Y`."""

    instance: Path = ROOT / "instance"
    """Folder of the embedded database and, unless `keys` says otherwise, of the keys."""

    database: str = ""
    """SQLAlchemy URL. Empty: the embedded SQLite file `raadsvalg.db` in `instance`."""

    keys: str = ""
    """Folder with the keys of each municipality. Empty: `instance/keys`. Keep it off the database's disk."""

    language: str = "da"
    """The language of officials' screens. The public side may choose another one."""

    cookie_is_secure: bool = True
    """Send the session cookie over https only (`__Host-` prefix). Off for the demo on http://localhost."""

    session_idle_minutes: int = 15
    """Minutes without a request after which an official must sign in again (a desk: four times as long)."""

    password_cost: str = "full"  # noqa: S105
    """`full` is argon2's recommended cost; `test` is for tests and rehearsals only."""

    proxies: int = 0
    """How many reverse proxies stand before the program; the addresses that they hand on are believed."""

    training: bool = False
    """An exercise for the desk: starts on a database of demo elections only, and every page says so."""

    mitid_issuer: str = ""
    """Address of the OpenID Connect broker for MitID. Empty: citizens cannot sign in, and pages say how else."""

    mitid_client: str = ""
    """The client id that the broker gave this installation."""

    mitid_secret_file: str = ""
    """File that holds the client's secret and nothing else. Empty: a client without secret, by PKCE alone."""

    mitid_scopes: str = "openid mitid ssn"
    """Scopes that make the broker tell the CPR number; each broker has its own names."""

    mitid_cpr_claim: str = "dk.cpr"
    """The claim that holds the CPR number."""

    mitid_level_claim: str = "loa"
    """The claim that holds the level of assurance (also `acr` is seen)."""

    mitid_least_level: str = "substantial"
    """The level below which a sign-in is refused: `low`, `substantial` or `high`."""

    mitid_name: str = "MitID"
    """What the button says; a demo without the real thing says so here."""

    address: str = ""
    """Where people find the site, like `https://valg.example.dk`. Empty: mails name the page and hold no link."""

    mail_host: str = ""
    """The mail server that takes our mails. Empty: mails wait in the queue, and the office's pages say so."""

    mail_port: int = 587
    """Its port."""

    mail_security: str = "starttls"
    """How the way to it is closed: `starttls`, `tls` (from the first byte) or `none` (on the same machine)."""

    mail_user: str = ""
    """Who we are there. Empty: the server takes mails without."""

    mail_password_file: str = ""
    """File that holds the password and nothing else."""

    mail_from: str = ""
    """The address that mails come from."""

    mail_reply_to: str = ""
    """Where an answer goes. Empty: to `mail_from`."""

    mail_to_console: bool = False
    """Print mails instead of sending them: for a demo only, they hold links that open a case."""

    certificate_file: str = ""
    """The certificate that `scripts/run --station` made on the spot; /certifikat shows its fingerprint."""

    mail_every_seconds: int = 20
    """How often a running program looks for mails that are due. 0: never, `flask mail send` does it."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.instance / 'raadsvalg.db'}"

    @property
    def keys_folder(self) -> Path:
        return Path(self.keys) if self.keys else self.instance / "keys"

    @property
    def sealed_folder(self) -> Path:
        """Poll cards that wait for the printer. No backup should take them: they can be made again."""
        return self.instance / "sealed"


def read_configuration(environment: Mapping[str, str] | None = None) -> Configuration:
    """The configuration in `environment` (default: the process's own). Raises ConfigurationError."""
    environment = os.environ if environment is None else environment
    known = {PREFIX + field.name.upper(): field for field in fields(Configuration)}
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ConfigurationError(f"unknown setting: {', '.join(unknown)} (known: {', '.join(sorted(known))})")
    values = {known[name].name: _read(name, str(known[name].type), text) for name, text in given.items()}
    return Configuration(**values)  # type: ignore[arg-type]


def _read(name: str, type_name: str, text: str) -> object:
    if type_name == "Path":
        return Path(text)
    if type_name == "bool":
        if text.lower() in {"1", "true", "yes"}:
            return True
        if text.lower() in {"0", "false", "no"}:
            return False
        raise ConfigurationError(f"{name} must be 1 or 0, not {text!r}")
    if type_name == "int":
        if not text.isascii() or not text.isdigit():
            raise ConfigurationError(f"{name} must be a whole number, not {text!r}")
        return int(text)
    return text
