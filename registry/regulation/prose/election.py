"""The chapters on candidates, roll, ballot paper, poll and count, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

from registry.regulation.choices import (
    AfterPrinting,
    BallotOrder,
    Declared,
    LateCandidacy,
    PollingKind,
    StationChoice,
    Supporters,
)
from registry.regulation.prose import count, danish
from registry.regulation.prose.document import Article, Part, clause, known
from registry.regulation.rules import Regulation

_DECLARED = {
    Declared.BEFORE: "Man melder sig som kandidat før afstemningen.",
    Declared.AT_MEETING: "Man kan også melde sig som kandidat på selve valgmødet.",
}
_LATE = {
    LateCandidacy.REFUSED: "En anmeldelse, der kommer efter fristen, afvises.",
    LateCandidacy.BOARD_DECIDES: (
        "En anmeldelse, der kommer efter fristen, kan valgbestyrelsen tage imod med en begrundelse."
    ),
}
_SUPPORTERS = {
    Supporters.VOTERS: "En stiller skal selv kunne stemme ved valget.",
    Supporters.ANYBODY: "Enhver kan være stiller.",
}
_STATION_CHOICE = {
    StationChoice.OWN_STATION: "Hver vælger har sit eget stemmested.",
    StationChoice.FREE_CHOICE: "Vælgeren bestemmer selv, hvilket stemmested det skal være.",
}
_ORDER = {
    BallotOrder.LOT: "Rækkefølgen på stemmesedlen afgøres ved lodtrækning.",
    BallotOrder.ALPHABETICAL: "Rækkefølgen på stemmesedlen er efter alfabetet.",
    BallotOrder.ROTATION: (
        "Rækkefølgen på stemmesedlen afgøres ved lodtrækning, og hvert stemmested begynder ét navn længere nede "
        "end det forrige."
    ),
}
_AFTER_PRINTING = {
    AfterPrinting.MARKED: (
        "Falder en kandidat bort, når stemmesedlen er lavet, bliver navnet stående og markeres som udgået."
    ),
    AfterPrinting.REPRINTED: ("Falder en kandidat bort, når stemmesedlen er lavet, laves den om uden kandidaten."),
}
_NO_ORDER = "Uden et direkte valg er der ingen stemmeseddel, og reglen om dens rækkefølge har ingen virkning."
_NOTHING_PRINTED = "Reglen om en kandidat, der falder bort, når stemmesedlen er lavet, har heller ingen virkning."


def parts(r: Regulation) -> Iterator[Part]:
    """Chapters 4-8."""
    yield Part(
        "Kandidater",
        "kandidater",
        (_candidacy(r), _supporters(r), _uncontested(r)),
        is_of_the_election=True,
    )
    yield Part("Valglisten", "valglisten", (_roll(r),), is_of_the_election=True)
    yield Part("Stemmesedlen", "stemmesedlen", (_ballot(r),), is_of_the_election=True)
    yield Part("Afstemningen", "afstemningen", (_poll(r), _postal(r)), is_of_the_election=True)
    yield Part("Optællingen", "optællingen", count.articles(r), is_of_the_election=True)


def _candidacy(r: Regulation) -> Article:
    rule = r.candidacy
    return Article(
        "Anmeldelse",
        "anmeldelse af kandidater",
        (
            clause(
                "candidacy.declared",
                rule.declared,
                "hvornår man melder sig som kandidat",
                _DECLARED.__getitem__,
            ),
            clause(
                "candidacy.opens",
                rule.opens,
                "hvornår kandidater kan anmeldes fra",
                lambda when: f"Kandidater kan anmeldes fra {danish.moment(when)}.",
            ),
            clause(
                "candidacy.closes",
                rule.closes,
                "hvornår anmeldelsen senest skal være inde",
                lambda when: f"Anmeldelsen skal være inde senest {danish.moment(when)}.",
            ),
            clause("candidacy.late", rule.late, "hvad der sker med en for sen anmeldelse", _LATE.__getitem__),
            clause(
                "candidacy.cure_until",
                rule.cure_until,
                "hvor længe mangler kan rettes",
                lambda when: f"Mangler ved en anmeldelse kan rettes senest {danish.moment(when)}.",
            ),
            clause(
                "candidacy.withdrawal_until",
                rule.withdrawal_until,
                "hvor længe en anmeldelse kan trækkes tilbage",
                lambda when: f"En anmeldelse kan trækkes tilbage senest {danish.moment(when)}.",
            ),
            clause(
                "candidacy.presented_by",
                rule.presented_by,
                "hvornår kandidaterne præsenteres",
                lambda when: f"Kandidaterne er præsenteret for vælgerne senest {danish.moment(when)}.",
            ),
        ),
    )


def _supporters(r: Regulation) -> Article:
    rule = r.candidacy
    return Article(
        "Stillere",
        "stillere",
        (
            clause(
                "candidacy.supporters_min",
                rule.supporters_min,
                "hvor mange stillere en kandidat skal have",
                lambda n: (
                    f"En kandidat skal have mindst {danish.amount(n, 'stiller', 'stillere')}."
                    if n
                    else "En kandidat behøver ingen stillere."
                ),
            ),
            clause(
                "candidacy.supporters_max",
                rule.supporters_max,
                "hvor mange stillere en kandidat kan have",
                lambda n: f"En kandidat kan højst have {danish.amount(n, 'stiller', 'stillere')}.",
            ),
            clause(
                "candidacy.supporters_from",
                rule.supporters_from,
                "hvem der kan være stiller",
                _SUPPORTERS.__getitem__,
            ),
        ),
    )


def _uncontested(r: Regulation) -> Article:
    rule = r.uncontested
    may = known(rule.is_allowed, True)
    return Article(
        "Fredsvalg",
        "fredsvalg",
        (
            clause(
                "uncontested.is_allowed",
                rule.is_allowed,
                "om afstemningen kan aflyses, når der ikke er flere kandidater end pladser",
                lambda yes: (
                    "Er der ikke flere kandidater end pladser, kan valgbestyrelsen aflyse afstemningen; alle "
                    "kandidaterne er da valgt."
                    if yes
                    else "Der stemmes, også når der ikke er flere kandidater end pladser."
                ),
            ),
            clause(
                "uncontested.latest",
                rule.latest,
                "hvornår afstemningen senest kan aflyses",
                lambda when: (
                    f"Afstemningen kan aflyses senest {danish.moment(when)}."
                    if may
                    else f"Fristen for at aflyse, {danish.moment(when)}, har ingen virkning."
                ),
            ),
        ),
    )


def _roll(r: Regulation) -> Article:
    rule = r.roll
    has_cards = known(r.polling.has_poll_cards, True)
    return Article(
        "Valglisten",
        "valglisten",
        (
            clause(
                "roll.frozen_by",
                rule.frozen_by,
                "hvornår valglisten lukkes",
                lambda when: f"Valglisten lukkes senest {danish.moment(when)}.",
            ),
            clause(
                "roll.poll_cards_sent_by",
                rule.poll_cards_sent_by,
                "hvornår valgkortene sendes",
                lambda when: (
                    f"Valgkortene er sendt senest {danish.moment(when)}."
                    if has_cards
                    else f"Fristen for at sende valgkort, {danish.moment(when)}, har ingen virkning."
                ),
            ),
            clause(
                "roll.objections_until",
                rule.objections_until,
                "hvor længe man kan gøre indsigelse mod valglisten",
                lambda when: f"Man kan gøre indsigelse mod valglisten indtil {danish.moment(when)}.",
            ),
            clause(
                "roll.additions_until",
                rule.additions_until,
                "hvor længe man kan blive tilføjet til valglisten",
                lambda when: f"Man kan blive tilføjet til valglisten indtil {danish.moment(when)}.",
            ),
        ),
    )


def _ballot(r: Regulation) -> Article:
    rule = r.ballot
    has_none = known(r.polling.kind, PollingKind.STATIONS) is PollingKind.NONE
    return Article(
        "Stemmesedlen",
        "stemmesedlen",
        (
            clause(
                "ballot.order",
                rule.order,
                "hvilken rækkefølge kandidaterne står i på stemmesedlen",
                lambda order: _NO_ORDER if has_none else _ORDER[order],
            ),
            clause(
                "ballot.after_printing",
                rule.after_printing,
                "hvad der sker, når en kandidat falder bort, efter at stemmesedlen er lavet",
                lambda way: _NOTHING_PRINTED if has_none else _AFTER_PRINTING[way],
            ),
        ),
    )


def _poll(r: Regulation) -> Article:
    rule = r.polling
    by_letter = known(rule.kind, PollingKind.STATIONS) is PollingKind.LETTERS
    return Article(
        "Stemmesteder og tider",
        "stemmesteder og tider",
        (
            clause("polling.stations", rule.stations, "hvor der stemmes", _stations),
            clause(
                "polling.station_choice",
                rule.station_choice,
                "hvilket stemmested vælgeren bruger",
                _STATION_CHOICE.__getitem__,
            ),
            clause(
                "polling.has_poll_cards",
                rule.has_poll_cards,
                "om der sendes valgkort",
                lambda yes: "Alle på valglisten får et valgkort." if yes else "Der sendes ikke valgkort.",
            ),
            clause(
                "polling.opens",
                rule.opens,
                "hvornår afstemningen begynder",
                lambda at: (
                    f"Stemmer kan afleveres på valgdagen fra {danish.hour(at)}."
                    if by_letter
                    else f"Afstemningen begynder på valgdagen {danish.hour(at)}."
                ),
            ),
            clause(
                "polling.closes",
                rule.closes,
                "hvornår afstemningen slutter",
                lambda at: (
                    f"Stemmer skal være afleveret senest {danish.hour(at)}."
                    if by_letter
                    else f"Afstemningen slutter {danish.hour(at)}; den, der da står i kø, kan stemme."
                ),
            ),
        ),
    )


def _stations(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"Stemmestedet er {names[0]}."
    return f"Stemmestederne er {'; '.join(names)}."


def _postal(r: Regulation) -> Article:
    rule = r.polling
    return Article(
        "Brevstemmer",
        "brevstemmer",
        (
            clause(
                "polling.postal_opens",
                rule.postal_opens,
                "hvornår man kan brevstemme fra",
                lambda when: f"Man kan brevstemme fra {danish.moment(when)}.",
            ),
            clause(
                "polling.postal_closes",
                rule.postal_closes,
                "hvor længe man kan brevstemme",
                lambda when: f"Man kan brevstemme indtil {danish.moment(when)}.",
            ),
        ),
    )
