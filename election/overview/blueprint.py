"""The blueprint of an election's front page, its result and what is told of it."""

from __future__ import annotations

from flask import Blueprint

from election.call.here import ADDRESS

overview = Blueprint("overview", __name__, url_prefix=ADDRESS)
