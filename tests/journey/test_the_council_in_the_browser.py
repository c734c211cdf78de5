"""From the certified result to the constituted council, through the pages, as the secretary and as anybody.

Køge 2017: four are elected and take their seats, the fourth says no, the first substitute comes in; ten others
are named; the council meets on 8 January 2018 and fills its three posts. København 2006 is looked at as it
stands before its meeting. Pictures of every page, of the wall and of the papers are kept in
tests/journey/screenshots/.
"""

from __future__ import annotations

import re
import tomllib

import pytest
from playwright.sync_api import Browser, expect

from registry.act import Installation
from registry.appointment.acts import name_member
from registry.appointment.records import case_of
from registry.councils.records import term
from scripts.demonstration import DEMOS
from tests.journey.browser import PHONE, Site, Visitor, keep_picture
from tests.journey.council_house import (
    House,
    Wall,
    choose,
    form_with,
    house,
    on_paper,
    send,
    tab_to_field,
    verdict,
)

pytestmark = pytest.mark.journey

ELIF, OLENA, JELENA, JONAS = "Elif Andersson", "Olena Shevchenko", "Jelena Shevchenko", "Jonas Said Ahmed"
OMAR, JOSE, INGRID, KIRSTEN = "Omar Kovalenko", "José Shevchenko", "Ingrid Foss", "Kirsten Aagaard"
LATE, EXCUSED, AWAY = "Leila Winther", "Tariq Bøgh", "Søren Bak"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_koege_2017_from_the_certified_result_to_the_minutes(
    chromium: Browser, site: Site, installation: Installation
) -> None:
    """Fifteen are appointed and seated; 13 of them elect the chair in three rounds, with a lot in between."""
    koege = house(chromium, site, installation, "koege-2017", "certified")
    sara = koege.sara()
    hand_over(koege, sara)
    name_the_others(koege, sara)
    appoint(koege, sara)
    seat(koege, sara)
    convene(koege, sara)
    told = hold_the_meeting(koege, sara)
    read_the_minutes(sara, told)
    everybody_may_see_it(koege)
    for visitor in koege.seen:
        visitor.leave()


def hand_over(koege: House, sara: Visitor) -> None:
    sara.look("K00-home-certified")
    sara.follow("Send resultatet til udpegning")
    sara.look("K01-certified")
    sara.press("Send til udpegning")
    sara.sees("Resultatet er sendt til udpegning. Sagen er klar.", JOSE)
    sara.look("K02-case")


def name_the_others(koege: House, sara: Visitor) -> None:
    """Two through the form, the rest of the case by the act; the fifth of four housing seats is refused."""
    others = tomllib.loads((DEMOS["koege-2017"].case / "decisions.toml").read_text())["appointment"]["member"]
    for one in others[:2]:
        sara.labelled("Plads i gruppen").select_option(value=one["seat_group"])
        send(sara, "Føj til sagen", {"Navn": one["name"], "Indstillet af": one["nominated_by"]})
        sara.sees(f"{one['name']} er føjet til sagen.")
    with koege.installation.database.read() as session:
        of = case_of(session, term(session, koege.scope, koege.term_id))
        assert of is not None
        case_id, at = of.id, term(session, koege.scope, koege.term_id).clock_at
    assert at is not None
    for one in others[2:]:
        group, by = one["seat_group"], one.get("nominated_by", "")
        name_member(*koege.by(at), case_id, one["name"], group, by)
    sara.labelled("Plads i gruppen").select_option(value="housing")
    send(sara, "Føj til sagen", {"Navn": "Femte Boligmedlem", "Indstillet af": "Søparken"})
    sara.sees("Ingen er føjet til", "R568")
    expect(sara.page.get_by_role("textbox", name="Navn")).to_have_value("Femte Boligmedlem")
    expect(sara.labelled("Indstillet af")).to_have_value("Søparken")
    koege.refused(sara, "udpegning/navngiv")
    sara.look("K04-naming-refused")


def appoint(koege: House, sara: Visitor) -> None:
    """The fourth elected says no; the first substitute is decided on as soon as it is his turn."""
    sara.open(koege.council + "ur")
    sara.fill("Stil uret til", "20-12-2017 09.00")
    sara.press("Stil uret")
    sara.sees("Rådets ur er stillet.")
    sara.open(koege.council + "udpegning/")
    text = on_paper(sara.download("Hent sagen som PDF"), "K05-case")
    for part in ("Sagsfremstilling", "Økonomi", "Retsgrundlag", "Indstilling", "Bilag", ELIF, KIRSTEN):
        assert part in text, part
    sara.fill("Hvilken dag?", "19-12-2017")
    sara.fill("Sagsnummer", "2017-4411")
    sara.press("Vælg “udpeget” for alle, der mangler")
    choose(sara, JONAS, "Har takket nej")
    sara.fill(f"Begrundelse: {JONAS}", "flytter til en anden kommune i januar")
    sara.look("K06-deciding")
    sara.press("Gem afgørelsen")
    sara.sees("Afgørelsen om 15 personer er gemt.", f"Det er nu turen til {JOSE}.")
    choose(sara, JOSE, "Udpeget")
    sara.press("Gem afgørelsen")
    sara.sees("Afgørelsen om 1 person er gemt.", "15 er udpeget")
    sara.look("K08-decided")
    text = on_paper(sara.download("Hent sagen som PDF"), "K08-case-decided")
    assert "flytter til en anden kommune i januar" in text


def seat(koege: House, sara: Visitor) -> None:
    sara.follow("Gå til medlemmer og pladser")
    sara.look("K10-ready-for-seats")
    sara.press("Giv de 15 udpegede plads")
    sara.sees("15 har fået plads i rådet.")
    sara.look("K11-members")
    anyone = koege.visitor().open(koege.council)
    anyone.sees("Rådet er ikke trådt til endnu", JOSE, "Nadia Holmgaard")
    expect(anyone.page.locator("body")).not_to_contain_text("flytter til en anden kommune")
    anyone.look("K12-council", is_public=True)
    anyone.fill("Vis rådet på en anden dato", "01-12-2017")
    anyone.press("Vis")
    anyone.sees("Datoen ligger uden for perioden", "1. december 2017 ligger ikke mellem")
    anyone.look("K13-before-the-term", is_public=True)


def convene(koege: House, sara: Visitor) -> None:
    """Sent six days before instead of fourteen: the page asks for the reason, and then takes it."""
    koege.set_clock("02-01-2018 10.00")
    sara.open(koege.council + "moede/")
    sara.fill("Mødets dag", "08-01-2018")
    sara.fill("Mødet begynder kl.", "19.00")
    sara.fill("Sted", "Køge Rådhus, mødelokale 2")
    sara.fill("Indkaldelsen er sendt den", "02-01-2018")
    sara.press("Indkald mødet")
    sara.sees("Mødet er ikke indkaldt (R603)", "Sendt 6 dage før mødet: for sent.")
    expect(sara.labelled("Sted")).to_have_value("Køge Rådhus, mødelokale 2")
    koege.refused(sara, "moede/")
    sara.look("K20-late-notice")
    sara.fill("Grunden til", "Udpegningen blev først meddelt efter jul.")
    sara.press("Indkald mødet")
    sara.sees("Mødet er indkaldt. Dagsordenen er klar.", "Udpegningen blev først meddelt efter jul.")
    sara.look("K21-convened")


def hold_the_meeting(koege: House, sara: Visitor) -> list[str]:
    """From the roll call to the end. Answers with the sentences that the minutes must have."""
    koege.set_clock("08-01-2018 19.00")
    wall = Wall(koege)
    phone = call_the_roll(koege)
    sara.open("/")
    sara.follow("Hold det konstituerende møde")
    sara.sees("12 af 15 til stede", "beslutningsdygtig · kræver 8", "afbud")
    wall.look("K31-wall-opened", "12 af 15 til stede", "2. Valgets resultat og udpegningen")
    sara.look("K31-tabled")
    sara.press("Afslut punktet")
    told = elect_the_chair(koege, sara, wall, phone)
    elect_the_vice_chair(sara)
    sara.look("K45-third-post")
    sara.press("Fortsæt med de foreslåede")
    sara.press("Valgt uden modkandidat")
    told.append(verdict(sara))
    sara.press("Ja, valget er modtaget")
    koege.set_clock("08-01-2018 19.55")
    sara.sees("6. Næste møde og eventuelt")
    send(sara, "Afslut punktet", {"Til referatet": "Næste møde er mandag den 5. februar."})
    sara.look("K46-agenda-done")
    wall.watch()
    sara.press("Slut mødet")
    sara.sees("Mødet er sluttet", ELIF, OLENA, KIRSTEN)
    sara.look("K47-closed")
    wall.follows("Mødet er sluttet")
    wall.look("K47-wall-closed", "Mødet er sluttet", ELIF, KIRSTEN)
    return told


def call_the_roll(koege: House) -> Visitor:
    """On a phone without scripts: twelve are here, one has sent word, two have not come."""
    phone = koege.sara(width=PHONE, scripts=False)
    phone.open(koege.council + "konstituering/")
    names = [text.strip() for text in phone.page.locator(".roll-call__who bdi").all_inner_texts()]
    assert len(names) == 15
    for name in names:
        if name not in (LATE, AWAY):
            phone.tick(f"Afbud: {name}" if name == EXCUSED else f"Til stede: {name}")
    phone.fits("K30-roll-call")
    keep_picture(phone.page, f"K30-roll-call-{PHONE}")
    phone.press("Åbn mødet")
    phone.sees("Mødet er åbnet. Rådet er beslutningsdygtigt.")
    return phone


def elect_the_chair(koege: House, sara: Visitor, wall: Wall, phone: Visitor) -> list[str]:
    """13 present, 7 needed. Round 1: 5 4 3, 1 blank; round 2: 5 4 4 and a lot; round 3: 6 5, 2 blank."""
    koege.set_clock("08-01-2018 19.12")
    sara.open(koege.council + "konstituering/")
    come(sara, LATE)
    sara.sees("13 af 15 til stede", "fra 19.12")
    sara.look("K32-nominating")
    for name in (ELIF, OLENA, INGRID):
        sara.tick(name)
    sara.press("Fortsæt med de foreslåede")
    send(sara, "Gem runde 1", {ELIF: 9, OLENA: 4, INGRID: 3})
    sara.sees("R636", "Der er afgivet 16 stemmer, men 13 er til stede.")
    expect(form_with(sara, "Gem runde 1").get_by_label(ELIF, exact=True)).to_have_value("9")
    ballot = re.search(r"valg/[0-9a-f-]+/runde", sara.page.url)
    assert ballot is not None
    koege.refused(sara, f"konstituering/{ballot[0]}")
    sara.look("K34-too-many-votes")
    send(sara, "Gem runde 1", {ELIF: 4, OLENA: 5, INGRID: 3, "Blanke": 1})
    sara.page.get_by_text("Runde 1 skal holdes om").click()
    send(sara, "Annuller runde 1", {"Begrundelse": "To bunker var byttet om."})
    sara.sees("Runden er annulleret.", "Runde 1 er annulleret: To bunker var byttet om.")
    send(sara, "Gem runde 1", {ELIF: 5, OLENA: 4, INGRID: 3, "Blanke": 1})
    told = [verdict(sara)]
    sara.sees("Ingen er valgt – der holdes runde 2")
    sara.look("K36-round-2")
    wall.look("K36-wall-round-2", told[0], "7 stemmer kræves")
    second_round_on_a_phone(koege, phone)
    sara.open(koege.council + "konstituering/")
    told.append(verdict(sara))
    sara.sees(f"{OLENA} og {INGRID} står lige")
    wall.look("K37-wall-lot", "Lodtrækning mellem", OLENA, INGRID)
    sara.choose("Trukket", OLENA)
    sara.fill("Hvem trak loddet?", "Sara Sekretær")
    sara.fill("Hvem så på?", "Poul Vang og Mirela Dahl")
    sara.fill("Hvordan blev der trukket?", "To ens sedler i en skål")
    sara.look("K37-lot")
    koege.set_clock("08-01-2018 19.33")
    sara.press("Gem lodtrækningen")
    told.append(verdict(sara))
    send(sara, "Gem runde 3", {ELIF: 6, OLENA: 5, "Blanke": 2})
    told.append(verdict(sara))
    sara.sees(f"{ELIF} er valgt til formand", f"Spørg: Modtager {ELIF} valget?")
    sara.look("K39-elected")
    wall.look("K39-wall-elected", told[-1])
    sara.press("Ja, valget er modtaget")
    sara.sees(f"{ELIF} er formand.")
    return told


def come(visitor: Visitor, name: str) -> None:
    form = visitor.page.get_by_role("region", name="Fremmøde").locator("form").first
    form.get_by_label(re.compile("^Bemærkning")).fill("forsinket tog")
    visitor.press(f"Kommer: {name}")


def second_round_on_a_phone(koege: House, phone: Visitor) -> None:
    """The same round without scripts at 390 px."""
    phone.open(koege.council + "konstituering/")
    phone.fits("K36-round-2")
    keep_picture(phone.page, f"K36-round-2-{PHONE}")
    send(phone, "Gem runde 2", {ELIF: 5, OLENA: 4, INGRID: 4})
    phone.sees("står lige")
    phone.fits("K37-lot")
    keep_picture(phone.page, f"K37-lot-{PHONE}")


def elect_the_vice_chair(sara: Visitor) -> None:
    """With the keyboard alone: the box by Tab and Space, every button by Enter."""
    tab_to_field(sara, OLENA)
    sara.page.keyboard.press("Space")
    sara.look("K40-keyboard")
    sara.tab_to("Fortsæt med de foreslåede")
    sara.key("Enter")
    expect(sara.page.get_by_role("button", name="Valgt uden modkandidat")).to_be_focused()
    sara.key("Enter")
    expect(sara.page.get_by_role("button", name="Ja, valget er modtaget")).to_be_focused()
    sara.key("Enter")
    sara.sees(f"{OLENA} er næstformand.")


def read_the_minutes(sara: Visitor, told: list[str]) -> None:
    text = on_paper(sara.download("Hent referatet"), "K50-minutes")
    for sentence in (*told, "12 af 15", "To bunker var byttet om.", "To ens sedler i en skål", "forsinket tog"):
        assert " ".join(sentence.split()) in text, sentence
    assert "UDKAST" not in text


def everybody_may_see_it(koege: House) -> None:
    anyone = koege.visitor().open(koege.election("2017") + "resultat")
    anyone.sees("Attesteret af to personer", "Udpeget af Køge Byråd", "Medlemmer af rådet fra")
    anyone.sees("Rådet har konstitueret sig", f"Formand: {ELIF}", f"Næstformand: {OLENA}")
    anyone.look("K51-result", is_public=True)
    anyone.open(koege.council).sees(f"{ELIF} – formand")
    anyone.look("K52-council-in-office", is_public=True)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_kobenhavn_2006_seated(chromium: Browser, site: Site, installation: Installation) -> None:
    """Lists, sixteen stations of which the small ones are shown together, and a council from March 2006."""
    town = house(chromium, site, installation, "kobenhavn-2006", "seated")
    anyone = town.visitor().open(town.election("2006") + "resultat")
    anyone.sees("Blandet liste", "Pladser efter liste", "vises sammen med et andet")
    anyone.look("P00-result", is_public=True)
    anyone.open(town.council).sees("Hassan Rasmussen", "Blandet liste")
    anyone.look("P01-council", is_public=True)
    sara = town.sara().open(town.council + "udpegning/")
    sara.sees("Borgerrepræsentationen", "Har takket nej")
    sara.look("P02-case", is_public=True)
    sara.open(town.election("2006") + "attestation/").look("P03-certified", is_public=True)
    text = on_paper(sara.download("Valgbog (PDF)"), "P03-record")
    assert "Attestation og underskrift" in text
    on_paper(sara.open(town.council + "udpegning/").download("Hent sagen som PDF"), "P02-case")
    for visitor in town.seen:
        visitor.leave()
