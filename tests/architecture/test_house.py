"""The house itself: names that tell, files that can be read, text that speaks of nothing but the project."""

from __future__ import annotations

import ast
import re
from pathlib import PurePath

import pytest

from tests.architecture.source import ROOT, own_files, parsed, python_files

NAMELESS = {"utils", "util", "helpers", "helper", "common", "shared", "misc", "manager", "managers", "models"}
LONGEST_FILE, LONGEST_RULES, LONGEST_FUNCTION = 400, 250, 70
"""A file over 400 lines, rules over 250 or a function over 40 is a question; over 70 there is none any more."""
TEXT = (".py", ".md", ".toml", ".txt", ".in", ".html", ".js", ".css", ".typ", ".sh", ".csv", ".po", ".yml", "")
PLACES = re.compile("|".join(["/wor" + "k/", "/roo" + "t/", "/opt" + "/pypi", "/home" + "/[a-z]"]))
HOSTS = re.compile(
    "|".join(["--index" + "-url", "--extra-index" + "-url", "file" + ":///opt", "trusted" + "-host"])
)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="ignore")


def _is_text(name: str) -> bool:
    return PurePath(name).suffix in TEXT


def test_no_file_or_folder_is_called_nothing_in_particular() -> None:
    nameless = [n for n in own_files() if {part.split(".")[0] for part in PurePath(n).parts} & NAMELESS]
    assert nameless == []


def test_no_file_is_too_long_to_read() -> None:
    code = [
        n
        for n in own_files()
        if n.startswith(("election/", "registry/", "scripts/", "wsgi.py")) and n.endswith((".py", ""))
    ]
    long = {n: _text(n).count("\n") for n in code if n.endswith(".py") and _text(n).count("\n") > LONGEST_FILE}
    long |= {
        n: _text(n).count("\n") for n in code if n.endswith("/rules.py") and _text(n).count("\n") > LONGEST_RULES
    }
    assert long == {}


def test_no_function_is_too_long_to_read() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name in python_files("election", "registry")
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.FunctionDef)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


RULES = [n for n in python_files("election", "registry") if n.endswith("/rules.py")]


@pytest.mark.parametrize("name", RULES)
def test_every_public_rule_says_what_it_is(name: str) -> None:
    """Of a function with more than one statement; a one-liner may speak for itself by its name."""
    silent = [
        node.name
        for node in parsed(name).body
        if isinstance(node, ast.FunctionDef)
        if not node.name.startswith("_") and ast.get_docstring(node) is None and len(node.body) > 1
    ]
    assert silent == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [n for n in python_files("election", "registry") if ast.get_docstring(parsed(n)) is None]
    assert silent == []


def test_every_act_says_what_it_does() -> None:
    silent = [
        f"{name}: {node.name}"
        for name in python_files("election", "registry")
        for node in parsed(name).body
        if isinstance(node, ast.FunctionDef)
        if any("_act(" in ast.unparse(mark) for mark in node.decorator_list)
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_no_text_names_a_place_on_somebodys_machine() -> None:
    found = [n for n in own_files() if _is_text(n) if PLACES.search(_text(n))]
    assert found == []


def test_no_text_names_where_packages_were_fetched() -> None:
    assert [n for n in own_files() if _is_text(n) if HOSTS.search(_text(n))] == []


def test_nothing_is_left_to_be_done_later_in_the_code() -> None:
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    assert [n for n in python_files("election", "registry") if words.search(_text(n))] == []


FORBIDDEN_CLAIMS = [
    "tamper-" + "proof",
    "un" + "hackable",
    "blockchain-" + "secure",
    "verified by " + "mathematics",
    "anonymous even to " + "the operator",
    "coercion-" + "free",
    "quantum-safe " + "election",
    "end-to-end " + "verifiable",
]


def test_no_text_claims_what_no_paper_election_with_computers_can_claim() -> None:
    found = [(n, c) for n in own_files() if _is_text(n) for c in FORBIDDEN_CLAIMS if c in _text(n).lower()]
    assert found == []


def test_no_inline_script_or_style_in_a_template() -> None:
    """The content security policy would silently drop it."""
    pattern = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = [
        n for n in own_files() if n.startswith("templates/") and n.endswith(".html") if pattern.search(_text(n))
    ]
    assert found == []


def test_every_form_that_is_sent_carries_its_token() -> None:
    """A POST form without the hidden fields would be refused by the server in front of the official."""
    form = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", re.IGNORECASE | re.DOTALL)
    token = re.compile(r"csrf_token|hidden_tag|cosign\(")
    bad = [
        n
        for n in own_files()
        if n.startswith("templates/") and n.endswith(".html")
        if any(not token.search(one) for one in form.findall(_text(n)))
    ]
    assert bad == []
