"""From the package to the laptop, from the journal to a new start, from the laptop to the centre."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from election.alone.acts import end_package
from election.alone.package import kept
from election.poll_cards.acts import replace
from election.polling.acts import Admitted, AlreadyAdmitted, admit, replace_card_at_station, undo_admit
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
