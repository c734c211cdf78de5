"""Hears what a page in another language than Danish could not say in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.support import NullTranslations
from flask_babel import force_locale, get_translations

from registry.languages import EVERY_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from flask import Flask

OTHERS = tuple(code for code in EVERY_LANGUAGE if code not in LANGUAGES)
"""The languages that only pages for everybody have."""


class Missed(NullTranslations):
    """Hears of every sentence that a catalogue does not have."""

    def __init__(self, heard: set[str]) -> None:
        super().__init__()
        self.heard = heard

    def gettext(self, message: str) -> str:
        self.heard.add(message)
        return message

    ugettext = gettext

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    upgettext = pgettext


def missed_by(app: Flask) -> set[str]:
    """A set into which every sentence comes that is asked for from now on and is not there."""
    heard: set[str] = set()
    for locale in OTHERS:
        with app.test_request_context("/"), force_locale(locale):
            get_translations().add_fallback(Missed(heard))
    return heard
