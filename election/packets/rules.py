"""Which packets a station seals, and what must be said when one did not arrive as it left."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from registry.findings import Term, finding_kind

SEAL_IN_USE = finding_kind(
    "R820",
    "Plombe {seal} sidder allerede på en anden pakke. Pakken er ikke gemt. Læs nummeret på plomben igen.",
)
NO_SEAL = finding_kind("R821", "Der mangler et plombenummer. Pakken er ikke gemt. Skriv nummeret på plomben.")
NO_SUCH_PACKET = finding_kind("R822", "Pakken findes ikke ved dette valg. Intet er gemt. Hent siden igen.")
ARRIVED_ALREADY = finding_kind(
    "R823", "Pakken med plombe {seal} er allerede modtaget. Intet er gemt. Se, hvad der står om den."
)
SAY_WHAT_IS_WRONG = finding_kind(
    "R824",
    "Pakken er sendt med plombe {sent}, og der er læst “{found}”, eller den er ikke hel. "
    "Modtagelsen er ikke gemt. Læs nummeret igen, eller skriv, hvad der er galt.",
)
BOXES_ON_THE_WAY = finding_kind(
    "R825",
    "Disse kasser skal tælles sammen med {station}, men er ikke modtaget: {boxes}. Intet er gemt. "
    "Modtag dem, og bland stemmesedlerne, før de læses.",
)
NOT_ARRIVED = finding_kind(
    "R826",
    "Pakkerne fra {station} er ikke kontrolleret ved fintællingen: plombe {seals}. Intet er gemt. "
    "To personer kontrollerer plomberne først.",
)
UNKNOWN_NUMBER = finding_kind(
    "R827", "Antallet skal være et helt tal fra 0 til {most}. Pakken er ikke gemt. Ret tallet, og send igen."
)
MOST_SHEETS = 1_000_000


class Content(StrEnum):
    """The packets of the law, and the box that goes to a neighbour unopened. (KRVL § 88(1) borrowed)"""

    POLL_CARDS = "poll_cards"
    UNISSUED = "unissued"
    RETURNED = "returned"
    EXCHANGED = "exchanged"
    SET_ASIDE = "set_aside"
    VALID = "valid"
    POSTAL = "postal"
    BOX = "box"


CONTENTS: Mapping[Content, Term] = {
    Content.POLL_CARDS: Term("Valgkort"),
    Content.UNISSUED: Term("Ikke udleverede stemmesedler"),
    Content.RETURNED: Term("Stemmesedler leveret ubrugt tilbage"),
    Content.EXCHANGED: Term("Ombyttede stemmesedler"),
    Content.SET_ASIDE: Term("Blanke og ugyldige stemmesedler"),
    Content.VALID: Term("Gyldige stemmesedler, ordnet efter kandidat"),
    Content.POSTAL: Term("Brevstemmernes følgebreve og kuverter"),
    Content.BOX: Term("Uåbnet stemmekasse"),
}

OF_EVERY_STATION = tuple(one for one in Content if one is not Content.BOX)
"""The seven packets, in the order of the law. (KRVL § 88(1) borrowed)"""


def is_as_sent(sent: str, found: str, is_intact: bool) -> bool:
    """Whether packet and seal came as they left; spaces and the size of letters say nothing."""
    return is_intact and _plain(sent) == _plain(found)


def _plain(seal: str) -> str:
    return "".join(seal.split()).upper()
