"""Paper forms: what two people read from one, where they differ, and what is still to be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.findings import Term, finding_kind
from registry.free_text import holds_cpr

LINES, MOST_LINES, MOST_FORMS = 25, 40, 200
"""Lines on a form: as many as stand on one side of paper with room to write in."""
LONGEST = 20
"""Signs of what is read from a line."""
MOST_IN_A_PILE = 99
DESK = "papir"
"""What stands where an admission has the number of its desk."""

NO_SUCH_FORM = finding_kind("R740", "Papirskemaet findes ikke i dette valg. Intet er ændret.")
IMPOSSIBLE_NUMBER = finding_kind(
    "R741", "Der kan laves 1 til {forms} skemaer ad gangen med 1 til {lines} linjer. Intet er lavet. Ret tallet."
)
IS_TAKEN = finding_kind("R742", "Skema {number} er taget ind {at}. Intet er ændret, og ingen er talt to gange.")
IS_VOID = finding_kind("R743", "Skema {number} er kasseret. Intet er gemt.")
READ_BY_YOU = finding_kind(
    "R744", "Du har aflæst skema {number}. Intet nyt er gemt. En anden skal nu aflæse det uden at se dine linjer."
)
AGREED_ALREADY = finding_kind(
    "R745", "Skema {number} er aflæst ens af to. Intet nyt er gemt. Lederen tager det ind sammen med en anden."
)
NOT_ON_THE_FORM = finding_kind(
    "R746", "Skema {number} har ikke linje {line}. Intet er gemt. Se, om det er det rigtige skema."
)
OTHER_TOTAL = finding_kind(
    "R747",
    "Der er tastet {typed} linjer, men du har skrevet, at {filled} er udfyldt. Intet er gemt. "
    "Se, om du er sprunget en linje over, og ret tallet eller linjerne.",
)
NOT_AGREED = finding_kind(
    "R748",
    "Skema {number} er ikke aflæst ens af to forskellige personer. Ingen er registreret. Aflæs det færdigt.",
)
READ_THESE_LINES = finding_kind("R749", "Læs kun de linjer igen, hvor I er uenige: {lines}. Intet er gemt.")
STATION_IS_SHUT = finding_kind(
    "R750",
    "{station} er lukket {at}. Der laves kun flere skemaer med en begrundelse, for eksempel at en anden laptops "
    "linjer skal tastes. Intet er ændret. Skriv hvorfor, og send igen.",
)
TOO_LONG = finding_kind(
    "R751", "Linje {line} har mere tekst, end der kan stå på et skema. Intet er gemt. Skriv nummer og klokkeslæt."
)
HAS_READINGS = finding_kind(
    "R752", "Skema {number} er aflæst og kan kun kasseres med en begrundelse. Intet er ændret. Skriv hvorfor."
)
NOTHING_READ = finding_kind(
    "R753", "Skema {number} er tomt. Ingen er registreret. Kassér det som ubrugt i stedet."
)
LOOKS_LIKE_CPR = finding_kind(
    "R754",
    "Linje {line} ligner et CPR-nummer. Intet er gemt. Skriv vælgerens nummer på listen i stedet, "
    "og streg CPR-nummeret over på papiret.",
)

PILE_IMPOSSIBLE = finding_kind(
    "R756",
    "Der kan stå 0 til {most} ombyttede og 0 til {most} tilbageleverede stemmesedler på ét skema. Intet er gemt. "
    "Se på papiret, og ret tallet.",
)

UNKNOWN_NUMBER = Term("Nummeret findes ikke på valglisten.")
OTHER_STATION = Term("Vælgeren hører til et andet stemmested.")
NO_VOTER = Term("Personen er slettet af valglisten eller kan ikke stemme.")
TWICE_HERE = Term("Nummeret står to gange på skemaet.")
NO_NUMBER = Term("Der står et klokkeslæt, men intet nummer.")


class State(StrEnum):
    """What is to be done with a form next."""

    UNREAD = "unread"
    READ_ONCE = "read_once"
    DIFFER = "differ"
    AGREED = "agreed"
    TAKEN = "taken"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Piles:
    """What stands at the foot of a form: papers that came back. None where nothing stands; that is not 0."""

    exchanged: int | None = None
    returned: int | None = None

    @property
    def are_possible(self) -> bool:
        return all(one is None or 0 <= one <= MOST_IN_A_PILE for one in (self.exchanged, self.returned))

    @property
    def papers(self) -> int:
        return (self.exchanged or 0) + (self.returned or 0)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line as somebody read it. A line on which nothing stands is no line: nothing is not 0."""

    number: int
    typed: str
    clock: str

    @property
    def is_blank(self) -> bool:
        return not self.typed and not self.clock


def as_read(number: int, typed: str, clock: str) -> ReadLine:
    """What stands there, without what two people write differently: 0017 is 17, and 14:05 is 14.05."""
    typed = "".join(typed.split())
    if typed.isascii() and typed.isdigit():
        typed = str(int(typed))
    clock = "".join(clock.split()).replace(":", ".").replace(",", ".")
    if len(clock) == 4 and clock.isascii() and clock.isdigit():
        clock = f"{clock[:2]}.{clock[2:]}"
    return ReadLine(number, typed, clock)


def looks_like_cpr(line: ReadLine) -> bool:
    """Whether a line as it was typed may hold a CPR number; asked before `as_read`, which takes noughts away."""
    return any(holds_cpr(text) or holds_cpr("".join(text.split())) for text in (line.typed, line.clock))


def roll_number(line: ReadLine) -> int | None:
    """The number on the roll that stands there; None for anything that cannot be one."""
    text = line.typed
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def differences(first: Mapping[int, ReadLine], second: Mapping[int, ReadLine]) -> list[int]:
    """The lines that two people read differently, also where only one of them read anything."""
    return [number for number in sorted(first.keys() | second.keys()) if first.get(number) != second.get(number)]


def mended(before: Mapping[int, ReadLine], again: Sequence[ReadLine]) -> dict[int, ReadLine]:
    """A person's own reading with these lines read anew; one that turns out blank is left out."""
    found = dict(before) | {line.number: line for line in again}
    return {number: line for number, line in found.items() if not line.is_blank}
