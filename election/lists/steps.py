# mypy: disable-error-code="no-untyped-call"
"""What is done with one list on its page, by the office and by its representative alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from election.call.here import here, installation
from election.lists import acts
from election.lists.forms import (
    ORDERED,
    ArrangeForm,
    ClaimForm,
    NoticeForm,
    ReleaseForm,
    WithdrawListForm,
    arrange_form,
)
from election.lists.view import ListView
from registry.accounts.forms import ActForm
from registry.act import Act
from registry.wording import apart

CLAIM, RELEASE, ARRANGE, NOTICE, WITHDRAW = "navngiv", "fjern", "orden", "valgforbund", "traek-tilbage"
"""The last part of the address that each form is sent to."""


@dataclass(frozen=True, slots=True)
class ListForms:
    """The forms of the page; of these only the one that was sent holds what was typed."""

    claim: ClaimForm
    arrange: ArrangeForm
    release: ReleaseForm
    notice: NoticeForm
    withdraw: WithdrawListForm


def forms_of(view: ListView, sent: str = "") -> ListForms:
    words = [
        (
            line.number,
            _("Nr. %(number)s, %(name)s", number=line.number, name=apart(line.name))
            if line.name
            else _("Nr. %(number)s", number=line.number),
        )
        for line in view.lines
    ]
    return ListForms(
        ClaimForm(prefix="claim") if sent == CLAIM else ClaimForm(formdata=None, prefix="claim"),
        arrange_form(words, is_ordered=view.one.is_ordered, is_sent=sent == ARRANGE),
        ReleaseForm(prefix="release") if sent == RELEASE else ReleaseForm(formdata=None, prefix="release"),
        NoticeForm(prefix="notice") if sent == NOTICE else NoticeForm(formdata=None, prefix="notice"),
        WithdrawListForm(prefix="withdraw")
        if sent == WITHDRAW
        else WithdrawListForm(formdata=None, prefix="withdraw"),
    )


def carry_out(
    step: str,
    forms: ListForms,
    list_id: UUID,
    speaker: UUID | None,
    act_of: Callable[[ActForm, str], Act],
) -> str | None:
    """Do what was sent; the sentence that says so, None when the form must be corrected. Raises Refused."""
    on = (installation(), here().scope)
    election_id = here().id
    if step == CLAIM:
        if not forms.claim.validate():
            return None
        number = int(forms.claim.number.data)
        acts.claim(*on, act_of(forms.claim, "lists.claim"), election_id, list_id, speaker, number)
        return _("Nr. %(number)s står nu på listen.", number=number)
    if step == RELEASE:
        number = _whole(forms.release.number.data)
        acts.release(*on, act_of(forms.release, "lists.release"), election_id, list_id, speaker, number)
        return _("Nr. %(number)s står ikke længere på listen.", number=number)
    if step == ARRANGE:
        if not forms.arrange.validate():
            return None
        act, is_ordered = act_of(forms.arrange, "lists.arrange"), forms.arrange.order.data == ORDERED
        acts.arrange(*on, act, election_id, list_id, speaker, is_ordered, forms.arrange.numbers())
        return _("Rækkefølgen er gemt.")
    if step == NOTICE:
        other, is_filed = _id(forms.notice.with_id.data), forms.notice.is_filed.data == "1"
        acts.notice(*on, act_of(forms.notice, "lists.notice"), election_id, list_id, speaker, other, is_filed)
        return _("Valgforbundet er anmeldt fra denne liste.") if is_filed else _("Anmeldelsen er taget tilbage.")
    if step == WITHDRAW:
        if not forms.withdraw.validate():
            return None
        acts.withdraw(*on, act_of(forms.withdraw, "lists.withdraw"), election_id, list_id, speaker)
        return _("Listen er trukket tilbage.")
    raise NotFound


def _whole(text: str | None) -> int:
    if not (text or "").isdecimal() or len(text or "") > 9:
        raise NotFound
    return int(text or "")


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise NotFound from error
