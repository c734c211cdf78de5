"""What can be downloaded beside the public result: the count sheet and the figures."""

from __future__ import annotations

from flask import Response, request

from election.call.here import here, installation
from election.overview.blueprint import overview
from election.overview.count_sheet import LANGUAGES, count_sheet_pdf
from election.overview.figures_csv import figures_csv
from registry.doors import public


@overview.get("/resultat/opgoerelse.pdf")
@public
def count_sheet() -> Response:
    """Danish, or English with `?lang=en`."""
    wanted = request.args.get("lang", "da")
    with installation().database.read() as session:
        pdf = count_sheet_pdf(session, here(), wanted if wanted in LANGUAGES else "da")
    return Response(pdf, mimetype="application/pdf", headers=_named(f"opgoerelse-{here().slug}.pdf"))


@overview.get("/resultat/tal.csv")
@public
def figures() -> Response:
    """Semicolons and a byte order mark, as spreadsheets in Denmark want them."""
    with installation().database.read() as session:
        text = figures_csv(session, here())
    return Response(text, mimetype="text/csv; charset=utf-8", headers=_named(f"tal-{here().slug}.csv"))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename={name}"}
