"""How fast the count is, beside a plain reference measured in the same run, A B A B.

`dhondt`: seats for lists in alliances. Reference: votelib where it is installed, else one exact division
per list and seat. `block`: crosses on papers. Reference: numpy.bincount where it is installed, else
collections.Counter over the bare crosses (no papers, nothing judged).
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
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

LISTS, ALLIANCE_SIZE = 40, 2
CANDIDATES, SEATS = 20, 4
SHORTEST_ROUND_S = 0.05
Votes = dict[str, int]


def run(rule: str, n: int, seed: int, rounds: int) -> dict[str, object]:
    """Measure `rule` ("dhondt": n seats, "block": n papers). Raises ValueError for another rule."""
    if rule == "dhondt":
        return _compare("count dhondt", n, seed, rounds, "seats/s", *_dhondt(n, seed))
    if rule == "block":
        return _compare("count block", n, seed, rounds, "papers/s", *_block(n, seed))
    raise ValueError(f"no benchmark for the rule {rule!r}; there are dhondt and block")


Timed = Callable[[], Votes]


def _compare(
    bench: str, n: int, seed: int, rounds: int, unit: str, ours: Timed, name: str, theirs: Timed
) -> dict[str, object]:
    """Rates of both in alternating rounds; `ratio` is ours to the reference of the same round."""
    us: list[float] = []
    ref: list[float] = []
    is_equal = True
    for _ in range(rounds):
        own, own_result = _rate(ours, n)
        other, other_result = _rate(theirs, n)
        us.append(own)
        ref.append(other)
        is_equal = is_equal and own_result == other_result
    return {
        "bench": bench,
        "n": n,
        "seed": seed,
        "rounds": rounds,
        "versions": _versions(),
        "us": _spread(us) | {"unit": unit},
        "ref": {"name": name} | _spread(ref),
        "ratio": _spread([own / other for own, other in zip(us, ref, strict=True)]),
        "invariants": {"result_equal": is_equal},
        "ok": is_equal,
    }


def _rate(task: Timed, n: int) -> tuple[float, Votes]:
    """Items a second, over enough repetitions that the clock can tell."""
    repetitions = 0
    begun = time.perf_counter()
    while True:
        result = task()
        repetitions += 1
        elapsed = time.perf_counter() - begun
        if elapsed >= SHORTEST_ROUND_S:
            return n * repetitions / elapsed, result


def _spread(rates: Sequence[float]) -> dict[str, object]:
    return {
        "median": round(statistics.median(rates), 3),
        "min": round(min(rates), 3),
        "max": round(max(rates), 3),
    }


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for name in ("votelib", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _optional(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


def _dhondt(seats: int, seed: int) -> tuple[Timed, str, Timed]:
    given = _list_election(seats, seed)

    def ours() -> Votes:
        outcome = count(given)
        if not isinstance(outcome, Decided) or outcome.seats_by_list is None:
            raise RuntimeError("the election of the benchmark stopped for a lot")
        return dict(outcome.seats_by_list)

    votelib = _optional("votelib.evaluate.proportional")
    if votelib is None:
        return (
            ours,
            "exact division seat by seat (fractions.Fraction)",
            lambda: _in_alliances(given, _divided),
        )
    evaluator = votelib.HighestAverages("d_hondt")

    def highest_averages(votes: Votes, number: int) -> Votes:
        return dict(evaluator.evaluate(votes, number))

    return ours, "votelib HighestAverages(d_hondt)", lambda: _in_alliances(given, highest_averages)


def _list_election(seats: int, seed: int) -> ListsDhondt:
    """Lists in alliances of two, votes so large that quotients hardly ever meet; drawn again if they do."""
    chance = random.Random(seed)  # noqa: S311
    while True:
        lists = tuple(CandidateList(f"L{i}", f"L{i}", chance.randrange(10**5, 10**7)) for i in range(LISTS))
        ids = [one.id for one in lists]
        given = ListsDhondt(
            seats=seats,
            lists=lists,
            candidates=(),
            alliances=tuple(tuple(ids[i : i + ALLIANCE_SIZE]) for i in range(0, LISTS, ALLIANCE_SIZE)),
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


def _block(papers: int, seed: int) -> tuple[Timed, str, Timed]:
    given = _block_election(papers, seed)
    ids = [one.id for one in given.candidates]

    def ours() -> Votes:
        outcome = count(given)
        figures = next(step.figures for step in outcome.steps if "votes" in step.figures)
        votes = figures["votes"]
        return {one: votes[one] for one in ids} if isinstance(votes, dict) else {}

    crosses = list(chain.from_iterable(one.crosses for one in given.ballots))
    numpy = _optional("numpy")
    if numpy is None:
        return ours, "collections.Counter of the bare crosses", lambda: _in_order(Counter(crosses), ids)
    numbers = numpy.array([ids.index(one) for one in crosses], dtype=numpy.int64)

    def bincount() -> Votes:
        found = numpy.bincount(numbers, minlength=len(ids)).tolist()
        return dict(zip(ids, found, strict=True))

    return ours, "numpy.bincount of the bare crosses", bincount


def _in_order(votes: Counter[str], ids: Sequence[str]) -> Votes:
    return {one: votes[one] for one in ids}


def _block_election(papers: int, seed: int) -> BlockVote:
    """Every paper apart, with up to as many crosses as there are seats."""
    chance = random.Random(seed)  # noqa: S311
    candidates = tuple(Candidate(f"c{i}", f"c{i}") for i in range(CANDIDATES))
    ids = [one.id for one in candidates]

    def ballots() -> Iterator[Ballot]:
        for _ in range(papers):
            yield Ballot(1, tuple(chance.sample(ids, chance.randint(1, SEATS))))

    return BlockVote(
        seats=SEATS,
        candidates=candidates,
        ballots=tuple(ballots()),
        max_crosses=SEATS,
        min_crosses=1,
        reservation=Reservation(),
        substitutes=SubstituteRule("none"),
    )
