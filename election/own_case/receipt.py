# mypy: disable-error-code="no-untyped-call"
"""The candidate's receipt: what was sent and exactly when, what is missing and until when. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from babel.dates import format_date
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.deadlines import deadlines
from election.candidacy.filled import filled
from election.candidacy.records import Candidacy, consents, photo, steps, texts
from election.candidacy.rules import (
    CONSENT_NAMES,
    PART_NAMES,
    STATE_NAMES,
    Filled,
    Part,
    State,
    StepKind,
    missing,
)
from election.roll.printing import document_header
from registry.documents import render, unprintable
from registry.languages import EVERY_LANGUAGE
from registry.wording import COPENHAGEN, apart, direction_of, say_instant, say_term

_SENT_AGAIN = (StepKind.MENDED, StepKind.LATE)


def receipt_pdf(session: Session, election: Election, row: Candidacy) -> bytes:
    """The receipt of a candidacy that has been sent, in the candidate's language. No CPR number is on it."""
    with force_locale(row.language):
        return render("candidacy_receipt.typ", document_header(election) | _said(session, election, row))


def _said(session: Session, election: Election, row: Candidacy) -> dict[str, object]:
    until, done = deadlines(session, election), filled(session, election, row)
    council = apart(election.regulation.council.name.value)
    lacks = [say_term(PART_NAMES[part]) for part in missing(done)]
    return {
        "language": row.language,
        "direction": direction_of(row.language),
        "title": _("Kvittering"),
        "subtitle": _("Anmeldelse af en kandidat til %(council)s", council=council),
        "demo": _("DEMO – prøve uden gyldighed"),
        "facts": [
            _line(_("Anmeldelse nr."), str(row.number)),
            _line(PART_NAMES[Part.NAME], _printable(row.ballot_name) or "–"),
            *[_line(label, _to_the_second(at)) for label, at in _sent(session, row)],
            _line(_("Sagen nu"), say_term(STATE_NAMES[row.in_state])),
        ],
        "sent_title": _("Det har du sendt"),
        "sent": list(_parts(session, row, done)),
        "missing_title": _("Det mangler endnu"),
        "missing": lacks,
        "missing_none": _("Vi kan ikke se, at der mangler noget."),
        "until_title": _("Frister"),
        "until": [
            _line(_("Anmelde sig"), say_instant(until.closes)),
            _line(_("Rette det, der mangler"), say_instant(until.cure_until)),
            _line(_("Trække anmeldelsen tilbage"), say_instant(until.withdrawal_until)),
        ],
        "notes": [
            _("Kvitteringen er ikke en afgørelse. Valgkontoret afgør, om anmeldelsen kan godkendes."),
            _("Alle tider er dansk tid. Oplys nummeret, når du skriver eller ringer til valgkontoret."),
            *([_("Anmeldelsen kom efter fristen. Den er gemt.")] if row.in_state is State.LATE else []),
        ],
    }


def _line(label: str, value: str) -> dict[str, str]:
    return {"label": say_term(label), "value": apart(value)}


def _sent(session: Session, row: Candidacy) -> Iterator[tuple[str, datetime]]:
    yield _("Modtaget"), row.sent_at
    again = [one.at for one in steps(session, row) if one.at > row.sent_at and one.of_kind in _SENT_AGAIN]
    if again:
        yield _("Sendt igen"), again[-1]


def _parts(session: Session, row: Candidacy, done: Filled) -> Iterator[dict[str, str]]:
    """What there is of each part. What one could send, and did not, is not named here."""
    given = sorted(kind for kind, one in consents(session, row).items() if one.is_given)
    written = [EVERY_LANGUAGE[language] for language in EVERY_LANGUAGE if language in texts(session, row)]
    values = {
        Part.NAME: _printable(row.ballot_name),
        Part.LIST: _printable(row.list_key or ""),
        Part.CONTACT: _printable(", ".join(filter(None, (row.email, row.phone)))),
        Part.PHOTO: _("Sendt") if photo(session, row) is not None else "",
        Part.PRESENTATION: ", ".join(apart(one) for one in written),
        Part.CONSENTS: " ".join(say_term(CONSENT_NAMES[kind]) for kind in given),
        Part.SUPPORTERS: str(done.supporters) if done.supporters_least else "",
        Part.WILLINGNESS: _to_the_second(row.willing_at) if row.willing_at else "",
    }
    for part, value in values.items():
        if value:
            yield _line(PART_NAMES[part], value)


def _printable(typed: str) -> str:
    """In letters that no font here has, nothing can be printed; the receipt is owed all the same."""
    return _("Det kan ikke trykkes, men står i din sag.") if unprintable([typed]) else typed


def _to_the_second(at: datetime) -> str:
    """With the distance to UTC, so that the hour that comes twice when the clocks go back is told apart."""
    local = at.astimezone(COPENHAGEN)
    day = format_date(local.date(), "long" if str(get_locale()) == "da" else "d MMMM y", locale=get_locale())
    offset = f"{local:%z}"
    time = f"{local:%H.%M.%S} (UTC{offset[:3]}:{offset[3:]})"
    return str(_("%(day)s kl. %(time)s", day=day, time=apart(time)))
