"""The constitutive meeting of a case: convened, opened, posts filled round by round, closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from election.constitution import acts as constitution
from election.constitution.records import ballot
from election.constitution.standing import RoundAnswer, chair_ends_tie, falls_away, may_stand, post_rule
from election.constitution.ties import chair_decides, record_lot
from registry.act import Act
from registry.appointment.records import case_of, nominees
from registry.councils.records import CouncilTerm
from registry.councils.records import people as everybody
from registry.database import search_key
from registry.findings import Refused
from registry.meetings import acts as meetings
from registry.meetings.records import AgendaItem, Meeting, agenda, constitutive, quorum_at
from registry.meetings.rules import ItemKind, PresenceKind
from registry.regulation.choices import BallotForm, Convener
from registry.regulation.council_rules import PostRule
from registry.roles import Role
from scripts.rehearsal.council_files import MEETING, LotInput, MeetingInput, PostInput, RoundInput
from scripts.rehearsal.council_stages import council_act, in_council, named_official
from scripts.rehearsal.stages import Rehearsal
from scripts.rehearsal.trouble import BadInput, Waiting

_NO_REASON = "ingen grund er oplyst i sagens filer"
_OTHER_NAMES = {"chair": {"formand", "forperson"}, "vice_chair": {"vice chair", "vicechair", "deputy chair"}}


def convene_the_meeting(run: Rehearsal) -> MeetingOnFile:
    """Convened as the file says. Raises Waiting without meeting.toml."""
    if run.case.meeting is None:
        raise Waiting(MEETING)
    return MeetingOnFile(run, run.case.meeting)


class MeetingOnFile:
    """The meeting under way. Its time follows the file and never goes back."""

    def __init__(self, run: Rehearsal, given: MeetingInput) -> None:
        assert run.term_id is not None
        self.run, self.given, self.at = run, given, given.at
        self.house, self.scope = run.installation, run.scope
        self.people = in_council(run, _people)
        self.moved = 0
        self.meeting_id = self._convene(run.term_id)

    def hold(self) -> None:
        """From the roll call to the end. Raises Waiting when people, a round or a lot are missing."""
        posts = in_council(self.run, _posts)
        codes, told = [rule.code for _, rule in posts], set[str]()
        for one in self.given.posts:
            code = self._code(one.post)
            if code not in codes:
                raise BadInput(MEETING, f"{one.where}.post: {one.post!r} is none of {', '.join(codes)}")
            if code in told:
                raise BadInput(MEETING, f"{one.where}.post: {one.post!r} stands twice")
            told.add(code)
        self._open()
        self.run.finished("meeting")
        for item, rule in posts:
            self._fill(item, rule)
        self._come_and_go(None)
        with _doing("meeting"):
            meetings.close_meeting(self.house, self.scope, self._act(), self.meeting_id, self.at)
        self.run.finished("constituted")

    def _act(self, at: datetime | None = None, who: tuple[UUID, Role] | None = None) -> Act:
        return council_act(self.run, at or self.at, who)

    def _person(self, label: str, where: str) -> UUID:
        if label not in self.people:
            raise BadInput(MEETING, f"{where}: {label!r} is nobody of this council")
        return self.people[label]

    def _label(self, person_id: UUID) -> str:
        return next(label for label, known in self.people.items() if known == person_id)

    def _convene(self, term_id: UUID) -> UUID:
        """By whom the regulation says: the secretary by name and role, or a member by id or name."""
        rules = in_council(self.run, lambda _, council: council.meeting_rules)
        who, convener = None, self.given.convened_by
        if rules.convened_by.value is Convener.SECRETARY:
            roles = [Role.COUNCIL_SECRETARY]
            is_role = convener in (Convener.SECRETARY, Role.COUNCIL_SECRETARY)
            who = (
                self.run.people.anyone(roles)
                if is_role
                else named_official(self.run, MEETING, "convened_by", convener, roles)
            )
        elif convener in self.people:
            names = in_council(self.run, lambda session, council: everybody(session, council.scope))
            convener = names[self.people[convener]].name
        sent_at = self.given.notice_sent_at
        with _doing("meeting"):
            return meetings.convene(
                self.house,
                self.scope,
                self._act(sent_at, who),
                term_id,
                self.given.at,
                self.run.case.regulation.municipality.name.value,
                convener,
                sent_at,
                _NO_REASON,
            )

    def _open(self) -> None:
        """Roll call, and the point under which result and appointment are tabled."""
        present = tuple(self._person(one, "present") for one in self.given.present)
        with _doing("present"):
            meetings.open_meeting(self.house, self.scope, self._act(), self.meeting_id, self.at, present)
        self._come_and_go(self.at)
        item = in_council(self.run, lambda session, council: agenda(session, _meeting(session, council))[1])
        decisions = self.run.case.decisions
        given = decisions.appointment if decisions else None
        text = "Valgprotokollen og udpegningen blev fremlagt."
        if given is not None:
            body = given.body or self.run.case.regulation.after.appointed_by.value
            day = f"{given.decided_on:%d.%m.%Y}"
            text = f"Valgprotokollen og {body}s beslutning af {day} (sag {given.case_no}) blev fremlagt."
        meetings.finish_item(self.house, self.scope, self._act(), self.meeting_id, item.id, self.at, text)

    def _come_and_go(self, until: datetime | None) -> None:
        """Arrivals and departures up to an instant (None: all that are left), in the order of time."""
        for one in self.given.movements[self.moved :]:
            if until is not None and one.at > until:
                return
            person_id = self._person(one.id, f"{one.where}.id")
            kind = PresenceKind.ARRIVED if one.is_arrival else PresenceKind.LEFT
            with _doing(one.where):
                meetings.register_presence(
                    self.house,
                    self.scope,
                    self._act(one.at),
                    self.meeting_id,
                    person_id,
                    kind,
                    one.at,
                    one.reason,
                )
            self.at = max(self.at, one.at)
            self.moved += 1

    def _await_quorum(self) -> None:
        """What the file gives no time for happens when there are enough people. Raises Waiting for more."""
        while True:
            now = in_council(
                self.run, lambda session, council: quorum_at(session, council, _meeting(session, council), self.at)
            )
            if now.is_met:
                return
            if self.moved == len(self.given.movements):
                raise Waiting(f"quorum ({now.present} of {now.size} present, {now.needed} needed)")
            self._come_and_go(self.given.movements[self.moved].at)

    def _code(self, text: str) -> str:
        """The code of a post that is written as its code or by its Danish name."""
        rules = in_council(self.run, lambda _, council: council.meeting_rules)
        wanted = search_key(text.replace("_", " ").replace("-", " "))
        for post in rules.posts:
            names = {search_key(post.code.replace("_", " ")), search_key(post.name.value)}
            if wanted in names | _OTHER_NAMES.get(post.code, set()):
                return post.code
        return text

    def _fill(self, item: AgendaItem, rule: PostRule) -> None:
        """One post: by the file's rounds, or as the regulation has it when there is nothing to choose."""
        given = next((one for one in self.given.posts if self._code(one.post) == rule.code), None)
        if given is None or not given.rounds:
            self._await_quorum()
        if given is None:
            given = self._nothing_to_choose(item, rule)
            if given is None:
                return
        for one in given.rounds[:1]:
            self._come_and_go(one.at)
            self.at = max(self.at, one.at)
        nominees = tuple(self._person(one, f"{given.where}.nominees") for one in given.nominees)
        with _doing(given.where):
            ballot_id = constitution.nominate(
                self.house, self.scope, self._act(), self.meeting_id, item.id, nominees, self.at
            )
        if given.rounds:
            winner = self._rounds(ballot_id, given)
        elif len(nominees) == 1:
            with _doing(given.where):
                winner = constitution.elect_unopposed(self.house, self.scope, self._act(), ballot_id, self.at)
        else:
            raise Waiting(f"round 1 of {rule.code}")
        with _doing(given.where):
            constitution.accept(self.house, self.scope, self._act(), ballot_id, self.at)
        self.run.say(f"{rule.name.value}: {self._label(winner)}")

    def _nothing_to_choose(self, item: AgendaItem, rule: PostRule) -> PostInput | None:
        """A post that the file is silent on: it falls away, one person alone may hold it, or it is waited for."""
        why = in_council(self.run, lambda session, council: falls_away(session, council, rule, self.at))
        if why is not None:
            with _doing(rule.code):
                constitution.leave_post(self.house, self.scope, self._act(), self.meeting_id, item.id, self.at)
            return None
        able = in_council(self.run, lambda session, council: may_stand(session, council, rule, self.at))
        if not rule.open_to.value or len(able) != 1:
            raise Waiting(f"{MEETING}: election of {rule.code}")
        return PostInput(rule.code, rule.code, (self._label(next(iter(able))),), ())

    def _rounds(self, ballot_id: UUID, given: PostInput) -> UUID:
        """Each round as it was held. A round after the decision is refused; one that is missing is waited for."""
        answer: RoundAnswer | None = None
        for number, one in enumerate(given.rounds, start=1):
            where = f"{given.where}.round[{number}]"
            if answer is not None and answer.elected is not None:
                raise BadInput(MEETING, f"{where} stands after the decision")
            self._come_and_go(one.at)
            if one.at < self.at:
                raise BadInput(MEETING, f"{where}.at is earlier than what stands before it")
            self.at = one.at
            votes = {self._person(who, f"{where}.votes"): n for who, n in one.votes.items()}
            by_name = self._choices(one, where)
            with _doing(where):
                answer = constitution.record_round(
                    self.house, self.scope, self._act(), ballot_id, self.at, votes, one.blank, one.invalid, by_name
                )
            if one.lot is not None and not answer.lot_among:
                raise BadInput(MEETING, f"{where}.lot: no lot is asked for")
            if answer.lot_among:
                answer = self._draw(ballot_id, one.lot, answer, where)
        if answer is None or answer.elected is None:
            raise Waiting(f"round {len(given.rounds) + 1} of {self._code(given.post)}")
        return answer.elected

    def _choices(self, one: RoundInput, where: str) -> dict[UUID, UUID | None] | None:
        """Who chose whom. Raises Waiting when the regulation demands names and the file gives only numbers."""
        if one.by_name is None:
            rules = in_council(self.run, lambda _, council: council.meeting_rules)
            if rules.ballot_form.value is BallotForm.NAMED:
                raise Waiting(f"{MEETING}: {where}.by_name")
            return None
        where = f"{where}.by_name"
        return {
            self._person(voter, where): self._person(choice, where) if choice else None
            for voter, choice in one.by_name.items()
        }

    def _draw(self, ballot_id: UUID, lot: LotInput | None, asked: RoundAnswer, where: str) -> RoundAnswer:
        if lot is None:
            raise Waiting(f"lot {asked.lot_for} {' / '.join(self._label(one) for one in asked.lot_among)}")
        drawn = tuple(self._person(one, f"{where}.lot") for one in lot.drawn)
        among = {self._person(one, f"{where}.lot.among") for one in lot.among}
        if among and among != set(asked.lot_among):
            equal = " / ".join(self._label(one) for one in asked.lot_among)
            raise BadInput(MEETING, f"{where}.lot.among: {equal} stand equal")
        with _doing(f"{where}.lot"):
            if self._chair_decides(ballot_id, asked.lot_for) and len(drawn) == 1:
                return chair_decides(self.house, self.scope, self._act(), ballot_id, drawn[0], self.at)
            return record_lot(
                self.house,
                self.scope,
                self._act(),
                ballot_id,
                drawn,
                lot.drawn_by,
                lot.witnesses,
                lot.method,
                self.at,
            )

    def _chair_decides(self, ballot_id: UUID, lot_for: str) -> bool:
        """Whether the regulation lets the chair end this tie, so that the file's `lot` is what the chair chose."""

        def look(session: Session, council: CouncilTerm) -> bool:
            post = ballot(session, council.scope, ballot_id).post
            return chair_ends_tie(session, council, _meeting(session, council), post, self.at, lot_for)

        return in_council(self.run, look)


@contextmanager
def _doing(where: str) -> Iterator[None]:
    """What an act refuses is bad input at this place of the file."""
    try:
        yield
    except Refused as refused:
        raise BadInput(MEETING, f"{where}: {refused}") from refused


def _people(session: Session, council: CouncilTerm) -> dict[str, UUID]:
    of = case_of(session, council)
    assert of is not None
    return {one.label: one.person_id for one in nominees(session, of)}


def _posts(session: Session, council: CouncilTerm) -> list[tuple[AgendaItem, PostRule]]:
    points = agenda(session, _meeting(session, council))
    return [(item, post_rule(council, item)) for item in points if item.kind == ItemKind.POST]


def _meeting(session: Session, council: CouncilTerm) -> Meeting:
    found = constitutive(session, council)
    assert found is not None
    return found
