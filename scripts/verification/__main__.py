"""python3 scripts/verification FILE: runs as a folder too, where it is not part of a package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0:0] = [str(Path(__file__).resolve().parent.parent)]
    sys.exit(importlib.import_module("verification.command").main(sys.argv[1:]))
