"""From the extract to the frozen roll through the official acts, on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, func, inspect, select, text

from election.call.rules import Phase
from election.roll.acts import RollFigures, draw_up, freeze, import_extract, take_over
from election.roll.corrections import CorrectionKind, LatePerson, correct
from election.roll.records import (
    RollEntry,
    RollRefusal,
    cpr_of,
    entries,
    entry_by_index,
    refusal_by_index,
    roll_of,
    voters,
)
from registry.act import ActRecord, Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from registry.keys import Cell
from registry.residents.records import Extract, Resident
from tests.scenarios import (
    ROLL_AT,
    Person,
    Played,
    call_koege,
    extract_csv,
    invented_cpr,
    people,
    play_to,
    with_candidates,
    with_roll,
)

DATA = Path(__file__).parents[3] / "../shared/data/residents"
KEEPER, ADMIN = "roll_keeper", "election_administrator"


@pytest.fixture
def played(installation: Installation) -> Played:
    called = call_koege(installation)
    called.now = ROLL_AT
    return called


def _import(played: Played, data: bytes, *, accept_good_rows: bool = False) -> Any:
    return import_extract(*played.by, played.act(KEEPER), played.election_id, data, accept_good_rows)


def _draw_up(played: Played) -> RollFigures:
    return draw_up(*played.by, played.act(KEEPER), played.election_id)


def _rows(played: Played, *tables: Any) -> dict[str, int]:
    with played.installation.database.read() as session:
        return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


EVERYTHING = (Extract, Resident, RollEntry, RollRefusal, ActRecord, LogEntry)


# --- what is refused whole --------------------------------------------------------------------------------


def _truncated(data: bytes) -> bytes:
    return data[:-40]


def _same_cpr_twice(data: bytes) -> bytes:
    lines = data.decode().splitlines()
    return ("\n".join([*lines, lines[1].replace("Amina", "Samina")]) + "\n").encode()


@pytest.mark.parametrize("spoil", [_truncated, _same_cpr_twice])
def test_a_bad_extract_is_refused_whole_and_nothing_has_changed(
    played: Played, spoil: Callable[[bytes], bytes]
) -> None:
    """Nine good rows and one bad: no resident is stored, no act is done, the log says nothing."""
    before = _rows(played, *EVERYTHING)
    with pytest.raises(Refused) as refused:
        _import(played, spoil(extract_csv(people(10))))
    assert refused.value.kind.code == "R140"
    assert "Intet er indlæst" in refused.value.in_danish()
    assert _rows(played, *EVERYTHING) == before


def test_the_good_rows_of_a_bad_file_come_in_only_when_that_is_chosen_aloud(played: Played) -> None:
    """Ten rows, the last cut off: 10 = 9 accepted + 1 rejected, and the log says that it was chosen."""
    imported = _import(played, _truncated(extract_csv(people(10))), accept_good_rows=True)
    assert (imported.rows_in, imported.rows_accepted, imported.rows_rejected) == (10, 9, 1)
    with played.installation.database.read() as session:
        newest = session.scalars(select(LogEntry).order_by(LogEntry.council.desc(), LogEntry.seq.desc())).first()
    assert newest is not None
    assert json.loads(newest.body)["facts"]["accepted_good_rows"] is True


def test_a_file_without_one_good_row_is_refused_even_then(played: Played) -> None:
    with pytest.raises(Refused):
        _import(played, b"not an extract", accept_good_rows=True)
    assert _rows(played, Extract) == {"extract": 0}


def test_a_second_extract_is_compared_with_the_first(played: Played) -> None:
    """Ten, then: one gone, two new, one who moved out (changed)."""
    first = people(12)
    _import(played, extract_csv(first[:10]))
    second = [replace(first[1], status="moved_out"), *first[2:12]]
    imported = _import(played, extract_csv(second))
    assert (imported.new, imported.gone, imported.changed) == (2, 1, 1)
    assert _rows(played, Extract) == {"extract": 2}


def test_without_an_extract_there_is_nothing_to_draw_up(played: Played) -> None:
    with pytest.raises(Refused) as refused:
        _draw_up(played)
    assert refused.value.kind.code == "R141"


def test_a_district_that_no_station_has_is_named_and_nothing_is_kept(installation: Installation) -> None:
    played = call_koege(installation, stations=2)
    played.now = ROLL_AT
    rows = people(3)
    _import(played, extract_csv([*rows[:2], replace(rows[2], district="Lellinge")]))
    with pytest.raises(Refused) as refused:
        _draw_up(played)
    assert "Lellinge" in refused.value.in_danish()
    assert _rows(played, RollEntry, RollRefusal) == {"roll_entry": 0, "roll_refusal": 0}


# --- drawing up -------------------------------------------------------------------------------------------


def test_each_yes_and_each_no_has_its_reason(played: Played) -> None:
    """Six people: two may vote; the others are Danish, moved out, of another municipality, and a child."""
    base = people(6)
    child = invented_cpr(5, born_in=range(2001, 2003))
    child = child[:6] + "4" + child[7:]  # 4 as the seventh digit: born in the 2000s
    rows = [
        base[0],
        replace(base[1], is_protected=True),
        replace(base[2], country="DK"),
        replace(base[3], status="moved_out"),
        replace(base[4], municipality="0101"),
        replace(base[5], cpr=child),
    ]
    _import(played, extract_csv(rows))
    figures = _draw_up(played)
    assert (figures.residents, figures.may_vote, figures.may_stand) == (6, 2, 2)
    assert sum(figures.refused.values()) == 4
    assert figures.refused["moved_out"] == figures.refused["other_municipality"] == 1
    with played.installation.database.read() as session:
        election = played.read()
        found = list(entries(session, election))
        assert [entry.number for entry in found] == [1, 2]
        assert all(entry.cite for entry in found)
        keyring = played.installation.keys.open("0259")
        assert {cpr_of(keyring, entry) for entry in found} == {rows[0].cpr, rows[1].cpr}
        for person in rows[2:]:
            refusal = refusal_by_index(session, election, keyring.blind_index(person.cpr))
            assert refusal is not None
            assert refusal.reason
            assert refusal.cite


def test_drawing_up_again_replaces_the_draft(played: Played) -> None:
    """Five, then four: one of five gone is unusual (20 %), so it is explained and taken over before it counts."""
    _import(played, extract_csv(people(5)))
    _draw_up(played)
    waiting = _import(played, extract_csv(people(4)))
    assert _draw_up(played).may_vote == 5
    take_over(*played.by, played.act(KEEPER, reason="Flyttet"), played.election_id, waiting.extract_id)
    assert _draw_up(played).may_vote == 4
    assert _rows(played, RollEntry)["roll_entry"] == 4


CASES = [
    ("koege-2017", "koege-2018", date(2017, 11, 27)),
    ("koege-2013-cp1252", "koege-2014", date(2013, 11, 25)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "regulation", "day"), CASES)
def test_the_roll_of_a_whole_extract_is_the_one_expected(
    installation: Installation, name: str, regulation: str, day: date
) -> None:
    """Worked out by a separate program (../shared/data/residents): the rule is statistical origin."""
    if not DATA.is_dir():
        pytest.skip(f"NO SAMPLE EXTRACTS at {DATA}: the figures of Køge 2017 and 2013 are not compared")
    expected = json.loads((DATA / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert expected["election_day"] == day.isoformat()
    played = call_koege(installation, regulation=regulation, election_on=day, extract_on=day)
    imported = _import(played, (DATA / f"{name}.csv").read_bytes())
    assert (imported.rows_in, imported.rows_rejected) == (expected["rows"], 0)
    figures = _draw_up(played)
    wanted = expected["rules"]["statistical origin (immigrant or descendant)"]
    assert figures.residents == expected["rows"] == figures.may_vote + sum(figures.refused.values())
    assert figures.may_vote == wanted["may_vote"]
    for reason, number in expected["not_resident"].items():
        assert figures.refused[reason] == number
    assert figures.refused["other_municipality"] == expected["other_municipality"]
    if regulation == "koege-2014":
        assert figures.groups == wanted["groups"]
    else:
        assert figures.groups == {}, "no group is stored where no seat is reserved"


# --- freezing ---------------------------------------------------------------------------------------------


def _columns_named(session_table: Any, *parts: str) -> list[str]:
    columns: list[Column[Any]] = list(inspect(session_table).columns)
    return [c.name for c in columns if any(part in c.name for part in parts)]


def test_freezing_forgets_countries_and_reduces_the_others(played: Played) -> None:
    """Twelve voters, three others. Afterwards: no resident row, no country column on the roll, and of the three
    who are not on it only a keyed fingerprint, the reason and its source."""
    with_roll(played, 12, others=3)
    with played.installation.database.read() as session:
        roll = roll_of(session, played.read())
        assert roll is not None
        assert roll.is_frozen
        assert roll.frozen_by != roll.approved_by
        assert session.scalar(select(func.count()).select_from(Resident)) == 0
        assert session.scalars(select(Extract.forgotten_at)).one() is not None
        assert len(voters(session, played.read())) == 12
        refusals = session.execute(text("SELECT * FROM roll_refusal")).mappings().all()
    assert len(refusals) == 3
    assert {key for row in refusals for key in row} == {
        "municipality",
        "council",
        "id",
        "election_id",
        "cpr_index",
        "reason",
        "cite",
    }
    assert _columns_named(RollEntry, "country", "citizen", "birth") == []


def test_the_name_of_somebody_who_is_not_on_the_roll_is_nowhere_after_freezing(played: Played) -> None:
    stranger = Person(invented_cpr(777), "Ragnhildur", "Qvortrup-Isnæs", country="DK")
    with_roll(played, rows=[*people(5), stranger])
    dump = _dump(played)
    assert people(1)[0].surname in dump, "the search itself works"
    for trace in (stranger.first_names, stranger.surname, stranger.cpr):
        assert trace not in dump


def _dump(played: Played) -> str:
    """Every cell of every table as text."""
    tables = inspect(played.installation.database.engine).get_table_names()
    with played.installation.database.read() as session:
        cells = []
        for table in tables:
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                cells += [c.decode("latin-1") if isinstance(c, bytes) else str(c) for c in row]
    return "\n".join(cells)


def test_a_roll_of_an_extract_from_another_municipality_is_not_frozen(played: Played) -> None:
    """Three residents of 0265 Roskilde: nobody may vote in Køge, and nothing may be forgotten yet."""
    _import(played, extract_csv(people(3)).replace(b";0259;", b";0265;"))
    assert _draw_up(played).refused == {"other_municipality": 3}
    with pytest.raises(Refused, match="R150"):
        freeze(*played.by, played.act(KEEPER, second=ADMIN), played.election_id)
    assert _rows(played, Resident) == {"resident": 3}


def test_freezing_takes_two_people_and_happens_once(played: Played) -> None:
    _import(played, extract_csv(people(3)))
    _draw_up(played)
    with pytest.raises(Refused) as alone:
        freeze(*played.by, played.act(KEEPER), played.election_id)
    assert alone.value.kind.code == "R006"
    frozen = freeze(*played.by, played.act(KEEPER, second=ADMIN), played.election_id)
    assert (len(frozen.sha256), frozen.may_vote) == (64, 3)
    for again in (
        lambda: freeze(*played.by, played.act(KEEPER, second=ADMIN), played.election_id),
        lambda: _draw_up(played),
        lambda: _import(played, extract_csv(people(4))),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.kind.code == "R142"


def test_the_database_itself_refuses_one_person_as_two(played: Played) -> None:
    from sqlalchemy.exc import IntegrityError

    with_roll(played, 3)
    with pytest.raises(IntegrityError), played.installation.database.write() as session:
        session.execute(text("UPDATE roll SET approved_by = frozen_by"))


def test_the_same_extract_gives_the_same_hash_in_another_installation(played: Played) -> None:
    """Ids are random and keys differ; the hash is over what the printed list shows."""
    with_roll(played, 8)
    with played.installation.database.read() as session:
        first = roll_of(session, played.read())
    again = call_koege(played.installation, played.officials, slug="2017-igen")
    with_roll(again, 8)
    with played.installation.database.read() as session:
        second = roll_of(session, again.read())
    assert first is not None
    assert second is not None
    assert first.sha256 == second.sha256


# --- corrections ------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(played: Played) -> Played:
    return with_candidates(with_roll(played, 8, others=2))


def _correct(played: Played, kind: CorrectionKind, cpr: str, person: LatePerson | None = None) -> int:
    act = played.act(KEEPER, second=ADMIN, reason="Meddelelse fra folkeregistret")
    return correct(*played.by, act, played.election_id, kind, cpr, person)


def _may_vote_now(played: Played, cpr: str) -> bool:
    with played.installation.database.read() as session:
        index = played.installation.keys.open("0259").blind_index(cpr)
        entry = entry_by_index(session, played.read(), index)
        return entry is not None and entry.may_vote and entry.struck_at is None


LATE = LatePerson("Noor", "Sen", date(1990, 5, 4), "Nørregade 9", "4600", "Køge")


@pytest.mark.parametrize("kind", [CorrectionKind.DEAD, CorrectionKind.MOVED, CorrectionKind.ERROR])
def test_a_struck_voter_keeps_the_row_and_the_number(frozen: Played, kind: CorrectionKind) -> None:
    cpr = frozen.people[0].cpr
    assert _may_vote_now(frozen, cpr)
    _correct(frozen, kind, cpr)
    assert not _may_vote_now(frozen, cpr)
    assert _rows(frozen, RollEntry)["roll_entry"] == 8


def test_a_late_addition_gets_the_next_number_and_a_sealed_cpr(frozen: Played) -> None:
    cpr = invented_cpr(500)
    assert _correct(frozen, CorrectionKind.LATE_ADD, cpr, LATE) == 9
    assert _may_vote_now(frozen, cpr)
    with frozen.installation.database.read() as session:
        keyring = frozen.installation.keys.open("0259")
        entry = entry_by_index(session, frozen.read(), keyring.blind_index(cpr))
        assert entry is not None
        assert keyring.unseal(entry.cpr_sealed, Cell("roll_entry", "cpr", entry.id)) == cpr


def test_somebody_who_was_struck_by_mistake_comes_back_under_the_same_number(frozen: Played) -> None:
    cpr = frozen.people[0].cpr
    number = _correct(frozen, CorrectionKind.ERROR, cpr)
    assert _correct(frozen, CorrectionKind.ERROR, cpr) == number
    assert _may_vote_now(frozen, cpr)


def test_a_correction_that_is_already_so_is_refused(frozen: Played) -> None:
    stranger = invented_cpr(501)
    for kind, cpr, person, code in (
        (CorrectionKind.LATE_ADD, frozen.people[0].cpr, LATE, "R146"),
        (CorrectionKind.DEAD, stranger, None, "R147"),
        (CorrectionKind.LATE_ADD, stranger, None, "R148"),
    ):
        with pytest.raises(Refused) as refused:
            _correct(frozen, kind, cpr, person)
        assert refused.value.kind.code == code
    assert _rows(frozen, RollEntry)["roll_entry"] == 8


def test_a_correction_takes_two_people_and_a_reason(frozen: Played) -> None:
    for act, code in (
        (frozen.act(KEEPER, second=ADMIN), "R005"),
        (frozen.act(KEEPER, reason="Død"), "R006"),
    ):
        with pytest.raises(Refused) as refused:
            correct(*frozen.by, act, frozen.election_id, CorrectionKind.DEAD, frozen.people[0].cpr)
        assert refused.value.kind.code == code


def test_an_open_roll_is_drawn_up_anew_not_corrected(installation: Installation) -> None:
    played = call_koege(installation)
    with_candidates(played, 6)
    assert played.phase is Phase.PREPARATION
    with pytest.raises(Refused) as refused:
        _correct(played, CorrectionKind.LATE_ADD, invented_cpr(1), LATE)
    assert refused.value.kind.code == "R149"


def test_a_corrected_roll_shows_in_the_log_without_a_name(installation: Installation) -> None:
    played = play_to(Phase.PREPARATION, installation)
    _correct(played, CorrectionKind.LATE_ADD, invented_cpr(500), LATE)
    with played.installation.database.read() as session:
        whole = b"\n".join(session.scalars(select(LogEntry.body)))
    assert b'"kind":"late_add"' in whole
    assert b"Noor" not in whole
    assert b"folkeregistret" not in whole
