"""What can be wrong with a resident extract. No sentence repeats a cell: any cell may hold a CPR number."""

from __future__ import annotations

from registry.findings import finding_kind

EMPTY_FILE = finding_kind("F100", "Filen er tom. Intet er indlæst. Hent udtrækket igen.")
NOT_TEXT = finding_kind(
    "F101",
    "Filen er ikke en CSV-tekstfil i UTF-8 eller Windows-1252 (linje {line}). Intet er indlæst. "
    "Gem udtrækket som CSV i UTF-8, og prøv igen.",
)
NUL_CHARACTER = finding_kind(
    "F102",
    "Linje {line} indeholder et NUL-tegn; filen er beskadiget eller gemt som UTF-16. Intet er indlæst. "
    "Hent udtrækket igen, eller gem det som UTF-8.",
)
WRONG_SEPARATOR = finding_kind(
    "F103",
    "Overskriften i linje {line} er hverken delt med semikolon eller komma. Intet er indlæst. "
    "Gem udtrækket som CSV med semikolon.",
)
NO_HEADER = finding_kind(
    "F104",
    "Linje {line} er ikke overskriften med kolonnenavne. Intet er indlæst. Hent udtrækket med overskrift.",
)
MISSING_COLUMN = finding_kind("F105", "Kolonnen {column} mangler i overskriften (linje {line}). Intet er indlæst.")
UNKNOWN_COLUMN = finding_kind(
    "F106",
    "Kolonne nr. {position} i overskriften (linje {line}) kendes ikke. Intet er indlæst. Fjern den, eller "
    "ret navnet; der må ikke hentes flere oplysninger end de aftalte.",
)
DUPLICATE_COLUMN = finding_kind(
    "F107", "Kolonnen {column} står to gange i overskriften (linje {line}). Intet er indlæst."
)
NO_ROWS = finding_kind("F108", "Filen har en overskrift, men ingen personer. Intet er indlæst.")

CUT_OFF = finding_kind(
    "F110",
    "Linje {line} er klippet over: filen slutter midt i en person. Hent udtrækket igen; resten mangler.",
)
OPEN_QUOTE = finding_kind(
    "F111", "Linje {line}: et citationstegn bliver aldrig lukket. Ret linjen, eller hent udtrækket igen."
)
BAD_QUOTE = finding_kind("F112", "Linje {line}: et citationstegn står forkert. Ret linjen.")
TOO_FEW_CELLS = finding_kind("F113", "Linje {line} har {found} celler, men overskriften har {expected}.")
TOO_MANY_CELLS = finding_kind("F114", "Linje {line} har {found} celler, men overskriften har {expected}.")
OVERSIZE = finding_kind("F115", "Linje {line}, {column}: teksten er længere end {limit} tegn.")
BAD_CHARACTER = finding_kind(
    "F116", "Linje {line}, {column}: et tegn kan ikke læses, eller det er et styretegn. Ret teksten."
)

CPR_FORM = finding_kind("F120", "Linje {line}, {column}: et CPR-nummer er ti cifre, med eller uden bindestreg.")
CPR_LOST_ZERO = finding_kind(
    "F121",
    "Linje {line}, {column}: CPR-nummeret har kun ni cifre. Et regneark har nok fjernet nullet forrest; "
    "hent udtrækket igen uden at åbne det i et regneark.",
)
CPR_NO_DATE = finding_kind(
    "F122", "Linje {line}, {column}: de første seks cifre i CPR-nummeret er ikke en dato, der findes."
)
BORN_LATER = finding_kind(
    "F123", "Linje {line}, {column}: fødselsdatoen i CPR-nummeret ligger efter udtrækkets dato."
)
SAME_CPR = finding_kind(
    "F124", "Linje {line}, {column}: det samme CPR-nummer står også i linje {other}. Begge er afvist."
)
DATE_FORM = finding_kind(
    "F125", "Linje {line}, {column}: en dato skrives 2017-11-27 eller 27-11-2017 og skal findes."
)
DATE_LATER = finding_kind("F126", "Linje {line}, {column}: datoen ligger efter udtrækkets dato.")
MUNICIPALITY_FORM = finding_kind(
    "F127",
    "Linje {line}, {column}: kommunekoden er præcis fire cifre, for eksempel 0259. Har et regneark fjernet "
    "nullet forrest, så hent udtrækket igen uden at åbne det i et regneark.",
)
COUNTRY_FORM = finding_kind(
    "F128", "Linje {line}, {column}: et land er to bogstaver (ISO 3166), eller tomt, når det er ukendt."
)
PROTECTED_FORM = finding_kind("F129", "Linje {line}, {column}: skriv 1 (beskyttet) eller 0.")
STATUS_FORM = finding_kind("F130", "Linje {line}, {column}: status er resident, moved_out, dead eller missing.")
CELL_EMPTY = finding_kind("F131", "Linje {line}, {column}: cellen må ikke være tom.")
ADDRESS_EMPTY = finding_kind(
    "F132", "Linje {line}, {column}: cellen må kun være tom, når personen har adressebeskyttelse."
)

NO_LAST_NEWLINE = finding_kind(
    "W133",
    "Den sidste linje ({line}) slutter uden linjeskift. Se efter i kilden, at udtrækket er fuldstændigt.",
)
