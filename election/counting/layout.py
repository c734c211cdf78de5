"""The layout of the counting form: the same parts, rows and labels on the screen and on paper."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from election.call.records import Election
from election.candidacy.records import accepted
from election.counting.assembly import form_of
from election.counting.rules import PAPER_ROWS, VALID, Form

PAPER_ROW_NAMES = {
    VALID: _l("Gyldige stemmesedler"),
    "blank": _l("Blanke stemmesedler"),
    "in_box": _l("Stemmesedler i kassen i alt"),
    "unissued": _l("Ikke udleverede stemmesedler"),
    "returned": _l("Leveret tilbage ubrugt"),
    "exchanged": _l("Ombyttede stemmesedler"),
    "in_envelopes": _l("I konvolut til valgbestyrelsens afgørelse"),
}


@dataclass(frozen=True, slots=True)
class FormPart:
    """Rows under one heading."""

    heading: str
    rows: tuple[str, ...]


def parts_of(form: Form) -> tuple[FormPart, ...]:
    """Every row of the form exactly once, in the form's own order."""
    lists = tuple(f"list:{key}" for key in form.lists)
    parts = [FormPart(_("Kryds ved en liste"), lists)] if lists else []
    parts += [
        FormPart(_("Stemmer"), form.candidates),
        FormPart(
            _("Gyldige, blanke og ugyldige") if form.valid_rows else _("Blanke og ugyldige"),
            (*form.valid_rows, "blank", *form.invalid_rows),
        ),
        FormPart(_("Stemmesedler i alt"), PAPER_ROWS),
    ]
    return tuple(parts)


def row_names(session: Session, election: Election) -> dict[str, str]:
    """What each row of the form is called: names in ballot order, grounds in the words of the regulation."""
    form, standing = form_of(session, election), accepted(session, election)
    grounds = {g.code: g.text.value for g in election.regulation.counting.invalid_grounds}
    return (
        {f"list:{key}": _("Kryds ved listen %(list)s", list=key) for key in form.lists}
        | {c.label: c.ballot_name for c in standing}
        | {f"invalid:{code}": _("Ugyldige: %(ground)s", ground=grounds[code]) for code in form.invalid}
        | {row: str(name) for row, name in PAPER_ROW_NAMES.items()}
    )
