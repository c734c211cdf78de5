"""Reading the input folder of a rehearsal. Every file is read before anything is done."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from registry.regulation.loader import RegulationError, load_bytes, shipped, shipped_ids
from registry.regulation.rules import Regulation
from registry.roles import EVERY_ROLE, Role
from scripts.rehearsal.council_files import Decisions, MeetingInput, read_decisions, read_meeting
from scripts.rehearsal.trouble import BadInput, Waiting
from scripts.rehearsal.words import has_control_character, read_instant

POLLING_ACTS = frozenset(
    {
        "open", "admit", "undo_admit", "exchange", "return_unused", "replace_card", "doubtful",
        "postal_received", "postal_accepted", "postal_set_aside", "close",
    }
)  # fmt: skip
WITHOUT_PERSON = frozenset({"open", "exchange", "close"})
NEEDS_GROUND = frozenset({"undo_admit", "doubtful", "postal_set_aside"})
CORRECTIONS = frozenset({"late_add", "moved", "dead", "citizenship", "error"})
MOST_PAPERS = 10_000_000
_SECTIONS = {
    "regulation", "election_day", "extract_date", "station", "board", "official", "acts", "merge",
    "uncontested_decided_by",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file, cells by column name, stripped."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def bad(self, column: str, reason: str) -> BadInput:
        return BadInput(self.file, reason, self.line, column)

    def required(self, column: str) -> str:
        if not self.cells[column]:
            raise self.bad(column, "is empty")
        return self.cells[column]

    def instant(self, column: str) -> datetime:
        return read_instant(self.required(column), lambda reason: self.bad(column, reason))

    def cpr(self, column: str = "cpr") -> str:
        return read_cpr(self.required(column), lambda reason: self.bad(column, reason))

    def number(self, column: str) -> int:
        text = self.required(column)
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise self.bad(column, "must be a whole number from 0 to 999999999")
        return int(text)


@dataclass(frozen=True, slots=True)
class StationInput:
    name: str
    districts: tuple[str, ...]
    ballots_delivered: int


@dataclass(frozen=True, slots=True)
class OfficialInput:
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The input folder. A file that is absent is None; the stage that needs it waits for it."""

    folder: Path
    regulation_id: str
    regulation_toml: bytes
    regulation_sha256: str
    regulation: Regulation
    election_on: date
    extract_on: date
    stations: tuple[StationInput, ...]
    chair: str
    board: tuple[str, ...]
    officials: tuple[OfficialInput, ...]
    acts: Mapping[str, str]
    merges: tuple[tuple[str, str], ...]
    uncontested_decided_by: str | None
    residents: bytes | None
    corrections: tuple[Row, ...] = ()
    candidacies: tuple[Row, ...] | None = None
    polling: tuple[Row, ...] | None = None
    tallies: tuple[Row, ...] | None = None
    explanations: tuple[Row, ...] = ()
    lots: tuple[Row, ...] = ()
    decisions: Decisions | None = None
    meeting: MeetingInput | None = None


def read_cpr(text: str, bad: Callable[[str], BadInput]) -> str:
    digits = text.replace("-", "", 1)
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        raise bad("is not a CPR number of ten digits")
    return digits


def read_case(folder: Path) -> Case:
    """Read every file of the folder. Raises BadInput or, when election.toml is missing, Waiting."""
    if not folder.is_dir():
        raise BadInput(str(folder), "is not a folder")
    plan = _read_plan(folder)
    regulation_id, toml, sha256, regulation = _regulation(folder, plan)
    board = _table(plan, "board", {"chair", "members"})
    members = tuple(_strings(board.get("members", []), "board.members"))
    chair = _string(board["chair"], "board.chair") if "chair" in board else next(iter(members), "")
    residents = folder / "residents.csv"
    return Case(
        folder=folder,
        regulation_id=regulation_id,
        regulation_toml=toml,
        regulation_sha256=sha256,
        regulation=regulation,
        election_on=_day(plan, "election_day"),
        extract_on=_day(plan, "extract_date"),
        stations=_stations(plan, regulation),
        chair=chair,
        board=members,
        officials=_officials(plan),
        acts={k: _string(v, f"acts.{k}") for k, v in _table(plan, "acts", _ACT_KEYS).items()},
        merges=_merges(plan),
        uncontested_decided_by=_board_member(plan, "uncontested_decided_by", {chair, *members}),
        residents=residents.read_bytes() if residents.exists() else None,
        corrections=_rows(folder, "corrections.csv", "at;cpr;kind;reason;by;approved_by") or (),
        candidacies=_rows(
            folder,
            "candidacies.csv",
            "cpr;ballot_name;list;group;submitted_at;supporters;withdrawn_at",
            may_lack={"list", "group", "supporters", "withdrawn_at"},
        ),
        polling=_rows(folder, "polling.csv", "at;station;act;cpr;ground", may_lack={"ground"}),
        tallies=_rows(folder, "tallies.csv", "station;count;entry;by;row;number"),
        explanations=_rows(folder, "explanations.csv", "station;finding;text;by") or (),
        lots=_rows(folder, "lots.csv", "for;among;drawn;drawn_by;witnesses;method;at") or (),
        decisions=read_decisions(folder),
        meeting=read_meeting(folder),
    )


_ACT_KEYS = {"roll_frozen_by", "roll_approved_by", "candidacies_decided_by"}


def _read_plan(folder: Path) -> dict[str, Any]:
    path = folder / "election.toml"
    if not path.exists():
        raise Waiting("election.toml")
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also a number of more digits than Python reads
        raise BadInput("election.toml", str(error)) from error
    for key in plan:
        if key not in _SECTIONS:
            raise BadInput("election.toml", f"unknown key {key!r}")
    return plan


def _regulation(folder: Path, plan: dict[str, Any]) -> tuple[str, bytes, str, Regulation]:
    name = _string(plan.get("regulation", ""), "regulation")
    try:
        if name in shipped_ids():
            found = shipped(name)
            return name, found.data, found.sha256, found.regulation
        path = (folder / name).resolve()
        if not name.endswith(".toml") or folder.resolve() not in path.parents or not path.exists():
            raise BadInput(
                "election.toml",
                f"regulation {name!r} is neither shipped ({', '.join(shipped_ids())}) nor a file here",
            )
        data = path.read_bytes()
        regulation = load_bytes(data, name)
    except RegulationError as error:
        problems = "; ".join(problem.in_danish() for problem in error.problems)
        raise BadInput(name, problems) from error
    return regulation.id, data, hashlib.sha256(data).hexdigest(), regulation


def _stations(plan: dict[str, Any], regulation: Regulation) -> tuple[StationInput, ...]:
    found = []
    for number, entry in enumerate(_list_of_tables(plan, "station"), start=1):
        where = f"station {number}"
        for key in entry:
            if key not in {"name", "districts", "ballots_delivered"}:
                raise BadInput("election.toml", f"{where}: unknown key {key!r}")
        delivered = entry.get("ballots_delivered", 0)
        if not isinstance(delivered, int) or isinstance(delivered, bool) or not 0 <= delivered <= MOST_PAPERS:
            raise BadInput(
                "election.toml", f"{where}: ballots_delivered must be a whole number from 0 to {MOST_PAPERS}"
            )
        districts = tuple(_strings(entry.get("districts", ["*"]), f"{where}.districts"))
        found.append(StationInput(_string(entry.get("name", ""), f"{where}.name"), districts, delivered))
    names = [station.name for station in found]
    if len(set(names)) != len(names):
        raise BadInput("election.toml", "two stations have the same name")
    if not found:
        default = regulation.polling.stations.value
        return (StationInput(default[0] if default else "Stemmested", ("*",), 0),)
    return tuple(found)


def _officials(plan: dict[str, Any]) -> tuple[OfficialInput, ...]:
    found = []
    for number, entry in enumerate(_list_of_tables(plan, "official"), start=1):
        name = _string(entry.get("name", ""), f"official {number}.name")
        roles = []
        for text in _strings(entry.get("roles", []), f"official {number}.roles"):
            if text not in set(EVERY_ROLE):
                raise BadInput("election.toml", f"official {number}: unknown role {text!r}")
            roles.append(Role(text))
        found.append(OfficialInput(name, tuple(roles)))
    names = [official.name for official in found]
    if len(set(names)) != len(names):
        raise BadInput("election.toml", "two officials have the same name")
    return tuple(found)


def _merges(plan: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_string(entry.get("from", ""), "merge.from"), _string(entry.get("into", ""), "merge.into"))
        for entry in _list_of_tables(plan, "merge")
    )


def _list_of_tables(plan: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = plan.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise BadInput("election.toml", f"{key} must be written as [[{key}]]")
    return value


def _table(plan: dict[str, Any], key: str, known: set[str]) -> dict[str, Any]:
    value = plan.get(key, {})
    if not isinstance(value, dict):
        raise BadInput("election.toml", f"{key} must be written as [{key}]")
    for name in value:
        if name not in known:
            raise BadInput("election.toml", f"{key}: unknown key {name!r}")
    return value


def _string(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadInput("election.toml", f"{where} must be a text")
    if has_control_character(value):
        raise BadInput("election.toml", f"{where} holds a control character")
    return value.strip()


def _strings(value: object, where: str) -> list[str]:
    if not isinstance(value, list):
        raise BadInput("election.toml", f"{where} must be a list of texts")
    return [_string(entry, where) for entry in value]


def _board_member(plan: dict[str, Any], key: str, board: set[str]) -> str | None:
    if key not in plan:
        return None
    name = _string(plan[key], key)
    if name not in board:
        raise BadInput("election.toml", f"{key}: {name!r} is not on the election board")
    return name


def _day(plan: dict[str, Any], key: str) -> date:
    value = plan.get(key)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise BadInput("election.toml", f"{key} must be a date such as 2017-11-27") from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadInput("election.toml", f"{key} must be a date such as 2017-11-27")
    return value


def _rows(
    folder: Path, name: str, columns: str, may_lack: frozenset[str] | set[str] = frozenset()
) -> tuple[Row, ...] | None:
    """The lines of a CSV file with just these columns in any order, or None when there is no such file."""
    path = folder / name
    if not path.exists():
        return None
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(name, "is not UTF-8", data.count(b"\n", 0, error.start) + 1) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    wanted = columns.split(";")
    rows: list[Row] = []
    start = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        unknown = [cell for cell in header if cell not in wanted]
        missing = [cell for cell in wanted if cell not in header and cell not in may_lack]
        if unknown or missing or len(set(header)) != len(header):
            raise BadInput(name, f"the header must be {columns}", 1)
        start = reader.line_num + 1
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not len(wanted) - len(may_lack) <= len(cells) <= len(header):
                raise BadInput(name, f"has {len(cells)} cells; the header has {len(header)}", line)
            padded = dict.fromkeys(wanted, "") | dict(zip(header, (cell.strip() for cell in cells), strict=False))
            row = Row(name, line, padded)
            for column, cell in padded.items():
                if has_control_character(cell):
                    raise row.bad(column, "holds a control character")
            rows.append(row)
    except csv.Error as error:
        raise BadInput(name, str(error), start) from error
    return tuple(rows)
