"""The sheet that is read aloud when a result is determined: on the screen and on paper."""

from __future__ import annotations

from flask import Response, render_template

from election.call.here import here, installation
from election.overview.announcement import announcement, announcement_pdf
from election.overview.blueprint import overview
from registry.doors import open_to
from registry.roles import Role


@overview.get("/optaelling/oplaesning")
@open_to(Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
def read_aloud() -> str:
    """Sentences in the order in which they are read."""
    with installation().database.read() as session:
        sheet = announcement(session, here())
    return render_template("overview/announcement.html", sheet=sheet)


@overview.get("/optaelling/oplaesning.pdf")
@open_to(Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR)
def read_aloud_pdf() -> Response:
    with installation().database.read() as session:
        pdf = announcement_pdf(session, here())
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f"attachment; filename=oplaesning-{here().slug}.pdf"},
    )
