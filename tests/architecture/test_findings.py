"""Everything the house can say: unique stable codes, facts that fit, and a page that lists them all."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from types import ModuleType

import pytest

from registry.findings import CATALOGUE, FindingKind, finding_kind
from tests.architecture.source import ROOT, modules, own_files, parsed

CODE = re.compile(r"[FWR][0-9]{3}")


def _facts(kind: FindingKind) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(kind.text) if name is not None}


def test_codes_are_well_formed_and_known_by_one_meaning() -> None:
    assert modules()
    assert len(CATALOGUE) > 100
    assert all(CODE.fullmatch(code) for code in CATALOGUE)


def test_a_code_that_is_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="R001 is declared twice"):
        finding_kind("R001", "Noget andet.")


def test_every_sentence_formats_with_its_facts() -> None:
    assert modules()
    for kind in CATALOGUE.values():
        facts = _facts(kind)
        assert all(fact.isidentifier() for fact in facts), kind.code
        assert "{" not in kind.text.format(**dict.fromkeys(facts, "x")), kind.code


@pytest.mark.parametrize("forbidden", ["cpr", "country", "citizenship"])
def test_no_finding_names_a_cpr_number_or_a_country(forbidden: str) -> None:
    assert modules()
    assert [kind.code for kind in CATALOGUE.values() if forbidden in _facts(kind)] == []


PARTS_OF_A_REPORT = {"R055", "R057", "R060", "R677", "R678"}
"""What is wrong with one key of a regulation or one line of a list; the report around them says the rest."""
INSTRUCTIONS = {"R514"}
"""Says what to type; nothing was sent yet."""


def test_every_refusal_says_what_happened_and_what_was_kept_or_what_to_do() -> None:
    """Two sentences or more. (Findings of one line of a file, F1…, are parts of a report too.)"""
    assert modules()
    short = {
        kind.code
        for kind in CATALOGUE.values()
        if kind.code[0] == "R"
        if len(re.findall(r"[.!?](?:\s|$)", kind.text.format(**dict.fromkeys(_facts(kind), "x.")))) < 2
    }
    assert short <= PARTS_OF_A_REPORT | INSTRUCTIONS


def _uses(module: ModuleType) -> Iterator[tuple[int, FindingKind, set[str]]]:
    """Every `Refused(KIND, fact=…)` and `Finding(KIND, {…})` of a module whose facts can be read off."""
    path = str(module.__file__).removeprefix(f"{ROOT}/")
    for node in ast.walk(parsed(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id not in ("Refused", "Finding") or any(k.arg is None for k in node.keywords):
            continue
        try:
            kind = eval(ast.unparse(node.args[0]), vars(module))
        except (NameError, AttributeError):
            continue  # a variable of the function
        if not isinstance(kind, FindingKind):
            continue
        given = {str(k.arg) for k in node.keywords} - {"status"}
        if node.func.id == "Finding" and len(node.args) > 1:
            if not isinstance(node.args[1], ast.Dict):
                continue
            given = {str(ast.literal_eval(key)) for key in node.args[1].keys if key is not None}
        yield node.lineno, kind, given


def test_whoever_says_it_gives_every_fact_of_the_sentence() -> None:
    """A missing fact would be a fault (500) in the very moment of refusing."""
    wrong, seen = [], 0
    for module in modules():
        for line, kind, given in _uses(module):
            seen += 1
            if missing := _facts(kind) - given:
                wrong.append(f"{module.__name__}:{line} {kind.code} lacks {sorted(missing)}")
    assert wrong == []
    assert seen > 100


def test_every_code_is_in_the_documentation_and_every_documented_code_exists() -> None:
    assert modules()
    page = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([FWR][0-9]{3}) \|", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(CATALOGUE)


def test_every_declared_kind_is_used_somewhere() -> None:
    """A code that nothing can say is a promise to the reader that nobody keeps."""
    assert modules()
    source = "\n".join(
        (ROOT / n).read_text(encoding="utf-8") for n in own_files() if n.endswith(".py") and "tests/" not in n
    )
    names = {
        name: kind.code
        for module in modules()
        for name, kind in vars(module).items()
        if isinstance(kind, FindingKind) and name.isupper()
    }
    times = Counter(re.findall(r"\b[A-Z][A-Z_0-9]+\b", source))
    unused = {code for name, code in names.items() if times[name] < 2}
    assert unused == set()
