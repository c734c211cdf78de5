"""The office's, the representatives' and the public pages of lists share one blueprint."""

from __future__ import annotations

from flask import Blueprint

from election.call.here import ADDRESS

lists = Blueprint("lists", __name__, url_prefix=ADDRESS + "/lister")
