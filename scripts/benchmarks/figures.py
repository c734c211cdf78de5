"""Figures of a run: spreads, what the computer is, how fast its disk promises."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_BLOCK = bytes(4096)
_SYNCS = 40


def spread(values: Sequence[float]) -> dict[str, object]:
    """Median, least and most."""
    return {
        "median": round(statistics.median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def versions(*packages: str) -> dict[str, str]:
    """Python's version, and those of the packages that are installed."""
    found = {"python": sys.version.split()[0]}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def cpu() -> str:
    """The processor's name and how many of them this process may use."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line for line in info.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        name = models[0].split(":", 1)[1].strip() if models else name
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{usable} x {name}"


def fsync_us(folder: Path) -> float:
    """Median microseconds of overwriting 4 KiB in `folder` and waiting until the disk has it."""
    path, took = folder / "fsync.probe", []
    sync = getattr(os, "fdatasync", os.fsync)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for _ in range(_SYNCS):
            begun = time.perf_counter()
            os.pwrite(descriptor, _BLOCK, 0)
            sync(descriptor)
            took.append((time.perf_counter() - begun) * 1e6)
    finally:
        os.close(descriptor)
        path.unlink()
    return round(statistics.median(took), 1)


def peak_rss_mb() -> float:
    """The most memory that this process, or any one process it has started and waited for, has held."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(max(used) / unit, 1)
