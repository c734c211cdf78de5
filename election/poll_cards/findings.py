"""What the batches of cards and their dispatch can refuse."""

from __future__ import annotations

from registry.findings import finding_kind

NOTHING_TO_BATCH = finding_kind(
    "R433",
    "Der er ingen kort at lægge i et nyt parti: alle gyldige kort af den slags er i et parti. Intet er ændret.",
)
NOT_PRINTABLE = finding_kind(
    "R434",
    "Partiet er ikke dannet. Skrifttyperne mangler tegn i navn eller adresse hos nummer {numbers} på valglisten. "
    "Intet er ændret. Ret dem på valglisten med bogstaver, der kan trykkes, og dan partiet igen.",
)
CODE_NOT_READ = finding_kind(
    "R435",
    "Del {part} er ikke gemt. Koden på kortet til nummer {number} på valglisten blev ikke læst, som den skal stå. "
    "De andre dele er som før. Lav delen igen; sker det igen, så sig det til den, der driver systemet.",
)
CHANGED_WHILE_PRINTED = finding_kind(
    "R436",
    "Et kort i del {part} blev ændret, mens delen blev lavet. Delen er ikke gemt. Tryk på “Gå videre”.",
)
NO_SUCH_BATCH = finding_kind("R437", "Partiet eller delen findes ikke. Intet er ændret. Gå til siden Valgkort.")
PART_MADE = finding_kind("R438", "Del {part} er lavet i forvejen. Intet er ændret.")
FILE_GONE = finding_kind(
    "R439",
    "Filen til del {part} findes ikke mere, eller den kan ikke åbnes. Intet er ændret. "
    "Hent partiet fra den, der har det, eller spørg den, der driver systemet.",
)
NOT_FINISHED = finding_kind(
    "R440", "Partiet er ikke færdigt: {made} af {parts} dele er lavet. Intet er sendt. Lav resten først."
)
PROTECTED_STAYS = finding_kind(
    "R441",
    "Kort til beskyttede sendes ikke med en pakke. Intet er sendt. Den valglisteansvarlige trykker dem selv.",
)
CERTIFICATE_UNREADABLE = finding_kind(
    "R442",
    "Modtagerens certifikat kan ikke læses. Intet er sendt. "
    "Det skal være en tekst, der begynder med -----BEGIN CERTIFICATE-----.",
)
CERTIFICATE_EXPIRED = finding_kind(
    "R443",
    "Modtagerens certifikat gælder fra {begins} til {ends}, altså ikke nu. Intet er sendt. "
    "Bed modtageren om et nyt.",
)
CERTIFICATE_WEAK = finding_kind(
    "R444",
    "Modtagerens certifikat skal have en RSA-nøgle på mindst 2048 bit. Intet er sendt. "
    "Bed modtageren om et andet.",
)
ALREADY_DISPATCHED = finding_kind(
    "R445",
    "Partiet har allerede en forsendelse, nr. {number}. Intet er sendt. "
    "Indlæs kvitteringen, eller slet pakken, hvis den aldrig blev sendt.",
)
NO_SUCH_DISPATCH = finding_kind(
    "R446", "Forsendelsen eller dens pakke findes ikke. Intet er ændret. Gå til siden Valgkort."
)
RECEIPT_REFUSED = finding_kind(
    "R447", "Kvitteringen har {number} fejl. Intet er indlæst. Ret filen, eller bed modtageren om en ny."
)
RECEIPT_TAKEN = finding_kind("R448", "Kvitteringen er indlæst i forvejen. Intet er ændret.")
ALREADY_DISCARDED = finding_kind("R449", "Pakken er slettet i forvejen. Intet er ændret.")
