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
NOBODY_MAY_VOTE = finding_kind(
    "R150",
    "Ingen på listen kan stemme. Intet er ændret. Se efter, om udtrækket er fra denne kommune, "
    "og indlæs det rigtige.",
)
