"""How a council's seats compare with what its regulation says. Deviations are shown, never forced away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.findings import Finding, finding_kind

NO_RULES = finding_kind(
    "R560",
    "Regulativet {regulation} siger ikke, hvordan rådet sættes sammen og holder møde. Intet er ændret. "
    "Vedtag reglerne, før rådet udpeges.",
)
NO_SUCH_TERM = finding_kind("R561", "Rådet findes ikke her. Intet er ændret.")
COUNCIL_CLOCK_IS_REAL = finding_kind(
    "R562", "Uret i et rigtigt råd følger tiden og kan ikke stilles. Intet er ændret."
)
COUNCIL_CLOCK_RUNS_FORWARD = finding_kind("R563", "Uret kan kun stilles frem. Det står stadig på {clock}.")
SEATS_EMPTY = finding_kind("W560", "{group}: {empty} af {seats} pladser er ikke besat.")
GROUP_TOO_LARGE = finding_kind("W561", "{group}: {members} medlemmer på {seats} pladser.")
SIZE_DIFFERS = finding_kind("W562", "Der er {members} medlemmer med stemmeret; reglen er {size}.")


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What a kind of seat should hold."""

    code: str
    name: str
    seats: int
    has_vote: bool


def deviations(legal_size: int, groups: Sequence[GroupRule], members: Mapping[str, int]) -> tuple[Finding, ...]:
    """Where the council differs from its regulation; `members` counts those seated by the code of their group.

    Reality is stored as it is and the difference is told. (Høje-Taastrup's list of 15 beside its rule of 11)
    """
    found = []
    for group in groups:
        number = members.get(group.code, 0)
        if number < group.seats:
            empty = group.seats - number
            found.append(Finding(SEATS_EMPTY, {"group": group.name, "empty": empty, "seats": group.seats}))
        elif number > group.seats:
            found.append(Finding(GROUP_TOO_LARGE, {"group": group.name, "members": number, "seats": group.seats}))
    voting = sum(members.get(group.code, 0) for group in groups if group.has_vote)
    if voting != legal_size:
        found.append(Finding(SIZE_DIFFERS, {"members": voting, "size": legal_size}))
    return tuple(found)
