"""People in order of votes, level by level. People on one level have equal votes and no order among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from election.counting.methods.inputs import Candidate

Level = tuple[Candidate, ...]


def levels(people: Iterable[Candidate]) -> list[Level]:
    """Most votes first; inside a level the order of the input, which means nothing."""
    by_votes: dict[int, list[Candidate]] = {}
    for person in people:
        by_votes.setdefault(person.votes, []).append(person)
    return [tuple(by_votes[votes]) for votes in sorted(by_votes, reverse=True)]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where so many places end: those who have one for certain, and those tied for the `places` left."""

    certain: Level
    tied: Level = ()
    places: int = 0


def cut(people: Iterable[Candidate], places: int) -> Cut:
    """The people with most votes. Nobody is tied when all on the last level find a place."""
    certain: list[Candidate] = []
    for level in levels(people):
        left = places - len(certain)
        if left == 0:
            break
        if len(level) > left:
            return Cut(tuple(certain), level, left)
        certain.extend(level)
    return Cut(tuple(certain))


def ids(people: Iterable[Candidate]) -> tuple[str, ...]:
    """Their ids, in the same order."""
    return tuple(person.id for person in people)


def without(people: Iterable[Candidate], taken: Iterable[Candidate]) -> Level:
    """Those who are not taken."""
    gone = {person.id for person in taken}
    return tuple(person for person in people if person.id not in gone)


def tied_sets(contexts: Iterable[Sequence[Candidate]]) -> set[frozenset[str]]:
    """In each context the full sets of people with equal votes: only among such may a lot be drawn."""
    found: set[frozenset[str]] = set()
    for context in contexts:
        found.update(frozenset(ids(level)) for level in levels(context) if len(level) > 1)
    return found
