"""The figures: every block adds up, the blocks make the counted votes, and the paper ledger adds up."""

from __future__ import annotations

from typing import Any

from .trouble import Rejected, demand


def check_figures(record: Any) -> int:
    """The papers in all boxes. Raises Rejected at the first sum that is wrong."""
    rule, papers = record["regulation"], 0
    totals: dict[str, int] = {}
    for block in record["figures"]:
        where = ", ".join(block["stations"])
        valid = _whole(block["valid"], where)
        set_aside = _whole(block["blank"], where) + sum(_whole(n, where) for n in block["invalid"].values())
        votes = sum(_whole(n, where) for n in block["votes"].values())
        demand(valid + set_aside == _whole(block["in_box"], where), "wrong_sum", where=where)
        fewest, most = rule["min_crosses"] * valid, rule["max_crosses"] * valid
        demand(votes == valid if rule["max_crosses"] == 1 else fewest <= votes <= most, "wrong_sum", where=where)
        papers += block["in_box"]
        for row, number in block["votes"].items():
            totals[row] = totals.get(row, 0) + number
    _check_given(record["given"], totals)
    demand(papers == sum(_whole(one["in_box"], "ledger") for one in record["ledger"]), "wrong_sum", where="in_box")
    return papers


def _check_given(given: Any, totals: dict[str, int]) -> None:
    """What was counted is what the stations counted, candidate by candidate and list by list."""
    counted = {candidate["id"]: _whole(candidate["votes"], candidate["id"]) for candidate in given["candidates"]}
    for row in counted.keys() | {row for row in totals if not row.startswith("list:")}:
        demand(counted.get(row) == totals.get(row, 0), "wrong_sum", where=row)
    lists = {one["id"]: _whole(one["votes"], one["id"]) for one in given.get("lists", [])}
    for key, votes in lists.items():
        personal = sum(counted[c["id"]] for c in given["candidates"] if c["list"] == key)
        demand(votes == totals.get(f"list:{key}", 0) + personal, "wrong_sum", where=key)
    for row in totals:
        demand(not row.startswith("list:") or row.removeprefix("list:") in lists, "wrong_sum", where=row)


def check_ledger(record: Any) -> int:
    """How many findings are explained. Every difference has its finding, and every finding its explanation."""
    explained = 0
    for one in record["ledger"]:
        where = ", ".join(one["stations"])
        expected = (
            one["handed_out"] - one["returned"] - one["exchanged"] - one["in_envelopes"] + one["postal_in_box"]
        )
        demand(one["difference"] == _whole(one["in_box"], where) - expected, "wrong_ledger", where=where)
        left = one["unissued"]
        stock = None if left is None else left + one["handed_out"] - one["delivered"]
        demand(one["stock_difference"] == stock, "wrong_ledger", where=where)
        codes = {finding["code"] for finding in one["findings"]}
        for code, must in (
            ("F301", bool(stock)),
            ("F302", one["difference"] < 0),
            ("F303", one["difference"] > 0),
        ):
            demand((code in codes) == must, "wrong_ledger", where=where)
        for finding in one["findings"]:
            demand(bool(finding["explanation"]), "not_explained", code=finding["code"], where=where)
            explained += 1
    _check_turnout(record)
    return explained


def _check_turnout(record: Any) -> None:
    total, stations = record["turnout"]["total"], record["turnout"]["stations"]
    figures = ["admitted", "postal", "exchanges", "doubtful", "returned", "voted"]
    # Records of earlier versions say nothing of accepted envelopes.
    accepted = total.get("envelopes_accepted", 0)
    if "envelopes_accepted" in total:
        figures.append("envelopes_accepted")
    for figure in figures:
        demand(total[figure] == sum(one[figure] for one in stations), "wrong_ledger", where=figure)
    handed_out = sum(one["handed_out"] for one in record["ledger"])
    demand(
        handed_out == total["admitted"] + total["exchanges"] + total["doubtful"],
        "wrong_ledger",
        where="handed_out",
    )
    demand(total["voted"] == total["admitted"] + accepted + total["postal"], "wrong_ledger", where="voted")
    # Too few postal votes are counted in another's box, so only all boxes together hold what all accepted.
    in_boxes = sum(one["postal_in_box"] for one in record["ledger"])
    demand(in_boxes == total["postal"], "wrong_ledger", where="postal_in_box")


def _whole(number: Any, where: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise Rejected("wrong_sum", where=where)
    return number
