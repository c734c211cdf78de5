"""What an import contract cannot see: a rule asks no clock, draws no lot, reads no file, and knows no float."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import parsed, python_files

RULES = [n for n in python_files("election", "registry") if n.endswith("/rules.py") or "/counting/methods/" in n]
FORBIDDEN_CALLS = {"open", "print", "input", "eval", "exec", "float", "__import__", "globals"}
FORBIDDEN_ATTRIBUTES = {"now", "utcnow", "today", "uuid4", "uuid1", "urandom", "environ", "getenv", "read_text"}


def _impure(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            found.append(f"line {node.lineno}: {node.func.id}()")
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            found.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno}: {node.value}")
        if isinstance(node, ast.Global):
            found.append(f"line {node.lineno}: global")
    return found


def test_there_are_rules_to_look_at() -> None:
    assert len(RULES) > 10


@pytest.mark.parametrize("name", RULES)
def test_a_rule_depends_on_its_arguments_only(name: str) -> None:
    assert _impure(parsed(name)) == []


@pytest.mark.parametrize(
    "code",
    ["datetime.now(UTC)", "date.today()", "open('x')", "1.5 * votes", "float(votes)", "uuid4", "print(1)"],
)
def test_the_check_itself_sees_what_it_must(code: str) -> None:
    seen = _impure(ast.parse(code))
    assert bool(seen) == (code != "uuid4"), "a bare name is what the import contract sees"


@pytest.mark.parametrize("name", RULES)
def test_what_rules_hand_around_cannot_be_changed(name: str) -> None:
    """Every dataclass of a rules file is frozen."""
    for node in ast.walk(parsed(name)):
        if not (isinstance(node, ast.ClassDef) and name.endswith("/rules.py")):
            continue
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        if any(mark.startswith("dataclass") for mark in marks):
            assert any("frozen=True" in mark for mark in marks), f"{node.name} in {name}"
