# mypy: disable-error-code="no-untyped-call"
"""What the pages of this room have in common: the blueprint, its deadlines, and forms that two doors lead to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from election.call.here import ADDRESS
from election.candidacy import findings as say_of
from election.candidacy.rules import State
from registry.findings import Refused
from registry.wording import say

candidacy = Blueprint("candidacy", __name__, url_prefix=ADDRESS + "/kandidater")

STATE_KINDS = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.RETURNED: "warn",
    State.ACCEPTED: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "neutral",
    State.LATE: "warn",
    State.STRUCK: "neutral",
}
_FIELD_OF = {
    say_of.BALLOT_NAME_FORM.code: "ballot_name",
    say_of.CPR_FORM.code: "cpr",
    say_of.ALREADY_REGISTERED.code: "cpr",
    say_of.LIST_NEEDED.code: "list_key",
    say_of.LISTS_NOT_ALLOWED.code: "list_key",
    say_of.TOO_MANY_SUPPORTERS.code: "supporters",
}
"""Where a refusal is shown, so that nothing that was typed is lost."""


def showing(form: Any, refused: Refused) -> Any:
    """The same form with the refusal beside its field, or above the form."""
    name = _FIELD_OF.get(refused.kind.code, "")
    if name and name in form:
        form[name].errors = (say(refused),)
    else:
        form.form_errors.append(say(refused))
    return form
