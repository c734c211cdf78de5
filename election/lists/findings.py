"""What the rules of lists say when something cannot be done."""

from __future__ import annotations

from registry.findings import finding_kind

NO_LISTS_HERE = finding_kind("R271", "Valget har ingen lister. Intet er ændret.")
NO_SUCH_LIST = finding_kind("R272", "Listen findes ikke her. Intet er ændret.")
LIST_KEY_TAKEN = finding_kind(
    "R273",
    "Der er allerede en liste med mærket “{key}”. Listen er ikke gemt. Vælg et andet mærke.",
)
LIST_KEY_FORM = finding_kind(
    "R274",
    "Listens mærke skal være på 1–{most_key} tegn og navnet på 2–{most_name} tegn. Listen er ikke gemt. "
    "Ret det, og send igen.",
)
LISTS_TOO_LATE = finding_kind(
    "R275", "Lister kunne senest anmeldes {latest}. Listen er ikke gemt. Tal med valgkontoret."
)
LIST_IS_CLOSED = finding_kind(
    "R276", "Listen kunne senest ændres {latest}. Den står, som den var. Tal med valgkontoret."
)
LIST_WITHDRAWN = finding_kind("R277", "Listen “{name}” er trukket tilbage. Intet er ændret.")
NOT_REPRESENTATIVE = finding_kind(
    "R278", "Kun listens repræsentant og valgkontoret kan ændre listen. Intet er ændret."
)
NO_REPRESENTATIVE = finding_kind(
    "R279", "En liste skal have en repræsentant, som kan kontaktes. Listen er ikke gemt. Skriv navn og kontakt."
)
NOT_YET_SENT = finding_kind(
    "R280", "Din egen anmeldelse er ikke sendt eller gælder ikke. Listen er ikke gemt. Send anmeldelsen først."
)
NO_SUCH_NUMBER = finding_kind(
    "R281", "Der er ingen anmeldelse med nummer {number}. Listen er ikke ændret. Spørg kandidaten om nummeret."
)
CLAIMED_ALREADY = finding_kind("R282", "Nummer {number} står allerede på listen. Intet er ændret.")
NOT_CLAIMED = finding_kind("R283", "Nummer {number} står ikke på listen. Intet er ændret. Hent siden igen.")
STANDS_FOR_THIS_LIST = finding_kind(
    "R284",
    "Nummer {number} er godkendt. Listen er ikke ændret. Kandidaten skal først trække sin anmeldelse tilbage.",
)
ACCEPTED_ELSEWHERE = finding_kind("R285", "Nummer {number} er godkendt på en anden liste. Intet er ændret.")
ORDER_OF_LIST = finding_kind(
    "R286",
    "Hver kandidat på listen skal have sin egen plads: 1, 2, 3 og så videre. Rækkefølgen er ikke gemt. "
    "Ret pladserne, og gem igen.",
)
NO_ALLIANCES_HERE = finding_kind("R287", "Regulativet tillader ikke valgforbund. Intet er ændret.")
NOT_TWO_LISTS = finding_kind("R288", "Et valgforbund er med en anden liste. Intet er ændret. Vælg en anden.")
LIST_IN_USE = finding_kind(
    "R289",
    "{number} godkendte kandidater står på listen. Den er ikke trukket tilbage. "
    "Kandidaterne skal først trække sig.",
)
