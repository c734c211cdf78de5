"""Inventing the people of a case. Every CPR number fails modulus 11 and none is born on 1 January 1960-1995,
so none was ever issued. The same seed gives the same people."""

from __future__ import annotations

import random
from collections.abc import Iterator
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
_STREETS = ("Ellemarken", "Søparken", "Karlemosevej", "Hastrupvej", "Nørregade", "Ringstedvej", "Ølbyvej")
_ABROAD = ("TR", "SO", "SY", "UA", "PL", "VN", "IQ", "PK", "RO", "DE", "BA", "LT", "IN", "LK", "SE", "GB", "US")
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
COLUMNS = (
    "cpr;first_names;surname;address;postal_code;city;municipality;moved_in;resident_in_dk_since;citizenship;"
    "birth_country;mother_birth_country;father_birth_country;mother_citizenship;father_citizenship;protected;"
    "status;status_since;polling_district"
)


def cpr_numbers(chance: random.Random, born_on: date) -> str:
    """A number for the birth date that can never have been issued: modulus 11 does not divide it."""
    while True:
        seventh = chance.choice("0123") if born_on.year < 2000 else chance.choice("4567")
        digits = f"{born_on:%d%m%y}{seventh}{chance.randrange(1000):03d}"
        if sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11:
            return digits


def residents(chance: random.Random, number: int, extract_on: date, share_abroad: float = 0.6) -> Iterator[str]:
    """Lines of an extract for Køge, without the header."""
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
        yield _line(chance, cpr, extract_on, is_from_abroad=chance.random() < share_abroad)


def _line(chance: random.Random, cpr: str, extract_on: date, *, is_from_abroad: bool) -> str:
    origin = chance.choice(_ABROAD) if is_from_abroad else "DK"
    born_in = origin if not is_from_abroad or chance.random() < 0.75 else "DK"
    citizenship = origin if chance.random() < 0.5 else "DK"
    parents = origin if is_from_abroad else "DK"
    moved_in = extract_on - timedelta(days=chance.randrange(30, 9000))
    in_dk = moved_in - timedelta(days=chance.randrange(0, 4000))
    status = chance.choices(("resident", "moved_out", "dead", "missing"), (955, 25, 12, 8))[0]
    is_protected = chance.random() < 0.02
    address = (
        ""
        if is_protected
        else f"{chance.choice(_STREETS)} {chance.randrange(1, 160)}, {chance.randrange(0, 4)}. tv"
    )
    cells = [
        cpr,
        chance.choice(_FIRST),
        chance.choice(_LAST),
        address,
        "" if is_protected else "4600",
        "" if is_protected else "Køge",
        "0259" if chance.random() < 0.985 else "0265",
        moved_in.isoformat(),
        in_dk.isoformat(),
        citizenship,
        born_in,
        parents if chance.random() < 0.97 else "",
        parents if chance.random() < 0.95 else "",
        parents,
        parents,
        "1" if is_protected else "0",
        status,
        moved_in.isoformat(),
        chance.choice(("Hastrup", "Søparken", "Karlemosen", "Ellemarken")),
    ]
    return ";".join(cells)
