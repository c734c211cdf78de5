"""The chapter on seats, votes, groups, lists and substitutes, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from registry.regulation.choices import GroupKind, Method, SubstituteOrder, Ties, UnfilledReserved
from registry.regulation.prose import danish
from registry.regulation.prose.document import Article, Part, clause, known
from registry.regulation.rules import Regulation

_METHODS = {
    Method.PERSONAL_VOTES: "Der stemmes på personer, og de, der får flest stemmer, er valgt.",
    Method.BLOCK_VOTE: (
        "Der kan stemmes på flere personer på samme stemmeseddel, og de, der får flest stemmer, er valgt."
    ),
    Method.LISTS_DHONDT: "Der stemmes på lister, og pladserne fordeles mellem dem efter d’Hondts metode.",
}
_GROUPS = {
    GroupKind.NONE: "Vælgere og kandidater deles ikke i grupper.",
    GroupKind.WESTERN: (
        "Kandidaterne deles i vestlig og ikke-vestlig baggrund, som Danmarks Statistik definerer det."
    ),
    GroupKind.COUNTRY: "Kandidaterne deles i grupper efter oprindelsesland.",
    GroupKind.DISTRICT: "Kandidaterne deles i grupper efter det område, de bor i.",
}
_UNFILLED = {
    UnfilledReserved.VACANT: "En forbeholdt plads, som ingen kan få, står tom.",
    UnfilledReserved.OPEN: "En forbeholdt plads, som ingen kan få, bliver fri for alle.",
}
_SUBSTITUTES = {
    SubstituteOrder.VOTES: "De kandidater, der ikke er valgt, er stedfortrædere efter stemmetal.",
    SubstituteOrder.WITHIN_GROUP: "De kandidater, der ikke er valgt, er stedfortrædere for deres egen gruppe.",
    SubstituteOrder.PER_LIST: "De kandidater, der ikke er valgt, er stedfortrædere for deres egen liste.",
    SubstituteOrder.NONE: "Der er ingen stedfortrædere.",
}


def parts(r: Regulation) -> Iterator[Part]:
    """Chapter 3."""
    yield Part(
        "Pladser og stemmer",
        "pladser og stemmer",
        (_seats(r), _groups(r), _lists(r), _substitutes(r), _ties(r)),
        is_of_the_election=True,
    )


def _seats(r: Regulation) -> Article:
    seats = r.seats
    return Article(
        "Valgte medlemmer",
        "hvor mange der vælges, og hvordan",
        (
            clause(
                "seats.number",
                seats.number,
                "hvor mange medlemmer der vælges",
                lambda n: f"Der vælges {danish.amount(n, 'medlem', 'medlemmer')}.",
            ),
            clause("seats.method", seats.method, "hvordan stemmer bliver til pladser", _METHODS.__getitem__),
            clause(
                "seats.votes_per_voter",
                seats.votes_per_voter,
                "hvor mange stemmer hver vælger har",
                lambda n: f"Hver vælger har {danish.amount(n, 'stemme', 'stemmer')}.",
            ),
            clause(
                "seats.min_crosses",
                seats.min_crosses,
                "hvor mange krydser der mindst skal være",
                lambda n: f"En stemmeseddel skal have mindst {danish.amount(n, 'kryds', 'krydser')}.",
            ),
        ),
    )


def _groups(r: Regulation) -> Article:
    seats = r.seats
    return Article(
        "Forbeholdte pladser",
        "forbeholdte pladser",
        (
            clause("seats.group_kind", seats.group_kind, "om vælgerne deles i grupper", _GROUPS.__getitem__),
            clause("seats.reserved", seats.reserved, "om pladser er forbeholdt nogen", _reserved),
            clause(
                "seats.group_members", seats.group_members, "hvilke lande eller områder grupperne har", _members
            ),
            clause(
                "seats.is_vote_within_group",
                seats.is_vote_within_group,
                "om hver gruppe stemmer for sig",
                lambda is_within: (
                    "Hver gruppe stemmer kun om sine egne pladser."
                    if is_within
                    else "Alle vælgere stemmer om alle pladser."
                ),
            ),
            clause(
                "seats.unfilled_reserved",
                seats.unfilled_reserved,
                "hvad der sker med en forbeholdt plads, som ingen kan få",
                _UNFILLED.__getitem__,
            ),
        ),
    )


def _reserved(reserved: Mapping[str, int]) -> str:
    if not reserved:
        return "Ingen plads er forbeholdt en gruppe."
    each = (f"{danish.amount(n, 'plads', 'pladser')} til gruppen {danish.quoted(g)}" for g, n in reserved.items())
    return f"Forbeholdt er {danish.listed(each)}."


def _members(members: Mapping[str, tuple[str, ...]]) -> str:
    if not members:
        return "Regulativet opregner ingen lande eller områder for grupper."
    each = (f"{danish.quoted(g)} ({danish.listed(map(danish.member, every))})" for g, every in members.items())
    return f"Grupperne omfatter {danish.listed(each)}."


def _lists(r: Regulation) -> Article:
    lists = r.lists
    return Article(
        "Lister",
        "lister",
        (
            clause(
                "lists.are_allowed",
                lists.are_allowed,
                "om man kan stille op på lister",
                lambda yes: "Kandidater stiller op på lister." if yes else "Der kan ikke stilles op på lister.",
            ),
            clause(
                "lists.are_alliances_allowed",
                lists.are_alliances_allowed,
                "om der kan indgås valgforbund",
                lambda yes: "Lister kan indgå valgforbund." if yes else "Der kan ikke indgås valgforbund.",
            ),
            clause(
                "lists.threshold",
                lists.threshold,
                "om der er en spærregrænse",
                lambda share: (
                    "Der er ingen spærregrænse."
                    if share == "0"
                    else f"En liste skal have mindst {danish.percent(share)} af stemmerne for at få plads."
                ),
            ),
        ),
    )


def _substitutes(r: Regulation) -> Article:
    rule = r.substitutes
    each = " for hvert medlem" if known(rule.is_per_member, False) else ""
    return Article(
        "Stedfortrædere",
        "stedfortrædere",
        (
            clause("substitutes.order", rule.order, "hvem der er stedfortrædere", _SUBSTITUTES.__getitem__),
            clause(
                "substitutes.max",
                rule.max,
                "hvor mange stedfortrædere der kan være",
                lambda n: (
                    f"Der kan højst være {danish.amount(n, 'stedfortræder', 'stedfortrædere')}{each}."
                    if n
                    else "Antallet af stedfortrædere er nul."
                ),
            ),
            clause(
                "substitutes.is_per_member",
                rule.is_per_member,
                "om antallet gælder for hvert medlem",
                lambda yes: (
                    "Antallet regnes for hvert valgt medlem."
                    if yes
                    else "Antallet regnes for alle valgte medlemmer tilsammen."
                ),
            ),
            clause(
                "substitutes.are_ranked",
                rule.are_ranked,
                "om stedfortræderne har en rækkefølge",
                lambda yes: (
                    "Stedfortræderne træder ind i en fast rækkefølge."
                    if yes
                    else "Stedfortræderne har ingen fast rækkefølge."
                ),
            ),
        ),
    )


_SEAT_TIES = {Ties.LOT: "Har to eller flere lige mange stemmer til den sidste plads, trækkes der lod."}
_SUBSTITUTE_TIES = {Ties.LOT: "Har stedfortrædere lige mange stemmer, trækkes der lod om rækkefølgen."}


def _ties(r: Regulation) -> Article:
    ties = r.ties
    return Article(
        "Stemmelighed",
        "stemmelighed",
        (
            clause("ties.seats", ties.seats, "hvad der gælder ved stemmelighed", _SEAT_TIES.__getitem__),
            clause(
                "ties.substitutes",
                ties.substitutes,
                "hvad der gælder, når stedfortrædere har lige mange stemmer",
                _SUBSTITUTE_TIES.__getitem__,
            ),
            clause("ties.drawn_by", ties.drawn_by, "hvem der trækker lod", lambda who: f"Lod trækkes af {who}."),
        ),
    )
