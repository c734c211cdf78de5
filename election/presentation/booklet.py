"""The booklet (valgpjece): who stands and how to vote, as a PDF in one language."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock

from babel import Locale
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election, Station, stations
from election.call.rules import Phase
from election.presentation.records import photo_bytes
from election.presentation.rules import NAME_WITHHELD
from election.presentation.shown import Shown
from election.presentation.small_photos import small
from registry.documents import render, without_unprintable
from registry.languages import EVERY_LANGUAGE
from registry.regulation.calendar import instant
from registry.regulation.choices import Method, PollingKind, StationChoice
from registry.wording import apart, direction_of, say_date, say_instant

_MOST_KEPT = 12
_kept: OrderedDict[str, bytes] = OrderedDict()
"""The last booklets by what stands in them; whoever asks again gets the same without a second's work."""
_one_at_a_time = Lock()


def booklet_of(session: Session, election: Election, every: Sequence[Shown], language: str) -> bytes:
    """The PDF of the candidates as everybody may see them."""
    with force_locale(language):
        data = _data(election, stations(session, election), every, language)
    key = json.dumps(data, sort_keys=True, default=str)
    with _one_at_a_time:
        if key not in _kept:
            _kept[key] = render("booklet.typ", data, dict(_photos(session, election, every)))
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def _photos(session: Session, election: Election, every: Sequence[Shown]) -> Iterator[tuple[str, bytes]]:
    for one in every:
        whole = photo_bytes(session, election, one.photo) if one.photo else None
        if whole is not None:
            yield f"{one.photo}.jpg", small(whole)


def _data(
    election: Election, places: Sequence[Station], every: Sequence[Shown], language: str
) -> dict[str, object]:
    rules = election.regulation
    mended = without_unprintable(
        text
        for one in every
        for text in (one.name, one.text_by_language.get(language, ""), one.list_in_words, one.email, one.phone)
        if text
    )
    return {
        "is_demo": not election.is_live,
        "dated_on": clock.local(clock.now(election)).date(),
        "language": language,
        "direction": direction_of(language),
        "municipality": rules.municipality.name.value,
        "title": _(
            "%(council)s – valg den %(day)s",
            council=apart(rules.council.name.value),
            day=apart(f"{election.election_on:%d.%m.%Y}"),
        ),
        "words": {
            "booklet": _("Valgpjece"),
            "demo": _("DEMO – opdigtede personer"),
            "how": _("Sådan stemmer du"),
            "where": _("Her kan du stemme"),
            "candidates": _("Kandidaterne"),
            "page": _("Side %(page)s af %(pages)s", page="{page}", pages="{pages}"),
        },
        "how": _how_to_vote(election, len(places)),
        "stations": [] if election.in_phase is Phase.UNCONTESTED else [place.name for place in places],
        "candidates": [_candidate(one, language, mended, election.in_phase) for one in every],
    }


def _how_to_vote(election: Election, places: int) -> list[str]:
    """In plain sentences, from the regulation; nothing that it leaves open."""
    if election.in_phase is Phase.UNCONTESTED:
        return [
            _("Der holdes ikke afstemning"),
            _("Alle, der stiller op, får en plads. Derfor er afstemningen aflyst."),
        ]
    return [*_when(election), *_where(election, places), _crosses(election), _("Du stemmer alene og hemmeligt.")]


def _when(election: Election) -> Iterator[str]:
    polling = election.regulation.polling
    day = apart(say_date(election.election_on))
    if polling.kind.value is PollingKind.LETTERS:
        yield _("Afstemningen foregår med brev. Brevet skal være fremme %(day)s.", day=day)
    elif polling.opens.is_unset or polling.closes.is_unset:
        yield _("Du kan stemme %(day)s.", day=day)
    else:
        hours = apart(f"{polling.opens.value:%H.%M}–{polling.closes.value:%H.%M}")
        yield _("Du kan stemme %(day)s kl. %(hours)s.", day=day, hours=hours)
    if not (polling.postal_opens.is_unset or polling.postal_closes.is_unset):
        yield _(
            "Du kan også brevstemme fra %(first)s til %(last)s. Spørg valgkontoret hvor.",
            first=apart(say_instant(instant(polling.postal_opens.value, election.election_on))),
            last=apart(say_instant(instant(polling.postal_closes.value, election.election_on))),
        )


def _where(election: Election, places: int) -> Iterator[str]:
    polling = election.regulation.polling
    has_cards = not polling.has_poll_cards.is_unset and polling.has_poll_cards.value
    if has_cards:
        yield _("Tag dit valgkort med. Har du ikke kortet, kan du få et nyt på stemmestedet.")
    else:
        yield _("Tag legitimation med.")
    if places > 1 and polling.station_choice.value is StationChoice.FREE_CHOICE:
        yield _("Du kan selv vælge mellem stemmestederne.")
    elif places > 1 and has_cards:
        yield _("Du skal stemme på det sted, som står på dit valgkort.")


def _crosses(election: Election) -> str:
    seats = election.regulation.seats
    most, least = seats.votes_per_voter.value, seats.min_crosses.value
    if seats.method.value is Method.LISTS_DHONDT:
        return _("Sæt ét kryds (X) ud for en liste eller en kandidat.")
    if most == 1:
        return _("Sæt ét kryds (X) ud for den kandidat, du stemmer på.")
    if most == least:
        return _("Sæt %(number)s krydser (X) ud for %(number)s forskellige kandidater.", number=most)
    return _("Sæt højst %(number)s krydser (X), højst ét ud for hver kandidat.", number=most)


def _candidate(one: Shown, language: str, mended: Mapping[str, str], phase: Phase) -> dict[str, object]:
    """One candidate on paper. A sign that the fonts lack must not keep the booklet from everybody."""
    text = one.text_by_language.get(language, "")
    printed = mended.get(text, text)
    name = one.name or _(NAME_WITHHELD)
    if name in mended:
        name = _("Kandidat nr. %(number)s (navnet kan ikke trykkes)", number=one.number or one.place)
    contact = [apart(said) for said in (one.email, one.phone) if said and said not in mended]
    return {
        "number": str(one.number) if one.number and phase is not Phase.UNCONTESTED else "",
        "name": name,
        "list": _list(mended.get(one.list_in_words, one.list_in_words)),
        "photo": f"{one.photo}.jpg" if one.photo else "",
        "alt": _("Foto af %(name)s", name=apart(name)),
        "paragraphs": [line for line in printed.splitlines() if line.strip()],
        "note": _note(one, language, is_mended=printed != text),
        "contact": contact,
        "gone": _("Udgået") if one.is_gone else "",
    }


def _list(name: str) -> str:
    return _("Liste: %(name)s", name=apart(name)) if name else ""


def _note(one: Shown, language: str, *, is_mended: bool) -> str:
    if one.is_gone or not one.name:
        return ""
    if is_mended:
        return _("Teksten har tegn, som ikke kan trykkes. De er udeladt her. Hele teksten står på nettet.")
    if language in one.languages:
        return ""
    if not one.languages:
        return _("Ingen præsentation.")
    others = ", ".join(apart_name(code) for code in one.languages)
    return _("Har ikke skrevet på dette sprog, men på: %(languages)s.", languages=others)


def apart_name(language: str) -> str:
    """What a language calls itself, in a sentence that may run the other way."""
    marks = ("\u2067", "\u2069") if Locale.parse(language).text_direction == "rtl" else ("\u2066", "\u2069")
    return EVERY_LANGUAGE[language].join(marks)
