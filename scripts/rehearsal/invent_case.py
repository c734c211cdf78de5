"""Inventing a whole case: `python -m scripts.rehearsal.invent_case NAME FOLDER`.

The cases of the journey tests and the demo were made by this; the same name gives the same files.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from election.roll.rules import ReasonCode, RollDecision, RollJudge, facts_of_row
from registry.regulation.country_sets import shipped_country_sets
from registry.regulation.loader import load_bytes, shipped
from registry.regulation.rules import Regulation
from registry.residents.extract import read_extract
from registry.residents.rules import ResidentRow
from scripts.rehearsal.invent import COLUMNS, residents
from scripts.rehearsal.plans import (
    AFTER_POSTAL,
    AGAIN_HERE,
    BOARD,
    FROM_NEXT_DOOR,
    GREENLAND_LIST,
    OFFICIALS,
    PLANS,
    Plan,
    StationPlan,
)

WITNESSES = "Vera Vidne og Villy Vidne"
EXCHANGED_AT = (-83, -50)
"""Minutes from closing time, as the other events at the end of the day."""
Event = tuple[datetime, str, str, str, str]


@dataclass
class Attendance:
    """Who does what on the day: voters at the table, voters by post, whoever is set aside or in doubt."""

    admitted: dict[str, list[ResidentRow]]
    postal: dict[str, list[ResidentRow]]
    set_aside: dict[str, list[tuple[ResidentRow, str]]]
    doubtful: dict[str, list[ResidentRow]]


def invent(plan: Plan, folder: Path) -> None:
    """Write every file of the case into the folder."""
    chance = random.Random(plan.seed)  # noqa: S311 - invented people, no secret
    folder.mkdir(parents=True, exist_ok=True)
    extract = plan.extract or _invented_extract(plan, chance)
    (folder / "residents.csv").write_bytes(extract)
    if plan.rules is not None:
        (folder / plan.regulation).write_bytes(plan.rules)
    decided = _decided(plan, extract)
    people = [(row, decision.group) for row, decision in decided if decision.may_vote]
    refused = [row for row, decision in decided if decision.reason is ReasonCode.ORIGIN_NOT_COVERED]
    unknown = [row for row, decision in decided if decision.reason is ReasonCode.ORIGIN_UNKNOWN]
    candidates = _candidates(plan, people)
    others = [row for row, _ in people if row not in candidates]
    chance.shuffle(others)
    _write_plan(plan, folder)
    _write_candidacies(plan, folder, candidates, refused, others)
    if plan.is_uncontested:
        return
    late = unknown[: plan.late_additions]
    attendance = _attendance(plan, late + others, refused[1:])
    _write_polling(plan, folder, attendance, chance)
    _write_tallies(plan, folder)
    _write_lots(plan, folder)
    _write_corrections(plan, folder, late, attendance)
    _write_explanations(plan, folder)
    if plan.after_the_count is not None:
        plan.after_the_count(plan, folder)


def _invented_extract(plan: Plan, chance: random.Random) -> bytes:
    lines = [COLUMNS, *residents(chance, plan.residents, plan.extract_on, plan.share_abroad, plan.town)]
    return ("\n".join(lines) + "\n").encode()


def _rules(plan: Plan) -> Regulation:
    return shipped(plan.regulation).regulation if plan.rules is None else load_bytes(plan.rules, plan.regulation)


def _decided(plan: Plan, extract: bytes) -> list[tuple[ResidentRow, RollDecision]]:
    judge = RollJudge(_rules(plan), plan.election_on, shipped_country_sets())
    report = read_extract(extract, extract_date=plan.extract_on)
    return [(row, judge(facts_of_row(row))) for row in report.rows]


def _candidates(plan: Plan, people: list[tuple[ResidentRow, str | None]]) -> list[ResidentRow]:
    found: list[ResidentRow] = []
    names: set[str] = set()
    for number in range(len(plan.votes)):
        wanted = plan.groups[number] if plan.groups else None
        on_list = plan.lists[number] if plan.lists else None
        is_first_of_list = bool(plan.lists) and on_list not in plan.lists[:number]
        row = next(
            r
            for r, group in people
            if r not in found
            and f"{r.first_names} {r.surname}" not in names
            and (wanted is None or group == wanted)
            and (on_list is None or _fits_list(r, on_list, is_first=is_first_of_list))
        )
        found.append(row)
        names.add(f"{row.first_names} {row.surname}")
    return found


def _fits_list(row: ResidentRow, on_list: str, *, is_first: bool) -> bool:
    """Somebody from Greenland leads the list for them, and none of them stands on another list."""
    is_greenlandic = "GL" in (row.birth_country, row.mother_birth_country, row.father_birth_country)
    return is_greenlandic == is_first if on_list == GREENLAND_LIST else not is_greenlandic


def _attendance(plan: Plan, voters: list[ResidentRow], refused: list[ResidentRow]) -> Attendance:
    waiting, not_on_roll = iter(voters), iter(refused)
    admitted = {s.name: [next(waiting) for _ in range(_admitted(plan, s))] for s in plan.stations}
    return Attendance(
        admitted,
        {s.name: [next(waiting) for _ in range(s.postal)] for s in plan.stations},
        {
            s.name: [(next(not_on_roll if "valglisten" in ground else waiting), ground) for ground in s.set_aside]
            for s in plan.stations
        },
        {s.name: [next(not_on_roll) for _ in range(s.doubtful)] for s in plan.stations},
    )


def _valid(plan: Plan, station: StationPlan) -> int:
    return sum(plan.votes) + sum(plan.list_crosses.values()) if station.valid is None else station.valid


def _in_box(plan: Plan, station: StationPlan) -> int:
    return _valid(plan, station) + station.blank + sum(station.invalid.values())


def _admitted(plan: Plan, station: StationPlan) -> int:
    return _in_box(plan, station) + station.missing + station.returned - station.postal


def _csv(folder: Path, name: str, header: str, lines: Sequence[str]) -> None:
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def _write_plan(plan: Plan, folder: Path) -> None:
    lines = [
        f'regulation = "{plan.regulation}"',
        f"election_day = {plan.election_on}",
        f"extract_date = {plan.extract_on}",
        *(['uncontested_decided_by = "Birthe Formand"'] if plan.is_uncontested else []),
    ]
    for station in plan.stations:
        lines += ["", "[[station]]", f'name = "{station.name}"', 'districts = ["*"]']
        lines += [f"ballots_delivered = {station.delivered}"]
    lines += [
        "",
        "[board]",
        f'chair = "{BOARD[0]}"',
        f"members = [{', '.join(chr(34) + name + chr(34) for name in BOARD)}]",
        "",
        "[acts]",
        'roll_frozen_by = "Regin Rulle"',
        'roll_approved_by = "Rosa Rulle"',
        'candidacies_decided_by = "Ada Administrator"',
    ]
    for name, roles in {**OFFICIALS, **plan.more_officials}.items():
        quoted = ", ".join(f'"{role}"' for role in roles)
        lines += ["", "[[official]]", f'name = "{name}"', f"roles = [{quoted}]"]
    for station in plan.stations:
        if station.into:
            lines += ["", "[[merge]]", f'from = "{station.name}"', f'into = "{station.into}"']
    (folder / "election.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_candidacies(
    plan: Plan,
    folder: Path,
    candidates: Sequence[ResidentRow],
    refused: Sequence[ResidentRow],
    others: Sequence[ResidentRow],
) -> None:
    first_day = plan.election_on - timedelta(days=plan.candidacies_from)
    standing = [*candidates, *(refused[:1] if plan.has_refused_candidacy else [])]
    lines = []
    for number, row in enumerate(standing):
        day = first_day + timedelta(days=plan.candidacies_every * number)
        at = datetime.combine(day, time(9 + number % 9, 12))
        on_list = plan.lists[min(number, len(plan.lists) - 1)] if plan.lists else ""
        own = others[plan.supporters * number : plan.supporters * (number + 1)]
        by = " ".join(supporter.cpr for supporter in own)
        lines.append(f"{row.cpr};{row.first_names} {row.surname};{on_list};;{at.isoformat()};{by};")
    _csv(folder, "candidacies.csv", "cpr;ballot_name;list;group;submitted_at;supporters;withdrawn_at", lines)


def _hours(plan: Plan) -> tuple[datetime, datetime]:
    polling = _rules(plan).polling
    opens, closes = (datetime.combine(plan.election_on, at.value) for at in (polling.opens, polling.closes))
    return opens, closes


def _write_polling(plan: Plan, folder: Path, attendance: Attendance, chance: random.Random) -> None:
    events: list[Event] = []
    for station in plan.stations:
        events += _at_the_table(plan, station, attendance, chance)
        events += _by_post(plan, station, attendance)
    lines = [
        f"{at.isoformat()};{station};{act};{cpr};{ground}" for at, act, cpr, ground, station in sorted(events)
    ]
    _csv(folder, "polling.csv", "at;station;act;cpr;ground", lines)


def _at_the_table(
    plan: Plan, station: StationPlan, attendance: Attendance, chance: random.Random
) -> Iterator[Event]:
    opens, closes = _hours(plan)
    voters = attendance.admitted[station.name]
    yield opens - timedelta(minutes=5), "open", "", "", station.name
    whole_day = int((closes - opens).total_seconds())
    seconds = sorted(chance.randrange(60, whole_day - 120) for _ in voters)
    for voter, after in zip(voters, seconds, strict=True):
        yield opens + timedelta(seconds=after), "admit", voter.cpr, "", station.name
    for minutes in EXCHANGED_AT[: station.exchanged]:
        yield closes + timedelta(minutes=minutes), "exchange", "", "", station.name
    for attempt in station.second_attempts:
        cpr = _SECOND[attempt](plan, station, attendance).cpr
        yield closes - timedelta(minutes=39), "admit", cpr, "", station.name
    for person in attendance.doubtful[station.name]:
        ground = "ikke på valglisten, oplyser en forælder født i Grønland"
        yield closes - timedelta(minutes=35), "doubtful", person.cpr, ground, station.name
    if station.returned:
        yield closes - timedelta(minutes=30), "return_unused", voters[5].cpr, "", station.name
    yield closes + timedelta(minutes=4), "close", "", "", station.name


def _of_next_door(plan: Plan, station: StationPlan, attendance: Attendance) -> ResidentRow:
    before = plan.stations[plan.stations.index(station) - 1]
    return attendance.admitted[before.name][3]


_SECOND: Mapping[str, Callable[[Plan, StationPlan, Attendance], ResidentRow]] = {
    AGAIN_HERE: lambda _, station, attendance: attendance.admitted[station.name][3],
    FROM_NEXT_DOOR: _of_next_door,
    AFTER_POSTAL: lambda _, station, attendance: attendance.postal[station.name][0],
}


def _by_post(plan: Plan, station: StationPlan, attendance: Attendance) -> Iterator[Event]:
    """Received in the last weeks, reviewed in the morning of election day before the station opens."""
    came = datetime.combine(plan.election_on - timedelta(days=20), time(10, 30))
    reviewed = _hours(plan)[0] - timedelta(minutes=30)
    accepted = [(row, "postal_accepted", "") for row in attendance.postal[station.name]]
    set_aside = [(row, "postal_set_aside", ground) for row, ground in attendance.set_aside[station.name]]
    for number, (row, act, ground) in enumerate([*accepted, *set_aside]):
        yield came + timedelta(days=3 * number), "postal_received", row.cpr, "", station.name
        yield reviewed + timedelta(minutes=number), act, row.cpr, ground, station.name


def _dealt(plan: Plan) -> dict[str, Counter[str]]:
    """The votes of every row dealt out to the stations, so that each station and each row has its own sum."""
    rows = {f"c{number}": votes for number, votes in enumerate(plan.votes, start=1)}
    rows |= {f"list:{name}": crosses for name, crosses in plan.list_crosses.items()}
    pile = [row for row, votes in rows.items() for _ in range(votes)]
    random.Random(plan.seed + 2).shuffle(pile)  # noqa: S311 - how invented people voted
    found: dict[str, Counter[str]] = {}
    for station in plan.stations:
        valid = _valid(plan, station)
        found[station.name] = Counter(dict.fromkeys(rows, 0))
        found[station.name].update(pile[:valid])
        pile = pile[valid:]
    assert not pile, "the stations of the plan hold fewer votes than the candidates"
    return found


def _write_tallies(plan: Plan, folder: Path) -> None:
    votes = _dealt(plan)
    lines = []
    counting = [station for station in plan.stations if station.into is None]
    for place, station in enumerate(counting):
        members = [station, *(other for other in plan.stations if other.into == station.name)]
        rows: Counter[str] = Counter()
        for member in members:
            rows.update(votes[member.name])
            rows.update(_papers(plan, member))
        for entry, by in enumerate(plan.enterers[place % len(plan.enterers)], start=1):
            lines += [f"{station.name};final;{entry};{by};{row};{number}" for row, number in rows.items()]
    _csv(folder, "tallies.csv", "station;count;entry;by;row;number", lines)


def _papers(plan: Plan, station: StationPlan) -> dict[str, int]:
    handed_out = _admitted(plan, station) + station.exchanged + station.doubtful
    return {
        "blank": station.blank,
        **{f"invalid:{reason}": number for reason, number in station.invalid.items()},
        "in_box": _in_box(plan, station),
        "unissued": station.delivered - handed_out,
        "returned": station.returned,
        "exchanged": station.exchanged,
        "in_envelopes": station.doubtful,
    }


def _write_lots(plan: Plan, folder: Path) -> None:
    everyone = [f"c{number}" for number in range(1, len(plan.votes) + 1)]
    drawn = everyone[:]
    random.Random(plan.seed + 1).shuffle(drawn)  # noqa: S311 - plays the part of the hat
    when = plan.election_on - timedelta(days=plan.ballot_order_before)
    signed = f"{BOARD[0]};{WITNESSES};sedler trukket af en skål"
    lines = [f"ballot-order;{' / '.join(everyone)};{' / '.join(drawn)};{signed};{when}T10:00:00"]
    lines += [f"{lot};{signed};{plan.election_on}T{plan.lots_at}" for lot in plan.lots]
    _csv(folder, "lots.csv", "for;among;drawn;drawn_by;witnesses;method;at", lines)


def _write_corrections(plan: Plan, folder: Path, late: list[ResidentRow], attendance: Attendance) -> None:
    """Late additions by declaration, and who has moved since voting by post."""
    first = datetime.combine(plan.election_on - timedelta(days=45), time(11))
    reason = "egen erklæring om en forælders fødested"
    lines = [
        f"{(first + timedelta(days=6 * number)).isoformat()};{row.cpr};late_add;{reason};Regin Rulle;Rosa Rulle"
        for number, row in enumerate(late)
    ]
    moved_at = datetime.combine(plan.election_on - timedelta(days=8), time(14))
    for kept in attendance.set_aside.values():
        for row, ground in kept:
            if ground == "fraflyttet":
                lines.append(
                    f"{moved_at.isoformat()};{row.cpr};moved;flyttet til Frederiksberg;Rosa Rulle;Regin Rulle"
                )
    if lines:
        _csv(folder, "corrections.csv", "at;cpr;kind;reason;by;approved_by", lines)


def _write_explanations(plan: Plan, folder: Path) -> None:
    text = "En vælger gik med sin stemmeseddel, set af to tilforordnede"
    lines = [f"{station.name};F302;{text};Lone Leder" for station in plan.stations if station.missing]
    if lines:
        _csv(folder, "explanations.csv", "station;finding;text;by", lines)


if __name__ == "__main__":
    invent(PLANS[sys.argv[1]], Path(sys.argv[2]))
