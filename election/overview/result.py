"""What the public sees of a result: the figures with their reasons, or what is missing. No running totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from election.call.lots import BALLOT_ORDER, LotRecord, lots
from election.call.records import Election
from election.call.rules import Phase
from election.candidacy.records import accepted
from election.candidacy.uncontested import uncontested_document
from election.certification.record import every_lot
from election.certification.records import is_uncontested
from election.counting.assembly import turnouts
from election.counting.citing import cited
from election.counting.progress import NextStep, lot_asked, progress
from election.counting.records import Result, latest_result
from election.polling.rules import Turnout, added
from election.roll.electorate import electorate


class ResultStatus(StrEnum):
    NONE = "none"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    UNCONTESTED = "uncontested"


class Missing(StrEnum):
    """What there must be before there is a result."""

    POLL = "poll"
    COUNT = "count"
    LEDGER = "ledger"
    LOT = "lot"
    DETERMINATION = "determination"


@dataclass(frozen=True, slots=True)
class MissingPart:
    kind: Missing
    stations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate in the result. `votes` is None when no poll was held: that is not 0."""

    label: str
    name: str
    votes: int | None
    list_key: str = ""
    by_lot: bool = False


@dataclass(frozen=True, slots=True)
class Substitute:
    """`rank` is shared by people with equal votes when the regulation does not rank them."""

    rank: int
    person: Person
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the chart; `kind` as in the macro bar_chart."""

    name: str
    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class StepText:
    cite: str
    text_da: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw with the people in it by name."""

    purpose: str
    among: tuple[str, ...]
    drawn: tuple[str, ...]
    drawn_by: str
    witnesses: str
    method: str
    drawn_at: datetime
    revoked_at: datetime | None = None
    revoke_reason: str = ""
    """Why it does not hold any more; what was drawn stays to be seen."""


@dataclass(frozen=True, slots=True)
class StationBlock:
    """Stations shown together, with their figures; `votes` in the order of the counting form."""

    names: tuple[str, ...]
    in_box: int
    valid: int
    blank: int
    invalid: int
    votes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything the result page shows. With status `none` only `missing` is filled."""

    status: ResultStatus
    missing: tuple[MissingPart, ...] = ()
    revision: int = 0
    at: datetime | None = None
    elected: tuple[Person, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    vacant: tuple[tuple[str, int], ...] = ()
    seats_by_list: tuple[tuple[str, int], ...] = ()
    passed_over: tuple[tuple[Person, Person], ...] = ()
    bars: tuple[Bar, ...] = ()
    steps: tuple[StepText, ...] = ()
    margins: tuple[StepText, ...] = ()
    draws: tuple[Draw, ...] = ()
    revoked: tuple[Draw, ...] = ()
    stations: tuple[StationBlock, ...] = ()
    blank: int = 0
    invalid: tuple[tuple[str, int], ...] = ()
    turnout: Turnout | None = None

    @property
    def share(self) -> Decimal | None:
        """Those who voted as a share of those who may."""
        share = self.turnout.share if self.turnout else None
        return None if share is None else Decimal(share)


def result_view(session: Session, election: Election) -> ResultView:
    """The newest result, the uncontested one, or what is missing."""
    if is_uncontested(session, election):
        return _uncontested_view(session, election)
    result = latest_result(session, election)
    if result is None:
        return ResultView(ResultStatus.NONE, _missing(session, election))
    return _counted_view(session, election, result)


def _uncontested_view(session: Session, election: Election) -> ResultView:
    document = uncontested_document(session, election)
    called = {c.label: c for c in accepted(session, election)}
    return ResultView(
        ResultStatus.UNCONTESTED,
        elected=tuple(
            Person(label, called[label].ballot_name, None, called[label].list_key or "")
            for label in document["elected"]
        ),
        vacant=_not_empty(document["vacant"]),
        steps=_steps(document["steps"]),
    )


def _missing(session: Session, election: Election) -> tuple[MissingPart, ...]:
    if election.in_phase is not Phase.COUNTING:
        return (MissingPart(Missing.POLL),)
    every = progress(session, election)
    uncounted = tuple(one.name for one in every if one.unit.figures is None)
    ledger = {NextStep.EXPLAIN, NextStep.SETTLE}
    unsettled = tuple(one.name for one in every if one.unit.figures is not None and one.next_step in ledger)
    found = []
    if uncounted:
        found.append(MissingPart(Missing.COUNT, uncounted))
    if unsettled:
        found.append(MissingPart(Missing.LEDGER, unsettled))
    if not found and lot_asked(session, election, every) is not None:
        found.append(MissingPart(Missing.LOT))
    return tuple(found) or (MissingPart(Missing.DETERMINATION),)


def _counted_view(session: Session, election: Election, result: Result) -> ResultView:
    document, given = result.document, result.given
    drawn = _used_lots(lots(session, election), document.get("unused_lots", []))
    elected_by_lot = {one for lot in drawn if lot.purpose == "seat" for one in lot.drawn}
    people = {c["id"]: Person(c["id"], c["name"], c["votes"], c.get("list", "")) for c in given["candidates"]}
    elected = tuple(_marked(people[one], one in elected_by_lot) for one in document.get("elected", []))
    substitutes = _substitutes(document, people)
    steps = document["steps"]
    papers = _papers(election, result)
    return ResultView(
        status=ResultStatus(result.status),
        revision=result.revision,
        at=result.at,
        elected=elected,
        substitutes=substitutes,
        vacant=_not_empty(document.get("vacant", {})),
        seats_by_list=tuple(document.get("seats_by_list", {}).items()),
        passed_over=tuple((people[o["id"]], people[o["by"]]) for o in document.get("passed_over", [])),
        bars=_bars(people, elected, substitutes, papers),
        steps=_steps(s for s in steps if "margin" not in s["figures"]),
        margins=_steps(s for s in steps if "margin" in s["figures"]),
        draws=tuple(_draw(lot, people) for lot in drawn),
        revoked=tuple(
            _draw(lot, people)
            for lot in every_lot(session, election)
            if lot.revoked_at and lot.purpose != BALLOT_ORDER
        ),
        stations=tuple(_block(block, people) for block in result.stations),
        blank=papers[0],
        invalid=papers[1],
        turnout=_turnout(session, election),
    )


def _marked(person: Person, by_lot: bool) -> Person:
    return Person(person.label, person.name, person.votes, person.list_key, by_lot)


def _used_lots(every: Sequence[LotRecord], unused: Sequence[Mapping[str, Any]]) -> list[LotRecord]:
    idle = [(list(one["among"]), list(one["drawn"])) for one in unused]
    return [lot for lot in every if lot.purpose != BALLOT_ORDER and (list(lot.among), list(lot.drawn)) not in idle]


def _substitutes(document: Mapping[str, Any], people: Mapping[str, Person]) -> tuple[Substitute, ...]:
    """Every queue; within a queue, people who stand in one place share its rank."""
    queues: dict[str, list[Any]] = {"": document.get("substitutes") or []}
    queues |= document.get("substitutes_by_group") or {}
    queues |= document.get("substitutes_by_list") or {}
    found = []
    for queue, places in queues.items():
        rank = 1
        for place in places:
            who = place if isinstance(place, list) else [place]
            found += [Substitute(rank, people[one], queue) for one in who]
            rank += len(who)
    return tuple(found)


def _papers(election: Election, result: Result) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Blank papers, and invalid ones by reason in the words of the regulation, of all stations."""
    words = {ground.code: ground.text.value for ground in election.regulation.counting.invalid_grounds}
    totals: dict[str, int] = {}
    for block in result.stations:
        for code, number in block["invalid"].items():
            totals[code] = totals.get(code, 0) + number
    order = {code: place for place, code in enumerate(words)}
    ordered = sorted(totals, key=lambda code: (order.get(code, len(order)), code))
    return (
        sum(block["blank"] for block in result.stations),
        tuple((words.get(code, code), totals[code]) for code in ordered),
    )


def _bars(
    people: Mapping[str, Person],
    elected: Sequence[Person],
    substitutes: Sequence[Substitute],
    papers: tuple[int, tuple[tuple[str, int], ...]],
) -> tuple[Bar, ...]:
    """Most votes first, equal ones in ballot order; blank and invalid papers last."""
    seated, waiting = {p.label for p in elected}, {s.person.label for s in substitutes}
    rows = [
        Bar(
            f"{p.name} ({p.list_key})" if p.list_key else p.name,
            p.votes or 0,
            "elected" if p.label in seated else "substitute" if p.label in waiting else "plain",
        )
        for p in sorted(people.values(), key=lambda p: -(p.votes or 0))
    ]
    rows += [Bar("Blanke", papers[0], "blank"), Bar("Ugyldige", sum(n for _, n in papers[1]), "blank")]
    return tuple(rows)


def _steps(steps: Any) -> tuple[StepText, ...]:
    return tuple(StepText(cited(s["cite"]), s["text_da"], s["text_en"]) for s in steps)


def _draw(lot: LotRecord, people: Mapping[str, Person]) -> Draw:
    def name(one: str) -> str:
        return people[one].name if one in people else one

    return Draw(
        lot.purpose,
        tuple(name(one) for one in lot.among),
        tuple(name(one) for one in lot.drawn),
        lot.drawn_by,
        lot.witnesses,
        lot.method,
        lot.drawn_at,
        lot.revoked_at,
        lot.revoke_reason or "",
    )


def _block(block: Mapping[str, Any], people: Mapping[str, Person]) -> StationBlock:
    def name(row: str) -> str:
        return people[row].name if row in people else row.removeprefix("list:")

    return StationBlock(
        tuple(block["stations"]),
        block["in_box"],
        block["valid"],
        block["blank"],
        sum(block["invalid"].values()),
        tuple((name(row), number) for row, number in block["votes"].items()),
    )


def _not_empty(vacant: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((group, number) for group, number in vacant.items() if number)


def _turnout(session: Session, election: Election) -> Turnout:
    may_vote = sum(electorate(session, election).values())
    return added(turnouts(session, election, {}).values(), may_vote)
