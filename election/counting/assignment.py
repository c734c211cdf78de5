"""Who makes which of the two entries of a station, and how the board lets somebody else make it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete

from election.ballots.acts import station_of
from election.call.gate import ElectionWork, election_act
from election.call.records import Station
from election.counting import rules as say
from election.counting.persons import acts_as_one_of
from election.counting.records import Tally, TallyAssignment, assignments, counts, opened_counts, tally_history
from election.counting.rules import CountKind
from registry.accounts.records import names
from registry.findings import Refused, finding_kind

ENTRY_OF_ANOTHER = finding_kind(
    "R366",
    "Indtastning {entry} for {station} skal laves af {name}, som begyndte på den. Intet er gemt. "
    "Kan {name} ikke, så bed valgbestyrelsen om at lade en anden overtage den.",
)
NOTHING_TO_RELEASE = finding_kind(
    "R367",
    "Ingen mangler at lave indtastning {entry} for {station} om. Intet er ændret. "
    "Er tallene indtastet og forkerte, så send dem tilbage først.",
)
ENTERER_RELEASES = finding_kind(
    "R368",
    "Den, der selv har indtastet, kan ikke lade en anden overtage. Intet er ændret. Tilkald en anden fra "
    "valgbestyrelsen.",
)
HAS_SEEN_FIGURES = finding_kind(
    "R372",
    "Du har set tallene for {station}, da en indtastning blev sendt tilbage eller overtaget. Intet er gemt. "
    "En, der ikke har set dem, skal indtaste.",
)


def assign(work: ElectionWork, station: Station, kind: CountKind, entry: int) -> None:
    """Bind the person to this entry of the station; nobody makes both, also not one who was released, and nobody
    who has sent one back or let it go to another, with the figures on the screen.

    The database refuses the same account for both. (KRVL § 74 borrowed)
    """
    who = assignments(work.session, work.election, station.id, kind.value)
    history = tally_history(work.session, work.election, station.id, kind.value)
    others = [person for own, person in who.items() if own != entry]
    others += [tally.official_id for tally in history if tally.entry != entry]
    if acts_as_one_of(work, others):
        raise Refused(say.SAME_ENTERER, status=403, station=station.name)
    if acts_as_one_of(work, _have_seen(work, station, kind, history)):
        raise Refused(HAS_SEEN_FIGURES, status=403, station=station.name)
    if entry not in (1, 2) or any(t.entry == entry and t.returned_at is None for t in history):
        raise Refused(say.ENTRY_IN_USE, entry=entry, station=station.name)
    owner = who.get(entry)
    if owner is not None and owner != work.act.actor:
        name = names(work.session, work.election.municipality, [owner]).get(owner, "")
        raise Refused(ENTRY_OF_ANOTHER, entry=entry, station=station.name, name=name)
    if owner is None:
        work.session.add(
            TallyAssignment(
                municipality=work.scope.municipality,
                council=work.scope.council,
                station_id=station.id,
                kind=kind.value,
                entry=entry,
                official_id=work.act.actor,
            )
        )
        work.session.flush()


def _have_seen(work: ElectionWork, station: Station, kind: CountKind, history: Sequence[Tally]) -> set[UUID]:
    """Who handled figures that do not hold, since the last agreed count: that one everybody may know."""
    opened = opened_counts(work.session, work.election, station.id)
    since = max((one.reopened_at for one in opened if one.kind == kind.value and one.reopened_at), default=None)
    late = [one for one in history if one.returned_at and (since is None or one.returned_at > since)]
    return {who for one in late for who in (one.returned_by, one.released_by) if who is not None}


def who_entered(work: ElectionWork, station: Station, kind: CountKind) -> set[UUID]:
    """Everyone who is or was bound to an entry of this count."""
    history = tally_history(work.session, work.election, station.id, kind.value)
    bound = assignments(work.session, work.election, station.id, kind.value)
    return {*bound.values(), *(tally.official_id for tally in history)}


@election_act("counting.release_entry", needs_reason=True)
def release_entry(work: ElectionWork, station_id: UUID, kind: CountKind, entry: int) -> UUID:
    """Let somebody else make an entry that was sent back and that its person cannot make. Returns who is released.

    By somebody of the board who has entered neither. The figures and the person's name stay with the reason; the
    person makes neither the other entry nor a certification. (KRVL § 74 borrowed)
    """
    station = station_of(work, station_id)
    work.writer = f"counting/{station.code}"
    history = tally_history(work.session, work.election, station.id, kind.value)
    who = assignments(work.session, work.election, station.id, kind.value)
    if acts_as_one_of(work, who_entered(work, station, kind)):
        raise Refused(ENTERER_RELEASES)
    own = [tally for tally in history if tally.entry == entry]
    is_agreed = (station.id, kind.value) in counts(work.session, work.election)
    if is_agreed or entry not in who or not own or own[-1].returned_at is None:
        raise Refused(NOTHING_TO_RELEASE, entry=entry, station=station.name)
    last, released = own[-1], who[entry]
    last.released_at, last.released_by, last.release_reason = work.act.at, work.act.actor, work.act.reason
    work.session.execute(
        delete(TallyAssignment).where(
            TallyAssignment.municipality == work.scope.municipality,
            TallyAssignment.council == work.scope.council,
            TallyAssignment.station_id == station.id,
            TallyAssignment.kind == kind.value,
            TallyAssignment.entry == entry,
        )
    )
    work.note(station=station.code, kind=kind.value, entry=entry, released=str(released))
    return released
