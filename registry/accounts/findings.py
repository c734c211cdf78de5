"""What a citizen who signs in or asks can be refused."""

from __future__ import annotations

from registry.findings import finding_kind

MITID_IS_OFF = finding_kind(
    "R030", "Man kan ikke logge ind med MitID her. Intet er gemt. Henvend dig til valgkontoret."
)
MITID_FAILED = finding_kind(
    "R031", "Det lykkedes ikke at logge ind. Intet er gemt. Gå tilbage, og prøv forfra. Brug kun ét vindue."
)
MITID_TOO_WEAK = finding_kind(
    "R032",
    "Dit MitID har et lavere sikringsniveau, end der kræves her. Intet er gemt. "
    "Brug MitID-appen, eller henvend dig til valgkontoret.",
)
MITID_WITHOUT_CPR = finding_kind(
    "R033",
    "Vi fik ikke dit CPR-nummer fra MitID og kan derfor ikke finde dig. Intet er gemt. "
    "Prøv igen, og giv lov til det, eller henvend dig til valgkontoret.",
)
MITID_CANCELLED = finding_kind("R034", "Du afbrød, så du er ikke logget ind. Intet er gemt. Du kan prøve igen.")
MITID_DOES_NOT_ANSWER = finding_kind(
    "R035", "MitID svarer ikke lige nu. Intet er gemt. Prøv igen om lidt, eller henvend dig til valgkontoret."
)
ASKED_TOO_OFTEN = finding_kind(
    "R036",
    "Der er spurgt for mange gange. Intet er slået op. Prøv igen om {minutes} minutter, "
    "eller henvend dig til valgkontoret.",
)
