"""A regulation as a legal document in plain Danish: chapters, numbered paragraphs, a note for every source.

Every value becomes a sentence. What the source leaves open is said openly; where a whole paragraph or chapter is
open, one sentence says so. Pure: a regulation in, texts out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from registry.regulation.ruled import Ruled

T = TypeVar("T")
ASSUMED, OPEN = "antaget: ", "ikke fastsat: "


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence to be: the key it says, or "" for a sentence that only leads in."""

    key: str
    rule: Ruled[Any] | None
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A paragraph to be. `about` ends the sentence “Regulativet siger ikke noget om …”."""

    title: str
    about: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter to be."""

    title: str
    about: str
    articles: tuple[Article, ...]
    is_of_the_election: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the document with the numbers of its notes."""

    text: str
    keys: tuple[str, ...]
    notes: tuple[int, ...]
    is_assumed: bool
    is_unset: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A source, the reason for an assumption, or why something is open; the same words are one note."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    number: int
    title: str
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[Note, ...]
    """The notes that are first referred to in this chapter."""


@dataclass(frozen=True, slots=True)
class Point:
    """An assumed or open place of the document, for the lists: “§ 4, stk. 2”, the sentence and the reason."""

    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    chapters: tuple[Chapter, ...]
    assumed: tuple[Point, ...]
    left_open: tuple[Point, ...]


def clause(key: str, rule: Ruled[T], asked: str, say: Callable[[T], str]) -> Clause:
    """The sentence of one value; `asked` ends “Regulativet siger ikke, …” when it is open."""
    return Clause(key, rule, f"Regulativet siger ikke, {asked}." if rule.is_unset else say(rule.value))


def leading_in(text: str) -> Clause:
    """A sentence without a value of its own."""
    return Clause("", None, text)


def known(rule: Ruled[T], otherwise: T) -> T:
    """The value, or what to speak as if, where it is open."""
    return otherwise if rule.is_unset else rule.value


def composed(title: str, parts: Iterable[Part], *, has_no_election: bool) -> Document:
    """Number the chapters, paragraphs and notes of a document."""
    notes = _Notes()
    chapters: list[Chapter] = []
    next_paragraph = 1
    for part in parts:
        paragraphs = tuple(_paragraphs(part, next_paragraph, notes, has_no_election))
        next_paragraph += len(paragraphs)
        chapters.append(Chapter(len(chapters) + 1, part.title, paragraphs, notes.take_new()))
    texts = notes.by_number()
    every = [
        (Point(_place(paragraph, index), statement.text, _reasons(statement, texts)), statement)
        for chapter in chapters
        for paragraph in chapter.paragraphs
        for index, statement in enumerate(paragraph.statements)
    ]
    return Document(
        title,
        tuple(chapters),
        tuple(point for point, statement in every if statement.is_assumed),
        tuple(point for point, statement in every if statement.is_unset),
    )


def _reasons(statement: Statement, texts: Mapping[int, str]) -> str:
    """The notes without the word that the list has as its heading."""
    return "; ".join(texts[number].removeprefix(ASSUMED).removeprefix(OPEN) for number in statement.notes)


def _place(paragraph: Paragraph, index: int) -> str:
    alone = len(paragraph.statements) == 1
    return f"§ {paragraph.number}" if alone else f"§ {paragraph.number}, stk. {index + 1}"


class _Notes:
    """Numbers the sources; the same words get the same number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._taken = 0

    def number(self, rule: Ruled[Any]) -> int:
        return self._numbers.setdefault(_source(rule), len(self._numbers) + 1)

    def take_new(self) -> tuple[Note, ...]:
        new = [Note(number, text) for text, number in self._numbers.items() if number > self._taken]
        self._taken = len(self._numbers)
        return tuple(new)

    def by_number(self) -> dict[int, str]:
        return {number: text for text, number in self._numbers.items()}


def _source(rule: Ruled[Any]) -> str:
    return f"{OPEN}{rule.why}" if rule.is_unset else rule.source


def _paragraphs(part: Part, first: int, notes: _Notes, has_no_election: bool) -> Iterator[Paragraph]:
    missing = part.is_of_the_election and has_no_election
    if _is_open(clause for article in part.articles for clause in article.clauses):
        everything = [clause for article in part.articles for clause in article.clauses]
        yield Paragraph(first, part.title, (_one_for_all(part.about, everything, notes, missing),))
        return
    for number, article in enumerate(part.articles, start=first):
        said = (
            [_one_for_all(article.about, article.clauses, notes, missing)]
            if _is_open(article.clauses)
            else [_statement(clause, notes) for clause in article.clauses]
        )
        yield Paragraph(number, article.title, tuple(said))


def _is_open(clauses: Iterable[Clause]) -> bool:
    """Everything that has a value is left open; one sentence then says it better than ten."""
    rules = [clause.rule for clause in clauses if clause.rule is not None]
    return all(rule.is_unset for rule in rules) and len(rules) != 1


def _one_for_all(about: str, clauses: Iterable[Clause], notes: _Notes, has_no_election: bool) -> Statement:
    rules = [(clause.key, clause.rule) for clause in clauses if clause.rule is not None]
    opening = "Rådet vælges ikke ved direkte valg, og regulativet siger ikke" if has_no_election else ""
    # A subordinate clause (hvem, hvad, hvordan) takes a comma before it.
    comma = "," if about.startswith("hv") else ""
    text = f"{opening or 'Regulativet siger ikke'} noget om{comma} {about}."
    numbers = dict.fromkeys(notes.number(rule) for _, rule in rules)
    return Statement(text, tuple(key for key, _ in rules), tuple(numbers), False, True)


def _statement(clause: Clause, notes: _Notes) -> Statement:
    rule = clause.rule
    if rule is None:
        return Statement(clause.text, (), (), False, False)
    return Statement(clause.text, (clause.key,), (notes.number(rule),), rule.is_assumed, rule.is_unset)
