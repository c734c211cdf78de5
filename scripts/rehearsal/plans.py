"""What is to happen in each invented case: the numbers that its tests work out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from scripts.rehearsal.invent import KOBENHAVN, KOEGE, Town

AGAIN_HERE, FROM_NEXT_DOOR, AFTER_POSTAL = "again here", "from next door", "after postal"
"""Second attempts: somebody of this station, somebody of the station before, somebody who voted by post here."""
BOARD = ("Birthe Formand", "Bent Holm", "Bodil Krog")
OFFICIALS: Mapping[str, Sequence[str]] = {
    "Ada Administrator": ["election_administrator"],
    "Asger Administrator": ["election_administrator"],
    "Regin Rulle": ["roll_keeper"],
    "Rosa Rulle": ["roll_keeper"],
    "Lone Leder": ["station_leader"],
    "Tove Tilforordnet": ["polling_official"],
    "Tom Tilforordnet": ["polling_official"],
    "Ida Indtaster": ["enterer"],
    "Egon Indtaster": ["enterer"],
    "Carla Certifikat": ["certifier"],
    "Claus Certifikat": ["certifier"],
    "Sara Sekretær": ["council_secretary"],
    "Rikke Revisor": ["auditor"],
    **{name: ["board_member"] for name in BOARD},
}


@dataclass(frozen=True)
class StationPlan:
    """One polling station. `valid` is None where it is the only one. `into` names the station that counts its
    papers. `postal` are accepted votes; `set_aside` the grounds of those that are not."""

    name: str
    valid: int | None = None
    delivered: int = 100
    blank: int = 0
    invalid: Mapping[str, int] = field(default_factory=dict)
    missing: int = 0
    exchanged: int = 0
    returned: int = 0
    doubtful: int = 0
    postal: int = 0
    set_aside: Sequence[str] = ()
    second_attempts: Sequence[str] = ()
    into: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to happen in a case. `votes` go to the candidates in the order in which they register; `groups`
    and `lists` stand beside them. Days are counted back from election day."""

    regulation: str
    election_on: date
    extract_on: date
    residents: int
    seed: int
    votes: Sequence[int]
    stations: Sequence[StationPlan]
    town: Town = KOEGE
    groups: Sequence[str | None] = ()
    lists: Sequence[str] = ()
    list_crosses: Mapping[str, int] = field(default_factory=dict)
    is_uncontested: bool = False
    lots: Sequence[str] = ()
    lots_at: time = time(21, 10)
    share_abroad: float = 0.62
    candidacies_from: int = 40
    candidacies_every: int = 3
    has_refused_candidacy: bool = False
    ballot_order_before: int = 4
    late_additions: int = 0
    more_officials: Mapping[str, Sequence[str]] = field(default_factory=dict)
    enterers: Sequence[tuple[str, str]] = (("Ida Indtaster", "Egon Indtaster"),)
    after_the_count: Callable[[Plan, Path], None] | None = None
    """Writes what follows when the result is known: the decisions and the first meeting."""
    supporters: int = 0
    """How many voters support each candidacy; nobody supports two."""
    rules: bytes | None = None
    """A regulation of the case's own; `regulation` is then the name of its file in the folder."""
    extract: bytes | None = None
    """An extract that is there already, instead of `residents` invented ones of `town`."""


KANTINEN = "Køge Rådhus, kantinen"
GREENLAND_LIST = "Blandet liste"
"""Whoever has a right because of Greenland stands on this list. (KNR 18/01/2006)"""


def _koege_2017() -> Plan:
    return Plan(
        "koege-2018",
        date(2017, 11, 27),
        date(2017, 11, 13),
        420,
        2017,
        votes=(31, 9, 22, 14, 5, 17, 9, 12, 3),
        stations=[
            StationPlan(
                KANTINEN,
                delivered=400,
                blank=2,
                invalid={"several_crosses": 2, "uncertain": 1},
                missing=1,
                exchanged=2,
                returned=1,
                second_attempts=[AGAIN_HERE],
            )
        ],
        lots=("substitute-order;c2 / c7;c7 / c2",),
    )


def _koege_2013() -> Plan:
    """Non-western 40 30 25 20 15, western 12 12 12 4. The three non-western seats go to 40, 30 and 25; for the
    two western ones three stand equal: a lot. Without the reservation 20 and 15 would have sat there."""
    groups = ("ikke-vestlig", "vestlig", "ikke-vestlig", "ikke-vestlig", "ikke-vestlig", "vestlig", "ikke-vestlig")
    station = StationPlan(
        KANTINEN,
        delivered=400,
        blank=1,
        invalid={"uncertain": 1},
        exchanged=2,
        returned=1,
        second_attempts=[AGAIN_HERE],
    )
    return Plan(
        "koege-2014",
        date(2013, 11, 25),
        date(2013, 11, 11),
        420,
        2013,
        votes=(40, 12, 30, 20, 25, 12, 15, 12, 4),
        stations=[station],
        groups=(*groups, "vestlig", "vestlig"),
        lots=("seat;c2 / c6 / c8;c8 / c2 / c6",),
    )


def _koege_2017_uncontested() -> Plan:
    return Plan(
        "koege-2018",
        date(2017, 11, 27),
        date(2017, 11, 13),
        160,
        501,
        votes=(0, 0, 0, 0),
        stations=[StationPlan(KANTINEN, delivered=400)],
        is_uncontested=True,
    )


def _kobenhavn_2006() -> Plan:
    """Votes by list: Blandet liste 106, Broen 78, Ny By 66, Mangfoldighed 53, Verden i Byen 26, together 329.

    Eleven seats by D'Hondt; for the last one Broen (78/3) and Verden i Byen (26/1) both have 26: a lot.
    Christianshavn (9) and Ryparken (11) are mixed with a neighbour before the count; Kongens Enghave (7) is
    counted alone and shown together with the next one.
    """
    lists = {
        GREENLAND_LIST: (25, 19, 16, 13, 9, 6),
        "Broen": (22, 15, 12, 9, 6),
        "Ny By": (20, 15, 12, 8),
        "Mangfoldighed": (21, 14, 10),
        "Verden i Byen": (12, 9),
    }
    return Plan(
        "kobenhavn-2006",
        date(2006, 3, 7),
        date(2006, 1, 3),
        1000,
        2006,
        votes=[votes for own in lists.values() for votes in own],
        stations=_KULTURHUSE,
        town=KOBENHAVN,
        lists=[name for name, own in lists.items() for _ in own],
        list_crosses={GREENLAND_LIST: 18, "Broen": 14, "Ny By": 11, "Mangfoldighed": 8, "Verden i Byen": 5},
        lots=("list-seat;Broen / Verden i Byen;Verden i Byen / Broen",),
        lots_at=time(23, 40),
        share_abroad=0.82,
        candidacies_from=88,
        candidacies_every=1,
        has_refused_candidacy=True,
        ballot_order_before=50,
        late_additions=3,
        more_officials={
            "Leif Leder": ["station_leader"],
            "Tina Tilforordnet": ["polling_official"],
            "Inger Indtaster": ["enterer"],
            "Erik Indtaster": ["enterer"],
        },
        enterers=(("Ida Indtaster", "Egon Indtaster"), ("Inger Indtaster", "Erik Indtaster")),
    )


_KULTURHUSE = (
    StationPlan("Kulturhuset Indre By", 24, postal=3, set_aside=["ikke på valglisten"], exchanged=1),
    StationPlan("Kulturhuset Christianshavn", 9, into="Kulturhuset Indre By"),
    StationPlan("Kulturhuset Østerbro", 21, second_attempts=[AGAIN_HERE]),
    StationPlan("Kulturhuset Ryparken", 11, into="Kulturhuset Østerbro", exchanged=1),
    StationPlan("Kulturhuset Indre Nørrebro", 30, blank=2, invalid={"several_crosses": 1}, exchanged=2),
    StationPlan("Kulturhuset Ydre Nørrebro", 28, missing=1, second_attempts=[FROM_NEXT_DOOR]),
    StationPlan("Kulturhuset Bispebjerg", 22, blank=1),
    StationPlan("Kulturhuset Brønshøj", 21, returned=1),
    StationPlan("Kulturhuset Tingbjerg", 23, postal=1),
    StationPlan("Kulturhuset Vanløse", 20),
    StationPlan(
        "Kulturhuset Valby",
        22,
        invalid={"uncertain": 1},
        postal=2,
        set_aside=["følgebrevet er ikke underskrevet"],
        second_attempts=[AFTER_POSTAL],
    ),
    StationPlan("Kulturhuset Kongens Enghave", 7),
    StationPlan(
        "Kulturhuset Vesterbro", 25, blank=1, invalid={"uncertain": 1}, postal=2, set_aside=["fraflyttet"]
    ),
    StationPlan("Kulturhuset Islands Brygge", 22, exchanged=1),
    StationPlan("Kulturhuset Amagerbro", 21, blank=1, postal=2, returned=1),
    StationPlan("Kulturhuset Sundby", 23, invalid={"marked": 1}, doubtful=1),
)

PLANS: Mapping[str, Plan] = {
    "koege-2017": _koege_2017(),
    "koege-2013": _koege_2013(),
    "koege-2017-uncontested": _koege_2017_uncontested(),
    "kobenhavn-2006": _kobenhavn_2006(),
}
