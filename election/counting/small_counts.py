"""Which stations are shown together, so that no published figure shows what somebody has voted. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from election.counting.rules import Figures, Form, added, valid_papers

Part = tuple[tuple[str, ...], Figures]
"""The names of the stations that were counted as one, and their figures."""


def publishable(
    form: Form, parts: Sequence[Part], least: int, before: Sequence[Collection[str]] = ()
) -> list[list[int]]:
    """Which parts are shown together, as lists of positions. `before`: the names that were last shown together.

    A part with fewer valid papers of one kind than `least`, or in which all chose the same, is joined with the
    next one. What was shown together once is never shown apart: the difference would show the part that was
    hidden. (KRVL § 70(4) is the model)
    """
    blocks: list[list[int]] = []
    waiting: list[int] = []
    kinds = _kinds_with_votes(form, parts)
    for group in _as_before(parts, before):
        waiting.extend(group)
        figures = added(form, [parts[position][1] for position in waiting])
        if all(_hides(form, figures, kind, least) for kind in kinds):
            blocks.append(waiting)
            waiting = []
    if waiting and blocks:
        blocks[-1].extend(waiting)
    elif waiting:
        blocks.append(waiting)
    return [sorted(block) for block in blocks]


def _as_before(parts: Sequence[Part], before: Sequence[Collection[str]]) -> list[list[int]]:
    """The positions in order; those that were shown together are one from the start."""
    groups: list[tuple[set[str], list[int]]] = []
    for position, (names, _) in enumerate(parts):
        own = set(names).union(*(block for block in before if not set(block).isdisjoint(names)))
        joined = [group for group in groups if not group[0].isdisjoint(own)]
        together = own.union(*(group[0] for group in joined))
        positions = [one for group in joined for one in group[1]]
        groups = [group for group in groups if group not in joined]
        groups.append((together, [*positions, position]))
    return sorted(positions for _, positions in groups)


def _kinds_with_votes(form: Form, parts: Sequence[Part]) -> list[tuple[str, ...]]:
    """The vote rows of each kind of ballot paper; a kind that nobody used at all shows nothing anywhere."""
    kinds = form.ballot_types or (form.vote_rows,)
    return [rows for rows in kinds if len(kinds) == 1 or any(figures[row] for _, figures in parts for row in rows)]


def _hides(form: Form, figures: Mapping[str, int], rows: tuple[str, ...], least: int) -> bool:
    """Whether these papers are enough, and no candidate and no list was chosen on all of them.

    Papers of one kind are not counted apart: so many crosses need at least so many papers.
    """
    votes = sum(figures[row] for row in rows)
    papers = valid_papers(figures) if len(form.ballot_types) < 2 else -(-votes // form.max_crosses)
    choices: list[tuple[str, ...]] = [(row,) for row in rows]
    parties = [own for party in form.parties if (own := tuple(row for row in party if row in rows))]
    choices += parties if len(parties) > 1 else []
    # Where the paper left no choice, a vote shows nothing that the paper does not.
    is_shared = len(rows) < 2 or all(sum(figures[row] for row in choice) < papers for choice in choices)
    return papers >= least and is_shared
