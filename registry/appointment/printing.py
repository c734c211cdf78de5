"""The case for the appointing body on paper, in the form in which a municipal council reads its cases.

Every sentence is made from the facts that the election handed over, the regulation and what is registered in
the case. What none of them says is left open for the administration; no figure is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy.orm import Session

from registry.appointment.records import AppointmentCase, case_of, decision_history
from registry.appointment.rules import NO_SUCH_CASE, RULING_NAMES, Ruling
from registry.appointment.standing import CaseStanding, GroupStanding, Proposed, standing
from registry.councils import clock
from registry.councils.records import CouncilTerm
from registry.documents import danish_day, render
from registry.findings import Refused
from registry.regulation.choices import Route, SubstituteOrder
from registry.regulation.ruled import Ruled

_METHODS = {
    "personal-votes": "personlige stemmer: de kandidater, der fik flest stemmer, er valgt",
    "block-vote": "flere stemmer til hver vælger: de kandidater, der fik flest stemmer, er valgt",
    "lists-dhondt": "lister, fordelt efter d’Hondts metode",
}
_ORDERS = {
    SubstituteOrder.VOTES: "efter stemmetal",
    SubstituteOrder.WITHIN_GROUP: "efter stemmetal inden for gruppen",
    SubstituteOrder.PER_LIST: "efter listens rækkefølge",
    SubstituteOrder.NONE: "ingen stedfortrædere",
}
_PURPOSES = {
    "seat": "en plads i rådet",
    "list-seat": "en plads til en liste",
    "substitute-order": "rækkefølgen af stedfortrædere",
}
_NEW_WORDING_FROM = date(2022, 1, 1)
"""The day from which law no. 2623 of 28 December 2021 gives § 42 its present wording."""


def appointment_case_pdf(session: Session, term: CouncilTerm) -> bytes:
    """The case as it stands now. Raises Refused R564 when there is none, DocumentProblem as `render` does."""
    of = case_of(session, term)
    if of is None:
        raise Refused(NO_SUCH_CASE, status=404)
    stands = standing(session, term, of)
    elected = [row for row in stands.groups if row.group.route == Route.ELECTED]
    others = [row for row in stands.groups if row.group.route != Route.ELECTED]
    waiting = [one for row in elected for one in row.substitutes if one.decision is None and not one.is_proposed]
    history = decision_history(session, of)
    return render(
        "appointment_case.typ",
        {
            "is_demo": not term.is_live,
            "dated_on": clock.today(term),
            "municipality": term.regulation.municipality.name.value,
            "council": term.council_name,
            "body": of.body,
            "case_no": history[-1].case_no if history else "",
            "revision": of.revision,
            "period": f"{_day(term.starts_on)} – {_day(term.ends_on)}",
            "election": _election(of),
            "elected": [_person(one) for row in elected for one in row.people],
            "substitutes": [_person(one) for row in elected for one in row.substitutes],
            "lots": [_lot(lot) for lot in of.facts.get("lots", [])],
            "others": [_group(row) for row in others],
            "deviations": [finding.in_danish() for finding in stands.deviations],
            "certified": _certified(of.facts),
            "law": _law(term, of),
            "rules": list(_rules(term)),
            "recommendations": list(_recommendations(of, term, elected, others, waiting)),
            "decisions": _decisions(stands),
        },
    )


def _day(on: date) -> str:
    return format_date(on, "d. MMMM y", locale="da")


def _instant(text: str) -> str:
    return clock.shown(datetime.fromisoformat(text)).replace("kl. ", "kl.\u00a0")


def _election(of: AppointmentCase) -> dict[str, object]:
    facts = of.facts
    told: dict[str, object] = {
        "day": danish_day(_poll_day(facts, of.election_on)),
        "is_uncontested": bool(facts.get("is_uncontested")),
        "seats": facts.get("seats"),
        "vacant": facts.get("vacant") or 0,
        "method": _METHODS.get(str(facts.get("method")), str(facts.get("method", ""))),
        "by_list": [f"{key}: {number}" for key, number in sorted((facts.get("seats_by_list") or {}).items())],
        "complaints": facts.get("complaints_received"),
        "complaint_deadline": _instant(facts["complaint_deadline"]) if facts.get("complaint_deadline") else "",
    }
    voted, may_vote = facts.get("voted"), facts.get("may_vote")
    if voted is not None and may_vote:
        told |= {"voted": voted, "may_vote": may_vote, "turnout": _percent(voted, may_vote)}
    return told


def _poll_day(facts: Mapping[str, Any], elected_on: date) -> date:
    """The day of the poll, also where none was held; a case made before this was noted has no other day."""
    return date.fromisoformat(facts["poll_on"]) if facts.get("poll_on") else elected_on


def _percent(part: int, whole: int) -> str:
    """With one decimal, rounded half up, in whole numbers: 311 of 3,204 is 9,7."""
    per_mille = (2000 * part + whole) // (2 * whole)
    return f"{per_mille // 10},{per_mille % 10}"


def _person(one: Proposed) -> dict[str, object]:
    state = ""
    if one.decision is not None and one.ruling is not Ruling.APPOINTED:
        state = str(RULING_NAMES[Ruling(one.decision.ruling)])
    return {
        "name": one.name,
        "votes": one.nominee.votes,
        "queue": one.nominee.queue,
        "rank": one.nominee.rank,
        "state": state,
    }


def _lot(lot: Mapping[str, Any]) -> dict[str, object]:
    return {
        "about": _PURPOSES.get(str(lot["for"]), str(lot["for"])),
        "among": list(lot["among"]),
        "drawn": list(lot["drawn"]),
        "drawn_by": lot["drawn_by"],
        "witnesses": lot["witnesses"],
        "method": lot["method"],
        "at": _instant(lot["drawn_at"]),
    }


def _group(row: GroupStanding) -> dict[str, object]:
    return {
        "name": row.group.name,
        "seats": row.seats,
        "free": row.free,
        "people": [
            {"name": one.name, "by": "" if one.on_behalf_of == "-" else one.on_behalf_of}
            for one in row.people
            if one.is_proposed
        ],
    }


def _certified(facts: Mapping[str, Any]) -> dict[str, object]:
    sha256 = str(facts.get("record_sha256", ""))
    return {
        "at": _instant(facts["certified_at"]) if facts.get("certified_at") else "",
        "by": [str(name) for name in facts.get("certified_by", [])],
        "revision": facts.get("record_revision", 1),
        "sha256": " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8)),
    }


def _law(term: CouncilTerm, of: AppointmentCase) -> list[str]:
    """§ 42 in the wording in force on election day, where the regulation rests on that act."""
    if "integrationsloven" not in term.regulation.basis.act.value.casefold():
        return []
    if of.election_on < _NEW_WORDING_FROM:
        text = (
            "Integrationsloven § 42, stk. 3, i den ordlyd, der gjaldt på valgdagen: Integrationsrådet har "
            "»mindst syv medlemmer med bopæl i kommunen«, og »medlemmerne udpeges af kommunalbestyrelsen«."
        )
    else:
        text = (
            "Integrationsloven § 42, stk. 3, i den ordlyd, der gjaldt på valgdagen: »Medlemmerne udpeges af "
            "kommunalbestyrelsen. Kommunalbestyrelsen kan udpege et eller flere medlemmer af rådet som "
            "repræsentanter for kommunen. Rådets funktionsperiode følger den kommunale valgperiode.«"
        )
    return [
        text,
        "Det direkte valg er vejledende. Den, der er valgt, er først medlem, når udpegningen er besluttet.",
    ]


def _rules(term: CouncilTerm) -> Iterator[dict[str, object]]:
    """What the case rests on, each with the source that the regulation gives, or that it is assumed and why."""
    regulation = term.regulation
    yield _rule("Lovgrundlag", regulation.basis.act, str(regulation.basis.act.value))
    yield _rule("Udpeges af", regulation.after.appointed_by, regulation.after.appointed_by.value)
    size = term.composition.legal_size
    yield _rule("Medlemmer med stemmeret", size, str(size.value))
    for group in term.composition.groups:
        seats = group.seats or regulation.seats.number
        yield _rule(group.name.value, seats, f"{seats.value} pladser")
    order, most = regulation.substitutes.order, regulation.substitutes.max
    yield _rule("Stedfortræderes rækkefølge", order, _ORDERS[order.value])
    if order.value is not SubstituteOrder.NONE:
        each = " for hvert medlem" if regulation.substitutes.is_per_member.value else ""
        yield _rule("Stedfortrædere, højst", most, f"{most.value}{each}")
    yield _rule("Perioden begynder", regulation.after.term_starts_on, _day(term.starts_on))
    yield _rule("Perioden slutter", regulation.after.term_ends_on, _day(term.ends_on))


def _rule(name: str, rule: Ruled[Any], value: str) -> dict[str, object]:
    return {"name": name, "value": value, "source": rule.source, "is_assumed": rule.is_assumed}


def _recommendations(
    of: AppointmentCase,
    term: CouncilTerm,
    elected: list[GroupStanding],
    others: list[GroupStanding],
    waiting: list[Proposed],
) -> Iterator[dict[str, object]]:
    period = f"for perioden {_day(term.starts_on)} – {_day(term.ends_on)}"
    chosen = [one for row in elected for one in (*row.people, *row.substitutes) if one.is_proposed]
    if chosen:
        text = f"at {of.body} udpeger de valgte som medlemmer af {term.council_name} {period}:"
        yield _point(text, [one.name for one in chosen])
    if waiting:
        text = "at stedfortræderne indtræder i den nævnte rækkefølge, når en valgt plads bliver ledig:"
        yield _point(text, [_ranked(one) for one in waiting], is_ranked=True)
    for row in others:
        people = [one for one in row.people if one.is_proposed]
        if people:
            how = "efter indstilling" if row.group.route == Route.NOMINATED else "uden indstilling"
            text = f"at {of.body} udpeger følgende {how} til {row.group.name} {period}:"
            yield _point(text, [_nominated(one) for one in people])
    for row in (*elected, *others):
        if row.free:
            places = "den ledige plads" if row.free == 1 else f"de {row.free} ledige pladser"
            yield _point(f"at {of.body} tager stilling til {places}: {row.group.name}.", [])


def _point(text: str, names: list[str], *, is_ranked: bool = False) -> dict[str, object]:
    return {"text": text, "names": names, "is_ranked": is_ranked}


def _ranked(one: Proposed) -> str:
    line = f" ({one.nominee.queue})" if one.nominee.queue else ""
    return f"{one.nominee.rank}. {one.name}{line}"


def _nominated(one: Proposed) -> str:
    return one.name if one.on_behalf_of == "-" else f"{one.name} ({one.on_behalf_of})"


def _decisions(stands: CaseStanding) -> list[dict[str, object]]:
    """What the body has decided already; empty while the case is only a proposal."""
    return [
        {
            "name": one.name,
            "ruling": str(RULING_NAMES[Ruling(one.decision.ruling)]),
            "body": one.decision.body,
            "day": f"{one.decision.decided_on:%d-%m-%Y}",
            "case_no": one.decision.case_no,
            "reason": one.decision.reason,
        }
        for one in stands.everybody
        if one.decision is not None
    ]
