"""A post filled by votes of the members present: what each round comes to, in a sentence. Pure.

The rounds are counted by `counting.methods`; here stands what a council adds: who may stand, what ends a tie,
and that one round is enough where the regulation says that most votes win.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from election.counting.methods import BadInput, count_document
from registry.findings import Finding, Term, finding_kind
from registry.regulation.choices import Majority, TieRule

NO_SUCH_BALLOT = finding_kind("R630", "Valget til posten findes ikke her. Intet er ændret.")
BALLOT_IS_OPEN = finding_kind("R631", "Valget til posten er allerede i gang. Intet er ændret.")
BALLOT_IS_OVER = finding_kind("R632", "Valget til posten er afgjort. Intet er ændret. Fortryd det først.")
NO_NOMINEES = finding_kind("R633", "Der er ingen foreslåede. Intet er ændret. Skriv mindst én.")
MAY_NOT_STAND = finding_kind("R634", "{name} kan ikke vælges til posten: {why} Intet er ændret.")
NOT_UNOPPOSED = finding_kind("R635", "Der er flere foreslåede. Intet er ændret. Hold en runde.")
TOO_MANY_VOTES = finding_kind(
    "R636", "Der er afgivet {cast} stemmer, men {present} er til stede. Runden er ikke gemt. Tæl igen."
)
NOBODY_HAS_VOTES = finding_kind("R637", "Ingen har fået stemmer. Runden er ikke gemt. Hold den igen.")
NOT_IN_THIS_ROUND = finding_kind(
    "R638", "{name} er ikke med i tredje runde; den står mellem {between}. Runden er ikke gemt."
)
LOT_FIRST = finding_kind("R639", "Der skal trækkes lod mellem {among}, før der sker mere. Intet er ændret.")
LOT_NOT_ASKED = finding_kind("R640", "Der skal ikke trækkes lod mellem dem nu. Lodtrækningen er ikke gemt.")
NO_LOT_DETAILS = finding_kind(
    "R641", "Skriv, hvem der trak, hvem der så på, og hvordan. Lodtrækningen er ikke gemt."
)
CHAIR_DOES_NOT_DECIDE = finding_kind(
    "R642", "Stemmeligheden afgøres ikke af formanden her, men ved lodtrækning. Intet er ændret."
)
NOT_ELECTED_YET = finding_kind("R643", "Ingen er valgt til posten endnu. Intet er ændret.")
MUST_ACCEPT = finding_kind(
    "R644", "Efter regulativet har den valgte pligt til at modtage valget. Intet er ændret."
)
NOTHING_TO_ANNUL = finding_kind("R645", "Der er ingen runde at annullere. Intet er ændret.")
VOTER_NOT_PRESENT = finding_kind(
    "R646", "{name} er ikke til stede med stemmeret og kan ikke stemme. Runden er ikke gemt. Ret, og send igen."
)
WRONG_FORM = finding_kind(
    "R647", "Stemmer med navn hører til en skriftlig afstemning med navn. Runden er ikke gemt."
)
NOT_A_POST = finding_kind("R648", "Punktet gælder ikke en post. Intet er ændret.")
POST_NOT_SETTLED = finding_kind("R649", "Posten falder ikke bort: {why} Intet er ændret. Hold valget.")
ROUND_IMPOSSIBLE = finding_kind(
    "R650", "Runden passer ikke til de tidligere og er ikke gemt. Se dem efter, og ret."
)

NAMES_MISSING = finding_kind(
    "R651",
    "Afstemningen er skriftlig med navn, og det mangler, hvad hver enkelt har stemt. Runden er ikke gemt.",
)

CHAIR_DECIDES_CITE = "regulativet: meetings.tie"
_LOT_IS_DRAWN = "Der skal trækkes lod."
HOLDS_A_POST = Term("har allerede en post.")
NOT_IN_GROUP = Term("posten er forbeholdt en anden gruppe.")
NOT_A_VOTING_MEMBER = Term("er ikke medlem med stemmeret.")


class State(StrEnum):
    """How far the filling of a post has come."""

    OPEN = "open"
    ELECTED = "elected"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Round:
    """One round as it was held: who was present, and votes by person."""

    present: int
    votes: Mapping[str, int]
    blank: int
    invalid: int

    @property
    def cast(self) -> int:
        return sum(self.votes.values()) + self.blank + self.invalid


@dataclass(frozen=True, slots=True)
class Drawn:
    """A lot among people who stood equal, in the order drawn; or what the chair decided."""

    among: tuple[str, ...]
    drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rounds so far come to. Exactly one of `elected`, `lot_among` and `next_round` is filled."""

    sentence: str
    cite: str
    elected: str | None = None
    lot_for: str = ""
    lot_among: tuple[str, ...] = ()
    lot_places: int = 1
    next_round: int | None = None
    between: tuple[str, ...] = ()
    needed: int | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


def impossible(one: Round, names: Mapping[str, str], between: Sequence[str] = ()) -> Finding | None:
    """Why a round cannot have been held like this, or None. `between` binds it to those names."""
    if one.cast > one.present:
        return Finding(TOO_MANY_VOTES, {"cast": one.cast, "present": one.present})
    if not any(one.votes.values()):
        return Finding(NOBODY_HAS_VOTES)
    if between:
        for who, number in one.votes.items():
            if number and who not in between:
                facts = {"name": names[who], "between": " og ".join(names[b] for b in between)}
                return Finding(NOT_IN_THIS_ROUND, facts)
    return None


def verdict(
    majority: Majority, names: Mapping[str, str], rounds: Sequence[Round], lots: Sequence[Drawn]
) -> Verdict:
    """What the rounds come to under this majority. Raises BadInput when they cannot follow each other.

    (KSTL § 24(1) where the regulation borrows it)
    """
    if majority is Majority.PLURALITY:
        return _plurality(names, rounds[0], lots)
    found = count_document(
        {
            "method": "majority-three-rounds",
            "seats": 1,
            "majority_of": majority.value,
            "candidates": [{"id": who, "name": name} for who, name in names.items()],
            "rounds": [
                {
                    "present": r.present,
                    "votes": {who: n for who, n in r.votes.items() if n},
                    "blank": r.blank,
                    "invalid": r.invalid,
                }
                for r in rounds
            ],
            "lots": [{"among": list(lot.among), "drawn": list(lot.drawn)} for lot in lots],
        }
    )
    if found.get("unused_lots"):
        raise BadInput("lots", "answers no tie")
    return _read(found)


def _read(found: Mapping[str, Any]) -> Verdict:
    """The last step is the verdict; where a lot is needed, the round before it already says so."""
    is_tie = found["outcome"] == "lot-required"
    steps = found["steps"][-2:] if is_tie else found["steps"][-1:]
    sentence, cite = str(steps[0]["text_da"]), str(steps[-1]["cite"])
    figures = dict(steps[0]["figures"])
    needed = cast("int | None", figures.get("needed"))
    if found["outcome"] == "decided":
        return Verdict(sentence, cite, elected=found["elected"][0], needed=needed, figures=figures)
    if is_tie:
        lot = found["lot_required"]
        among = tuple(lot["among"])
        return Verdict(
            sentence,
            cite,
            lot_for=lot["for"],
            lot_among=among,
            lot_places=int(lot["places"]),
            needed=needed,
            figures=figures,
        )
    after = found["next_round"]
    return Verdict(
        sentence,
        cite,
        next_round=int(after["number"]),
        between=tuple(after["between"]) if int(after["number"]) == 3 else (),
        needed=needed,
        figures=figures,
    )


def _plurality(names: Mapping[str, str], one: Round, lots: Sequence[Drawn]) -> Verdict:
    """Most votes in one round; a lot when several have most."""
    most = max(one.votes.values())
    first = tuple(who for who in names if one.votes.get(who) == most)
    listed = ", ".join(f"{names[who]} {n}" for who, n in one.votes.items() if n)
    said = f"Der er stemt i én runde: {listed}, {one.blank} blanke og {one.invalid} ugyldige."
    cite = "regulativet: meetings.majority"
    if len(first) == 1:
        return Verdict(f"{said} {names[first[0]]} har flest stemmer og er valgt.", cite, elected=first[0])
    equal = f"{said} {' og '.join(names[who] for who in first)} står lige."
    for lot in lots:
        if set(lot.among) == set(first):
            text = f"{equal} Ved lodtrækning er {names[lot.drawn[0]]} valgt."
            return Verdict(text, cite, elected=lot.drawn[0])
    return Verdict(f"{equal} {_LOT_IS_DRAWN}", cite, lot_for="seat", lot_among=first)


def chair_may_decide(tie: TieRule, post: str, *, chair_presides: bool, lot_for: str) -> bool:
    """Whether the chair ends this tie: only where the rule says so and a chair presides, so never for the first.

    The lot for a place in the third round stays a lot. (Høje-Taastrup: “Ved stemmelighed gælder formandens
    beslutning”; KSTL § 24(1) for the lot)
    """
    return tie is TieRule.CHAIR_DECIDES and chair_presides and post != "chair" and lot_for == "seat"


def told_with_chair(found: Verdict) -> Verdict:
    """The verdict of a tie that the chair ends: it does not announce a lot."""
    told = found.sentence.partition("; det afgøres ved lodtrækning.")[0].removesuffix(f" {_LOT_IS_DRAWN}")
    return replace(found, sentence=f"{told.removesuffix('.')}; det afgøres af formanden.", cite=CHAIR_DECIDES_CITE)
