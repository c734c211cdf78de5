"""The whole regulation as one legal document: “Valgregulativ for …”, in plain Danish."""

from __future__ import annotations

from typing import Any

from registry.regulation.choices import PollingKind
from registry.regulation.prose import appointment, council, election, rights, seats
from registry.regulation.prose.document import Article, Clause, Document, Part, composed, known
from registry.regulation.ruled import Ruled
from registry.regulation.rules import Regulation
from registry.regulation.sheet import in_words
from registry.regulation.values import every_value

REST = "Øvrige værdier"
"""The last chapter, if there is a value that no sentence of its own says; the tests keep it away."""


def legal_text(regulation: Regulation) -> Document:
    """Chapters and paragraphs with every value of the regulation and its source. Never raises on open values."""
    parts = [
        part for chapters in (rights, seats, election, appointment, council) for part in chapters.parts(regulation)
    ]
    said = {clause.key for part in parts for article in part.articles for clause in article.clauses}
    rest = tuple(_plain(path, rule) for path, rule in every_value(regulation) if path not in said)
    if rest:
        parts.append(Part(REST, "øvrige værdier", (Article(REST, "øvrige værdier", rest),)))
    kind = known(regulation.polling.kind, PollingKind.STATIONS)
    name = known(regulation.council.name, regulation.id)
    return composed(f"Valgregulativ for {name}", parts, has_no_election=kind is PollingKind.NONE)


def _plain(path: str, rule: Ruled[Any]) -> Clause:
    text = "ikke fastsat" if rule.is_unset else in_words(rule.value)
    return Clause(path, rule, f"{path}: {text}.")
