"""A council in the database, opened directly through the acts of the registry: no election is played for it.

    council = open_council(installation)     # term and case of koege-2018: 5 elected, 4 substitutes, 15 seats
    name_others(council)                     # … and the 10 members who are not elected are named
    appoint_everybody(council)               # … Køge Byråd appoints the 15 of them on 19 December 2017
    seat_everybody(council)                  # … and each gets a seat from 1 January 2018
    council = seated(installation)           # all of it

Each function takes what it needs from the one before. `council.now` is when the next act is done and also
where the council's own clock stands; `council.move_to(at)` sets both. Everyone is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from registry.act import Act, Installation, Work, official_act
from registry.appointment.acts import CasePlan, Decided, Elected, decide_all, name_member, open_case
from registry.appointment.records import case, case_of, nominees
from registry.appointment.rules import Ruling
from registry.councils import records
from registry.councils.acts import SECRETARIES, TermPlan, move_clock, open_term
from registry.councils.records import CouncilTerm
from registry.database import Scope
from registry.membership.acts import seat_appointed
from registry.regulation.loader import shipped
from registry.roles import Role
from tests.scenarios import ELECTION_ON, SCOPE, at, officials, role_of
from tests.snapshots import remembered, stage

ELECTED = ("Amina Hassan", "Omar Nowak", "Leyla Åberg", "Yusuf Diaz", "Zeynep Æbelø")
"""In the order of their votes: 61, 54, 47, 40, 33."""
SUBSTITUTES = ("Ivan Kovalenko", "Fatima Rahimi", "Çiğdem Yılmaz", "Ørjan Ali")
"""In their rank: 28, 21, 14, 7 votes."""
OTHERS = (
    ("Birgit Søndergaard", "housing", "Søparken"),
    ("Hussein Karimi", "housing", "Karlemoseparken"),
    ("Maryam Osman", "housing", "Hastrupparken"),
    ("Tomasz Zieliński", "housing", "Ellemarken"),
    ("Anna Petrova", "society", "Foreningen Sprogcaféen"),
    ("Jens Peter Krogh", "society", "Politiet"),
    ("Samira Haddad", "society", "Kursistrådet"),
    ("Mehmet Kaya", "society", "Køge Erhverv"),
    ("Nadia Boulos", "society", "Kvindeforeningen"),
    ("Karen Østergaard", "municipal", ""),
)
"""Name, seat group and on whose behalf: four of the housing areas, five of society, one of Køge Byråd."""
BODY = "Køge Byråd"
CASE_NO = "17/4711"
DECIDED_ON = date(2017, 12, 19)
OPENED_AT = at(date(2017, 12, 5), "10:00")
"""The day after the time for complaints ran out."""
NAMED_AT = at(date(2017, 12, 12), "10:00")
APPOINTED_AT = at(date(2017, 12, 20), "09:00")
"""The morning after the decision of the appointing body."""
TERM_STARTS_ON = date(2018, 1, 1)
TERM_ENDS_ON = date(2021, 12, 31)
ADDRESS = "/0259/integrationsraad/raad"
"""Where the pages of the council stand."""


@dataclass
class Council:
    """A council that is being set up, and everyone who works with it."""

    installation: Installation
    scope: Scope
    term_id: UUID
    case_id: UUID
    who: dict[str, UUID]
    """The ids of the officials by their keys in `tests.scenarios.officials`."""
    now: datetime = OPENED_AT

    def act(
        self,
        role: str = "council_secretary",
        at: datetime | None = None,
        *,
        second: str | None = None,
        reason: str = "",
        request_id: UUID | None = None,
    ) -> Act:
        """An act by the official with this key, at this instant (or now), under a new request."""
        second_actor = self.who[second] if second else None
        return Act(self.who[role], role_of(role), at or self.now, request_id or uuid4(), reason, second_actor)

    @property
    def by(self) -> tuple[Installation, Scope]:
        """What every act takes first: `act_of_a_room(*council.by, council.act(), …)`."""
        return self.installation, self.scope

    def read(self) -> CouncilTerm:
        """The term as it is now; only its own columns may be used."""
        with self.installation.database.read() as session:
            return records.term(session, self.scope, self.term_id)

    def move_to(self, instant: datetime) -> Council:
        """Set the council's clock, where it is not a live one, and do the next acts then."""
        self.now = instant
        if self.read().clock_at is not None:
            move_clock(*self.by, self.act(at=instant), self.term_id, instant)
        return self


def facts_of_the_election(**changes: Any) -> dict[str, Any]:
    """What the election hands over with the result, as the certified record has it. No lot was needed."""
    facts: dict[str, Any] = {
        "certified_at": "2017-11-28T09:00:00+00:00",
        "certified_by": ["Certifier", "Certifier 2"],
        "record_revision": 1,
        "record_sha256": "3f6a" * 16,
        "is_uncontested": False,
        "seats": 5,
        "method": "personal-votes",
        "uses_lists": False,
        "may_vote": 3204,
        "voted": 311,
        "seats_by_list": {},
        "vacant": 0,
        "lots": [],
        "complaints_received": 0,
        "complaint_deadline": "2017-12-04T22:59:59+00:00",
    }
    return facts | changes


def plan_of(**changes: Any) -> CasePlan:
    """The result as it is handed over: votes 61, 54, 47 … for nine candidates, five of them elected."""
    votes = (61, 54, 47, 40, 33, 28, 21, 14, 7)
    line = [*((name, None) for name in ELECTED), *((name, rank + 1) for rank, name in enumerate(SUBSTITUTES))]
    elected = tuple(
        Elected(f"c{number}", name, "", rank, votes[number - 1])
        for number, (name, rank) in enumerate(line, start=1)
    )
    plan: dict[str, Any] = {
        "body": BODY,
        "election_on": ELECTION_ON,
        "people": elected,
        "facts": facts_of_the_election(),
    }
    return CasePlan(**(plan | changes))


@official_act("test.open_council", SECRETARIES)
def _open(work: Work, source: str, kind: str, text: tuple[str, str, bytes], plan: CasePlan) -> tuple[UUID, UUID]:
    clock_at = None if kind == "live" else work.act.at
    term = open_term(work, TermPlan(source, kind, clock_at, *text))
    return term.id, open_case(work, term, plan).id


@official_act("test.open_case_again", SECRETARIES)
def _open_again(work: Work, term_id: UUID, plan: CasePlan) -> UUID:
    return open_case(work, records.term(work.session, work.scope, term_id), plan).id


def open_council(
    installation: Installation,
    who: dict[str, UUID] | None = None,
    *,
    kind: str = "rehearsal",
    regulation: str = "koege-2018",
    plan: CasePlan | None = None,
    source: str = "election/2017",
    scope: Scope = SCOPE,
    opened_at: datetime = OPENED_AT,
) -> Council:
    """The term and the case as the election hands them over: the elected and the substitutes, nobody appointed."""
    rules = shipped(regulation)
    text = (regulation, rules.sha256, rules.data)
    return _opened(installation, who, kind, text, plan or plan_of(), source, scope, opened_at)


@stage
def _opened(
    installation: Installation,
    who: dict[str, UUID] | None,
    kind: str,
    text: tuple[str, str, bytes],
    plan: CasePlan,
    source: str,
    scope: Scope,
    opened_at: datetime,
) -> Council:
    who = who or officials(installation, scope)
    act = Act(who["council_secretary"], Role.COUNCIL_SECRETARY, opened_at, uuid4())
    term_id, case_id = _open(installation, scope, act, source, kind, text, plan)
    return Council(installation, scope, term_id, case_id, who, opened_at)


def correct_result(council: Council, plan: CasePlan) -> Council:
    """A corrected result makes a new revision of the case, which becomes `council.case_id`."""
    council.case_id = _open_again(*council.by, council.act(), council.term_id, plan)
    return council


@stage
def name_others(council: Council, others: tuple[tuple[str, str, str], ...] = OTHERS) -> Council:
    """Name the members who are not elected."""
    council.move_to(max(council.now, NAMED_AT))
    for name, group, on_behalf_of in others:
        name_member(*council.by, council.act(), council.case_id, name, group, on_behalf_of)
    return council


@stage
def appoint_everybody(council: Council, *, decided_on: date = DECIDED_ON) -> Council:
    """The body appoints the elected and the named at one meeting; nobody decides on the substitutes."""
    council.move_to(max(council.now, APPOINTED_AT))
    with council.installation.database.read() as session:
        of = case(session, council.scope, council.case_id)
        wanted = [one.id for one in nominees(session, of) if one.rank is None]
    decided = tuple((one, Decided(Ruling.APPOINTED, BODY, decided_on, CASE_NO)) for one in wanted)
    decide_all(*council.by, council.act(), council.case_id, decided)
    return council


@stage
def seat_everybody(council: Council) -> Council:
    """Everybody who is appointed gets a seat, from the first day of the term."""
    seat_appointed(*council.by, council.act(), council.case_id)
    return council


def seated(installation: Installation, who: dict[str, UUID] | None = None, **options: Any) -> Council:
    """A council with all 15 members seated from 1 January 2018; its clock stands on 20 December 2017."""
    if who is not None:
        return _seated(installation, who, **options)
    rules = shipped(options.get("regulation", "koege-2018")).sha256
    key = ("seated", rules, repr(sorted(options.items())))
    return remembered(key, installation, lambda: _seated(installation, **options))


def _seated(installation: Installation, who: dict[str, UUID] | None = None, **options: Any) -> Council:
    council = open_council(installation, who, **options)
    return seat_everybody(appoint_everybody(name_others(council)))


def people(council: Council) -> dict[str, UUID]:
    """The person of each name that was ever mentioned in the council."""
    with council.installation.database.read() as session:
        return {person.name: key for key, person in records.people(session, council.scope).items()}


def nominee_ids(council: Council) -> dict[str, UUID]:
    """Who stands in the case that holds: name → nominee."""
    with council.installation.database.read() as session:
        of = case_of(session, council.read())
        assert of is not None
        named = records.people(session, council.scope)
        return {named[one.person_id].name: one.id for one in nominees(session, of)}
