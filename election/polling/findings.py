"""What a polling station can be told. Each sentence says what to do next, in words for a queue."""

from __future__ import annotations

from registry.findings import finding_kind

STATION_NOT_OPEN = finding_kind(
    "R500", "{station} er ikke åbnet. Ingen er lukket ind. Lederen åbner stemmestedet først."
)
RUNS_ON_LAPTOP = finding_kind(
    "R760",
    "{station} kører på sin egen laptop. Her er intet registreret. Brug bordets skærm på laptoppen. "
    "Er laptoppen gået i stykker, afslutter lederen eller valgkontoret dens pakke på siden “Stationer alene”.",
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
    "R507",
    "Personen står ikke på valglisten. Ingen er lukket ind. Ring til valgkontoret: er personen glemt, kan "
    "kontoret optage ham eller hende nu. Ellers kan personen stemme i kuvert under “Tvivl om ret”.",
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
    "R511", "Vælgeren er lukket ind på {station}. Det kan kun rettes dér. Intet er ændret."
)
NOT_ENOUGH_TO_EXCHANGE = finding_kind(
    "R512",
    "Der er ikke udleveret så mange stemmesedler, at én mere kan byttes eller leveres tilbage. Intet er ændret.",
)
SIX_DIGITS = finding_kind(
    "R514", "Det er ingen dato. Skriv fødselsdatoen som seks cifre, for eksempel 240390, eller scan valgkortet."
)
NOBODY_BORN = finding_kind(
    "R515",
    "Ingen på listen er født {born}. Ingen er lukket ind. Spørg igen, eller bed om valgkort eller legitimation. "
    "Et beskyttet navn findes kun på hele fødselsdatoen med otte cifre.",
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
LEADER_MISSING = finding_kind(
    "R524",
    "En registrering fortrydes kun sammen med stemmestedets leder. Intet er ændret. Tilkald lederen, som skriver "
    "under med brugernavn og adgangskode.",
)
WHICH_PAPER = finding_kind(
    "R525", "Der er flere slags stemmesedler her: {types}. Intet er ændret. Vælg, hvilken sedlen er."
)
NO_PAPER_FOR_VOTER = finding_kind(
    "R526",
    "Vælgeren har ingen gruppe på listen, så det er ikke til at sige, hvilken stemmeseddel der skal gives. "
    "Ingen er lukket ind. Ring til valgkontoret, eller lad vælgeren stemme i kuvert under “Tvivl om ret”.",
)
RETURNED_ALREADY = finding_kind(
    "R527", "Vælgerens stemmeseddel er allerede registreret som leveret ubrugt tilbage. Intet er ændret."
)
RETURN_STANDS = finding_kind(
    "R528",
    "Vælgerens stemmeseddel er registreret som leveret ubrugt tilbage. Intet er ændret. "
    "Fortryd først tilbageleveringen under “Seneste ved bordet”.",
)
NOTHING_TO_UNDO = finding_kind(
    "R529",
    "Registreringen findes ikke på stemmestedet, eller den er af en slags, der fortrydes på en anden måde. "
    "Intet er ændret. Vælg den under “Seneste ved bordet”.",
)
UNDONE_ALREADY = finding_kind("R700", "Registreringen er allerede fortrudt. Intet er ændret.")
ENVELOPE_DECIDED = finding_kind(
    "R701", "Kuverten er allerede afgjort {at}. Intet er ændret. Afgørelsen kan ikke gøres om."
)
ENVELOPE_UNKNOWN = finding_kind(
    "R702",
    "Kuverten findes ikke på stemmestedet, eller registreringen er fortrudt. Intet er ændret. Vælg den på listen.",
)
ENVELOPE_OF_NOBODY = finding_kind(
    "R703",
    "Kuverten kan først godkendes, når det er fundet på listen, hvem vælgeren er. Intet er ændret. Optager "
    "valgkontoret vælgeren, så skriv nummeret på listen; ellers læg kuverten til side.",
)
ENVELOPE_AFTER_VOTE = finding_kind(
    "R704",
    "Vælgeren har allerede stemt {at} på {station}. Intet er ændret. Kuverten kan kun lægges til side.",
)
CONFLICT_UNKNOWN = finding_kind(
    "R705", "Uoverensstemmelsen findes ikke på stemmestedet. Intet er ændret. Vælg den på listen."
)
CONFLICT_SETTLED = finding_kind(
    "R706", "Uoverensstemmelsen er allerede afgjort {at}. Intet er ændret. Se, hvad der er skrevet."
)
QUEUE_IMPOSSIBLE = finding_kind(
    "R707", "Køen tælles i hele personer fra 0 til {most}. Intet er gemt. Tæl igen, og skriv tallet."
)
NAME_TOO_SHORT = finding_kind(
    "R708",
    "Skriv mindst to bogstaver af navnet, gerne med fødselsdatoen: fatima 240390. Ingen er lukket ind, og intet "
    "er ændret.",
)
NOBODY_CALLED = finding_kind(
    "R709",
    "Ingen på listen passer til det, der er skrevet. Ingen er lukket ind. Prøv færre bogstaver, eller kun "
    "fødselsdatoen. Et beskyttet navn findes på hele fødselsdatoen med otte cifre.",
)
TOO_MANY_CALLED = finding_kind(
    "R710",
    "{number} på listen passer til det, der er skrevet. Ingen er lukket ind. Skriv flere bogstaver, eller skriv "
    "også fødselsdatoen.",
)
NAME_IS_WRONG = finding_kind(
    "R711",
    "Navnet er ikke det, der står på listen. Ingen er lukket ind. Spørg igen om hele navnet, og se legitimation.",
)
NAME_TRIED_TOO_OFTEN = finding_kind(
    "R712",
    "Navnet har været forkert {number} gange. Ingen er lukket ind. Tilkald lederen, se valgkortet, eller lad "
    "vælgeren stemme i kuvert under “Tvivl om ret”.",
)
SCANNER_WORKS = finding_kind(
    "R713", "Prøvescanning i orden: scanneren læser kortene rigtigt. Ingen er lukket ind, og intet er ændret."
)
DATE_AND_NAME = finding_kind(
    "R714",
    "Fødselsdatoen er seks cifre (240390) eller otte (24031990). Ingen er lukket ind. Skriv den igen, eller scan "
    "valgkortet.",
)
ADMITTED_BY_ENVELOPE = finding_kind(
    "R715",
    "Vælgeren er ikke lukket ind ved et bord: stemmen blev afgivet i en kuvert, som er godkendt. Intet er ændret. "
    "Afgørelsen kan ikke gøres om; er der tvivl om den, så ring til valgkontoret.",
)
