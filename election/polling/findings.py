"""What a polling station can be told. Each sentence says what to do next, in words for a queue."""

from __future__ import annotations

from registry.findings import finding_kind

STATION_NOT_OPEN = finding_kind(
    "R500", "{station} er ikke åbnet. Ingen er lukket ind. Lederen åbner stemmestedet først."
)
STATION_CLOSED = finding_kind("R501", "{station} er lukket {at}. Ingen er lukket ind.")
ALREADY_OPEN = finding_kind("R502", "{station} er allerede åbnet {at}. Intet er ændret.")
CARD_OF_OTHER_ELECTION = finding_kind(
    "R503", "Kortet hører til et andet valg. Ingen er lukket ind. Søg vælgeren på fødselsdatoen."
)
CARD_OF_OTHER_STATION = finding_kind(
    "R504", "Vælgeren hører til {station}. Ingen er lukket ind her. Vis vælgeren derhen."
)
CARD_UNKNOWN = finding_kind(
    "R505", "Kortet findes ikke på listen. Ingen er lukket ind. Søg vælgeren på fødselsdatoen."
)
CARD_REPLACED = finding_kind(
    "R506",
    "Kortet er erstattet af et nyt {at} og gælder ikke. Ingen er lukket ind. Bed om det nye kort, "
    "eller søg vælgeren på fødselsdatoen.",
)
NOT_ON_THE_ROLL = finding_kind(
    "R507", "Personen står ikke på valglisten. Ingen er lukket ind. Kontakt valgkontoret ved tvivl."
)
ALREADY_ADMITTED = finding_kind(
    "R508",
    "STOP: har allerede fået stemmeseddel {at} på {station}, bord {desk}. Giv ingen stemmeseddel. "
    "Tilkald lederen, hvis vælgeren siger noget andet.",
)
ALREADY_VOTED_BY_POST = finding_kind(
    "R509", "STOP: vælgerens brevstemme er godkendt {at}. Giv ingen stemmeseddel. Tilkald lederen."
)
NOT_ADMITTED = finding_kind(
    "R510", "Vælgeren er ikke registreret som lukket ind, så der er intet at fortryde. Intet er ændret."
)
OTHER_STATION_ADMITTED = finding_kind(
    "R511", "Vælgeren er lukket ind på {station}. Det kan kun fortrydes dér. Intet er ændret."
)
NOT_ENOUGH_TO_EXCHANGE = finding_kind(
    "R512",
    "Der er ikke udleveret så mange stemmesedler, at én mere kan byttes eller leveres tilbage. Intet er ændret.",
)
SIX_DIGITS = finding_kind(
    "R514", "Skriv fødselsdatoen som seks cifre, for eksempel 240390, eller scan valgkortet."
)
NOBODY_BORN = finding_kind(
    "R515", "Ingen på listen er født {born}. Spørg igen, eller bed om valgkort eller legitimation."
)
ZERO_REPORT_NOT_ZERO = finding_kind(
    "R516",
    "Nulrapporten er ikke nul: der er allerede {number} registreringer på {station}. Åbn ikke. "
    "Tilkald valgkontoret.",
)
OPENING_INCOMPLETE = finding_kind(
    "R517", "Åbningen mangler: kassen vist tom, plombens nummer og to vidner. Stemmestedet er ikke åbnet."
)
LAST_IN_LINE = finding_kind(
    "R518",
    "Bekræft, at den sidste i køen har stemt. Stemmestedet er stadig åbent.",
)
BEFORE_CLOSING_TIME = finding_kind(
    "R519",
    "Afstemningen slutter først {at}. {station} er stadig åbent.",
)
STATIONS_STILL_OPEN = finding_kind(
    "R520", "Disse stemmesteder er ikke lukket: {stations}. Intet er ændret. De lukkes af deres leder."
)
NO_STATIONS = finding_kind("R521", "Valget har ingen stemmesteder. Intet er ændret. Tilføj mindst ét.")
NOT_ELECTION_DAY = finding_kind(
    "R522", "Valgdagen er {day}. Afstemningen kan ikke åbnes {today}. Intet er ændret."
)
POSTAL_TWICE = finding_kind("R523", "Vælgeren har allerede stemt. Brevstemmen lægges til side. Intet er ændret.")
