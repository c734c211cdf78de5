"""Two secretaries at two screens: one is done, the other is told; nothing is done twice and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from registry.act import Installation
from registry.findings import Refused
from registry.meetings.acts import register_presence
from registry.meetings.rules import PresenceKind
from registry.membership.acts import end_membership, offer_seat, seat_appointed
from registry.membership.records import memberships, offers
from registry.membership.rules import EndReason
from tests.councils import (
    ELECTED,
    SUBSTITUTES,
    appoint_everybody,
    name_others,
    nominee_ids,
    open_council,
    people,
    seated,
)
from tests.registry.meetings.convened import NAMES, convened, opened
from tests.scenarios import at


def both(one: Callable[[], object], other: Callable[[], object]) -> list[str]:
    """What each of the two is told: ok, or the code. Any other exception is a fault and is passed on."""

    def told(do: Callable[[], object]) -> str:
        try:
            do()
        except Refused as refused:
            return refused.kind.code
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(told, (one, other)))


def test_two_who_seat_everybody_seat_each_once(installation: Installation) -> None:
    council = appoint_everybody(name_others(open_council(installation)))
    acts = [council.act(), council.act()]
    found = both(*(lambda act=act: seat_appointed(*council.by, act, council.case_id) for act in acts))
    assert "ok" in found
    with installation.database.read() as session:
        assert len(memberships(session, council.read())) == 15


def test_two_who_offer_one_seat_make_one_offer(installation: Installation) -> None:
    council = seated(installation).move_to(at(date(2018, 3, 1), "10:00"))
    with installation.database.read() as session:
        sits = people(council)[ELECTED[0]]
        row = next(one for one in memberships(session, council.read()) if one.person_id == sits)
    seat_id = end_membership(*council.by, council.act(), row.id, date(2018, 2, 28), EndReason.MOVED_OUT, "")
    first = nominee_ids(council)[SUBSTITUTES[0]]
    acts = [council.act(), council.act()]
    found = both(*(lambda act=act: offer_seat(*council.by, act, seat_id, first) for act in acts))
    with installation.database.read() as session:
        made = len(offers(session, council.read()))
    assert found == ["R590", "ok"]
    assert made == 1


def test_one_who_is_registered_twice_at_once_is_there_once(installation: Installation) -> None:
    held = opened(convened(installation), 9)
    who, now = held.who[NAMES[10]], held.later()
    acts = [held.council.act(at=now), held.council.act(at=now)]
    found = both(
        *(
            lambda act=act: register_presence(
                held.council.installation, held.council.scope, act, held.meeting_id, who, PresenceKind.ARRIVED, now
            )
            for act in acts
        )
    )
    assert found == ["R608", "ok"]
