"""The chapter on what follows the election: complaints, appointment, term, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

from registry.regulation.prose import danish
from registry.regulation.prose.document import Article, Clause, Part, clause
from registry.regulation.rules import Regulation


def parts(r: Regulation) -> Iterator[Part]:
    """Chapter 9."""
    yield Part("Efter valget", "hvad der sker efter valget", (_complaints(r), _appointment(r), _term(r)))


def _complaints(r: Regulation) -> Article:
    after = r.after
    return Article(
        "Klage og destruktion",
        "klage over valget",
        (
            clause(
                "after.complaint_until",
                after.complaint_until,
                "hvor længe man kan klage",
                lambda when: f"Man kan klage over valget indtil {danish.moment(when)}.",
            ),
            clause(
                "after.complaint_to", after.complaint_to, "hvem man klager til", lambda to: f"Man klager til {to}."
            ),
            clause(
                "after.destroy_roll_from",
                after.destroy_roll_from,
                "hvornår valgliste og stemmesedler destrueres",
                lambda when: (
                    f"Valgliste og stemmesedler kan destrueres fra {danish.moment(when)}, når alle klager er "
                    "afgjort."
                ),
            ),
        ),
    )


def _appointment(r: Regulation) -> Article:
    after = r.after
    return Article(
        "Udpegning",
        "udpegningen af medlemmerne",
        (
            clause("after.appointed_by", after.appointed_by, "hvem der udpeger medlemmerne", _appointed),
            clause(
                "after.appointed_in_month",
                after.appointed_in_month,
                "hvornår medlemmerne udpeges",
                lambda number: f"De udpeges i {danish.month(number)}.",
            ),
            *_replacement(r),
        ),
    )


def _appointed(body: str) -> str:
    return "Medlemmerne udpeges ikke; valget er nok." if body == "-" else f"Medlemmerne udpeges af {body}."


def _replacement(r: Regulation) -> Iterator[Clause]:
    after = r.after
    yield clause(
        "after.replacement_nominated_by",
        after.replacement_nominated_by,
        "hvem der indstiller et nyt medlem i perioden",
        lambda who: (
            "Ingen indstiller et nyt medlem i perioden."
            if who == "-"
            else f"Skal et medlem skiftes ud i perioden, indstilles det nye af {who}."
        ),
    )
    yield clause(
        "after.replacement_approved_by",
        after.replacement_approved_by,
        "hvem der godkender et nyt medlem i perioden",
        lambda who: (
            "Ingen skal godkende et nyt medlem i perioden."
            if who == "-"
            else f"Et nyt medlem i perioden godkendes af {who}."
        ),
    )


def _term(r: Regulation) -> Article:
    after = r.after
    return Article(
        "Rådets periode",
        "rådets periode",
        (
            clause(
                "after.term_starts_on",
                after.term_starts_on,
                "hvornår rådets periode begynder",
                lambda on: f"Rådets periode begynder den {danish.day(on)}.",
            ),
            clause(
                "after.term_ends_on",
                after.term_ends_on,
                "hvornår rådets periode slutter",
                lambda on: f"Den slutter den {danish.day(on)}.",
            ),
            clause(
                "after.constitutive_meeting_by",
                after.constitutive_meeting_by,
                "hvornår rådet senest konstituerer sig",
                lambda when: f"Det konstituerende møde er holdt senest {danish.moment(when)}.",
            ),
        ),
    )
