"""What the planner of the duties, and whoever has no duty at a station, can be told."""

from __future__ import annotations

from registry.findings import finding_kind

DUTY_ELSEWHERE = finding_kind(
    "R670",
    "{name} har allerede vagt på {station} kl. {from_clock}–{until_clock}. Intet er ændret. "
    "Vælg en anden person eller andre timer, eller afslut den første vagt.",
)
DUTY_OF_CANDIDATE = finding_kind(
    "R671",
    "{name} er kandidat ved valget og kan ikke arbejde på et stemmested. Intet er ændret. Vælg en anden person.",
)
NO_SUCH_PERSON = finding_kind(
    "R672", "Personen findes ikke i kommunen eller er holdt op. Intet er ændret. Hent siden, og vælg en anden."
)
HOURS_WRONG = finding_kind(
    "R673",
    "Skriv timerne som 08.00 og 20.30. Vagten begynder på valgdagen og varer højst {hours} timer. "
    "Intet er ændret.",
)
NO_SUCH_DUTY = finding_kind("R674", "Vagten findes ikke eller er allerede afsluttet. Intet er ændret.")
NOT_ON_DUTY_HERE = finding_kind(
    "R675",
    "Du har ingen vagt på {station}, der gælder til dette. Intet er ændret. Gå til dit eget stemmested, "
    "eller bed valgkontoret om at sætte dig på vagtplanen.",
)
LINES_WRONG = finding_kind("R676", "Ingen af linjerne er gemt. Ret disse, og send dem alle igen: {problems}")
LINE_COLUMNS = finding_kind(
    "R677", "Linje {line}: Der skal stå navn, opgave, bord, fra og til, adskilt af semikolon eller tabulator."
)
LINE_ROLE = finding_kind("R678", "Linje {line}: Opgaven skal være “leder” eller “bord”, ikke “{typed}”.")
LINE_HOURS = finding_kind(
    "R679", "Linje {line}: Skriv timerne som 08.00 og 20.30. Vagten må vare højst {hours} timer."
)
LINE_DESK = finding_kind("R680", "Linje {line}: Bordet skal være et tal fra 1 til {highest} eller stå tomt.")
LINE_NAMESAKES = finding_kind(
    "R681", "Linje {line}: Flere i kommunen hedder {name}. Skriv brugernavnet i stedet for navnet."
)
LINE_ELSEWHERE = finding_kind(
    "R682", "Linje {line}: {name} har allerede vagt på {station} kl. {from_clock}–{until_clock}."
)
LINE_CANDIDATE = finding_kind("R683", "Linje {line}: {name} er kandidat ved valget og kan ikke arbejde her.")
LINE_CPR = finding_kind("R684", "Linje {line}: Her må ikke stå et CPR-nummer. Skriv navnet alene; intet er gemt.")
LINE_ROLES_CLASH = finding_kind(
    "R685", "Linje {line}: {name} er {held} og kan ikke også være {role}. Vælg en anden person."
)
NO_DUTIES = finding_kind("R686", "Der er ingen vagter på {station}. Intet er dannet. Sæt folk på planen først.")
NO_CODES_NEEDED = finding_kind(
    "R687",
    "Alle på planen har allerede en dagskode. Intet er ændret. Afslut den kode, der skal erstattes af en ny.",
)
SHEETS_OVER = finding_kind(
    "R688",
    "Arkene kan ikke hentes mere. Koderne gælder stadig. Er et ark gået tabt, så afslut koden, og dan en ny.",
)
NO_SUCH_PASS = finding_kind("R689", "Dagskoden findes ikke eller er allerede afsluttet. Intet er ændret.")
DAY_IS_OVER = finding_kind("R690", "Valgdagen er forbi, så der kan ikke dannes dagskoder. Intet er ændret.")
SECOND_NOT_ON_DUTY = finding_kind(
    "R795",
    "Den, der skriver under sammen med dig, har ingen vagt på {station}, der gælder til dette. Intet er ændret. "
    "Bed en, der har vagt på {station}, om at skrive under, eller bed valgkontoret om at rette vagtplanen.",
)
CODES_OF_ANOTHER = finding_kind(
    "R794",
    "Arket med dagskoder kan kun hentes af den, der dannede koderne. Intet er hentet. "
    "Bed den person om at hente det.",
)
PINS_OF_ANOTHER = finding_kind(
    "R796",
    "PIN-kuverterne kan kun hentes af den, der skrev under som nummer to, da koderne blev dannet. "
    "Intet er hentet. Bed den person om at logge ind og hente dem.",
)
OWN_PASS = finding_kind(
    "R797",
    "{name} skal selv have en af koderne og kan ikke være med til at danne den. Intet er ændret. "
    "Bed to andre om at gøre det, eller dan koder til én person ad gangen.",
)
