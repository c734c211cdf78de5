"""What two rules can be compared on: the regulations that are there and the people of an extract. One look, one
entry in the log; the figures themselves are kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from election.call.gate import ElectionWork, election_act
from election.call.records import Election
from election.roll.origin import PersonFacts
from election.roll.what_if import (
    NO_EXTRACT_TO_COMPARE,
    RightsCompared,
    can_be_judged,
    compare_rights,
    judge_of,
)
from registry.findings import Refused
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import RegulationError, load_bytes, shipped, shipped_ids
from registry.regulation.records import adopted_texts, adoption, drafts, newest
from registry.regulation.rules import Regulation
from registry.residents.assessment import demand_assessment
from registry.residents.records import Extract, Resident, latest_extract

_FACTS = (
    Resident.born_on,
    Resident.residence_municipality,
    Resident.status,
    Resident.citizenship,
    Resident.birth_country,
    Resident.mother_birth_country,
    Resident.father_birth_country,
    Resident.mother_citizenship,
    Resident.father_citizenship,
    Resident.resident_in_dk_since_on,
    Resident.polling_district,
)
"""In the order of `PersonFacts`."""


class Origin(StrEnum):
    """Where a regulation on the list comes from."""

    ADOPTED = "adopted"
    DRAFT = "draft"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Offered:
    """A regulation that can be compared: `key` is its name in the form, `sha256` (hex) is of its file."""

    key: str
    origin: Origin
    regulation: Regulation
    sha256: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at: two regulations, each on a day, and the extract (0: a file that is not kept)."""

    a: str
    a_sha256: str
    a_on: date
    b: str
    b_sha256: str
    b_on: date
    extract_number: int


def offered(session: Session, municipality: str) -> tuple[Offered, ...]:
    """Regulations that say who may vote: those adopted here, drafts that can be read, and every shipped one."""
    found = [
        Offered(
            f"{row.council}/{row.regulation_id}", Origin.ADOPTED, load_bytes(text, row.regulation_id), row.sha256
        )
        for row, text in adopted_texts(session, municipality)
    ]
    for draft in drafts(session, municipality):
        if adoption(session, draft) is not None:
            continue
        revision = newest(session, draft)
        try:
            regulation = load_bytes(bytes(revision.toml), draft.regulation_id)
        except RegulationError:  # still being written
            continue
        found.append(Offered(f"{draft.council}/{draft.regulation_id}", Origin.DRAFT, regulation, revision.sha256))
    for one in map(shipped, shipped_ids()):
        found.append(Offered(one.regulation.id, Origin.SHIPPED, one.regulation, one.sha256))
    sets = shipped_country_sets()
    return tuple(one for one in found if can_be_judged(one.regulation, sets))


def extract_here(session: Session, election: Election) -> Extract | None:
    """The extract in use whose residents are still here."""
    return latest_extract(session, election.scope)


def people_of(session: Session, extract: Extract) -> Iterator[PersonFacts]:
    """The facts of everybody in an extract, and no more than the rules ask for."""
    query = select(*_FACTS).where(
        Resident.municipality == extract.municipality,
        Resident.council == extract.council,
        Resident.extract_id == extract.id,
    )
    for row in session.execute(query.execution_options(yield_per=4000)):
        yield PersonFacts(*row)


def demand_file_may_be_read(session: Session, election: Election) -> None:
    """Raises Refused R491 in a real election without an impact assessment."""
    if election.is_live:
        demand_assessment(session, election.scope)


@election_act("roll.compare_rules")
def look_at_comparison(work: ElectionWork, look: Look) -> bool:
    """Write in the log that somebody looked, and at what. The figures are in no entry and in no table.

    In a real election a file is read only when there is an impact assessment, like any extract.
    """
    if not look.extract_number:
        demand_file_may_be_read(work.session, work.election)
    work.note(
        regulations=[look.a, look.b],
        sha256=[look.a_sha256, look.b_sha256],
        election_days=[look.a_on.isoformat(), look.b_on.isoformat()],
        extract=look.extract_number or "file",
    )
    return True


def compared(
    people: Iterator[PersonFacts], a: Offered, a_on: date, b: Offered, b_on: date, municipality: str
) -> RightsCompared:
    """Both rules on the people of one municipality, whoever's regulations they are. Raises Refused."""
    sets = shipped_country_sets()
    return compare_rights(
        people, judge_of(a.regulation, municipality, a_on, sets), judge_of(b.regulation, municipality, b_on, sets)
    )


def demand_extract(extract: Extract | None) -> Extract:
    if extract is None:
        raise Refused(NO_EXTRACT_TO_COMPARE)
    return extract
