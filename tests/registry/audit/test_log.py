"""The log: a chain per writer that cannot fork, and whatever was changed is named by its place."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from registry.act import Installation
from registry.audit.records import LogEntry, append, newest, verify, writers
from registry.audit.rules import NO_ENTRY, Link, canonical, check_chain, commitment, leaf_hash
from registry.database import Database, Scope

SCOPE = Scope("0259", "integrationsraad")
NOW = datetime(2017, 11, 27, 17, 10, tzinfo=UTC)


def _chain(length: int, writer: str = "office") -> list[Link]:
    links, prev = [], NO_ENTRY
    for seq in range(1, length + 1):
        body = canonical({"act": "test", "number": seq})
        leaf = leaf_hash(writer, seq, prev, body)
        links.append(Link(writer, seq, prev, body, leaf))
        prev = leaf
    return links


def _edit(links: list[Link], place: int) -> list[Link]:
    return [*links[:place], replace(links[place], body=links[place].body + b" "), *links[place + 1 :]]


def _edit_and_hash(links: list[Link], place: int) -> list[Link]:
    """Someone who changes the content and its own hash, but not all that follow: seen in the next entry."""
    link = links[place]
    body = canonical({"act": "forged"})
    forged = replace(link, body=body, leaf_hash=leaf_hash(link.writer, link.seq, link.prev, body))
    return [*links[:place], forged, *links[place + 1 :]]


def _delete(links: list[Link], place: int) -> list[Link]:
    return [*links[:place], *links[place + 1 :]]


def _swap(links: list[Link], place: int) -> list[Link]:
    return [*links[:place], links[place + 1], links[place], *links[place + 2 :]]


def _insert(links: list[Link], place: int) -> list[Link]:
    prev = links[place - 1].leaf_hash if place else NO_ENTRY
    body = canonical({"act": "added"})
    added = Link("office", place + 1, prev, body, leaf_hash("office", place + 1, prev, body))
    return [*links[:place], added, *links[place:]]


def _renumber_after_delete(links: list[Link], place: int) -> list[Link]:
    return [*links[:place], *(replace(link, seq=link.seq - 1) for link in links[place + 1 :])]


@pytest.mark.parametrize(
    ("tamper", "offset"),
    [(_edit, 1), (_edit_and_hash, 2), (_delete, 1), (_swap, 1), (_insert, 2), (_renumber_after_delete, 1)],
)
def test_tampering_is_found_and_the_first_wrong_entry_is_named(
    tamper: Callable[[list[Link], int], list[Link]], offset: int
) -> None:
    """Place p (from 0) is entry p + 1. Changed, deleted or swapped there: entry p + 1 is the first wrong one.
    Whoever also makes the hash anew, or adds an entry that fits, is seen at the one after: p + 2.
    """
    links, chance = _chain(60), random.Random(7)
    assert check_chain("office", links).first_bad is None
    for place in chance.sample(range(58), 40):
        assert check_chain("office", tamper(links, place)).first_bad == place + offset


def test_a_cut_tail_looks_whole_but_has_another_head() -> None:
    """What a chain cannot show by itself: that is why its head is printed."""
    links = _chain(20)
    whole, cut = check_chain("office", links), check_chain("office", links[:15])
    assert cut.first_bad is None
    assert (whole.entries, cut.entries) == (20, 15)
    assert whole.head != cut.head


def test_a_chain_of_another_writer_does_not_pass() -> None:
    assert check_chain("office", _chain(5, writer="desk/001/A")).first_bad == 1


def test_the_same_content_gives_the_same_bytes() -> None:
    assert canonical({"b": 1, "a": "ø"}) == canonical({"a": "ø", "b": 1}) == '{"a":"ø","b":1}'.encode()


def test_a_commitment_needs_its_salt() -> None:
    assert commitment(b"1", "død") != commitment(b"2", "død")


def _fill(database: Database, writer: str, number: int) -> None:
    for turn in range(number):
        with database.write() as session:
            append(session, SCOPE, writer, {"turn": turn}, NOW)


def test_a_stored_chain_is_whole_and_each_writer_has_its_own(installation: Installation) -> None:
    for writer in ("office", "desk/001/A"):
        _fill(installation.database, writer, 5)
    with installation.database.read() as session:
        assert writers(session, "0259") == [(SCOPE, "desk/001/A"), (SCOPE, "office")]
        assert writers(session, "0157") == []
        for writer in ("office", "desk/001/A"):
            report = verify(session, SCOPE, writer)
            assert (report.first_bad, report.entries) == (None, 5)
        assert len(newest(session, "0259", limit=7)) == 7


def test_a_fork_is_refused_by_the_database(installation: Installation) -> None:
    """Two entries that follow the same entry, or two with the same number, cannot both be stored."""
    _fill(installation.database, "office", 3)
    with installation.database.read() as session:
        first, second, _ = session.scalars(select(LogEntry).order_by(LogEntry.seq)).all()
    for seq, prev in ((4, first.leaf_hash), (2, b"other" * 6)):
        body = canonical({"act": "fork"})
        with pytest.raises(IntegrityError), installation.database.write() as session:
            session.execute(
                insert(LogEntry).values(
                    municipality=SCOPE.municipality,
                    council=SCOPE.council,
                    writer="office",
                    seq=seq,
                    prev=prev,
                    body=body,
                    leaf_hash=leaf_hash("office", seq, prev, body),
                    recorded_at=NOW,
                )
            )
    assert second.prev == first.leaf_hash


def _as_owner(installation: Installation, statement: str, **given: object) -> None:
    """What somebody with the whole database in their hands can do: past the triggers."""
    with installation.database.write() as session:
        if installation.database.is_sqlite:
            session.execute(text("DROP TRIGGER IF EXISTS log_entry_no_update"))
            session.execute(text("DROP TRIGGER IF EXISTS log_entry_no_delete"))
        else:
            session.execute(text("DROP TRIGGER IF EXISTS log_entry_append_only ON log_entry"))
        session.execute(text(statement), given)


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE log_entry SET body = :other WHERE seq = 4", 4),
        ("DELETE FROM log_entry WHERE seq = 4", 4),
        ("DELETE FROM log_entry WHERE seq = 1", 1),
        ("UPDATE log_entry SET prev = body WHERE seq = 6", 6),
    ],
)
def test_even_the_owner_of_the_database_is_seen(
    installation: Installation, statement: str, first_bad: int
) -> None:
    _fill(installation.database, "office", 8)
    given = {"other": b"{}"} if ":other" in statement else {}
    _as_owner(installation, statement, **given)
    with installation.database.read() as session:
        assert verify(session, SCOPE, "office").first_bad == first_bad


def test_eight_writers_at_once_make_no_fork_and_no_gap(installation: Installation) -> None:
    """Eight threads, 15 entries each, in one chain: 120 entries, numbered 1 … 120, every one acknowledged."""
    start, failed = threading.Barrier(8), list[BaseException]()

    def write(number: int) -> None:
        start.wait()
        try:
            for turn in range(15):
                with installation.database.write() as session:
                    append(session, SCOPE, "office", {"thread": number, "turn": turn}, NOW)
        except BaseException as trouble:
            failed.append(trouble)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    with installation.database.read() as session:
        report = verify(session, SCOPE, "office")
        assert (report.first_bad, report.entries) == (None, 120)
        assert session.scalar(select(func.count(func.distinct(LogEntry.body)))) == 120
