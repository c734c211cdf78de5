"""The import in the browser: at once when small, told line by line when large, undone when nobody waits."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from election.roll import import_pages, long_work, pages
from registry.act import Installation
from registry.residents.progress import Progress, Stage
from registry.residents.records import Extract, Resident, ResidentWriter
from tests.scenarios import ROLL_AT, Person, Played, call_koege, extract_csv, form_value, people, sign_in

pytestmark = pytest.mark.slow

HERE = "/0259/integrationsraad/2017/valgliste"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """A page reads a form and calls one act; the acts are tried on both engines."""
    return str(request.param)


@pytest.fixture
def played(installation: Installation, client: FlaskClient) -> Played:
    called = call_koege(installation)
    called.now = ROLL_AT
    sign_in(client, "roll_keeper")
    return called


def _send(client: FlaskClient, rows: list[Person] | bytes, **more: str) -> Any:
    page = client.get(f"{HERE}/").get_data(as_text=True)
    data = rows if isinstance(rows, bytes) else extract_csv(rows)
    form: dict[str, object] = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    form |= {"file": (BytesIO(data), "udtraek.csv"), **more}
    return client.post(f"{HERE}/udtraek", data=form, content_type="multipart/form-data")


def _page(client: FlaskClient, path: str = "/") -> str:
    return client.get(HERE + path).get_data(as_text=True)


def _press(client: FlaskClient, action: str, page: str, **more: str) -> str:
    """Send the form with this action, and read the page it leads to."""
    form = re.search(rf'<form[^>]*action="{re.escape(HERE + action)}".*?</form>', page, re.S)
    assert form is not None, f"no form {action}"
    names = re.findall(r'<input[^>]*type="hidden"[^>]*>', form.group(0))
    data = {
        found.group(1): form_value(tag, found.group(1))
        for tag in names
        if (found := re.search(r'name="([^"]+)"', tag))
    }
    return client.post(HERE + action, data=data | more, follow_redirects=True).get_data(as_text=True)


def _stored(played: Played) -> int:
    with played.installation.database.read() as session:
        return session.scalar(select(func.count()).select_from(Resident)) or 0


def test_a_small_file_is_imported_on_the_ordinary_page(played: Played, client: FlaskClient) -> None:
    answer = _send(client, people(5))
    assert answer.status_code == 302
    page = client.get(answer.location).get_data(as_text=True)
    assert "5 af 5 rækker er indlæst, 0 er afvist." in page
    assert "i brug" in page


def test_a_bad_small_file_shows_its_errors_line_by_line(played: Played, client: FlaskClient) -> None:
    page = _send(client, extract_csv(people(5)).replace(b";0259;", b";259;", 1)).get_data(as_text=True)
    assert "Filen har fejl" in page
    assert "F127" in page
    assert _stored(played) == 0


def test_trying_a_file_stores_nothing(played: Played, client: FlaskClient) -> None:
    page = _send(client, people(5), is_dry_run="y").get_data(as_text=True)
    assert "Ingen fejl" in page
    assert _stored(played) == 0


def test_the_difference_is_shown_and_the_extract_taken_over(played: Played, client: FlaskClient) -> None:
    """Twenty, then nineteen of them and two new: 1 gone, 2 new, none changed: not unusual, no reason is asked."""
    rows = people(22)
    _send(client, rows[:20])
    answer = _send(client, rows[1:22])
    assert answer.location.endswith("/udtraek/sammenlign")
    page = client.get(answer.location).get_data(as_text=True)
    assert "Forskellen er ikke usædvanlig" in page
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page)
    for name, number in (
        ("I det forrige udtræk", "20"),
        ("Væk: kun i det forrige", "1"),
        ("Nye: kun i det ventende", "2"),
        ("I det ventende udtræk", "21"),
        ("Personer med mindst én ændring", "0"),
    ):
        assert cells[cells.index(name) + 1] == number
    assert "Et nyt udtræk venter på dig" in _page(client)
    assert "<textarea" not in page
    after = _press(client, "/udtraek/tag-i-brug", page)
    assert "Udtræk nr. 2 er taget i brug." in after
    assert "venter på dig" not in after
    assert "Intet udtræk venter" in _page(client, "/udtraek/sammenlign")


def test_an_unusual_difference_is_told_with_figures_and_a_reason_is_asked(
    played: Played, client: FlaskClient
) -> None:
    """Ten, then seven: 3 of 10 gone, 30 %."""
    _send(client, people(10))
    _send(client, people(7))
    page = _page(client, "/udtraek/sammenlign")
    assert "3 af de 10 personer i det forrige udtræk er væk (30 %)" in page
    again = _press(client, "/udtraek/tag-i-brug", page, reason="")
    assert "Feltet skal udfyldes." in again
    done = _press(client, "/udtraek/tag-i-brug", again, reason="Kommunen er delt.")
    assert "Udtræk nr. 2 er taget i brug." in done


def test_the_waiting_extract_is_thrown_away(played: Played, client: FlaskClient) -> None:
    _send(client, people(10))
    _send(client, people(7))
    page = _press(client, "/udtraek/smid-vaek", _page(client, "/udtraek/sammenlign"))
    assert "oplysninger om 7 personer er slettet" in page
    assert "smidt væk" in page
    assert _stored(played) == 10


def test_a_roll_of_an_older_extract_is_marked(played: Played, client: FlaskClient) -> None:
    _send(client, people(20))
    _press(client, "/lav", _page(client))
    _send(client, people(21))
    after = _press(client, "/udtraek/tag-i-brug", _page(client, "/udtraek/sammenlign"))
    assert "Valglisten er lavet ud fra et ældre udtræk" in after
    assert "ældre udtræk" not in _press(client, "/lav", after)


# --- large files ------------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large, and the page hears something every hundredth of a second."""
    monkeypatch.setattr(import_pages, "SMALL_FILE", 0)
    monkeypatch.setattr(pages, "MANY_RESIDENTS", 0)
    monkeypatch.setattr(long_work, "_EVERY_S", 0.01)


def test_a_large_file_is_told_as_it_goes(played: Played, client: FlaskClient, large: None) -> None:
    page = _send(client, people(9)).get_data(as_text=True)
    assert 'role="log"' in page
    assert "Læst 9 af ca. 9 rækker" in page
    assert "9 af 9 rækker er indlæst" in page
    assert page.index("Læst 9") < page.index("Færdig</h2>") < page.index("Gå til valglisten")
    assert "</html>" in page
    drawn = _press(client, "/lav", _page(client))
    assert "Skrevet 9 af 9 beboere" in drawn
    assert "Valglisten er lavet: 9 kan stemme." in drawn


def test_what_is_wrong_with_a_large_file_is_said_at_the_end(
    played: Played, client: FlaskClient, large: None
) -> None:
    page = _send(client, extract_csv(people(5))[:-30]).get_data(as_text=True)
    assert "Ikke gemt" in page
    assert "Udtrækket har 1 fejl. Intet er indlæst." in page
    assert "prøv den først" in page
    assert _stored(played) == 0


def test_the_same_request_again_tells_the_same(played: Played, client: FlaskClient, large: None) -> None:
    """The page was closed after the end, or sent twice: nothing is imported twice."""
    token = form_value(_page(client), "csrf_token")
    request_id = str(uuid4())

    def send() -> str:
        data = {"csrf_token": token, "request_id": request_id, "file": (BytesIO(extract_csv(people(5))), "x.csv")}
        answer = client.post(f"{HERE}/udtraek", data=data, content_type="multipart/form-data")
        return answer.get_data(as_text=True)

    for _ in range(2):
        assert "5 af 5 rækker er indlæst" in send()
    with played.installation.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Extract)) == 1


@pytest.fixture
def held(large: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The import stands still after its first block until the event is set."""
    go_on, add = threading.Event(), ResidentWriter.add

    def slow(self: ResidentWriter, rows: Any) -> None:
        add(self, rows)
        go_on.wait(10)

    monkeypatch.setattr(ResidentWriter, "add", slow)
    yield go_on
    go_on.set()


def test_closing_the_page_undoes_everything(played: Played, client: FlaskClient, held: threading.Event) -> None:
    answer = _send(client, people(5))
    chunks = iter(answer.response)
    while "Begyndt" not in str(next(chunks)):
        pass
    (work,) = long_work._at_work.values()
    answer.close()
    held.set()
    assert work._over.wait(10)
    assert work.was_stopped
    assert _stored(played) == 0
    with played.installation.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Extract)) == 0


def test_the_stop_button_undoes_everything(played: Played, client: FlaskClient, held: threading.Event) -> None:
    token = form_value(_page(client), "csrf_token")
    answer = _send(client, people(5))
    head = next(
        str(chunk)
        for chunk in answer.response
        if "Stop, og gem intet" in str(chunk) or 'name="work"' in str(chunk)
    )
    (request_id,) = long_work._at_work
    assert str(request_id) in head or long_work.at_work(request_id) is not None
    threading.Timer(0.2, held.set).start()
    stopped = client.post(
        f"{HERE}/udtraek/stop", data={"csrf_token": token, "work": str(request_id)}, follow_redirects=True
    )
    assert "Arbejdet er stoppet. Intet er gemt." in stopped.get_data(as_text=True)
    assert _stored(played) == 0
    answer.close()


def test_stopping_what_is_over_says_so(played: Played, client: FlaskClient) -> None:
    token = form_value(_page(client), "csrf_token")
    for work in (str(uuid4()), "nonsense", ""):
        page = client.post(
            f"{HERE}/udtraek/stop", data={"csrf_token": token, "work": work}, follow_redirects=True
        ).get_data(as_text=True)
        assert "allerede slut" in page


def test_a_fault_in_the_work_is_told_without_detail(
    played: Played, client: FlaskClient, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: ResidentWriter, rows: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(ResidentWriter, "add", breaks)
    page = _send(client, people(5)).get_data(as_text=True)
    assert "Noget gik galt hos os. Intet er gemt." in page
    assert "secret" not in page
    assert _stored(played) == 0


def test_a_second_page_of_the_same_request_joins_the_work() -> None:
    """Two tabs: one piece of work, both see its end."""
    go_on, request_id = threading.Event(), uuid4()

    def task(progress: Progress) -> str:
        progress(Stage.READ, 1, 2)
        go_on.wait(10)
        return "answer"

    first, second = long_work.begin(request_id, task), long_work.begin(request_id, task)
    assert first is second is long_work.at_work(request_id)
    go_on.set()
    assert [one for one in first.progress() if one] == [(Stage.READ, 1, 2)]
    assert first.answer == "answer"
    assert long_work.at_work(request_id) is None
