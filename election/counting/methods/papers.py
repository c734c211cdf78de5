"""Papers with several crosses as rows of bits: bit i of a candidate's row is that candidate's cross on entry i.

One operation on whole numbers of any length then judges or counts many thousand papers at once; nothing is rounded
and nothing is left out, for each entry keeps its own bit to the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from election.counting.methods.inputs import Ballot, Bundle

ENTRIES = 1 << 17
"""Entries of a bundle: so many that what is said once for each bundle costs next to nothing."""
_NO, _YES = b"0", ord("1")


@dataclass(frozen=True, slots=True)
class Judged:
    """Papers by what was found on them; `votes` of the valid ones, in the order of the candidates."""

    valid: int
    too_many: int
    too_few: int
    votes: tuple[int, ...]


def bundled(ballots: Iterable[Ballot], candidates: Sequence[str]) -> tuple[Bundle, ...]:
    """The ballots in bundles. Their crosses are at known candidates, none twice on a paper."""
    waiting = iter(ballots)
    return tuple(_bundle(some, candidates) for some in iter(lambda: tuple(islice(waiting, ENTRIES)), ()))


def _bundle(ballots: Sequence[Ballot], candidates: Sequence[str]) -> Bundle:
    """Each row is written as text of noughts and ones, which Python reads as one number."""
    rows: dict[str, bytearray] = defaultdict(partial(bytearray, _NO * len(ballots)))
    for position, one in enumerate(ballots):
        for candidate in one.crosses:
            rows[candidate][position] = _YES
    return Bundle(
        len(ballots),
        tuple(int(rows[candidate], 2) if candidate in rows else 0 for candidate in candidates),
        _in_binary([one.papers for one in ballots]),
    )


def _in_binary(papers: Sequence[int]) -> tuple[int, ...]:
    if set(papers) == {1}:
        return ((1 << len(papers)) - 1,)
    longest = max(papers).bit_length()
    return tuple(int("".join("01"[number >> place & 1] for number in papers), 2) for place in range(longest))


def judge(bundles: Iterable[Bundle], candidates: int, least: int, most: int) -> Judged:
    """Papers with `least` to `most` crosses are valid, and only they give votes."""
    votes = [0] * candidates
    valid = too_many = too_few = 0
    for one in bundles:
        crosses = _added(one.rows)
        every = (1 << one.entries) - 1
        enough, above = _at_least(least, crosses, every), _at_least(most + 1, crosses, every)
        counted = enough & ~above
        for place, papers in enumerate(one.papers):
            valid += (counted & papers).bit_count() << place
            too_many += (above & papers).bit_count() << place
            too_few += (~enough & papers).bit_count() << place
            given = counted & papers
            is_whole = given == every  # nothing to leave out, which is the usual bundle: each row as it is
            for candidate, row in enumerate(one.rows):
                votes[candidate] += (row if is_whole else row & given).bit_count() << place
    return Judged(valid, too_many, too_few, tuple(votes))


def _added(rows: Sequence[int]) -> list[int]:
    """The number of crosses of every entry at once, in binary: row w holds the digit that is worth 2 to the w.

    Done as on paper: three digits of one column leave one there and carry one to the next column.
    """
    digits: list[int] = []
    column = list(rows)
    while column:
        carried: list[int] = []
        while len(column) > 1:
            first, second = column.pop(), column.pop()
            third = column.pop() if column else 0
            odd = first ^ second
            carried.append(first & second | odd & third)
            column.append(odd ^ third)
        digits += column
        column = carried
    return digits


def _at_least(number: int, digits: Sequence[int], every: int) -> int:
    """The entries whose number is at least `number`, compared digit by digit from the highest."""
    above, equal = 0, every
    for place in reversed(range(max(len(digits), number.bit_length()))):
        digit = digits[place] if place < len(digits) else 0
        if number >> place & 1:
            equal &= digit
        else:
            above |= equal & digit
            equal &= ~digit
    return above | equal
