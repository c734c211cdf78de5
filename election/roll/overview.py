"""What the front page of the roll shows; the import's own pages come back to it."""

from __future__ import annotations

from flask import render_template
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from election.call.here import here, installation
from election.call.records import stations
from election.roll.records import roll_of
from election.roll.rules import ReasonCode
from registry.accounts.forms import ActForm, CosignedForm
from registry.residents.extract import ExtractReport
from registry.residents.records import extracts, latest_extract, waiting_extract

REASON_NAMES = {
    ReasonCode.OTHER_MUNICIPALITY: _l("Bor i en anden kommune"),
    ReasonCode.MOVED_OUT: _l("Fraflyttet"),
    ReasonCode.DEAD: _l("Død"),
    ReasonCode.MISSING: _l("Forsvundet"),
    ReasonCode.UNDER_AGE: _l("Ikke gammel nok på valgdagen"),
    ReasonCode.TOO_SHORT_RESIDENCE: _l("Har ikke boet længe nok i riget"),
    ReasonCode.ORIGIN_UNKNOWN: _l("Registret ved for lidt om baggrunden"),
    ReasonCode.ORIGIN_NOT_COVERED: _l("Ikke omfattet af reglen om baggrund"),
}
_SHOWN_PROBLEMS = 200


class ExtractForm(ActForm):
    file = FileField(_l("Udtræk fra folkeregistret (CSV)"), validators=[FileRequired(_l("Vælg en fil."))])
    is_dry_run = BooleanField(_l("Prøv først: vis fejl, indlæs intet"), default=True)
    accept_good_rows = BooleanField(_l("Indlæs de gode rækker, selv om andre er afvist (skrives i loggen)"))


def overview_page(extract_form: ExtractForm | None = None, report: ExtractReport | None = None) -> str:
    """Where the roll stands: extract, figures, frozen or not; and what is wrong with a file that was tried."""
    with installation().database.read() as session:
        in_use = latest_extract(session, here().scope)
        roll = roll_of(session, here())
        return render_template(
            "roll/overview.html",
            election=here(),
            regulation=here().regulation,
            roll=roll,
            extracts=extracts(session, here().scope),
            in_use=in_use,
            waiting=waiting_extract(session, here().scope),
            is_outdated=roll is not None
            and not roll.is_frozen
            and in_use is not None
            and roll.extract_id != in_use.id,
            stations=stations(session, here()),
            extract_form=extract_form or ExtractForm(),
            draw_form=ActForm(),
            freeze_form=CosignedForm(),
            report=report,
            shown_problems=_SHOWN_PROBLEMS,
            reason_names=REASON_NAMES,
        )
