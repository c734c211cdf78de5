"""Forms of official acts: each carries the request id that makes a double click harmless."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from registry.accounts.sign_in import Gatekeeper, signed_in_official, visitor
from registry.act import REQUEST_REUSED, WRONG_ROLE, Act
from registry.findings import Refused
from registry.free_text import holds_cpr
from registry.roles import Role

DEVICE_COOKIE = "device"


def required() -> InputRequired:
    return InputRequired(message=_l("Feltet skal udfyldes."))


def no_cpr() -> Callable[[Any, Any], None]:
    """Refuses free text that holds what may be a CPR number: it would be kept, printed and read by others."""

    def check(_form: Any, field: Any) -> None:
        if holds_cpr(field.data or ""):
            raise ValidationError(
                _l("Her må ikke stå et CPR-nummer. Skriv det om uden nummeret; intet er gemt endnu.")
            )

    return check


class ActForm(FlaskForm):
    """A form whose sending is one official act."""

    class Meta(FlaskForm.Meta):
        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """No label points to a hidden field, and a page with two forms must not have its id twice."""
            if isinstance(field, HiddenField):
                render_kw = {"id": False, **render_kw}
            return super().render_field(field, render_kw)

    own_ids = ""
    """Where several forms stand on one page: how the ids of this one begin. The names that are sent stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.own_ids:
            for field in self:
                field.id = f"{self.own_ids}-{field.id}"
                field.label.field_id = field.id

    request_id = HiddenField(default=lambda: str(uuid4()))


class ReasonedForm(ActForm):
    """An act that needs a reason."""

    reason = TextAreaField(_l("Begrundelse"), validators=[required(), no_cpr()])


class ResignedForm(ActForm):
    """An act that the official confirms with the password, here and now."""

    own_password = PasswordField(_l("Din adgangskode"), validators=[required()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = visitor()
        if person is not None and person.day_pass_id is not None:
            self.own_password.description = _l("Skriv PIN fra dit PIN-ark.")


class CosignedForm(ResignedForm):
    """An act of two people: both type their password, here and now."""

    second_username = StringField(_l("Den anden persons brugernavn"), validators=[required()])
    second_password = PasswordField(_l("Den anden persons adgangskode"), validators=[required()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.own_password.description:
            self.second_password.description = _l("Eller PIN, hvis personen har en dagskode.")


def gatekeeper() -> Gatekeeper:
    keeper: Gatekeeper = current_app.extensions["gatekeeper"]
    return keeper


def device() -> str:
    """What tells this browser from others when wrong passwords are counted; says nothing about a person."""
    return request.cookies.get(DEVICE_COOKIE, "new")[:64]


def act_of(form: ActForm, at: datetime, allowed: frozenset[Role]) -> Act:
    """The act that this form, sent by the signed-in official, is. Raises Refused (role, password, request id)."""
    act, person = act_of_key(form.request_id.data or "", at, allowed), signed_in_official()
    second: UUID | None = None
    keeper = gatekeeper()
    if isinstance(form, ResignedForm):
        keeper.confirm(person.username, form.own_password.data or "", device(), allowed)
    if isinstance(form, CosignedForm):
        typed = form.second_password.data or ""
        second = keeper.confirm(form.second_username.data or "", typed, device(), allowed).id
    reason = form.reason.data or "" if isinstance(form, ReasonedForm) else ""
    return replace(act, reason=reason.strip(), second_actor=second)


def act_of_key(request_id: str, at: datetime, allowed: frozenset[Role]) -> Act:
    """The act of one key of the signed-in official. Raises Refused (role, request id)."""
    person = signed_in_official()
    roles = sorted(person.roles & allowed)
    if not roles:
        raise Refused(WRONG_ROLE, status=403)
    try:
        return Act(person.official_id, roles[0], at, UUID(request_id))
    except ValueError as error:
        raise Refused(REQUEST_REUSED) from error
