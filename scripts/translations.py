"""Translations: `python -m scripts.translations compile|update`.

`compile` makes the .mo files that are missing or older than their .po; `update` collects the sentences of
pages, templates and findings anew. The Danish sentence is the message id; a finding's code is its context.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
LOCALES = ("en",)


def compile_all() -> None:
    """Write every .mo that is not as new as its .po."""
    for po in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source))


def update() -> None:
    """Collect the sentences and merge them into every catalogue; nothing translated is lost."""
    template = FOLDER / "messages.pot"
    pybabel = str(Path(sys.executable).with_name("pybabel"))
    run = [pybabel, "-q", "extract", "-F", "babel.cfg", "-k", "finding_kind:1c,2", "-k", "_l", "--no-wrap"]
    run += ["--omit-header", "--no-location", "-o", str(template), "registry", "election", "templates"]
    subprocess.run(run, cwd=ROOT, check=True)
    for locale in LOCALES:
        po = FOLDER / locale / "LC_MESSAGES" / "messages.po"
        verb = "update" if po.exists() else "init"
        extra = ["--no-fuzzy-matching", "--ignore-obsolete", "--omit-header"] if verb == "update" else []
        paths = ["-i", str(template), "-o", str(po), "-l", locale, "--no-wrap"]
        subprocess.run([pybabel, "-q", verb, *extra, *paths], cwd=ROOT, check=True)
    template.unlink()


if __name__ == "__main__":
    {"compile": compile_all, "update": update}[sys.argv[1]]()
