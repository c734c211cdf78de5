"""The chapters on the council and on who may vote and stand, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

from registry.regulation.choices import (
    CouncilKind,
    OriginRule,
    PollingKind,
    Residence,
    State,
)
from registry.regulation.prose import danish
from registry.regulation.prose.document import Article, Clause, Part, clause
from registry.regulation.rules import Regulation, RightRule

_KINDS = {
    CouncilKind.INTEGRATION: "Rådet er et integrationsråd.",
    CouncilKind.SENIORS: "Rådet er et ældreråd eller seniorråd.",
    CouncilKind.ASSOCIATION: "Rådet er en forening.",
}
_STATES = {
    State.DRAFT: "Regulativet er et udkast.",
    State.APPROVED: "Regulativet er vedtaget.",
    State.IN_FORCE: "Regulativet er gældende.",
    State.SUPERSEDED: "Regulativet er afløst af et nyere.",
}
_POLLS = {
    PollingKind.MEETING: "Medlemmer vælges på et valgmøde.",
    PollingKind.STATIONS: "Medlemmer vælges ved afstemning på stemmesteder.",
    PollingKind.LETTERS: "Medlemmer vælges ved afstemning med brev.",
    PollingKind.NONE: "Ingen medlemmer vælges ved direkte valg.",
}
_ORIGINS = {
    OriginRule.NONE: "Der er intet krav om baggrund.",
    OriginRule.SELF: "Man skal selv være født uden for landekredsen.",
    OriginRule.SELF_OR_ONE_PARENT: (
        "Man skal selv være født uden for landekredsen, eller mindst én af ens forældre skal være det."
    ),
    OriginRule.SELF_OR_BOTH_PARENTS: (
        "Man skal selv være født uden for landekredsen, eller begge ens forældre skal være det."
    ),
    OriginRule.STATISTICAL: "Man skal være indvandrer eller efterkommer, som Danmarks Statistik definerer det.",
    OriginRule.DECLARATION: "Man skal have udenlandsk baggrund og selv erklære det.",
}
_RESIDENCE = {Residence.MUNICIPALITY: "Man skal bo i kommunen."}


def parts(r: Regulation) -> Iterator[Part]:
    """Chapters 1 and 2."""
    yield Part("Rådet og grundlaget", "rådet og grundlaget", (_council(r), _basis(r)))
    yield Part(
        "Valgret og valgbarhed",
        "valgret og valgbarhed",
        (
            Article("Valgret", "hvem der kan stemme", tuple(_right("right_to_vote", r.right_to_vote, "stemme"))),
            Article("Valgbarhed", "hvem der kan stille op", tuple(_stand(r))),
        ),
        is_of_the_election=True,
    )


def _council(r: Regulation) -> Article:
    council, municipality = r.council, r.municipality
    return Article(
        "Rådet",
        "rådet",
        (
            clause("title", r.title, "hvad det hedder", lambda t: f"Regulativet hedder {danish.quoted(t)}."),
            clause("council.name", council.name, "hvilket råd det gælder for", lambda n: f"Det gælder for {n}."),
            clause("council.kind", council.kind, "hvad slags råd det er", _KINDS.__getitem__),
            clause(
                "municipality.name",
                municipality.name,
                "hvilken kommune rådet hører til",
                lambda n: f"Rådet hører til {n}.",
            ),
            clause(
                "municipality.code",
                municipality.code,
                "hvilket nummer kommunen har",
                lambda code: f"Kommunens nummer er {code}.",
            ),
            clause(
                "council.id",
                council.id,
                "hvad rådet hedder i adresser på nettet",
                lambda name: f"I adresser på nettet hedder rådet {danish.quoted(name)}.",
            ),
            clause("polling.kind", r.polling.kind, "hvordan der stemmes", _POLLS.__getitem__),
        ),
    )


def _basis(r: Regulation) -> Article:
    basis = r.basis
    return Article(
        "Grundlag",
        "sit grundlag",
        (
            clause("basis.act", basis.act, "hvilken lov det bygger på", lambda a: f"Det bygger på {a}."),
            clause("basis.amending_act", basis.amending_act, "hvilken ændringslov der gælder", _amending),
            clause(
                "basis.adopted_by",
                basis.adopted_by,
                "hvem der har vedtaget det",
                lambda b: f"Det er vedtaget af {b}.",
            ),
            clause(
                "basis.adopted_on",
                basis.adopted_on,
                "hvornår det er vedtaget",
                lambda on: f"Det er vedtaget den {danish.day(on)}.",
            ),
            clause(
                "basis.valid_from_on",
                basis.valid_from_on,
                "hvornår det gælder fra",
                lambda on: f"Det gælder fra den {danish.day(on)}.",
            ),
            clause(
                "basis.valid_to_on",
                basis.valid_to_on,
                "hvor længe det gælder",
                lambda on: f"Det gælder til og med den {danish.day(on)}.",
            ),
            clause("basis.state", basis.state, "om det er vedtaget", _STATES.__getitem__),
        ),
    )


def _amending(act: str) -> str:
    return "Ingen ændringslov er nævnt." if act == "-" else f"Loven har fået sin ordlyd ved {act}."


def _right(path: str, rule: RightRule, may: str) -> Iterator[Clause]:
    yield clause(
        f"{path}.minimum_age",
        rule.minimum_age,
        f"hvor gammel man skal være for at {may}",
        lambda age: (
            f"For at {may} skal man være fyldt {age} år på valgdagen."
            if age
            else f"Der er ingen aldersgrænse for at {may}."
        ),
    )
    yield clause(f"{path}.residence", rule.residence, "hvor man skal bo", _RESIDENCE.__getitem__)
    yield clause(
        f"{path}.years_in_realm",
        rule.years_in_realm,
        "hvor længe man skal have boet i riget",
        lambda years: (
            f"Man skal have boet uafbrudt i riget i {years} år på valgdagen."
            if years
            else "Man behøver ikke have boet i riget i et bestemt antal år."
        ),
    )
    yield clause(f"{path}.origin", rule.origin, "hvilken baggrund man skal have", _ORIGINS.__getitem__)
    yield from _countries(path, rule)
    yield clause(
        f"{path}.is_declaration_allowed",
        rule.is_declaration_allowed,
        "om en egen erklæring er nok",
        lambda is_enough: (
            "Når registret ikke ved det, er ens egen erklæring om baggrund nok."
            if is_enough
            else "En egen erklæring om baggrund kan ikke bruges i stedet for registret."
        ),
    )


def _countries(path: str, rule: RightRule) -> Iterator[Clause]:
    yield clause(
        f"{path}.outside_groups",
        rule.outside_groups,
        "hvilke landegrupper der hører til landekredsen",
        lambda groups: (
            f"Til landekredsen hører {danish.listed(map(danish.group, groups))}, som de er på valgdagen."
            if groups
            else "Reglen nævner ingen landegrupper."
        ),
    )
    yield clause(
        f"{path}.outside_countries",
        rule.outside_countries,
        "hvilke enkelte lande der hører til landekredsen",
        lambda countries: (
            f"Desuden hører {danish.listed(map(danish.country, countries))} til landekredsen."
            if countries
            else "Reglen nævner ingen enkelte lande uden for landegrupper."
        ),
    )
    yield clause(
        f"{path}.outside_name",
        rule.outside_name,
        "hvad lande uden for landekredsen kaldes",
        lambda name: (
            "Lande uden for en landekreds har intet særligt navn."
            if name == "-"
            else f"Lande uden for landekredsen kaldes {danish.quoted(name)}."
        ),
    )
    yield clause(
        f"{path}.or_born_or_parent_born_in",
        rule.or_born_or_parent_born_in,
        "om nogen lande altid opfylder kravet om baggrund",
        lambda countries: (
            f"Den, der selv er født i {danish.listed(map(danish.country, countries))} eller har en forælder, "
            "der er det, opfylder altid kravet om baggrund."
            if countries
            else "Intet land opfylder altid kravet om baggrund."
        ),
    )


def _stand(r: Regulation) -> Iterator[Clause]:
    yield clause(
        "right_to_stand.same_as_vote",
        r.right_to_stand.same_as_vote,
        "om kravene er de samme som for at stemme",
        lambda is_same: (
            "Den, der kan stemme, kan også stille op."
            if is_same
            else "For at stille op gælder andre krav end for at stemme."
        ),
    )
    if r.right_to_stand.own is not None:
        yield from _right("right_to_stand.own", r.right_to_stand.own, "stille op")
