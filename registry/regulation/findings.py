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
