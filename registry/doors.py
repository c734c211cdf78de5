"""Every page declares who may open it, or the application refuses to start. Public pages say so aloud."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import current_user

from registry.act import WRONG_ROLE
from registry.findings import Refused
from registry.roles import EVERY_ROLE, Role

P = ParamSpec("P")
R = TypeVar("R")
_DOOR = "_door"
SIGN_IN_AGAIN = "sign in again"
"""The extension that answers a form of somebody whose sign-in has run out, so that what was typed is not lost."""


class UndeclaredDoor(Exception):
    """A route says neither who may open it nor that it is public. The message names it."""


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone may open this page, signed in or not."""
    setattr(view, _DOOR, "public")
    return view


def open_to(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only officials who hold one of `roles` for this council may open this page."""
    allowed = frozenset(roles)

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            visitor: Any = current_user
            if not visitor.is_authenticated:
                if request.method == "POST" and (asked := current_app.extensions.get(SIGN_IN_AGAIN)) is not None:
                    answer = asked()
                    if answer is not None:
                        return answer  # type: ignore[no-any-return]
                return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
            if not visitor.roles & allowed:
                raise Refused(WRONG_ROLE, status=403)
            return view(*args, **kwargs)

        setattr(guarded, _DOOR, allowed)
        return guarded

    return declare


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Any official may open this page."""
    return open_to(*EVERY_ROLE)(view)


def for_citizens(view: Callable[P, R]) -> Callable[P, R]:
    """Only a citizen who has proved by MitID who they are; `registry.accounts.mitid.citizen()` says who it is."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_app.extensions["citizens"].here() is None:
            back = local_path(request.path)
            return redirect(url_for("mitid.begin", municipality=g.scope.municipality, next=back))  # type: ignore[return-value]
        return view(*args, **kwargs)

    setattr(guarded, _DOOR, "citizen")
    return guarded


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` when it is a path of this application and nothing else; never an address of somebody else's."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    # A browser reads a backslash as a slash and drops control characters: either could hide a second slash.
    return otherwise if "\\" in wanted or any(ord(sign) <= 0x20 for sign in wanted) else wanted


def who_may_open(app: Flask) -> dict[str, str | frozenset[Role]]:
    """Endpoint → roles, "citizen" or "public". Raises UndeclaredDoor when a route has not said."""
    doors: dict[str, str | frozenset[Role]] = {}
    for endpoint, view in app.view_functions.items():
        if endpoint == "static":
            doors[endpoint] = "public"
            continue
        door = getattr(view, _DOOR, None)
        if door is None:
            raise UndeclaredDoor(
                f"the page {endpoint!r} declares no role: use @open_to(…), @for_citizens or @public"
            )
        doors[endpoint] = door
    return doors
