"""Programs of others that the count is measured beside. The bench installs them for itself alone."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module, invalidate_caches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

WANTED = Path(__file__).with_name("peers.txt")
FOLDER = Path(sys.prefix) / f"bench-peers-{sys.version_info.major}.{sys.version_info.minor}"
LONGEST_S = 300


def install() -> str | None:
    """Puts them into a folder of their own beside this Python, once. What went wrong, in one line, or None."""
    stamp = FOLDER / "installed"
    if not stamp.exists() or stamp.read_bytes() != WANTED.read_bytes():
        command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--retries", "1"]
        command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--upgrade"]
        command += ["--target", str(FOLDER), "-r", str(WANTED)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired:
            return f"pip took more than {LONGEST_S} s"
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["pip said nothing"]
            return said[-1]
        stamp.write_bytes(WANTED.read_bytes())
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
        invalidate_caches()
    return None


def peer(module: str) -> Any:
    """The module, or None where it is absent."""
    try:
        return import_module(module)
    except ImportError:
        return None


def version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
