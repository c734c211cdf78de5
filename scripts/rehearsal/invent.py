"""Inventing the people of a case. Every CPR number fails modulus 11 and none is born on 1 January 1960-1995,
so none was ever issued. The same seed gives the same people."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_FIRST = [
    "Amina Noor",
    "Yusuf",
    "Fatima",
    "Mehmet",
    "Elif",
    "Olena",
    "Andriy",
    "Zofia",
    "Piotr",
    "Nguyen Thi",
    "Minh",
    "Samira",
    "Hodan",
    "Abdi",
    "Ayşe",
    "Mustafa",
    "Maria",
    "José",
    "Ingrid",
    "Lars",
    "Mette",
    "Søren",
    "Åse",
    "Jelena",
    "Dragan",
    "Priya",
    "Anjali",
    "Omar",
    "Leyla",
    "Karim",
    "Sofia",
    "Jonas",
    "Nadia",
    "Hassan",
]
_LAST = [
    "Ali",
    "Yılmaz",
    "Öztürk",
    "Shevchenko",
    "Kovalenko",
    "Kowalska",
    "Wiśniewski",
    "Nguyễn",
    "Tran",
    "Warsame",
    "Hussein",
    "Demir",
    "García",
    "Andersson",
    "Nielsen",
    "Jensen",
    "Hansen",
    "Østergaard",
    "Petrović",
    "Sharma",
    "Said Ahmed",
    "Müller",
    "Rasmussen",
    "Khan",
    "Nowak",
    "Haddad",
    "Le",
    "Popescu",
]
_ABROAD = ("TR", "SO", "SY", "UA", "PL", "VN", "IQ", "PK", "RO", "DE", "BA", "LT", "IN", "LK", "SE", "GB", "US")
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
COLUMNS = (
    "cpr;first_names;surname;address;postal_code;city;municipality;moved_in;resident_in_dk_since;citizenship;"
    "birth_country;mother_birth_country;father_birth_country;mother_citizenship;father_citizenship;protected;"
    "status;status_since;polling_district"
)


@dataclass(frozen=True)
class Town:
    """Where invented people live: streets with their postal codes, polling districts.

    Shares are of those not from abroad (Greenland) and of those from abroad (one parent born in Denmark).
    """

    municipality: str
    neighbour: str
    city: str
    streets: Sequence[tuple[str, str]]
    districts: Sequence[str]
    share_greenland: float = 0
    share_one_parent: float = 0
    abroad: Sequence[str] = _ABROAD


KOEGE = Town(
    "0259",
    "0265",
    "Køge",
    [
        (street, "4600")
        for street in (
            "Ellemarken", "Søparken", "Karlemosevej", "Hastrupvej", "Nørregade", "Ringstedvej", "Ølbyvej",
        )
    ],
    ("Hastrup", "Søparken", "Karlemosen", "Ellemarken"),
)  # fmt: skip
KOBENHAVN = Town(
    "0101",
    "0147",
    "København",
    [
        ("Nørrebrogade", "2200"), ("Vesterbrogade", "1620"), ("Amagerbrogade", "2300"), ("Tagensvej", "2400"),
        ("Frederikssundsvej", "2700"), ("Valby Langgade", "2500"), ("Jyllingevej", "2720"),
        ("Strandboulevarden", "2100"),
    ],
    ("Nørrebro", "Vesterbro", "Amager", "Bispebjerg", "Brønshøj", "Valby", "Vanløse", "Østerbro"),
    share_greenland=0.12,
    share_one_parent=0.25,
)  # fmt: skip


def cpr_numbers(chance: random.Random, born_on: date) -> str:
    """A number for the birth date that can never have been issued: modulus 11 does not divide it."""
    while True:
        seventh = chance.choice("0123") if born_on.year < 2000 else chance.choice("4567")
        digits = f"{born_on:%d%m%y}{seventh}{chance.randrange(1000):03d}"
        if sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11:
            return digits


def residents(
    chance: random.Random, number: int, extract_on: date, share_abroad: float = 0.6, town: Town = KOEGE
) -> Iterator[str]:
    """Lines of an extract for the town, without the header."""
    taken: set[str] = set()
    made = 0
    while made < number:
        born_on = extract_on - timedelta(days=chance.randrange(16 * 365, 85 * 365))
        if (born_on.month, born_on.day) == (1, 1):
            continue
        cpr = cpr_numbers(chance, born_on)
        if cpr in taken:
            continue
        taken.add(cpr)
        made += 1
        yield _line(chance, town, cpr, extract_on, is_from_abroad=chance.random() < share_abroad)


def _line(chance: random.Random, town: Town, cpr: str, extract_on: date, *, is_from_abroad: bool) -> str:
    origin = chance.choice(town.abroad) if is_from_abroad else _home(chance, town)
    born_in = origin if origin == "DK" or chance.random() < 0.75 else "DK"
    nationality = "DK" if origin == "GL" else origin
    citizenship = nationality if chance.random() < 0.5 else "DK"
    has_one = origin != "DK" and town.share_one_parent > 0 and chance.random() < town.share_one_parent
    born_in, second = ("DK", "DK") if has_one else (born_in, origin)
    moved_in = extract_on - timedelta(days=chance.randrange(30, 9000))
    in_dk = moved_in - timedelta(days=chance.randrange(0, 4000))
    status = chance.choices(("resident", "moved_out", "dead", "missing"), (955, 25, 12, 8))[0]
    is_protected = chance.random() < 0.02
    address, postal_code, city = ("", "", "") if is_protected else _address(chance, town)
    cells = [
        cpr,
        chance.choice(_FIRST),
        chance.choice(_LAST),
        address,
        postal_code,
        city,
        town.municipality if chance.random() < 0.985 else town.neighbour,
        moved_in.isoformat(),
        in_dk.isoformat(),
        citizenship,
        born_in,
        origin if chance.random() < 0.97 else "",
        second if chance.random() < 0.95 else "",
        nationality,
        "DK" if has_one else nationality,
        "1" if is_protected else "0",
        status,
        moved_in.isoformat(),
        chance.choice(town.districts),
    ]
    return ";".join(cells)


def _home(chance: random.Random, town: Town) -> str:
    return "GL" if town.share_greenland > 0 and chance.random() < town.share_greenland else "DK"


def _address(chance: random.Random, town: Town) -> tuple[str, str, str]:
    street, postal_code = chance.choice(town.streets)
    return f"{street} {chance.randrange(1, 160)}, {chance.randrange(0, 4)}. tv", postal_code, town.city
