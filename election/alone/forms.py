"""What is typed about a station that works alone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional

from registry.accounts.forms import ActForm, CosignedForm, ReasonedForm, required


class PackageForm(CosignedForm):
    laptop = StringField(
        _l("Hvad står der på laptoppen?"),
        validators=[required(), Length(max=60)],
        description=_l("For eksempel “Laptop 7”, så alle ved, hvilken maskine der menes."),
    )
    address = StringField(
        _l("Centralens adresse"),
        validators=[Length(max=200)],
        description=_l("Her afleverer laptoppen. Tomt felt: alt bæres på USB-nøgle."),
    )


class EndForm(ReasonedForm):
    lines = IntegerField(
        _l("Hvor mange registreringer viser laptoppen?"),
        validators=[Optional(), NumberRange(0, 10**7)],
        description=_l("Står på laptoppens side “Denne laptop”. Tomt felt: ingen kan se det mere."),
    )


class StickForm(ActForm):
    file = FileField(_l("Filen på nøglen"))


class PartedForm(StickForm):
    """The same kind of file, on a page that has both."""

    own_ids = "parted"
