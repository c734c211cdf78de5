# mypy: disable-error-code="no-untyped-call"
"""Two laptops on one stick: what only the second one did is listed by roll number and keyed as a paper form."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from election.alone.acts import MadePackage, end_package
from election.alone.journal import NAME
from election.alone.laptop import Laptop
from election.alone.parted import parted_lines, sorted_out
from election.alone.records import package_by_id
from election.paper_forms.acts import Taken, read, take
from election.paper_forms.acts import make as make_forms
from election.paper_forms.records import forms
from election.paper_forms.rules import Piles, ReadLine
from election.polling.acts import close_station, undo_admit
from election.polling.paper_acts import doubtful, exchange, return_unused, undo_event
from election.polling.records import event_counts, mark_of
from election.polling.rules import Turnout, turnout
from election.roll.records import RollEntry
from registry.act import Act, Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from tests.election.alone.setting import at_desk, deliver, listed, make, own_voters, start_laptop, two_stations
from tests.scenarios import Played, form_value, sign_in

ALONE = "/0259/integrationsraad/2017/alene/"


@dataclass
class Night:
    """Both have line 1. The first goes on with two voters, the second with what `_on_the_second` does."""

    played: Played
    made: MadePackage
    first: Laptop
    second: Laptop
    voters: list[UUID]

    def number(self, voter: UUID) -> str:
        with self.played.installation.database.read() as session:
            return str(session.scalar(select(RollEntry.number).where(RollEntry.id == voter)))

    def figures(self) -> Turnout:
        with self.played.installation.database.read() as session:
            counts = event_counts(session, self.played.read()).get(self.played.stations[0], {})
        return turnout(counts, None)

    def sealed(self, laptop: Laptop) -> list[bytes]:
        return laptop.journal.sealed


def _on_the_second(night: Night) -> None:
    """The first laptop's voter again, two of its own of whom one is undone; an exchange, a return, one undone."""
    other, played = night.second, night.played
    both, own, undone = night.voters[1], night.voters[3], night.voters[4]
    for voter in (both, own, undone):
        at_desk(other, played, voter, "2")

    by, election, here = (other.installation, other.scope), played.election_id, other.head.station

    def act() -> Act:
        return played.act("polling_official", second="station_leader", reason="Fejl")

    undo_admit(*by, act(), election, here, "2", undone)
    exchange(*by, act(), election, here, "2")
    wrong = exchange(*by, act(), election, here, "2")
    undo_event(*by, act(), election, here, "2", wrong)
    return_unused(*by, act(), election, here, "2", None)
    doubtful(*by, act(), election, here, "2", None)


@pytest.fixture
def night(installation: Installation, tmp_path: Path) -> Night:
    played = two_stations(installation)
    made = make(played, tmp_path / "packages")
    voters = own_voters(played)
    disk, fork = tmp_path / "disk", tmp_path / "fork"
    disk.mkdir()
    fork.mkdir()
    first = start_laptop(played, made, tmp_path / "packages", tmp_path / "m1", disk)
    at_desk(first, played, voters[0])
    (fork / NAME).write_bytes((disk / NAME).read_bytes())
    second = start_laptop(played, made, tmp_path / "packages", tmp_path / "m2", fork)
    found = Night(played, made, first, second, voters)
    at_desk(first, played, voters[1])
    at_desk(first, played, voters[2])
    _on_the_second(found)
    assert deliver(played, first).last_seq == 3
    return found


def test_the_refusal_says_what_to_do_and_the_lines_of_the_second_are_sorted_out(night: Night) -> None:
    refused = deliver(night.played, night.second)
    assert refused.trouble is not None
    assert refused.trouble.kind.code == "R768"
    assert "tast dem som papirskemaer" in refused.trouble.in_danish()
    installation = night.played.installation
    with installation.database.read() as session:
        package = package_by_id(session, night.made.package_id)
        assert package is not None
        lines = parted_lines(installation, package, night.sealed(night.second))
        found = sorted_out(session, night.played.read(), lines)
    assert lines[0].seq == 2, "line 1 is the same on both"
    numbers = [night.number(night.voters[place]) for place in (1, 3)]
    assert [(one.number, one.desk) for one in found.handed_out] == [(number, "2") for number in numbers]
    assert (found.exchanged, found.returned) == (1, 1)
    assert [one.what for one in found.others] == ["Stemmeseddel i kuvert"]


def test_a_file_that_fits_is_not_listed_but_read_in(night: Night) -> None:
    """Neither what the centre has, nor what it has not yet: those lines would be counted twice."""
    installation, played = night.played.installation, night.played
    at_desk(night.first, played, night.voters[5])
    with installation.database.read() as session:
        package = package_by_id(session, night.made.package_id)
    assert package is not None
    with pytest.raises(Refused, match="R786"):
        parted_lines(installation, package, night.sealed(night.first))


def test_keyed_as_a_paper_form_every_paper_is_in_the_ledger(night: Night) -> None:
    """Three voters by the first laptop, two papers by the second (one to a voter of the first: a conflict), one
    exchange and one return: 5 handed out, 1 exchanged, 1 back. The doors had been shut: forms need a reason."""
    played, first = night.played, night.first
    leader = played.act("station_leader", second="polling_official", reason="Strømmen er væk")
    close_station(first.installation, first.scope, leader, played.election_id, first.head.station, True)
    assert deliver(played, first).trouble is None
    ending = played.act("station_leader", reason="Alt er afleveret")
    end_package(*played.by, ending, played.election_id, night.made.package_id, first.journal.last_seq)
    here = played.stations[0]
    with pytest.raises(Refused, match="R750"):
        make_forms(*played.by, played.act("station_leader"), played.election_id, here, 1)
    because = played.act("station_leader", reason="To laptops på samme nøgle")
    make_forms(*played.by, because, played.election_id, here, 1)
    with played.installation.database.read() as session:
        (form,) = forms(session, played.read(), here)
    typed = [night.number(night.voters[place]) for place in (1, 3)]
    lines = tuple(ReadLine(place, number, "18.05") for place, number in enumerate(typed, start=1))
    for who in ("polling_official", "polling_official_2"):
        read(*played.by, played.act(who), played.election_id, form.id, lines, 2, Piles(1, 1))
    act = played.act("station_leader", second="polling_official")
    assert take(*played.by, act, played.election_id, form.id) == Taken(1, 1, 1, 1)
    told = night.figures()
    assert (told.admitted, told.exchanges, told.returned) == (5, 1, 1)
    assert listed(played) == ["double"]
    with played.installation.database.read() as session:
        mark = mark_of(session, played.read(), night.voters[3])
    assert mark is not None, "the second laptop's voter gets no other paper"


def test_the_page_prints_the_list_without_names_or_cpr_and_it_is_on_record(
    night: Night, app: Flask, client: FlaskClient
) -> None:
    sign_in(client, "station_leader")
    place = f"{ALONE}pakke/{night.made.package_id}"

    def send(laptop: Laptop) -> TestResponse:
        page = client.get(place).text
        given = {
            "csrf_token": form_value(page, "csrf_token"),
            "request_id": form_value(page[page.index("parted-title") :], "request_id"),
            "file": (io.BytesIO(laptop.delivery()), "aflevering"),
        }
        return client.post(f"{place}/to-laptops.pdf", data=given, content_type="multipart/form-data")

    answer = send(night.second)
    text = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    text = re.sub(r"\s+", " ", text)
    for voter in (night.voters[1], night.voters[3]):
        assert re.search(rf"\b{night.number(voter)} \d\d\.\d\d 2\b", text)
    assert "ombyttede stemmesedler 1, leveret tilbage ubrugt 1" in text
    assert "Stemmeseddel i kuvert" in text
    with night.played.installation.database.read() as session:
        names = list(session.scalars(select(RollEntry.surname).where(RollEntry.id.in_(night.voters))))
        logged = [str(one) for one in session.scalars(select(LogEntry.body))]
    assert not re.search(r"\d{6}-?\d{4}", text)
    assert not any(name in text for name in names)
    assert any("alone.list_parted" in one for one in logged)
    refused = send(night.first)
    assert (refused.status_code, "R786" in refused.text) == (409, True)
