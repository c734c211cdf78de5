"""What the law says against a regulation (`F…`), and what it makes one look at again (`W…`)."""

from __future__ import annotations

from registry.findings import finding_kind

ROTATION_AT_ONE_STATION = finding_kind(
    "W480",
    "Rækkefølgen på stemmesedlen skifter fra stemmested til stemmested ({path}), men regulativet har kun ét "
    "stemmested, så alle får samme rækkefølge. Vælg lodtrækning, eller skriv alle stemmestederne "
    "(polling.stations).",
)
TOO_FEW_MEMBERS = finding_kind(
    "F460",
    "Rådet har {members} medlemmer ({path}), men {section} kræver mindst {least}. Sæt antallet op, eller vælg "
    "en periode, som den bestemmelse ikke gælder for.",
)
NO_RESIDENCE = finding_kind(
    "F461",
    "Medlemmer behøver ikke bo i kommunen ({path}), men {section} kræver det. Skriv, at medlemmer skal bo i "
    "kommunen.",
)
NOT_BY_MUNICIPAL_COUNCIL = finding_kind(
    "F462",
    "“{body}” står som den, der afgør det ({path}), men efter {section} er det kommunalbestyrelsen. Et "
    "direkte valg er vejledende og binder den ikke. Skriv kommunalbestyrelsen.",
)
TERM_TOO_LONG = finding_kind(
    "F463",
    "Perioden er længere end fire år ({path}), men {section} giver højst fire år. Ret den dag, perioden slutter.",
)
NO_DIRECT_ELECTION = finding_kind(
    "F464",
    "Medlemmer findes på en anden måde end ved direkte valg ({path}), men {section} kræver direkte valg af "
    "alle. Lad alle pladser være valgt.",
)
WRONG_AGE = finding_kind(
    "F465",
    "Alderen er {age} år ({path}), men {section} giver alle, der er fyldt 60 år, valgret og valgbarhed. Skriv 60.",
)
MORE_THAN_LAW_ASKS = finding_kind(
    "F466",
    "Regulativet kræver mere end alder og bopæl ({path}), men {section} giver alle over 60 år i kommunen "
    "valgret og valgbarhed. Fjern kravet.",
)
NO_LISTS = finding_kind(
    "F467",
    "Der kan stilles op på lister eller indgås valgforbund ({path}), men {section} forbyder det. Skriv false.",
)
CANCELLED_TOO_LATE = finding_kind(
    "F468",
    "Afstemningen kan aflyses på grundlag af kandidater, der kommer senere end fire uger før valgdagen "
    "({path}); efter {section} er det fire uger før, der afgøres, om der er flere kandidater end pladser. Ret "
    "fristen til 28 dage før eller tidligere.",
)
OWN_RULES_OF_PROCEDURE = finding_kind(
    "F469",
    "“{body}” vedtager forretningsordenen ({path}), men efter {section} fastsætter rådet den selv. Skriv "
    "rådets navn.",
)
LEFT_TO_A_COMMITTEE = finding_kind(
    "W470",
    "“{body}” afgør det ({path}); {section} giver opgaven til kommunalbestyrelsen. Se efter, at den har ladet "
    "udvalget eller forvaltningen gøre det, og skriv beslutningen som kilde.",
)
OTHER_TERM = finding_kind(
    "W471",
    "Perioden {period} er ikke den kommunale valgperiode ({path}), som rådets periode følger efter {section}. "
    "Forklar hvorfor.",
)
ALL_ELECTED = finding_kind(
    "W472",
    "Alle pladser i rådet besættes ved direkte valg ({path}); {section} ville have medlemmer fra flygtninge- "
    "og indvandrerforeninger, skolebestyrelser og lokale foreninger. Forklar, hvordan det er opfyldt.",
)
RESERVED_IN_A_SENIORS_COUNCIL = finding_kind(
    "W473",
    "Pladser er forbeholdt grupper eller områder ({path}). Loven nævner det ikke; Danske Ældreråd siger, at "
    "det er i strid med direkte valg ({section}), men der findes råd, der gør det. Forklar hvorfor.",
)
SEVERAL_VOTES = finding_kind(
    "W474",
    "Hver vælger har {votes} stemmer ({path}). Danske Ældreråd siger én stemme til hver ({section}). Forklar "
    "hvorfor.",
)
MORE_SUBSTITUTES = finding_kind(
    "W475",
    "Der kan være flere stedfortrædere end medlemmer ({path}); {section} giver én for hvert medlem. Forklar "
    "hvorfor.",
)
NOT_THE_COMPOSITION = finding_kind(
    "W476",
    "Grupperne med stemmeret har tilsammen {seats} pladser, men rådet har {members} ({path}). Regulativet "
    "bruges, som det står, og beslutningsdygtighed regnes af {members}. Ret tallet, eller forklar forskellen "
    "med kilden.",
)
BORROWED = finding_kind(
    "W477",
    "{values} værdier, den første {path}, har kun kommunal- og regionalvalgloven som kilde. Den gælder ikke "
    "for dette råd af sig selv, kun fordi regulativet siger det. Se efter, at det organ, der vedtager "
    "regulativet, vil det.",
)
TIME_UNKNOWN = finding_kind(
    "W478",
    "Det kan ikke siges, hvilken udgave af loven der gælder, for regulativet siger hverken, hvornår perioden "
    "begynder, eller fra hvornår det gælder ({path}). Skriv den ene af dagene.",
)
APPOINTED_SENIORS = finding_kind(
    "W479",
    "“{body}” udpeger medlemmerne ({path}), men efter {section} vælges de ved direkte valg, og valget binder. "
    "Forklar, at udpegningen kun er en bekræftelse.",
)

DENMARK_OUTSIDE = finding_kind(
    "W450",
    "Danmark hører ikke til landekredsen ({path}), så enhver, der er født i Danmark, opfylder kravet om baggrund. "
    "Føj DK til outside_countries, eller forklar, at det er meningen.",
)
