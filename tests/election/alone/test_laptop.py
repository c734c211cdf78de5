"""From the package to the laptop, from the journal to a new start, from the laptop to the centre."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from election.alone.acts import end_package
from election.alone.package import kept
from election.poll_cards.acts import replace
from election.polling.acts import Admitted, AlreadyAdmitted, admit, replace_card_at_station, undo_admit
from election.polling.paper_acts import exchange
from election.polling.records import PollingEvent
from election.postal.acts import review
from election.postal.rules import NO_SUCH_VOTE
from registry.accounts.records import Official
from registry.act import Installation
from registry.findings import Refused
from tests.election.alone.setting import (
    admissions,
    at_desk,
    deliver,
    listed,
    make,
    marked,
    own_voters,
    start_laptop,
    two_stations,
)
from tests.scenarios import Played


def test_while_a_package_is_in_force_the_centre_admits_nobody_there(
    installation: Installation, tmp_path: Path
) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    voter = own_voters(played)[0]
    desk = (*played.by, played.act("polling_official"), played.election_id, played.stations[0], "1", voter)
    with pytest.raises(Refused, match="R760"):
        admit(*desk)
    end_package(
        *played.by,
        played.act("station_leader", reason="Laptoppen er død"),
        played.election_id,
        made.package_id,
        None,
    )
    assert isinstance(
        admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], "1", voter),
        Admitted,
    )


def test_a_laptop_does_what_the_centre_takes_over(installation: Installation, tmp_path: Path) -> None:
    """Three admitted, one undone, one twice: the centre has the same figures, and twice sent is once taken."""
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    a, b, c, *_ = own_voters(played)
    for voter in (a, b, c):
        assert isinstance(at_desk(laptop, played, voter), Admitted)
    assert isinstance(at_desk(laptop, played, a), AlreadyAdmitted)
    undo_admit(
        laptop.installation,
        laptop.scope,
        played.act("station_leader", reason="Forkert vælger"),
        played.election_id,
        laptop.head.station,
        "1",
        b,
    )
    assert laptop.journal.last_seq == 5
    first = deliver(played, laptop)
    again = deliver(played, laptop)
    assert (first.last_seq, first.taken_now, first.conflicts, first.trouble) == (5, 5, 0, None)
    assert (again.last_seq, again.taken_now) == (5, 0)
    assert marked(installation) == {a, c}
    assert (
        admissions(installation),
        admissions(installation, "undo_admit"),
        admissions(installation, "admit_refused"),
    ) == (
        3,
        1,
        1,
    )
    assert listed(played) == []


def test_a_new_start_is_where_the_old_one_stopped(installation: Installation, tmp_path: Path) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    packages, stick = tmp_path / "packages", tmp_path / "stick"
    stick.mkdir()
    laptop = start_laptop(played, made, packages, tmp_path / "m1", tmp_path, stick)
    a, b, c, *_ = own_voters(played)
    request = played.act("polling_official")
    where = (played.election_id, laptop.head.station, "1")
    done = admit(laptop.installation, laptop.scope, request, *where, a)
    assert isinstance(at_desk(laptop, played, b), Admitted)
    card = replace_card_at_station(laptop.installation, laptop.scope, played.act("polling_official"), *where, c)
    other = tmp_path / "another machine"
    other.mkdir()
    second = start_laptop(played, made, packages, tmp_path / "m2", other, stick)
    assert marked(second.installation) == {a, b} == marked(laptop.installation)
    assert admit(second.installation, second.scope, request, *where, a) == done
    assert (other / "journal").read_bytes() == (stick / "journal").read_bytes()
    assert deliver(played, second).taken_now == 3
    with second.installation.database.read() as here, installation.database.read() as there:
        from election.poll_cards.records import PollCard

        same = select(PollCard.text_sha256).where(PollCard.id == card)
        assert here.scalar(same) == there.scalar(same) is not None


def test_a_stick_that_cannot_be_written_stops_the_act(installation: Installation, tmp_path: Path) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    stick = tmp_path / "stick"
    stick.mkdir()
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path, stick)
    a, b, *_ = own_voters(played)
    at_desk(laptop, played, a)
    stick.rename(tmp_path / "pulled out")
    with pytest.raises(Refused, match="R772"):
        at_desk(laptop, played, b)
    assert marked(laptop.installation) == {a}
    (tmp_path / "pulled out").rename(stick)
    assert isinstance(at_desk(laptop, played, b), Admitted)
    assert (tmp_path / "journal").read_bytes() == (stick / "journal").read_bytes()


def test_what_the_centre_saw_meanwhile_is_listed_and_the_paper_counts(
    installation: Installation, tmp_path: Path
) -> None:
    """b is admitted at the centre after the package's end, c has got a new card there: 2 to settle, 4 papers."""
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    a, b, c, *_ = own_voters(played)
    for voter in (a, b, c):
        at_desk(laptop, played, voter)
    replace(*played.by, played.act("roll_keeper"), played.election_id, c)
    end_package(
        *played.by,
        played.act("station_leader", reason="Laptoppen svarer ikke"),
        played.election_id,
        made.package_id,
        None,
    )
    admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], "7", b)
    taken = deliver(played, laptop, carried_by="stick")
    assert (taken.taken_now, taken.conflicts) == (3, 2)
    assert sorted(listed(played)) == ["double", "replaced_card"]
    assert admissions(installation) == 4
    assert marked(installation) == {a, b, c}


def _undo(installation: Installation, played: Played, voter: UUID) -> None:
    act = played.act("station_leader", reason="Forkert vælger")
    undo_admit(installation, played.scope, act, played.election_id, played.stations[0], "1", voter)


def _end(played: Played, package_id: UUID) -> None:
    act = played.act("station_leader", reason="Laptoppen svarer ikke")
    end_package(*played.by, act, played.election_id, package_id, None)


def test_undone_at_the_centre_and_on_the_laptop_is_counted_down_once(
    installation: Installation, tmp_path: Path
) -> None:
    """a is undone at both: one to settle, a can be admitted; b, whose line comes after it, arrives."""
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    a, b, *_ = own_voters(played)
    at_desk(laptop, played, a)
    deliver(played, laptop)
    _end(played, made.package_id)
    _undo(installation, played, a)
    _undo(laptop.installation, played, a)
    at_desk(laptop, played, b)
    taken = deliver(played, laptop, carried_by="stick")
    assert (taken.last_seq, taken.conflicts, taken.trouble) == (3, 1, None)
    assert listed(played) == ["unknown"]
    assert (admissions(installation), admissions(installation, "undo_admit")) == (2, 1)
    assert marked(installation) == {b}


def test_undone_on_the_laptop_the_other_admission_holds(installation: Installation, tmp_path: Path) -> None:
    """a has had a paper at both. Undone on the laptop, the centre's holds; undone there instead, the laptop's."""
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    a, b, *_ = own_voters(played)
    at_desk(laptop, played, a)
    deliver(played, laptop)
    at_desk(laptop, played, b)
    _end(played, made.package_id)
    admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], "7", b)
    deliver(played, laptop)
    assert listed(played) == ["double"]
    _undo(installation, played, b)
    assert marked(installation) == {a, b}
    again = admit(*played.by, played.act("polling_official"), played.election_id, played.stations[0], "7", b)
    assert isinstance(again, AlreadyAdmitted)
    _undo(laptop.installation, played, b)
    assert deliver(played, laptop).trouble is None
    assert marked(installation) == {a}
    assert listed(played) == ["double"]


def test_what_the_tables_cannot_hold_is_a_conflict_and_the_next_line_arrives(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both desks undo at once: the centre's undo is not seen before the row is there already."""
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    a, b, *_ = own_voters(played)
    at_desk(laptop, played, a)
    deliver(played, laptop)
    _end(played, made.package_id)
    _undo(installation, played, a)
    _undo(laptop.installation, played, a)
    at_desk(laptop, played, b)
    monkeypatch.setattr("election.alone.replaying.undoing", lambda *_: {})
    taken = deliver(played, laptop)
    assert (taken.last_seq, taken.conflicts, taken.trouble) == (3, 1, None)
    assert listed(played) == ["unknown"]
    assert marked(installation) == {b}


def test_a_line_that_cannot_be_written_is_refused_in_words(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    at_desk(laptop, played, own_voters(played)[0])

    def busy(*_: object) -> None:
        raise IntegrityError("INSERT", {}, Exception("unique"))

    with monkeypatch.context() as patch:
        patch.setattr("election.alone.taking_over.take_over", busy)
        stopped = deliver(played, laptop)
    assert (stopped.last_seq, stopped.trouble.kind.code if stopped.trouble else "") == (0, "R785")
    assert deliver(played, laptop).last_seq == 1


def test_a_paper_that_the_centre_would_have_refused_is_counted_with_its_type(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    at_desk(laptop, played, own_voters(played)[0])
    monkeypatch.setattr("election.polling.at_station.ballot_types", lambda _: ("1", "2"))
    act = played.act("polling_official")
    exchange(laptop.installation, laptop.scope, act, played.election_id, laptop.head.station, "1", "2")
    monkeypatch.setattr("election.polling.at_station.ballot_types", lambda _: ("1",))
    assert deliver(played, laptop).conflicts == 1
    with installation.database.read() as session:
        assert session.scalar(select(PollingEvent.ballot_type).where(PollingEvent.kind == "exchange")) == "2"


def test_a_gap_and_a_foreign_line_are_refused(installation: Installation, tmp_path: Path) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)
    fork = tmp_path / "fork"
    fork.mkdir()
    other = start_laptop(played, made, tmp_path / "packages", tmp_path / "m2", fork)
    a, b, c, *_ = own_voters(played)
    at_desk(laptop, played, a)
    at_desk(laptop, played, b)
    at_desk(other, played, c)
    gap = deliver(played, laptop, after=1)
    assert (gap.last_seq, gap.trouble.kind.code if gap.trouble else "") == (0, "R767")
    assert deliver(played, laptop).last_seq == 2
    forked = deliver(played, other)
    assert forked.trouble is not None
    assert forked.trouble.kind.code == "R768"
    assert admissions(installation) == 2


def test_on_a_laptop_too_two_accounts_of_one_person_are_not_two_people(
    installation: Installation, tmp_path: Path
) -> None:
    """The package carries no fingerprint of a CPR number, but that the two accounts are one person's."""
    played = two_stations(installation)
    with installation.database.write() as session:
        for who in ("polling_official", "station_leader"):
            values = {"i": b"one person", "u": who}
            session.execute(text("UPDATE official SET cpr_index = :i WHERE username = :u"), values)
    made = make(played, tmp_path / "packages")
    laptop = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", tmp_path)

    def decide(second: str) -> object:
        act = played.act("polling_official", second=second)
        return review(laptop.installation, laptop.scope, act, played.election_id, UUID(int=7), True, None)

    with pytest.raises(Refused, match="R007"):
        decide("station_leader")
    with pytest.raises(Refused, match=NO_SUCH_VOTE.code):
        decide("polling_official_2")
    with laptop.installation.database.read() as session:
        known = set(session.scalars(select(Official.cpr_index).where(Official.cpr_index.is_not(None))))
    assert len(known) == 1
    assert b"one person" not in known


def test_a_package_holds_no_cpr_number_no_address_and_no_protected_name(
    installation: Installation, tmp_path: Path
) -> None:
    from election.alone.sealing import open_up, secrets_of

    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    package = kept(tmp_path / "packages", made.package_id)
    assert package is not None
    key = secrets_of(installation.keys.open("0259"), made.package_id).key
    import zlib

    plain = zlib.decompress(open_up(package, key)[1]).decode()
    assert "CCina" in plain
    for hidden in ("IIina", "Nørregade", *(person.cpr for person in played.people)):
        assert hidden not in plain
        assert hidden.encode() not in package
    with pytest.raises(Refused, match="R774"):
        open_up(package, bytes(16))
    with pytest.raises(Refused, match="R775"):
        open_up(package[:-1] + bytes([package[-1] ^ 1]), key)
