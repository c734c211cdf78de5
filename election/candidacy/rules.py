"""What a candidacy goes through: its states and parts, what may be done when, who counts as a supporter, and when
no poll is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry.findings import Term


class State(StrEnum):
    """The first seven are named by the rehearsal contract. `struck`: died, or lost the right, after acceptance."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LATE = "late"
    STRUCK = "struck"


STATE_NAMES: Mapping[State, Term] = {
    State.DRAFT: Term("Kladde"),
    State.SUBMITTED: Term("Modtaget"),
    State.RETURNED: Term("Sendt tilbage for at blive rettet"),
    State.ACCEPTED: Term("Godkendt"),
    State.REFUSED: Term("Afvist"),
    State.WITHDRAWN: Term("Trukket tilbage"),
    State.LATE: Term("Modtaget for sent"),
    State.STRUCK: Term("Udgået"),
}


class Part(StrEnum):
    """What a candidacy is made of; what is missing is named by its part."""

    NAME = "name"
    LIST = "list"
    CONTACT = "contact"
    PHOTO = "photo"
    PRESENTATION = "presentation"
    CONSENTS = "consents"
    SUPPORTERS = "supporters"
    WILLINGNESS = "willingness"
    RIGHT_TO_STAND = "right_to_stand"
    OTHER = "other"


PART_NAMES: Mapping[Part, Term] = {
    Part.NAME: Term("Navn på stemmesedlen"),
    Part.LIST: Term("Liste"),
    Part.CONTACT: Term("Kontakt"),
    Part.PHOTO: Term("Foto"),
    Part.PRESENTATION: Term("Præsentation"),
    Part.CONSENTS: Term("Samtykker"),
    Part.SUPPORTERS: Term("Stillere"),
    Part.WILLINGNESS: Term("Erklæring om at ville vælges"),
    Part.RIGHT_TO_STAND: Term("Retten til at stille op"),
    Part.OTHER: Term("Andet"),
}


class StepKind(StrEnum):
    """What happened to a candidacy; each is a row that is never changed."""

    SUBMITTED = "submitted"
    LATE = "late"
    IN_TIME = "in_time"
    """It was late until the deadline was extended."""
    MENDED = "mended"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSAL_PROPOSED = "refusal_proposed"
    REFUSAL_DROPPED = "refusal_dropped"
    REFUSED = "refused"
    COMPLAINED = "complained"
    COMPLAINT_UPHELD = "complaint_upheld"
    COMPLAINT_REJECTED = "complaint_rejected"
    WITHDRAWN = "withdrawn"
    STRUCK = "struck"


STEP_NAMES: Mapping[StepKind, Term] = {
    StepKind.SUBMITTED: Term("Modtaget"),
    StepKind.LATE: Term("Modtaget for sent"),
    StepKind.IN_TIME: Term("Rettidig, fordi fristen blev forlænget"),
    StepKind.MENDED: Term("Rettet og sendt igen"),
    StepKind.RETURNED: Term("Sendt tilbage for at blive rettet"),
    StepKind.ACCEPTED: Term("Godkendt"),
    StepKind.REFUSAL_PROPOSED: Term("Indstillet til afvisning"),
    StepKind.REFUSAL_DROPPED: Term("Indstillingen om afvisning er taget tilbage"),
    StepKind.REFUSED: Term("Afvist"),
    StepKind.COMPLAINED: Term("Klage over afvisningen modtaget"),
    StepKind.COMPLAINT_UPHELD: Term("Klagen fik medhold: anmeldelsen afgøres igen"),
    StepKind.COMPLAINT_REJECTED: Term("Klagen fik ikke medhold"),
    StepKind.WITHDRAWN: Term("Trukket tilbage"),
    StepKind.STRUCK: Term("Udgået"),
}
SEEN_BY_THE_OFFICE_ONLY = frozenset({StepKind.REFUSAL_PROPOSED, StepKind.REFUSAL_DROPPED})
"""Nothing is decided before the second person has decided it."""


class StruckKind(StrEnum):
    DIED = "died"
    LOST_RIGHT = "lost_right"


STRUCK_NAMES: Mapping[StruckKind, Term] = {
    StruckKind.DIED: Term("død"),
    StruckKind.LOST_RIGHT: Term("kan ikke længere stille op"),
}


class ConsentKind(StrEnum):
    """Each is given and taken back on its own. `protected_name`: the name of a person whose name is protected."""

    PRESENTATION = "presentation"
    PHOTO = "photo"
    EMAIL = "email"
    PHONE = "phone"
    PROTECTED_NAME = "protected_name"


CONSENT_NAMES: Mapping[ConsentKind, Term] = {
    ConsentKind.PRESENTATION: Term("Min præsentation må vises offentligt."),
    ConsentKind.PHOTO: Term("Mit foto må vises offentligt."),
    ConsentKind.EMAIL: Term("Min e-mail må vises offentligt."),
    ConsentKind.PHONE: Term("Mit telefonnummer må vises offentligt."),
    ConsentKind.PROTECTED_NAME: Term("Mit navn må vises offentligt, selv om det er beskyttet i folkeregistret."),
}


class RightToStand(StrEnum):
    """A program confirms, or leaves it to people. It never says no."""

    CONFIRMED = "confirmed"
    TO_BE_EXAMINED = "to_be_examined"


class Decision(StrEnum):
    """What one person decides. Refusing takes two: it is proposed by one and confirmed by another."""

    ACCEPT = "accept"
    RETURN = "return"


MAY_BE_DECIDED = frozenset({State.SUBMITTED, State.RETURNED, State.LATE})
OPEN_STATES = frozenset({State.SUBMITTED, State.RETURNED})
"""A late one may stay late; the others must be decided before the candidate list is made."""
MAY_BE_SENT = frozenset({State.DRAFT, State.RETURNED})
MAY_BE_MENDED = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.LATE})
MAY_BE_WITHDRAWN = frozenset({State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.LATE})
ALIVE = OPEN_STATES | {State.ACCEPTED, State.LATE}


def is_late(at: datetime, deadline: datetime) -> bool:
    """Whether an instant lies after a deadline, by whole seconds: what the receipt says is what counts."""
    return at.replace(microsecond=0) > deadline


_SETTLES_TIME = frozenset(
    {StepKind.SUBMITTED, StepKind.LATE, StepKind.IN_TIME, StepKind.MENDED, StepKind.COMPLAINT_UPHELD}
)


def is_behind(history: Sequence[StepKind]) -> bool:
    """Whether a candidacy is late: sending back and mending do not make it timely; an extension does, and so does
    a complaint that is upheld."""
    told = [kind for kind in history if kind in _SETTLES_TIME]
    return bool(told) and told[-1] is StepKind.LATE


@dataclass(frozen=True, slots=True)
class Filled:
    """How far a candidacy is filled in; `supporters` counts those who count."""

    has_name: bool
    needs_list: bool
    has_one_list: bool
    has_contact: bool
    is_willing: bool
    supporters: int
    supporters_least: int
    needs_consent_to_name: bool


def missing(filled: Filled) -> tuple[Part, ...]:
    """What the candidacy cannot be accepted without, in the order of the steps. It can be sent all the same."""
    lacks = {
        Part.NAME: not filled.has_name,
        Part.LIST: filled.needs_list and not filled.has_one_list,
        Part.CONTACT: not filled.has_contact,
        Part.CONSENTS: filled.needs_consent_to_name,
        Part.SUPPORTERS: filled.supporters < filled.supporters_least,
        Part.WILLINGNESS: not filled.is_willing,
    }
    return tuple(part for part, is_missing in lacks.items() if is_missing)


NAMES_ABOVE_SEATS = 4


def most_names(seats: int) -> int:
    """How many names a list may have; what is below is cut away. (KRVL §§ 21, 31 borrowed)"""
    return seats + NAMES_ABOVE_SEATS


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
