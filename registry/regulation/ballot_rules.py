"""What a regulation says of the ballot paper."""

from __future__ import annotations

from dataclasses import dataclass

from registry.findings import Term
from registry.regulation.choices import AfterPrinting, BallotOrder
from registry.regulation.ruled import Ruled, assumed


@dataclass(frozen=True, slots=True)
class BallotRules:
    """A file may leave the section out: it came after the second edition of the schema."""

    order: Ruled[BallotOrder]
    after_printing: Ruled[AfterPrinting]


WITHOUT_THE_SECTION = BallotRules(
    assumed(BallotOrder.LOT, Term("regulativet siger intet om stemmesedlen; et lod stiller alle lige")),
    assumed(
        AfterPrinting.MARKED,
        Term("regulativet siger intet om stemmesedlen; en seddel, der er trykt, trykkes ikke om"),
    ),
)
