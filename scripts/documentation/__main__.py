"""`scripts/document`: write the generated pages; `--check`: exit code 1 when one is not as the code says."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.documentation import pages

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: scripts/document [--check]", file=sys.stderr)
        return 2
    stale = []
    for name, content in pages.every_page(ROOT).items():
        path = ROOT / "docs" / name
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not arguments:
            path.write_text(content, encoding="utf-8")
            print(f"wrote docs/{name}")
    if arguments and stale:
        print(f"not as the code says: {', '.join(stale)}; run scripts/document", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
