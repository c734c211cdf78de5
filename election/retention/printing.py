"""The zero report on paper, for two signatures."""

from __future__ import annotations

from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.call.voter_data import HOLDINGS
from election.call.zero_report import ZeroReport, zero_report
from election.certification.rules import in_groups
from election.roll.printing import document_header
from registry.accounts.records import names
from registry.documents import danish_day, render


def zero_report_pdf(session: Session, election: Election) -> bytes:
    """What was there when the election was called, as it was stored then. Raises Refused R493."""
    report = zero_report(session, election)
    caller = names(session, election.municipality, [report.by]).get(report.by, "")
    return render("zero_report.typ", document_header(election) | _content(election, report, caller))


def _content(election: Election, report: ZeroReport, caller: str) -> dict[str, object]:
    return {
        "dated_on": clock.local(report.at).date(),
        "day": danish_day(election.election_on),
        "is_live": election.is_live,
        "called": {"at": clock.shown(report.at), "computer": clock.shown(report.computer_at), "by": caller},
        "purpose": "rigtige valg" if report.purpose == "live" else "prøver og demo",
        "earlier_elections": report.earlier_elections,
        "regulation": {"id": report.regulation_id, "sha256": in_groups(report.regulation_sha256)},
        "program": report.program,
        "schema": report.schema,
        "figures": [{"text": one.text, "number": report.figures.get(one.table, 0)} for one in HOLDINGS],
    }
