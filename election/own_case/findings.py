"""What the pages of one's own case say when something cannot be done."""

from __future__ import annotations

from registry.findings import finding_kind

TOO_MUCH_SENT = finding_kind(
    "R260", "Det, du sendte, fylder for meget. Intet er gemt. Gå tilbage, gør det kortere, og send igen."
)
NO_FILE_CHOSEN = finding_kind("R261", "Du har ikke valgt et billede. Intet er ændret. Vælg et, og gem igen.")
