"""What must be done now, by whom, and what is done: the front page of an election and the home page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.ballots.records import delivered
from election.call import clock
from election.call.records import Election, board, stations
from election.call.rules import Phase
from election.candidacy.bench import Bench
from election.candidacy.bench_records import bench_of
from election.candidacy.records import accepted, candidacies
from election.candidacy.rules import OPEN_STATES
from election.certification.records import is_uncontested
from election.closing.rules import is_small
from election.counting.assembly import units
from election.counting.records import settlements
from election.overview.afterwards import Standing, afterwards
from election.poll_cards.records import valid_cards
from election.polling.records import closing, opening
from election.retention.standing import to_be_forgotten
from election.roll.electorate import electorate
from election.roll.records import roll_of
from registry.residents.records import latest_extract
from registry.roles import Role

_ADMIN, _KEEPER, _BOARD = Role.ELECTION_ADMINISTRATOR, Role.ROLL_KEEPER, Role.BOARD_MEMBER
_CERTIFIER, _SECRETARY = Role.CERTIFIER, Role.COUNCIL_SECRETARY
_LEADER, _DESK, _ENTERER = Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.ENTERER


@dataclass(frozen=True, slots=True)
class Task:
    """One thing of the election: `state` is done, now or later; `endpoint` is where it is done."""

    text: str
    state: str
    endpoint: str
    roles: frozenset[Role]
    note: str = ""

    @property
    def is_of_council(self) -> bool:
        """Whether it is done on a page of the council, which knows no election."""
        return self.endpoint.split(".")[0] in ("appointment", "membership", "meetings", "constitution")


def tasks(session: Session, election: Election) -> list[Task]:
    """Every step of the election in the order of the work, with how far it is."""
    found = list(_before_the_poll(session, election))
    if is_uncontested(session, election):
        text = _("Afstemningen er aflyst: alle kandidater er valgt")
        found.append(Task(text, "done", "overview.result", frozenset(Role)))
    else:
        found += _from_the_poll_on(session, election)
    return [*found, *_from_the_result_on(session, election)]


def _state(is_done: bool, is_now: bool) -> str:
    return "done" if is_done else "now" if is_now else "later"


def _task(text: str, is_done: bool, is_now: bool, endpoint: str, *roles: Role, note: str = "") -> Task:
    return Task(text, _state(is_done, is_now), endpoint, frozenset(roles), note)


def _before_the_poll(session: Session, election: Election) -> Iterator[Task]:
    phase = election.in_phase
    early = phase in (Phase.CALLED, Phase.CANDIDACY, Phase.PREPARATION)
    has_board, places = bool(board(session, election)), stations(session, election)
    yield _task(
        _("Registrer valgbestyrelse og stemmesteder"), has_board and bool(places), early, "call.settings", _ADMIN
    )
    extract, roll = latest_extract(session, election.scope), roll_of(session, election)
    frozen = roll is not None and roll.is_frozen
    yield _task(_("Indlæs udtrækket"), extract is not None, early, "roll.overview", _KEEPER)
    yield _task(_("Lav valglisten"), roll is not None, early and extract is not None, "roll.overview", _KEEPER)
    yield _task(
        _("Lås valglisten (to personer)"), frozen, early and roll is not None, "roll.freeze", _KEEPER, _ADMIN
    )
    every = candidacies(session, election)
    waiting = sum(c.in_state in OPEN_STATES for c in every)
    yield _task(
        _("Åbn for anmeldelse af kandidater"), phase is not Phase.CALLED, has_board, "candidacy.inbox", _ADMIN
    )
    past = phase not in (Phase.CALLED, Phase.CANDIDACY)
    note = _("%(number)s venter på afgørelse", number=waiting) if waiting else ""
    if phase is Phase.CANDIDACY:
        note = ". ".join(part for part in (note, _say_bench(bench_of(session, election))) if part)
    yield _task(
        _("Afgør anmeldelserne"),
        past and not waiting,
        phase is not Phase.CALLED,
        "candidacy.inbox",
        _ADMIN,
        note=note,
    )
    if is_uncontested(session, election):
        return
    yield _task(
        _("Træk lod om rækkefølgen på stemmesedlen"),
        election.ballot_order_settled_at is not None,
        past and not waiting and bool(accepted(session, election)),
        "candidacy.ballot_order",
        _BOARD,
        _ADMIN,
    )
    if election.regulation.polling.has_poll_cards.value:
        cards = bool(valid_cards(session, election)) if frozen else False
        yield _task(_("Udsted valgkort"), cards, frozen, "poll_cards.overview", _KEEPER, _ADMIN)
    papers = delivered(session, election)
    yield _task(
        _("Lever stemmesedler til stemmestederne"),
        bool(places) and all(papers.get(place.id) for place in places),
        election.ballot_order_settled_at is not None,
        "ballots.overview",
        _ADMIN,
    )


def _say_bench(bench: Bench) -> str:
    """How many stand for how many seats, so that too few are seen while more may still register."""
    if bench.seats is None:
        return ""
    return _(
        "%(candidates)s kandidater til %(seats)s pladser, %(substitutes)s stedfortrædere",
        candidates=bench.candidates,
        seats=bench.seats,
        substitutes=bench.substitutes,
    )


def _from_the_poll_on(session: Session, election: Election) -> Iterator[Task]:
    phase = election.in_phase
    begun = phase not in (Phase.CALLED, Phase.CANDIDACY, Phase.PREPARATION)
    counting = phase in (Phase.COUNTING, Phase.COUNTED, Phase.CERTIFIED)
    places = stations(session, election)
    ready = phase is Phase.PREPARATION and election.ballot_order_settled_at is not None
    if len(places) > 1:
        least, on_roll = election.regulation.counting.small_count.value, electorate(session, election)
        alone = [one for one in places if one.counted_with_id is None and is_small(on_roll.get(one.id, 0), least)]
        yield _task(
            _("Vælg nabosteder for små optællinger"),
            begun or (ready and not alone),
            phase is Phase.PREPARATION,
            "small_counts.neighbours",
            _ADMIN,
            note=_("%(number)s stemmesteder har færre på listen end grænsen", number=len(alone)) if alone else "",
        )
    yield _task(_("Åbn afstemningen"), begun, ready, "polling.stations", _ADMIN)
    opened = sum(opening(session, place) is not None for place in places)
    closed = sum(closing(session, place) is not None for place in places)
    polling = phase is Phase.POLLING
    yield _task(
        _("Åbn stemmestederne med nulrapport"),
        begun and opened == len(places),
        polling,
        "polling.stations",
        _LEADER,
    )
    yield _task(
        _("Tag imod vælgerne"),
        counting,
        polling and opened > 0,
        "polling.stations",
        _DESK,
        _LEADER,
        note=_("%(closed)s af %(all)s stemmesteder er lukket", closed=closed, all=len(places)) if polling else "",
    )
    yield _task(
        _("Afslut afstemningen, når alle stemmesteder er lukket"),
        counting,
        polling and closed == len(places),
        "polling.stations",
        _ADMIN,
    )
    every = units(session, election) if counting else []
    counted = sum(unit.figures is not None for unit in every)
    settled = settlements(session, election) if counting else {}
    yield _task(
        _("Indtast stemmetallene to gange, af to personer"),
        counting and counted == len(every),
        counting,
        "counting.overview",
        _ENTERER,
        note=_("%(done)s af %(all)s steder er talt", done=counted, all=len(every)) if counting else "",
    )
    is_settled = bool(every) and all(unit.settled_as in settled for unit in every)
    yield _task(
        _("Afslut papirregnskabet"), is_settled, counting and counted > 0, "counting.overview", _BOARD, _LEADER
    )
    yield _task(
        _("Opgør resultatet"),
        phase in (Phase.COUNTED, Phase.CERTIFIED),
        phase is Phase.COUNTING and is_settled,
        "counting.overview",
        _BOARD,
    )


def _from_the_result_on(session: Session, election: Election) -> Iterator[Task]:
    """From the certified result to the constituted council; the later steps stand on the council's own pages."""
    ready = election.in_phase in (Phase.COUNTED, Phase.UNCONTESTED)
    after = afterwards(session, election)
    certified = after.standing is not Standing.COUNTED
    yield _task(_("Attester resultatet (to personer)"), certified, ready, "certification.overview", _CERTIFIER)
    yield _task(
        _("Send resultatet til udpegning"),
        certified and after.has_council,
        certified,
        "certification.overview",
        _SECRETARY,
        _ADMIN,
    )
    appointed = after.standing in (Standing.APPOINTED, Standing.SEATED)
    handed_over = certified and after.has_council
    yield _task(
        _("Registrer, hvem der er udpeget"), appointed, handed_over, "appointment.overview", _SECRETARY, _ADMIN
    )
    seated = after.standing is Standing.SEATED
    yield _task(_("Giv medlemmerne deres pladser"), seated, appointed, "membership.manage", _SECRETARY, _ADMIN)
    yield _task(
        _("Hold det konstituerende møde"),
        after.met_on is not None,
        seated,
        "constitution.screen",
        _SECRETARY,
        _ADMIN,
    )
    yield from _what_must_go(session, election)


def _what_must_go(session: Session, election: Election) -> Iterator[Task]:
    """Nothing about a voter is kept longer than the regulation says."""
    due = to_be_forgotten(session, election, clock.now(election))
    yield _task(
        _("Slet oplysningerne om dem, der ikke er på valglisten"),
        due.is_refused_forgotten,
        due.may_forget_refused,
        "retention.overview",
        _KEEPER,
    )
    yield _task(
        _("Destruer valglisten (to personer)"),
        due.is_destroyed,
        due.may_destroy,
        "retention.destroy",
        _KEEPER,
        _ADMIN,
    )
    if due.is_unfinished:
        yield _task(
            _("Ryd op i databasens filer efter en sletning"), False, True, "retention.overview", _KEEPER, _ADMIN
        )
