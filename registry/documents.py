"""Printed documents: a template of `templates/documents/` and data in, the bytes of a PDF out.

The PDF is tagged and keeps to PDF/UA-1 and PDF/A-2a; the typesetter refuses what breaks them. The same
template and data give the same bytes: fonts come from the repository only, the date is part of the data.

A sign that no font has would print as an empty box, so it stops the document. `unprintable` asks the
typesetter itself beforehand, in one run over all texts with other signs than those of Western Europe;
only when that run fails does it search by halves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import typst
from babel.dates import format_date

from registry.findings import Refused, finding_kind

FOLDER = Path(__file__).parent.parent / "templates" / "documents"
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_LAST_WESTERN_SIGN = "\u00ff"
_NAMED_IN_A_REFUSAL = 5
_RUNS_REMEMBERED = 11
_TEMPLATE_SAYS = ("assertion failed: ", "panicked with: ")

UNPRINTABLE = finding_kind(
    "R420",
    "Dokumentet er ikke dannet. Skrifttyperne mangler tegn i: {texts}. Intet er ændret. "
    "Skriv teksten med bogstaver, der kan trykkes, og dan dokumentet igen.",
)
NOT_MADE = finding_kind("R421", "Dokumentet er ikke dannet: {reason} Intet er ændret.")


class DocumentProblem(Refused):
    """The paper cannot be made from these data. `texts` are those that the fonts cannot show."""

    texts: tuple[str, ...] = ()


def render(template: str, data: Mapping[str, object], files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of one template; what `data` must hold is written at the top of the template.

    `files` are pictures that the template finds beside itself under these plain names. Dates in the data become
    ISO texts. DocumentProblem when a text cannot be shown or the template refuses the data; any other error of
    the typesetter is a fault and is passed on.
    """
    plain = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_iso_date)
    try:
        return _typeset(template, plain, files or {})
    except typst.TypstError as error:
        raise _problem(error, plain) from error


def picture(template: str, data: Mapping[str, object], *, per_inch: int = 96) -> bytes:
    """The first page of the same document as a PNG, to be looked at on a page. The PDF is what is printed."""
    plain = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_iso_date)
    pages: bytes | list[bytes] = typst.compile(
        str(FOLDER / template),
        root=str(FOLDER),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": plain},
        format="png",
        ppi=per_inch,
    )
    return pages if isinstance(pages, bytes) else pages[0]


def render_chunks(
    template: str,
    header: Mapping[str, object],
    items: Iterable[object],
    *,
    key: str = "cards",
    size: int = 125,
) -> Iterator[bytes]:
    """One PDF for each `size` items, which are handed to the template under `key` beside the header.

    Made one at a time, so that memory follows the chunk and not the roll, and progress can be shown.
    Measured with poll cards, whole process: 125 at a time 178 MB, 250 at a time 255 MB, however long the roll.
    Only whoever takes the chunks to the end lets go of the last one.
    """
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield render(template, {**header, key: chunk})
        _let_go_of_earlier_runs()


def unprintable(texts: Iterable[str]) -> list[str]:
    """Those texts that the fonts cannot show, each once, in the order given."""
    doubtful = list(dict.fromkeys(text for text in texts if not _is_western(text)))
    return _not_shown(doubtful)


@lru_cache(maxsize=4096)
def can_be_printed(text: str) -> bool:
    """Whether the fonts have every sign of a name; asked before somebody relies on it."""
    return not unprintable([text])


def without_unprintable(texts: Iterable[str]) -> dict[str, str]:
    """The texts that the fonts cannot show, each with what is left of it without the signs they lack.

    For what need not be whole to be of use: a presentation with a little picture in it, never a name.
    """
    lacking = unprintable(texts)
    if not lacking:
        return {}
    signs = set(unprintable(sorted({sign for text in lacking for sign in text if not sign.isspace()})))
    rest = {text: "".join(sign for sign in text if sign not in signs) for text in lacking}
    still = set(unprintable(rest.values()))
    return {text: "" if left in still else left for text, left in rest.items()}


def danish_day(on: date) -> str:
    """mandag den 27. november 2017"""
    return format_date(on, "EEEE 'den' d. MMMM y", locale="da")


def danish_date(on: date) -> str:
    """27-11-2017, as birth dates stand in a list"""
    return f"{on:%d-%m-%Y}"


def danish_time(at: datetime) -> str:
    """kl. 17.05 in Copenhagen. ValueError for an instant without a time zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return f"kl. {at.astimezone(_COPENHAGEN):%H.%M}"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")]
    )


def _typeset(template: str, data: str, files: Mapping[str, bytes]) -> bytes:
    path = FOLDER / template
    if path.parent != FOLDER or not path.is_file():
        raise FileNotFoundError(f"no document template {template!r}")
    if not files:
        return _compiled(path, data)
    with TemporaryDirectory(prefix="raadsvalg-") as name:
        # The typesetter reads pictures from files only, and only below the folder of its root.
        folder = Path(name)
        for source in FOLDER.glob("*.typ"):
            copyfile(source, folder / source.name)
        for file, content in files.items():
            if Path(file).name != file:
                raise ValueError(f"not a plain file name: {file!r}")
            (folder / file).write_bytes(content)
        return _compiled(folder / template, data)


def _compiled(path: Path, data: str) -> bytes:
    return typst.compile(
        str(path),
        root=str(path.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=_STANDARDS,
    )


def _let_go_of_earlier_runs() -> None:
    """The typesetter keeps the work of its last ten runs; ten empty ones cost 40 ms and free hundreds of MB."""
    for _ in range(_RUNS_REMEMBERED):
        _can_be_shown([])


def _problem(error: typst.TypstError, data: str) -> Exception:
    for opening in _TEMPLATE_SAYS:
        if error.message.startswith(opening):
            return DocumentProblem(NOT_MADE, reason=error.message.removeprefix(opening).strip('"'))
    missing = unprintable(_strings(json.loads(data)))
    if not missing:
        return error
    named = ", ".join(f"»{text}«" for text in missing[:_NAMED_IN_A_REFUSAL])
    more = len(missing) - _NAMED_IN_A_REFUSAL
    problem = DocumentProblem(UNPRINTABLE, texts=f"{named} og {more} til" if more > 0 else named)
    problem.texts = tuple(missing)
    return problem


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for part in value:
                yield from _strings(part)
        case dict():
            for part in value.values():
                yield from _strings(part)


def _is_western(text: str) -> bool:
    return text.isprintable() and all(sign <= _LAST_WESTERN_SIGN for sign in text)


def _not_shown(texts: list[str]) -> list[str]:
    if not texts or _can_be_shown(texts):
        return []
    if len(texts) == 1:
        return texts
    middle = len(texts) // 2
    return _not_shown(texts[:middle]) + _not_shown(texts[middle:])


def _can_be_shown(texts: list[str]) -> bool:
    try:
        _typeset("specimen.typ", json.dumps({"is_demo": False, "dated_on": "2017-01-01", "texts": texts}), {})
    except typst.TypstError:
        return False
    return True


def _iso_date(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form on paper; hand over a text")
