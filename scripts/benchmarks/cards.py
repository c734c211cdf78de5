"""How fast poll cards are printed: from the issued cards in the database to PDF, beside the QR codes alone.

Ours is what the program hands to the printer: cards and voters read from the database, each card's text
derived from the municipality's key, the QR code, name and address set on tagged PDF/UA pages, in parts of 125
cards. `made` is the whole work of a batch: set, read back code by code by another program, sealed, recorded.

The reference is qrcode with its defaults (the best of eight masks, the version found by trying, a PNG picture)
for the same texts, level Q as on our cards, and each picture set on a page with name and address by ReportLab.
ReportLab is a package of the bench's own (requirements-bench.txt); where it is absent, the run says so by name and
leaves the paper out: the reference is then faster than any whole card, and the ratio too low rather than too high.
`one_at_a_time` is the other bound: the same picture and then a document of ours for each card. `cpu` says the
same in processor time, for a computer that does other work as well.
"""

from __future__ import annotations

import importlib
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pypdfium2
import zxingcpp
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

from election.call.records import election, stations
from election.poll_cards.acts import issue
from election.poll_cards.batch_acts import make_batch
from election.poll_cards.batch_records import batch_by_id
from election.poll_cards.batch_records import parts as parts_of
from election.poll_cards.batch_rules import BatchKind
from election.poll_cards.making import Job, make_parts
from election.poll_cards.printing import card_pdf, poll_card_parts
from election.poll_cards.records import card_text, station_code_of, valid_cards
from election.roll import acts as roll
from election.roll.records import voters
from registry.act import Installation
from registry.residents.progress import Progress
from registry.roles import Role
from scripts.benchmarks.figures import cpu, fsync_us, peak_rss_mb, spread, versions
from scripts.benchmarks.fresh import new_installation, settings_of
from scripts.benchmarks.polling_place import (
    CALLED_AT,
    CLOSED_AT,
    EXTRACT_ON,
    SCOPE,
    SPARE,
    Players,
    call_election,
    extract_of,
    freeze_roll,
    settle_ballot,
)
from scripts.rehearsal.invent import residents

FLOOR = 10.0
FEWEST = 20
REFERENCE_CARDS = 60
"""The reference is slow; so many of the cards give its rate well enough."""
DECODED = 100
DPI = 150
WITH_PAPER = "qrcode with its defaults to PNG, set on a page each by ReportLab"
WITHOUT_PAPER = "qrcode with its defaults to PNG, no paper"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Rate:
    """Cards a second by the clock and by the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class _Round:
    ours: _Rate
    reference: _Rate
    single: _Rate


def run(n: int, seed: int, rounds: int, say: Say, decode: int = DECODED) -> dict[str, object]:
    """Print `n` cards in each of `rounds` rounds. Raises RuntimeError when a part fails."""
    if n < FEWEST:
        raise RuntimeError(f"{n} voters are not enough for an election; there must be {FEWEST}")
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with ExitStack() as stack:
            installation = stack.enter_context(new_installation(settings_of(folder, None)))
            who = Players(installation)
            election_id = _issued(who, n, seed)
            made = _made(who, election_id)
            say(f"made: {made['cpu_ms_a_card']} ms of processor time a card")
            measured: list[_Round] = []
            syncs = [fsync_us(folder)]
            parts: list[bytes] = []
            texts = _texts(installation, election_id)
            sample = texts[:REFERENCE_CARDS]
            canvas = _reportlab()
            if canvas is None:
                say("reportlab is not installed: the reference draws codes only (scripts/bench installs it)")
            reference = partial(_typeset, canvas, sample) if canvas else partial(_draw, sample)
            for number in range(1, rounds + 1):
                ours, parts = _rate(partial(_print, installation, election_id), n)
                theirs, _ = _rate(reference, len(sample))
                single, _ = _rate(partial(_one_at_a_time, installation, election_id, len(sample)), len(sample))
                measured.append(_Round(ours, theirs, single))
                syncs.append(fsync_us(folder))
                say(f"round {number}: {ours.wall:.0f}/s, the reference {theirs.wall:.0f}/s")
        truth = _look_after(parts, texts, decode)
        return _report(n, seed, measured, syncs, truth, canvas is not None) | {"made": made}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rate(task: Callable[[], list[bytes]], cards: int) -> tuple[_Rate, list[bytes]]:
    begun, spent = time.perf_counter(), time.process_time()
    made = task()
    return _Rate(cards / (time.perf_counter() - begun), cards / (time.process_time() - spent)), made


def _made(who: Players, election_id: UUID) -> dict[str, object]:
    """One batch as the page makes it: set, every code read back, sealed, recorded."""
    keeper, before = Role.ROLL_KEEPER, peak_rss_mb()
    batch_id = make_batch(*who.act(keeper, CLOSED_AT), election_id, BatchKind.ORDINARY)
    begun, spent = time.perf_counter(), time.process_time()
    make_parts(Job(*who.act(keeper, CLOSED_AT), election_id, batch_id), Progress())
    took, used = time.perf_counter() - begun, time.process_time() - spent
    with who.installation.database.read() as session:
        batch = batch_by_id(session, election(session, SCOPE, election_id), batch_id)
        assert batch is not None
        cards = sum(part.decoded for part in parts_of(session, batch))
    return {
        "cards": cards,
        "cpu_ms_a_card": round(used / cards * 1000, 2),
        "cards_per_s": round(cards / took, 1),
        "peak_rss_mb": peak_rss_mb(),
        "peak_rss_mb_before": before,
    }


def _issued(who: Players, n: int, seed: int) -> UUID:
    """An election with a frozen roll of exactly `n` voters, each with a card."""
    installation = who.installation
    election_id, _ = call_election(who)
    chance = random.Random(seed)  # noqa: S311
    lines = list(residents(chance, int(n * SPARE) + 60, EXTRACT_ON, share_abroad=1.0))
    keeper = Role.ROLL_KEEPER
    roll.import_extract(*who.act(keeper, CALLED_AT), election_id, extract_of(lines))
    roll.draw_up(*who.act(keeper, CALLED_AT), election_id)
    keyring = installation.keys.open(SCOPE.municipality)
    with installation.database.read() as session:
        may_vote = {entry.cpr_index for entry in voters(session, election(session, SCOPE, election_id))}
    chosen = [line for line in lines if keyring.blind_index(line.split(";", 1)[0]) in may_vote][:n]
    if len(chosen) < n:
        raise RuntimeError(f"only {len(chosen)} of {n} invented voters came on the roll")
    freeze_roll(who, election_id, chosen)
    settle_ballot(who, election_id, chosen)
    issue(*who.act(Role.ELECTION_ADMINISTRATOR, CLOSED_AT), election_id)
    return election_id


def _print(installation: Installation, election_id: UUID) -> list[bytes]:
    keyring = installation.keys.open(SCOPE.municipality)
    with installation.database.read() as session:
        return list(poll_card_parts(session, keyring, election(session, SCOPE, election_id)))


def _texts(installation: Installation, election_id: UUID) -> list[str]:
    """What must stand on each card, in the order of the roll."""
    keyring = installation.keys.open(SCOPE.municipality)

    with installation.database.read() as session:
        row = election(session, SCOPE, election_id)
        by_id = {one.id: one for one in stations(session, row)}
        return [
            card_text(keyring, row.code, station_code_of(entry, by_id), card.id)
            for card, entry in valid_cards(session, row)
        ]


def _draw(texts: Sequence[str]) -> list[bytes]:
    """The codes as pictures, with everything left to the library but the level."""
    drawn = []
    for text in texts:
        code: Any = QRCode(error_correction=ERROR_CORRECT_Q)
        code.add_data(text)
        code.make()
        picture = BytesIO()
        code.make_image().save(picture)
        drawn.append(picture.getvalue())
    return drawn


def _reportlab() -> Any:
    """ReportLab's canvas, or None where its package is not installed."""
    try:
        return importlib.import_module("reportlab.pdfgen.canvas").Canvas
    except ImportError:
        return None


def _typeset(canvas: Any, texts: Sequence[str]) -> list[bytes]:
    """A page for each text: its code, and lines of text as many as on our cards; no tags, no accessible text."""
    reader: Any = importlib.import_module("reportlab.lib.utils").ImageReader
    paper = BytesIO()
    document = canvas(paper)
    for text, picture in zip(texts, _draw(texts), strict=True):
        document.drawImage(reader(BytesIO(picture)), 60, 560, 120, 120)
        for line in range(12):
            document.drawString(220, 680 - 14 * line, f"{line} {text}")
        document.showPage()
    document.save()
    return [paper.getvalue()]


def _one_at_a_time(installation: Installation, election_id: UUID, number: int) -> list[bytes]:
    """The first `number` cards, each a picture as the reference draws it and a document of its own."""
    keyring = installation.keys.open(SCOPE.municipality)
    made = []
    with installation.database.read() as session:
        row = election(session, SCOPE, election_id)
        by_id = {one.id: one for one in stations(session, row)}
        for card, entry in valid_cards(session, row)[:number]:
            _draw([card_text(keyring, row.code, station_code_of(entry, by_id), card.id)])
            made.append(card_pdf(session, keyring, row, card.id))
    return made


def _look_after(parts: Sequence[bytes], texts: Sequence[str], decode: int) -> dict[str, object]:
    """One page for each card, and a sample over all parts read back by a decoder that shares nothing with us."""
    pages = []
    for part in parts:
        document: Any = pypdfium2.PdfDocument(part)  # type: ignore[no-untyped-call]
        pages += [(document, number) for number in range(len(document))]
    step = max(1, len(pages) // max(1, decode))
    sample = range(0, len(pages), step)[:decode]
    read = [_read(*pages[number]) for number in sample]
    return {
        "pages": len(pages),
        "distinct_texts": len(set(texts)),
        "decoded": sum(found is not None for found in read),
        "decoded_wanted": len(sample),
        "decoded_equal": read == [texts[number] for number in sample],
    }


def _read(document: Any, number: int) -> str | None:
    found = zxingcpp.read_barcodes(document[number].render(scale=DPI / 72).to_pil())
    return found[0].text if len(found) == 1 else None


def _report(
    n: int,
    seed: int,
    measured: Sequence[_Round],
    syncs: list[float],
    truth: dict[str, object],
    has_paper: bool,
) -> dict[str, object]:
    ratio = spread([one.ours.wall / one.reference.wall for one in measured])
    return {
        "bench": "cards",
        "n": n,
        "seed": seed,
        "rounds": len(measured),
        "versions": versions("qrcode", "typst", "pillow", "zxing-cpp", "reportlab"),
        "host": {"cpu": cpu(), "fsync_us_p50": spread(syncs)["median"], "fsync_us": syncs},
        "us": spread([one.ours.wall for one in measured]) | {"unit": "cards/s from the database to PDF"},
        "ref": {"name": WITH_PAPER if has_paper else WITHOUT_PAPER, "unit": "cards/s"}
        | spread([one.reference.wall for one in measured]),
        "skipped": [] if has_paper else ["reportlab"],
        "ratio": ratio,
        "one_at_a_time": {"name": "qrcode with its defaults to PNG, then a PDF for each card", "unit": "cards/s"}
        | spread([one.single.wall for one in measured])
        | {"ratio": spread([one.ours.wall / one.single.wall for one in measured])},
        "cpu": {
            "us": spread([one.ours.cpu for one in measured]),
            "ref": spread([one.reference.cpu for one in measured]),
            "ratio": spread([one.ours.cpu / one.reference.cpu for one in measured]),
            "unit": "cards per second of processor time",
        },
        "floors": {
            "ratio": {"floor": FLOOR, "reached": ratio["median"], "is_met": cast(float, ratio["median"]) >= FLOOR}
        },
        "invariants": truth,
        "ok": truth["pages"] == truth["distinct_texts"] == n and truth["decoded_equal"] is True,
        "peak_rss_mb": peak_rss_mb(),
    }
