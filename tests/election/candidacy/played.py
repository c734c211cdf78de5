"""Elections in which candidates may register, for the tests of this room: what one person does, in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from election.call.lots import BALLOT_ORDER
from election.call.records import Election
from election.call.records import election as read_election
from election.candidacy.acts import close_candidacy, open_candidacy, settle_ballot_order
from election.candidacy.case_acts import Registered, Registration, decide, register, send, strike, withdraw
from election.candidacy.part_acts import Person, Written, begin, consent, seen_of, write
from election.candidacy.records import Candidacy, cases, steps, texts
from election.candidacy.records import accepted as standing
from election.candidacy.rules import ConsentKind, Decision, State, StruckKind
from registry.act import Act, Installation
from registry.findings import Refused
from registry.keys import Cell
from registry.mail.records import messages_about
from registry.regulation.loader import load_bytes, shipped
from registry.roles import ONESELF, Role
from tests.scenarios import CANDIDACY_AT, ELECTION_ON, SCOPE, Played, at, call_koege, people, with_roll
from tests.snapshots import remembered

ADMIN, BOARD = "election_administrator", "board_member"
PROTECTED = 11
"""The place in the extract of the voter whose name is protected."""
LETTERS = ("Amina Alba", "Bo Berg", "Çelik Can", "Dora Dahl", "Emir Esen", "Fatima Fog", "Gyda Grå")
BALLOT = """
[ballot]
order = {{ is = "{order}", cite = "§ 1" }}
after_printing = {{ is = "{after_printing}", cite = "§ 1" }}
"""


def changed(regulation: str, **rules: str) -> bytes:
    """A shipped regulation with other values, in the words of its file: `candidacy__late='"board_decides"'`."""
    text = shipped(regulation).data.decode()
    ballot = {"order": "lot", "after_printing": "marked"}
    for path, value in rules.items():
        section, key = path.split("__")
        if section == "ballot":
            assert key in ballot, path
            ballot[key] = value
            continue
        pattern = rf"(^\[{section}\]$(?:(?!^\[).)*?^{key} = {{ is = )(?:{{[^}}]*}}|[^,}}]*?)(?=[ ]*[,}}])"
        text, times = re.subn(pattern, partial(_valued, value), text, flags=re.MULTILINE | re.DOTALL)
        assert times == 1, f"{path} is there {times} times"
    return (text + BALLOT.format(**ballot)).encode()


def _valued(value: str, found: re.Match[str]) -> str:
    return found[1] + value


def nominating(installation: Installation, regulation: str = "koege-2018", **rules: str) -> Played:
    """Twelve voters on a frozen roll, the last of them with a protected name; candidates may register."""
    key = ("nominating", regulation, *sorted(rules.items()))
    return remembered(key, installation, lambda: _nominating(installation, regulation, rules))


def _nominating(installation: Installation, regulation: str, rules: Mapping[str, str]) -> Played:
    data = changed(regulation, **rules)
    ours = replace(shipped(regulation), data=data, regulation=load_bytes(data, regulation))
    with mock.patch("tests.scenarios.shipped", return_value=ours):
        played = call_koege(installation, regulation=regulation)
    rows = people(12, others=3)
    rows[PROTECTED] = replace(rows[PROTECTED], is_protected=True)
    with_roll(played, rows=rows)
    played.now = max(played.now, CANDIDACY_AT)
    open_candidacy(*played.by, played.act(ADMIN), played.election_id)
    return played


def cpr(played: Played, number: int) -> str:
    return played.people[number].cpr


def own(played: Played, reason: str = "", request_id: UUID | None = None) -> Act:
    """An act of a candidate on their own behalf."""
    return Act(ONESELF, Role.CANDIDATE, played.now, request_id or uuid4(), reason)


def supports(played: Played) -> Act:
    return Act(ONESELF, Role.SUPPORTER, played.now, uuid4())


def draft(played: Played, number: int = 0, language: str = "da") -> UUID:
    return begin(*played.by, own(played), played.election_id, Person(cpr(played, number)), language)


def read(played: Played, ask: Callable[[Session, Election], Any]) -> Any:
    with played.installation.database.read() as session:
        return ask(session, read_election(session, played.scope, played.election_id))


def case(played: Played, candidacy_id: UUID) -> Candidacy:
    """The row as it is now; only its own columns may be used."""
    found: list[Candidacy] = [c for c in read(played, cases) if c.id == candidacy_id]
    return found[0]


def state(played: Played, candidacy_id: UUID) -> State:
    return case(played, candidacy_id).in_state


def history(played: Played, candidacy_id: UUID) -> list[str]:
    found = read(played, lambda session, _: steps(session, session.get_one(Candidacy, (*_scope(), candidacy_id))))
    return [step.kind for step in found]


def _scope() -> tuple[str, str]:
    return SCOPE.municipality, SCOPE.council


def told(played: Played, candidacy_id: UUID) -> list[str]:
    """The kinds of the mails about a candidacy."""
    return [kind for kind, _ in mails(played, candidacy_id)]


def mails(played: Played, candidacy_id: UUID) -> list[tuple[str, str]]:
    """The mails about a candidacy: kind, and what it is put together from."""
    keyring = played.installation.keys.open(played.scope.municipality)
    found = read(played, lambda session, _: messages_about(session, played.scope, candidacy_id))
    return [(m.kind, keyring.unseal(m.facts_sealed, Cell("message", "facts", m.id))) for m in found]


def seen(played: Played, candidacy_id: UUID, written: Written) -> str:
    """What a form would carry that is opened now."""

    def ask(session: Session, _: Election) -> str:
        row = session.get_one(Candidacy, (*_scope(), candidacy_id))
        return seen_of(row, texts(session, row), written)

    found: str = read(played, ask)
    return found


def fill(played: Played, candidacy_id: UUID, /, act: Act | None = None, **fields: Any) -> State:
    """Write some parts, as a form does that was just opened."""
    written = Written(**fields)
    digest = seen(played, candidacy_id, written)
    return write(*played.by, act or own(played), played.election_id, candidacy_id, digest, written)


def give(played: Played, made: UUID, *kinds: ConsentKind) -> int:
    """Consent to these and nothing else."""
    return consent(*played.by, own(played), played.election_id, made, frozenset(kinds))


def filled_in(played: Played, number: int = 0) -> UUID:
    """A draft with all that is needed."""
    made = draft(played, number)
    fill(played, made, ballot_name=LETTERS[number], email=f"kandidat{number}@example.dk", is_willing=True)
    return made


def sent(played: Played, number: int = 0) -> UUID:
    made = filled_in(played, number)
    send(*played.by, own(played), played.election_id, made)
    return made


def on_paper(played: Played, number: int = 0, **fields: Any) -> Registered:
    given = Registration(cpr(played, number), LETTERS[number], "kontakt@example.dk", **fields)
    return register(*played.by, played.act(ADMIN), played.election_id, given)


def decided(
    played: Played, made: UUID, decision: Decision = Decision.ACCEPT, reason: str = "", **more: Any
) -> State:
    act = played.act(ADMIN, reason=reason)
    return decide(*played.by, act, played.election_id, made, case(played, made).version, decision, **more)


def accepted(played: Played, *numbers: int) -> list[UUID]:
    made = [sent(played, number) for number in numbers]
    for one in made:
        decided(played, one)
    return made


def code(do: Callable[[], object]) -> str:
    """The code of the refusal; "done" when there was none."""
    try:
        do()
    except Refused as refused:
        return refused.kind.code
    return "done"


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each task answers, or the code of its refusal, when all begin together."""
    start = Barrier(len(tasks))

    def do(task: Callable[[], object]) -> object:
        start.wait(20)
        try:
            return task()
        except Refused as refused:
            return refused.kind.code

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(do, tasks))


CLOSES, CURE = (at(ELECTION_ON - timedelta(days=days), "12:00") for days in (7, 5))


def send_it(played: Played, made: UUID) -> State:
    return send(*played.by, own(played), played.election_id, made).state


def withdraw_it(played: Played, made: UUID) -> State:
    act = own(played, "Jeg har ikke tid")
    return withdraw(*played.by, act, played.election_id, made, case(played, made).version)


def strike_it(played: Played, made: UUID, kind: StruckKind = StruckKind.DIED) -> State:
    act = played.act(BOARD, reason="Meddelt af familien")
    return strike(*played.by, act, played.election_id, made, case(played, made).version, kind)


def close(played: Played) -> None:
    played.now = max(played.now, CLOSES + timedelta(minutes=1))
    close_candidacy(*played.by, played.act(ADMIN), played.election_id)


def settle(played: Played) -> tuple[str, ...]:
    """A lot about everyone who stands, drawn in the order of the cases."""
    labels = read(played, lambda s, e: [c.label for c in standing(s, e) if c.struck_at is None])
    lot = played.lot(BALLOT_ORDER, labels, labels)
    return settle_ballot_order(*played.by, played.act(BOARD), played.election_id, lot)
