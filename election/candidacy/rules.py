"""What a candidacy goes through, which names may stand on the ballot, and when no poll is needed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from registry.findings import Term, finding_kind

LEAST_NAME, LONGEST_NAME = 2, 60

BALLOT_NAME_FORM = finding_kind(
    "R200",
    "Navnet på stemmesedlen skal være på {least}–{most} bogstaver og må ikke have tal eller titler. "
    "Anmeldelsen er ikke ændret. Ret navnet, og send igen.",
)
BALLOT_NAME_TAKEN = finding_kind(
    "R201",
    "En anden godkendt kandidat står allerede som “{name}”. Anmeldelsen er ikke afgjort. "
    "Aftal et andet navn med kandidaten.",
)
ALREADY_REGISTERED = finding_kind(
    "R202", "Der er allerede en anmeldelse for denne person (nr. {number}). Intet er ændret. Ret den i stedet."
)
NO_SUCH_CANDIDACY = finding_kind("R203", "Anmeldelsen findes ikke her. Intet er ændret.")
WRONG_STATE = finding_kind(
    "R204", "Anmeldelsen er “{state}”, så det kan ikke gøres nu. Intet er ændret. Hent siden igen."
)
LISTS_NOT_ALLOWED = finding_kind("R205", "Valget har ingen lister. Anmeldelsen er ikke gemt. Fjern listen.")
LIST_NEEDED = finding_kind("R206", "Valget er på lister. Anmeldelsen er ikke gemt. Vælg en liste.")
CPR_FORM = finding_kind(
    "R207", "CPR-nummeret skal være ti cifre. Anmeldelsen er ikke gemt. Ret nummeret, og send igen."
)
TOO_MANY_SUPPORTERS = finding_kind(
    "R208", "Der må højst være {most} stillere. Anmeldelsen er ikke gemt. Fjern nogle, og send igen."
)
UNDECIDED = finding_kind("R209", "{number} anmeldelser mangler en afgørelse. Intet er ændret. Afgør dem først.")
NO_CANDIDATES = finding_kind("R210", "Der er ingen godkendte kandidater. Intet er ændret.")
NO_BALLOT_ORDER = finding_kind(
    "R211", "Rækkefølgen på stemmesedlen er ikke afgjort. Intet er ændret. Træk lod om den først."
)
NOT_UNCONTESTED = finding_kind(
    "R212", "Der er {candidates} kandidater til {seats} pladser, så der skal stemmes. Intet er ændret."
)
UNCONTESTED_NOT_ALLOWED = finding_kind(
    "R213", "Regulativet tillader ikke at aflyse afstemningen. Der skal stemmes. Intet er ændret."
)
TOO_LATE_TO_CANCEL = finding_kind(
    "R214", "Afstemningen kunne senest aflyses {latest}. Der skal stemmes. Intet er ændret."
)
WITHDRAWAL_TOO_LATE = finding_kind(
    "R215", "Anmeldelsen kunne senest trækkes tilbage {latest}. Den står ved magt. Tal med valgkontoret."
)
HOLDS_A_ROLE = finding_kind(
    "R217",
    "Kandidaten {name} arbejder selv ved valget ({role}). Intet er ændret. Giv opgaven til en anden først.",
)
ORDER_INCOMPLETE = finding_kind(
    "R218", "Lodtrækningen om rækkefølgen skal nævne alle godkendte kandidater én gang. Den er ikke gemt."
)

LATE_IS_REFUSED = finding_kind(
    "R219",
    "Anmeldelsen kom efter fristen, og efter regulativet kan den ikke godkendes. Den er ikke ændret. Afvis den.",
)
TOO_MANY_TRIES = finding_kind(
    "R220",
    "Der er sendt {most} anmeldelser fra denne telefon eller computer. Denne er ikke gemt. Kontakt valgkontoret.",
)
TOO_LATE_TO_MEND = finding_kind(
    "R221", "Mangler kunne senest rettes {latest}. Anmeldelsen er ikke ændret. Kontakt valgkontoret."
)


ORDER_IS_SETTLED = finding_kind(
    "R222", "Rækkefølgen på stemmesedlen er allerede lodtrukket {at}. Lodtrækningen er ikke gemt."
)
BEFORE_THE_DEADLINE = finding_kind(
    "R223",
    "Fristen for at anmelde sig er først {at}. Der er stadig åbent. Luk efter fristen.",
)


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LATE = "late"


STATE_NAMES: Mapping[State, Term] = {
    State.DRAFT: Term("Kladde"),
    State.SUBMITTED: Term("Modtaget"),
    State.RETURNED: Term("Sendt tilbage for at blive rettet"),
    State.ACCEPTED: Term("Godkendt"),
    State.REFUSED: Term("Afvist"),
    State.WITHDRAWN: Term("Trukket tilbage"),
    State.LATE: Term("Modtaget for sent"),
}


class RightToStand(StrEnum):
    """A program confirms, or leaves it to people. It never says no."""

    CONFIRMED = "confirmed"
    TO_BE_EXAMINED = "to_be_examined"


class Decision(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"


LEADS_TO: Mapping[Decision, State] = {
    Decision.ACCEPT: State.ACCEPTED,
    Decision.RETURN: State.RETURNED,
    Decision.REFUSE: State.REFUSED,
}
MAY_BE_DECIDED = frozenset({State.SUBMITTED, State.RETURNED, State.LATE})
OPEN_STATES = frozenset({State.SUBMITTED, State.RETURNED})
"""A late one may stay late; the others must be decided before the candidate list is made."""
MAY_BE_MENDED = frozenset({State.SUBMITTED, State.RETURNED})
MAY_BE_WITHDRAWN = frozenset({State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.LATE})

_TITLES = frozenset({"dr", "dr.", "prof", "prof.", "professor", "cand", "cand.", "hr", "hr.", "fru"})


def clean_name(text: str) -> str:
    """NFC, single spaces, no control characters."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c for c in text if unicodedata.category(c)[0] != "C" or c.isspace()).split())


def is_ballot_name(text: str) -> bool:
    """A name as a person is called, without title and figures. (KRVL § 24(1) borrowed)"""
    name = clean_name(text)
    if not LEAST_NAME <= len(name) <= LONGEST_NAME:
        return False
    if any(not (unicodedata.category(c)[0] in "LM" or c in " '’.-‐‑‘`´ʼ") for c in name):
        return False
    return name.casefold().split()[0] not in _TITLES


def name_key(text: str) -> str:
    """Names with the same key cannot be told apart on a ballot: case, accents and punctuation aside."""
    folded = unicodedata.normalize("NFKD", clean_name(text).casefold())
    return "".join(c for c in folded if c.isalnum())


def valid_supporters(
    supporters: Mapping[str, Sequence[bytes]], may_vote: frozenset[bytes] | None, selves: Mapping[str, bytes]
) -> dict[str, int]:
    """How many supporters count for each candidacy: those with the right to vote who support nobody else
    and not themselves; who supports two counts for none. `may_vote` None: anybody may support.
    (KRVL § 20 borrowed; regulation: candidacy.supporters_from)
    """
    times = Counter(who for own in supporters.values() for who in set(own))
    return {
        candidacy: sum(
            1
            for who in set(own)
            if times[who] == 1 and (may_vote is None or who in may_vote) and who != selves.get(candidacy)
        )
        for candidacy, own in supporters.items()
    }


def is_uncontested(
    groups: Sequence[str | None], seats: int, reserved: Mapping[str, int], *, opens_unfilled: bool = False
) -> bool:
    """Whether every candidate gets a seat without a vote: one of `groups` for each accepted candidate.

    With reserved seats, a group's surplus over its own seats must find room in the open ones; where the
    regulation opens reserved seats that nobody fills, any room will do.
    (Ældreloven § 36(3) is the model; the regulation must allow it.)
    """
    if not groups:
        return False
    if opens_unfilled:
        return len(groups) <= seats
    of_group = Counter(group for group in groups if group is not None and group in reserved)
    without = len(groups) - sum(of_group.values())
    surplus = sum(max(0, number - reserved[group]) for group, number in of_group.items())
    return surplus + without <= seats - sum(reserved.values())
