"""Ten thousand damaged extracts: no crash, every problem with its line, and what is refused leaves no trace."""

from __future__ import annotations

import random
import tracemalloc
from collections import Counter

import pytest
from sqlalchemy import text

from election.roll.acts import import_extract
from registry.act import Installation
from registry.database import Base
from registry.findings import Refused
from registry.residents import csv_file
from registry.residents.extract import ExtractReport, check_extract, read_extract
from tests.registry.residents import damage
from tests.registry.residents.damage import DAMAGES, EXTRACT_ON, damaged_file, good_file
from tests.scenarios import ROLL_AT, Played, call_koege

FILES, FAST, THROUGH_THE_ACT = 10_000, 500, 300
NEVER_GOOD = {
    "as_utf_16",
    "with_nul",
    "doubled_column",
    "missing_column",
    "archive",
    "same_cpr_twice",
    "born_next_year",
    "emptied",
}
"""On their own these leave no file that may be imported whole."""


def _look_at(seed: int) -> tuple[str, ExtractReport]:
    """Read one damaged file and hold the report against what every report must be."""
    names, data = damaged_file(seed)
    report = read_extract(data, extract_date=EXTRACT_ON)
    where = f"seed {seed}: {names}"
    lines = data.count(b"\n") + 1
    for problem in (*report.problems, *report.warnings):
        assert 1 <= problem.line <= lines, where
        assert problem.code
        assert f"{problem.line}" in problem.text or not report.is_readable, where
    assert report.rows_in == report.rows_accepted + report.rows_rejected, where
    assert report.rows_accepted == len(report.rows), where
    assert len({row.cpr for row in report.rows}) == len(report.rows), where
    assert report.is_readable or report.problems, where
    assert (report.rows_rejected > 0) == bool(report.is_readable and report.problems), where
    assert names not in NEVER_GOOD or report.problems, where
    return names, report


def _run(seeds: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        names, report = _look_at(seed)
        for name in names.split(" + "):
            seen[name] += 1
        seen["refused" if report.problems else "good"] += 1
    return seen


def test_five_hundred_damaged_files_are_read_without_a_crash() -> None:
    seen = _run(range(FAST))
    assert all(seen[one.__name__] for one in DAMAGES)
    assert seen["refused"] > FAST / 2
    assert seen["good"] > 0, "some damage does no harm: a new order of lines, another separator"


@pytest.mark.slow
@pytest.mark.nightly
def test_ten_thousand_damaged_files_are_read_without_a_crash() -> None:
    seen = _run(range(FILES))
    assert seen["refused"] + seen["good"] == FILES
    assert min(seen[one.__name__] for one in DAMAGES) >= FILES // len(DAMAGES)


def test_where_a_block_ends_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file in blocks of about three lines and in one block: the same rows and the same problems."""
    for seed in range(FAST):
        names, data = damaged_file(seed)
        monkeypatch.setattr(csv_file, "BLOCK_BYTES", 200_000)
        whole = read_extract(data, extract_date=EXTRACT_ON)
        if max(map(len, data.split(b"\n"))) > 500:
            continue
        monkeypatch.setattr(csv_file, "BLOCK_BYTES", 600)
        assert read_extract(data, extract_date=EXTRACT_ON) == whole, f"seed {seed}: {names}"


def test_trying_a_file_finds_what_reading_it_finds() -> None:
    for seed in range(0, FAST, 5):
        _, data = damaged_file(seed)
        tried, read = (one(data, extract_date=EXTRACT_ON) for one in (check_extract, read_extract))
        assert (tried.problems, tried.rows_in, tried.rows_accepted) == (
            read.problems,
            read.rows_in,
            read.rows_accepted,
        )


@pytest.fixture
def played(installation: Installation) -> Played:
    called = call_koege(installation, extract_on=EXTRACT_ON)
    called.now = ROLL_AT
    return called


_COUNT = " UNION ALL ".join(f"SELECT '{one}', count(*) FROM \"{one}\"" for one in sorted(Base.metadata.tables))


def _counts(played: Played) -> dict[str, int]:
    with played.installation.database.read() as session:
        return {str(row[0]): int(row[1]) for row in session.execute(text(_COUNT))}


@pytest.mark.slow
def test_a_refused_file_leaves_every_table_as_it_was(played: Played) -> None:
    """Some hundred damaged files through the official act: each is refused whole, no table has a row more."""
    before, refused = _counts(played), 0
    for seed in range(THROUGH_THE_ACT * 2):
        names, data = damaged_file(seed)
        if not read_extract(data, extract_date=EXTRACT_ON).problems:
            continue
        with pytest.raises(Refused) as trouble:
            import_extract(*played.by, played.act("roll_keeper"), played.election_id, data)
        assert trouble.value.kind.code == "R140", f"seed {seed}: {names}"
        refused += 1
        if refused % 20 == 0:
            assert _counts(played) == before, f"up to seed {seed}: {names}"
        if refused == THROUGH_THE_ACT:
            break
    assert refused == THROUGH_THE_ACT
    assert _counts(played) == before


@pytest.mark.slow
def test_reading_takes_less_memory_than_the_file_once_more_and_one_block() -> None:
    """30,000 residents, 4 MB; and one line of 8 MB. A block of lines and what is remembered of cells take 12 MB at
    most, whatever the size: from 12 MB on (100,000 residents) that is no more than the file once again."""
    for data in (good_file(random.Random(7), 30_000), good_file(random.Random(7), 3) + b"x" * 8_000_000):
        tracemalloc.start()
        check_extract(data, extract_date=EXTRACT_ON)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak <= 12_000_000 + len(data) / 2, f"{peak / len(data):.1f} times the file"


def test_every_way_that_was_promised_is_there() -> None:
    """Each damage has its own name and changes a good file, the harmless ones too."""
    assert len({one.__name__ for one in DAMAGES}) == len(DAMAGES) >= 25
    chance = random.Random(7)
    for one in DAMAGES:
        data = good_file(chance)
        assert any(one(chance, data) != data for _ in range(9)), one.__name__
    assert damage.damaged_file(3) == damage.damaged_file(3)
