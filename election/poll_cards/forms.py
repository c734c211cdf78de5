"""The forms of batches and dispatches."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Optional

from election.poll_cards.batch_rules import CHANNEL_NAMES, BatchKind
from registry.accounts.forms import ActForm, CosignedForm
from registry.wording import say_term


class BatchForm(ActForm):
    """Which cards go into a new batch."""

    kind = HiddenField()


def batch_form(kind: BatchKind) -> BatchForm:
    form = BatchForm(formdata=None)
    form.kind.data = kind.value
    return form


class FetchForm(ActForm):
    """What of a protected batch is fetched: a part's number, `zip` or `list`."""

    what = HiddenField()


class DispatchForm(CosignedForm):
    """The receiver's certificate, read by two people who both type their password."""

    channel = RadioField(_l("Sendes med"), validators=[Optional()])
    certificate = TextAreaField(_l("Modtagerens certifikat (PEM)"), validators=[Optional()])
    certificate_file = FileField(_l("… eller som fil"), validators=[Optional()])
    seen = HiddenField()
    """The fingerprint that was on the page when it was signed."""

    def offer(self) -> DispatchForm:
        """With the channels in the language of the page."""
        self.channel.choices = [(one.value, say_term(name)) for one, name in CHANNEL_NAMES.items()]
        return self

    def pem(self) -> str:
        """The certificate, from the file where one was chosen."""
        if self.certificate_file.data:
            self.certificate.data = self.certificate_file.data.read().decode("ascii", "replace")
        return self.certificate.data or ""


class ReceiptForm(ActForm):
    receipt = FileField(_l("Modtagerens kvittering (CSV)"), validators=[FileRequired(_l("Vælg en fil."))])
