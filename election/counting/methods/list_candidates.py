"""Which candidates take the seats of a list, and in what order the others follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from election.counting.methods.inputs import Candidate, CandidateList
from election.counting.methods.ranking import Cut, Level, cut, ids


@dataclass(frozen=True, slots=True)
class PartyListOrder:
    """A party list after § 86: the distribution figure, what each candidate was topped up with, the order."""

    figure: int
    topped_up: Mapping[str, int]
    order: Level
    reached: int

    def total(self, candidate: Candidate) -> int:
        return candidate.votes + self.topped_up[candidate.id]


def party_list_order(one: CandidateList, people: Level, seats: int) -> PartyListOrder:
    """The candidates in the order in which they take the list's seats; the rest are substitutes.

    The distribution figure is the next whole number above votes / (seats + 1), also when that is whole.
    Those with so many personal votes come first; then the votes for the list itself top up the others
    to the figure, from the top of the list; then the sum decides. Equal sums: list order, no lot.

    KRVL § 86.
    """
    figure = one.votes // (seats + 1) + 1
    left = one.votes - sum(person.votes for person in people)
    topped_up = dict.fromkeys(ids(people), 0)
    by_personal = sorted((p for p in people if p.votes >= figure), key=lambda p: -p.votes)
    by_list: list[Candidate] = []
    rest: list[Candidate] = []
    for person in people:
        if person.votes >= figure:
            continue
        topped_up[person.id] = min(left, figure - person.votes)
        left -= topped_up[person.id]
        reaches = person.votes + topped_up[person.id] >= figure
        (by_list if reaches else rest).append(person)
    rest.sort(key=lambda p: -(p.votes + topped_up[p.id]))
    order = (*by_personal, *by_list, *rest)
    return PartyListOrder(figure, topped_up, order, len(by_personal) + len(by_list))


def seats_on_list(one: CandidateList, people: Level, seats: int) -> Cut:
    """Who is elected on a list with so many seats; tied only on a list whose candidates stand side by side.

    KRVL § 85 and § 86.
    """
    if one.is_party_list:
        return Cut(party_list_order(one, people, seats).order[:seats])
    return cut(people, seats)


def beyond_dispute(one: CandidateList, people: Level, fewest: int, most: int) -> Level:
    """Those elected whatever number of seats from `fewest` to `most` the list ends with, and without a lot.

    More seats lower the distribution figure of a party list, so its order may change with them.
    """
    certain = seats_on_list(one, people, fewest).certain
    for seats in range(fewest + 1, most + 1):
        also = set(ids(seats_on_list(one, people, seats).certain))
        certain = tuple(person for person in certain if person.id in also)
    return certain
