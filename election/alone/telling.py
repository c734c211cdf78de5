"""An act as a line that can be told again: the same function, the same input, the same random draw."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, get_type_hints
from uuid import UUID

from cattrs.preconf.json import make_converter

from election.alone.findings import NOT_ON_A_LAPTOP
from election.alone.rules import Line, line_bytes
from election.call.gate import DECLARED
from registry.act import Act, Called, Deed, Work
from registry.findings import Refused
from registry.roles import Role

TOLD = frozenset(
    {
        "polling.open_station",
        "polling.admit",
        "polling.undo_admit",
        "polling.exchange",
        "polling.return_unused",
        "polling.doubtful",
        "polling.help",
        "polling.undo_event",
        "polling.count_queue",
        "polling.close_station",
        "poll_cards.replace",
        "postal.review",
        "alone.take_news",
    }
)
"""What a laptop may do, and the centre tells again. Everything else waits for the centre."""

converter = make_converter()
converter.register_unstructure_hook(UUID, str)
converter.register_structure_hook(UUID, lambda value, _: UUID(value))


def act_at(place: str) -> tuple[str, Callable[..., Any]]:
    """The name of an act and the function to call. Raises Refused R770 for what no laptop does."""
    name, done = DECLARED.get(place, ("", None))
    if done is None or name not in TOLD:
        raise Refused(NOT_ON_A_LAPTOP)
    return name, done


def line_of(work: Work, deed: Deed, answer: object, seq: int, prev: str, known: Mapping[str, Any]) -> Line:
    """The line of an act that is about to be committed. Raises Refused R770."""
    called = work.called
    if called is None:
        raise Refused(NOT_ON_A_LAPTOP)
    act_at(called.place)
    args, kwargs = _written(called)
    act = work.act
    return Line(
        seq=seq,
        prev=prev,
        place=called.place,
        act=deed.name,
        actor=act.actor,
        role=act.role.value,
        at=act.at,
        request_id=act.request_id,
        reason=act.reason,
        second=act.second_actor,
        draw=act.draw,
        about=called.about,
        args=args,
        kwargs=kwargs,
        answer=converter.unstructure(answer, unstructure_as=deed.answer_type),
        known=dict(known),
        clock=datetime.now(UTC).isoformat(),
    )


def written(line: Line) -> bytes:
    return line_bytes(converter.unstructure(asdict(line)))


def read(plain: bytes) -> Line:
    """ValueError where the content is no line."""
    try:
        return converter.structure(json.loads(plain), Line)
    except Exception as error:  # cattrs raises a group of whatever went wrong
        raise ValueError("not a line of a journal") from error


def act_of(line: Line) -> Act:
    """Who did it, as what and when, under the same request and with the same draw."""
    return Act(line.actor, Role(line.role), line.at, line.request_id, line.reason, line.second, line.draw)


def input_of(line: Line) -> tuple[list[Any], dict[str, Any]]:
    """What the act was called with."""
    hints = _hints(line.place)
    names = [name for name in hints if name != "work"]
    args = [converter.structure(value, hints[name]) for name, value in zip(names, line.args, strict=False)]
    return args, {name: converter.structure(value, hints[name]) for name, value in line.kwargs.items()}


def _written(called: Called) -> tuple[list[Any], dict[str, Any]]:
    hints = _hints(called.place)
    names = [name for name in hints if name != "work"]
    args = [
        converter.unstructure(value, unstructure_as=hints[name])
        for name, value in zip(names, called.args, strict=False)
    ]
    return args, {
        name: converter.unstructure(value, unstructure_as=hints[name]) for name, value in called.kwargs.items()
    }


def _hints(place: str) -> dict[str, Any]:
    """Types of the parameters in their order."""
    bare = act_at(place)[1].__wrapped__  # type: ignore[attr-defined]
    hints = get_type_hints(bare)
    return {name: hints[name] for name in inspect.signature(bare).parameters}
