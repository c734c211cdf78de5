"""Convening from the page: the notice is worked out, and a late one asks for its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.act import Installation
from tests.councils import ADDRESS, seated
from tests.registry.meetings.convened import NAMES
from tests.scenarios import form_value, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = pytest.mark.slow

PAGE = ADDRESS + "/moede/"


def _send(client: FlaskClient, page: str, **data: str) -> tuple[int, str]:
    given = {
        "csrf_token": form_value(page, "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "convened_by": "Council Secretary",
        "planned_on": "02-01-2018",
        "planned_at": "17.00",
        "place": "Køge Rådhus, byrådssalen",
        "sent_on": "20-12-2017",
    }
    answer = client.post(PAGE, data=given | data)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_reason_is_asked_for_only_when_the_notice_is_late(
    client: FlaskClient, installation: Installation
) -> None:
    """The clock shows 20 December. 3 January is in time; 2 January is 13 days off and R603 asks for the reason."""
    seated(installation)
    sign_in(client, "council_secretary")
    page = client.get(PAGE).get_data(as_text=True)
    assert "Senest udsendt den 20. december 2017 for et møde den 3. januar 2018; 14 dage." in page
    assert "antaget" in page
    assert "Grunden til" not in page
    assert all(name in page for name in NAMES)
    _status, page = _send(client, page, what="compute", place="")
    assert "Senest udsendt den 19. december 2017 for et møde den 2. januar 2018; 14 dage." in page
    assert "Feltet skal udfyldes" not in page
    status, page = _send(client, page)
    assert (status, "R603" in page, "Grunden til" in page) == (409, True, True)
    status, _page = _send(client, page, late_reason="Byrådet besluttede den 19. december.")
    assert status == 303
    page = client.get(PAGE).get_data(as_text=True)
    assert "Byrådet besluttede den 19. december." in page
    assert "6. Næste møde og eventuelt" in page
    assert f'href="{ADDRESS}/konstituering/"' in page
    draft = client.get(PAGE + "referat.pdf")
    assert "filename=referat-udkast.pdf" in draft.headers["Content-Disposition"]


def test_only_the_secretary_convenes_where_the_regulation_says_so(
    client: FlaskClient, installation: Installation
) -> None:
    seated(installation)
    sign_in(client, "election_administrator")
    page = client.get(PAGE).get_data(as_text=True)
    assert "Rådets sekretær indkalder" in page
    status, page = _send(client, page, planned_on="08-01-2018", convened_by="Election Administrator")
    assert (status, "R602" in page) == (409, True)


def test_the_minutes_are_for_officials_only(client: FlaskClient, installation: Installation) -> None:
    seated(installation)
    assert client.get(PAGE + "referat.pdf").status_code == 302
    sign_in(client, "council_secretary")
    assert client.get(PAGE + "referat.pdf").status_code == 404
