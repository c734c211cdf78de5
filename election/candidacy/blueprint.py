# mypy: disable-error-code="no-untyped-call"
"""What the pages of this room have in common: the blueprint, its deadlines, and forms that two doors lead to."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call import clock
from election.call.here import ADDRESS, here, installation
from election.call.rules import Phase, allowed
from election.candidacy import acts
from election.candidacy import rules as say_of
from election.candidacy.forms import MendForm, RegisterForm
from election.candidacy.records import Candidacy
from election.candidacy.rules import State
from registry.act import REQUEST_REUSED, Act
from registry.findings import Refused
from registry.regulation.calendar import instant
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


def register_page(form: RegisterForm, template: str = "candidacy/register.html") -> str:
    rule, now = here().regulation.candidacy, clock.now(here())
    closes_at = deadline("closes")
    return render_template(
        template,
        form=form,
        phase=here().in_phase.value,
        may_register=allowed("candidacy.register", here().in_phase),
        opens_at=deadline("opens"),
        closes_at=closes_at,
        is_late=now > closes_at or here().in_phase is not Phase.CANDIDACY,
        late=rule.late,
        regulation=here().regulation,
    )


def receipt_code(request_id: UUID) -> str:
    """Secret, and the same when the same form is sent twice."""
    token = installation().keys.open(here().municipality).token("receipt", request_id)
    return urlsafe_b64encode(token).decode().rstrip("=")


def mend_page(
    row: Candidacy, back: str, act_of_form: Callable[[MendForm], Act]
) -> str | Response | tuple[str, int]:
    form, status = MendForm(), 200
    form.fit_to(here().regulation)
    if form.validate_on_submit():
        try:
            version = int(form.version.data or 0)
            given = form.mended()
            acts.mend(installation(), here().scope, act_of_form(form), here().id, row.id, version, given)
        except Refused as refused:
            form, status = showing(form, refused), refused.status
        else:
            flash(_("Rettelsen er gemt og sendt til valgkontoret."), "success")
            return redirect(back)
    elif not form.is_submitted():
        form.fill_from(row)
    return render_template(
        "candidacy/mend.html", form=form, row=row, back=back, cure_until=deadline("cure_until")
    ), status


def deadline(moment: str) -> datetime:
    """The instant of one deadline of the candidacies, worked out from election day."""
    return instant(getattr(here().regulation.candidacy, moment).value, here().election_on)


def request_id_of(form: MendForm) -> UUID:
    try:
        return UUID(form.request_id.data or "")
    except ValueError as error:
        raise Refused(REQUEST_REUSED) from error


def showing(form: Any, refused: Refused) -> Any:
    """The same form with the refusal beside its field, or above the form."""
    name = _FIELD_OF.get(refused.kind.code, "")
    if name and name in form:
        form[name].errors = (say(refused),)
    else:
        form.form_errors.append(say(refused))
    return form
