"""Translations: `python -m scripts.translations compile|update`.

`compile` makes the .mo files that are missing or older than their .po; `update` collects the sentences of
pages, templates and findings anew. The Danish sentence is the message id; a finding's code is its context.

English says everything. The other seven languages say what pages in all languages say, and what an official
reads out to a person: the sentences of `FOR_EVERYBODY`, no others (docs/translations.md).

What is collected: `_()` and its relatives, `_l()`, `finding_kind(code, sentence)`, `in_context(context,
sentence)`, and `Term(words)` for what reaches the screen through a table or as a fact.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from election.ballots.printing import GONE_ON_THE_BALLOT
from election.call.rules import NOT_IN_THIS_PHASE, PHASE_NAMES
from election.roll.corrections import KIND_NAMES, STRIKES
from registry.database import BUSY
from registry.languages import EVERY_LANGUAGE

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
COMPLETE = ("en",)
SOURCES = ("election", "registry", "templates")
FOR_EVERYBODY: dict[str, frozenset[str] | None] = {
    "election/call/frame.py": frozenset(
        {"Forside", "Resultat", "Stil op", "Kandidaterne", "Kan jeg stemme?", "%(council)s – valg den %(day)s"}
    ),
    "election/call/rules.py": frozenset({*PHASE_NAMES.values(), NOT_IN_THIS_PHASE.text}),
    "election/ballots/printing.py": frozenset({GONE_ON_THE_BALLOT}),
    "election/candidacy/findings.py": None,
    "election/candidacy/photos.py": None,
    "election/candidacy/rules.py": None,
    "election/lists/findings.py": None,
    "election/lists/forms.py": None,
    "election/lists/rules.py": None,
    "election/lists/steps.py": None,
    "election/lists/view.py": None,
    "election/look_up/pages.py": None,
    "election/own_case/case_pages.py": None,
    "election/own_case/conditions.py": None,
    "election/own_case/findings.py": None,
    "election/own_case/forms.py": None,
    "election/own_case/letters.py": None,
    "election/own_case/receipt.py": None,
    "election/own_case/link_pages.py": None,
    "election/own_case/list_pages.py": None,
    "election/own_case/support_pages.py": None,
    "election/own_case/supporting.py": None,
    "election/own_case/visit.py": None,
    "election/own_case/outline.py": None,
    "election/own_case/pages.py": None,
    "election/own_case/part_pages.py": None,
    "election/own_case/photo_pages.py": None,
    "election/presentation/booklet.py": None,
    "election/presentation/rules.py": None,
    "election/roll/answers.py": frozenset(
        {
            "Personen kan stille op, men ikke stemme.",
            "Personen er slettet af valglisten %(at)s: %(kind)s.",
            "Personen var ikke i udtrækket fra folkeregistret, så ingen har taget stilling.",
        }
    ),
    "election/roll/corrections.py": frozenset(KIND_NAMES[kind] for kind in STRIKES),
    "election/roll/rules.py": None,
    "registry/accounts/findings.py": None,
    "registry/accounts/forms.py": frozenset(
        {
            "Feltet skal udfyldes.",
            "Her må ikke stå et CPR-nummer. Skriv det om uden nummeret; intet er gemt endnu.",
        }
    ),
    "registry/act.py": None,
    "registry/accounts/mitid_pages.py": None,
    "registry/database.py": frozenset({BUSY.text}),
    "registry/wording.py": None,
    "templates/base.html": None,
    "templates/errors/csrf.html": None,
    "templates/errors/fault.html": None,
    "templates/errors/not_found.html": None,
    "templates/errors/refused.html": None,
    "templates/furniture.html": frozenset(
        {
            "Fejl:",
            "Fejl",
            "Oplysning",
            "Udført",
            "Advarsel",
            "Noget skal rettes",
            "(frivilligt)",
            "Brødkrumme",
            "%(value)s af %(whole)s",
        }
    ),
    "templates/lists/parts.html": None,
    "templates/lists/public.html": None,
    "templates/look_up/page.html": None,
    "templates/overview/accessibility.html": None,
    "templates/overview/public_home.html": None,
    "templates/own_case/ask_for_link.html": None,
    "templates/own_case/begin.html": None,
    "templates/own_case/check.html": None,
    "templates/own_case/complain.html": None,
    "templates/own_case/consents.html": None,
    "templates/own_case/contact.html": None,
    "templates/own_case/discard.html": None,
    "templates/own_case/found_list.html": None,
    "templates/own_case/group.html": None,
    "templates/own_case/language.html": None,
    "templates/own_case/link.html": None,
    "templates/own_case/list.html": None,
    "templates/own_case/my_list.html": None,
    "templates/own_case/name.html": None,
    "templates/own_case/part.html": None,
    "templates/own_case/parts.html": None,
    "templates/own_case/photo.html": None,
    "templates/own_case/presentation.html": None,
    "templates/own_case/presentation_in.html": None,
    "templates/own_case/sign_in.html": None,
    "templates/own_case/start.html": None,
    "templates/own_case/status.html": None,
    "templates/own_case/support.html": None,
    "templates/own_case/support_gone.html": None,
    "templates/own_case/supporters.html": None,
    "templates/own_case/tasks.html": None,
    "templates/own_case/willingness.html": None,
    "templates/own_case/withdraw.html": None,
    "templates/presentation/candidate.html": None,
    "templates/presentation/candidates.html": None,
    "templates/presentation/furniture.html": None,
}
"""What pages marked `@in_all_languages` can show: whole files, or of a file these sentences."""
Sentence = tuple[str | tuple[str, ...], str | None]
"""The message id (singular and plural, where there are two) and its context."""
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


def locales() -> tuple[str, ...]:
    """Every language but Danish, whose sentences are the message ids."""
    return tuple(code for code in EVERY_LANGUAGE if code != "da")


def collect(locale: str = "en") -> Catalog:
    """Every sentence that can reach a screen in this language."""
    found = Catalog(charset="utf-8")
    for message, context in _everything() if locale in COMPLETE else _for_everybody():
        found.add(message, context=context)
    return found


def _everything() -> Iterator[Sentence]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for folder in SOURCES:
        every = extract_from_dir(ROOT / folder, methods, options, keywords=KEYWORDS)
        for _file, _line, message, _comments, context in every:
            yield message, context


def _for_everybody() -> Iterator[Sentence]:
    for source, chosen in FOR_EVERYBODY.items():
        method = "jinja2" if source.endswith(".html") else "python"
        every = extract_from_file(method, ROOT / source, keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in every:
            if chosen is None or message in chosen:
                yield message, context


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
    for locale in locales():
        known = catalogue(locale)
        known.update(collect(locale), no_fuzzy_matching=True)
        write(known)


def _file_of(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    {"compile": compile_all, "update": update}[sys.argv[1]]()
