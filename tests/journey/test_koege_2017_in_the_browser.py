"""Køge, 27 November 2017, through the pages: every role at its own browser, from the call to the result.

The long journey runs on SQLite alone, because it takes the time of all other journeys together; the same acts
run on both engines in test_rehearsal.py, and the desk does here. Pictures of every page are kept in
tests/journey/screenshots/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser

from election.call.acts import call_election
from election.call.records import Kind, stations
from election.polling.acts import Admitted, admit
from election.roll.records import entry_by_index
from registry.accounts.acts import hasher
from registry.act import Act, Installation
from registry.regulation.calendar import COPENHAGEN
from registry.roles import Role
from scripts.rehearsal.case import Case, read_case
from scripts.rehearsal.people import People
from scripts.rehearsal.stages import Rehearsal
from tests.journey.browser import PHONE, Site, Visitor
from tests.scenarios import PASSWORD

pytestmark = pytest.mark.journey

CASE = Path(__file__).parent / "cases" / "koege-2017"
HOME = "/0259/integrationsraad/2017"
CALLED_AT = datetime(2017, 8, 27, 8, 0, tzinfo=COPENHAGEN)
KANTINEN = "Køge Rådhus, kantinen"


@dataclass
class Town:
    """The election being played, and everybody who sits at a browser."""

    browser: Browser
    site: Site
    run: Rehearsal
    seated: dict[str, Visitor] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        return self.run.case

    def at(self, who: str, path: str = "") -> Visitor:
        """The official of that username on this page of the election, signed in."""
        if who not in self.seated:
            self.seated[who] = Visitor(self.browser, self.site).sign_in(who, PASSWORD)
        return self.seated[who].open(f"{HOME}/{path}")

    def everybody_leaves(self) -> None:
        for visitor in self.seated.values():
            visitor.leave()

    def set_clock(self, to: str) -> None:
        ada = self.at("ada", "rammer")
        ada.fill("Stil uret til", to)
        ada.press("Stil uret")
        ada.sees("Uret er stillet.")


@pytest.fixture
def town(chromium: Browser, site: Site, installation: Installation) -> Town:
    """Køge with its officials, and no election yet."""
    case = read_case(CASE)
    password = hasher("test").hash(PASSWORD)
    people = People(
        installation, case, password, datetime.now(UTC), username_of=lambda name: name.split()[0].lower()
    )
    return Town(chromium, site, Rehearsal(installation, case, people, Kind.DEMO, print, "2017"))


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_koege_2017_from_the_call_to_the_result(town: Town) -> None:
    """420 in the extract, 226 may vote, nine stand, 129 vote; five are elected and one lot is drawn.

    Votes 31 9 22 14 5 17 9 12 3: c1, c3, c6, c4 and c8 are elected; c2 and c7 draw lots to be first substitute.
    """
    call_it(town)
    set_the_frame(town)
    draw_up_the_roll(town)
    receive_candidates(town)
    draw_the_ballot_order(town)
    card = issue_cards(town)
    approve_the_paper(town)
    deliver_papers(town)
    open_the_polls(town)
    vote(town, card)
    close_the_polls(town)
    enter_the_figures(town)
    settle_the_papers(town)
    determine_with_a_lot(town)
    everyone_may_see_the_result(town)
    look_at_the_other_pages(town)
    town.everybody_leaves()


def call_it(town: Town) -> None:
    """The page calls live elections only, whose clock is real; a demo is called by the act with its clock."""
    ada = Visitor(town.browser, town.site)
    ada.open("/").look("00-nothing-yet", is_public=True)
    ada.open("/log-ind").look("01-sign-in", is_public=True)
    ada.sign_in("ada", PASSWORD).look("02-administrator-without-election")
    ada.follow("Udskriv et nyt valg")
    ada.look("03-call-an-election")
    ada.leave()
    case, run = town.case, town.run
    who, role = run.people.anyone([Role.ELECTION_ADMINISTRATOR])
    called = call_election(
        run.installation,
        run.scope,
        Act(who, role, CALLED_AT.astimezone(UTC), uuid4()),
        "2017",
        Kind.DEMO,
        case.election_on,
        case.extract_on,
        case.regulation_id,
        case.regulation_sha256,
        case.regulation_toml,
        CALLED_AT.astimezone(UTC),
    )
    run.election_id = called.election_id
    town.site.must_say_demo = True


def set_the_frame(town: Town) -> None:
    ada = town.at("ada")
    ada.look("10-front-administrator")
    ada.follow("Registrer valgbestyrelse og stemmesteder")
    ada.fill("Formand", "Birthe Formand")
    ada.fill("Øvrige medlemmer", "Bent Holm\nBodil Krog")
    ada.fill("Udpeget af", "Køge Byråd")
    ada.fill("Udpeget den", "21-08-2017")
    ada.press("Gem valgbestyrelsen")
    ada.sees("Valgbestyrelsen er registreret.", "Bodil Krog")
    ada.fill("Stemmestedets navn", KANTINEN)
    ada.press("Tilføj stemmestedet")
    ada.sees("Stemmestedet er tilføjet.", KANTINEN)
    ada.look("11-frame")
    run = town.run
    run.station_ids = {one.name: one.id for one in run.read(stations)}
    town.set_clock("14-11-2017 09.00")


def draw_up_the_roll(town: Town) -> None:
    """Tried first, imported only then; drawn up by one, frozen by two."""
    regin = town.at("regin", "valgliste")
    extract = town.case.folder / "residents.csv"
    regin.labelled("Udtræk fra folkeregistret").set_input_files(extract)
    regin.press("Læs filen")
    regin.sees("Ingen fejl", "420")
    regin.look("20-extract-tried")
    regin.labelled("Udtræk fra folkeregistret").set_input_files(extract)
    regin.untick("Prøv først")
    regin.press("Læs filen")
    regin.sees("420 af 420 rækker er indlæst, 0 er afvist.")
    regin.press("Lav valglisten")
    regin.sees("Valglisten er lavet")
    regin.look("21-roll-drawn-up")
    regin.follow("Lås valglisten (to personer)")
    regin.look("22-freeze")
    regin.fill("Din adgangskode", PASSWORD)
    regin.fill("Den anden persons brugernavn", "rosa")
    regin.fill("Den anden persons adgangskode", PASSWORD)
    regin.press("Lås valglisten")
    regin.sees("Valglisten er låst")
    regin.follow("Hvorfor er en person med eller ikke?")
    regin.fill("CPR-nummer", (town.case.candidacies or ())[0].cpr())
    regin.press("Slå op")
    regin.sees("På valglisten")
    regin.look("24-why-on-the-roll")


def receive_candidates(town: Town) -> None:
    """Nine on paper, all confirmed; closed and accepted."""
    ada = town.at("ada", "kandidater")
    ada.look("30-candidates-not-open")
    ada.press("Åbn for anmeldelser")
    ada.sees("Der er åbnet for anmeldelser.")
    phone = Visitor(town.browser, town.site, width=PHONE)
    phone.open("/")
    phone.follow("Stil op som kandidat")
    phone.sees("Uden MitID", "valgkontoret")  # here nobody can sign in by MitID; test_candidate_on_a_phone does
    phone.look("31-candidate-start")
    phone.leave()
    for row in town.case.candidacies or ():
        ada.open(f"{HOME}/kandidater/papir")
        ada.fill("CPR-nummer", row.cpr())
        ada.fill("Navn på stemmesedlen", row["ballot_name"])
        ada.fill("Telefon", "12 34 56 78")
        ada.tick("Kandidaten har skrevet under")
        if row["ballot_name"] == (town.case.candidacies or ())[0]["ballot_name"]:
            ada.look("34-paper-form")
        ada.press("Gem anmeldelsen")
        ada.sees("er gemt.", "Bekræftet")
    decide_candidates(town, ada)


def decide_candidates(town: Town, ada: Visitor) -> None:
    town.set_clock("20-11-2017 12.05")
    ada.open(f"{HOME}/kandidater")
    ada.look("35-candidates-open")
    ada.press("Luk for anmeldelser")
    ada.sees("Der er lukket for anmeldelser.")
    names = [row["ballot_name"] for row in town.case.candidacies or ()]
    for number, name in enumerate(names, start=1):
        ada.open(f"{HOME}/kandidater")
        ada.follow(f"{number}. {name}")
        if number == 1:
            ada.look("36-case")
        ada.press("Godkend anmeldelsen")
        ada.sees("Godkendt")


def draw_the_ballot_order(town: Town) -> None:
    """c6 / c2 / c7 / c8 / c5 / c4 / c1 / c3 / c9, as the case has it."""
    town.set_clock("23-11-2017 10.00")
    lot = next(row for row in town.case.lots if row["for"] == "ballot-order")
    rows = town.case.candidacies or ()
    birthe = town.at("birthe", "kandidater/raekkefoelge")
    for place, label in enumerate(lot["drawn"].split(" / "), start=1):
        birthe.fill(rows[int(label[1:]) - 1]["ballot_name"], str(place))
    birthe.choose("Trukket af", lot["drawn_by"])
    birthe.fill("Vidner", lot["witnesses"])
    birthe.fill("Hvordan blev der trukket lod?", lot["method"])
    birthe.look("40-ballot-order")
    birthe.press("Gem rækkefølgen")
    birthe.sees("Rækkefølgen er afgjort", lot["witnesses"])
    birthe.look("41-ballot-order-settled")
    anyone = Visitor(town.browser, town.site).open(f"{HOME}/kandidater/liste")
    anyone.sees(*(row["ballot_name"] for row in rows))
    anyone.look("42-public-candidates", is_public=True)
    anyone.leave()


def issue_cards(town: Town) -> str:
    """The text of the first card, read from the print by a decoder that knows nothing of the maker."""
    regin = town.at("regin", "valgkort")
    regin.press("Dan valgkort")
    regin.sees("valgkort er dannet.")
    regin.follow("Prøv navnene")
    regin.sees("Alle navne kan trykkes")
    regin.look("50-poll-cards")
    with regin.page.expect_navigation():
        regin.page.get_by_role("button", name=re.compile(r"Dan et parti af \d+ kort$")).click()
    regin.press("Lav delene i parti 1")
    regin.sees("Alle dele er trykt, og hver kode er læst tilbage og er rigtig.")
    regin.follow("Tilbage til valgkort")
    regin.look("50-poll-cards-printed")
    regin.page.get_by_text(re.compile(r"Hent (delen|de \d+ dele hver) for sig")).first.click()
    pdf = regin.download("Del 1 (PDF)")
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    assert "DEMO" in pages[0].extract_text()
    document: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    (code,) = zxingcpp.read_barcodes(document[0].render(scale=150 / 72).to_pil())
    document.close()
    return str(code.text)


def approve_the_paper(town: Town) -> None:
    """Ada makes the proof, Birthe compares it name by name and approves it."""
    ada = town.at("ada", "stemmesedler")
    ada.sees("Kun korrektur")
    ada.follow("Lav korrekturen")
    ada.fill("Din adgangskode", PASSWORD)
    ada.press("Lav korrekturen")
    ada.sees("Du har selv lavet korrekturen")
    ada.look("51-proof")
    birthe = town.at("birthe", "stemmesedler/korrektur")
    birthe.tick("Jeg har sammenlignet hvert navn")
    birthe.fill("Din adgangskode", PASSWORD)
    birthe.press("Godkend til tryk")
    birthe.sees("Godkendt til tryk")
    birthe.look("52-proof-approved")


def deliver_papers(town: Town) -> None:
    """From the printer to the store, and to the station, whose leader signs for them."""
    ada = town.at("ada", "stemmesedler")
    ways = (
        ("Trykkeriet", "Lageret", "birthe", 500),
        ("Lageret", KANTINEN, "lone", town.case.stations[0].ballots_delivered),
    )
    for source, to, second, papers in ways:
        ada.follow("Skriv en bevægelse (to personer)")
        ada.choose("Hvorfra", source)
        ada.choose("Hvortil", to)
        ada.fill("Antal stemmesedler", str(papers))
        ada.fill("Parti, bundt eller kasse", "kasse 1")
        ada.fill("Plombens nummer", "4711")
        ada.fill("Din adgangskode", PASSWORD)
        ada.fill("Den anden persons brugernavn", second)
        ada.fill("Den anden persons adgangskode", PASSWORD)
        ada.look("53-movement")
        ada.press("Gem bevægelsen")
    ada.sees(f"{KANTINEN} har nu fået 400 stemmesedler.", "Trykt = leveret + på lager")
    ada.look("54-papers-delivered")
    assert "DEMO" in pypdf.PdfReader(BytesIO(ada.download("Hent stemmesedlen (PDF)"))).pages[0].extract_text()


def open_the_polls(town: Town) -> None:
    town.set_clock("27-11-2017 16.55")
    ada = town.at("ada", "stemmested")
    ada.press("Begynd afstemningen")
    ada.sees("Afstemningen er i gang.")
    lone = town.at("lone", "stemmested/001")
    lone.sees("Stemmestedet er ikke åbnet")
    lone.follow("Åbn stemmestedet")
    lone.sees("Nul: ingen er lukket ind, ingen seddel er udleveret", "400")
    lone.press("Åbn stemmestedet")
    lone.sees("Noget skal rettes")
    for seen in (
        "Et flertal af valgstyrerne",
        "Den trykte valgliste ligger",
        "Kontrolsummen på den trykte liste",
        "Stedet har hverken scanner eller kamera",
        "Stemmekassen er vist tom",
    ):
        lone.tick(seen)
    lone.fill("Plombens nummer", "4711")
    lone.fill("Første vidne", "Vera Vidne")
    lone.fill("Andet vidne", "Villy Vidne")
    lone.look("60-opening")
    lone.press("Åbn stemmestedet")
    lone.sees(f"{KANTINEN} er åben.")
    town.set_clock("27-11-2017 17.05")


def vote(town: Town, card: str) -> None:
    """The voter of the card by scanner and Enter; refused at the other desk; the rest of the case by the acts."""
    tove = town.at("tove", "stemmested/001/bord/1/")
    tove.look("70-desk")
    tove.scan(card)
    tove.look("71-compare")
    tove.key("Enter")
    tove.sees("Godkendt", "Giv én stemmeseddel")
    tove.look("72-admitted")
    tom = town.at("tom", "stemmested/001/bord/2/")
    tom.scan(card)
    tom.sees("Giv ingen stemmeseddel", "27.11.2017 kl. 17.05", f"på {KANTINEN}, bord 1")
    tom.look("73-second-time")
    for _ in range(2):
        tove.tab_to("Ombyt stemmeseddel")
        tove.key("Enter")
        tove.sees("Ombyttet: giv én ny stemmeseddel")
    tove.tab_to("Ubrugt tilbage")
    tove.key("Enter")
    tove.look("75-return")
    tove.key("Enter")
    tove.sees("Ubrugt stemmeseddel er leveret tilbage")
    admit_the_rest(town)
    tove.open(f"{HOME}/stemmested/001/bord/1/").sees("129")


def admit_the_rest(town: Town) -> None:
    """The first of the case until 129 are admitted. The one of the card may be among them and counts once."""
    run = town.run
    station_id = run.station_ids[KANTINEN]
    left = 128
    for row in town.case.polling or ():
        if row["act"] != "admit" or not left:
            continue
        index = run.blind_index(row.cpr())
        entry = run.read(lambda session, one, index=index: entry_by_index(session, one, index))  # type: ignore[misc]
        assert entry is not None
        act = run.act("polling.admit", row.instant("at"))
        done = admit(run.installation, run.scope, act, run.election_id, station_id, "1", entry.id)
        left -= isinstance(done, Admitted)
    assert left == 0


def close_the_polls(town: Town) -> None:
    lone = town.at("lone", "stemmested/001/luk")
    lone.sees("Klokken lukker ikke stemmestedet")
    town.set_clock("27-11-2017 20.05")
    lone.open(f"{HOME}/stemmested/001/luk")
    lone.tick("Den sidste, der stod i køen")
    lone.look("80-closing")
    lone.press("Luk dørene")
    lone.look("81-piles")
    for pile, number in PILES.items():
        lone.fill(pile, number)
    two_sign(lone, "Gem de talte tal")
    lone.sees("Der mangler 1 stemmesedler i kassen", "Ikke forklaret")
    lone.fill("Forklaring", "En vælger tog stemmesedlen med ud ad døren")
    lone.press("Gem forklaringen")
    lone.sees("Spørg højt i lokalet")
    lone.press("Ingen gjorde indsigelse")
    lone.sees("To personer bekræfter tallene")
    lone.look("82-sign")
    two_sign(lone, "Underskriv")
    lone.sees("Afstemningsbog nr. 1 er underskrevet")
    lone.look("83-signed")
    assert lone.download("Hent afstemningsbogen (PDF)").startswith(b"%PDF-")
    ada = town.at("ada", "stemmested/slut")
    ada.press("Slut afstemningen")
    ada.sees("Optællingen kan begynde.")


def two_sign(first: Visitor, button: str) -> None:
    first.fill("Din adgangskode", PASSWORD)
    first.fill("Den anden persons brugernavn", "birthe")
    first.fill("Den anden persons adgangskode", PASSWORD)
    first.press(button)


PILES = {
    "Ikke udleverede": "269",
    "Leveret ubrugt tilbage": "1",
    "Ombyttede": "2",
    "Kuverter, der ikke er lagt i kassen": "0",
    "Stemmesedler i kassen, talt med bagsiden op": "127",
}
"""As tallies.csv has them: the same piles are entered with the count."""
PAPER_ROWS = {
    "blank": "Blanke stemmesedler",
    "in_box": "Stemmesedler i kassen i alt",
    "unissued": "Ikke udleverede stemmesedler",
    "returned": "Leveret tilbage ubrugt",
    "exchanged": "Ombyttede stemmesedler",
    "in_envelopes": "I konvolut til valgbestyrelsens afgørelse",
    "invalid:several_crosses": "Ugyldige: Flere krydser end tilladt",
    "invalid:uncertain": "Ugyldige: Det er usikkert, hvem der er stemt på",
}


def type_figures(town: Town, visitor: Visitor, entry: str, **other: str) -> None:
    """The tally of the case in the fields of the form; a row that the case does not name is 0."""
    for box in visitor.page.locator("input[data-tally]").all():
        box.fill("0")
    names = [row["ballot_name"] for row in town.case.candidacies or ()]
    for row in town.case.tallies or ():
        if row["entry"] == entry:
            name = row["row"]
            label = PAPER_ROWS.get(name) or names[int(name[1:]) - 1]
            visitor.page.get_by_label(label, exact=True).fill(other.get(name, row["number"]))


def enter_the_figures(town: Town) -> None:
    """Ida, then Egon on the same computer, blind. Egon swaps two digits of the unissued papers: 296 for 269."""
    town.set_clock("27-11-2017 20.40")
    ida = town.at("ida", "optaelling")
    ida.follow("Foreløbig optælling: indtastning 1")
    type_figures(town, ida, "1")
    ida.look("91-tally")
    ida.press("Send indtastningen")
    ida.sees("Tallene er gemt. Den anden indtastning mangler.")
    ida.follow("Skift person til indtastning 2")
    ida.look("93-switch")
    ida.fill("Brugernavn", "egon")
    ida.fill("Adgangskode", PASSWORD)
    ida.press("Skift bruger")
    egon = ida
    egon.sees("Egon Indtaster", "indtastning 2")
    boxes = egon.page.locator("input[data-tally]")
    assert {box.input_value() for box in boxes.all()} == {""}, "the second enterer sees a figure"
    type_figures(town, egon, "2", unissued="296")
    egon.press("Send indtastningen")
    egon.sees("De to indtastninger er ikke ens", "Ikke udleverede stemmesedler")
    assert "269" not in egon.page.locator("main").inner_text()
    egon.look("94-tallies-differ")
    return_one(town)
    egon.open(f"{HOME}/optaelling/001/preliminary/2")
    egon.sees("Indtastningen er sendt tilbage")
    egon.look("95-tally-returned")
    egon.page.get_by_label("Ikke udleverede stemmesedler", exact=True).fill("269")
    egon.press("Send indtastningen")
    egon.sees("De to indtastninger er enige.")


def return_one(town: Town) -> None:
    """Whoever supervises picks no winner: the papers are counted again and the wrong tally goes back."""
    bent = town.at("bent", "optaelling/001/preliminary/forskelle")
    bent.sees("269", "296")
    bent.tick("Send indtastning 2 tilbage")
    bent.fill("Begrundelse", "Bundtet er talt igen; to cifre er byttet om")
    bent.look("96-differences")
    bent.press("Send tilbage")
    bent.sees("Sendt tilbage.")


def settle_the_papers(town: Town) -> None:
    """129 + 2 handed out; less 1 returned and 2 exchanged is 128; 127 in the box: one paper is explained."""
    lone = town.at("lone", "optaelling/001/regnskab")
    lone.look("A0-ledger")
    row = town.case.explanations[0]
    lone.fill(f"Forklaring af {row['finding']}", row["text"])
    lone.press("Gem forklaringen")
    lone.sees("Forklaringen er gemt", row["text"])
    birthe = town.at("birthe", "optaelling/001/regnskab")
    birthe.press("Afslut papirregnskabet")
    birthe.sees("Papirregnskabet er afsluttet.")


def determine_with_a_lot(town: Town) -> None:
    """c2 and c7 stand equal at nine: the board draws on paper, the page only writes down."""
    town.set_clock("27-11-2017 21.10")
    lot = next(row for row in town.case.lots if row["for"] == "substitute-order")
    names = [row["ballot_name"] for row in town.case.candidacies or ()]
    birthe = town.at("birthe", "optaelling")
    birthe.look("B0-count-settled")
    if birthe.page.get_by_role("button", name="Opgør resultatet").count():
        birthe.press("Opgør resultatet")
    else:
        birthe.open(f"{HOME}/optaelling/lod")
    birthe.sees("Lodtrækning", names[1], names[6])
    for turn, label in enumerate(lot["drawn"].split(" / "), start=1):
        birthe.choose(f"Trukket som nummer {turn}", names[int(label[1:]) - 1])
    birthe.choose("Hvem i valgbestyrelsen", lot["drawn_by"])
    birthe.fill("Vidner", lot["witnesses"])
    birthe.fill("Hvordan blev der trukket?", lot["method"])
    birthe.look("B1-lot")
    birthe.press("Gem lodtrækningen")
    birthe.sees("Lodtrækningen er gemt.")
    birthe.press("Opgør resultatet")
    birthe.sees("Resultatet er opgjort.")


def everyone_may_see_the_result(town: Town) -> None:
    """No sign-in; elected, and not yet appointed."""
    anyone = Visitor(town.browser, town.site).open("/")
    anyone.look("C0-public-home", is_public=True)
    anyone.follow("Resultat")
    names = [row["ballot_name"] for row in town.case.candidacies or ()]
    anyone.sees("Valgt – endnu ikke udpeget", "Vera Vidne og Villy Vidne")
    elected = (
        anyone.page.get_by_role("region", name="Valgt", exact=True).get_by_role("rowheader").all_inner_texts()
    )
    assert elected == [names[number - 1] for number in (1, 3, 6, 4, 8)]
    substitutes = anyone.page.get_by_role("region", name="Stedfortrædere").get_by_role("cell").all_inner_texts()
    assert [text for text in substitutes if text in names] == [names[number - 1] for number in (7, 2, 5, 9)]
    anyone.look("C1-result", is_public=True)
    anyone.leave()


def look_at_the_other_pages(town: Town) -> None:
    """Pages that lie beside the way of the work."""
    beside = {
        "ada": ("kalender", "regulativ", "bemanding", "stemmested", "valgliste"),
        "birthe": ("optaelling", "optaelling/001/historik"),
        "tove": ("stemmested/001/brevstemmer",),
        "lone": ("stemmested/001",),
    }
    for who, paths in beside.items():
        for path in paths:
            town.at(who, path).look(f"D-{who}-{path.replace('/', '-') or 'front'}")
    for who, path in (("system", "/medarbejdere"), ("rikke", "/log"), ("rikke", "/min-konto")):
        town.at(who).open(path).look(f"E-{who}-{path.strip('/') or 'home'}")
