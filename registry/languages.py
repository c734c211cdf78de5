"""The languages of the pages, by code, with what each calls itself."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"da": "Dansk", "en": "English"}
"""The languages of every page, officials' too: code, and what the language calls itself."""
EVERY_LANGUAGE: Mapping[str, str] = {
    **LANGUAGES,
    "ar": "العربية",
    "tr": "Türkçe",
    "ur": "اردو",
    "so": "Soomaali",
    "pl": "Polski",
    "uk": "Українська",
    "fa": "فارسی",
}
"""The languages of pages that are marked `@in_all_languages`, and of what an official reads out to a person."""
