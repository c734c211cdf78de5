"""Which roles one person may hold together, and how roles begin and end."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from registry.accounts import records
from registry.accounts.acts import (
    appoint_first,
    create_official,
    end_role,
    first_administrator,
    grant_role,
    make_one_time_code,
    set_password,
)
from registry.accounts.records import Official, RoleGrant, SignIn, holds_role
from registry.accounts.rules import clash
from registry.act import Act, Installation
from registry.database import Scope
from registry.findings import Refused
from registry.roles import EVERY_ROLE, ONESELF, Role
from tests.scenarios import CALLED_AT, EVERYWHERE, PASSWORD, SCOPE, officials

ALONE = {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}


@pytest.mark.parametrize("held", sorted(EVERY_ROLE))
@pytest.mark.parametrize("wanted", sorted(EVERY_ROLE))
def test_who_runs_the_machine_and_who_audits_hold_nothing_else(held: Role, wanted: Role) -> None:
    """Ten roles, 100 pairs: a pair clashes when it is two roles and one of them must be held alone."""
    expected = held != wanted and bool(ALONE & {held, wanted})
    assert (clash({held}, wanted) is not None) == expected


def test_the_clashing_role_is_named() -> None:
    assert clash({Role.ENTERER, Role.AUDITOR}, Role.ROLL_KEEPER) is Role.AUDITOR
    assert clash({Role.ENTERER}, Role.SYSTEM_ADMINISTRATOR) is Role.ENTERER
    assert clash(set(), Role.SYSTEM_ADMINISTRATOR) is None


@pytest.fixture
def who(installation: Installation) -> dict[str, UUID]:
    return officials(installation)


def _act(who: dict[str, UUID], reason: str = "") -> Act:
    return Act(who["system_administrator"], Role.SYSTEM_ADMINISTRATOR, CALLED_AT, uuid4(), reason)


def test_roles_that_clash_are_refused_and_nothing_is_granted(
    installation: Installation, who: dict[str, UUID]
) -> None:
    with pytest.raises(Refused) as refused:
        grant_role(installation, EVERYWHERE, _act(who), who["auditor"], Role.ENTERER, "*")
    assert refused.value.kind.code == "R010"
    assert "Auditor" in refused.value.in_danish()
    with installation.database.read() as session:
        held = records.grants(session, "0259", who["auditor"])
    assert {grant.role for grant in held} == {Role.AUDITOR}


def test_a_role_for_one_council_is_no_role_in_another(installation: Installation, who: dict[str, UUID]) -> None:
    made = create_official(installation, EVERYWHERE, _act(who), "ny", "Ny Kollega", "-")
    grant_role(installation, EVERYWHERE, _act(who), made, Role.ENTERER, SCOPE.council)
    with installation.database.read() as session:
        assert holds_role(session, SCOPE, made, {Role.ENTERER})
        assert not holds_role(session, SCOPE, made, {Role.CERTIFIER})
        assert not holds_role(session, Scope("0259", "aeldreraad"), made, {Role.ENTERER})
        assert not holds_role(session, Scope("0157", SCOPE.council), made, {Role.ENTERER})
        assert holds_role(session, Scope("0259", "aeldreraad"), who["enterer"], {Role.ENTERER}), (
            "* is every council"
        )


def test_nobody_is_granted_the_candidates_own_role(installation: Installation, who: dict[str, UUID]) -> None:
    with installation.database.read() as session:
        assert holds_role(session, SCOPE, ONESELF, {Role.CANDIDATE})
        assert not holds_role(session, SCOPE, ONESELF, {Role.CANDIDATE, Role.ELECTION_ADMINISTRATOR})
        assert not holds_role(session, SCOPE, ONESELF, {Role.ELECTION_ADMINISTRATOR})
    assert Role.CANDIDATE not in EVERY_ROLE


def test_a_role_that_ended_stays_on_record_with_its_reason(
    installation: Installation, who: dict[str, UUID]
) -> None:
    ended = end_role(installation, EVERYWHERE, _act(who, "Orlov"), who["enterer"], Role.ENTERER, "*")
    assert ended == 1
    with installation.database.read() as session:
        assert not holds_role(session, SCOPE, who["enterer"], {Role.ENTERER})
        grant = session.scalars(select(RoleGrant).where(RoleGrant.official_id == who["enterer"])).one()
        assert (grant.end_reason, grant.ended_by) == ("Orlov", who["system_administrator"])
        assert who["enterer"] not in records.holders(session, SCOPE)[Role.ENTERER]


def test_the_last_system_administrator_stays(installation: Installation, who: dict[str, UUID]) -> None:
    boss = who["system_administrator"]
    with pytest.raises(Refused) as refused:
        end_role(installation, EVERYWHERE, _act(who, "Stopper"), boss, Role.SYSTEM_ADMINISTRATOR, "*")
    assert refused.value.kind.code == "R017"
    other = create_official(installation, EVERYWHERE, _act(who), "ny", "Ny", "-")
    grant_role(installation, EVERYWHERE, _act(who), other, Role.SYSTEM_ADMINISTRATOR, "*")
    assert end_role(installation, EVERYWHERE, _act(who, "Stopper"), boss, Role.SYSTEM_ADMINISTRATOR, "*") == 1


def test_a_username_is_taken_whatever_its_case(installation: Installation, who: dict[str, UUID]) -> None:
    with pytest.raises(Refused) as refused:
        create_official(installation, EVERYWHERE, _act(who), " Enterer ", "En anden", "-")
    assert refused.value.kind.code == "R013"


def test_somebody_elses_official_cannot_be_given_a_role(installation: Installation, who: dict[str, UUID]) -> None:
    stranger = officials(installation, Scope("0157", SCOPE.council))["enterer"]
    for act in (
        lambda: grant_role(installation, EVERYWHERE, _act(who), stranger, Role.CERTIFIER, "*"),
        lambda: set_password(installation, EVERYWHERE, _act(who), stranger, "-"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.kind.code == "R016"


def test_a_new_password_ends_every_session(installation: Installation, who: dict[str, UUID]) -> None:
    with installation.database.write() as session:
        session.add(
            SignIn(
                token_sha256=b"t" * 32,
                municipality="0259",
                official_id=who["enterer"],
                began_at=CALLED_AT,
                seen_at=CALLED_AT,
                confirmed_at=CALLED_AT,
            )
        )
    set_password(installation, EVERYWHERE, _act(who), who["enterer"], "-")
    with installation.database.read() as session:
        assert session.get_one(SignIn, b"t" * 32).ended_at == CALLED_AT


def test_the_first_administrator_uses_a_code_once(installation: Installation) -> None:
    start = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, CALLED_AT, uuid4())
    code = make_one_time_code(installation, start)
    with pytest.raises(Refused) as wrong:
        first_administrator(installation, start, "0" * 16, "0259", "chef", "Chef", "-")
    made = first_administrator(installation, start, code.lower(), "0259", "chef", "Chef", "-")
    with pytest.raises(Refused) as used:
        first_administrator(installation, start, code, "0259", "chef2", "Chef", "-")
    assert wrong.value.kind.code == used.value.kind.code == "R015"
    with installation.database.read() as session:
        assert session.scalars(select(Official.id)).all() == [made]
        assert holds_role(session, SCOPE, made, {Role.SYSTEM_ADMINISTRATOR})


def test_the_cpr_number_of_an_official_is_kept_as_a_fingerprint_only(
    installation: Installation, who: dict[str, UUID]
) -> None:
    cpr = "0811832250"  # invented: fails modulus 11
    made = create_official(installation, EVERYWHERE, _act(who), "ny", "Ny", "-", cpr)
    with installation.database.read() as session:
        person = records.official(session, "0259", made)
    assert person is not None
    assert person.cpr_index == installation.keys.open("0259").blind_index(cpr)


def test_appointing_the_first_official_is_in_the_log(installation: Installation) -> None:
    from registry.audit.records import verify

    start = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, CALLED_AT, uuid4())
    with installation.database.write() as session:
        appoint_first(session, "0259", "chef", "Chef", "-", [Role.SYSTEM_ADMINISTRATOR], start)
    with installation.database.read() as session:
        assert verify(session, EVERYWHERE, "office").entries == 1
    assert len(PASSWORD) >= 12
