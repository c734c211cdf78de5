# mypy: disable-error-code="no-untyped-call"
"""The council as of a date, in the words of the page: every seat with its holder, or why it is empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from registry.appointment.records import AppointmentDecision, Nominee, case_of, decision_history, nominees
from registry.appointment.rules import RULING_NAMES, Ruling
from registry.appointment.standing import Proposed, standing
from registry.councils.records import CouncilTerm, Person, SeatGroup, people, seats
from registry.councils.rules import GroupRule, deviations
from registry.findings import Finding
from registry.membership.records import Membership, council_on, memberships, offers, offices
from registry.membership.rules import END_NAMES, START_NAMES, Answer, EndReason, StartReason
from registry.regulation.choices import Route

_HISTORY_ROWS = 10
_A_CROWD = 3
"""So many who begin on one day are told in one line."""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat on the day. `name` is empty when nobody sits there, and `told` then says why."""

    seat_id: UUID
    membership_id: UUID | None
    number: int
    name: str
    told: str
    since: date | None = None
    posts: tuple[str, ...] = ()
    was_held: bool = False
    """Whether somebody has left it, so that it can be offered to the next in line."""


@dataclass(frozen=True, slots=True)
class GroupLines:
    group: SeatGroup
    lines: tuple[SeatLine, ...]

    @property
    def filled(self) -> int:
        return sum(bool(line.name) for line in self.lines)


@dataclass(frozen=True, slots=True)
class SubstituteLine:
    rank: int
    name: str
    queue: str
    told: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """Somebody came or left."""

    on: date
    who: str
    told: str


@dataclass(frozen=True, slots=True)
class CouncilAsOf:
    groups: tuple[GroupLines, ...]
    substitutes: tuple[SubstituteLine, ...]
    deviations: tuple[Finding, ...]
    history: tuple[Happened, ...]

    @property
    def voting(self) -> int:
        """Filled seats with a vote."""
        return sum(group.filled for group in self.groups if group.group.has_vote)


class _Reader:
    """What was read once for a page. Rows tell of the day asked for; what is still to come is told as of now."""

    def __init__(self, session: Session, council: CouncilTerm, day: date) -> None:
        self.council, self.day = council, day
        of = case_of(session, council)
        self.named: dict[UUID, Person] = people(session, council.scope)
        self.spells = memberships(session, council)
        self.offers = offers(session, council)
        self.places = council_on(session, council, day)
        self.posts = offices(session, council, day)
        self.decisions: dict[UUID, AppointmentDecision] = (
            {row.id: row for row in decision_history(session, of)} if of else {}
        )
        self.line: list[Nominee] = nominees(session, of) if of else []
        self.proposed = standing(session, council, of).groups if of else ()

    def name(self, person_id: UUID) -> str:
        return self.named[person_id].name

    def last_before(self, seat_id: UUID) -> Membership | None:
        ended = [s for s in self.spells if s.seat_id == seat_id and s.ends_on is not None and s.ends_on < self.day]
        return max(ended, key=lambda s: s.starts_on, default=None)

    def next_after(self, seat_id: UUID) -> Membership | None:
        later = [s for s in self.spells if s.seat_id == seat_id and s.starts_on > self.day]
        return min(later, key=lambda s: s.starts_on, default=None)

    def never_seated(self, group: SeatGroup) -> Iterator[Proposed]:
        """Who stands in the case for a kind of seat and has none: they are told at its empty seats."""
        found = next((row for row in self.proposed if row.group.id == group.id), None)
        if found is not None:
            yield from (
                one
                for one in (*found.people, *found.substitutes)
                if not one.is_seated and (not one.is_substitute or one.ruling is Ruling.APPOINTED)
            )


def council_as_of(session: Session, council: CouncilTerm, day: date) -> CouncilAsOf:
    """The council on a day of its term. Seats that nobody holds are there and say why."""
    reader = _Reader(session, council, day)
    groups: dict[UUID, list[SeatLine]] = {}
    kinds: dict[UUID, SeatGroup] = {}
    coming: dict[UUID, Iterator[Proposed]] = {}
    for place in reader.places:
        kinds[place.group.id] = place.group
        waiting = coming.setdefault(place.group.id, reader.never_seated(place.group))
        if place.membership is not None and place.person is not None:
            line = _held(reader, place.seat.number, place.membership)
        else:
            told = _why_empty(reader, place.seat.id, waiting, place.group)
            was_held = reader.last_before(place.seat.id) is not None
            line = SeatLine(place.seat.id, None, place.seat.number, "", told, was_held=was_held)
        groups.setdefault(place.group.id, []).append(line)
    rows = tuple(GroupLines(kinds[key], tuple(lines)) for key, lines in groups.items())
    rules = [GroupRule(row.group.code, row.group.name, len(row.lines), row.group.has_vote) for row in rows]
    found = deviations(council.legal_size, rules, {row.group.code: row.filled for row in rows})
    return CouncilAsOf(rows, _substitutes(reader), found, _history(reader, len(seats(session, council))))


def _held(reader: _Reader, number: int, row: Membership) -> SeatLine:
    decision = reader.decisions.get(row.decision_id)
    posts = tuple(office.title for office in reader.posts if office.person_id == row.person_id)
    told = start_in_words(StartReason(row.start_reason), decision.body if decision else "", row.on_behalf_of)
    return SeatLine(row.seat_id, row.id, number, reader.name(row.person_id), told, row.starts_on, posts)


def start_in_words(reason: StartReason, body: str, on_behalf_of: str) -> str:
    """How somebody got the seat: elected and appointed by whom, or appointed on behalf of whom."""
    if reason is StartReason.ELECTED:
        return str(_("Valgt. Udpeget af %(body)s.", body=body))
    if reason is StartReason.UNCONTESTED:
        return str(_("Valgt uden afstemning. Udpeget af %(body)s.", body=body))
    if reason is StartReason.SUCCEEDED:
        return str(_("Stedfortræder, der er trådt ind."))
    if on_behalf_of:
        return str(_("Udpeget af %(body)s efter indstilling fra %(who)s.", body=body, who=on_behalf_of))
    return str(_("Udpeget af %(body)s.", body=body))


def _why_empty(reader: _Reader, seat_id: UUID, coming: Iterator[Proposed], group: SeatGroup) -> str:
    after, before = reader.next_after(seat_id), reader.last_before(seat_id)
    if after is not None and before is None:
        return str(_("%(name)s tiltræder %(day)s.", name=reader.name(after.person_id), day=_day(after.starts_on)))
    if before is not None:
        assert before.ends_on is not None
        text = str(
            _(
                "Tom siden %(day)s. %(name)s: %(reason)s.",
                day=_day(before.ends_on + timedelta(days=1)),
                name=reader.name(before.person_id),
                reason=_(END_NAMES[EndReason(before.end_reason or "")]),
            )
        )
        if after is not None:
            name = reader.name(after.person_id)
            return f"{text} {_('%(name)s tiltræder %(day)s.', name=name, day=_day(after.starts_on))}"
        if any(o.seat_id == seat_id and o.answer is None for o in reader.offers):
            return f"{text} {_('Pladsen er tilbudt den næste stedfortræder.')}"
        return text
    one = next(coming, None)
    if one is not None:
        return _not_seated(one)
    return str(
        _("Ingen er valgt til pladsen.") if group.route == Route.ELECTED else _("Ingen er indstillet endnu.")
    )


def _not_seated(one: Proposed) -> str:
    """Elected is not seated: how far somebody of the case is. Who is only named stays unnamed until appointed."""
    if one.ruling is Ruling.APPOINTED:
        return str(_("%(name)s er udpeget, men har ikke fået pladsen endnu.", name=one.name))
    if one.nominee.route == Route.ELECTED:
        if one.ruling is None:
            return str(_("%(name)s er valgt – endnu ikke udpeget.", name=one.name))
        ruling = _(RULING_NAMES[one.ruling])
        return str(_("%(name)s er valgt, men %(ruling)s.", name=one.name, ruling=ruling))
    if one.ruling is None:
        return str(_("Et medlem er indstillet – endnu ikke udpeget."))
    return str(_("Den, der var indstillet, fik ikke pladsen."))


def _substitutes(reader: _Reader) -> tuple[SubstituteLine, ...]:
    """The line of substitutes. Why somebody is out of it is theirs, not the public's."""
    said_no = {o.nominee_id for o in reader.offers if o.answer not in (None, Answer.ACCEPTED)}
    ruled = {row.nominee_id: row.ruling for row in reader.decisions.values()}
    found = []
    for one in reader.line:
        if one.rank is None:
            continue
        own = [s for s in reader.spells if s.person_id == one.person_id and s.starts_on <= reader.day]
        sits = any(s.ends_on is None or s.ends_on >= reader.day for s in own)
        is_out = bool(own) or one.id in said_no or ruled.get(one.id) in (Ruling.NOT_APPOINTED, Ruling.DECLINED)
        told = _("sidder i rådet") if sits else _("ikke længere i rækken") if is_out else _("venter")
        name = reader.name(one.person_id)
        found.append(SubstituteLine(one.rank, name, one.queue, str(told), not sits and not is_out))
    return tuple(found)


def _history(reader: _Reader, size: int) -> tuple[Happened, ...]:
    """Who came and who left until the day, newest first; a crowd that begins together is one line."""
    began = Counter(s.starts_on for s in reader.spells if s.starts_on <= reader.day)
    found = [
        Happened(
            day,
            str(_("%(number)s medlemmer", number=number)),
            str(_("tiltrådte; rådet har %(size)s pladser", size=size)),
        )
        for day, number in began.items()
        if number > _A_CROWD
    ]
    for row in reader.spells:
        name = reader.name(row.person_id)
        if row.starts_on <= reader.day and began[row.starts_on] <= _A_CROWD:
            found.append(Happened(row.starts_on, name, str(_(START_NAMES[StartReason(row.start_reason)]))))
        if row.ends_on is not None and row.ends_on <= reader.day:
            found.append(Happened(row.ends_on, name, str(_(END_NAMES[EndReason(row.end_reason or "")]))))
    return tuple(sorted(found, key=lambda one: one.on, reverse=True)[:_HISTORY_ROWS])


def _day(on: date) -> str:
    return str(format_date(on, "long"))
