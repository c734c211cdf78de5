"""What a demo has instead of MitID: a real OpenID provider package, with invented people of the case.

It lets anybody in as anybody and is never used for an election. It runs in a process of its own, which ends when
the program that started it does, however that ends: the pipe between them is then closed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from election.call.records import Election, Kind, elections
from election.candidacy.records import by_person
from election.roll.records import entry_by_index
from registry.act import Installation
from registry.configuration import PREFIX
from registry.database import search_key
from scripts.demonstration import Demo
from scripts.rehearsal.case import read_case

NAME = "MitID (prøve)"
_USUAL_PORT = 9400
_NEW, _CANDIDATE, _SUPPORTER, _UNKNOWN = (
    "kan stille op",
    "har anmeldt sig",
    "kan være stiller",
    "står ikke på valglisten",
)
_WANTED = (_NEW, _NEW, _SUPPORTER, _SUPPORTER, _CANDIDATE, _UNKNOWN)


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody to sign in as: `subject` is what one types."""

    subject: str
    name: str
    words: str
    cpr: str


def is_installed() -> bool:
    """It comes with the requirements of the tests (`scripts/run --mitid`)."""
    return find_spec("oidc_provider_mock") is not None


def people_to_try(installation: Installation, demo: Demo) -> list[Invented]:
    """A few residents of the case, each in another position."""
    rows = csv.DictReader(io.StringIO((read_case(demo.case).residents or b"").decode()), delimiter=";")
    wanted = list(_WANTED)
    found: list[Invented] = []
    with installation.database.read() as session:
        election = next(e for e in elections(session) if e.kind == Kind.DEMO)
        keyring = installation.keys.open(election.municipality)
        for row in rows:
            subject = search_key(row["first_names"].split()[0])
            if row["status"] != "resident" or row["protected"] == "1" or subject in {one.subject for one in found}:
                continue
            is_one = _position(session, election, keyring.blind_index(row["cpr"]))
            words = next((one for one in wanted if one in is_one), None)
            if words:
                wanted.remove(words)
                found.append(Invented(subject, f"{row['first_names']} {row['surname']}", words, row["cpr"]))
            if not wanted:
                break
    return sorted(found, key=lambda one: _WANTED.index(one.words))


def _position(session: Session, election: Election, cpr_index: bytes) -> tuple[str, ...]:
    entry = entry_by_index(session, election, cpr_index)
    if entry is None:
        return (_UNKNOWN,)
    if by_person(session, election, cpr_index) is not None:
        return (_CANDIDATE,)
    return (_NEW, _SUPPORTER) if entry.may_stand else (_SUPPORTER,)


def start(people: list[Invented], instance: Path) -> Mapping[str, str]:
    """Start the provider. The settings of a program that uses it."""
    port = _free_port()
    secret = instance / "mitid.secret"
    secret.write_text(secrets.token_urlsafe(16), encoding="utf-8")
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "scripts.invented_mitid", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps([asdict(one) for one in people]).encode() + b"\n")
    child.stdin.flush()
    # The program goes on as another one in the same process (exec) and must keep its end of the pipe.
    os.set_inheritable(os.dup(child.stdin.fileno()), True)
    return {
        PREFIX + "MITID_ISSUER": f"http://localhost:{port}",
        PREFIX + "MITID_CLIENT": "raadsvalg-demo",
        PREFIX + "MITID_SECRET_FILE": str(secret),
        PREFIX + "MITID_SCOPES": "openid",
        PREFIX + "MITID_NAME": NAME,
    }


def _free_port() -> int:
    for port in (_USUAL_PORT, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise OSError("no port is free")


def _serve(port: int) -> None:
    provider: Any = import_module("oidc_provider_mock")  # only a demo has it

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, and its end is ours
    people = [Invented(**one) for one in json.loads(sys.stdin.readline())]
    known = [provider.User(sub=one.subject, claims={"dk.cpr": one.cpr, "loa": "substantial"}) for one in people]
    with provider.run_server_in_thread(port, user_claims=known):
        sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
