"""No published table shows how somebody voted: every world that fits what was published is tried. (KRVL § 70(4))

Whoever reads the tables knows how many papers each station had, and of which kind, and which stations were counted
again. A vote is out when some papers of a station were, in every world that is left, all for the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import pytest

from election.call.rules import Phase
from election.counting.assembly import station_figures
from election.counting.rules import CountKind, Form, added
from election.counting.small_counts import publishable
from registry.act import Installation
from tests.election.counting.figures_of_a_night import entered
from tests.scenarios import Played, figures, play_to

Votes = tuple[int, ...]
LEAST = 3


@cache
def dealt(papers: int, among: int) -> tuple[Votes, ...]:
    """Every way in which so many papers can be for so many candidates."""
    if among == 1:
        return ((papers,),)
    return tuple((own, *rest) for own in range(papers + 1) for rest in dealt(papers - own, among - 1))


def form(*kinds: int) -> Form:
    """Candidates of one or more kinds of ballot paper: `form(2, 3)` has two of one group and three of another."""
    labels = iter(f"c{number}" for number in range(1, 99))
    types = tuple(tuple(next(labels) for _ in range(kind)) for kind in kinds)
    everyone = tuple(label for own in types for label in own)
    return Form(everyone, (), (), 1, 1, types if len(types) > 1 else ())


def figures_of(of: Form, votes: Votes) -> dict[str, int]:
    return dict(zip(of.candidates, votes, strict=True)) | {"blank": 0, "in_box": sum(votes)}


def blocks_of(of: Form, stations: Sequence[Votes], before: Sequence[Sequence[int]] = ()) -> list[list[int]]:
    parts = [((str(place),), figures_of(of, votes)) for place, votes in enumerate(stations)]
    return publishable(of, parts, LEAST, [[str(place) for place in block] for block in before])


def table(stations: Sequence[Votes], blocks: Sequence[Sequence[int]]) -> list[Votes]:
    return [tuple(map(sum, zip(*(stations[place] for place in block), strict=True))) for block in blocks]


def kinds_of(of: Form) -> list[range]:
    sizes = [len(own) for own in of.ballot_types] or [len(of.candidates)]
    return [range(sum(sizes[:place]), sum(sizes[: place + 1])) for place in range(len(sizes))]


def same_papers(of: Form, votes: Votes) -> list[Votes]:
    """Every other content of the same papers: each kind keeps its number."""
    return [
        tuple(one for part in parts for one in part)
        for parts in product(*(dealt(sum(votes[i] for i in kind), len(kind)) for kind in kinds_of(of)))
    ]


def worlds(of: Form, stations: Sequence[Votes], blocks: Sequence[Sequence[int]]) -> Iterator[tuple[Votes, ...]]:
    """Everything that may lie in the boxes when the table of these blocks is what was published."""
    published = table(stations, blocks)
    for world in product(*(same_papers(of, votes) for votes in stations)):
        if table(world, blocks) == published:
            yield world


def shown(of: Form, every: Sequence[tuple[Votes, ...]]) -> list[tuple[int, int]]:
    """Stations and kinds of papers of which all were for the same in every world. One name is no choice."""
    found = []
    for place in range(len(every[0])):
        for number, kind in enumerate(kinds_of(of)):
            papers = sum(every[0][place][i] for i in kind)
            for candidate in kind if len(kind) > 1 and papers else ():
                if all(world[place][candidate] == papers for world in every):
                    found.append((place, number))
    return found


def total_shows(of: Form, stations: Sequence[Votes]) -> bool:
    """All papers of a kind in the whole election were for the same: no table can hide what the result says."""
    sums = table(stations, [range(len(stations))])[0]
    return any(
        len(kind) > 1 and any(sums[c] == sum(sums[i] for i in kind) > 0 for c in kind) for kind in kinds_of(of)
    )


def some_elections(number: int, of: Form, stations: int, most: int) -> Iterator[tuple[Votes, ...]]:
    chance = random.Random(20171127 + number)
    for _ in range(number):
        yield tuple(
            tuple(one for kind in kinds_of(of) for one in chance.choice(dealt(chance.randint(0, most), len(kind))))
            for _ in range(stations)
        )


def test_the_search_itself_finds_a_vote_that_is_shown() -> None:
    """One paper at station 2, and each station shown apart: everybody knows what it was."""
    of, stations = form(2), ((3, 2), (1, 0))
    assert shown(of, list(worlds(of, stations, [[0], [1]]))) == [(1, 0)]
    assert shown(of, list(worlds(of, stations, [[0, 1]]))) == []


def test_every_small_election_of_three_stations() -> None:
    """Two candidates, up to three papers at each of three stations: all 1,000 elections."""
    of = form(2)
    contents = [votes for papers in range(4) for votes in dealt(papers, 2)]
    tried = 0
    for stations in product(contents, repeat=3):
        if total_shows(of, stations) or not any(map(sum, stations)):
            continue
        tried += 1
        assert shown(of, list(worlds(of, stations, blocks_of(of, stations)))) == [], stations
    assert tried > 800


@pytest.mark.parametrize(
    ("kinds", "stations", "most", "number"), [((3,), 3, 4, 50), ((2, 2), 3, 3, 80), ((2, 1), 3, 4, 80)]
)
def test_random_elections_also_by_kind_of_ballot_paper(
    kinds: tuple[int, ...], stations: int, most: int, number: int
) -> None:
    of = form(*kinds)
    for election in some_elections(number, of, stations, most):
        if not total_shows(of, election):
            assert shown(of, list(worlds(of, election, blocks_of(of, election)))) == [], election


def test_a_group_of_which_few_voted_is_not_shown_at_its_station() -> None:
    """Station 1: twelve of one group and two of the other. Without the rule for each kind it would stand alone."""
    of = form(2, 2)
    stations = ((7, 5, 2, 0), (6, 6, 3, 3))
    assert blocks_of(of, stations) == [[0, 1]]
    assert blocks_of(of, ((7, 5, 2, 1), (6, 6, 3, 3))) == [[0], [1]]


def test_a_list_that_everybody_chose_is_not_shown_either() -> None:
    """Six papers, all for list A or its candidates: nobody's person is shown, but everybody's list."""
    of = Form(("a1", "a2", "b1"), ("A", "B"), (), 1, 1, (), (("list:A", "a1", "a2"), ("list:B", "b1")))
    rows = dict.fromkeys(of.vote_rows, 0) | {"blank": 0}
    one_list = rows | {"list:A": 2, "a1": 2, "a2": 2, "in_box": 6}
    mixed = rows | {"list:A": 2, "a1": 2, "list:B": 2, "in_box": 6}
    assert publishable(of, [(("1",), one_list), (("2",), mixed)], LEAST) == [[0, 1]]
    assert publishable(of, [(("1",), mixed), (("2",), mixed)], LEAST) == [[0], [1]]


def test_with_several_crosses_a_candidate_on_every_paper_is_not_shown() -> None:
    """Six papers with two crosses: 6 of 12 crosses are for c1, and so is every paper."""
    of = Form(("c1", "c2", "c3"), (), (), 1, 2)
    all_for_one = {"c1": 6, "c2": 3, "c3": 3, "blank": 0, "in_box": 6}
    other = {"c1": 4, "c2": 4, "c3": 4, "blank": 0, "in_box": 6}
    assert publishable(of, [(("1",), all_for_one), (("2",), other)], LEAST) == [[0, 1]]
    assert publishable(of, [(("1",), other), (("2",), other)], LEAST) == [[0], [1]]


# --- one table after another: preliminary, final, recounted -----------------------------------------------


def moved(of: Form, stations: tuple[Votes, ...], chance: random.Random) -> tuple[tuple[Votes, ...], int]:
    """One station is counted again and another content is found."""
    place = chance.randrange(len(stations))
    papers = max(0, sum(stations[place]) + chance.choice((-1, 0, 0, 1)))
    found = chance.choice(dealt(papers, len(of.candidates)))
    return (*stations[:place], found, *stations[place + 1 :]), place


def test_the_second_table_shows_no_more_than_its_total_does() -> None:
    """The reader knows which station was counted again, and that the others were not: 200 elections.

    That all papers of the recounted station went to the other candidate, its new total alone can show. What is
    looked for is a vote that is out by the table and not by the total.
    """
    of, chance, seen = form(2), random.Random(7), 0
    for first in some_elections(200, of, 3, 4):
        then, place = moved(of, first, chance)
        if total_shows(of, first) or total_shows(of, then):
            continue
        before = blocks_of(of, first)
        after = blocks_of(of, then, before)
        by_table = left_by(of, first, before, then, after, place)
        by_total = left_by(of, first, before, then, [[0, 1, 2]], place)
        assert shown(of, by_table) == shown(of, by_total), (first, then, before, after)
        seen += len(after) > 1
    assert seen > 20, "often enough the second table had more than one column"


def left_by(
    of: Form,
    first: tuple[Votes, ...],
    before: list[list[int]],
    then: tuple[Votes, ...],
    after: list[list[int]],
    place: int,
) -> list[tuple[Votes, ...]]:
    """What may have lain in the boxes at first, when only this station has changed until the second table."""
    published, found = table(then, after), same_papers(of, then[place])
    return [
        old
        for old in worlds(of, first, before)
        if any(table((*old[:place], new, *old[place + 1 :]), after) == published for new in found)
    ]


def test_what_was_shown_together_is_never_shown_apart() -> None:
    """2 + 5 papers together; counted again the first has 4 and could stand alone: 7 − 5 would show its old 2."""
    of = form(2)
    before = blocks_of(of, ((1, 1), (3, 2), (2, 2)))
    assert before == [[0, 1], [2]]
    then = ((2, 2), (3, 2), (2, 2))
    assert blocks_of(of, then) == [[0], [1], [2]]
    assert blocks_of(of, then, before) == [[0, 1], [2]]


@pytest.mark.parametrize("number", range(4))
def test_later_tables_are_joined_from_earlier_ones(number: int) -> None:
    """Over five publications: every block is made of whole blocks of the one before, each station is in one."""
    of, chance = form(3), random.Random(number)
    stations = tuple(some_elections(1 + number, of, 6, 6))[-1]
    before: list[list[int]] = []
    for _ in range(5):
        after = blocks_of(of, stations, before)
        assert sorted(place for block in after for place in block) == list(range(6))
        for old in before:
            assert sum(set(old) <= set(new) for new in after) == 1
        before, (stations, _) = after, moved(of, stations, chance)


# --- what the program itself publishes --------------------------------------------------------------------


def test_the_figures_of_the_whole_are_all_that_is_shown_of_one_station(installation: Installation) -> None:
    played = play_to(Phase.COUNTING, installation)
    entered(played, {"c1": 8, "c2": 7}, CountKind.PRELIMINARY)
    with installation.database.read() as session:
        (block,) = station_figures(session, played.read())
    assert block["votes"] == {
        row: figures(played, {"c1": 8, "c2": 7})[row] for row in ("c1", "c2", "c3", "c4", "c5", "c6")
    }


def test_blocks_add_up_to_what_was_counted() -> None:
    of = form(2)
    for stations in some_elections(50, of, 4, 6):
        whole = added(of, [figures_of(of, votes) for votes in stations])
        sums = table(table(stations, blocks_of(of, stations)), [range(len(blocks_of(of, stations)))])[0]
        assert tuple(whole[label] for label in of.candidates) == sums


def test_no_table_before_the_result(installation: Installation) -> None:
    """Running totals: nothing at all is published until every station is counted and the result determined."""
    played: Played = play_to(Phase.COUNTING, installation)
    from election.overview.result import result_view

    entered(played, {"c1": 8, "c2": 7}, CountKind.PRELIMINARY)
    with installation.database.read() as session:
        view = result_view(session, played.read())
    assert (view.stations, view.bars, view.elected) == ((), (), ())
