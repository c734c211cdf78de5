"""What a regulation says of figures that add up and yet must be explained, beside blank and invalid papers."""

from __future__ import annotations

from dataclasses import dataclass

from registry.findings import Term
from registry.regulation.ruled import Ruled, assumed


@dataclass(frozen=True, slots=True)
class PlausibilityRules:
    """A file may leave the section out: it came after the second edition of the schema.

    `difference_limit`: so many papers too few or too many at a station need no explanation. `outlier_times`: a
    station whose share of blank and invalid papers is more than so many times that of the others stands out,
    when it has at least `outlier_least` of them.
    """

    difference_limit: Ruled[int]
    outlier_times: Ruled[int]
    outlier_least: Ruled[int]


NO_EXPECTATIONS = PlausibilityRules(
    assumed(0, Term("regulativet siger intet om forskelle; hver seddel, der mangler, skal forklares")),
    assumed(3, Term("regulativet siger intet om steder, der skiller sig ud; tre gange andelen bliver set efter")),
    assumed(5, Term("regulativet siger intet om steder, der skiller sig ud; fire sedler siger intet om stedet")),
)
