"""The counting form on paper, to be filled in at the table."""

from __future__ import annotations

from flask import Response

from election.call.here import here, installation
from election.counting.blueprint import KIND, WATCHERS, counting, station_here
from election.counting.printing import counting_form_pdf
from election.counting.rules import CountKind
from registry.doors import open_to
from registry.roles import Role


@counting.get(f"/<code>/{KIND}/skema.pdf")
@open_to(Role.ENTERER, *WATCHERS)
def paper_form(code: str, kind: str) -> Response:
    """Nothing but labels is on it, so it can be printed before the count as well."""
    with installation().database.read() as session:
        pdf = counting_form_pdf(session, here(), station_here(session, code), CountKind(kind))
    name = f"taellingsskema-{code}-{'fintaelling' if kind == CountKind.FINAL else 'foreloebig'}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f"attachment; filename={name}"}
    )
