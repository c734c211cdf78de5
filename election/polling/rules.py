"""The figures of a polling station, and how a birth date is typed at a desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class EventKind(StrEnum):
    ADMIT = "admit"
    ADMIT_REFUSED = "admit_refused"
    UNDO_ADMIT = "undo_admit"
    EXCHANGE = "exchange"
    RETURN_UNUSED = "return_unused"
    REPLACE_CARD = "replace_card"
    DOUBTFUL = "doubtful"
    HELP = "help"
    UNDO_EXCHANGE = "undo_exchange"
    UNDO_RETURN = "undo_return"
    UNDO_DOUBTFUL = "undo_doubtful"
    UNDO_HELP = "undo_help"
    POSTAL_RECEIVED = "postal_received"
    POSTAL_ACCEPTED = "postal_accepted"
    POSTAL_SET_ASIDE = "postal_set_aside"
    POSTAL_TAKEN_BACK = "postal_taken_back"


UNDOES = {
    EventKind.EXCHANGE: EventKind.UNDO_EXCHANGE,
    EventKind.RETURN_UNUSED: EventKind.UNDO_RETURN,
    EventKind.DOUBTFUL: EventKind.UNDO_DOUBTFUL,
    EventKind.HELP: EventKind.UNDO_HELP,
}
"""What a desk can take back by the event itself; an admission is undone by the voter."""


LONGEST_QUEUE = 9_999
"""More people than stand before any station; a larger number is a slip of the hand."""


def minutes_in_line(people: int, admitted: int, minutes: int) -> int | None:
    """How long the last in line waits when the station goes on at the pace of these minutes, rounded up to whole
    minutes. None where nobody was admitted in that time: then there is no pace. (Not law: an estimate)
    """
    if people == 0:
        return 0
    if admitted <= 0 or minutes <= 0:
        return None
    return -(-people * minutes // admitted)


class Scanner(StrEnum):
    """What was found out about the scanner before a station opened."""

    NOT_TRIED = ""
    WORKS = "works"
    NONE_HERE = "none_here"


@dataclass(frozen=True, slots=True)
class Turnout:
    """Figures of one station or of all. `may_vote` is None where voters choose their station freely."""

    may_vote: int | None
    admitted: int
    postal: int
    returned: int
    refused_second_time: int
    exchanges: int
    doubtful: int
    helped: int = 0
    envelopes_accepted: int = 0
    """Of the doubtful: those whose inner envelope two people let into the box."""

    @property
    def voted(self) -> int:
        """Everybody who is marked on the roll: admitted at the table, envelope accepted, postal vote accepted.

        Who gave the paper back unused stays marked, came and cannot come again, so is counted here; an envelope
        that waits or was set aside is no vote. Thus `voted` less `returned` lie in the boxes when no paper is
        missing. (KRVL §§ 53(2), 72(1) borrowed)
        """
        return self.admitted + self.envelopes_accepted + self.postal

    @property
    def share(self) -> str | None:
        """Those who voted as a share of those who may, four decimals; None when that is unknown or nobody may."""
        if not self.may_vote:
            return None
        return decimal(Fraction(self.voted, self.may_vote))


def turnout(counts: Mapping[EventKind, int], may_vote: int | None, envelopes_accepted: int = 0) -> Turnout:
    """Figures from the numbers of events: each kind less those that were undone or taken back.

    What was decided about the envelopes of voters in doubt is no event; how many were accepted is told.
    """
    return Turnout(
        may_vote=may_vote,
        admitted=counts.get(EventKind.ADMIT, 0) - counts.get(EventKind.UNDO_ADMIT, 0),
        postal=counts.get(EventKind.POSTAL_ACCEPTED, 0) - counts.get(EventKind.POSTAL_TAKEN_BACK, 0),
        returned=counts.get(EventKind.RETURN_UNUSED, 0) - counts.get(EventKind.UNDO_RETURN, 0),
        refused_second_time=counts.get(EventKind.ADMIT_REFUSED, 0),
        exchanges=counts.get(EventKind.EXCHANGE, 0) - counts.get(EventKind.UNDO_EXCHANGE, 0),
        doubtful=counts.get(EventKind.DOUBTFUL, 0) - counts.get(EventKind.UNDO_DOUBTFUL, 0),
        helped=counts.get(EventKind.HELP, 0) - counts.get(EventKind.UNDO_HELP, 0),
        envelopes_accepted=envelopes_accepted,
    )


def added(parts: Iterable[Turnout], may_vote: int) -> Turnout:
    """All stations together."""
    every = list(parts)
    return Turnout(
        may_vote=may_vote,
        admitted=sum(one.admitted for one in every),
        postal=sum(one.postal for one in every),
        returned=sum(one.returned for one in every),
        refused_second_time=sum(one.refused_second_time for one in every),
        exchanges=sum(one.exchanges for one in every),
        doubtful=sum(one.doubtful for one in every),
        helped=sum(one.helped for one in every),
        envelopes_accepted=sum(one.envelopes_accepted for one in every),
    )


def decimal(share: Fraction, places: int = 4) -> str:
    """A fraction as a decimal text, half rounded up: 1/3 → "0.3333"."""
    scaled = (share * 10**places * 2 + 1).__floor__() // 2
    digits = f"{scaled:0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}"


def dates_of(digits: str) -> tuple[date, ...]:
    """Every date of birth that the digits DDMMYY can mean, the 1900s first, or the one of DDMMYYYY; empty when
    none. (Not law: what is typed at a desk)
    """
    if len(digits) not in (6, 8) or not (digits.isascii() and digits.isdigit()):
        return ()
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    found = []
    for century in (1900, 2000, 1800) if len(digits) == 6 else (0,):
        try:
            found.append(date(century + year, month, day))
        except ValueError:
            continue
    return tuple(found)
