"""The steps of a closing, the piles against what was registered, and what keeps two people from signing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from election.ballots.rules import Ledger, ledger_findings
from registry.findings import Finding, Term, finding_kind

RETURNED_PILE = finding_kind(
    "F306",
    "Der ligger {counted} ubrugte stemmesedler i bunken, men {registered} er registreret leveret tilbage. "
    "Tæl bunken igen, eller forklar forskellen.",
)
EXCHANGED_PILE = finding_kind(
    "F307",
    "Der ligger {counted} ombyttede stemmesedler i bunken, men {registered} er registreret ombyttet. "
    "Tæl bunken igen, eller forklar forskellen.",
)
ENVELOPE_PILE = finding_kind(
    "F308",
    "Der ligger {counted} kuverter, men {registered} skal være lagt til side. "
    "Tæl kuverterne igen, eller forklar forskellen.",
)
DOORS_NOT_SHUT = finding_kind(
    "R800", "{station} tager stadig imod vælgere. Intet er gemt. Luk dørene efter den sidste i køen først."
)
RECOUNT_NEEDS_REASON = finding_kind(
    "R801", "Sedlerne er talt før. De nye tal er ikke gemt. Skriv, hvorfor der er talt igen, og send igen."
)
NOT_COUNTED = finding_kind(
    "R802", "Sedlerne på {station} er ikke talt endnu. Intet er underskrevet. Tæl dem først."
)
NOT_EXPLAINED = finding_kind(
    "R803",
    "Disse forskelle er ikke forklaret: {codes}. Intet er underskrevet. "
    "Tæl igen, eller skriv en forklaring til hver.",
)
NOBODY_ASKED = finding_kind(
    "R804",
    "Det er ikke skrevet, om nogen har indsigelser. Intet er underskrevet. "
    "Spørg i lokalet, og skriv indsigelserne, eller at der ingen var.",
)
STILL_OPEN = finding_kind(
    "R805", "Dette mangler på {station}: {what} Intet er underskrevet. Gør det færdigt først."
)
ALREADY_SIGNED = finding_kind(
    "R806", "Afstemningsbogen for {station} er underskrevet, og intet er ændret siden. Der er ikke lavet en ny."
)
BOOKS_MISSING = finding_kind(
    "R807",
    "Afstemningsbogen er ikke underskrevet, eller noget er ændret siden: {stations}. "
    "Afstemningen er ikke sluttet. "
    "Få den underskrevet, eller skriv, hvorfor den mangler.",
)
LAPTOPS_OUT = finding_kind(
    "R812",
    "En laptop har stadig pakken for: {stations}. Afstemningen er ikke sluttet. "
    "Hent det sidste fra laptoppen, og afslut pakken.",
)
NO_SUCH_FINDING = finding_kind(
    "R808", "{code} er ikke en forskel, der skal forklares på {station}. Intet er gemt. Se de tal, der gælder nu."
)
SAYS_BOTH = finding_kind(
    "R809",
    "Der er allerede skrevet en indsigelse, så “ingen indsigelser” er ikke gemt. Indsigelsen bliver stående.",
)
EVERY_TYPE = finding_kind(
    "R810", "Tæl alle slags stemmesedler på én gang: {types} mangler. Intet er gemt. Udfyld også dem."
)
NO_BOOK = finding_kind(
    "R811", "Afstemningsbogen for {station} er ikke underskrevet endnu, så der er ingen at hente. Intet er ændret."
)

BOX_IN_USE = finding_kind(
    "R813",
    "Sedlerne på {station} er allerede talt, eller det er besluttet, hvor de tælles. Intet er gemt. "
    "Se, hvad der står på siden.",
)
ENOUGH_PAPERS = finding_kind(
    "R814",
    "Der er {fewest} stemmesedler på {station}, og grænsen er {least}. De tælles her for sig. Intet er gemt.",
)
ENVELOPES_FIRST = finding_kind(
    "R815",
    "{number} kuverter fra vælgere i tvivl på {station} er ikke afgjort, og de kan ende i kassen. Intet er gemt. "
    "Afgør dem først.",
)
NOT_INTO_THERE = finding_kind(
    "R816",
    "Kassen fra {station} kan ikke komme til {neighbour}. Intet er gemt. Vælg et andet stemmested, som selv "
    "tæller sine stemmesedler.",
)
NAMED_NEIGHBOUR = finding_kind(
    "R817", "Kassen fra {station} går til {neighbour}, som er valgt på forhånd. Intet er gemt. Vælg det sted."
)
BOX_MUST_GO = finding_kind(
    "R818",
    "Der er så få stemmesedler på {station}, at de ikke må tælles for sig. Intet er gemt. "
    "Beslut først, hvortil den forseglede kasse går.",
)
BOX_IS_SEALED = finding_kind(
    "R819",
    "Kassen fra {station} er forseglet og går til et andet sted. Intet er gemt. Lad feltet om kassen stå tomt.",
)
BOX_NOT_COUNTED = finding_kind(
    "R829", "Sedlerne i kassen på {station} er ikke talt. Intet er gemt. Skriv tallet, også når det er 0."
)


class Step(StrEnum):
    """What comes next. Nobody can pass one by: the page shows no other form."""

    DOORS = "doors"
    BOX = "box"
    """So few papers that the box goes to a neighbour, unopened."""
    PAPERS = "papers"
    DIFFERENCES = "differences"
    OBJECTIONS = "objections"
    REST = "rest"
    """Something of another page is unfinished: envelopes, conflicts, paper forms."""
    SIGN = "sign"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Piles:
    """What two people counted after the doors were shut. All in sheets; the box is counted unread."""

    unissued: int
    returned: int
    exchanged: int
    in_envelopes: int
    in_box: int | None
    """None where the box goes on unopened."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What the desks and the office registered of one ballot type. All in sheets."""

    delivered: int
    handed_out: int
    returned: int
    exchanged: int
    in_envelopes: int
    """Handed out into envelopes, less those that were accepted and have gone into the box."""
    postal_in_box: int

    @property
    def expected_in_box(self) -> int:
        """What must be in the box when no paper is missing."""
        return self.handed_out - self.returned - self.exchanged - self.in_envelopes + self.postal_in_box


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something unfinished that belongs to another page: how many, in words, and the name of that page."""

    text: Term
    number: int
    page: str


def ledger_of(registered: Registered, piles: Piles | None) -> Ledger:
    """The papers of a station: counted piles where they are counted, else what was registered. (KRVL § 58)"""
    return Ledger(
        delivered=registered.delivered,
        unissued=piles.unissued if piles else None,
        handed_out=registered.handed_out,
        returned=piles.returned if piles else registered.returned,
        exchanged=piles.exchanged if piles else registered.exchanged,
        in_envelopes=piles.in_envelopes if piles else registered.in_envelopes,
        postal_in_box=registered.postal_in_box,
        in_box=piles.in_box if piles else None,
    )


def findings_of(registered: Registered, piles: Piles, limit: int) -> list[Finding]:
    """What must be found or explained before two people sign; `limit` as in `ledger_findings`.
    (KRVL §§ 58, 76 borrowed)
    """
    found = ledger_findings(ledger_of(registered, piles), limit)
    for kind, counted, expected in (
        (RETURNED_PILE, piles.returned, registered.returned),
        (EXCHANGED_PILE, piles.exchanged, registered.exchanged),
        (ENVELOPE_PILE, piles.in_envelopes, registered.in_envelopes),
    ):
        if abs(counted - expected) > limit:
            found.append(Finding(kind, {"counted": counted, "registered": expected}))
    return found


def step_of(
    *,
    is_shut: bool,
    must_go: bool,
    is_counted: bool,
    unexplained: Sequence[object],
    has_asked: bool,
    obstacles: Sequence[Obstacle],
    is_signed: bool,
) -> Step:
    """The first step that is not done. Signed is the end only while nothing has changed since."""
    order: tuple[tuple[bool, Step], ...] = (
        (not is_shut, Step.DOORS),
        (must_go, Step.BOX),
        (not is_counted, Step.PAPERS),
        (bool(unexplained), Step.DIFFERENCES),
        (bool(obstacles), Step.REST),
        (not has_asked, Step.OBJECTIONS),
        (not is_signed, Step.SIGN),
    )
    return next((step for holds, step in order if holds), Step.SIGNED)


def missing_types(wanted: Sequence[str], given: Mapping[str, Piles]) -> list[str]:
    """Ballot types of the station that nobody has counted."""
    return [one for one in wanted if one not in given]


def fewest_papers(registered: Mapping[str, Registered]) -> int:
    """How many papers lie in the box, of the ballot type that has fewest; a type nobody used hides nothing.

    From what was handed out, so that it is known while the box is sealed. (KRVL § 70(4) is the model)
    """
    used = [one.expected_in_box for one in registered.values() if one.expected_in_box > 0]
    return min(used, default=0)


def is_small(fewest: int, least: int) -> bool:
    """Whether a count of its own could show how somebody voted. (Regulation: counting.small_count)"""
    return 0 < fewest < least
