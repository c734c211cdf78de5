"""People who must be gone, and the search for what is left of them in the files of a database.

Their names, addresses and numbers occur nowhere else, so one occurrence of them anywhere is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import make_url, text

from registry.database import Database
from tests.scenarios import Person, extract_csv, invented_cpr

STREETS = ("Kanariegade", "Brintvej", "Zirkonstræde")


def canaries(number: int, *, may_vote: bool, first: int = 900) -> list[Person]:
    """People whose names stand nowhere else; with a country that gives the right to vote, or not."""
    return [
        Person(
            cpr=invented_cpr(first + n),
            first_names=f"Kanarifugl{first + n}",
            surname=f"Forsvindesen{first + n}",
            country="SY" if may_vote else "DK",
        )
        for n in range(number)
    ]


def extract_with_addresses(rows: list[Person]) -> bytes:
    """The extract of the scenarios, with an address for each person that nobody else has."""
    lines = extract_csv(rows).decode().splitlines()
    made = [lines[0]]
    for number, line in enumerate(lines[1:]):
        made.append(line.replace("Nørregade 1", f"{STREETS[number % 3]} {7000 + number}"))
    return ("\n".join(made) + "\n").encode()


def words_of(rows: Iterable[Person]) -> list[bytes]:
    """What to look for: names, numbers with and without the dash. Streets are looked for beside them."""
    found: list[bytes] = []
    for row in rows:
        texts = (row.first_names, row.surname, row.first_names.lower(), row.surname.lower(), row.cpr)
        found += [one.encode() for one in (*texts, f"{row.cpr[:6]}-{row.cpr[6:]}")]
    return found


def files_of(database: Database) -> list[Path]:
    """Every file in which the engine keeps rows: SQLite's three, or the folder of the PostgreSQL database.

    PostgreSQL's own log (pg_wal) is not among them: it forgets when it is overwritten, which docs/data.md says.
    """
    if database.is_sqlite:
        path = Path(make_url(str(database.engine.url)).database or "")
        return [one for one in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if one.exists()]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return [one for one in (folder / "base" / str(oid)).iterdir() if one.is_file()]


def left_of(database: Database, words: Iterable[bytes]) -> dict[str, int]:
    """How often each word still stands in the files; empty when nothing is left."""
    contents = [path.read_bytes() for path in files_of(database)]
    assert contents
    counted = {word.decode(): sum(content.count(word) for content in contents) for word in words}
    return {word: number for word, number in counted.items() if number}
