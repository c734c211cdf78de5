"""Translations: `python -m scripts.translations compile|update`.

`compile` makes the .mo files that are missing or older than their .po; `update` collects the sentences of
pages, templates and findings anew. The Danish sentence is the message id; a finding's code is its context.

What is collected: `_()` and its relatives, `_l()`, `finding_kind(code, sentence)`, `in_context(context,
sentence)`, and `Term(words)` for what reaches the screen through a table or as a fact.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
LOCALES = ("en",)
SOURCES = ("election", "registry", "templates")
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "Term": None,
    "finding_kind": ((1, "c"), 2),
    "in_context": ((1, "c"), 2),
}
HEADER = """\
# Made by `python -m scripts.translations update`: new sentences come in by themselves, with an empty msgstr.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
"""No date and no line number: the file changes only when a sentence does."""


def collect() -> Catalog:
    """Every sentence that can reach a screen."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for folder in SOURCES:
        every = extract_from_dir(ROOT / folder, methods, options, keywords=KEYWORDS)
        for _file, _line, message, _comments, context in every:
            found.add(message, context=context)
    return found


def catalogue(locale: str) -> Catalog:
    """The sentences of a language as they stand in its file; empty when there is none yet."""
    path = _file_of(locale)
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8")


def write(known: Catalog) -> None:
    """Write a catalogue in the order of its sentences."""
    path = _file_of(str(known.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(
        body,
        known,
        width=0,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_previous=False,
    )
    header = HEADER.format(locale=known.locale, plurals=known.plural_forms)
    path.write_text(header + body.getvalue().decode("utf-8").strip() + "\n", encoding="utf-8")


def compile_all() -> None:
    """Write every .mo that is not as new as its .po."""
    for po in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source, locale=po.parent.parent.name))


def update() -> None:
    """Collect the sentences and merge them into every catalogue; nothing translated is lost."""
    collected = collect()
    for locale in LOCALES:
        known = catalogue(locale)
        known.update(collected, no_fuzzy_matching=True)
        write(known)


def _file_of(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    {"compile": compile_all, "update": update}[sys.argv[1]]()
