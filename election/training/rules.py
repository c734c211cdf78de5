"""What a trainee is to meet at the desk, what the right thing to do is, and when it has been met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from election.polling.rules import EventKind
from registry.findings import Term, finding_kind

TRAINING_HAS_REAL_VOTERS = finding_kind(
    "R697",
    "Øvelsen kan ikke startes på denne database: den er ikke kun til øvelse. Intet er ændret. "
    "Start øvelsen med scripts/run --training, som laver sin egen.",
)
NO_MORE_VOTERS = finding_kind(
    "R698", "Der er ikke opdigtede vælgere nok tilbage til nye kort. Stop øvelsen, slet dens mappe, og start igen."
)
NO_COLLEAGUES = finding_kind(
    "R699",
    "Øvelsens kort kan ikke dannes: der skal være en leder og en valgtilforordnet på stemmestedets vagtplan, "
    "eller slet ingen plan. Intet er ændret.",
)
MOST_AT_ONCE, MOST_MINUTES = 200, 10
PACES = (4, 10, 20, 40)
"""Voters a minute whom the invented colleagues admit; a table reaches four to six."""
LINE_SECONDS = (30, 60, 120)


class Task(StrEnum):
    ORDINARY = "ordinary"
    ALIKE = "alike"
    PROTECTED = "protected"
    DOUBLE = "double"
    POSTAL = "postal"
    REPLACED = "replaced"
    OTHER_STATION = "other_station"
    OTHER_ELECTION = "other_election"
    NOT_ON_ROLL = "not_on_roll"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing to try. `leaves` is the event that shows it was done; None: the desk writes nothing, so the scan
    itself counts."""

    title: Term
    right: Term
    leaves: EventKind | None


LESSONS: Mapping[Task, Lesson] = {
    Task.ORDINARY: Lesson(
        Term("Et almindeligt kort"),
        Term("Skærmen bliver gul. Spørg om fødselsdatoen, sammenlign, og tryk Enter: grøn, én stemmeseddel."),
        EventKind.ADMIT,
    ),
    Task.ALIKE: Lesson(
        Term("To, der hedder det samme og er født samme dag, den 1. januar"),
        Term(
            "Søg på fødselsdatoen. Skærmen advarer om de to. Se på kort eller legitimation, og sæt fluebenet. "
            "Kortet alene peger på den rigtige."
        ),
        EventKind.ADMIT,
    ),
    Task.PROTECTED: Lesson(
        Term("En person med beskyttet navn"),
        Term("Skærmen viser intet navn. Lad vælgeren selv sige navn og fødselsdato, og luk ind som alle andre."),
        EventKind.ADMIT,
    ),
    Task.DOUBLE: Lesson(
        Term("Et kort, der allerede er brugt ved bord 2"),
        Term("Rød: giv ingen stemmeseddel. Forsøget står i loggen. Tilkald lederen, hvis vælgeren protesterer."),
        EventKind.ADMIT_REFUSED,
    ),
    Task.POSTAL: Lesson(
        Term("En vælger, hvis brevstemme er godkendt"),
        Term("Rød: giv ingen stemmeseddel. Vælgeren har stemt med brev. Tilkald lederen."),
        EventKind.ADMIT_REFUSED,
    ),
    Task.REPLACED: Lesson(
        Term("Et kort, der er erstattet af et nyt"),
        Term("Kortet gælder ikke. Bed om det nye, eller søg vælgeren på fødselsdatoen."),
        None,
    ),
    Task.OTHER_STATION: Lesson(
        Term("Et kort til et andet stemmested"),
        Term("Rød: vælgeren hører til det andet stemmested. Vis vælgeren derhen."),
        None,
    ),
    Task.OTHER_ELECTION: Lesson(
        Term("Et kort fra et andet valg"),
        Term("Rød: ingen er lukket ind. Søg vælgeren på fødselsdatoen."),
        None,
    ),
    Task.NOT_ON_ROLL: Lesson(
        Term("En person, der ikke står på valglisten"),
        Term(
            "Ingen er født den dag. Spørg igen. Mener personen at have stemmeret, så brug “I tvivl” med en "
            "begrundelse: stemmen lægges i kuvert og afgøres bagefter."
        ),
        None,
    ),
}


def is_met(task: Task, was_scanned: bool, before: int, events: Iterable[EventKind]) -> bool:
    """Whether the trainee has met it: more of its events than before, or the scan where it leaves none.

    (Regulation: the exercise; own decision)
    """
    leaves = LESSONS[task].leaves
    if leaves is None:
        return was_scanned
    return sum(kind is leaves for kind in events) > before
