"""A lot from a public seed: who comes first follows from the seed, and anyone can work it out again.

The recipe, in words: for each of those who are tied, write on one line, with a bar between the parts: the seed;
what the lot is about; all who are tied, sorted sign by sign (c10 before c2), with commas between; this one. Take
the SHA-256 of the line (UTF-8) in hexadecimal. Sort the tied by that number: the smallest is drawn first.

Nothing is random here. The seed was made before the polls closed and its SHA-256, the fingerprint, was published;
so nobody could choose it when it was known who would stand equal. `scripts/draw_lot` is the same recipe alone.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from registry.findings import finding_kind

METHOD = "offentligt frø"
"""How such a draw is recorded. Whoever writes of a seed in the method says that the recipe was followed."""
SEED_EXISTS = finding_kind(
    "R344",
    "Der er allerede gemt et frø til dette valg. Intet er ændret. Fingeraftrykket står på den offentlige side.",
)
NO_SEED = finding_kind(
    "R350", "Der blev ikke gemt noget frø, før afstemningen sluttede. Intet er ændret. Træk lod på papir."
)
SEED_NOT_WANTED = finding_kind(
    "R351",
    "Optællingen beder ikke om lod, og resultatet er ikke opgjort. Frøet er ikke vist. "
    "Tæl først alle stemmesteder.",
)
SEED_DOES_NOT_OPEN = finding_kind(
    "R352",
    "Frøet kan ikke åbnes, eller det passer ikke til sit fingeraftryk. Det er ikke vist. Træk lod på papir, "
    "og tilkald den systemansvarlige.",
)
SEED_NOT_SHOWN = finding_kind("R353", "Frøet er ikke vist endnu. Lodtrækningen er ikke gemt. Vis frøet først.")
SEED_KNOWN_BEFORE = finding_kind(
    "R354",
    "Frøet var kendt, før de sidste tal blev enige. Lodtrækningen er ikke gemt. Træk lod på papir foran vidner.",
)
NOT_AS_THE_RECIPE = finding_kind(
    "R355",
    "Efter det offentlige frø er rækkefølgen {right}. Lodtrækningen er ikke gemt. Brug den rækkefølge, "
    "eller træk på papir, og skriv hvordan.",
)
SEED_IS_KNOWN = finding_kind(
    "R356",
    "Frøet er vist, så alle kan regne ud, hvem det trækker. Lodtrækningen er ikke gemt. Træk lod efter frøet.",
)


def fingerprint_of(seed: str) -> str:
    """What is published of the seed beforehand: its SHA-256 in hexadecimal."""
    return sha256(seed.encode()).hexdigest()


def line_of(seed: str, purpose: str, among: Collection[str], one: str) -> str:
    """The line that is hashed for one of the tied."""
    return f"{seed}|{purpose}|{','.join(sorted(among))}|{one}"


def order_of(seed: str, purpose: str, among: Collection[str]) -> tuple[str, ...]:
    """The tied in the order in which they are drawn. (KRVL § 85 leaves the manner of the lot to the board)"""
    return tuple(sorted(among, key=lambda one: fingerprint_of(line_of(seed, purpose, among, one))))


def speaks_of_a_seed(method: str) -> bool:
    """Whether this is how one describes a draw from the seed."""
    return any(word in method.casefold() for word in ("frø", "seed"))
