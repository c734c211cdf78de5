"""Making and ending packages, and the news that a laptop takes."""

from __future__ import annotations

from dataclasses import replace as replace_row
from pathlib import Path

import pytest
from sqlalchemy import inspect

from election.alone.acts import end_package
from election.alone.laptop import Laptop
from election.alone.news import news_of
from election.alone.records import StationPackage, unfinished
from election.alone.sealing import close_news, secrets_of
from election.call.records import Station
from election.call.records import election as read_election
from election.candidacy.acts import close_candidacy, open_candidacy
from election.poll_cards.acts import replace
from election.polling import lookup
from election.polling.acts import Admitted
from election.polling.records import _PACKAGE
from election.roll.corrections import CorrectionKind, Effect, correct_entry
from registry.act import Installation
from registry.database import Scope
from registry.findings import Refused
from tests.election.alone.setting import at_desk, deliver, listed, make, own_voters, start_laptop, two_stations
from tests.scenarios import CANDIDACY_AT, CLOSED_AT, Played, call_koege, people, with_roll


def news(played: Played, laptop: Laptop, number: int) -> bytes:
    keyring = played.installation.keys.open("0259")
    with played.installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        station = session.get(Station, ("0259", "integrationsraad", laptop.head.station))
        assert station is not None
        _, content = news_of(session, election, station, number, 0)
    return close_news(content, secrets_of(keyring, laptop.head.package), keyring.signing)


def test_the_table_that_is_read_by_name_has_these_columns() -> None:
    assert set(_PACKAGE.keys()) <= {column.key for column in inspect(StationPackage).columns}


def test_a_station_has_one_package_at_a_time_and_is_unfinished_until_its_end(
    installation: Installation, tmp_path: Path
) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path)
    with pytest.raises(Refused, match="R763"):
        make(played, tmp_path, laptop="Laptop 2")
    with installation.database.read() as session:
        election = read_election(session, played.scope, played.election_id)
        assert [one.id for one in unfinished(session, election)] == [made.package_id]
        assert unfinished(session, election, played.stations[1]) == []


def test_a_package_is_not_ended_while_the_laptop_shows_more_than_has_arrived(
    installation: Installation, tmp_path: Path
) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "p")
    laptop = start_laptop(played, made, tmp_path / "p", tmp_path / "m", tmp_path)
    at_desk(laptop, played, own_voters(played)[0])

    def end(lines: int | None) -> int:
        act = played.act("station_leader", reason="Alt er afleveret")
        return end_package(*played.by, act, played.election_id, made.package_id, lines)

    with pytest.raises(Refused, match="R782"):
        end(1)
    deliver(played, laptop)
    assert end(1) == 1
    with pytest.raises(Refused, match="R765"):
        end(1)


def test_no_package_before_the_roll_is_frozen(installation: Installation, tmp_path: Path) -> None:
    played = with_roll(call_koege(installation), 6)
    with pytest.raises(Refused) as refused:
        make(played, tmp_path / "p")
    assert refused.value.kind.code in ("R080", "R762")
    assert not (tmp_path / "p").exists()


def test_with_free_choice_of_station_no_package_is_made(installation: Installation, tmp_path: Path) -> None:
    """Copenhagen 2006: sixteen houses and one roll."""
    copenhagen = Scope("0101", "integrationsraad")
    played = call_koege(installation, regulation="kobenhavn-2006", scope=copenhagen)
    with_roll(played, rows=[replace_row(one, municipality="0101") for one in people(12)])
    admin = "election_administrator"
    played.now = CANDIDACY_AT
    open_candidacy(*played.by, played.act(admin), played.election_id)
    played.now = CLOSED_AT
    close_candidacy(*played.by, played.act(admin), played.election_id)
    with pytest.raises(Refused, match="R761"):
        make(played, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_news_brings_new_cards_and_struck_voters_and_leaves_what_the_laptop_did(
    installation: Installation, tmp_path: Path
) -> None:
    """a is admitted here and struck there: the paper stays. b is struck, c has a new card: that is learnt."""
    played = two_stations(installation)
    made = make(played, tmp_path / "p")
    laptop = start_laptop(played, made, tmp_path / "p", tmp_path / "m", tmp_path)
    a, b, c, *_ = own_voters(played)
    at_desk(laptop, played, a)
    for voter in (a, b):
        act = played.act("roll_keeper", second="election_administrator", reason="Død i morges")
        correct_entry(*played.by, act, played.election_id, voter, CorrectionKind.DEAD, Effect.STRUCK)
    replace(*played.by, played.act("roll_keeper"), played.election_id, c)
    assert laptop.take(news(played, laptop, 7)) == 4
    with pytest.raises(Refused, match="R507"):
        at_desk(laptop, played, b)
    with laptop.installation.database.read() as session:
        election = read_election(session, laptop.scope, laptop.head.election)
        entry = lookup.entry_of(session, election, c)
        assert entry is not None
        assert entry.card.value == "replacement"
    assert isinstance(at_desk(laptop, played, c), Admitted)
    assert laptop.take(news(played, laptop, 8)) == 0
    with pytest.raises(Refused, match="R778"):
        laptop.take(news(played, laptop, 6))
    assert deliver(played, laptop).conflicts == 1
    assert listed(played) == ["struck"]


def test_news_of_another_package_is_refused(installation: Installation, tmp_path: Path) -> None:
    played = two_stations(installation)
    made = make(played, tmp_path / "p")
    laptop = start_laptop(played, made, tmp_path / "p", tmp_path / "m", tmp_path)
    told = news(played, laptop, 7)
    with pytest.raises(Refused, match="R775"):
        laptop.take(told[:-1] + bytes([told[-1] ^ 1]))
