"""Every phase and act, asked one by one, and who is missing at the desks."""

from __future__ import annotations

from itertools import product

import pytest

from election.call.readiness import DUTIES, shortages
from election.call.rules import ACTS, PHASE_NAMES, Phase, allowed
from registry.roles import EVERY_ROLE, Role

CALLED, CANDIDACY, PREPARATION = Phase.CALLED, Phase.CANDIDACY, Phase.PREPARATION
POLLING, COUNTING, COUNTED, UNCONTESTED = Phase.POLLING, Phase.COUNTING, Phase.COUNTED, Phase.UNCONTESTED
CERTIFIED = Phase.CERTIFIED

# What a person does on their own behalf goes on when nobody registers any more: consents, links, a draft deleted.
OF_ONES_OWN = {
    "candidacy.consent",
    "candidacy.discard",
    "candidacy.send_links",
    "candidacy.make_link",
    "candidacy.use_link",
}
NOMINATING = {
    "candidacy.begin",
    "candidacy.write",
    "candidacy.set_photo",
    "candidacy.send",
    "candidacy.register",
    "candidacy.decide",
    "candidacy.propose_refusal",
    "candidacy.confirm_refusal",
    "candidacy.drop_refusal",
    "candidacy.complain",
    "candidacy.decide_complaint",
    "candidacy.withdraw",
    "candidacy.support",
    "candidacy.take_back_support",
    "candidacy.enter_supporters",
    "lists.file",
    "lists.arrange",
    "lists.claim",
    "lists.release",
    "lists.notice",
    "lists.withdraw",
}

# Written by hand beside the table, so that a slip in one of them shows.
EXPECTED: dict[Phase, set[str]] = {
    CALLED: {
        "poll_cards.discard_dispatch",
        "staffing.assign",
        "staffing.end",
        "staffing.end_pass",
        "retention.erase_again",
        "call.set_board",
        "call.add_station",
        "call.count_together",
        "call.commit_seed",
        "call.move_clock",
        "candidacy.open",
        "roll.import_extract",
        "roll.take_over",
        "roll.discard_extract",
        "roll.draw_up",
        "roll.freeze",
        "roll.correct",
        "roll.add_by_declaration",
        "roll.receive_objection",
        "roll.decide_objection",
        "roll.look_at_protected",
        "roll.print_copy",
        "roll.compare_rules",
        "roll_copies.end",
    },
    CANDIDACY: {
        "poll_cards.discard_dispatch",
        "staffing.assign",
        "staffing.end",
        "staffing.end_pass",
        "retention.erase_again",
        "call.set_board",
        "call.add_station",
        "call.count_together",
        "call.commit_seed",
        "call.move_clock",
        "candidacy.close",
        *NOMINATING,
        *OF_ONES_OWN,
        "candidacy.extend",
        "candidacy.strike",
        "roll.import_extract",
        "roll.take_over",
        "roll.discard_extract",
        "roll.draw_up",
        "roll.freeze",
        "roll.correct",
        "roll.add_by_declaration",
        "roll.receive_objection",
        "roll.decide_objection",
        "roll.look_at_protected",
        "roll.print_copy",
        "roll.compare_rules",
        "roll_copies.end",
    },
    PREPARATION: {
        "poll_cards.make_batch",
        "poll_cards.finish_part",
        "poll_cards.fetch_protected",
        "poll_cards.dispatch",
        "poll_cards.take_receipt",
        "poll_cards.discard_dispatch",
        "ballots.propose_proof",
        "ballots.approve_proof",
        "ballots.move",
        "staffing.assign",
        "staffing.end",
        "staffing.make_passes",
        "staffing.fetch_codes",
        "staffing.fetch_pins",
        "staffing.end_pass",
        "postal.receive",
        "alone.make_package",
        "alone.fetch_file",
        "alone.fetch_key",
        "alone.end_package",
        "paper_forms.make",
        "retention.erase_again",
        "retention.forget_refused",
        "call.set_board",
        "call.add_station",
        "call.count_together",
        "call.commit_seed",
        "call.move_clock",
        *NOMINATING,
        *OF_ONES_OWN,
        "candidacy.strike",
        "candidacy.settle_ballot_order",
        "candidacy.declare_uncontested",
        "roll.import_extract",
        "roll.take_over",
        "roll.discard_extract",
        "roll.draw_up",
        "roll.freeze",
        "roll.correct",
        "poll_cards.issue",
        "poll_cards.replace",
        "ballots.deliver",
        "polling.open_polls",
        "roll.add_by_declaration",
        "roll.receive_objection",
        "roll.decide_objection",
        "roll.look_at_protected",
        "roll.print_copy",
        "roll.compare_rules",
        "roll_copies.end",
    },
    POLLING: {
        "poll_cards.make_batch",
        "poll_cards.finish_part",
        "poll_cards.fetch_protected",
        "poll_cards.dispatch",
        "poll_cards.take_receipt",
        "poll_cards.discard_dispatch",
        "ballots.propose_proof",
        "ballots.approve_proof",
        "ballots.move",
        "staffing.assign",
        "staffing.end",
        "staffing.make_passes",
        "staffing.fetch_codes",
        "staffing.fetch_pins",
        "staffing.end_pass",
        "postal.receive",
        "alone.make_package",
        "alone.fetch_file",
        "alone.fetch_key",
        "alone.list_parted",
        "alone.end_package",
        "paper_forms.make",
        "polling.help",
        "polling.undo_event",
        "polling.count_queue",
        "polling.decide_doubtful",
        "polling.settle_conflict",
        "postal.review",
        "postal.move",
        "alone.take_over",
        "alone.take_news",
        "paper_forms.void",
        "paper_forms.read",
        "paper_forms.take",
        "closing.count_papers",
        "closing.note",
        "closing.sign",
        "closing.decide_merge",
        "packets.seal",
        "packets.receive",
        *OF_ONES_OWN,
        "candidacy.strike",
        "retention.erase_again",
        "retention.forget_refused",
        "call.count_together",
        "call.commit_seed",
        "call.move_clock",
        "roll.correct",
        "poll_cards.issue",
        "poll_cards.replace",
        "ballots.deliver",
        "polling.close_polls",
        "polling.open_station",
        "polling.admit",
        "polling.undo_admit",
        "polling.exchange",
        "polling.return_unused",
        "polling.doubtful",
        "polling.close_station",
        "roll.add_by_declaration",
        "roll.receive_objection",
        "roll.decide_objection",
        "roll.look_at_protected",
        "roll.print_copy",
        "roll_copies.end",
    },
    COUNTING: {
        "poll_cards.discard_dispatch",
        "staffing.end_pass",
        *OF_ONES_OWN,
        "retention.erase_again",
        "retention.forget_refused",
        "call.move_clock",
        "closing.decide_merge",
        "counting.enter_tally",
        "counting.return_tally",
        "counting.explain",
        "counting.reopen_count",
        "counting.settle",
        "counting.decide_disputed",
        "counting.discard_tallies",
        "counting.release_entry",
        "counting.record_lost_box",
        "counting.show_seed",
        "packets.seal",
        "packets.receive",
        "counting.record_lot",
        "counting.determine",
        "roll_copies.end",
    },
    # Until the result is certified a tally may be returned and the count settled and determined once more.
    COUNTED: {
        "poll_cards.discard_dispatch",
        "staffing.end_pass",
        *OF_ONES_OWN,
        "retention.erase_again",
        "retention.forget_refused",
        "retention.destroy",
        "call.move_clock",
        "counting.enter_tally",
        "counting.return_tally",
        "counting.explain",
        "counting.reopen_count",
        "counting.settle",
        "counting.decide_disputed",
        "counting.discard_tallies",
        "counting.release_entry",
        "counting.record_lost_box",
        "counting.show_seed",
        "packets.seal",
        "packets.receive",
        "counting.record_lot",
        "counting.determine",
        "certification.request",
        "certification.withdraw",
        "certification.approve",
        "certification.receive_complaint",
        "certification.decide_complaint",
        "roll_copies.end",
    },
    UNCONTESTED: {
        "poll_cards.discard_dispatch",
        "staffing.end_pass",
        *OF_ONES_OWN,
        "retention.erase_again",
        "retention.forget_refused",
        "retention.destroy",
        "call.move_clock",
        "certification.request",
        "certification.withdraw",
        "certification.approve",
        "certification.receive_complaint",
        "certification.decide_complaint",
        "roll_copies.end",
    },
    # What is certified stands: no tally, no lot, no explanation, until two people open it again.
    CERTIFIED: {
        "poll_cards.discard_dispatch",
        "staffing.end_pass",
        *OF_ONES_OWN,
        "retention.erase_again",
        "retention.forget_refused",
        "retention.destroy",
        "call.move_clock",
        "certification.reopen",
        "certification.receive_complaint",
        "certification.decide_complaint",
        "certification.hand_over",
        "roll_copies.end",
    },
}


@pytest.mark.parametrize(("phase", "act"), list(product(Phase, sorted(ACTS))))
def test_every_pair_of_phase_and_act_is_as_the_law_of_the_house_says(phase: Phase, act: str) -> None:
    assert allowed(act, phase) is (act in EXPECTED[phase])


def test_no_act_is_expected_that_the_table_does_not_know() -> None:
    assert set().union(*EXPECTED.values()) == set(ACTS)


def test_an_act_that_does_not_exist_is_no_act_at_all() -> None:
    with pytest.raises(KeyError):
        allowed("counting.make_it_up", COUNTING)


def test_the_steps_lead_from_the_call_to_the_result_and_past_the_poll_when_nobody_need_vote() -> None:
    steps = {(p, step.leads_to) for step in ACTS.values() for p in step.phases if step.leads_to}
    assert steps == {
        (CALLED, CANDIDACY),
        (CANDIDACY, PREPARATION),
        (PREPARATION, POLLING),
        (PREPARATION, UNCONTESTED),
        (POLLING, COUNTING),
        (COUNTING, COUNTED),
        (COUNTED, COUNTED),  # determined anew after a mended tally
        (COUNTED, CERTIFIED),
        (UNCONTESTED, CERTIFIED),
        (CERTIFIED, COUNTED),  # opened again by two people with a reason
    }


def test_nothing_leads_back_but_opening_a_certified_result_again() -> None:
    order = list(Phase)
    for act, step in ACTS.items():
        for phase in step.phases:
            leads_back = step.leads_to is not None and order.index(step.leads_to) < order.index(phase)
            assert leads_back == (act == "certification.reopen"), act
    assert {step.leads_to for step in ACTS.values() if COUNTED in step.phases} == {None, COUNTED, CERTIFIED}
    assert {step.leads_to for step in ACTS.values() if UNCONTESTED in step.phases} == {None, CERTIFIED}


def test_where_no_poll_is_held_nobody_is_admitted_and_nothing_is_counted() -> None:
    """The uncontested path never gives "0 votes": there is no act by which a vote could be entered."""
    harmless = {
        "call.move_clock",
        "roll_copies.end",
        "poll_cards.discard_dispatch",
        "staffing.end_pass",
        *OF_ONES_OWN,
    }
    acts = {a for a, step in ACTS.items() if UNCONTESTED in step.phases} - harmless
    assert all(act.startswith(("certification.", "retention.")) for act in acts)


def test_every_act_has_a_role_and_nobody_who_runs_the_machine_or_audits_has_one() -> None:
    for act, step in ACTS.items():
        assert step.roles, act
        assert not step.roles & {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}, act


def test_a_candidate_has_a_hand_in_the_own_case_and_the_own_list_only() -> None:
    assert {act for act, step in ACTS.items() if Role.CANDIDATE in step.roles} == {
        "candidacy.begin",
        "candidacy.write",
        "candidacy.set_photo",
        "candidacy.consent",
        "candidacy.discard",
        "candidacy.send",
        "candidacy.complain",
        "candidacy.withdraw",
        "candidacy.send_links",
        "candidacy.use_link",
        "lists.file",
        "lists.arrange",
        "lists.claim",
        "lists.release",
        "lists.notice",
        "lists.withdraw",
    }


def test_a_supporter_supports_and_takes_it_back() -> None:
    assert {act for act, step in ACTS.items() if Role.SUPPORTER in step.roles} == {
        "candidacy.support",
        "candidacy.take_back_support",
    }


def test_every_phase_has_a_danish_name() -> None:
    assert set(PHASE_NAMES) == set(Phase)


def _fully_staffed() -> dict[Role, set[object]]:
    """The fewest who fill every duty: 2 keepers, 1 administrator, 1 leader, 1 desk, 3 board members,
    2 enterers, 2 certifiers."""
    return {
        Role.ROLL_KEEPER: {"k1", "k2"},
        Role.ELECTION_ADMINISTRATOR: {"a1"},
        Role.STATION_LEADER: {"l1"},
        Role.POLLING_OFFICIAL: {"d1"},
        Role.BOARD_MEMBER: {"b1", "b2", "b3"},
        Role.ENTERER: {"e1", "e2"},
        Role.CERTIFIER: {"c1", "c2"},
    }


def _short(holders: dict[Role, set[object]]) -> list[tuple[list[str], int, int]]:
    return [([d.act for d in s.duties], s.needed, s.assigned) for s in shortages(holders)]


def test_enough_different_people_leave_no_shortage() -> None:
    assert shortages(_fully_staffed()) == []


def test_with_nobody_assigned_every_duty_is_named_once() -> None:
    named = [d.act for s in shortages({}) for d in s.duties]
    assert sorted(named) == sorted(d.act for group in DUTIES for d in group)


def test_one_leader_and_no_desk_official_cannot_receive_voters() -> None:
    """Two are needed at the desk; the leader is one of them."""
    staff = _fully_staffed() | {Role.POLLING_OFFICIAL: set()}
    assert _short(staff) == [(["polling.admit"], 2, 1)]


def test_the_same_two_people_as_enterers_and_certifiers_are_too_few() -> None:
    """2 enter and 2 certify, all different: 4 needed, 2 there. Each duty alone has enough."""
    staff = _fully_staffed() | {Role.ENTERER: {"x", "y"}, Role.CERTIFIER: {"x", "y"}}
    assert _short(staff) == [(["counting.enter_tally", "certification.approve"], 4, 2)]


def test_who_returns_a_tally_is_neither_enterer_nor_certifier() -> None:
    """Board and leader are also the enterers and certifiers: 2 + 1 + 2 = 5 needed, 4 there."""
    staff = _fully_staffed() | {
        Role.BOARD_MEMBER: {"b1", "b2", "b3"},
        Role.STATION_LEADER: {"l1"},
        Role.ENTERER: {"b1", "b2"},
        Role.CERTIFIER: {"b3", "l1"},
    }
    assert _short(staff) == [(["counting.enter_tally", "counting.return_tally", "certification.approve"], 5, 4)]


def test_only_the_smallest_set_that_is_short_is_named() -> None:
    """Without enterers the larger sets with them are short too; mending the first mends those."""
    staff = _fully_staffed() | {Role.ENTERER: set()}
    assert _short(staff) == [(["counting.enter_tally"], 2, 0)]


def test_every_duty_is_for_roles_that_somebody_can_be_granted() -> None:
    for group in DUTIES:
        for duty in group:
            assert duty.roles <= EVERY_ROLE
            assert duty.people > 0
