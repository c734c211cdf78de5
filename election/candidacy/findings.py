"""What the rules of candidacies say when something cannot be done."""

from __future__ import annotations

from registry.findings import finding_kind

BALLOT_NAME_FORM = finding_kind(
    "R200",
    "Navnet på stemmesedlen skal være på {least}–{most} bogstaver og må ikke have tal eller titler. "
    "Anmeldelsen er ikke ændret. Ret navnet, og send igen.",
)
BALLOT_NAME_TAKEN = finding_kind(
    "R201",
    "En anden godkendt kandidat står allerede som “{name}”. Anmeldelsen er ikke afgjort. "
    "Aftal et andet navn med kandidaten.",
)
ALREADY_REGISTERED = finding_kind(
    "R202", "Der er allerede en anmeldelse for denne person (nr. {number}). Intet er ændret. Ret den i stedet."
)
NO_SUCH_CANDIDACY = finding_kind("R203", "Anmeldelsen findes ikke her. Intet er ændret.")
WRONG_STATE = finding_kind(
    "R204", "Anmeldelsen er “{state}”, så det kan ikke gøres nu. Intet er ændret. Hent siden igen."
)
LISTS_NOT_ALLOWED = finding_kind("R205", "Valget har ingen lister. Anmeldelsen er ikke gemt. Fjern listen.")
LIST_NEEDED = finding_kind("R206", "Valget er på lister. Anmeldelsen er ikke gemt. Vælg en liste.")
CPR_FORM = finding_kind(
    "R207", "CPR-nummeret skal være ti cifre. Anmeldelsen er ikke gemt. Ret nummeret, og send igen."
)
TOO_MANY_SUPPORTERS = finding_kind(
    "R208", "Der må højst være {most} stillere. Anmeldelsen er ikke gemt. Fjern nogle, og send igen."
)
UNDECIDED = finding_kind("R209", "{number} anmeldelser mangler en afgørelse. Intet er ændret. Afgør dem først.")
NO_CANDIDATES = finding_kind("R210", "Der er ingen godkendte kandidater. Intet er ændret.")
NO_BALLOT_ORDER = finding_kind(
    "R211", "Rækkefølgen på stemmesedlen er ikke afgjort. Intet er ændret. Træk lod om den først."
)
NOT_UNCONTESTED = finding_kind(
    "R212", "Der er {candidates} kandidater til {seats} pladser, så der skal stemmes. Intet er ændret."
)
UNCONTESTED_NOT_ALLOWED = finding_kind(
    "R213", "Regulativet tillader ikke at aflyse afstemningen. Der skal stemmes. Intet er ændret."
)
TOO_LATE_TO_CANCEL = finding_kind(
    "R214", "Afstemningen kunne senest aflyses {latest}. Der skal stemmes. Intet er ændret."
)
WITHDRAWAL_TOO_LATE = finding_kind(
    "R215", "Anmeldelsen kunne senest trækkes tilbage {latest}. Den står ved magt. Tal med valgkontoret."
)
HOLDS_A_ROLE = finding_kind(
    "R217",
    "Kandidaten {name} arbejder selv ved valget ({role}). Intet er ændret. Giv opgaven til en anden først.",
)
ORDER_INCOMPLETE = finding_kind(
    "R218", "Lodtrækningen om rækkefølgen skal nævne alle godkendte kandidater én gang. Den er ikke gemt."
)

LATE_IS_REFUSED = finding_kind(
    "R219",
    "Anmeldelsen kom efter fristen, og efter regulativet kan den ikke godkendes. Den er ikke ændret. Afvis den.",
)
TOO_LATE_TO_MEND = finding_kind(
    "R221", "Mangler kunne senest rettes {latest}. Anmeldelsen er ikke ændret. Kontakt valgkontoret."
)
ORDER_IS_SETTLED = finding_kind(
    "R222", "Rækkefølgen på stemmesedlen er allerede lodtrukket {at}. Lodtrækningen er ikke gemt."
)
BEFORE_THE_DEADLINE = finding_kind(
    "R223",
    "Fristen for at anmelde sig er først {at}. Der er stadig åbent. Luk efter fristen.",
)
CHANGED_BY_YOU = finding_kind(
    "R224",
    "Det er ændret i et andet vindue, efter at du åbnede siden. Det, du har skrevet, er ikke gemt, "
    "men står her endnu. "
    "Se, hvad der er gemt nu, og gem igen, hvis dit skal gælde.",
)
SAME_PERSON = finding_kind(
    "R225",
    "En afvisning skal bekræftes af en anden end den, der har indstillet den. Intet er ændret. Bed en kollega.",
)
NO_REFUSAL_PROPOSED = finding_kind(
    "R226", "Anmeldelsen er ikke indstillet til afvisning. Intet er ændret. Hent siden igen."
)
REFUSAL_IS_PROPOSED = finding_kind(
    "R227",
    "Anmeldelsen er indstillet til afvisning og venter på en anden person. Intet er ændret. "
    "Bekræft indstillingen, eller tag den tilbage først.",
)
NOT_ONE_LIST = finding_kind(
    "R228",
    "Kandidaten står på flere lister ({lists}) og kan kun stå på én. Anmeldelsen er ikke godkendt. "
    "Lad kandidaten vælge.",
)
NAME_IS_PROTECTED = finding_kind(
    "R229",
    "Kandidatens navn er beskyttet, og kandidaten har ikke sagt ja til, at det bliver offentligt. "
    "Anmeldelsen er ikke godkendt. Bed kandidaten om at sige ja, eller at trække sig.",
)
BAD_EXTENSION = finding_kind(
    "R230",
    "En forlænget frist skal ligge efter den, der gælder ({at}), og før valgdagen, og fristerne skal "
    "komme i orden. "
    "Intet er ændret. Ret datoerne.",
)
TEXT_TOO_LONG = finding_kind(
    "R231", "Teksten er {length} tegn. Der er plads til {most}. Den er ikke gemt. Forkort den, og gem igen."
)
NO_SUCH_LANGUAGE = finding_kind("R232", "Sproget findes ikke her. Intet er ændret. Vælg et fra listen.")
NOTHING_TO_COMPLAIN_OF = finding_kind(
    "R233", "Der er ikke truffet en afgørelse, som der kan klages over. Intet er ændret."
)
NO_DEFECT_NAMED = finding_kind("R234", "Skriv mindst én ting, som kandidaten skal rette. Intet er ændret.")
LINK_IS_USED_UP = finding_kind(
    "R235",
    "Linket er brugt, eller det er for gammelt. Intet er ændret. Bed om et nyt, eller log ind.",
)

NOT_AN_EMAIL = finding_kind(
    "R236", "Det er ikke en e-mailadresse. Den er ikke gemt. Ret den, eller lad feltet være tomt."
)
SECTION_MISSING = finding_kind("R237", "Skriv den bestemmelse, som afvisningen hviler på. Intet er ændret.")
NOT_WILLING = finding_kind(
    "R238",
    "Kandidaten har ikke erklæret at ville vælges. Anmeldelsen er ikke godkendt. Send den tilbage, og bed om det.",
)
TOO_FEW_SUPPORTERS = finding_kind(
    "R239",
    "Der tæller {number} stillere, og der kræves {least}. Anmeldelsen er ikke godkendt. Send den tilbage, eller "
    "skriv, hvorfor den alligevel skal godkendes.",
)

SUPPORTS_ONESELF = finding_kind(
    "R240", "Man kan ikke være stiller for sig selv. Din støtte er ikke gemt. Bed en anden."
)
SUPPORTS_ANOTHER = finding_kind(
    "R241",
    "Du er allerede stiller for {name}, og man kan kun være stiller for én. Din støtte er ikke gemt. "
    "Tag den anden tilbage først, hvis du vil skifte.",
)
SUPPORTS_ALREADY = finding_kind("R242", "Du er allerede stiller for {name}. Intet er ændret.")
ENOUGH_SUPPORTERS = finding_kind(
    "R243", "{name} har det antal stillere, der højst må være ({most}). Din støtte er ikke gemt."
)
NO_SUPPORT_TO_TAKE_BACK = finding_kind("R244", "Du er ikke stiller for kandidaten. Intet er ændret.")
SUPPORT_IS_CLOSED = finding_kind(
    "R245", "Der kan ikke længere ændres på stillere for denne kandidat. Intet er ændret. Kontakt valgkontoret."
)
OWN_REFUSAL = finding_kind(
    "R247",
    "Den, der har indstillet eller bekræftet afvisningen, afgør ikke klagen. Intet er ændret. "
    "Bed en anden i valgbestyrelsen.",
)
NO_SUPPORTERS_HERE = finding_kind("R246", "Der kræves ingen stillere ved dette valg. Intet er ændret.")
NOT_ON_THAT_LIST = finding_kind(
    "R270",
    "Kandidaten har valgt listen {list}, men står ikke blandt de navne (højst {most}), som listen har. "
    "Anmeldelsen er ikke godkendt. Tal med listen og med kandidaten.",
)
