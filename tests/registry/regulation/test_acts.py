"""Drafts: saved revision by revision, adopted by two people, never changed after that."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from registry.accounts.acts import appoint_first
from registry.act import Act, Installation
from registry.findings import Refused
from registry.regulation.acts import Saved, adopt, arrange, begin_draft, save_unit, unit_sha256
from registry.regulation.available import available
from registry.regulation.draft_file import Standing, Stated
from registry.regulation.loader import RegulationError, shipped
from registry.regulation.records import adopted_texts, draft_of, newest, revisions
from registry.roles import Role
from tests.scenarios import SCOPE, officials

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = "election_administrator_2"
SEVEN = {"number": Stated(Standing.CITED, 7, "§ 4")}


@dataclass
class Office:
    installation: Installation
    people: dict[str, UUID]

    def act(self, second: str | None = None, request_id: UUID | None = None) -> Act:
        two = self.people[second] if second else None
        first = self.people["election_administrator"]
        return Act(first, Role.ELECTION_ADMINISTRATOR, NOW, request_id or uuid4(), "", two)

    def begin(self, regulation_id: str = "koege-2030", made_from: str = "koege-2018") -> Saved:
        return begin_draft(self.installation, SCOPE, self.act(), regulation_id, shipped(made_from).data, made_from)

    def text(self, regulation_id: str = "koege-2030") -> bytes:
        with self.installation.database.read() as session:
            draft = draft_of(session, SCOPE, regulation_id)
            assert draft is not None
            return bytes(newest(session, draft).toml)

    def save(self, path: str, says: dict[str, Stated], seen: str | None = None) -> Saved:
        seen = seen or unit_sha256(self.text(), path)
        return save_unit(self.installation, SCOPE, self.act(), "koege-2030", path, says, seen)

    def approve(self) -> Saved:
        self.save("basis", {"state": Stated(Standing.CITED, "approved", "Byrådet 1. marts 2026")})
        return self.latest()

    def latest(self) -> Saved:
        with self.installation.database.read() as session:
            draft = draft_of(session, SCOPE, "koege-2030")
            assert draft is not None
            one = newest(session, draft)
            return Saved("koege-2030", one.number, one.sha256)

    def adopt(self, sha256: str, second: str | None = SECOND) -> Saved:
        return adopt(self.installation, SCOPE, self.act(second), "koege-2030", sha256)


@pytest.fixture
def office(installation: Installation) -> Office:
    people = officials(installation)
    start = Act(UUID(int=0), Role.SYSTEM_ADMINISTRATOR, NOW, uuid4())
    with installation.database.write() as session:
        people[SECOND] = appoint_first(
            session, SCOPE.municipality, SECOND, "Anden Administrator", "x", [Role.ELECTION_ADMINISTRATOR], start
        )
    return Office(installation, people)


def test_every_saving_is_a_revision_and_none_is_lost(office: Office) -> None:
    first = office.begin()
    second = office.save("seats", SEVEN)
    assert (first.revision, second.revision) == (1, 2)
    with office.installation.database.read() as session:
        draft = draft_of(session, SCOPE, "koege-2030")
        assert draft is not None
        assert [one.number for one in revisions(session, draft)] == [2, 1]
    assert b"is = 7" in office.text()


def test_the_same_id_is_not_begun_twice_nor_taken_from_a_shipped_one(office: Office) -> None:
    office.begin()
    with pytest.raises(Refused, match="R450"):
        office.begin()
    with pytest.raises(Refused, match="R450"):
        office.begin("koege-2018")


def test_a_file_that_is_no_toml_leaves_nothing(office: Office) -> None:
    with pytest.raises(RegulationError):
        begin_draft(office.installation, SCOPE, office.act(), "koege-2030", b"id = ", "fil.toml")
    with office.installation.database.read() as session:
        assert draft_of(session, SCOPE, "koege-2030") is None


def test_two_who_change_the_same_unit_do_not_overwrite_each_other(office: Office) -> None:
    office.begin()
    seen = unit_sha256(office.text(), "seats")
    office.save("seats", SEVEN, seen)
    with pytest.raises(Refused, match="R454"):
        office.save("seats", {"number": Stated(Standing.CITED, 9, "§ 5")}, seen)
    assert b"is = 7" in office.text()


def test_two_who_change_different_units_do_not_disturb_each_other(office: Office) -> None:
    office.begin()
    seats, basis = (unit_sha256(office.text(), path) for path in ("seats", "basis"))
    office.save("seats", SEVEN, seats)
    office.save("basis", {"state": Stated(Standing.CITED, "draft", "§ 1")}, basis)
    assert b"is = 7" in office.text()
    assert b'is = "draft"' in office.text()


def test_two_people_adopt_what_they_have_read(office: Office) -> None:
    office.begin()
    done = office.adopt(office.approve().sha256)
    with office.installation.database.read() as session:
        [(row, text)] = adopted_texts(session, SCOPE.municipality)
        keys = [one.key for one in available(session, SCOPE.municipality) if one.is_for_elections]
    assert (row.regulation_id, row.sha256, text) == ("koege-2030", done.sha256, office.text())
    assert row.adopted_by != row.approved_by
    assert keys[0] == "integrationsraad/koege-2030"


@pytest.mark.parametrize("second", [None, "election_administrator"])
def test_one_person_adopts_nothing(office: Office, second: str | None) -> None:
    office.begin()
    with pytest.raises(Refused, match="R006"):
        office.adopt(office.approve().sha256, second)


def test_somebody_without_the_role_is_no_second_person(office: Office) -> None:
    office.begin()
    with pytest.raises(Refused, match="R002"):
        office.adopt(office.approve().sha256, "roll_keeper")


def test_a_text_that_has_moved_on_is_not_adopted(office: Office) -> None:
    office.begin()
    read = office.approve()
    office.save("seats", SEVEN)
    with pytest.raises(Refused, match="R457"):
        office.adopt(read.sha256)


def test_a_draft_with_a_fault_is_not_adopted(office: Office) -> None:
    """Nought seats contradict § 4: there must be at least one."""
    office.begin()
    office.approve()
    office.save("seats", {"number": Stated(Standing.CITED, 0, "§ 4")})
    with pytest.raises(Refused, match="R455"):
        office.adopt(office.latest().sha256)


def test_a_draft_that_calls_itself_a_draft_is_not_adopted(office: Office) -> None:
    office.begin()
    saved = office.save("basis", {"state": Stated(Standing.CITED, "draft", "forvaltningen")})
    with pytest.raises(Refused, match="R456"):
        office.adopt(saved.sha256)


def test_a_regulation_of_another_municipality_is_not_adopted_here(office: Office) -> None:
    office.begin(made_from="kobenhavn-2006")
    with pytest.raises(Refused, match="R459"):
        office.adopt(office.approve().sha256)


def test_what_is_adopted_is_never_changed_and_can_be_copied(office: Office) -> None:
    office.begin()
    done = office.adopt(office.approve().sha256)
    with pytest.raises(Refused, match="R452"):
        office.save("seats", SEVEN)
    with pytest.raises(Refused, match="R452"):
        arrange(office.installation, SCOPE, office.act(), "koege-2030", "add", "sources.memo")
    with pytest.raises(Refused, match="R452"):
        office.adopt(done.sha256)
    copied = begin_draft(office.installation, SCOPE, office.act(), "koege-2034", office.text(), "koege-2030")
    assert copied.revision == 1


def test_a_double_click_begins_one_draft(office: Office) -> None:
    request = uuid4()
    data = shipped("koege-2018").data
    once, twice = (
        begin_draft(office.installation, SCOPE, office.act(request_id=request), "koege-2030", data, "koege-2018")
        for _ in range(2)
    )
    assert once == twice


@pytest.mark.parametrize("path", ["seats.number", "id", "composition", "sources.Æ", "sources.", "sources.a-b"])
def test_only_entries_can_be_arranged(office: Office, path: str) -> None:
    office.begin()
    with pytest.raises(Refused, match="R458"):
        arrange(office.installation, SCOPE, office.act(), "koege-2030", "remove", path)


def _at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each task answers, or the code of its refusal, when all begin together."""
    start = Barrier(len(tasks))

    def do(task: Callable[[], object]) -> object:
        start.wait()
        try:
            return task()
        except Refused as refused:
            return refused.kind.code

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(do, tasks))


def test_two_who_save_different_units_in_the_same_moment_both_save(office: Office) -> None:
    for number in range(8):
        regulation_id = f"koege-{2030 + number}"
        office.begin(regulation_id)
        text = office.text(regulation_id)

        def save(path: str, says: dict[str, Stated], of: str = regulation_id, seen: bytes = text) -> Saved:
            return save_unit(office.installation, SCOPE, office.act(), of, path, says, unit_sha256(seen, path))

        state = {"state": Stated(Standing.CITED, "approved", "§ 1")}
        saved = _at_once(partial(save, "seats", SEVEN), partial(save, "basis", state))
        assert sorted(one.revision for one in saved if isinstance(one, Saved)) == [2, 3], saved
        assert b"is = 7" in office.text(regulation_id)
        assert b'is = "approved"' in office.text(regulation_id)


def test_two_who_adopt_or_begin_in_the_same_moment_do_it_once(office: Office) -> None:
    first, second = _at_once(office.begin, office.begin)
    assert {type(first), type(second)} == {Saved, str}
    assert "R450" in (first, second)
    sha256 = office.approve().sha256
    answers = _at_once(partial(office.adopt, sha256), partial(office.adopt, sha256))
    assert sorted(str(type(one).__name__) for one in answers) == ["Saved", "str"]
    assert "R452" in answers
