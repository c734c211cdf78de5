"""An outcome in the output form of the counting contract."""

from __future__ import annotations

from collections.abc import Mapping

from election.counting.methods.outcome import AllianceSeats, Decided, Lot, LotRequired, Outcome, Queue, Step

Document = dict[str, object]


def as_document(outcome: Outcome) -> Document:
    """The document of `outcome`. Keys that do not apply are left out."""
    if isinstance(outcome, Decided):
        document = _decided(outcome)
    elif isinstance(outcome, LotRequired):
        document = _lot_required(outcome)
    else:
        document = {
            "outcome": "next-round",
            "elected": list(outcome.elected),
            "substitutes": [],
            "next_round": {"number": outcome.number, "between": list(outcome.between)},
            "invalid_ballots": outcome.invalid_ballots,
            "unused_lots": _lots(outcome.unused_lots),
            "steps": _steps(outcome.steps),
        }
    return {key: value for key, value in document.items() if value is not None}


def _decided(outcome: Decided) -> Document:
    over = outcome.passed_over
    return {
        "outcome": "decided",
        "elected": _listed(outcome.elected),
        "substitutes": None if outcome.substitutes is None else _queue(outcome.substitutes),
        "substitutes_by_group": _queues(outcome.substitutes_by_group),
        "substitutes_by_list": _queues(outcome.substitutes_by_list),
        "vacant": _counted(outcome.vacant),
        "seats_by_list": _counted(outcome.seats_by_list),
        "seats_by_alliance": _alliances(outcome.seats_by_alliance),
        "choice_order": _listed(outcome.choice_order),
        "passed_over": None if over is None else [{"id": o.id, "by": o.by, "cite": o.cite} for o in over],
        "invalid_ballots": outcome.invalid_ballots,
        "unused_lots": _lots(outcome.unused_lots),
        "steps": _steps(outcome.steps),
    }


def _lot_required(outcome: LotRequired) -> Document:
    lot = outcome.lot
    return {
        "outcome": "lot-required",
        "elected": _listed(outcome.elected),
        "substitutes": None if outcome.elected is None else [],
        "seats_by_list": _counted(outcome.seats_by_list),
        "seats_by_alliance": _alliances(outcome.seats_by_alliance),
        "choice_order": _listed(outcome.choice_order),
        "lot_required": {"for": lot.kind, "among": list(lot.among), "places": lot.places, "cite": lot.cite},
        "invalid_ballots": outcome.invalid_ballots,
        "unused_lots": _lots(outcome.unused_lots),
        "steps": _steps(outcome.steps),
    }


def _listed(ids: tuple[str, ...] | None) -> list[str] | None:
    return None if ids is None else list(ids)


def _counted(numbers: Mapping[str, int] | None) -> dict[str, int] | None:
    return None if numbers is None else dict(numbers)


def _queue(queue: Queue) -> list[object]:
    if queue.is_ranked:
        return [one for place in queue.places for one in place]
    return [list(place) for place in queue.places]


def _queues(queues: Mapping[str, Queue] | None) -> dict[str, object] | None:
    return None if queues is None else {name: _queue(queue) for name, queue in queues.items()}


def _alliances(alliances: tuple[AllianceSeats, ...] | None) -> list[object] | None:
    return None if alliances is None else [{"lists": list(one.lists), "seats": one.seats} for one in alliances]


def _lots(lots: tuple[Lot, ...]) -> list[object]:
    return [{"among": list(one.among), "drawn": list(one.drawn)} for one in lots]


def _steps(steps: tuple[Step, ...]) -> list[object]:
    return [
        {"cite": s.cite, "text_da": s.text_da, "text_en": s.text_en, "figures": dict(s.figures)} for s in steps
    ]
