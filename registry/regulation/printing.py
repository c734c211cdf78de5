"""The regulation on paper: “Valgregulativ for …”, with what is assumed, open or against the law in lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from registry.documents import render
from registry.findings import Finding
from registry.regulation.choices import State
from registry.regulation.prose.document import Chapter, Point, Statement, known
from registry.regulation.prose.legal_text import legal_text
from registry.regulation.rules import Regulation

_STATES: Mapping[State, str] = {
    State.DRAFT: "udkast",
    State.APPROVED: "vedtaget",
    State.IN_FORCE: "gældende",
    State.SUPERSEDED: "afløst",
}


def regulation_document(
    regulation: Regulation,
    sha256: str,
    *,
    dated_on: date,
    findings: Iterable[Finding] = (),
    is_demo: bool = False,
) -> bytes:
    """The PDF of a regulation. `sha256` (hex) is of its file; `findings` are those of `law.law_findings`.

    Raises DocumentProblem when a text has a sign that the fonts cannot show."""
    text = legal_text(regulation)
    state = regulation.basis.state
    return render(
        "regulation.typ",
        {
            "is_demo": is_demo,
            "dated_on": dated_on,
            "title": text.title,
            "municipality": known(regulation.municipality.name, ""),
            "council": known(regulation.council.name, regulation.id),
            "id": regulation.id,
            "state": "ikke angivet" if state.is_unset else _STATES[state.value],
            "sha256": sha256,
            "chapters": [_chapter(chapter) for chapter in text.chapters],
            "assumed": [_point(point) for point in text.assumed],
            "left_open": [_point(point) for point in text.left_open],
            "findings": [{"code": one.kind.code, "text": one.in_danish()} for one in findings],
        },
    )


def _chapter(chapter: Chapter) -> Mapping[str, object]:
    return {
        "number": chapter.number,
        "title": chapter.title,
        "paragraphs": [
            {
                "number": paragraph.number,
                "title": paragraph.title,
                "statements": [_statement(statement) for statement in paragraph.statements],
            }
            for paragraph in chapter.paragraphs
        ],
        "notes": [{"number": note.number, "text": note.text} for note in chapter.notes],
    }


def _statement(statement: Statement) -> Mapping[str, object]:
    mark = "antaget" if statement.is_assumed else "ikke fastsat" if statement.is_unset else ""
    return {"text": statement.text, "notes": list(statement.notes), "mark": mark}


def _point(point: Point) -> Mapping[str, str]:
    return {"place": point.place, "text": point.text, "why": point.why}
