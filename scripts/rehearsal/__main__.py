"""`scripts/rehearse CASE --out FOLDER [--database URL]`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from election.call.records import Kind, elections
from registry.accounts.acts import hasher
from registry.act import Installation
from registry.configuration import Configuration
from registry.findings import Refused
from registry.schema import upgrade
from scripts.rehearsal import (
    candidates,
    council_output,
    council_stages,
    meeting_stages,
    output,
    polling_day,
    stages,
)
from scripts.rehearsal.case import Case, read_case
from scripts.rehearsal.people import People
from scripts.rehearsal.stages import Rehearsal
from scripts.rehearsal.trouble import BadInput, Waiting, without_cpr
from wsgi import assemble

OUTPUT_FILES = (
    "roll.json", "candidates.json", "turnout.json", "ledger.json", "result.json",
    "council.json", "meeting.json", "poll_cards.pdf", "ballot_paper.pdf", "printed_list.pdf",
    "election_record.pdf", "appointment_case.pdf", "minutes.pdf", "evidence.zip",
    "report.txt", "rehearsal.db", "keys",
)  # fmt: skip
FINISHED, FAULT, BAD_INPUT, WAITING = 0, 1, 2, 3


def play(run: Rehearsal) -> None:
    """Every stage in order, to the constituted council. Raises Waiting at the first that cannot go on."""
    run.persons = stages.persons_by_cpr(run.case) if run.case.corrections else {}
    stages.call_the_election(run)
    stages.draw_and_freeze_the_roll(run)
    candidates.receive_candidacies(run)
    if not candidates.cancel_the_poll(run):
        _poll_and_count(run)
    council_stages.certify_the_result(run)
    council_stages.appoint_the_members(run)
    council_stages.seat_the_members(run)
    meeting_stages.convene_the_meeting(run).hold()


def _poll_and_count(run: Rehearsal) -> None:
    stages.settle_the_ballot(run)
    stages.correct_the_roll(run, polling_day.first_at(run))
    stages.issue_cards_and_papers(run)
    polling_day.poll(run)
    polling_day.enter_tallies(run)
    polling_day.settle_ledgers(run)
    polling_day.determine_the_result(run)


def files_of(run: Rehearsal, *, with_papers: bool) -> output.Files:
    """What the stages that are finished leave."""
    makers: tuple[tuple[str, Callable[[Rehearsal], output.Files]], ...] = (
        ("roll", output.roll_files),
        ("candidacy", output.candidate_files),
        ("uncontested", output.uncontested_files),
        ("cards", output.paper_files),
        ("polling", output.turnout_files),
        ("polling", output.ledger_files),
        ("result", output.result_files),
        ("certified", council_output.record_files),
        ("proposed", council_output.case_files),
        ("meeting", council_output.meeting_files),
    )
    slow = (output.paper_files, council_output.record_files)
    found: output.Files = {}
    for stage, make in makers:
        if stage in run.done and (with_papers or make not in slow):
            run.say(f"skriver: {stage}")
            found |= make(run)
    return found


def rehearse(
    case_folder: Path,
    out: Path,
    database: str | None,
    say: Callable[[str], None],
    *,
    with_papers: bool = True,
) -> int:
    """Play one case. Returns the exit code; the last line said is what is waited for, or what is wrong.

    Poll cards and ballot paper take most of the time; a test that does not look at them leaves them out.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        _clear(out)
    except OSError as error:
        say(f"bad input: --out {out.name}: {error.strerror}")
        return BAD_INPUT
    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(without_cpr(line))
        say(lines[-1])

    work = Path(tempfile.mkdtemp(prefix=".rehearsal-", dir=out))
    installation: Installation | None = None
    code = FAULT
    try:
        case = read_case(case_folder)
        configuration = Configuration(
            instance=work,
            database=database or f"sqlite:///{work / 'rehearsal.db'}",
            keys=str(work / "keys"),
            password_cost="test",  # noqa: S106 - nobody ever signs in to a rehearsal
        )
        _prepare(configuration.database_url)
        installation = assemble(configuration)
        code = _play_and_write(installation, case, out, report, with_papers=with_papers)
    except BadInput as bad:
        report(f"bad input: {bad}")
        code = BAD_INPUT
    except Refused as refused:  # an act said no where the stage has no line to name
        report(f"bad input: {refused}")
        code = BAD_INPUT
    except Waiting as waiting:
        report(f"waiting: {waiting}")
        code = WAITING
    finally:
        if installation is not None:
            installation.database.dispose()
        if code in (FINISHED, WAITING):
            for name in ("rehearsal.db", "keys"):
                if (work / name).exists():
                    shutil.move(work / name, out / name)
        shutil.rmtree(work, ignore_errors=True)
    (out / "report.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return code


def _prepare(url: str) -> None:
    """The schema in a database that can be reached. Raises BadInput; the address may hold a password."""
    try:
        upgrade(url)
    except (ArgumentError, OperationalError, NoSuchModuleError) as error:
        raise BadInput("--database", f"cannot be used ({type(error).__name__})") from error


def _play_and_write(
    installation: Installation, case: Case, out: Path, report: Callable[[str], None], *, with_papers: bool
) -> int:
    with installation.database.read() as session:
        if elections(session):
            raise BadInput("--database", "holds elections already; a rehearsal needs a fresh database")
    people = People(installation, case, hasher("test").hash("no sign-in"), datetime.now(UTC))
    run = Rehearsal(installation, case, people, Kind.REHEARSAL, report, f"{case.election_on:%Y}")
    waited_for: Waiting | None = None
    try:
        play(run)
    except Waiting as waiting:
        waited_for = waiting
    for name, content in files_of(run, with_papers=with_papers).items():
        (out / name).write_bytes(content)
    if waited_for is not None:
        report(f"waiting: {waited_for}")
        return WAITING
    report("rådet har konstitueret sig")
    return FINISHED


def _clear(out: Path) -> None:
    """Outputs of an earlier run would be mistaken for this one's."""
    for name in OUTPUT_FILES:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@click.command()
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for what the run leaves.")
@click.option("--database", default=None, help="SQLAlchemy URL of a fresh database (default: SQLite in FOLDER).")
def main(case: Path, out: Path, database: str | None) -> None:
    """Play one whole election from the files in the folder CASE."""
    sys.exit(rehearse(case, out, database, click.echo))


if __name__ == "__main__":
    main()
