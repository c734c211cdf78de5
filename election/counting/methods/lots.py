"""The draws people have made, handed to the count one question at a time. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from election.counting.methods.bad_input import BadInput
from election.counting.methods.outcome import Lot


class Draws:
    """The given lots. Each answers one question; afterwards `unused` judges those that answered none."""

    def __init__(self, lots: tuple[Lot, ...]) -> None:
        self._lots = lots
        self._used: set[int] = set()
        self._full_seat_draws: list[tuple[str, ...]] = []
        self._where: dict[frozenset[str], list[int]] = {}
        for position, lot in enumerate(lots):
            self._where.setdefault(frozenset(lot.among), []).append(position)

    def for_lists(self, among: Collection[str], places: int) -> tuple[str, ...] | None:
        """The draw between lists for `places` seats, first drawn first; None when it is not made yet."""
        return self._take(among, places)

    def for_seats(self, among: Collection[str], places: int) -> tuple[str, ...] | None:
        """The draw between people for `places` seats. One that names all also orders the rest."""
        drawn = self._take(among, places)
        if drawn is not None and len(drawn) == len(among):
            self._full_seat_draws.append(drawn)
        return drawn

    def for_order(self, among: Collection[str]) -> tuple[str, ...] | None:
        """The order of tied substitutes: settled by a draw for seats that named all, or by its own draw."""
        wanted = frozenset(among)
        for drawn in reversed(self._full_seat_draws):
            if wanted <= set(drawn):
                return tuple(one for one in drawn if one in wanted)
        return self._take(among, len(among))

    def _take(self, among: Collection[str], places: int) -> tuple[str, ...] | None:
        for position in self._where.get(frozenset(among), ()):
            if position in self._used:
                continue
            lot = self._lots[position]
            if len(lot.drawn) < places:
                raise BadInput(f"lots[{position}].drawn", f"must name at least {places}")
            self._used.add(position)
            return lot.drawn
        return None

    def unused(self, is_tied_set: Callable[[frozenset[str]], bool], votes: Mapping[str, int]) -> tuple[Lot, ...]:
        """The lots the count did not need. `is_tied_set` knows every set that was tied at some point.

        Raises BadInput for a lot among people whose votes differ, or who are not exactly a tied set.
        """
        left = []
        for position, lot in enumerate(self._lots):
            if position in self._used:
                continue
            if not is_tied_set(frozenset(lot.among)):
                differ = len({votes.get(one) for one in lot.among}) > 1
                problem = "names some whose votes differ" if differ else "is not exactly those who are tied"
                raise BadInput(f"lots[{position}].among", problem)
            left.append(lot)
        return tuple(left)
