"""Postal votes: what keeps one out of the box, which of several counts, and when there are too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from registry.findings import Term, finding_kind

FEWEST_IN_A_BOX = 5
"""With fewer in one box the count could show how these people voted. No regulation says anything of postal
votes here (its small count is about all papers of a station), so it is the law's number. (KRVL § 70(4) borrowed)
"""

NO_SUCH_VOTE = finding_kind("R720", "Brevstemmen findes ikke i dette valg. Intet er ændret.")
NOT_A_VOTER = finding_kind(
    "R721",
    "Afsenderen af nr. {number} kan ikke stemme efter valglisten. Den er ikke godkendt. "
    "Læg den til side med grunden “ikke på valglisten”.",
)
TOO_LATE = finding_kind(
    "R722",
    "Nr. {number} kom for sent og gennemgås ikke. Intet er ændret. Gem den uåbnet med stemplet på.",
)
LATER_ONE_WAITS = finding_kind(
    "R723",
    "Vælgeren har også sendt nr. {later}, som er afgivet senere. Nr. {number} er ikke godkendt. "
    "Gennemgå nr. {later} først: kun den sidste tæller.",
)
OTHER_ONE_STANDS = finding_kind(
    "R724",
    "Vælgerens brevstemme nr. {other} er allerede godkendt. Nr. {number} er ikke godkendt. "
    "Læg nr. {other} til side først, hvis det er den forkerte.",
)
HAS_VOTED = finding_kind(
    "R725",
    "Vælgeren har fået stemmeseddel {at} på {station}. Nr. {number} er ikke godkendt. "
    "Læg den til side med grunden “har stemt på stemmestedet”.",
)
SAME_AGAIN = finding_kind("R726", "Det er allerede besluttet om nr. {number}. Intet er ændret.")
WHY_OTHERWISE = finding_kind(
    "R727",
    "Nr. {number} er afgjort før. Den nye afgørelse er ikke gemt. Skriv i bemærkningen, hvad der er anderledes.",
)
BOX_IS_OPEN = finding_kind(
    "R728", "Sedlerne på {station} er talt, så stemmekassen er åbnet. Intet er ændret. Tilkald valgbestyrelsen."
)
IS_MOVED = finding_kind(
    "R729",
    "De godkendte brevstemmer fra {station} ligger i en anden kasse. Nr. {number} kan ikke tages ud. "
    "Intet er ændret.",
)
NO_GROUND = finding_kind("R730", "Vælg grunden til, at nr. {number} lægges til side. Intet er ændret.")
NOT_THIS_GROUND = finding_kind(
    "R731", "Grunden passer ikke på nr. {number}: {why} Intet er ændret. Vælg en anden grund."
)
ENOUGH = finding_kind(
    "R732", "{station} har {papers} godkendte brevstemmer og skal ikke overføre dem. Intet er ændret."
)
NOT_DONE = finding_kind(
    "R733",
    "Brevstemmerne på {station} er ikke gjort færdige: {waiting} er ikke gennemgået, og {few} skal flyttes, "
    "fordi de er for få til én kasse. Intet er talt. Gør det på siden “Brevstemmer”, før kassen åbnes.",
)
COUNTED_OTHERWISE = finding_kind(
    "R734",
    "Der er skrevet {papers}, men {expected} er godkendt på {station}. Intet er overført. Tæl kuverterne igen.",
)
OTHERS_COME_FIRST = finding_kind(
    "R755",
    "Først skal brevstemmerne fra {others} flyttes til {station}, fordi de er for få til én kasse. Intet er talt. "
    "Bed om, at de flyttes på siden “Brevstemmer”, og gem så tallene igen.",
)
NOT_THAT_NEIGHBOUR = finding_kind(
    "R735", "Brevstemmerne fra {station} overføres til {neighbour}. Intet er ændret. Vælg det sted."
)
NOT_TO_ITSELF = finding_kind("R739", "Vælg et andet stemmested end {station}. Intet er overført.")
NOT_YET_HERE = finding_kind(
    "R736", "Brevstemmen kan ikke være kommet {at}; klokken er {now}. Intet er gemt. Ret dag og klokkeslæt."
)
CAST_AFTER_COMING = finding_kind(
    "R737", "Brevstemmen kan ikke være afgivet {cast}, når den kom {came}. Intet er gemt. Ret datoen."
)
SAY_WHERE = finding_kind("R738", "Skriv, hvor brevstemmen kom ind. Intet er gemt.")

WITHOUT_A_PAPER = finding_kind(
    "R716",
    "Afsenderen af nr. {number} har ingen gruppe på valglisten, så det er ikke til at sige, hvilken stemmeseddel "
    "der gælder. Den er ikke godkendt. Ring til valgkontoret, og lad den vente, til gruppen står på listen.",
)

HAS_NO_LATER = Term("vælgeren har ikke sendt en senere brevstemme, der kan tælle.")
HAS_NOT_COME = Term("vælgeren har ikke fået stemmeseddel på et stemmested.")


class Ground(StrEnum):
    """Why a postal vote cannot be counted. (KRVL §§ 71(2), 71(3), 73 borrowed)"""

    NOT_ON_THE_ROLL = "not_on_the_roll"
    DEAD = "dead"
    WRONG_NUMBER = "wrong_number"
    WRONG_MATERIAL = "wrong_material"
    PROCEDURE = "procedure"
    OUT_OF_TIME = "out_of_time"
    NOT_THE_LAST = "not_the_last"
    HAS_VOTED_HERE = "has_voted_here"


GROUNDS: dict[Ground, Term] = {
    Ground.NOT_ON_THE_ROLL: Term("Afsenderen står ikke på valglisten eller bor ikke længere i kommunen"),
    Ground.DEAD: Term("Afsenderen er død inden valgdagen"),
    Ground.WRONG_NUMBER: Term("Yderkuverten har ikke netop ét følgebrev og én stemmekuvert"),
    Ground.WRONG_MATERIAL: Term("Det rigtige brevstemmemateriale er ikke brugt"),
    Ground.PROCEDURE: Term("Fremgangsmåden er ikke fulgt, for eksempel mangler en underskrift"),
    Ground.OUT_OF_TIME: Term("Stemmen er ikke afgivet inden for den tid, hvor man kan brevstemme"),
    Ground.NOT_THE_LAST: Term("Vælgeren har afgivet en senere brevstemme"),
    Ground.HAS_VOTED_HERE: Term("Vælgeren har stemt på stemmestedet"),
}


class State(StrEnum):
    """Where an envelope stands. Who came too late stays there."""

    TOO_LATE = "too_late"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One of the envelopes of one voter."""

    number: int
    cast_on: date | None
    state: State

    @property
    def order(self) -> tuple[date, int]:
        """The last one cast comes last; of one without a readable day nothing later is believed."""
        return self.cast_on or date.min, self.number


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the register says about an envelope that two people hold. They decide; `ground` None: accept."""

    ground: Ground | None
    later: int = 0
    """The number of the later one."""


def is_too_late(came_at: datetime, poll_closes_at: datetime) -> bool:
    """Whether it came when the poll was over: it is stamped, and nobody opens it. (KRVL § 72(3) borrowed)

    A regulation says until when one can cast a postal vote, not when it must have come: who cast in time is
    not out of time because of the post. `propose` looks at the day of casting.
    """
    return came_at > poll_closes_at


def later_than(one: Envelope, others: Sequence[Envelope]) -> Envelope | None:
    """The last of the voter's other envelopes that was cast after this one and may still count.

    (KRVL § 71(3) borrowed)
    """
    after = [other for other in others if other.order > one.order]
    after = [other for other in after if other.state in (State.WAITING, State.ACCEPTED)]
    return max(after, key=lambda other: other.order, default=None)


def propose(
    one: Envelope,
    others: Sequence[Envelope],
    *,
    is_voter: bool,
    has_come: bool,
    first_on: date | None,
    last_on: date | None,
) -> Proposal:
    """The first ground that the register itself knows; what is inside only those see who open the envelope.

    `first_on` and `last_on` are the days of casting, None where the regulation names none. (KRVL § 71(2)–(3))
    """
    if not is_voter:
        return Proposal(Ground.NOT_ON_THE_ROLL)
    if has_come:
        return Proposal(Ground.HAS_VOTED_HERE)
    if one.cast_on is not None and (
        (first_on is not None and one.cast_on < first_on) or (last_on is not None and one.cast_on > last_on)
    ):
        return Proposal(Ground.OUT_OF_TIME)
    later = later_than(one, others)
    if later is not None:
        return Proposal(Ground.NOT_THE_LAST, later.number)
    return Proposal(None)


def too_few(in_box: Mapping[str, int]) -> dict[str, int]:
    """The ballot types of which so few postal votes lie in a box that all of them must be laid in another's.

    Each type is counted by itself, so each could show how its voters voted. One that is too few carries the
    others along: nobody sees through an envelope which paper is inside. (KRVL § 70(4) borrowed)
    """
    return {key: number for key, number in in_box.items() if 0 < number < FEWEST_IN_A_BOX}
