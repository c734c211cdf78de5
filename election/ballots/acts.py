"""The proof of the ballot papers and its approval, and every movement of blank papers."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from election.ballots.papers import NO_CANDIDATES, ballot_papers, paper_pdf, proof_state, without_paper
from election.ballots.records import (
    BallotApproval,
    BallotProof,
    PaperMovement,
    delivered,
    leads_at,
    movements,
)
from election.ballots.rules import EVERYBODYS, ballot_types
from election.ballots.stock_rules import Moved, Movement, at_stations, overdrawn, stock
from election.call.gate import ElectionWork, election_act
from election.call.records import Station
from registry.accounts.records import holds_role, names
from registry.findings import Refused, Term, finding_kind
from registry.one_person import is_one_of
from registry.roles import Role

NO_SUCH_STATION = finding_kind("R314", "Stemmestedet findes ikke i dette valg. Intet er ændret.")
BAD_DELIVERY = finding_kind(
    "R315", "Der kan ikke være {papers} stemmesedler på stemmestedet. Leveringen er ikke gemt. Ret tallet."
)
ORDER_NOT_SETTLED = finding_kind(
    "R291", "Rækkefølgen på stemmesedlen er ikke fastlagt. Intet er sendt til godkendelse. Fastlæg den først."
)
ON_NO_PAPER = finding_kind(
    "R292",
    "Disse kandidater står ikke på nogen stemmeseddel, fordi de mangler gruppe eller liste: {names}. "
    "Intet er sendt til godkendelse. Ret anmeldelserne først.",
)
NOT_WHAT_WAS_COMPARED = finding_kind(
    "R293",
    "Stemmesedlen er ikke længere den, du sammenlignede. Intet er godkendt. Hent siden igen, og sammenlign på ny.",
)
APPROVED_BY_ANOTHER = finding_kind(
    "R294",
    "Den, der har lavet korrekturen, kan ikke selv godkende den. Intet er godkendt. Bed en kollega om det.",
)
NOT_APPROVED = finding_kind(
    "R295",
    "Stemmesedlen er ikke godkendt af to personer, så der må ikke trykkes. Intet er gemt. "
    "Få den nye korrektur godkendt først.",
)
NOT_SO_MANY = finding_kind(
    "R318",
    "Bevægelsen er ikke gemt: {place} ville komme til at mangle {missing} stemmesedler. "
    "Ret tallet, eller skriv først den bevægelse, der mangler.",
)
NO_SUCH_MOVEMENT = finding_kind(
    "R319",
    "Bevægelsen er ikke gemt: sted, seddel og antal passer ikke sammen. "
    "Et antal er ikke 0, og en rettelse har minus foran og en begrundelse.",
)
LEADS_ELSEWHERE = finding_kind(
    "R799",
    "{name} står ikke på vagtplanen som leder af {stations}. Bevægelsen er ikke gemt. "
    "Bed lederen dér om at skrive under, eller bed valgkontoret om at rette vagtplanen.",
)
THE_STORE = Term("lageret")


@election_act("ballots.propose_proof")
def propose_proof(work: ElectionWork) -> str:
    """Freeze the papers as they stand and ask another person to compare them. Returns their SHA-256.

    Every paper is typeset first, so that what is approved can also be printed. (KRVL § 24 borrowed)
    """
    papers = ballot_papers(work.session, work.election)
    state = proof_state(work.session, work.election, papers)
    if not state.is_settled:
        raise Refused(ORDER_NOT_SETTLED)
    if nowhere := without_paper(work.session, work.election, papers):
        raise Refused(ON_NO_PAPER, names=", ".join(one.ballot_name for one in nowhere))
    if not papers:
        raise Refused(NO_CANDIDATES)
    if state.is_approved or state.is_waiting:
        return state.sha256
    for paper in papers:
        paper_pdf(work.election, [paper])
    number = state.proof.number + 1 if state.proof else 1
    work.session.add(
        BallotProof(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            number=number,
            sha256=state.sha256,
            at=work.act.at,
            by=work.act.actor,
        )
    )
    work.note(proof=number, sha256=state.sha256, papers=len(papers))
    return state.sha256


@election_act("ballots.approve_proof")
def approve_proof(work: ElectionWork, sha256: str) -> int:
    """Another person has compared the proof with the candidates, name by name. Returns its number.

    `sha256` is of what was compared: a paper that was changed meanwhile is not approved. (KRVL § 24 borrowed)
    """
    state = proof_state(work.session, work.election)
    if state.proof is None or not state.is_waiting or state.sha256 != sha256:
        raise Refused(NOT_WHAT_WAS_COMPARED)
    if is_one_of(work.session, work.scope.municipality, work.act.actor, [state.proof.by]):
        raise Refused(APPROVED_BY_ANOTHER)
    work.session.add(
        BallotApproval(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            proof_id=state.proof.id,
            proposed_by=state.proof.by,
            at=work.act.at,
            by=work.act.actor,
        )
    )
    work.note(proof=state.proof.number, sha256=sha256)
    return state.proof.number


@election_act("ballots.move", needs_second=True)
def move(
    work: ElectionWork,
    kind: Movement,
    from_id: UUID | None,
    to_id: UUID | None,
    ballot_type: str,
    papers: int,
    batch: str,
    seal_number: str,
) -> int:
    """Papers change hands, signed by the two who count them; a negative number corrects an earlier row.

    Returns what the place that received them now has; of a store of which nothing is known, what came in.
    (KRVL §§ 52, 58 borrowed)
    """
    new = Moved(kind, from_id, to_id, ballot_type, papers)
    places = {place: station_of(work, place).name for place in (from_id, to_id) if place is not None}
    _demand_leaders(work, places)
    is_known = ballot_type in ballot_types(work.election) or (papers < 0 and ballot_type == EVERYBODYS)
    is_reasoned = papers > 0 or bool(work.act.reason.strip())
    if not (new.is_possible and is_known and papers and is_reasoned):
        raise Refused(NO_SUCH_MOVEMENT)
    if kind is Movement.PRINTED and papers > 0 and not proof_state(work.session, work.election).is_approved:
        raise Refused(NOT_APPROVED)
    before = [one.moved for one in movements(work.session, work.election)]
    if short := overdrawn(before, new):
        name = places[short.place] if short.place is not None else THE_STORE
        raise Refused(NOT_SO_MANY, place=name, missing=short.missing)
    _add(work, new, batch, seal_number)
    after = [*before, new]
    if to_id is not None:
        return sum(there for (place, _), there in at_stations(after).items() if place == to_id)
    left = stock(after, ballot_type).in_store
    return papers if left is None else left


def _demand_leaders(work: ElectionWork, places: Mapping[UUID, str]) -> None:
    """Whoever signs as a leader leads one of the stations that the papers leave or reach. Raises Refused R799.

    Of the second person it is enough to be of the office or the board. (Regulation: duties at the stations)
    """
    act, others = work.act, work.roles - {Role.STATION_LEADER}
    leaders = [act.actor] if act.role is Role.STATION_LEADER else []
    if act.second_actor is not None and not holds_role(work.session, work.scope, act.second_actor, others):
        leaders.append(act.second_actor)
    for one in leaders if places else ():
        leads = leads_at(work.session, work.election, one)
        if leads is not None and leads.isdisjoint(places):
            who = names(work.session, work.scope.municipality, [one]).get(one, "?")
            raise Refused(LEADS_ELSEWHERE, status=403, name=who, stations=", ".join(places.values()))


@election_act("ballots.deliver")
def deliver(work: ElectionWork, station_id: UUID, papers: int, batch: str) -> int:
    """Record blank papers handed to a station; a negative number corrects an earlier row and needs a reason.

    Returns how many the station has been given in all. Only a rehearsal from files delivers so: whoever
    works on the page signs with another (`move`).
    """
    station = station_of(work, station_id)
    total = delivered(work.session, work.election).get(station.id, 0) + papers
    if papers == 0 or total < 0 or (papers < 0 and not work.act.reason.strip()):
        raise Refused(BAD_DELIVERY, papers=total)
    _add(work, Moved(Movement.DELIVERED, None, station.id, EVERYBODYS, papers), batch, "")
    return total


def station_of(work: ElectionWork, station_id: UUID) -> Station:
    """The station, if it is one of this election. Raises Refused R314."""
    station = work.session.get(Station, (work.scope.municipality, work.scope.council, station_id))
    if station is None or station.election_id != work.election.id:
        raise Refused(NO_SUCH_STATION, status=404)
    return station


def _add(work: ElectionWork, new: Moved, batch: str, seal_number: str) -> None:
    work.session.add(
        PaperMovement(
            municipality=work.scope.municipality,
            council=work.scope.council,
            id=uuid4(),
            election_id=work.election.id,
            kind=new.kind.value,
            from_id=new.from_id,
            to_id=new.to_id,
            ballot_type=new.ballot_type,
            papers=new.papers,
            batch=batch,
            seal_number=seal_number,
            reason=work.act.reason,
            at=work.act.at,
            by=work.act.actor,
            cosigned_by=work.act.second_actor,
        )
    )
    work.note(
        kind=new.kind.value,
        source=str(new.from_id) if new.from_id else "",
        to=str(new.to_id) if new.to_id else "",
        papers=new.papers,
        seal_number=seal_number,
    )
