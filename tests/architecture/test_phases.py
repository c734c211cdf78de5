"""Every phase × act × role, through the same gate as the pages; and only the transitions of the table."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from election.call.gate import ElectionWork, election_act
from election.call.readiness import DUTIES
from election.call.rules import ACTS, PHASE_NAMES, Phase, allowed
from registry.act import Act, Installation
from registry.findings import Refused
from registry.roles import EVERY_ROLE, ONESELF, Role
from tests.architecture.source import parsed, python_files
from tests.scenarios import CALLED_AT, Played, call_koege, play_to


def _probe(name: str) -> Callable[..., bool]:
    """An act under this name that changes nothing: what is asked is the gate alone."""

    @election_act(name)
    def nothing(work: ElectionWork) -> bool:
        return work.election is not None

    return nothing


PROBES = {name: _probe(name) for name in ACTS}


def _code(played: Played, name: str, role: Role) -> str:
    actor = ONESELF if role in (Role.CANDIDATE, Role.SUPPORTER) else played.officials[role.value]
    try:
        PROBES[name](*played.by, Act(actor, role, CALLED_AT, uuid4()), played.election_id)
    except Refused as refused:
        return refused.kind.code
    return "done"


def _put_in(played: Played, phase: Phase) -> None:
    with played.installation.database.write() as session:
        session.execute(text("UPDATE election SET phase = :phase"), {"phase": phase.value})


@pytest.mark.slow
def test_every_pair_of_phase_and_act_is_allowed_exactly_as_the_table_says(installation: Installation) -> None:
    """Every act in every phase by a role that may: done where the table has it, R080 where not."""
    played = call_koege(installation)
    for phase in Phase:
        _put_in(played, phase)
        for name, permission in ACTS.items():
            answer = _code(played, name, sorted(permission.roles)[0])
            assert answer == ("done" if phase in permission.phases else "R080"), (name, phase)
            assert (answer == "done") == allowed(name, phase)


@pytest.mark.slow
def test_every_pair_of_role_and_act_is_allowed_exactly_as_the_table_says(installation: Installation) -> None:
    """Every act by every role in a phase that has it: done where the table has the role, R002 where not."""
    played = call_koege(installation)
    by_phase: dict[Phase, list[str]] = {}
    for name, permission in ACTS.items():
        by_phase.setdefault(sorted(permission.phases)[0], []).append(name)
    for phase, names in by_phase.items():
        _put_in(played, phase)
        for name in names:
            for role in sorted(EVERY_ROLE | {Role.CANDIDATE}):
                wanted = "done" if role in ACTS[name].roles else "R002"
                assert _code(played, name, role) == wanted, (name, role)


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.CALLED}))
def test_a_phase_is_reached_by_the_acts_themselves(installation: Installation, phase: Phase) -> None:
    """Also the uncontested one; and what the phase refuses is refused there by the act itself."""
    played = play_to(phase, installation)
    assert played.phase is phase
    name = next(n for n, p in ACTS.items() if phase not in p.phases)
    assert _code(played, name, sorted(ACTS[name].roles)[0]) == "R080"
    assert played.phase is phase


def test_the_phases_make_one_way_forward_and_only_a_certified_result_can_be_opened_again() -> None:
    steps = {(before, p.leads_to) for p in ACTS.values() if p.leads_to for before in p.phases}
    steps.discard((Phase.COUNTED, Phase.COUNTED))  # a final count after the preliminary one: a new revision
    assert steps == {
        (Phase.CALLED, Phase.CANDIDACY),
        (Phase.CANDIDACY, Phase.PREPARATION),
        (Phase.PREPARATION, Phase.POLLING),
        (Phase.PREPARATION, Phase.UNCONTESTED),
        (Phase.POLLING, Phase.COUNTING),
        (Phase.COUNTING, Phase.COUNTED),
        (Phase.COUNTED, Phase.CERTIFIED),
        (Phase.UNCONTESTED, Phase.CERTIFIED),
        (Phase.CERTIFIED, Phase.COUNTED),
    }
    assert set(PHASE_NAMES) == set(Phase)


def _declared() -> dict[str, list[tuple[str, ast.FunctionDef]]]:
    """Act name → the functions that are declared as that act, with their file."""
    found: dict[str, list[tuple[str, ast.FunctionDef]]] = {}
    for name in python_files("election"):
        for node in ast.walk(parsed(name)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "election_act":
                    found.setdefault(str(ast.literal_eval(mark.args[0])), []).append((name, node))
    return found


def test_every_act_of_the_table_is_a_function_and_the_other_way_round() -> None:
    assert set(_declared()) == set(ACTS)


def _calls_move_on(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "move_on" for n in ast.walk(node))


def test_only_acts_that_the_table_sends_on_change_the_phase() -> None:
    for name, functions in _declared().items():
        for _, function in functions:
            assert _calls_move_on(function) == (ACTS[name].leads_to is not None), name
    assigning = [
        name
        for name in python_files("election", "registry")
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.Assign)
        if any(isinstance(t, ast.Attribute) and t.attr == "phase" for t in node.targets)
    ]
    assert assigning == ["election/call/gate.py"]


def test_what_a_duty_demands_can_be_done_by_the_roles_it_names() -> None:
    for group in DUTIES:
        for duty in group:
            if duty.act in ACTS:
                assert duty.roles <= ACTS[duty.act].roles, duty.act


def test_an_act_of_one_election_says_nothing_about_another(installation: Installation) -> None:
    first = call_koege(installation)
    second = call_koege(installation, first.officials, slug="2021")
    _put_in_one(first, Phase.COUNTED)
    assert _code(first, "candidacy.open", Role.ELECTION_ADMINISTRATOR) == "R080"
    assert _code(second, "candidacy.open", Role.ELECTION_ADMINISTRATOR) == "done"
    stranger: Any = replace(second, election_id=uuid4())
    assert _code(stranger, "candidacy.open", Role.ELECTION_ADMINISTRATOR) == "R081"


def _put_in_one(played: Played, phase: Phase) -> None:
    with played.installation.database.write() as session:
        row = session.execute(text("SELECT slug FROM election WHERE slug = '2017'")).scalar_one()
        session.execute(
            text("UPDATE election SET phase = :phase WHERE slug = :slug"), {"phase": phase.value, "slug": row}
        )
