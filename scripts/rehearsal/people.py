"""The officials of a case: everyone it names, and who does an act when the case does not say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from registry.accounts import acts as accounts
from registry.act import Act, Installation
from registry.database import WHOLE_MUNICIPALITY, Scope
from registry.findings import Refused
from registry.roles import Role
from scripts.rehearsal.case import Case
from scripts.rehearsal.trouble import BadInput, Waiting

_SECOND_PERSON = "Anden valgtilforordnet"


class People:
    """Officials by name, with their roles; made through the same acts as on the page of officials."""

    def __init__(
        self,
        installation: Installation,
        case: Case,
        password_hash: str,
        at: datetime,
        username_of: Callable[[str], str] | None = None,
    ) -> None:
        self.installation = installation
        self.municipality = case.regulation.municipality.code.value
        self.council = case.regulation.council.id.value
        self._ids: dict[str, UUID] = {}
        self._roles: dict[UUID, set[Role]] = {}
        self._at = at
        installation.keys.create(self.municipality)
        with installation.database.write() as session:
            self._founder = accounts.appoint_first(
                session,
                self.municipality,
                "system",
                "Systemadministrator",
                password_hash,
                [Role.SYSTEM_ADMINISTRATOR],
                self._act(UUID(int=0)),
            )
        self._password_hash = password_hash
        self._username_of = username_of or (lambda _: uuid4().hex)
        named = {official.name: official.roles for official in case.officials}
        for member in dict.fromkeys((case.chair, *case.board)):
            if Role.BOARD_MEMBER not in named.get(member, ()):
                named[member] = (*named.get(member, ()), Role.BOARD_MEMBER)
        for name, roles in named.items():
            self._add(name, roles)

    def _add(self, name: str, roles: Iterable[Role]) -> None:
        scope = Scope(self.municipality, WHOLE_MUNICIPALITY)
        person = accounts.create_official(
            self.installation, scope, self._act(self._founder), self._username_of(name), name, self._password_hash
        )
        self._ids[name], self._roles[person] = person, set()
        for role in roles:
            try:
                accounts.grant_role(self.installation, scope, self._act(self._founder), person, role, self.council)
            except Refused as refused:
                raise BadInput("election.toml", str(refused)) from refused
            self._roles[person].add(role)

    def _act(self, actor: UUID) -> Act:
        return Act(actor, Role.SYSTEM_ADMINISTRATOR, self._at.astimezone(UTC), uuid4())

    def named(self, name: str, roles: Iterable[Role]) -> tuple[UUID, Role] | None:
        """The official of that name with one of the roles, or None."""
        person = self._ids.get(name)
        if person is None:
            return None
        held = sorted(self._roles[person] & set(roles))
        return (person, held[0]) if held else None

    def knows(self, name: str) -> bool:
        return name in self._ids

    def anyone(self, roles: Iterable[Role], apart_from: Iterable[UUID] = ()) -> tuple[UUID, Role]:
        """The first official of the case with one of the roles. Raises Waiting when there is none."""
        wanted, avoided = list(roles), set(apart_from)
        for role in wanted:
            for person, held in self._roles.items():
                if role in held and person not in avoided:
                    return person, role
        raise Waiting(f"official with role {' or '.join(wanted)}")

    def besides(self, person: UUID, roles: Iterable[Role]) -> UUID:
        """Somebody else with one of the roles. A case that names nobody else gets a polling official of its own:
        that two people look is the act's rule, and no case had to name the second.
        """
        try:
            return self.anyone(roles, [person])[0]
        except Waiting:
            self._add(_SECOND_PERSON, [Role.POLLING_OFFICIAL])
            return self._ids[_SECOND_PERSON]
