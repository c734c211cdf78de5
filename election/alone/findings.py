"""What a station without a line, and whoever takes over from it, can be told."""

from __future__ import annotations

from registry.findings import finding_kind

FREE_CHOICE = finding_kind(
    "R761",
    "{station} har frit valg af stemmested og kan ikke køre alene: kun linjen viser, om vælgeren har stemt et "
    "andet sted. Ingen pakke er lavet. Uden linje stemmes i kuvert (“Tvivl om ret”), som afgøres bagefter.",
)
ROLL_NOT_READY = finding_kind(
    "R762", "Valglisten er ikke låst, eller rækkefølgen på stemmesedlen er ikke afgjort. Ingen pakke er lavet."
)
PACKAGE_IN_FORCE = finding_kind(
    "R763",
    "{station} kører allerede på laptoppen {laptop} (pakke {number}). Ingen ny pakke er lavet. "
    "Afslut den gamle først: det, den har afleveret, kommer med i den nye.",
)
NO_SUCH_PACKAGE = finding_kind("R764", "Pakken findes ikke i dette valg. Intet er ændret.")
PACKAGE_ENDED = finding_kind("R765", "Pakken er allerede afsluttet. Intet er ændret.")
LAPTOP_UNNAMED = finding_kind("R766", "Skriv, hvad der står på laptoppen. Ingen pakke er lavet.")
GAP = finding_kind(
    "R767",
    "Der mangler linjer: centralen har modtaget til og med nr. {last}, men den næste er nr. {given}. "
    "Intet er overtaget. Aflever alt fra nr. {expected}.",
)
CHAIN_BROKEN = finding_kind(
    "R768",
    "Linje {given} passer ikke efter den, centralen har: to laptops har brugt samme pakke. Intet er overtaget "
    "herfra. Stop den laptop, som filen er fra. Tryk dens egne linjer på pakkens side ved centralen (“To laptops "
    "har brugt samme pakke”), og tast dem som papirskemaer.",
)
LINE_UNREADABLE = finding_kind(
    "R769",
    "Linje {given} kan ikke læses med pakkens nøgle. Intet er overtaget. Prøv igen fra laptoppens egen disk.",
)
NOT_ON_A_LAPTOP = finding_kind(
    "R770", "Det gøres ved centralen, ikke på stationens laptop. Intet er ændret. Ring til valgkontoret."
)
NOT_YET_THE_DAY = finding_kind(
    "R771",
    "Valgdagen er {day}, og laptoppens ur siger {today}. Intet er ændret. Stil uret, hvis det går forkert.",
)
NOT_WRITTEN = finding_kind(
    "R772",
    "Registreringen kunne ikke skrives på {where}. Intet er registreret. "
    "Gør plads, eller sæt nøglen i igen, og prøv igen. Skriv imens på papirskemaet.",
)
OUT_OF_STEP = finding_kind(
    "R773", "Laptoppen skal startes igen, før der kan registreres. Intet er registreret. Alt tidligere er gemt."
)
WRONG_KEY = finding_kind(
    "R774", "Nøglen passer ikke til pakken. Intet er åbnet. Se efter på arket, og skriv den igen."
)
NOT_A_PACKAGE = finding_kind(
    "R775", "Filen er ikke en stationspakke, eller den er ændret undervejs. Intet er åbnet. Hent pakken igen."
)
PACKAGE_EXPIRED = finding_kind("R776", "Pakken udløb {at}. Intet er åbnet. Få lavet en ny pakke ved centralen.")
JOURNAL_DAMAGED = finding_kind(
    "R777",
    "Journalen er beskadiget efter linje {last}. Intet er startet. Brug nøglen eller den anden kopi af journalen.",
)
NEWS_TOO_OLD = finding_kind("R778", "Nyt nr. {given} er ældre end nr. {last}, som laptoppen har. Intet er ændret.")
OTHER_STATION_FILE = finding_kind("R779", "Filen hører til en anden pakke. Intet er ændret. Find den rigtige fil.")
NOT_ELECTION_FILE = finding_kind(
    "R780", "Filen er ikke en aflevering fra en laptop. Intet er overtaget. Gem afleveringen på nøglen igen."
)
FINGERPRINT_DIFFERS = finding_kind(
    "R781", "Fingeraftrykket blev ikke bekræftet. Intet er startet. Hent pakken igen ved centralen."
)
NOT_TAKEN = finding_kind(
    "R785",
    "En linje kunne ikke overtages, fordi andet blev skrevet i samme øjeblik. Det, der kom før den, er overtaget. "
    "Aflever igen; sker det igen, så ring til valgkontoret.",
)
LINES_MISSING = finding_kind(
    "R782",
    "Laptoppen har {laptop} registreringer, og centralen har {centre}. Pakken er ikke afsluttet. "
    "Aflever resten først, med linjen eller på USB-nøgle.",
)
CENTRE_IS_AHEAD = finding_kind(
    "R783",
    "Centralen har flere registreringer end laptoppen: den er startet fra en gammel kopi. Intet er registreret. "
    "Start den med den rigtige nøgle, eller få en ny pakke ved centralen. Skriv imens på papirskemaet.",
)
NOT_PARTED = finding_kind(
    "R786",
    "Filens linjer passer til centralens: der er ingen, der kun står her. Intet er trykt. "
    "Indlæs filen under “Indlæs fra nøgle” i stedet for.",
)
EMPTY_FILE = finding_kind("R784", "Der er ikke valgt nogen fil. Intet er ændret. Vælg filen på nøglen.")
KEY_OF_OTHERS = finding_kind(
    "R798",
    "Arket med nøglen kan kun hentes af de to, der lavede pakken. Intet er hentet. Bed en af dem om arket, "
    "eller afslut pakken, og lav en ny.",
)
