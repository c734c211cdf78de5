"""Pages on a wall: fetched anew by themselves, without a script, until somebody asks them to hold still."""

from __future__ import annotations

from flask import make_response, request
from werkzeug.wrappers import Response

STILL = "stille"
"""In the address: this copy of the page stays as it is. (WCAG 2.2.1, 2.2.2)"""


def on_the_wall(page: str, seconds: int) -> Response:
    """The page, with the header that makes a browser fetch it again after so many seconds."""
    answer = make_response(page)
    if STILL not in request.args:
        answer.headers["Refresh"] = str(seconds)
    return answer
