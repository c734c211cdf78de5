"""The pages of candidates and supporters share one blueprint."""

from __future__ import annotations

from flask import Blueprint

from election.call.here import ADDRESS

own_case = Blueprint("own_case", __name__, url_prefix=ADDRESS + "/kandidater")
