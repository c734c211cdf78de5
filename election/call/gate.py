"""`election_act`: an official act of one election, checked against the table of phases and roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints
from uuid import UUID

from sqlalchemy import bindparam, select

from election.call.records import Election, held
from election.call.rules import ACTS, NO_SUCH_ELECTION, NOT_IN_THIS_PHASE, PHASE_NAMES, Phase, allowed
from registry.act import Act, Called, Deed, Installation, Work, perform
from registry.database import Scope
from registry.findings import Refused
from registry.roles import Role

P = ParamSpec("P")
R = TypeVar("R")


DECLARED: dict[str, tuple[str, Callable[..., Any]]] = {}
"""Every act by the place of its function: its name, and itself (`__wrapped__` is the bare function)."""


@dataclass
class ElectionWork(Work):
    """The open transaction of an act in one election."""

    election: Election = None  # type: ignore[assignment]
    leads_to: Phase | None = None
    roles: frozenset[Role] = frozenset()
    """Who may do this act, also as the second of two."""

    def move_on(self) -> Phase:
        """Enter the phase that the table says this act leads to."""
        assert self.leads_to is not None, "the table names no phase for this act"
        self.election.phase = self.leads_to.value
        self.note(phase=self.leads_to.value)
        return self.leads_to


def election_act(
    name: str, *, needs_reason: bool = False, needs_second: bool = False, exclusive: bool = True
) -> Callable[
    [Callable[Concatenate[ElectionWork, P], R]], Callable[Concatenate[Installation, Scope, Act, UUID, P], R]
]:
    """Declare an act of an election. Its roles, phases and the phase it leads to stand in `call.rules.ACTS`.

    `exclusive` acts queue behind each other on the election's row; only what many desks do at once is not
    exclusive: it holds the row against a change of phase, and no more, and may share a commit.
    """
    permission = ACTS[name]

    def declare(
        function: Callable[Concatenate[ElectionWork, P], R],
    ) -> Callable[Concatenate[Installation, Scope, Act, UUID, P], R]:
        answer_type = get_type_hints(function)["return"]
        deed = Deed(name, permission.roles, answer_type, needs_reason, needs_second, exclusive)
        place = f"{function.__module__}:{function.__qualname__}"

        def done(
            installation: Installation,
            scope: Scope,
            act: Act,
            election_id: UUID,
            /,
            *args: P.args,
            **kwargs: P.kwargs,
        ) -> R:
            def do(work: Work) -> R:
                row = _gate(work, election_id, name, exclusive=exclusive)
                work.called = Called(place, election_id, args, kwargs)
                within = ElectionWork(
                    work.transaction,
                    work.scope,
                    work.act,
                    work.keyring,
                    work.writer,
                    work.facts,
                    work.afterwards,
                    election=row,
                    leads_to=permission.leads_to,
                    roles=permission.roles,
                )
                answer = function(within, *args, **kwargs)
                work.writer = within.writer
                return answer

            given = (election_id, *args, *sorted(kwargs.items()))
            return perform(installation, scope, act, deed, given, do)

        update_wrapper(done, function)
        DECLARED[place] = (name, done)
        return done

    return declare


_EXCLUSIVE = (
    select(Election)
    .where(
        Election.municipality == bindparam("municipality"),
        Election.council == bindparam("council"),
        Election.id == bindparam("id"),
    )
    .with_for_update()
)


def _gate(work: Work, election_id: UUID, name: str, *, exclusive: bool) -> Election:
    if exclusive:
        asked = {"municipality": work.scope.municipality, "council": work.scope.council, "id": election_id}
        row = work.session.scalar(_EXCLUSIVE, asked)
    else:
        row = held(work.connection, work.scope, election_id)
    if row is None:
        raise Refused(NO_SUCH_ELECTION, status=404)
    if not allowed(name, row.in_phase):
        raise Refused(NOT_IN_THIS_PHASE, phase=PHASE_NAMES[row.in_phase])
    work.note(election=str(election_id))
    return row
