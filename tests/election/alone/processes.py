"""A centre and laptops as real processes, with a real line between them that can be cut (TCP)."""

from __future__ import annotations

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import requests

from election.alone.rules import fingerprint_of, key_text
from tests.scenarios import PASSWORD, form_value

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Wire:
    """A TCP line from `port` to `to_port`. `cut` ends it, `one_way` lets questions through and no answer."""

    def __init__(self, to_port: int) -> None:
        self.port, self._to_port = free_port(), to_port
        self.is_cut = self.is_one_way = False
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for one in self._open:
            one.close()
        self._open.clear()

    def mend(self) -> None:
        self.is_cut = self.is_one_way = False

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to_port), timeout=5)
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        waiting = selectors.DefaultSelector()
        try:
            waiting.register(near, selectors.EVENT_READ, far)
            waiting.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in waiting.select(timeout=1):
                    piece = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not piece:
                        return
                    if not (self.is_one_way and key.fileobj is far):
                        key.data.sendall(piece)
        except (OSError, ValueError):
            return
        finally:
            waiting.close()
            for one in (near, far):
                one.close()


@dataclass
class Process:
    """A running program and what it said."""

    running: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As when the power goes: nothing is tidied up."""
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(10)

    def stop(self) -> None:
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGTERM)
            try:
                self.running.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def start_centre(database: str, keys: Path, instance: Path, port: int) -> Process:
    settings = {
        "RAADSVALG_INSTANCE": str(instance),
        "RAADSVALG_DATABASE": database,
        "RAADSVALG_KEYS": str(keys),
        "RAADSVALG_COOKIE_IS_SECURE": "0",
        "RAADSVALG_PASSWORD_COST": "test",
    }
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "wsgi:create_app()"]
    made = _begin(command, settings, instance / "centre.log")
    _wait(made, f"http://127.0.0.1:{port}/log-ind")
    return made


def start_laptop_process(
    package: Path, key: bytes, sha256: str, folder: Path, port: int, stick: Path | None = None
) -> Process:
    folder.mkdir(parents=True, exist_ok=True)
    key_file = folder / "key.txt"
    key_file.write_text(" ".join(key_text(key)) + "\n" + " ".join(fingerprint_of(sha256)) + "\n")
    command = [sys.executable, "-m", "scripts.start", "--station", str(package), "--key-file", str(key_file)]
    command += ["--bind", "127.0.0.1", "--port", str(port)]
    if stick is not None:
        command += ["--stick", str(stick)]
    made = _begin(command, {"RAADSVALG_INSTANCE": str(folder)}, folder / "laptop.log")
    _wait(made, f"https://127.0.0.1:{port}/log-ind", folder / "tls" / "certificate.pem")
    return made


def _begin(command: list[str], settings: dict[str, str], log: Path) -> Process:
    log.parent.mkdir(parents=True, exist_ok=True)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RAADSVALG_")}
    with log.open("ab") as out:
        running = subprocess.Popen(
            command, cwd=ROOT, env=plain | settings, stdout=out, stderr=out, start_new_session=True
        )
    return Process(running, log)


def _wait(process: Process, address: str, certificate: Path | None = None) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.running.poll() is not None:
            break
        try:
            if requests.get(address, timeout=2, verify=str(certificate) if certificate else True).ok:
                return
        except (requests.RequestException, OSError):
            time.sleep(0.1)
    raise AssertionError(process.log.read_text(errors="replace"))


@dataclass
class Browser:
    """A desk's browser on a laptop, without scripts."""

    address: str
    station: str
    desk: int
    certificate: Path
    who: str = "polling_official"
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self) -> None:
        self.session.trust_env = False  # a certificate bundle of this machine would be asked instead
        self.session.verify = str(self.certificate)
        page = self._get("/log-ind").text
        done = self.session.post(
            self.address + "/log-ind",
            data={"username": self.who, "password": PASSWORD, "csrf_token": form_value(page, "csrf_token")},
            timeout=20,
            allow_redirects=False,
        )
        assert done.status_code == 302, done.status_code

    def form(self, entry: UUID) -> dict[str, str]:
        """What the voter's page would send when the key is pressed."""
        page = self._get(f"{self._place}vaelger/{entry}?fra=kort").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
        assert token is not None, page[:2000]
        return {"csrf_token": token.group(1), "request_id": str(uuid4()), "is_identified": "y"}

    def admit(self, entry: UUID, form: dict[str, str]) -> bool:
        """Whether the desk was told that the voter gets a paper. requests.RequestException: no answer."""
        done = self.session.post(
            f"{self.address}{self._place}vaelger/{entry}/luk-ind?fra=kort",
            data=form,
            timeout=20,
            allow_redirects=False,
        )
        return done.status_code == 303 and "udfald=" in done.headers["Location"]

    def line(self) -> str:
        return str(self._get("/laptop/tilstand").json()["words"])

    @property
    def _place(self) -> str:
        return f"{self.station}/bord/{self.desk}/"

    def _get(self, path: str) -> requests.Response:
        return self.session.get(self.address + path, timeout=20)
