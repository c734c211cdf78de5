"""What the roll room can refuse."""

from __future__ import annotations

from registry.findings import finding_kind

EXTRACT_REFUSED = finding_kind(
    "R140",
    "Udtrækket har {number} fejl. Intet er indlæst. Ret filen og indlæs den igen, eller vælg bevidst kun at "
    "indlæse de gode rækker.",
)
NO_EXTRACT = finding_kind("R141", "Der er ikke indlæst noget udtræk. Intet er ændret. Indlæs udtrækket først.")
ROLL_IS_FROZEN = finding_kind("R142", "Valglisten er låst og kan kun rettes person for person. Intet er ændret.")
NO_ROLL = finding_kind("R143", "Valglisten er ikke lavet endnu. Intet er ændret. Lav den ud fra udtrækket først.")
DISTRICT_WITHOUT_STATION = finding_kind(
    "R144",
    "Disse distrikter hører ikke til noget stemmested: {districts}. Intet er ændret. "
    "Tilføj dem til et stemmested.",
)
NO_STATION = finding_kind("R145", "Valget har ingen stemmesteder. Intet er ændret. Tilføj mindst ét.")
ALREADY_ON_ROLL = finding_kind("R146", "Personen står allerede på valglisten. Intet er ændret.")
NOT_ON_ROLL = finding_kind("R147", "Personen står ikke på valglisten. Intet er ændret.")
NO_PERSON_DATA = finding_kind(
    "R148", "Personens navn mangler. Intet er ændret. Skriv navn og adresse, og prøv igen."
)
ROLL_NOT_FROZEN = finding_kind("R149", "Valglisten er ikke låst endnu. Intet er ændret. Lås den først.")
EXTRACT_WAITS = finding_kind(
    "R155",
    "Et nyere udtræk venter på, at nogen tager stilling til det. Intet er låst. Tag det i brug, eller kassér det, "
    "og lav valglisten igen, hvis det er taget i brug.",
)
ROLL_IS_OLDER = finding_kind(
    "R156",
    "Valglisten er lavet ud fra et udtræk, der siden er afløst. Intet er låst. Lav valglisten igen ud fra det, "
    "der gælder nu.",
)
NOBODY_MAY_VOTE = finding_kind(
    "R150",
    "Ingen på listen kan stemme. Intet er ændret. Se efter, om udtrækket er fra denne kommune, "
    "og indlæs det rigtige.",
)

# --- the frozen roll: corrections, declarations, objections, copies, protected names ------------------------

LOOK_ALIKE = finding_kind(
    "W160",
    "På valglisten står allerede {count} med samme fødselsdato og samme eller næsten samme navn: {matches}. "
    "Intet er ændret. Spørg, om personen har haft et andet CPR-nummer, og slå det op. Er det den samme, slettes "
    "den gamle post først som fejl, og personen tilføjes bagefter. Er det en anden, så sæt flueben ved det.",
)
ADDITIONS_CLOSED = finding_kind(
    "R160",
    "Fristen for at komme på valglisten var {at} ({cite}). Personen er ikke tilføjet. Er det kontorets egen "
    "fejl, rettes den som fejl. Ellers kan personen klage over valget.",
)
CPR_IN_TEXT = finding_kind(
    "R161",
    "Teksten har noget, der ligner et CPR-nummer. Intet er gemt. Skriv den om uden nummeret, og send igen.",
)
DECLARATION_NOT_ALLOWED = finding_kind(
    "R162",
    "Regulativet tillader ikke, at nogen tilføjes efter egen erklæring ({cite}). Personen er ikke tilføjet. "
    "Personen kan gøre indsigelse mod valglisten.",
)
DECLARATION_NOT_ENOUGH = finding_kind(
    "R163",
    "Personen er ikke på listen af en anden grund: {why} ({cite}). En erklæring ændrer det ikke, og personen er "
    "ikke tilføjet. Det gør kun en rettelse med {evidence}.",
)
TOO_YOUNG = finding_kind(
    "R164",
    "Personen er født {born} og er ikke fyldt {age} år på valgdagen ({cite}). Personen er ikke tilføjet. "
    "Se efter, om CPR-nummeret er skrevet rigtigt.",
)
RESIDENCE_NOT_CONFIRMED = finding_kind(
    "R165",
    "Bopælen er ikke bekræftet i folkeregistret ({cite}). Personen er ikke tilføjet. "
    "Slå bopælen op, og bekræft den.",
)
GROUP_MISSING = finding_kind(
    "R166",
    "Regulativet forbeholder pladser til grupper ({cite}), og personens gruppe mangler. Intet er ændret. "
    "Spørg personen, og vælg gruppen.",
)
BAD_CPR = finding_kind(
    "R167", "CPR-nummeret er ikke ti cifre med en rigtig fødselsdato. Intet er ændret. Skriv det igen."
)
NO_SUCH_OBJECTION = finding_kind(
    "R168", "Indsigelsen findes ikke ved dette valg. Intet er ændret. Hent siden igen."
)
OBJECTION_IS_DECIDED = finding_kind(
    "R169", "Indsigelse {number} er allerede afgjort {at}. Din afgørelse er ikke gemt. Se, hvad der står nu."
)
OBJECTION_FROM_TOMORROW = finding_kind(
    "R170", "Indsigelsen kan ikke være modtaget efter nu ({at}). Intet er gemt. Ret tidspunktet."
)
OBJECTION_IS_EMPTY = finding_kind(
    "R171", "Indsigelsen mangler, hvem den er fra, eller hvad den siger. Intet er gemt. Skriv begge dele."
)
NOT_UPHELD = finding_kind(
    "R172",
    "Indsigelse {number} har ikke fået medhold, så den kan ikke være grund til en rettelse. Intet er ændret. "
    "Afgør indsigelsen først.",
)
NO_SUCH_COPY = finding_kind("R173", "Kopien findes ikke ved dette valg. Intet er ændret. Hent siden igen.")
COPY_HAS_ENDED = finding_kind(
    "R174", "Kopi {number} er allerede gjort op {at}. Intet er ændret. Se, hvad der står nu."
)
NO_PURPOSE = finding_kind(
    "R175", "Det mangler, hvad kopien skal bruges til. Intet er trykt. Skriv det, og prøv igen."
)
NO_SUCH_ENTRY = finding_kind("R176", "Personen findes ikke på denne valgliste. Intet er ændret. Slå op igen.")
NOT_PROTECTED = finding_kind(
    "R177", "Personen har ikke navne- og adressebeskyttelse. Intet er skrevet i loggen. Navnet står på siden."
)
DECLARED_AFTER_TODAY = finding_kind(
    "R178", "Erklæringen kan ikke være givet efter i dag, {today}. Personen er ikke tilføjet. Ret dagen."
)
STRUCK_FOR_A_REASON = finding_kind(
    "R179",
    "Personen er slettet af valglisten {at}. En erklæring ændrer det ikke, og personen er ikke tilføjet. "
    "Det gør kun en rettelse, der siger, hvorfor sletningen var forkert.",
)
OTHER_TEXT = finding_kind(
    "R180",
    "Erklæringens tekst er en anden end den, der gælder for dette valg. Personen er ikke tilføjet. "
    "Hent siden igen, og brug den tekst, der står der.",
)
NOTE_MISSING = finding_kind(
    "R181", "Det mangler, hvordan kopien blev væk. Intet er ændret. Skriv det, og prøv igen."
)
KIND_DOES_NOT_FIT = finding_kind(
    "R182", "Den slags rettelse passer ikke til det, der skal gøres. Intet er ændret. Hent siden igen, og vælg om."
)
SECTION_MISSING = finding_kind(
    "R183", "Afgørelsen mangler den bestemmelse, den bygger på. Intet er gemt. Skriv den, og send igen."
)
NOT_WHAT_WAS_COUNTED = finding_kind(
    "R184",
    "Listen er ændret, siden kopi {number} blev registreret. Intet er trykt. Registrer en ny kopi, og gør den "
    "gamle op.",
)
