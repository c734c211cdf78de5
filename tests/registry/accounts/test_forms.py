# mypy: disable-error-code="no-untyped-call"
"""Several forms on one page: no id twice, and every label still points to its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wtforms import StringField

from registry.accounts.forms import ActForm

if TYPE_CHECKING:
    from flask import Flask


class Objection(ActForm):
    own_ids = "objection"
    text = StringField("Tekst")


class Explanation(ActForm):
    text = StringField("Tekst")


def test_a_hidden_field_has_no_id_and_a_form_may_have_ids_of_its_own(app: Flask) -> None:
    with app.test_request_context():
        one, other = Objection(), Explanation()
        page = "".join(str(part()) for form in (one, other) for part in (form.request_id, form.text))
        assert re.findall(r' id="([^"]*)"', page) == ["objection-text", "text"]
        assert re.findall(r' name="([^"]*)"', page) == ["request_id", "text"] * 2
        assert [str(form.text.label()) for form in (one, other)] == [
            '<label for="objection-text">Tekst</label>',
            '<label for="text">Tekst</label>',
        ]
        assert one.request_id.data != other.request_id.data
