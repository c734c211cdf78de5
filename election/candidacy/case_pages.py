# mypy: disable-error-code="no-untyped-call"
"""One case on one screen: what is checked, what has happened, and what the office and the board decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from election.call.here import act_here, here, installation
from election.call.rules import ACTS, Phase, allowed
from election.candidacy import case_acts
from election.candidacy.blueprint import STATE_KINDS, candidacy, showing
from election.candidacy.case_forms import (
    AcceptForm,
    ComplaintForm,
    ComplaintReceivedForm,
    ConfirmForm,
    DropForm,
    MailForm,
    RefuseForm,
    ReturnForm,
    StrikeForm,
    WithdrawForm,
    suggestion,
)
from election.candidacy.case_screen import MAIL_NAMES, CaseScreen, case_screen, if_struck
from election.candidacy.inbox import WAITS_NAMES, say_days
from election.candidacy.office_records import sent_case
from election.candidacy.records import cpr_of
from election.candidacy.rules import (
    CONSENT_NAMES,
    MAY_BE_DECIDED,
    MAY_BE_MENDED,
    MAY_BE_WITHDRAWN,
    PART_NAMES,
    STATE_NAMES,
    STEP_NAMES,
    STRUCK_NAMES,
    Decision,
    Part,
    State,
    StruckKind,
)
from registry.accounts.forms import ActForm, act_of
from registry.accounts.sign_in import signed_in_official
from registry.act import Act
from registry.doors import open_to
from registry.findings import Refused
from registry.languages import EVERY_LANGUAGE
from registry.mail.acts import retry
from registry.mail.findings import NO_SUCH_MAIL
from registry.mail.records import messages_about
from registry.regulation.choices import LateCandidacy, Method
from registry.roles import Role

Answer = str | Response | tuple[str, int]
_ADMIN, _BOARD = Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER
_FORMS: dict[str, type[Any]] = {
    "accept": AcceptForm,
    "back": ReturnForm,
    "refuse": RefuseForm,
    "confirm": ConfirmForm,
    "drop": DropForm,
    "complaint": ComplaintForm,
    "complained": ComplaintReceivedForm,
    "withdraw": WithdrawForm,
}
"""The forms that may stand on the screen, by their prefix."""
_WITH_REASON = frozenset({Part.SUPPORTERS, Part.OTHER})
"""Too few supporters, and too late: what can only be accepted for a reason."""


@candidacy.get("/<uuid:candidacy_id>")
@open_to(_ADMIN, _BOARD)
def case(candidacy_id: UUID) -> str:
    """One candidacy: what is checked, from which source, and what can be decided."""
    return _screen(candidacy_id)


def _may(name: str, state: State, states: frozenset[State]) -> bool:
    """Whether the official on this page may do the act now, to a case in this state."""
    roles = signed_in_official().roles & ACTS[name].roles
    return bool(roles) and allowed(name, here().in_phase) and state in states


def _screen(candidacy_id: UUID, sent: dict[str, Any] | None = None) -> str:
    """The page, with the form that was sent and could not be done as it was typed."""
    official = signed_in_official()
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        shown = case_screen(reading, here(), row)
        is_admin = _ADMIN in official.roles
        cpr = cpr_of(installation().keys.open(here().municipality), row) if is_admin else ""
        return render_template(
            "candidacy/case.html",
            row=row,
            case=shown,
            cpr=cpr,
            is_admin=is_admin,
            is_proposer=row.refusal_proposed_by == official.official_id,
            forms=_forms(shown, sent or {}),
            may=_allowed(shown),
            state_kind=STATE_KINDS[row.in_state],
            state_names=STATE_NAMES,
            waits_names=WAITS_NAMES,
            step_names=STEP_NAMES,
            part_names=PART_NAMES,
            consent_names=CONSENT_NAMES,
            struck_name=STRUCK_NAMES[StruckKind(row.struck_kind)] if row.struck_kind else "",
            days=say_days(shown.days_left),
            uses_lists=here().regulation.seats.method.value is Method.LISTS_DHONDT,
            needs_reason=any(c.kind == "warn" and c.part in _WITH_REASON for c in shown.facts.checks),
            refuses_late=here().regulation.candidacy.late.value is LateCandidacy.REFUSED,
            takes_supporters=here().regulation.candidacy.supporters_max.value > 0,
            languages=EVERY_LANGUAGE,
            mail_names=MAIL_NAMES,
            mail_form=MailForm(formdata=None),
        )


def _allowed(shown: CaseScreen) -> dict[str, bool]:
    state, is_proposed = shown.row.in_state, shown.row.refusal_proposed_by is not None
    is_complained_of = shown.complaint is not None
    decided = MAY_BE_DECIDED
    return {
        "decide": not is_proposed and _may("candidacy.decide", state, decided),
        "confirm": is_proposed and _may("candidacy.confirm_refusal", state, decided),
        "rule": is_complained_of and _may("candidacy.decide_complaint", state, frozenset({State.REFUSED})),
        "complain": shown.may_be_complained_of and _may("candidacy.complain", state, frozenset({State.REFUSED})),
        "withdraw": _may("candidacy.withdraw", state, MAY_BE_WITHDRAWN),
        "strike": shown.row.struck_at is None and _may("candidacy.strike", state, frozenset({State.ACCEPTED})),
        "edit": _may("candidacy.write", state, (MAY_BE_MENDED | {State.ACCEPTED}) - {State.DRAFT}),
        "link": _may("candidacy.make_link", state, frozenset(State) - {State.DRAFT}),
        "mail": _ADMIN in signed_in_official().roles,
    }


def _forms(shown: CaseScreen, sent: dict[str, Any]) -> dict[str, Any]:
    """Every form as it begins, but the one that was sent: that one keeps what was typed."""
    forms: dict[str, Any] = {}
    for key, form_type in _FORMS.items():
        begins: dict[str, Any] = {"version": shown.row.version}
        if key == "back":
            begins |= {part.value: suggestion(part, shown.facts.checks) for part in shown.missing}
        form = sent.get(key) or form_type(formdata=None, prefix=key, **begins)
        if key in sent and "version" in form:
            # The page shows the case as it is now: the next sending is of what can be seen here.
            form.version.data, form.request_id.data = str(shown.row.version), str(uuid4())
        if key == "refuse" and form.section.choices is None:
            form.offer(shown.facts.checks)
        forms[key] = form
    return forms


def _do(candidacy_id: UUID, key: str, name: str, do: Callable[[Any, Act, int], str], form: Any = None) -> Answer:
    """One form of the screen: `do` performs the act and says what is now so. What was typed is never lost."""
    form = form or _FORMS[key](prefix=key)
    if not form.validate_on_submit():
        return _screen(candidacy_id, {key: form})
    try:
        said = do(form, act_here(form, name), _version(form))
    except Refused as refused:
        return _screen(candidacy_id, {key: showing(form, refused)}), refused.status
    flash(said, "success")
    return redirect(url_for("candidacy.case", candidacy_id=candidacy_id))


def _version(form: Any) -> int:
    """Of the case as the page showed it; one that is no number is none that there can be."""
    typed = str(form.version.data or "") if "version" in form else ""
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _where(candidacy_id: UUID) -> tuple[UUID, UUID]:
    return here().id, candidacy_id


@candidacy.post("/<uuid:candidacy_id>/godkend")
@open_to(_ADMIN)
def accept(candidacy_id: UUID) -> Answer:
    """The candidate stands."""

    def do(form: AcceptForm, act: Act, version: int) -> str:
        act = replace(act, reason=(form.reason.data or "").strip())
        case_acts.decide(installation(), here().scope, act, *_where(candidacy_id), version, Decision.ACCEPT)
        return _("Anmeldelsen er godkendt.")

    return _do(candidacy_id, "accept", "candidacy.decide", do)


@candidacy.post("/<uuid:candidacy_id>/send-tilbage")
@open_to(_ADMIN)
def send_back(candidacy_id: UUID) -> Answer:
    """The candidate is asked to mend what is named."""

    def do(form: ReturnForm, act: Act, version: int) -> str:
        named = form.named()
        case_acts.decide(installation(), here().scope, act, *_where(candidacy_id), version, Decision.RETURN, named)
        return _("Anmeldelsen er sendt tilbage. Kandidaten får besked om, hvad der skal rettes.")

    return _do(candidacy_id, "back", "candidacy.decide", do)


@candidacy.post("/<uuid:candidacy_id>/indstil")
@open_to(_ADMIN)
def propose_refusal(candidacy_id: UUID) -> Answer:
    """One person proposes a refusal; it is none before another has confirmed it."""
    form = RefuseForm(prefix="refuse")
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        form.offer(case_screen(reading, here(), row).facts.checks)

    def do(form: RefuseForm, act: Act, version: int) -> str:
        case_acts.propose_refusal(
            installation(), here().scope, act, *_where(candidacy_id), version, form.rests_on()
        )
        return _("Afvisningen er indstillet. Den gælder først, når en anden person har bekræftet den.")

    return _do(candidacy_id, "refuse", "candidacy.propose_refusal", do, form)


@candidacy.post("/<uuid:candidacy_id>/afvis")
@open_to(_ADMIN, _BOARD)
def confirm_refusal(candidacy_id: UUID) -> Answer:
    """Another person confirms the refusal."""

    def do(_form: ConfirmForm, act: Act, version: int) -> str:
        case_acts.confirm_refusal(installation(), here().scope, act, *_where(candidacy_id), version)
        return _("Anmeldelsen er afvist. Kandidaten får begrundelsen og at vide, hvordan man klager.")

    return _do(candidacy_id, "confirm", "candidacy.confirm_refusal", do)


@candidacy.post("/<uuid:candidacy_id>/tag-indstilling-tilbage")
@open_to(_ADMIN, _BOARD)
def drop_refusal(candidacy_id: UUID) -> Answer:
    """The proposal to refuse is taken back."""

    def do(_form: DropForm, act: Act, version: int) -> str:
        case_acts.drop_refusal(installation(), here().scope, act, *_where(candidacy_id), version)
        return _("Indstillingen er taget tilbage. Anmeldelsen skal afgøres igen.")

    return _do(candidacy_id, "drop", "candidacy.drop_refusal", do)


@candidacy.post("/<uuid:candidacy_id>/klage-modtaget")
@open_to(_ADMIN)
def receive_complaint(candidacy_id: UUID) -> Answer:
    """A complaint that came by letter or at the counter."""

    def do(_form: ComplaintReceivedForm, act: Act, _version: int) -> str:
        case_acts.complain(installation(), here().scope, act, *_where(candidacy_id))
        return _("Klagen er gemt og venter på valgbestyrelsen.")

    return _do(candidacy_id, "complained", "candidacy.complain", do)


@candidacy.post("/<uuid:candidacy_id>/afgoer-klage")
@open_to(_BOARD)
def decide_complaint(candidacy_id: UUID) -> Answer:
    """The board decides a complaint of a refusal."""

    def do(form: ComplaintForm, act: Act, version: int) -> str:
        is_upheld = form.ruling.data == "upheld"
        case_acts.decide_complaint(installation(), here().scope, act, *_where(candidacy_id), version, is_upheld)
        if is_upheld:
            return _("Klagen fik medhold. Anmeldelsen skal afgøres igen.")
        return _("Klagen fik ikke medhold. Afvisningen står ved magt.")

    return _do(candidacy_id, "complaint", "candidacy.decide_complaint", do)


@candidacy.post("/<uuid:candidacy_id>/traek-tilbage")
@open_to(_ADMIN)
def withdraw(candidacy_id: UUID) -> Answer:
    """Withdraw at the candidate's own wish."""

    def do(_form: WithdrawForm, act: Act, version: int) -> str:
        case_acts.withdraw(installation(), here().scope, act, *_where(candidacy_id), version)
        return _("Anmeldelsen er trukket tilbage.")

    return _do(candidacy_id, "withdraw", "candidacy.withdraw", do)


@candidacy.route("/<uuid:candidacy_id>/udgaar", methods=["GET", "POST"])
@open_to(_ADMIN, _BOARD)
def strike(candidacy_id: UUID) -> Answer:
    """A candidate has died or lost the right; the page says beforehand what becomes of the ballot."""
    form, status = StrikeForm(), 200
    if form.validate_on_submit():
        version, kind = _version(form), StruckKind(form.kind.data)
        act = act_here(form, "candidacy.strike")
        try:
            case_acts.strike(installation(), here().scope, act, *_where(candidacy_id), version, kind)
        except Refused as refused:
            form, status = showing(form, refused), refused.status
        else:
            flash(_("Det er gemt, at kandidaten er udgået."), "success")
            return redirect(url_for("candidacy.case", candidacy_id=candidacy_id))
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        form.version.data = str(row.version)
    if form.is_submitted():
        form.request_id.data = str(uuid4())
    after = if_struck(here(), is_polling=here().in_phase is Phase.POLLING)
    may_strike = row.struck_at is None and _may("candidacy.strike", row.in_state, frozenset({State.ACCEPTED}))
    return render_template("candidacy/strike.html", row=row, form=form, after=after, may_strike=may_strike), status


@candidacy.post("/<uuid:candidacy_id>/mail/<uuid:message_id>")
@open_to(_ADMIN)
def retry_mail(candidacy_id: UUID, message_id: UUID) -> Response:
    """Send a mail again that was given up."""
    form: ActForm = MailForm()
    with installation().database.read() as reading:
        row = sent_case(reading, here(), candidacy_id)
        if message_id not in {message.id for message in messages_about(reading, here().scope, row.id)}:
            raise Refused(NO_SUCH_MAIL, status=404)
    act = act_of(form, datetime.now(UTC), frozenset({_ADMIN}))
    if retry(installation(), here().scope, act, message_id):
        flash(_("Mailen bliver sendt igen."), "success")
    else:
        flash(_("Mailen er allerede sendt eller på vej. Intet er ændret."), "info")
    return redirect(url_for("candidacy.case", candidacy_id=candidacy_id) + "#mail-title")
