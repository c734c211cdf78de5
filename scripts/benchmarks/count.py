"""How fast the count is, beside references measured in the same run, by turns (A B A B).

`block`: papers with several crosses, already in bundles, judged and counted with seats and steps. References:
numpy.bincount of the bare marks (no paper is judged), votelib over papers grouped beforehand, and a plain read of
the packed papers from memory, 4 bytes each. `prepared_s`: what preparing each side took.
`dhondt`: seats for lists in alliances with margin and steps. Reference: votelib's highest averages, in two stages.
A peer that cannot be had is named in `skipped`; then collections.Counter or exact division takes its place.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Any

from election.counting.methods import Decided, count
from election.counting.methods.inputs import (
    Ballot,
    BlockVote,
    Candidate,
    CandidateList,
    ListsDhondt,
    Reservation,
    SubstituteRule,
)
from election.counting.methods.papers import bundled
from scripts.benchmarks import peers
from scripts.benchmarks.figures import spread, versions

CANDIDATES, SEATS = 20, 4
DISTINCT = 20_000
LISTS, ALLIANCE_SIZE = 40, 2
SHORTEST_ROUND_S = 0.05
GOALS = {"block": {"floor": 1.0, "target": 3.0}, "dhondt": {"floor": 1.0, "target": 10.0}}
OF_READING_TARGET = 0.05
Votes = dict[str, int]
Timed = Callable[[], Votes]


@dataclass(slots=True)
class Sides:
    """Ours and the references for one size; the first reference is the one of the goal. `equal`: same result."""

    n: int
    unit: str
    ours: Timed
    references: dict[str, Timed]
    reads: dict[str, Callable[[], object]] = field(default_factory=dict)
    prepared_s: dict[str, float] = field(default_factory=dict)


def run(
    rule: str, n: int, seed: int, rounds: int, say: Callable[[str], None], with_peers: bool = True
) -> dict[str, object]:
    """Measure `rule` ("dhondt": n seats, "block": n papers) in three sizes. Raises ValueError for another rule."""
    if rule not in GOALS:
        raise ValueError(f"no benchmark for the rule {rule!r}; there are dhondt and block")
    trouble = peers.install() if with_peers else "left out by --no-peers"
    skipped = {name: trouble or "cannot be imported" for name in ("numpy", "votelib") if peers.peer(name) is None}
    for name, why in skipped.items():
        say(f"{name} is skipped: {why}")
    made = _block if rule == "block" else _dhondt
    by_n: dict[str, dict[str, Any]] = {}
    for size in _sizes(n):
        for name, sides in made(size, seed).items():
            say(f"{rule}: {name}")
            by_n[name] = _by_turns(sides, rounds)
    found = by_n[str(n)]
    goal, reached = GOALS[rule], found["ratio"]["median"]
    return {
        "bench": f"count {rule}",
        "n": n,
        "seed": seed,
        "rounds": rounds,
        "versions": versions("votelib", "numpy"),
        **{key: found[key] for key in ("us", "ref", "ratio")},
        "exponent": _exponent(by_n, _sizes(n)),
        "by_n": by_n,
        "skipped": skipped,
        "floors": {"ratio": {"floor": goal["floor"], "reached": reached, "is_met": reached >= goal["floor"]}},
        "targets": {"ratio": {"target": goal["target"], "reached": reached, "is_met": reached >= goal["target"]}},
        "invariants": {"result_equal": all(one["result_equal"] for one in by_n.values())},
        "ok": all(one["result_equal"] for one in by_n.values()),
    }


def _sizes(n: int) -> list[int]:
    return sorted({max(1, n // 100), max(1, n // 10), n})


def _exponent(by_n: Mapping[str, Mapping[str, Any]], sizes: Sequence[int]) -> float | None:
    """How the time grows from the second largest size to the largest: 1 is in step with the number."""
    if len(sizes) < 2:
        return None
    rates = [by_n[str(size)]["us"]["median"] for size in sizes[-2:]]
    times = [size / rate for size, rate in zip(sizes[-2:], rates, strict=True)]
    return round(math.log(times[1] / times[0]) / math.log(sizes[-1] / sizes[-2]), 3)


def _by_turns(sides: Sides, rounds: int) -> dict[str, Any]:
    """Rates of all sides in alternating rounds; each ratio is ours to a reference of the same round."""
    us: list[float] = []
    refs: dict[str, list[float]] = {name: [] for name in (*sides.references, *sides.reads)}
    is_equal = True
    for _ in range(rounds):
        own, own_result = _rate(sides.ours, sides.n)
        us.append(own)
        for name, task in sides.references.items():
            other, result = _rate(task, sides.n)
            refs[name].append(other)
            is_equal = is_equal and result == own_result
        for name, read in sides.reads.items():
            refs[name].append(_rate(read, sides.n)[0])
    first, *others = refs
    return {
        "us": spread(us) | {"unit": sides.unit},
        "ref": {"name": first} | spread(refs[first]),
        "ratio": _ratio(us, refs[first]),
        "beside": {name: spread(refs[name]) | {"ratio": _ratio(us, refs[name])} for name in others},
        "prepared_s": {name: round(took, 4) for name, took in sides.prepared_s.items()},
        "result_equal": is_equal,
    }


def _ratio(us: Sequence[float], ref: Sequence[float]) -> dict[str, object]:
    return spread([own / other for own, other in zip(us, ref, strict=True)])


def _rate(task: Callable[[], Any], n: int) -> tuple[float, Any]:
    """Items a second of processor time, over enough repetitions that the clock can tell. All sides use one thread,
    so that other work on the computer is left out of it."""
    repetitions = 0
    begun = time.process_time()
    while True:
        result = task()
        repetitions += 1
        elapsed = time.process_time() - begun
        if elapsed >= SHORTEST_ROUND_S:
            return n * repetitions / elapsed, result


def _block(papers: int, seed: int) -> dict[str, Sides]:
    candidates = tuple(Candidate(f"c{i}", f"c{i}") for i in range(CANDIDATES))
    ids = [one.id for one in candidates]
    crosses = _papers(papers, seed, ids)
    prepared: dict[str, float] = {}
    bundles = _timed(prepared, "ours: bundles", lambda: bundled((Ballot(1, one) for one in crosses), ids))
    given = BlockVote(SEATS, candidates, bundles, SEATS, 1, Reservation(), SubstituteRule("none"))

    def ours() -> Votes:
        votes = next(step.figures["votes"] for step in count(given).steps if "votes" in step.figures)
        return {one: votes[one] for one in ids} if isinstance(votes, dict) else {}

    sides = Sides(papers, "papers/s of processor time", ours, {}, prepared_s=prepared)
    numpy = peers.peer("numpy")
    place = {one: position for position, one in enumerate(ids)}
    if numpy is not None:
        marks = _timed(
            prepared,
            "numpy: marks",
            lambda: numpy.array([place[one] for paper in crosses for one in paper], dtype=numpy.int64),
        )
        packed = numpy.array([sum(1 << place[one] for one in paper) for paper in crosses], dtype=numpy.uint32)
        sides.references["numpy.bincount of the bare marks"] = lambda: dict(
            zip(ids, numpy.bincount(marks, minlength=len(ids)).tolist(), strict=True)
        )
        sides.reads["reading the packed papers from memory"] = lambda: numpy.bitwise_or.reduce(packed)
    else:
        bare = list(chain.from_iterable(crosses))
        sides.references["collections.Counter of the bare marks"] = lambda: _in_order(Counter(bare), ids)
    convert = peers.peer("votelib.convert")
    if convert is not None:
        grouped = _timed(prepared, "votelib: grouped", lambda: dict(Counter(frozenset(one) for one in crosses)))
        to_votes = convert.ApprovalToSimpleVotes()
        sides.references["votelib, papers grouped beforehand"] = lambda: _in_order(to_votes.convert(grouped), ids)
    return {str(papers): sides}


def _papers(papers: int, seed: int, ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Valid papers with one to as many crosses as there are seats, so that nobody has to judge them but us."""
    chance = random.Random(seed)  # noqa: S311
    kinds = [tuple(chance.sample(ids, chance.randint(1, SEATS))) for _ in range(min(DISTINCT, papers))]
    return chance.choices(kinds, k=papers)


def _timed(into: dict[str, float], name: str, prepare: Callable[[], Any]) -> Any:
    begun = time.process_time()
    made = prepare()
    into[name] = time.process_time() - begun
    return made


def _in_order(votes: Mapping[str, int], ids: Sequence[str]) -> Votes:
    return {one: votes.get(one, 0) for one in ids}


def _dhondt(seats: int, seed: int) -> dict[str, Sides]:
    """Lists in alliances of two; beside them 100 lists, which is more than any election here has had."""
    found = {str(seats): _lists(seats, seed, LISTS)}
    if seats >= 5_000:
        found[f"100 lists, {seats} seats"] = _lists(seats, seed, 100)
    return found


def _lists(seats: int, seed: int, number: int) -> Sides:
    given = _list_election(seats, seed, number)

    def ours() -> Votes:
        outcome = count(given)
        if not isinstance(outcome, Decided) or outcome.seats_by_list is None:
            raise RuntimeError("the election of the benchmark stopped for a lot")
        return dict(outcome.seats_by_list)

    sides = Sides(seats, "seats/s of processor time", ours, {})
    votelib = peers.peer("votelib.evaluate.proportional")
    if votelib is None:
        exact = "exact division seat by seat (fractions.Fraction)"
        sides.references[exact] = lambda: _in_alliances(given, _divided)
        return sides
    evaluator = votelib.HighestAverages("d_hondt")
    sides.references["votelib HighestAverages(d_hondt)"] = lambda: _in_alliances(
        given, lambda votes, number: dict(evaluator.evaluate(votes, number))
    )
    return sides


def _list_election(seats: int, seed: int, number: int) -> ListsDhondt:
    """Votes so large that quotients hardly ever meet; drawn again if they do."""
    chance = random.Random(seed)  # noqa: S311
    while True:
        lists = tuple(CandidateList(f"L{i}", f"L{i}", chance.randrange(10**5, 10**7)) for i in range(number))
        ids = [one.id for one in lists]
        given = ListsDhondt(
            seats=seats,
            lists=lists,
            candidates=(),
            alliances=tuple(tuple(ids[i : i + ALLIANCE_SIZE]) for i in range(0, number, ALLIANCE_SIZE)),
            threshold=Fraction(0),
            substitutes=SubstituteRule("none"),
        )
        if isinstance(count(given), Decided):
            return given


def _in_alliances(given: ListsDhondt, share: Callable[[Votes, int], Votes]) -> Votes:
    votes = {one.id: one.votes for one in given.lists}
    together = share({members[0]: sum(votes[one] for one in members) for members in given.alliances}, given.seats)
    seats = dict.fromkeys(votes, 0)
    for members in given.alliances:
        if together.get(members[0], 0):
            seats.update(share({one: votes[one] for one in members}, together[members[0]]))
    return seats


def _divided(votes: Votes, seats: int) -> Votes:
    won = dict.fromkeys(votes, 0)
    next_quotient = {one: Fraction(number) for one, number in votes.items()}
    for _ in range(seats):
        best = max(next_quotient, key=next_quotient.__getitem__)
        won[best] += 1
        next_quotient[best] = Fraction(votes[best], won[best] + 1)
    return won
