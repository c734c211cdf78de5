"""One post in at most three rounds: the chair, the vice-chair.

KSTL § 24, stk. 1. Rounds 1 and 2 need more than half of those present (`majority_of` cast: of the votes for
persons); round 2 also elects the only one who received votes; round 3 is between the two with most votes in
round 2 and needs more than half of the votes for them. A lot says who goes to round 3 and who wins it on a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from election.counting.methods import round_steps as say
from election.counting.methods.bad_input import BadInput
from election.counting.methods.fields import shown
from election.counting.methods.inputs import Candidate, MajorityOf, Round, ThreeRounds
from election.counting.methods.lots import Draws
from election.counting.methods.outcome import Decided, LotNeeded, LotRequired, NextRound, Step
from election.counting.methods.ranking import Level, cut, ids, levels, tied_sets

FIRST, SECOND, THIRD = 1, 2, 3
FINALISTS = 2


def votes_needed(one: Round, number: int, majority_of: MajorityOf = "present") -> int:
    """The votes that elect in this round: more than half of those present, or of the votes for persons.

    KSTL § 24, stk. 1.
    """
    return _base(one, number, majority_of) // 2 + 1


def _base(one: Round, number: int, majority_of: MajorityOf) -> int:
    if number == THIRD or majority_of == "cast":
        return sum(one.votes.values())
    return one.present


@dataclass(slots=True)
class _Rounds:
    """The rounds while they are gone through: what was said, and all who ever had equal votes."""

    given: ThreeRounds
    draws: Draws
    steps: list[Step] = field(default_factory=list)
    tied: set[frozenset[str]] = field(default_factory=set)

    def tally(self, number: int, standing: Sequence[Candidate]) -> say.Tally:
        """Those who stand with their votes of this round; a name that is missing has none."""
        held = self.given.rounds[number - 1]
        majority_of = self.given.majority_of
        people = tuple(replace(one, votes=held.votes.get(one.id, 0)) for one in standing)
        self.tied |= tied_sets([people])
        return say.Tally(
            number,
            held,
            tuple(one for level in levels(people) for one in level),
            _base(held, number, majority_of),
            votes_needed(held, number, majority_of),
            majority_of,
        )


def count_three_rounds(given: ThreeRounds) -> Decided | LotRequired | NextRound:
    """The result of the rounds held so far. Without any round, round 1 is to be held.

    Raises BadInput for rounds that cannot have been held so: a round after the decision, another name in round 3,
    more votes than people present, a round without a vote for anybody, a fourth round.

    KSTL § 24, stk. 1.
    """
    _check(given)
    rounds = _Rounds(given, Draws(given.lots))
    outcome = _go_through(rounds)
    last = given.rounds[-1].votes if given.rounds else {}
    votes = {one.id: last.get(one.id, 0) for one in given.candidates}
    return replace(outcome, unused_lots=rounds.draws.unused(rounds.tied.__contains__, votes))


def _check(given: ThreeRounds) -> None:
    known = frozenset(one.id for one in given.candidates)
    for position, one in enumerate(given.rounds):
        place = f"rounds[{position}]"
        if position >= THIRD:
            raise BadInput(place, "comes after round 3, which is the last")
        for name in one.votes:
            if name not in known:
                raise BadInput(f"{place}.votes.{shown(name)}", "is not a known id")
        given_away = sum(one.votes.values())
        if given_away + one.blank + one.invalid > one.present:
            sum_of = f"{given_away} votes, {one.blank} blank and {one.invalid} invalid"
            raise BadInput(place, f"has more votes than people present: {sum_of}, {one.present} present")
        if not given_away:
            raise BadInput(f"{place}.votes", "is a round in which nobody received a vote")


def _go_through(rounds: _Rounds) -> Decided | LotRequired | NextRound:
    given = rounds.given
    if not given.rounds:
        rounds.steps.append(say.no_round_yet(given.candidates))
        return NextRound(FIRST, ids(given.candidates), tuple(rounds.steps))
    first = rounds.tally(FIRST, given.candidates)
    winner = _winner(first)
    if winner is not None:
        return _elected(rounds, first, winner)
    rounds.steps.append(say.second_round(first))
    if len(given.rounds) < SECOND:
        return NextRound(SECOND, ids(given.candidates), tuple(rounds.steps))
    second = rounds.tally(SECOND, given.candidates)
    winner = _winner(second)
    if winner is not None:
        return _elected(rounds, second, winner)
    return _towards_third(rounds, second)


def _winner(tally: say.Tally) -> Candidate | None:
    """Who is elected in round 1 or 2: a majority, in round 2 also the only one who received votes."""
    best = tally.people[0]
    if best.votes >= tally.needed or (tally.number == SECOND and best.votes == sum(tally.held.votes.values())):
        return best
    return None


def _elected(rounds: _Rounds, tally: say.Tally, winner: Candidate) -> Decided:
    if len(rounds.given.rounds) > tally.number:
        raise BadInput(f"rounds[{tally.number}]", f"is held after round {tally.number} has decided")
    rounds.steps.append(say.elected(tally, winner))
    return Decided(tuple(rounds.steps), elected=(winner.id,))


def _towards_third(rounds: _Rounds, second: say.Tally) -> Decided | LotRequired | NextRound:
    """The two with most votes in round 2 go on; a lot among those level for the last of the two places."""
    best = cut(second.people, FINALISTS)
    finalists, tied = best.certain, best.tied
    _check_names_of_third(rounds.given, finalists + tied)
    if tied:
        rounds.steps.append(say.level_for_third(second, tied, best.places))
        drawn = rounds.draws.for_seats(ids(tied), best.places)
        if drawn is None:
            return _stopped(rounds, LotNeeded("round-three", ids(tied), best.places, say.CITE), tied)
        by_id = {one.id: one for one in tied}
        finalists += tuple(by_id[one] for one in drawn[: best.places])
        rounds.steps.append(say.lot_for_third(tied, drawn, finalists))
        _check_names_of_third(rounds.given, finalists)
    else:
        rounds.steps.append(say.third_round(second, finalists))
    if len(rounds.given.rounds) < THIRD:
        return NextRound(THIRD, ids(finalists), tuple(rounds.steps))
    return _third(rounds, finalists)


def _stopped(rounds: _Rounds, lot: LotNeeded, tied: Level) -> LotRequired:
    rounds.steps.append(say.lot_needed(lot, tied))
    return LotRequired(lot, tuple(rounds.steps), elected=())


def _check_names_of_third(given: ThreeRounds, allowed: Level) -> None:
    names = frozenset(ids(allowed))
    for one in given.rounds[THIRD - 1].votes if len(given.rounds) == THIRD else ():
        if one not in names:
            raise BadInput(f"rounds[2].votes.{shown(one)}", "is not one of the two in round 3")


def _third(rounds: _Rounds, finalists: Level) -> Decided | LotRequired:
    tally = rounds.tally(THIRD, finalists)
    best = tally.people[0]
    if best.votes >= tally.needed:
        return _elected(rounds, tally, best)
    rounds.steps.append(say.level_in_third(tally))
    drawn = rounds.draws.for_seats(ids(finalists), 1)
    if drawn is None:
        level = tuple(one for one in rounds.given.candidates if one.id in ids(finalists))
        return _stopped(rounds, LotNeeded("seat", ids(level), 1, say.CITE), tally.people)
    rounds.steps.append(say.lot_for_seat(tally.people, drawn))
    return Decided(tuple(rounds.steps), elected=(drawn[0],))
