"""A small election as files, built in code: thirty invented people who may vote, six who may not.

A test changes one thing in it and plays it. Everything is given as plain text, so that a test may also write
what no office should.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FILES = Path(__file__).parents[2] / "registry" / "regulation" / "files"
RESIDENT_COLUMNS = (
    "cpr;first_names;surname;address;postal_code;city;municipality;moved_in;resident_in_dk_since;citizenship;"
    "birth_country;mother_birth_country;father_birth_country;mother_citizenship;father_citizenship;protected;"
    "status;status_since;polling_district"
)
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
DAY = "2017-11-27"
BASE = """regulation = "{regulation}"
election_day = {day}
extract_date = 2017-11-13
{top}
{stations}
[board]
chair = "Birthe Formand"
members = ["Birthe Formand", "Bent Holm"]
{officials}
{bottom}
"""
OFFICIALS = {
    "Ada Admin": ("election_administrator",),
    "Regin Rulle": ("roll_keeper",),
    "Lone Leder": ("station_leader",),
    "Tove Bord": ("polling_official",),
    "Ida Ind": ("enterer",),
    "Egon Ind": ("enterer",),
}


def cpr(number: int, year: int = 70) -> str:
    """An invented CPR number that no real person can have: it fails the check digit."""
    start = f"{number % 28 + 1:02d}{number % 11 + 2:02d}{year:02d}"
    for serial in range(1000 + number * 7, 4000):
        digits = f"{start}{serial}"
        if sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11:
            return digits
    raise AssertionError("no such number")


def resident(
    number: int,
    *,
    born_in: str = "SO",
    district: str = "Nord",
    municipality: str = "0259",
    status: str = "resident",
    year: int = 70,
    is_protected: bool = False,
) -> str:
    """One line of the extract; parents and citizenship as the birth country."""
    countries = ";".join([born_in] * 6)
    address = "Hemmeligstræde 99" if is_protected else f"Prøvevej {number}"
    return (
        f"{cpr(number, year)};Fornavn{'abcdefghij'[number % 10]};Prøvesen {number};{address};4600;Køge;"
        f"{municipality};2001-01-01;2000-01-01;{countries};{int(is_protected)};{status};2001-01-01;{district}"
    )


@dataclass
class SmallCase:
    """`files` by name; `write` puts them in a folder. Voters 0–29, candidates 0 … 6 among them."""

    regulation: str = "koege-2018"
    day: str = DAY
    stations: Sequence[tuple[str, Sequence[str], int]] = (("Rådhuset", ("*",), 100),)
    officials: dict[str, Sequence[str]] = field(default_factory=lambda: dict(OFFICIALS))
    top: str = ""
    bottom: str = ""
    residents: list[str] = field(default_factory=lambda: [resident(n) for n in range(30)] + NOT_ON_THE_ROLL)
    candidacies: list[str] = field(default_factory=lambda: [stands(n) for n in range(7)])
    polling: list[str] | None = None
    tallies: list[str] | None = None
    files: dict[str, str] = field(default_factory=dict)
    change_rules: Sequence[tuple[str, str]] = ()

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        if self.change_rules:
            text = (FILES / f"{self.regulation}.toml").read_text(encoding="utf-8")
            for key, value in self.change_rules:
                text = _ruled(text, key, value)
            (folder / "rules.toml").write_text(text, encoding="utf-8")
        stations = "\n".join(
            f"[[station]]\nname = {name!r}\ndistricts = {list(districts)!r}\nballots_delivered = {papers}\n"
            for name, districts, papers in self.stations
        )
        officials = "\n".join(
            f"[[official]]\nname = {name!r}\nroles = {list(roles)!r}\n" for name, roles in self.officials.items()
        )
        plan = BASE.format(
            regulation="rules.toml" if self.change_rules else self.regulation,
            day=self.day,
            top=self.top,
            stations=stations,
            officials=officials,
            bottom=self.bottom,
        )
        written = {
            "election.toml": plan,
            "residents.csv": lines(RESIDENT_COLUMNS, self.residents),
            "candidacies.csv": lines(
                "cpr;ballot_name;list;group;submitted_at;supporters;withdrawn_at", self.candidacies
            ),
            "polling.csv": None if self.polling is None else lines("at;station;act;cpr;ground", self.polling),
            "tallies.csv": None
            if self.tallies is None
            else lines("station;count;entry;by;row;number", self.tallies),
        }
        for name, content in (written | self.files).items():
            if content is not None:
                (folder / name).write_text(content, encoding="utf-8", newline="")
        return folder


def lines(header: str, rows: Iterable[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def _ruled(text: str, key: str, value: str) -> str:
    """The regulation with another value at `section.key`."""
    section, name = key.rsplit(".", 1)
    found, here = list[str](), ""
    is_there = False
    for line in text.splitlines():
        if line.startswith("["):
            here = line.strip("[] ")
        is_it = here == section and line.split(" = ")[0] == name
        found.append(f'{name} = {{ is = {value}, assumed = true, why = "prøve" }}' if is_it else line)
        is_there = is_there or is_it
    assert is_there, key
    return "\n".join(found) + "\n"


def stands(
    number: int,
    name: str = "",
    *,
    at: str = "2017-11-01T10:00:00",
    party: str = "",
    supporters: str = "",
    withdrawn: str = "",
    year: int = 70,
) -> str:
    name = name or f"Kandidat {'ABCDEFGHIJKLM'[number % 13]}"
    return f"{cpr(number, year)};{name};{party};;{at};{supporters};{withdrawn}"


def at_the_table(
    voters: Iterable[int], station: str = "Rådhuset", *, more: Sequence[str] = (), day: str = DAY
) -> list[str]:
    """A whole evening at one station: everyone is admitted once from 17:00 on, then `more`, then closed."""
    rows = [f"{day}T16:55:00;{station};open;;"]
    rows += [
        f"{day}T17:{minute:02d}:00;{station};admit;{cpr(voter)};" for minute, voter in enumerate(voters, start=1)
    ]
    return [*rows, *more, f"{day}T20:05:00;{station};close;;"]


def tally(
    figures: dict[str, int],
    station: str = "Rådhuset",
    *,
    count: str = "final",
    by: Sequence[str] = ("Ida Ind", "Egon Ind"),
) -> list[str]:
    """Both entries of a station, the same figures by two people."""
    return [
        f"{station};{count};{entry};{name};{row};{number}"
        for entry, name in enumerate(by, start=1)
        for row, number in figures.items()
    ]


def votes(*numbers: int, blank: int = 0, delivered: int = 100, **papers: int) -> dict[str, int]:
    """Figures that add up: c1, c2 … and the papers that belong to them."""
    in_box = sum(numbers) + blank
    found = {f"c{n}": number for n, number in enumerate(numbers, start=1)}
    found |= {"blank": blank, "in_box": in_box, "unissued": delivered - in_box, "returned": 0}
    return found | {"exchanged": 0, "in_envelopes": 0} | papers


NOT_ON_THE_ROLL: list[str] = [
    resident(40, born_in="DK"),
    resident(41, born_in=""),
    resident(42, municipality="0265"),
    resident(43, status="moved_out"),
    resident(44, status="dead"),
    resident(45, year=99).replace(cpr(45, 99), "0203054003"),
]
"""Not covered, unknown origin, other municipality, moved out, dead, twelve years old (born in 2005)."""
