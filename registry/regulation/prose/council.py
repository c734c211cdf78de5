"""The chapters on who sits in the council, how it meets, and the sources, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

from registry.regulation.choices import (
    BallotForm,
    Convener,
    DecisionTie,
    Majority,
    QuorumBase,
    QuorumPhrase,
    Route,
    TieRule,
)
from registry.regulation.council_rules import Composition, MeetingRules, PostRule, SeatGroupRule
from registry.regulation.prose import danish
from registry.regulation.prose.document import Article, Part, clause, known
from registry.regulation.rules import Regulation

_ROUTES = {
    Route.ELECTED: "Medlemmerne findes ved direkte valg.",
    Route.NOMINATED: "Medlemmerne udpeges efter indstilling.",
    Route.APPOINTED: "Medlemmerne udpeges uden indstilling.",
}
_CONVENERS = {
    Convener.SECRETARY: "Rådets sekretær indkalder til det konstituerende møde.",
    Convener.LONGEST_SERVING: "Det medlem, der har siddet længst, indkalder til det konstituerende møde.",
    Convener.OLDEST: "Det ældste medlem indkalder til det konstituerende møde.",
}
_QUORUM = {
    QuorumPhrase.AT_LEAST_HALF: "Rådet kan beslutte, når mindst halvdelen er til stede.",
    QuorumPhrase.MORE_THAN_HALF: "Rådet kan beslutte, når mere end halvdelen er til stede.",
}
_QUORUM_BASE = {
    QuorumBase.LEGAL_SIZE: "Halvdelen regnes af det fastsatte antal medlemmer, også når pladser står tomme.",
    QuorumBase.FILLED_SEATS: "Halvdelen regnes af de pladser, der er besat.",
}
_MAJORITIES = {
    Majority.PRESENT: "I de to første runder af et valg på mødet kræves flertal af de tilstedeværende.",
    Majority.CAST: "I de to første runder af et valg på mødet kræves flertal af de afgivne stemmer.",
    Majority.PLURALITY: "Ved et valg på mødet er den valgt, der får flest stemmer i én runde.",
}
_FORMS = {
    BallotForm.SHOW_OF_HANDS: "Der stemmes ved håndsoprækning.",
    BallotForm.NAMED: "Der stemmes skriftligt og med navn.",
    BallotForm.SECRET: "Der stemmes skriftligt og hemmeligt.",
}
_TIES = {
    TieRule.LOT: "Står stemmerne lige ved et valg på mødet, trækkes der lod.",
    TieRule.CHAIR_DECIDES: (
        "Står stemmerne lige ved et valg på mødet, afgør formanden det; er der endnu ingen, trækkes der lod."
    ),
}
_DECISION_TIES = {
    DecisionTie.CHAIR_DECIDES: "Står stemmerne lige om en beslutning, afgør formanden den.",
    DecisionTie.FALLS: "Står stemmerne lige om en beslutning, er forslaget faldet.",
}


def parts(r: Regulation) -> Iterator[Part]:
    """Chapters 10-12."""
    council, meetings = r.composition, r.meetings
    yield Part("Rådets sammensætning", "rådets sammensætning", tuple(_composition(council)) if council else ())
    yield Part("Rådets møder", "rådets møder", tuple(_meetings(r, meetings)) if meetings else ())
    if r.sources:
        yield Part("Kilder", "sine kilder", tuple(_sources(r)))


def _composition(council: Composition) -> Iterator[Article]:
    up_to = "op til " if known(council.is_maximum, False) else ""
    yield Article(
        "Medlemmer",
        "hvor mange medlemmer rådet har",
        (
            clause(
                "composition.legal_size",
                council.legal_size,
                "hvor mange medlemmer rådet har",
                lambda n: f"Rådet har {up_to}{danish.amount(n, 'medlem', 'medlemmer')} med stemmeret.",
            ),
            clause(
                "composition.is_maximum",
                council.is_maximum,
                "om der kan være færre",
                lambda yes: "Der kan være færre medlemmer." if yes else "Antallet ligger fast.",
            ),
            clause(
                "composition.must_reside",
                council.must_reside,
                "om medlemmerne skal bo i kommunen",
                lambda yes: (
                    "Et medlem skal bo i kommunen, så længe det sidder i rådet."
                    if yes
                    else "Et medlem behøver ikke bo i kommunen."
                ),
            ),
        ),
    )
    for group in council.groups:
        yield _group(group)


def _group(group: SeatGroupRule) -> Article:
    path = f"composition.groups.{group.code}"
    name = known(group.name, group.code)
    clauses = [
        clause(
            f"{path}.name",
            group.name,
            f"hvad gruppen {danish.quoted(group.code)} hedder",
            lambda words: f"En af rådets grupper er {danish.quoted(words)}.",
        ),
        clause(f"{path}.route", group.route, "hvordan gruppens medlemmer findes", _ROUTES.__getitem__),
        clause(
            f"{path}.nominated_by",
            group.nominated_by,
            "hvem der indstiller dem",
            lambda who: "Ingen indstiller dem." if who == "-" else f"De indstilles af {who}.",
        ),
        clause(
            f"{path}.has_vote",
            group.has_vote,
            "om gruppen har stemmeret i rådet",
            lambda yes: "De har stemmeret i rådet." if yes else "De har ikke stemmeret i rådet.",
        ),
    ]
    if group.seats is not None:
        seats = clause(
            f"{path}.seats",
            group.seats,
            "hvor mange pladser gruppen har",
            lambda n: f"Gruppen har {danish.amount(n, 'plads', 'pladser')}.",
        )
        clauses.insert(2, seats)
    return Article(f"Gruppen {danish.quoted(name)}", f"gruppen {danish.quoted(name)}", tuple(clauses))


def _meetings(r: Regulation, rules: MeetingRules) -> Iterator[Article]:
    yield Article(
        "Det konstituerende møde",
        "det konstituerende møde",
        (
            clause(
                "meetings.convened_by",
                rules.convened_by,
                "hvem der indkalder til det konstituerende møde",
                _CONVENERS.__getitem__,
            ),
            clause(
                "meetings.notice_days",
                rules.notice_days,
                "hvor lang tid før mødet indkaldelsen sendes",
                lambda n: f"Indkaldelsen sendes mindst {danish.amount(n, 'dag', 'dage')} før.",
            ),
            clause("meetings.majority", rules.majority, "hvilket flertal der kræves", _MAJORITIES.__getitem__),
            clause("meetings.ballot_form", rules.ballot_form, "hvordan der stemmes på mødet", _FORMS.__getitem__),
            clause("meetings.tie", rules.tie, "hvad der gælder, når stemmerne står lige", _TIES.__getitem__),
            clause(
                "meetings.must_accept",
                rules.must_accept,
                "om den valgte skal tage imod valget",
                lambda yes: (
                    "Den, der er valgt til en post, skal tage imod valget."
                    if yes
                    else "Den, der er valgt til en post, kan sige nej."
                ),
            ),
        ),
    )
    yield from (_post(r, post) for post in rules.posts)
    yield _ordinary_meetings(rules)


def _post(r: Regulation, post: PostRule) -> Article:
    path = f"meetings.posts.{post.code}"
    name = known(post.name, post.code)
    return Article(
        f"Posten {danish.quoted(name)}",
        f"posten {danish.quoted(name)}",
        (
            clause(
                f"{path}.name",
                post.name,
                f"hvad posten {danish.quoted(post.code)} hedder",
                lambda words: f"Rådet vælger en post som {words} blandt sine medlemmer.",
            ),
            clause(
                f"{path}.open_to",
                post.open_to,
                "hvem der kan vælges til posten",
                lambda groups: (
                    f"Kun medlemmer af {danish.listed(_name_of(r, code) for code in groups)} kan vælges."
                    if groups
                    else "Alle medlemmer kan vælges."
                ),
            ),
            clause(
                f"{path}.unless_held",
                post.unless_held,
                "om posten kan falde bort",
                lambda yes: (
                    "Posten falder bort, når et af de medlemmer allerede har en anden post."
                    if yes
                    else "Posten besættes altid."
                ),
            ),
        ),
    )


def _name_of(r: Regulation, code: str) -> str:
    group = r.composition.group(code) if r.composition else None
    return f"gruppen {danish.quoted(known(group.name, code) if group else code)}"


def _ordinary_meetings(rules: MeetingRules) -> Article:
    return Article(
        "Rådets øvrige møder",
        "rådets øvrige møder",
        (
            clause("meetings.quorum", rules.quorum, "hvor mange der skal være til stede", _QUORUM.__getitem__),
            clause(
                "meetings.quorum_base", rules.quorum_base, "hvad halvdelen regnes af", _QUORUM_BASE.__getitem__
            ),
            clause(
                "meetings.decision_tie",
                rules.decision_tie,
                "hvad der gælder, når stemmerne står lige om en beslutning",
                _DECISION_TIES.__getitem__,
            ),
            clause(
                "meetings.agenda_days",
                rules.agenda_days,
                "hvornår dagsordenen sendes",
                lambda n: f"Dagsordenen sendes mindst {danish.amount(n, 'dag', 'dage')} før et møde.",
            ),
            clause(
                "meetings.rhythm",
                rules.rhythm,
                "hvor tit rådet mødes",
                lambda words: f"Om mødernes hyppighed gælder: {words}.",
            ),
            clause(
                "meetings.meetings_per_year",
                rules.meetings_per_year,
                "hvor mange møder der er om året",
                lambda n: f"Der er mindst {danish.amount(n, 'møde', 'møder')} om året.",
            ),
            clause(
                "meetings.rules_adopted_by",
                rules.rules_adopted_by,
                "hvem der vedtager forretningsordenen",
                lambda who: f"Forretningsordenen vedtages af {who}.",
            ),
        ),
    )


def _sources(r: Regulation) -> Iterator[Article]:
    for document in r.sources:
        path = f"sources.{document.code}"
        yield Article(
            f"Kilden {danish.quoted(document.code)}",
            f"kilden {danish.quoted(document.code)}",
            (
                clause(
                    f"{path}.title",
                    document.title,
                    "hvad dokumentet hedder",
                    lambda words: f"Regulativet er dannet efter {danish.quoted(words)}.",
                ),
                clause(
                    f"{path}.version",
                    document.version,
                    "hvilken udgave det er",
                    lambda words: (
                        "Dokumentet har ingen udgave eller dato." if words == "-" else f"Udgave: {words}."
                    ),
                ),
            ),
        )
