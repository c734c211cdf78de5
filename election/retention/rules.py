"""When the roll may be destroyed, what stays of a candidate, and what the office is told when it may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from registry.findings import Term, finding_kind
from registry.regulation.calendar import instant
from registry.regulation.rules import Regulation

TOO_EARLY = finding_kind(
    "R480",
    "Valglisten kan først destrueres {from_when}. Intet er slettet. Den skal ligge, så længe der kan klages.",
)
COMPLAINTS_UNDECIDED = finding_kind(
    "R481",
    "Der er klager, som ikke er afgjort: {number}. Intet er slettet. Afgør dem under “Klager”, før listen går.",
)
NOT_CERTIFIED_YET = finding_kind(
    "R482",
    "Resultatet er ikke attesteret. Intet er slettet. Valglisten skal ligge, til to attestanter har godkendt.",
)
NOT_HANDED_OVER = finding_kind(
    "R483",
    "Resultatet er ikke sendt til udpegning. Intet er slettet. Send det først under “Attestation”: sagen skal "
    "dannes, mens alt stadig kan kontrolleres.",
)
DESTROYED_ALREADY = finding_kind(
    "R484",
    "Valglisten er allerede destrueret {at}. Intet er ændret. Protokollen over destruktionen står på siden.",
)
REFUSED_TOO_EARLY = finding_kind(
    "R485",
    "Oplysningerne om dem, der ikke er på valglisten, må først slettes, når indsigelsesfristen er udløbet "
    "{until}. Intet er slettet. Indtil da skal den, der spørger, kunne få sin grund.",
)
NOBODY_TO_FORGET = finding_kind(
    "R486", "Der er ingen oplysninger om personer uden for valglisten. De er slettet før. Intet er ændret."
)
LIST_CHANGED = finding_kind(
    "R487",
    "Tallene er ændret, siden siden blev åbnet. Intet er slettet. "
    "Se listen igen, og skriv under på den, der gælder nu.",
)
APPROVED_TOMORROW = finding_kind(
    "R492", "Konsekvensanalysen kan ikke være godkendt senere end i dag. Den er ikke registreret. Ret datoen."
)
OBJECTIONS_UNDECIDED = finding_kind(
    "R495",
    "Der er indsigelser mod valglisten, som ikke er afgjort: {number}. Intet er slettet. Afgør dem først: "
    "svaret bygger på det, der skal slettes.",
)
NOT_DESTROYED = finding_kind(
    "R494",
    "Valglisten er ikke destrueret. Der er ingen protokol at vise. Se under “Opbevaring”, hvad der mangler.",
)

CANDIDATES_EMPTIED = "candidacy"
NEVER_ACCEPTED = "candidacy, not accepted"
ACTS_EMPTIED = "act"
"""Three more lines of what goes: nothing of them is deleted, but they are emptied of people."""
EMPTIED_TEXTS: Mapping[str, Term] = {
    CANDIDATES_EMPTIED: Term("CPR-numre på kandidater, der ikke blev valgt"),
    NEVER_ACCEPTED: Term("Anmeldelser, der ikke blev godkendt (navn, kontakt og tekst)"),
    ACTS_EMPTIED: Term("Begrundelser, som medarbejdere har skrevet (loggen beholder et fingeraftryk)"),
}
STAYS_TEXTS: Mapping[str, Term] = {
    "result": Term("Opgørelser af resultatet med alle mellemregninger"),
    "count": Term("Stemmetal for stemmestederne"),
    "certification": Term("Attesterede valgbøger med underskrift"),
    "candidacy": Term("Kandidater (navne på dem, der stod på stemmesedlen)"),
    "polling_event": Term("Hændelser ved bordet uden vælger (papirregnskabet tæller dem)"),
    "complaint": Term("Klager (journaliseres efter kommunens egne regler)"),
    "log_entry": Term("Linjer i loggen"),
}


def earliest_destruction(regulation: Regulation, election_on: date) -> datetime:
    """Not before the day of the regulation, and never before the last hour for complaints.

    Raises Refused R062 where the regulation leaves one of them open. (KRVL § 106(4) borrowed)
    """
    after = regulation.after
    return max(
        instant(after.destroy_roll_from.value, election_on), instant(after.complaint_until.value, election_on)
    )


def objections_end(regulation: Regulation, election_on: date) -> datetime:
    """Until when somebody who is not on the roll must be able to ask why. Raises Refused R062 where left open."""
    return instant(regulation.roll.objections_until.value, election_on)


@dataclass(frozen=True, slots=True)
class Kept:
    """Labels of the candidates of whom something stays."""

    elected: frozenset[str]
    substitutes: frozenset[str]

    def number(self, label: str) -> bool:
        """Whether the CPR number stays: the appointing body needs it for those who were elected."""
        return label in self.elected

    def contact(self, label: str) -> bool:
        """Whether the address stays: a substitute may be called in until the term ends."""
        return label in self.elected | self.substitutes


def kept_of(document: Mapping[str, Any]) -> Kept:
    """Elected and substitutes of a certified document, whatever its lines of substitutes are called."""
    lines: list[Iterable[Any]] = [document.get("substitutes") or []]
    for key in ("substitutes_by_list", "substitutes_by_group"):
        lines += list((document.get(key) or {}).values())
    places = [place for line in lines for place in line]
    substitutes = {one for place in places for one in (place if isinstance(place, list) else [place])}
    return Kept(frozenset(document.get("elected") or []), frozenset(substitutes))
