"""What can be refused about a mail."""

from __future__ import annotations

from registry.findings import finding_kind

NO_SUCH_MAIL = finding_kind("R660", "Mailen findes ikke her. Intet er ændret. Hent siden igen.")
