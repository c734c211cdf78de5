# mypy: disable-error-code="no-untyped-call"
"""What the pages of this room have in common: the blueprint, its deadlines, and forms that two doors lead to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from election.call.here import ADDRESS
from election.candidacy import findings as say_of
from election.candidacy import photos
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
_FIELDS_OF = {
    say_of.BALLOT_NAME_FORM.code: ("ballot_name",),
    say_of.CPR_FORM.code: ("cpr", "supporters"),
    say_of.ALREADY_REGISTERED.code: ("cpr",),
    say_of.LIST_NEEDED.code: ("list_key",),
    say_of.LISTS_NOT_ALLOWED.code: ("list_key",),
    say_of.TOO_MANY_SUPPORTERS.code: ("supporters",),
    say_of.NO_SUPPORTERS_HERE.code: ("supporters",),
    say_of.NOT_ON_THAT_LIST.code: ("list_key",),
    say_of.NOT_AN_EMAIL.code: ("email",),
    say_of.BAD_EXTENSION.code: ("closes_at",),
    say_of.SECTION_MISSING.code: ("other_section",),
    say_of.NO_DEFECT_NAMED.code: ("name",),
    photos.NOT_AN_IMAGE.code: ("photo",),
    photos.FILE_TOO_LARGE.code: ("photo",),
    photos.TOO_MANY_PIXELS.code: ("photo",),
    photos.TOO_FEW_PIXELS.code: ("photo",),
}
"""Where a refusal is shown, so that nothing that was typed is lost."""


def showing(form: Any, refused: Refused) -> Any:
    """The same form with the refusal beside its field, or above the form."""
    said = f"{say(refused)} ({refused.kind.code})"
    for name in _FIELDS_OF.get(refused.kind.code, ()):
        if name in form:
            form[name].errors = (said,)
            return form
    form.form_errors.append(said)
    return form
