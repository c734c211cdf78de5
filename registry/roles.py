"""The roles an official may hold. Their ids are part of the rehearsal contract and never change."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from registry.findings import Term


class Role(StrEnum):
    SYSTEM_ADMINISTRATOR = "system_administrator"
    ELECTION_ADMINISTRATOR = "election_administrator"
    ROLL_KEEPER = "roll_keeper"
    BOARD_MEMBER = "board_member"
    STATION_LEADER = "station_leader"
    POLLING_OFFICIAL = "polling_official"
    ENTERER = "enterer"
    CERTIFIER = "certifier"
    COUNCIL_SECRETARY = "council_secretary"
    AUDITOR = "auditor"
    CANDIDATE = "candidate"
    """Nobody is granted this: whoever registers as a candidate acts on their own behalf, without an account."""
    SUPPORTER = "supporter"
    """Nobody is granted this either: whoever supports a candidacy has proved by MitID who they are."""


ROLE_NAMES: Mapping[Role, Term] = {
    Role.SYSTEM_ADMINISTRATOR: Term("systemadministrator"),
    Role.ELECTION_ADMINISTRATOR: Term("valgadministrator"),
    Role.ROLL_KEEPER: Term("valglisteansvarlig"),
    Role.BOARD_MEMBER: Term("valgbestyrelsen"),
    Role.STATION_LEADER: Term("stemmestedsleder"),
    Role.POLLING_OFFICIAL: Term("valgtilforordnet"),
    Role.ENTERER: Term("indtaster"),
    Role.CERTIFIER: Term("attestant"),
    Role.COUNCIL_SECRETARY: Term("rådssekretær"),
    Role.AUDITOR: Term("revisor"),
}
EVERY_ROLE = frozenset(Role) - {Role.CANDIDATE, Role.SUPPORTER}
ONESELF = UUID(int=0)
"""The actor of an act that a person does on their own behalf, without an account."""
