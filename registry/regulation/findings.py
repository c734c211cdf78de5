"""What can be wrong with a regulation file. Every sentence names the key path."""

from __future__ import annotations

from registry.findings import finding_kind

REGULATION_UNUSABLE = finding_kind(
    "R050",
    "Regulativet {name} kan ikke bruges: {problems} fejl, den første: {first} Intet er ændret. "
    "Ret filen, og indlæs den igen.",
)
UNKNOWN_KEY = finding_kind("R051", "Nøglen {path} kendes ikke. Slet den, eller ret stavemåden.")
MISSING_KEY = finding_kind("R052", "Nøglen {path} mangler. Skriv værdien med sin kilde.")
MISSING_CITATION = finding_kind(
    "R053",
    'Nøglen {path} har ingen kilde. Skriv cite = "…", eller assumed = true og why = "…".',
)
FLOAT = finding_kind("R054", 'Nøglen {path} er et decimaltal. Brug hele tal, promille eller en tekst som "0.05".')
WRONG_TYPE = finding_kind("R055", "Nøglen {path} skal være {expected}.")
UNKNOWN_CHOICE = finding_kind("R056", "Nøglen {path} har en værdi, der ikke kendes. Mulige værdier: {choices}.")
CONTRADICTION = finding_kind("R057", "Nøglen {path} modsiger resten af regulativet: {why}")
NOT_TOML = finding_kind("R058", "Filen kan ikke læses som TOML ({path}). Den er måske beskadiget.")
NOT_SHIPPED = finding_kind("R059", "Der findes intet regulativ med id {id}. Mulige: {choices}.")
COUNTRY_GROUPS_BROKEN = finding_kind("R060", "Landegrupperne kan ikke læses: linje {line} er ikke gyldig.")
UNSET = finding_kind(
    "R062",
    "Regulativet siger ikke noget om {key} ({why}). Intet er ændret. Den værdi skal være vedtaget, før dette kan "
    "gøres; alt andet kan gå videre.",
)
UNKNOWN_COUNTRY_GROUP = finding_kind("R061", "Landegruppen {group} kendes ikke. Mulige: {choices}.")

DRAFT_EXISTS = finding_kind(
    "R450",
    "Der er allerede et regulativ eller et udkast med id {id}. Intet er ændret. Vælg et andet id, for eksempel "
    "med årstal.",
)
NO_SUCH_DRAFT = finding_kind("R451", "Udkastet findes ikke her. Intet er ændret.")
IS_ADOPTED = finding_kind(
    "R452",
    "Regulativet {id} er vedtaget og kan ikke ændres. Intet er ændret. Lav et nyt udkast på grundlag af det, med "
    "et nyt id.",
)
CODE_TAKEN = finding_kind("R453", "Koden {code} findes allerede i {place}. Intet er ændret. Vælg en anden kode.")
UNIT_CHANGED = finding_kind(
    "R454",
    "En anden har gemt dette afsnit, efter at du åbnede det. Dit er ikke gemt, men står stadig i felterne. "
    "Sammenlign med udkastet, og gem igen, hvis dit skal gælde.",
)
NOT_READY = finding_kind(
    "R455",
    "Udkastet kan ikke vedtages endnu: {number} fejl, den første: {first} Intet er ændret. Ret dem, og prøv igen.",
)
STATE_NOT_APPROVED = finding_kind(
    "R456",
    "Regulativets tilstand (basis.state) er ikke “vedtaget” eller “gældende”. Intet er ændret. Ret den, når det "
    "organ, der vedtager regulativet, har gjort det.",
)
DRAFT_MOVED_ON = finding_kind(
    "R457",
    "Udkastet er ændret, efter at siden blev åbnet. Intet er vedtaget. Læs det igen, og vedtag det, der står nu.",
)
NO_SUCH_PLACE = finding_kind("R458", "Det afsnit findes ikke i regulativet. Intet er ændret.")
OTHER_MUNICIPALITY = finding_kind(
    "R459",
    "Regulativet siger kommune {code} og råd {council}, men udkastet hører til {here}. Intet er vedtaget. "
    "Ret municipality.code og council.id, eller lav udkastet det rigtige sted.",
)
