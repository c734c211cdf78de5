"""The case on paper: the facts that were handed over, the law of the day, and blanks where nobody knows."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdf
import pytest

from registry.act import Installation
from registry.appointment.acts import decide
from registry.appointment.printing import appointment_case_pdf
from registry.appointment.rules import Ruling
from tests.councils import (
    APPOINTED_AT,
    BODY,
    CASE_NO,
    DECIDED_ON,
    ELECTED,
    OTHERS,
    SUBSTITUTES,
    Council,
    facts_of_the_election,
    name_others,
    nominee_ids,
    open_council,
    plan_of,
)

pytestmark = pytest.mark.slow

HEADINGS = ("Sagsfremstilling", "Økonomi", "Retsgrundlag", "Indstilling", "Bilag")
LOT = {
    "for": "substitute-order",
    "among": [SUBSTITUTES[0], SUBSTITUTES[1]],
    "drawn": [SUBSTITUTES[1], SUBSTITUTES[0]],
    "drawn_by": "Kirsten Holm",
    "witnesses": "Ali Øst og Bo Vest",
    "method": "Sedler i en skål",
    "drawn_at": "2017-11-27T20:30:00+00:00",
    "revoked_at": None,
    "revoke_reason": None,
}


def pdf_of(council: Council) -> pypdf.PdfReader:
    with council.installation.database.read() as session:
        return pypdf.PdfReader(io.BytesIO(appointment_case_pdf(session, council.read())))


def words(council: Council) -> str:
    """The text of all pages, on one line."""
    return " ".join(" ".join(page.extract_text() for page in pdf_of(council).pages).split())


@pytest.fixture
def council(installation: Installation) -> Council:
    return name_others(open_council(installation))


def test_the_case_has_the_headings_of_a_municipal_council_in_their_order(council: Council) -> None:
    text = words(council)
    places = [text.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert "Sagstype Udpegning af medlemmer" in text
    assert "Afgørelse Navn" not in text, "nothing is decided yet"


def test_the_facts_of_the_election_stand_in_the_case(council: Council) -> None:
    """311 of 3,204: 9.706 per cent, printed with one decimal."""
    text = words(council)
    for fact in (
        "mandag den 27. november 2017",
        "311 af 3.204 vælgere på valglisten stemte (9,7 pct.)",
        "Det var ikke nødvendigt at trække lod.",
        "Der var ikke modtaget klager over valget",
        "Fristen for at klage er 04.12.2017 kl. 23.59",
        "attesteret 28.11.2017 kl. 10.00 af Certifier og Certifier 2",
        "3f6a3f6a 3f6a3f6a",
        "Med disse medlemmer svarer rådet til reglen",
    ):
        assert fact in text, fact


def test_everybody_stands_in_the_recommendation_in_their_order(council: Council) -> None:
    text = words(council)
    recommended = text[text.index("Forvaltningen indstiller") :]
    for names in (ELECTED, SUBSTITUTES, [name for name, _, _ in OTHERS]):
        places = [recommended.index(name) for name in names]
        assert places == sorted(places)
    assert "at stedfortræderne indtræder i den nævnte rækkefølge" in recommended
    assert "efter indstilling til Boligområderne" in recommended
    assert "Birgit Søndergaard (Søparken)" in recommended
    assert "uden indstilling til Byrådets medlem" in recommended


def test_no_figure_is_made_up_where_nothing_is_known(council: Council) -> None:
    text = words(council)
    economy = text[text.index("Økonomi") : text.index("Retsgrundlag")]
    assert "Regulativet nævner intet beløb." in economy
    assert "[udfyldes af forvaltningen]" in economy
    assert "kr." not in economy


@pytest.mark.parametrize(
    ("election_on", "said", "not_said"),
    [
        (date(2017, 11, 27), "mindst syv medlemmer med bopæl i kommunen", "repræsentanter for kommunen"),
        (date(2021, 12, 31), "mindst syv medlemmer med bopæl i kommunen", "repræsentanter for kommunen"),
        (date(2022, 1, 1), "repræsentanter for kommunen", "mindst syv"),
    ],
)
def test_the_law_is_that_of_election_day(
    installation: Installation, election_on: date, said: str, not_said: str
) -> None:
    """Law no. 2623 of 28 December 2021 took the least number of seven away."""
    text = words(open_council(installation, plan=plan_of(election_on=election_on)))
    assert said in text
    assert not_said not in text
    assert "Antaget. hvilken lovbekendtgørelse der gjaldt ved vedtagelsen" in text


def test_a_lot_is_told_with_its_witnesses_and_complaints_with_their_number(installation: Installation) -> None:
    facts = facts_of_the_election(lots=[LOT], complaints_received=2)
    text = words(open_council(installation, plan=plan_of(facts=facts)))
    assert "Om rækkefølgen af stedfortrædere mellem Ivan Kovalenko og Fatima Rahimi." in text
    assert "Trukket: Fatima Rahimi, derefter Ivan Kovalenko." in text
    assert "Vidner: Ali Øst og Bo Vest." in text
    assert "2 klager over valget var modtaget" in text


def test_a_council_that_is_not_full_is_told_to_differ_and_the_gaps_are_put_to_the_body(
    installation: Installation,
) -> None:
    text = words(open_council(installation))
    assert "Boligområderne: 4 af 4 pladser er ikke besat." in text
    assert "Der er 5 medlemmer med stemmeret; reglen er 15." in text
    assert "at Køge Byråd tager stilling til de 4 ledige pladser: Boligområderne." in text
    assert "at Køge Byråd tager stilling til den ledige plads: Byrådets medlem." in text


def test_without_a_poll_the_case_says_so_and_tells_no_turnout(installation: Installation) -> None:
    facts = facts_of_the_election(is_uncontested=True, may_vote=None, voted=None)
    people = tuple(one for one in plan_of().people if one.rank is None)
    text = words(open_council(installation, plan=plan_of(facts=facts, people=people)))
    assert "Kandidaterne er valgt uden afstemning." in text
    assert "pct." not in text
    assert "Der er ingen stedfortrædere." in text


def test_who_declined_is_replaced_in_the_recommendation_and_the_decision_is_printed(council: Council) -> None:
    council.move_to(APPOINTED_AT)
    who = nominee_ids(council)[ELECTED[0]]
    decide(*council.by, council.act(), council.case_id, who, Ruling.DECLINED, BODY, DECIDED_ON, CASE_NO, "Rejser")
    text = words(council)
    recommended = text[text.index("Forvaltningen indstiller") : text.index("Bilag 1.")]
    assert ELECTED[0] not in recommended
    assert recommended.index(SUBSTITUTES[0]) < recommended.index("stedfortræderne indtræder")
    assert "Sagsid 17/4711" in text
    assert "Amina Hassan Rejser har takket nej Køge Byråd 19-12-2017 17/4711" in text


def test_the_document_is_tagged_speaks_danish_and_says_demo(council: Council) -> None:
    reader = pdf_of(council)
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/Lang"] == "da-DK"
    assert reader.metadata is not None
    assert reader.metadata.title == "Sag om udpegning – Integrationsrådet i Køge"
    assert all("DEMO" in page.extract_text() for page in reader.pages)


def test_the_same_case_gives_the_same_bytes(council: Council) -> None:
    with council.installation.database.read() as session:
        assert appointment_case_pdf(session, council.read()) == appointment_case_pdf(session, council.read())
