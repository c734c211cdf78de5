"""The articles on the count: where, what must be explained, which papers are invalid."""

from __future__ import annotations

from registry.regulation.choices import CountPlace
from registry.regulation.prose import danish
from registry.regulation.prose.document import Article, clause, leading_in
from registry.regulation.rules import Regulation

_COUNTED_AT = {
    CountPlace.STATION: "Stemmerne tælles på stemmestedet.",
    CountPlace.CENTRAL: "Stemmerne tælles samlet ét sted.",
}


def articles(r: Regulation) -> tuple[Article, ...]:
    return (_count(r), _explained(r), _invalid(r))


def _count(r: Regulation) -> Article:
    return Article(
        "Optælling",
        "hvordan der tælles",
        (
            clause("polling.counted_at", r.polling.counted_at, "hvor der tælles", _COUNTED_AT.__getitem__),
            clause(
                "polling.has_preliminary_count",
                r.polling.has_preliminary_count,
                "om der også er en foreløbig optælling",
                lambda yes: (
                    "Der er både en foreløbig og en endelig optælling."
                    if yes
                    else "Der er ingen foreløbig optælling; den første optælling er den endelige."
                ),
            ),
            clause(
                "counting.small_count",
                r.counting.small_count,
                "hvornår få stemmer tælles sammen med et andet steds",
                lambda n: (
                    f"Er der færre end {danish.amount(n, 'stemme', 'stemmer')} ét sted, tælles de sammen med et "
                    "andet stemmesteds."
                    if n
                    else "Også få stemmer fra ét sted tælles for sig."
                ),
            ),
        ),
    )


def _explained(r: Regulation) -> Article:
    rule, plausibility = r.counting, r.plausibility
    return Article(
        "Tal, der skal forklares",
        "hvilke tal der skal forklares",
        (
            clause(
                "counting.blanks_limit_per_mille",
                rule.blanks_limit_per_mille,
                "hvornår mange blanke stemmer skal forklares",
                lambda n: f"Er over {n} promille af stemmesedlerne blanke, skal det forklares.",
            ),
            clause(
                "counting.invalid_limit_per_mille",
                rule.invalid_limit_per_mille,
                "hvornår mange ugyldige stemmer skal forklares",
                lambda n: f"Er over {n} promille af stemmesedlerne ugyldige, skal det forklares.",
            ),
            clause(
                "plausibility.difference_limit",
                plausibility.difference_limit,
                "hvornår for få eller for mange stemmesedler skal forklares",
                lambda n: (
                    f"Er der over {danish.amount(n, 'stemmeseddel', 'stemmesedler')} for få eller for mange, "
                    "skal det forklares."
                    if n
                    else "Hver stemmeseddel for lidt eller for meget skal forklares."
                ),
            ),
            clause(
                "plausibility.outlier_times",
                plausibility.outlier_times,
                "hvornår et sted skiller sig ud",
                lambda n: (
                    f"Er andelen af blanke og ugyldige på ét stemmested over {n} gange så stor som på de andre, "
                    "skal det forklares."
                ),
            ),
            clause(
                "plausibility.outlier_least",
                plausibility.outlier_least,
                "hvor få blanke og ugyldige der ikke siger noget",
                lambda n: f"Færre end {n} blanke og ugyldige på et sted skal ikke forklares på den måde.",
            ),
        ),
    )


def _invalid(r: Regulation) -> Article:
    grounds = r.counting.invalid_grounds
    return Article(
        "Ugyldige stemmesedler",
        "hvilke stemmesedler der er ugyldige",
        (
            leading_in("En stemmeseddel er ugyldig af en af disse grunde. Er der flere, gælder den første."),
            *(
                clause(
                    f"counting.invalid_grounds.{ground.code}",
                    ground.text,
                    f"hvad grunden {danish.quoted(ground.code)} er",
                    lambda words, number=number: f"{number}. grund: {words}.",  # type: ignore[misc]
                )
                for number, ground in enumerate(grounds, start=1)
            ),
        ),
    )
