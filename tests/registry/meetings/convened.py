"""A constitutive meeting of the seated council of `tests.councils`, convened and opened through the acts.

    held = convened(installation)                       # 15 members, notice 20 December, meeting 8 January 17.00
    held = convened(installation, ("old", "new"), …)    # on koege-2018 with parts of its text replaced
    opened(held, present=9)                             # the first nine of `held.names` are there

`held.later()` is a minute later; `refused(held, "R612", act)` holds that the act is refused and changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import select

from registry.act import Act, Installation
from registry.audit import records as _audit
from registry.database import Base, Scope
from registry.findings import Refused
from registry.meetings.acts import convene, open_meeting
from registry.meetings.records import agenda, entries, meeting, presence_events, quorum_at
from registry.meetings.rules import Quorum
from registry.regulation.loader import shipped
from tests.councils import APPOINTED_AT, ELECTED, OTHERS, Council, people, seated
from tests.scenarios import at
from tests.snapshots import stage

assert _audit

MEETING_AT = at(date(2018, 1, 8), "17:00")
NAMES = (*ELECTED, *(name for name, _group, _behalf in OTHERS))
"""The 15 members in the order of their seats; the last is the municipal council's."""
AT_LEAST_HALF = 'quorum = { is = "at_least_half"'
CHAIR_DECIDES = ('tie = { is = "lot"', 'tie = { is = "chair_decides"')
MUST_ACCEPT = ("must_accept = { is = false", "must_accept = { is = true")
CAST = ('majority = { is = "present"', 'majority = { is = "cast"')
PLURALITY = ('majority = { is = "present"', 'majority = { is = "plurality"')
OLDEST = ('convened_by = { is = "secretary"', 'convened_by = { is = "oldest"')


@dataclass
class Held:
    """A meeting and the time on the wall."""

    council: Council
    meeting_id: UUID
    who: dict[str, UUID]
    now: datetime = MEETING_AT
    names: tuple[str, ...] = field(default=NAMES)

    @property
    def by(self) -> tuple[Installation, Scope, Act]:
        """What every act takes first."""
        return self.council.installation, self.council.scope, self.council.act(at=self.now)

    def reasoned(self, reason: str = "Talt forkert.") -> tuple[Installation, Scope, Act]:
        return self.council.installation, self.council.scope, self.council.act(at=self.now, reason=reason)

    def later(self, minutes: int = 1) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now

    def first(self, number: int) -> tuple[UUID, ...]:
        return tuple(self.who[name] for name in self.names[:number])

    def item(self, number: int) -> UUID:
        with self.council.installation.database.read() as session:
            of = meeting(session, self.council.scope, self.meeting_id)
            return next(item.id for item in agenda(session, of) if item.number == number)

    def lines(self, number: int | None = None) -> list[str]:
        """What the minutes say, of one point or of all."""
        with self.council.installation.database.read() as session:
            of = meeting(session, self.council.scope, self.meeting_id)
            wanted = {item.id for item in agenda(session, of) if number in (None, item.number)}
            lines = [line for line in entries(session, of) if line.item_id in wanted]
            return [line.text for line in sorted(lines, key=lambda one: (one.at, one.sequence))]

    def quorum(self, instant: datetime | None = None) -> Quorum:
        with self.council.installation.database.read() as session:
            of = meeting(session, self.council.scope, self.meeting_id)
            return quorum_at(session, self.council.read(), of, instant or self.now)

    def event(self, name: str) -> UUID:
        """The last registration of somebody."""
        with self.council.installation.database.read() as session:
            of = meeting(session, self.council.scope, self.meeting_id)
            return [e for e in presence_events(session, of) if e.person_id == self.who[name]][-1].id


def rules_with(*changes: tuple[str, str]) -> Any:
    """The text of koege-2018 with parts replaced, in place of `shipped`."""
    text = shipped("koege-2018").data.decode()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    data = text.encode()
    return patch(
        "tests.councils.shipped",
        lambda _name: SimpleNamespace(data=data, sha256=sha256(data).hexdigest()),
    )


def seated_with(installation: Installation, *changes: tuple[str, str], **options: Any) -> Council:
    with rules_with(*changes):
        return seated(installation, **options)


def convened(installation: Installation, *changes: tuple[str, str], convened_by: str = "Sekretæren") -> Held:
    """The meeting is convened 19 days before it is held; nobody is there yet."""
    return _convened(seated_with(installation, *changes), convened_by)


@stage
def _convened(council: Council, convened_by: str) -> Held:
    meeting_id = convene(
        *council.by,
        council.act(),
        council.term_id,
        MEETING_AT,
        "Køge Rådhus, byrådssalen",
        convened_by,
        APPOINTED_AT,
    )
    return Held(council, meeting_id, people(council))


def opened(held: Held, present: int = 9, excused: Iterable[str] = ()) -> Held:
    """The roll call: the first `present` are there."""
    away = tuple(held.who[name] for name in excused)
    open_meeting(*held.by, held.meeting_id, held.now, held.first(present), away)
    return held


def snapshot(installation: Installation) -> dict[str, list[str]]:
    """Every row of every table."""
    with installation.database.read() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def refused(installation: Installation, code: str, act: Callable[[], object]) -> str:
    """The act is refused with this code and not one row has changed. Returns what was said."""
    before = snapshot(installation)
    with pytest.raises(Refused) as trouble:
        act()
    assert trouble.value.kind.code == code, str(trouble.value)
    assert snapshot(installation) == before
    return trouble.value.in_danish()
