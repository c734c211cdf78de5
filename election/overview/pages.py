"""The home page by role, the front page of an election, the public result."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from election.call.here import here, installation
from election.call.lot_seed import lot_seed
from election.call.records import elections
from election.overview import announcement_pages, result_pages, wall_pages  # noqa: F401 - they are pages of this room
from election.overview.afterwards import afterwards
from election.overview.blueprint import overview
from election.overview.result import result_view
from election.overview.tasks import tasks
from registry.accounts.sign_in import signed_in_official, visitor
from registry.doors import public, signed_in
from registry.languages import EVERY_LANGUAGE
from registry.roles import Role
from registry.wording import in_all_languages

__all__ = ["home", "overview"]

home = Blueprint("home", __name__)


@home.get("/", endpoint="home")
@public
@in_all_languages
def home_page() -> str:
    """Signed in: what must be done now, election by election. Otherwise: the public elections."""
    with installation().database.read() as session:
        person = visitor()
        if person is None:
            every = elections(session)
            return render_template("overview/public_home.html", elections=every, is_empty=not every)
        own = []
        for election in elections(session, person.municipality):
            roles = person.roles_for(election.scope)
            mine = [t for t in tasks(session, election) if t.state == "now" and t.roles & roles]
            own.append((election, mine))
        may_call = Role.ELECTION_ADMINISTRATOR in person.roles
        return render_template("overview/home.html", elections=own, may_call=may_call)


@home.get("/sprog/<code>")
@public
def language(code: str) -> Response:
    """Choose the language of the pages; officials' own language setting is not touched by the browser's."""
    wanted = request.args.get("next", "/")
    own = wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"
    answer = redirect(own)
    if code in EVERY_LANGUAGE:
        answer.set_cookie("language", code, max_age=365 * 24 * 3600, httponly=True, samesite="Lax")
    return answer


@home.get("/tilgaengelighed")
@public
@in_all_languages
def accessibility() -> str:
    """What works for whom, what does not, and whom to tell."""
    return render_template("overview/accessibility.html")


@overview.get("/")
@signed_in
def front() -> str:
    """Every step of the election with how far it is; what is mine to do now stands first."""
    roles = signed_in_official().roles
    with installation().database.read() as session:
        every = tasks(session, here())
        mine = [task for task in every if task.state == "now" and task.roles & roles]
        return render_template(
            "overview/front.html",
            election=here(),
            regulation=here().regulation,
            tasks=every,
            mine=mine,
            roles=roles,
        )


@overview.get("/resultat")
@public
def result() -> str:
    """The public page of the result: elected, not yet appointed; figures, steps and lots."""
    with installation().database.read() as session:
        return render_template(
            "overview/result.html",
            election=here(),
            view=result_view(session, here()),
            after=afterwards(session, here()),
            seed=lot_seed(session, here()),
        )
