"""Filling the posts: what is refused and leaves no trace, what can be taken back, what the minutes say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pypdfium2
import pytest

from election.constitution.acts import accept, decline, elect_unopposed, leave_post, nominate, record_round
from election.constitution.going_back import annul_round, reopen_post, undo_decline, withdraw
from election.constitution.records import BallotRound, ballot, rounds
from election.constitution.ties import chair_decides, record_lot
from registry.act import Installation
from registry.councils import clock
from registry.meetings.acts import finish_item, register_presence
from registry.meetings.going_back import undo_presence
from registry.meetings.minutes import minutes_pdf
from registry.meetings.records import meeting
from registry.meetings.rules import PresenceKind
from registry.membership.records import offices
from registry.regulation.choices import BallotForm
from tests.registry.meetings.convened import MUST_ACCEPT, NAMES, Held, convened, opened, refused

pytestmark = pytest.mark.slow

CAME, WENT = PresenceKind.ARRIVED, PresenceKind.LEFT
CHAIR, VICE, MUNICIPAL = 3, 4, 5
KAREN = NAMES[14]


def _nominate(held: Held, item: int, *names: str, form: BallotForm | None = None) -> UUID:
    who = tuple(held.who[name] for name in names)
    return nominate(*held.by, held.meeting_id, held.item(item), who, held.now, form)


def _elect(held: Held, item: int, name: str) -> UUID:
    """Unopposed, and the elected says yes."""
    made = _nominate(held, item, name)
    elect_unopposed(*held.by, made, held.now)
    accept(*held.by, made, held.now)
    return made


def _posts(held: Held) -> dict[str, str]:
    """Who holds which post on the first day of the term."""
    names = {key: name for name, key in held.who.items()}
    council = held.council.read()
    with held.council.installation.database.read() as session:
        day = clock.council_day(council, held.now)
        return {office.post: names[office.person_id] for office in offices(session, council, day)}


def _round(held: Held, made: UUID) -> BallotRound:
    with held.council.installation.database.read() as session:
        return rounds(session, ballot(session, held.council.scope, made))[-1]


def test_without_quorum_nobody_is_proposed_elected_or_voted_on(installation: Installation) -> None:
    """8 of 15 propose one; two leave: neither an unopposed election nor a round, and no new proposal."""
    held = opened(convened(installation), 8)
    made = _nominate(held, CHAIR, NAMES[0])
    for name in NAMES[6:8]:
        register_presence(*held.by, held.meeting_id, held.who[name], WENT, held.now)
    refused(installation, "R612", lambda: elect_unopposed(*held.by, made, held.now))
    refused(installation, "R612", lambda: record_round(*held.by, made, held.now, {held.who[NAMES[0]]: 6}))
    refused(installation, "R612", lambda: _nominate(held, VICE, NAMES[1]))


def test_more_votes_than_people_present_are_refused(installation: Installation) -> None:
    """9 present: 5 + 4 is all of them, one blank more is one too many; minus votes are no votes."""
    held = opened(convened(installation), 9)
    a, b = held.who[NAMES[0]], held.who[NAMES[1]]
    made = _nominate(held, CHAIR, NAMES[0], NAMES[1])
    told = refused(installation, "R636", lambda: record_round(*held.by, made, held.now, {a: 5, b: 4}, 1))
    assert "Der er afgivet 10 stemmer, men 9 er til stede." in told
    refused(installation, "R650", lambda: record_round(*held.by, made, held.now, {a: -1, b: 4}))
    refused(installation, "R637", lambda: record_round(*held.by, made, held.now, {a: 0, b: 0}, 9))
    assert record_round(*held.by, made, held.now, {a: 5, b: 4}).elected == a


def test_a_vote_with_a_name_by_somebody_who_has_left_is_refused(installation: Installation) -> None:
    """Ten present; the tenth leaves and cannot vote, R646; nine by name elect A with 5 of 9."""
    held = opened(convened(installation), 10)
    a, b, gone = (held.who[NAMES[n]] for n in (0, 1, 9))
    made = _nominate(held, CHAIR, NAMES[0], NAMES[1], form=BallotForm.NAMED)
    register_presence(*held.by, held.meeting_id, gone, WENT, held.now)
    votes: dict[UUID, UUID | None] = {who: a if n < 5 else b for n, who in enumerate(held.first(8))}
    votes[held.who[NAMES[8]]] = None
    told = refused(
        installation,
        "R646",
        lambda: record_round(*held.by, made, held.now, {}, by_name={**votes, gone: a}),
    )
    assert NAMES[9] in told
    refused(installation, "R651", lambda: record_round(*held.by, made, held.now, {a: 5, b: 3}, 1))
    assert record_round(*held.by, made, held.now, {}, by_name=votes).elected == a
    assert (_round(held, made).votes, _round(held, made).blank) == ({str(a): 5, str(b): 3}, 1)


@pytest.mark.parametrize("form", [BallotForm.SECRET, BallotForm.SHOW_OF_HANDS])
def test_names_are_kept_only_where_the_vote_bears_one(installation: Installation, form: BallotForm) -> None:
    """A secret vote and a show of hands have figures only; handing over names is refused R647."""
    held = opened(convened(installation), 9)
    made, a = _nominate(held, CHAIR, NAMES[0], form=form), held.who[NAMES[0]]
    refused(installation, "R647", lambda: record_round(*held.by, made, held.now, {}, by_name={a: a}))
    record_round(*held.by, made, held.now, {a: 9})
    assert _round(held, made).by_name is None


def test_only_those_who_may_stand_are_proposed_or_voted_for(installation: Installation) -> None:
    """Nobody; a stranger; somebody with a post; another group than the municipal council's."""
    held = opened(convened(installation), 9)
    refused(installation, "R633", lambda: _nominate(held, CHAIR))
    item = held.item(CHAIR)
    refused(installation, "R634", lambda: nominate(*held.by, held.meeting_id, item, (uuid4(),), held.now))
    _elect(held, CHAIR, NAMES[0])
    told = refused(installation, "R634", lambda: _nominate(held, VICE, NAMES[0]))
    assert "har allerede en post" in told
    told = refused(installation, "R634", lambda: _nominate(held, MUNICIPAL, NAMES[1]))
    assert "forbeholdt en anden gruppe" in told
    made = _nominate(held, VICE, NAMES[1])
    chair = held.who[NAMES[0]]
    refused(installation, "R634", lambda: record_round(*held.by, made, held.now, {chair: 9}))
    refused(installation, "R648", lambda: _nominate(held, 2, NAMES[1]))


def test_a_post_is_filled_once_and_in_order(installation: Installation) -> None:
    """A second ballot, an answer before the election, an election after it: each refused."""
    held = opened(convened(installation), 9)
    made = _nominate(held, CHAIR, NAMES[0], NAMES[1])
    refused(installation, "R631", lambda: _nominate(held, CHAIR, NAMES[2]))
    refused(installation, "R635", lambda: elect_unopposed(*held.by, made, held.now))
    refused(installation, "R643", lambda: accept(*held.by, made, held.now))
    refused(installation, "R643", lambda: decline(*held.by, made, held.now))
    refused(installation, "R645", lambda: annul_round(*held.reasoned(), made))
    record_round(*held.by, made, held.now, {held.who[NAMES[0]]: 9})
    refused(installation, "R632", lambda: record_round(*held.by, made, held.now, {held.who[NAMES[0]]: 9}))
    accept(*held.by, made, held.now)
    refused(installation, "R632", lambda: accept(*held.by, made, held.now))
    refused(installation, "R617", lambda: _nominate(held, CHAIR, NAMES[2]))
    refused(installation, "R630", lambda: accept(*held.by, uuid4(), held.now))


def test_whoever_must_accept_cannot_decline(installation: Installation) -> None:
    held = opened(convened(installation, MUST_ACCEPT), 9)
    made = _nominate(held, CHAIR, NAMES[0])
    elect_unopposed(*held.by, made, held.now)
    refused(installation, "R644", lambda: decline(*held.by, made, held.now))


def _to_lot(held: Held) -> UUID:
    """Round 2: A 5, B 3, C 3 with eleven present."""
    made = _nominate(held, CHAIR, *NAMES[:3])
    votes = dict(zip(held.first(3), (5, 3, 3), strict=True))
    record_round(*held.by, made, held.now, votes)
    record_round(*held.by, made, held.now, votes)
    return made


def test_a_lot_is_drawn_among_exactly_those_tied_and_before_anything_else(installation: Installation) -> None:
    """A is not tied; without who drew, who saw it and how, nothing is kept; no round before the lot."""
    held = opened(convened(installation), 11)
    made = _to_lot(held)
    a, b, c = held.first(3)

    def draw(who: tuple[UUID, ...], by: str = "Sekretæren") -> Callable[[], object]:
        return lambda: record_lot(*held.by, made, who, by, "Mødet", "Sedler", held.now)

    refused(installation, "R640", draw((a,)))
    refused(installation, "R640", draw(()))
    refused(installation, "R641", draw((b,), " "))
    refused(installation, "R639", lambda: record_round(*held.by, made, held.now, {a: 6, b: 5}))
    refused(installation, "R642", lambda: chair_decides(*held.by, made, b, held.now))
    draw((c,))()
    refused(installation, "R638", lambda: record_round(*held.by, made, held.now, {a: 6, b: 5}))
    assert record_round(*held.by, made, held.now, {a: 6, c: 5}).elected == a
    refused(installation, "R632", draw((b,)))


def test_a_round_that_is_annulled_is_held_again_and_its_lot_falls_with_it(installation: Installation) -> None:
    """Round 2 and its lot are annulled: the minutes have the reason and not the round; round 2 is held again."""
    held = opened(convened(installation), 11)
    made = _to_lot(held)
    record_lot(*held.by, made, held.first(3)[1:2], "Sekretæren", "Mødet", "Sedler", held.now)
    assert annul_round(*held.reasoned("Talt forkert."), made) == 2
    assert held.lines(CHAIR)[-1] == "Runde 2 er annulleret: Talt forkert."
    assert not any("Lodtrækning" in line for line in held.lines(CHAIR))
    refused(installation, "R005", lambda: annul_round(*held.by, made))
    assert record_round(*held.by, made, held.now, {held.first(1)[0]: 6}, 5).elected == held.first(1)[0]


def test_a_presence_that_a_round_rests_on_stays(installation: Installation) -> None:
    """Undoing it is refused R618 until the round is annulled; somebody who came after the round may be undone."""
    held = opened(convened(installation), 9)
    made = _nominate(held, CHAIR, NAMES[0], NAMES[1])
    record_round(*held.by, made, held.now, {held.who[NAMES[0]]: 4, held.who[NAMES[1]]: 4})
    refused(installation, "R618", lambda: undo_presence(*held.by, held.meeting_id, held.event(NAMES[8])))
    register_presence(*held.by, held.meeting_id, held.who[NAMES[9]], CAME, held.now)
    undo_presence(*held.by, held.meeting_id, held.event(NAMES[9]))
    annul_round(*held.reasoned(), made)
    undo_presence(*held.by, held.meeting_id, held.event(NAMES[8]))
    assert held.quorum().present == 8


def test_an_election_without_a_vote_rests_on_those_present_too(installation: Installation) -> None:
    held = opened(convened(installation), 8)
    elect_unopposed(*held.by, _nominate(held, CHAIR, NAMES[0]), held.now)
    refused(installation, "R618", lambda: undo_presence(*held.by, held.meeting_id, held.event(NAMES[7])))


def test_a_chair_that_is_taken_back_was_never_chair(installation: Installation) -> None:
    """Karen was chair, so the municipal post fell away; taken back, both are open again."""
    held = opened(convened(installation), 15)
    made = _elect(held, CHAIR, KAREN)
    _elect(held, VICE, NAMES[1])
    why = leave_post(*held.by, held.meeting_id, held.item(MUNICIPAL), held.now)
    assert why == f"{KAREN} er allerede formand, så kravet er opfyldt, og posten besættes ikke."
    withdraw(*held.reasoned("Forkert navn."), made)
    assert _posts(held) == {"vice_chair": NAMES[1]}
    assert held.lines(CHAIR) == ["Valget til posten som formand er taget om: Forkert navn."]
    assert held.lines(MUNICIPAL) == []
    _elect(held, CHAIR, NAMES[0])
    refused(installation, "R649", lambda: leave_post(*held.by, held.meeting_id, held.item(MUNICIPAL), held.now))
    _elect(held, MUNICIPAL, KAREN)
    assert _posts(held) == {"chair": NAMES[0], "vice_chair": NAMES[1], "municipal_member": KAREN}


def test_a_post_that_fell_away_or_was_put_off_is_opened_again(installation: Installation) -> None:
    held = opened(convened(installation), 15)
    made = _elect(held, CHAIR, KAREN)
    leave_post(*held.by, held.meeting_id, held.item(MUNICIPAL), held.now)
    reopen_post(*held.by, held.meeting_id, held.item(MUNICIPAL))
    assert held.lines(MUNICIPAL) == []
    finish_item(*held.by, held.meeting_id, held.item(VICE), held.now, "Valget er udsat.")
    reopen_post(*held.by, held.meeting_id, held.item(VICE))
    _elect(held, VICE, NAMES[1])
    refused(installation, "R632", lambda: reopen_post(*held.by, held.meeting_id, held.item(VICE)))
    refused(installation, "R632", lambda: reopen_post(*held.by, held.meeting_id, held.item(CHAIR)))
    refused(installation, "R648", lambda: reopen_post(*held.by, held.meeting_id, held.item(2)))
    assert made


def test_a_no_by_mistake_is_taken_back(installation: Installation) -> None:
    """As long as nobody else is proposed; then the elected can still accept."""
    held = opened(convened(installation), 9)
    made = _nominate(held, CHAIR, NAMES[0])
    elect_unopposed(*held.by, made, held.now)
    decline(*held.by, made, held.now)
    undo_decline(*held.by, made)
    assert held.lines(CHAIR)[-1] == f"{NAMES[0]} er valgt uden modkandidat."
    decline(*held.by, made, held.now)
    other = _nominate(held, CHAIR, NAMES[1])
    refused(installation, "R632", lambda: undo_decline(*held.by, made))
    withdraw(*held.reasoned(), other)


def test_nothing_is_registered_before_what_has_happened(installation: Installation) -> None:
    held = opened(convened(installation), 9)
    held.later(10)
    made = _nominate(held, CHAIR, NAMES[0])
    held.now -= timedelta(minutes=5)
    refused(installation, "R613", lambda: elect_unopposed(*held.by, made, held.now))


def test_whoever_is_elected_in_absence_does_not_take_the_chair(installation: Installation) -> None:
    """The fifteenth is not there; the minutes do not say that she took over the meeting."""
    held = opened(convened(installation), 9)
    _elect(held, CHAIR, KAREN)
    assert held.lines(CHAIR)[-1] == f"{KAREN} modtog valget og er formand."


def test_the_minutes_have_every_line_the_figures_and_who_voted_by_name(installation: Installation) -> None:
    """Text of the PDF: quorum, intervals, excused and absent, the sentence with its rule, names, DEMO."""
    held = opened(convened(installation), 9, excused=[NAMES[13]])
    a, b = held.who[NAMES[0]], held.who[NAMES[1]]
    made = _nominate(held, CHAIR, NAMES[0], NAMES[1], form=BallotForm.NAMED)
    held.later(2)
    votes: dict[UUID, UUID | None] = {who: a if n < 5 else b for n, who in enumerate(held.first(9))}
    record_round(*held.by, made, held.now, {}, by_name=votes)
    accept(*held.by, made, held.now)
    held.later(10)
    register_presence(*held.by, held.meeting_id, held.who[NAMES[8]], WENT, held.now)
    secret = _nominate(held, VICE, NAMES[2], form=BallotForm.SECRET)
    record_round(*held.by, secret, held.now, {held.who[NAMES[2]]: 8})
    with installation.database.read() as session:
        of = meeting(session, held.council.scope, held.meeting_id)
        pdf = minutes_pdf(session, held.council.read(), of)
    document: Any = cast(Any, pypdfium2).PdfDocument(pdf)
    text = " ".join("\n".join(page.get_textpage().get_text_range() for page in document).split())
    for wanted in (
        "Referat – udkast",
        "DEMO",
        "Integrationsrådet i Køge",
        "sendt onsdag den 20. december 2017: 19 dage før mødet; reglen er 14 dage (antaget)",
        "9 af 15 er til stede, 8 kræves: rådet er beslutningsdygtigt.",
        f"{NAMES[8]} Boligområderne til stede, gik kl. 17.12",
        f"{NAMES[13]} Lokalsamfundet afbud",
        f"{NAMES[12]} Lokalsamfundet udeblevet",
        f"Runde 1: {NAMES[0]} fik 5 stemmer, {NAMES[1]} 4. 9 til stede, 5 stemmer kræves. {NAMES[0]} er valgt.",
        "(KSTL § 24, stk. 1)",
        f"{NAMES[0]} overtog ledelsen af mødet kl. 17.02.",
        "Stemt af Stemte på",
        f"Formand: {NAMES[0]}",
    ):
        assert wanted in text, wanted
    assert text.count("Stemt af") == 1
    assert b"/StructTreeRoot" in pdf or b"pdfuaid" in pdf
