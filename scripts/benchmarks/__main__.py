"""`scripts/bench`: what is fast, beside a reference measured in the same run."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from scripts.benchmarks import cards, checkin, count, roll_import
from scripts.benchmarks.figures import cpu, fsync_us, peak_rss_mb

_NUMBER = {"import": 5_000, "cards": 500, "checkin": 3_000, "dhondt": 5_000, "block": 1_000_000}

_QUICK = {"import": 1_000, "cards": 100, "checkin": 600, "dhondt": 5_000, "block": 100_000}


@click.command()
@click.argument("bench", type=click.Choice(["import", "cards", "checkin", "count"]))
@click.option(
    "--n",
    "number",
    type=click.IntRange(1),
    default=None,
    help="Residents (import), cards, voters (checkin), seats (dhondt) or papers (block).",
)
@click.option("--seed", default=7, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 50), default=3, show_default=True)
@click.option(
    "--db",
    type=click.Choice(["sqlite", "postgresql"]),
    default="sqlite",
    show_default=True,
    help="For import and checkin.",
)
@click.option("--rule", type=click.Choice(["dhondt", "block"]), default="dhondt", show_default=True)
@click.option("--clients", default="32", show_default=True, help="Desks (checkin), like 1,8,32.")
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="Processes of the server (checkin); `scripts/run` starts one.",
)
@click.option("--round-s", default=checkin.ROUND_S, show_default=True, help="Longest round in seconds (checkin).")
@click.option(
    "--peers/--no-peers",
    "with_peers",
    default=True,
    show_default=True,
    help="Install votelib and numpy for the bench alone (count).",
)
@click.option("--quick", is_flag=True, help="One round of few: does it still run, and is it right?")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def main(
    bench: str,
    number: int | None,
    seed: int,
    rounds: int,
    db: str,
    rule: str,
    clients: str,
    workers: int,
    round_s: float,
    with_peers: bool,
    quick: bool,
    as_json: bool,
) -> None:
    """Measure, in alternating rounds, this program and a reference. The ratio counts, not the figures alone."""
    usual, rounds = (_QUICK, 1) if quick else (_NUMBER, rounds)
    try:
        if bench == "checkin":
            voters, desks = number or usual["checkin"], _desks(clients)
            found = checkin.run(voters, seed, rounds, db, desks, _say, round_s, workers)
        elif bench == "import":
            found = roll_import.run(number or usual["import"], seed, rounds, db, _say)
        elif bench == "cards":
            found = cards.run(number or usual["cards"], seed, rounds, _say)
        else:
            found = _count(rule, number or usual[rule], seed, rounds, with_peers)
    except RuntimeError as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else _table(found))
    sys.exit(0 if found["ok"] else 1)


def _desks(clients: str) -> list[int]:
    try:
        found = [int(one) for one in clients.split(",")]
    except ValueError:
        found = []
    if not found or not all(0 < one <= 99 for one in found):
        raise click.BadParameter(f"{clients!r} is no list of numbers from 1 to 99", param_hint="--clients")
    return found


def _say(line: str) -> None:
    click.echo(line, err=True)


def _count(rule: str, number: int, seed: int, rounds: int, with_peers: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        host = {"cpu": cpu(), "fsync_us_p50": fsync_us(Path(folder))}
    found = count.run(rule, number, seed, rounds, _say, with_peers)
    return found | {"host": host, "peak_rss_mb": peak_rss_mb()}


def _table(found: Mapping[str, Any]) -> str:
    """The same figures for people."""
    us, ref, ratio = found["us"], found["ref"], found["ratio"]
    rows = [("", "median", "min", "max")]
    rows += [
        (name, f"{row['median']:,.{digits}f}", f"{row['min']:,.{digits}f}", f"{row['max']:,.{digits}f}")
        for name, row, digits in (("ours", us, 0), ("reference", ref, 0), ("ratio", ratio, 3))
    ]
    lines = [f"{found['bench']}, n {found['n']:,}, {found['rounds']} rounds, {found['host']['cpu']}"]
    lines += [f"  {name:10}{median:>14}{low:>14}{high:>14}" for name, median, low, high in rows]
    lines += [f"  unit: {us['unit']}", f"  reference: {ref['name']}"]
    if "ms" in us:
        waits = us["ms"]
        lines += [
            f"  {number} desks: {one['us']['median']:,.0f}/s, ratio {one['ratio']['median']:,.3f}, "
            f"worst wait {one['us']['ms']['worst']} ms"
            for number, one in found["by_clients"].items()
        ]
        lines.append(f"  waits in ms: half {waits['p50']}, 99 % {waits['p99']}, worst {waits['worst']}")
    for number, one in found.get("by_n", {}).items():
        sides = [("", one["ref"] | {"ratio": one["ratio"]}), *one["beside"].items()]
        lines += [f"  {number}: ratio {r['ratio']['median']:,.3f} to {name or r['name']}" for name, r in sides]
    lines += [f"  skipped: {name} ({why})" for name, why in found.get("skipped", {}).items()]
    for name in ("add_all", "one_at_a_time", "cpu"):
        if name in found:
            lines.append(f"  ratio {name}: {found[name]['ratio']['median']:,.3f}")
    for name, floor in found.get("floors", {}).items():
        state = "met" if floor["is_met"] else "MISSED"
        lines.append(f"  floor {name}: {floor['floor']}, reached {floor['reached']}: {state}")
    lines += [f"  {name}: {value}" for name, value in found["invariants"].items()]
    return "\n".join([*lines, f"  ok: {found['ok']}"])


if __name__ == "__main__":
    main()
