"""Batches of cards: the printer's order, each card once, every code read back, sealed, stopped and resumed."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy import ColumnElement, func, select, update

from election.poll_cards import making
from election.poll_cards import rules as text_rules
from election.poll_cards.acts import replace as replace_card
from election.poll_cards.batch_acts import fetch_protected, finish_part, make_batch
from election.poll_cards.batch_records import batches, part_lines, standings, waiting_count, waiting_lines
from election.poll_cards.batch_rules import BatchKind, mailing_key, part_of, parts_of
from election.poll_cards.making import make_parts
from election.poll_cards.printing import card_data
from election.poll_cards.read_back import read_codes
from election.poll_cards.records import CardBatch, CardPart, CardPrint, CardState, PollCard, card_text
from election.roll.records import RollEntry
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.database import sort_key
from registry.findings import Refused
from registry.residents.progress import Progress, Stage, Stopped
from registry.sealed_files import FileDoesNotOpen
from tests.election.poll_cards.batched import ADMIN, KEEPER, batch, card_of, finished, issued, job, opened
from tests.scenarios import Played

ROOT = Path(__file__).parents[3]


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def entry_with(played: Played, condition: ColumnElement[bool]) -> RollEntry:
    with played.installation.database.read() as session:
        return session.scalars(select(RollEntry).where(condition)).one()


def few(monkeypatch: pytest.MonkeyPatch, cards: int) -> None:
    """Parts of so few cards that a test can have several."""
    monkeypatch.setattr("election.poll_cards.batch_rules.CARDS_IN_A_PART", cards)


# --- the order ----------------------------------------------------------------------------------------------


def test_a_person_sorts_house_number_2_before_10_and_danish_letters_last() -> None:
    def key(address: str, number: int = 1, station: str = "001", postal: str = "4600") -> str:
        return mailing_key(station, postal, sort_key(address), number)

    in_order = [
        key("Vesterbro 9", postal="4600"),
        key("Algade 1", postal="4623"),
        key("Algade 2", postal="4623", number=7),
        key("Algade 2", postal="4623", number=12),
        key("Algade 2 A", postal="4623"),
        key("Algade 2, 2. tv", postal="4623"),
        key("Algade 2, 10. tv", postal="4623"),
        key("Algade 10", postal="4623"),
        key("Zebravej 1", postal="4623"),
        key("Ågade 1", postal="4623"),
        key("Algade 1", station="002"),
    ]
    spaces_first = sorted(in_order)
    assert [in_order.index(one) for one in spaces_first] == list(range(len(in_order)))


@pytest.mark.parametrize(("cards", "parts_"), [(0, 0), (1, 1), (125, 1), (126, 2), (100_000, 800)])
def test_a_part_has_125_cards_and_the_last_one_the_rest(cards: int, parts_: int) -> None:
    assert parts_of(cards) == parts_
    assert {part_of(place) for place in range(cards)} == set(range(1, parts_ + 1))


def test_the_send_order_is_station_then_street_then_roll_number(installation: Installation) -> None:
    played = issued(installation, 12, stations=2)
    printed = opened(played, finished(played))
    lines = [one.line for one in printed.lines()]
    assert [line.station_code for line in lines] == ["001"] * 6 + ["002"] * 6
    for one, other in pairwise(lines):
        assert one.place < other.place
    assert [line.address for line in lines if line.station_code == "002"] == [
        "Algade 3, 2. tv", "Algade 3, 2. tv", "Algade 3, 10. tv", "Algade 3, 10. tv", "Torvet 2", "Torvet 2",
    ]  # fmt: skip


# --- which cards --------------------------------------------------------------------------------------------


def test_each_card_is_in_one_batch_and_protected_peoples_in_one_of_their_own(installation: Installation) -> None:
    played = issued(installation, 6, protected=frozenset({2}))
    ordinary = batch(played)
    protected = batch(played, BatchKind.PROTECTED)
    hidden = entry_with(played, RollEntry.is_protected.is_(True)).id
    with installation.database.read() as session:
        rows = session.execute(select(CardPrint.batch_id, CardPrint.card_id)).all()
        figures = {one.id: (one.number, one.kind, one.cards, one.parts) for one in batches(session, played.read())}
    assert figures == {ordinary: (1, "ordinary", 5, 1), protected: (2, "protected", 1, 1)}
    assert [row.card_id for row in rows if row.batch_id == protected] == [card_of(played, hidden).id]
    assert len({row.card_id for row in rows}) == len(rows) == 6
    for kind in BatchKind:
        with pytest.raises(Refused, match="R433"):
            batch(played, kind)


def test_the_same_request_makes_one_batch(installation: Installation) -> None:
    played = issued(installation)
    act = played.act(ADMIN)
    one = make_batch(*played.by, act, played.election_id, BatchKind.ORDINARY)
    assert make_batch(*played.by, act, played.election_id, BatchKind.ORDINARY) == one


def test_a_replacement_printed_at_the_desk_is_never_batched(installation: Installation) -> None:
    played = issued(installation)
    replace_card(*played.by, played.act(KEEPER), played.election_id, played.entries[0])
    with installation.database.read() as session:
        assert len(list(waiting_lines(session, played.read(), BatchKind.ORDINARY))) == 5
        assert waiting_count(session, played.read(), BatchKind.ORDINARY) == 5


def test_only_the_roll_keeper_makes_a_batch_of_protected_people(installation: Installation) -> None:
    played = issued(installation, 6, protected=frozenset({2}))
    with pytest.raises(Refused, match="R002"):
        make_batch(*played.by, played.act(ADMIN), played.election_id, BatchKind.PROTECTED)
    made = batch(played, BatchKind.PROTECTED)
    with pytest.raises(Refused, match="R002"):
        make_parts(job(played, made, ADMIN), Progress())


def test_a_name_that_no_font_has_stops_the_batch_and_is_named_by_number(installation: Installation) -> None:
    """Ethiopic letters in one address, a picture in another name; Turkish and Arabic names are no trouble."""
    streets = ("Torvet 1", "አበበ 2", "Łódź 3", "شارع 4", "山 5", "Torvet 6")
    played = issued(installation, 6, streets=streets)
    with pytest.raises(Refused) as refused:
        batch(played)
    assert refused.value.kind.code == "R434"
    first, second = sorted(entry_with(played, RollEntry.address == streets[n]).number for n in (1, 4))
    assert f"hos nummer {first}, {second} på" in refused.value.in_danish()
    with installation.database.read() as session:
        assert batches(session, played.read()) == []


# --- the parts ----------------------------------------------------------------------------------------------


def test_every_card_of_the_documents_carries_the_code_of_its_voter(installation: Installation) -> None:
    """Decoded here once more, by name: the code on the page is the one of the voter whose name is on it."""
    played = issued(installation)
    printed = opened(played, finished(played))
    pdf = printed.pdf(1)
    election = played.read()
    keyring = installation.keys.open("0259")
    codes = read_codes(pdf, [1] * 6)
    for one, code, page in zip(printed.lines(), codes, texts(pdf), strict=True):
        assert code == card_text(keyring, election.code, one.line.station_code, one.line.card_id)
        assert one.line.name in page
        assert f"Nummer på valglisten\n{one.line.number}" in page
    assert [one.page for one in printed.lines()] == [1, 2, 3, 4, 5, 6]
    (part,) = printed.parts
    assert (part.cards, part.decoded) == (6, 6)


def test_a_card_that_was_replaced_before_its_part_is_left_out_and_one_after_is_refused_at_the_desk(
    installation: Installation,
) -> None:
    played = issued(installation)
    made = batch(played)
    early, late = played.entries[0], played.entries[1]
    old = card_of(played, early).id
    replace_card(*played.by, played.act(KEEPER), played.election_id, early)
    make_parts(job(played, made), Progress())
    printed = opened(played, made)
    assert old not in {one.line.card_id for one in printed.lines()}
    assert printed.parts[0].cards == 5
    paper = card_of(played, late)
    replace_card(*played.by, played.act(KEEPER), played.election_id, late)
    with installation.database.read() as session:
        (standing,) = standings(session, played.read())
        assert (standing.printed, standing.left_out) == (5, 1)
        assert session.get(PollCard, ("0259", "integrationsraad", paper.id)).state == CardState.REPLACED  # type: ignore[union-attr]
    assert paper.id in {one.line.card_id for one in printed.lines()}, (
        "it is printed already; its text opens nothing"
    )


def test_a_card_replaced_while_its_part_is_printed_is_drawn_anew_without_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = issued(installation)
    made = batch(played)
    old = card_of(played, played.entries[3]).id
    check = making.check

    def slow(drawn: making.Drawn) -> None:
        check(drawn)
        if len(drawn.lines) == 6:
            replace_card(*played.by, played.act(KEEPER), played.election_id, played.entries[3])

    monkeypatch.setattr(making, "check", slow)
    make_parts(job(played, made), Progress())
    printed = opened(played, made)
    assert old not in {one.line.card_id for one in printed.lines()}
    assert printed.parts[0].cards == 5
    assert len(texts(printed.pdf(1))) == 5


def test_one_code_that_says_something_else_refuses_the_part_and_keeps_nothing(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = issued(installation)
    made = batch(played)
    with installation.database.read() as session:
        row = session.get(CardBatch, ("0259", "integrationsraad", made))
        assert row is not None
        third = part_lines(session, played.read(), row, 1)[2]
    honest = card_data

    def forged(**about: object) -> dict[str, object]:
        if about["roll_number"] == third.number:
            about["text"] = text_rules.compose(election_code="ZZ", station_code="001", token=bytes(16))
        return honest(**about)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "card_data", forged)
    with pytest.raises(Refused) as refused:
        make_parts(job(played, made), Progress())
    assert refused.value.kind.code == "R435"
    assert f"til nummer {third.number} på" in refused.value.in_danish()
    with installation.database.read() as session:
        assert session.scalars(select(CardPart)).all() == []
    assert installation.sealed is not None
    assert [path for path in installation.sealed.folder.rglob("*") if path.is_file()] == []


def test_a_code_that_is_covered_refuses_the_part(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = issued(installation)
    made = batch(played)
    monkeypatch.setattr(making, "read_codes", lambda pdf, pages: [None] * len(pages))
    with pytest.raises(Refused, match="R435"):
        make_parts(job(played, made), Progress())


def test_stopped_between_two_parts_and_resumed_no_part_is_made_twice(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 2)
    played = issued(installation)
    made = batch(played)

    def stop_after_one(stage: Stage, done: int, of: int) -> None:
        assert (stage, of) == (Stage.PRINTED, 3)
        if done == 1:
            raise Stopped

    with pytest.raises(Stopped):
        make_parts(job(played, made), Progress(stop_after_one))
    first = opened(played, made)
    assert [part.number for part in first.parts] == [1]
    told: list[int] = []
    assert make_parts(job(played, made), Progress(lambda _stage, done, _of: told.append(done))) == 2
    assert told[-1] == 3
    rest = opened(played, made)
    assert [part.number for part in rest.parts] == [1, 2, 3]
    assert rest.parts[0].sha256 == first.parts[0].sha256
    assert make_parts(job(played, made), Progress()) == 0
    everyone = [one.line.card_id for one in rest.lines()]
    assert len(everyone) == len(set(everyone)) == 6


def test_a_part_that_is_recorded_is_not_recorded_again(installation: Installation) -> None:
    played = issued(installation)
    made = finished(played)
    with pytest.raises(Refused, match="R438"):
        finish_part(*played.by, played.act(KEEPER), played.election_id, made, 1, "", "0" * 64, 6)
    for number in (0, 2):
        with pytest.raises(Refused, match="R437"):
            finish_part(*played.by, played.act(KEEPER), played.election_id, made, number, "", "0" * 64, 6)
    with pytest.raises(Refused, match="R437"):
        finish_part(*played.by, played.act(KEEPER), played.election_id, uuid4(), 1, "", "0" * 64, 6)


def test_what_a_killed_process_left_is_tidied_and_the_work_goes_on(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed and not recorded, half written: both are gone afterwards, and all parts are there."""
    few(monkeypatch, 3)
    played = issued(installation)
    made = batch(played)
    assert installation.sealed is not None
    with monkeypatch.context() as patch:
        patch.setattr(making, "finish_part", _killed)
        with pytest.raises(KeyboardInterrupt):
            make_parts(job(played, made), Progress())
    folder = next(installation.sealed.folder.rglob("*.pdf")).parent
    (folder / "0002-x.pdf.1234.unfinished").write_bytes(b"half")
    make_parts(job(played, made), Progress())
    assert len(list(opened(played, made).lines())) == 6
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".json", ".pdf", ".pdf"]


def _killed(*_given: object) -> int:
    raise KeyboardInterrupt


_MAKE = """
import sys
from pathlib import Path
from uuid import UUID
from datetime import datetime
from election.poll_cards.making import Job, make_parts
from registry.accounts.records import holds_role
from registry.act import Act, Installation
from registry.database import Database, Scope
from registry.keys import KeyFolder
from registry.residents.progress import Progress
from registry.roles import Role
from registry.sealed_files import SealedFiles
url, keys, sealed, actor, at, election, batch = sys.argv[1:]
house = Installation(Database(url), KeyFolder(Path(keys)), holds_role, sealed=SealedFiles(Path(sealed)))
act = Act(UUID(actor), Role.ROLL_KEEPER, datetime.fromisoformat(at), UUID(int=1))
job = Job(house, Scope("0259", "integrationsraad"), act, UUID(election), UUID(batch))
make_parts(job, Progress(lambda stage, done, of: print(done, flush=True)))
"""


def test_killed_in_the_middle_it_goes_on_with_the_next_part_and_makes_none_twice(
    installation: Installation, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of its own, killed by the system right after it has told of its second part of six."""
    few(monkeypatch, 1)
    played = issued(installation)
    made = batch(played)
    assert installation.sealed is not None
    where = (database_url, str(installation.keys.folder), str(installation.sealed.folder))
    what = (str(played.officials[KEEPER]), played.now.isoformat(), str(played.election_id), str(made))
    work = subprocess.Popen(
        [sys.executable, "-c", _MAKE, *where, *what], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert work.stdout is not None
    for told in work.stdout:
        if int(told) == 2:
            work.kill()
            break
    work.wait()
    assert work.returncode == -signal.SIGKILL
    work.stdout.close()
    with installation.database.read() as session:
        before = {part.number: part.sha256 for part in session.scalars(select(CardPart))}
    assert 2 <= len(before) < 6
    make_parts(job(played, made), Progress())
    printed = opened(played, made)
    assert [part.number for part in printed.parts] == [1, 2, 3, 4, 5, 6]
    assert {part.number: part.sha256 for part in printed.parts}.items() >= before.items()
    assert len({one.line.card_id for one in printed.lines()}) == 6
    with installation.database.read() as session:
        acts = session.scalar(select(func.count()).where(ActRecord.name == "poll_cards.finish_part"))
    assert acts == 6


# --- sealed -------------------------------------------------------------------------------------------------


def test_nothing_of_a_card_stands_in_clear_on_the_disk(installation: Installation) -> None:
    played = issued(installation, 6, protected=frozenset({1}))
    finished(played)
    finished(played, BatchKind.PROTECTED)
    assert installation.sealed is not None
    files = [path for path in installation.sealed.folder.rglob("*") if path.is_file()]
    assert len(files) == 5
    for path in files:
        data = path.read_bytes()
        assert b"%PDF" not in data
        # The whole name: three letters of a surname come by chance in anything that is sealed.
        assert not any(f"{p.first_names} {p.surname}".encode() in data for p in played.people)
        assert path.stat().st_mode & 0o077 == 0 or path.name == "CACHEDIR.TAG"


def test_a_file_that_was_changed_moved_or_lost_its_rows_does_not_open(installation: Installation) -> None:
    """The key is made of the part and of a row that goes when the roll is destroyed."""
    played = issued(installation)
    made = finished(played)
    printed = opened(played, made)
    assert installation.sealed is not None
    (path,) = installation.sealed.folder.rglob("*.pdf")
    whole = path.read_bytes()
    keyring, name = installation.keys.open("0259"), str(path.relative_to(installation.sealed.folder))
    bound = printed._bound[1]
    assert installation.sealed.read(keyring, name, bound) == printed.pdf(1)
    for other in (bound[:-1], bound.rpartition("|")[0] + "|None"):
        with pytest.raises(FileDoesNotOpen):
            installation.sealed.read(keyring, name, other)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Refused, match="R439"):
        printed.pdf(1)
    path.write_bytes(whole)
    path.rename(path.with_name("0002-moved.pdf"))
    with pytest.raises(FileDoesNotOpen):
        installation.sealed.read(keyring, name.replace(path.name, "0002-moved.pdf"), bound)
    with pytest.raises(Refused, match="R439"):
        printed.pdf(1)


def test_protected_peoples_cards_carry_name_and_address_and_each_fetch_is_logged_without(
    installation: Installation,
) -> None:
    played = issued(installation, 6, protected=frozenset({2}), streets=("Skjulstræde 7",))
    made = finished(played, BatchKind.PROTECTED)
    (page,) = texts(opened(played, made).pdf(1))
    assert played.people[2].surname in page
    assert "Skjulstræde 7" in page
    assert fetch_protected(*played.by, played.act(KEEPER), played.election_id, made, "zip")
    with installation.database.read() as session:
        (body,) = [one for one in session.scalars(select(LogEntry.body)) if b"fetch_protected" in one]
    assert json.loads(body)["facts"]["what"] == "zip"
    assert played.people[2].surname.encode() not in body
    with pytest.raises(Refused, match="R002"):
        fetch_protected(*played.by, played.act(ADMIN), played.election_id, made, "zip")
    ordinary = batch(played)
    with pytest.raises(Refused, match="R437"):
        fetch_protected(*played.by, played.act(KEEPER), played.election_id, ordinary, "zip")


def test_somebody_protected_after_the_batch_is_not_printed_with_the_others(installation: Installation) -> None:
    played = issued(installation)
    made = batch(played)
    with installation.database.write() as session:
        session.execute(update(RollEntry).where(RollEntry.id == played.entries[4]).values(is_protected=True))
    make_parts(job(played, made), Progress())
    assert len(list(opened(played, made).lines())) == 5
    with installation.database.read() as session:
        assert waiting_count(session, played.read(), BatchKind.PROTECTED) == 1
