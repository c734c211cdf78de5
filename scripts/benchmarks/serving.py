"""The server of a run as `scripts/run` starts it, and how much processor time it has used."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.configuration import PREFIX, ROOT
from scripts.start import KEEP_ALIVE_S, THREADS

_START_TRIES, _STOP_S = 600, 30


@dataclass(frozen=True, slots=True)
class Served:
    port: int
    pid: int

    def processor_seconds(self) -> float | None:
        """Of the server and its workers so far; None where the system does not tell."""
        total = 0.0
        try:
            for stat in Path("/proc").glob("[0-9]*/stat"):
                found = _used(stat, self.pid)
                total += found or 0.0
        except OSError:
            return None
        return total or None


def _used(stat: Path, server: int) -> float | None:
    try:
        after_name = stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (OSError, IndexError):  # ended in the meantime
        return None
    if server not in (int(stat.parent.name), int(after_name[1])):
        return None
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(settings: dict[str, str], folder: Path, workers: int) -> Iterator[Served]:
    """gunicorn on a free port of this computer only. Raises RuntimeError when it did not start, or had a fault."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(workers)]
    command += ["--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--keep-alive", str(KEEP_ALIVE_S)]
    command.append("wsgi:create_app()")
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    log = folder / "gunicorn.log"
    with log.open("w", encoding="utf-8") as sink:
        server = subprocess.Popen(command, cwd=ROOT, env=own | settings, stdout=sink, stderr=sink)
    try:
        _wait_for(port, server, log)
        yield Served(port, server.pid)
        trouble = log.read_text(encoding="utf-8")
        if "fault " in trouble:
            raise RuntimeError(f"the server had a fault:\n{trouble[-4000:]}")
    except RuntimeError as error:
        error.add_note(f"the server wrote:\n{log.read_text(encoding='utf-8')[-4000:]}")
        raise
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(_STOP_S)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_START_TRIES):
        if server.poll() is not None:
            break
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")
