"""The phases of an election, and which act is allowed to whom in which phase: one complete table.

The uncontested path is in it. The diagram in docs/lifecycle.md is generated from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.findings import Term, finding_kind
from registry.roles import Role

NOT_IN_THIS_PHASE = finding_kind(
    "R080",
    "Det kan ikke gøres nu: valget er i fasen “{phase}”. Intet er ændret. "
    "Se på valgets forside, hvad der kommer først.",
)
NO_SUCH_ELECTION = finding_kind("R081", "Valget findes ikke her. Intet er ændret.")
ELECTION_EXISTS = finding_kind(
    "R082", "Der er allerede kaldt et valg med adressen “{slug}”. Intet er ændret. Vælg en anden."
)
CLOCK_IS_REAL = finding_kind("R083", "Uret i et rigtigt valg følger tiden og kan ikke stilles. Intet er ændret.")
CLOCK_RUNS_FORWARD = finding_kind("R084", "Uret kan kun stilles frem. Det står stadig på {clock}.")
NOT_TWO_STATIONS = finding_kind(
    "R085", "Der skal vælges to forskellige stemmesteder, der ikke allerede tælles sammen. Intet er ændret."
)
NO_DIRECT_ELECTION = finding_kind(
    "R086",
    "Regulativet {regulation} har intet direkte valg. Intet er ændret. Udskriv valget på et regulativ, der har.",
)
REGULATION_IS_DRAFT = finding_kind(
    "R087",
    "Regulativet {regulation} er kun et udkast. Intet er ændret. Få det vedtaget, før et rigtigt valg udskrives.",
)
NO_BOARD = finding_kind("R090", "Der er ingen valgbestyrelse. Intet er ændret. Registrer den først.")


class Phase(StrEnum):
    CALLED = "called"
    CANDIDACY = "candidacy"
    PREPARATION = "preparation"
    POLLING = "polling"
    COUNTING = "counting"
    COUNTED = "counted"
    UNCONTESTED = "uncontested"
    CERTIFIED = "certified"


PHASE_NAMES: Mapping[Phase, Term] = {
    Phase.CALLED: Term("Udskrevet"),
    Phase.CANDIDACY: Term("Kandidater anmelder sig"),
    Phase.PREPARATION: Term("Afstemningen forberedes"),
    Phase.POLLING: Term("Afstemning"),
    Phase.COUNTING: Term("Optælling"),
    Phase.COUNTED: Term("Resultatet er opgjort"),
    Phase.UNCONTESTED: Term("Afgjort uden afstemning"),
    Phase.CERTIFIED: Term("Resultatet er attesteret"),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do an act, in which phases, and the phase it can lead to (None: it never changes phase)."""

    roles: frozenset[Role]
    phases: frozenset[Phase]
    leads_to: Phase | None = None


def _may(*roles: Role, phases: str, leads_to: Phase | None = None) -> Permission:
    return Permission(frozenset(roles), frozenset(Phase(p) for p in phases.split()), leads_to)


_ADMIN, _KEEPER, _BOARD = Role.ELECTION_ADMINISTRATOR, Role.ROLL_KEEPER, Role.BOARD_MEMBER
_SECRETARY, _CERTIFIER = Role.COUNCIL_SECRETARY, Role.CERTIFIER
_LEADER, _DESK, _ENTERER = Role.STATION_LEADER, Role.POLLING_OFFICIAL, Role.ENTERER
_BEFORE = "called candidacy preparation"
_UNTIL_CLOSING = "called candidacy preparation polling"
_UNDER_WAY = "called candidacy preparation polling counting counted uncontested certified"
_NOMINATING = "candidacy preparation"
_ALWAYS = "candidacy preparation polling counting counted uncontested certified"
_KNOWN = "counted uncontested certified"

ACTS: Mapping[str, Permission] = {
    "call.set_board": _may(_ADMIN, phases=_BEFORE),
    "call.add_station": _may(_ADMIN, phases=_BEFORE),
    "call.count_together": _may(_ADMIN, _BOARD, phases="called candidacy preparation polling"),
    "call.move_clock": _may(_ADMIN, phases=_UNDER_WAY),
    "candidacy.open": _may(_ADMIN, phases="called", leads_to=Phase.CANDIDACY),
    "candidacy.close": _may(_ADMIN, phases="candidacy", leads_to=Phase.PREPARATION),
    "polling.open_polls": _may(_ADMIN, phases="preparation", leads_to=Phase.POLLING),
    "polling.close_polls": _may(_ADMIN, phases="polling", leads_to=Phase.COUNTING),
    "roll.import_extract": _may(_KEEPER, phases=_BEFORE),
    "roll.take_over": _may(_KEEPER, phases=_BEFORE),
    "roll.discard_extract": _may(_KEEPER, phases=_BEFORE),
    "roll.draw_up": _may(_KEEPER, phases=_BEFORE),
    "roll.freeze": _may(_KEEPER, _ADMIN, phases=_BEFORE),
    "roll.correct": _may(_KEEPER, _ADMIN, phases=_UNTIL_CLOSING),
    "roll.add_by_declaration": _may(_KEEPER, _ADMIN, phases=_UNTIL_CLOSING),
    "roll.receive_objection": _may(_KEEPER, _ADMIN, phases=_UNTIL_CLOSING),
    "roll.decide_objection": _may(_KEEPER, _ADMIN, phases=_UNTIL_CLOSING),
    "roll.look_at_protected": _may(_KEEPER, phases=_UNTIL_CLOSING),
    "roll.print_copy": _may(_KEEPER, _ADMIN, _LEADER, phases=_UNTIL_CLOSING),
    "roll.compare_rules": _may(_KEEPER, _ADMIN, phases=_BEFORE),
    # Its row holds no voter, so it may be written while votes are counted; "roll" may not (tests/architecture).
    "roll_copies.end": _may(_KEEPER, _ADMIN, _LEADER, phases=_UNDER_WAY),
    "candidacy.extend": _may(_ADMIN, _BOARD, phases="candidacy"),
    "candidacy.begin": _may(Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.write": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.set_photo": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.consent": _may(_ADMIN, Role.CANDIDATE, phases=_ALWAYS),
    "candidacy.discard": _may(Role.CANDIDATE, phases=_ALWAYS),
    "candidacy.send": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.register": _may(_ADMIN, phases=_NOMINATING),
    "candidacy.decide": _may(_ADMIN, phases=_NOMINATING),
    "candidacy.propose_refusal": _may(_ADMIN, phases=_NOMINATING),
    "candidacy.confirm_refusal": _may(_ADMIN, _BOARD, phases=_NOMINATING),
    "candidacy.drop_refusal": _may(_ADMIN, _BOARD, phases=_NOMINATING),
    "candidacy.complain": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.decide_complaint": _may(_BOARD, phases=_NOMINATING),
    "candidacy.withdraw": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.strike": _may(_ADMIN, _BOARD, phases="candidacy preparation polling"),
    "candidacy.send_links": _may(Role.CANDIDATE, phases=_ALWAYS),
    "candidacy.make_link": _may(_ADMIN, phases=_ALWAYS),
    "candidacy.use_link": _may(Role.CANDIDATE, phases=_ALWAYS),
    "candidacy.support": _may(Role.SUPPORTER, phases=_NOMINATING),
    "candidacy.take_back_support": _may(Role.SUPPORTER, phases=_NOMINATING),
    "candidacy.enter_supporters": _may(_ADMIN, phases=_NOMINATING),
    "lists.file": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "lists.arrange": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "lists.claim": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "lists.release": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "lists.notice": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "lists.withdraw": _may(_ADMIN, Role.CANDIDATE, phases=_NOMINATING),
    "candidacy.settle_ballot_order": _may(_BOARD, _ADMIN, phases="preparation"),
    "candidacy.declare_uncontested": _may(_BOARD, phases="preparation", leads_to=Phase.UNCONTESTED),
    "poll_cards.issue": _may(_KEEPER, _ADMIN, phases="preparation polling"),
    "poll_cards.replace": _may(_KEEPER, _DESK, _LEADER, phases="preparation polling"),
    "poll_cards.make_batch": _may(_KEEPER, _ADMIN, phases="preparation polling"),
    "poll_cards.finish_part": _may(_KEEPER, _ADMIN, phases="preparation polling"),
    "poll_cards.fetch_protected": _may(_KEEPER, phases="preparation polling"),
    "poll_cards.dispatch": _may(_KEEPER, _ADMIN, phases="preparation polling"),
    "poll_cards.take_receipt": _may(_KEEPER, _ADMIN, phases="preparation polling"),
    "poll_cards.discard_dispatch": _may(_KEEPER, _ADMIN, phases=_UNDER_WAY),
    "ballots.propose_proof": _may(_ADMIN, phases="preparation polling"),
    "ballots.approve_proof": _may(_ADMIN, _BOARD, phases="preparation polling"),
    "ballots.deliver": _may(_ADMIN, phases="preparation polling"),
    "ballots.move": _may(_ADMIN, _BOARD, _LEADER, phases="preparation polling"),
    "staffing.assign": _may(_ADMIN, phases=_UNTIL_CLOSING),
    "staffing.end": _may(_ADMIN, phases=_UNTIL_CLOSING),
    "staffing.make_passes": _may(_ADMIN, _BOARD, phases="preparation polling"),
    "staffing.fetch_codes": _may(_ADMIN, _BOARD, phases="preparation polling"),
    "staffing.fetch_pins": _may(_ADMIN, _BOARD, phases="preparation polling"),
    "staffing.end_pass": _may(_ADMIN, _LEADER, phases=_UNDER_WAY),
    "call.commit_seed": _may(_ADMIN, _BOARD, phases=_UNTIL_CLOSING),
    "polling.open_station": _may(_LEADER, phases="polling"),
    "polling.admit": _may(_DESK, _LEADER, phases="polling"),
    "polling.undo_admit": _may(_DESK, _LEADER, phases="polling"),
    "polling.exchange": _may(_DESK, _LEADER, phases="polling"),
    "polling.return_unused": _may(_DESK, _LEADER, phases="polling"),
    "polling.doubtful": _may(_DESK, _LEADER, phases="polling"),
    "polling.close_station": _may(_LEADER, phases="polling"),
    "polling.help": _may(_DESK, _LEADER, phases="polling"),
    "polling.undo_event": _may(_DESK, _LEADER, phases="polling"),
    "polling.count_queue": _may(_DESK, _LEADER, phases="polling"),
    "polling.decide_doubtful": _may(_BOARD, _LEADER, phases="polling"),
    "polling.settle_conflict": _may(_LEADER, _BOARD, phases="polling"),
    "postal.receive": _may(_ADMIN, _DESK, _LEADER, phases="preparation polling"),
    "postal.review": _may(_LEADER, _DESK, _BOARD, phases="polling"),
    "postal.move": _may(_LEADER, _BOARD, _ADMIN, phases="polling"),
    "alone.make_package": _may(_ADMIN, _LEADER, phases="preparation polling"),
    "alone.fetch_file": _may(_ADMIN, _LEADER, phases="preparation polling"),
    "alone.fetch_key": _may(_ADMIN, _LEADER, phases="preparation polling"),
    "alone.list_parted": _may(_ADMIN, _LEADER, phases="polling"),
    "alone.end_package": _may(_ADMIN, _LEADER, phases="preparation polling"),
    "alone.take_over": _may(_DESK, _LEADER, _ADMIN, _BOARD, phases="polling"),
    "alone.take_news": _may(_LEADER, phases="polling"),
    "paper_forms.make": _may(_ADMIN, _LEADER, phases="preparation polling"),
    "paper_forms.void": _may(_LEADER, phases="polling"),
    "paper_forms.read": _may(_DESK, _LEADER, phases="polling"),
    "paper_forms.take": _may(_LEADER, _DESK, _BOARD, phases="polling"),
    "closing.count_papers": _may(_LEADER, _DESK, _BOARD, phases="polling"),
    "closing.note": _may(_LEADER, _BOARD, phases="polling"),
    "closing.sign": _may(_LEADER, _BOARD, phases="polling"),
    "closing.decide_merge": _may(_LEADER, _BOARD, phases="polling counting"),
    "packets.seal": _may(_LEADER, _DESK, _BOARD, phases="polling counting counted"),
    "packets.receive": _may(_LEADER, _BOARD, _ADMIN, phases="polling counting counted"),
    "counting.enter_tally": _may(_ENTERER, phases="counting counted"),
    "counting.return_tally": _may(_BOARD, _LEADER, phases="counting counted"),
    "counting.discard_tallies": _may(_BOARD, phases="counting counted"),
    "counting.release_entry": _may(_BOARD, phases="counting counted"),
    "counting.record_lost_box": _may(_BOARD, phases="counting counted"),
    "counting.reopen_count": _may(_BOARD, phases="counting counted"),
    "counting.explain": _may(_LEADER, _BOARD, phases="counting counted"),
    "counting.decide_disputed": _may(_BOARD, phases="counting counted"),
    "counting.settle": _may(_BOARD, phases="counting counted"),
    "counting.record_lot": _may(_BOARD, phases="counting counted"),
    "counting.show_seed": _may(_BOARD, phases="counting counted"),
    "counting.determine": _may(_BOARD, phases="counting counted", leads_to=Phase.COUNTED),
    "certification.request": _may(_CERTIFIER, phases="counted uncontested"),
    "certification.withdraw": _may(_CERTIFIER, phases="counted uncontested"),
    "certification.approve": _may(_CERTIFIER, phases="counted uncontested", leads_to=Phase.CERTIFIED),
    "certification.reopen": _may(_CERTIFIER, _BOARD, phases="certified", leads_to=Phase.COUNTED),
    "certification.receive_complaint": _may(_ADMIN, _BOARD, _SECRETARY, phases=_KNOWN),
    "certification.decide_complaint": _may(_ADMIN, _BOARD, _SECRETARY, phases=_KNOWN),
    "certification.hand_over": _may(_ADMIN, _SECRETARY, phases="certified"),
    "retention.forget_refused": _may(_KEEPER, phases="preparation polling counting counted uncontested certified"),
    "retention.destroy": _may(_ADMIN, _KEEPER, phases=_KNOWN),
    "retention.erase_again": _may(_ADMIN, _KEEPER, phases=_UNDER_WAY),
}
"""Every act of an election. An act that is not here does not exist; a pair that is not here is refused."""


def allowed(act: str, phase: Phase) -> bool:
    return phase in ACTS[act].phases
