"""Every line in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("da", "en")
REJECTED = {"da": "AFVIST", "en": "REJECTED"}

TEXTS: Mapping[str, tuple[str, str]] = {
    "container": (
        "Arkivet er hver eneste byte, som dets {files} filer giver.",
        "The archive is exactly the bytes that its {files} files give.",
    ),
    "hashes": (
        "Alle {files} filer har det fingeraftryk, som indholdslisten siger.",
        "All {files} files have the fingerprint that the manifest says.",
    ),
    "signed": (
        "Valgbog og indholdsliste er underskrevet med nøglen {key}.",
        "Record and manifest are signed with the key {key}.",
    ),
    "key_as_printed": (
        "Nøglen er den, du har opgivet.",
        "The key is the one you named.",
    ),
    "compare_key": (
        "Sammenlign nøglen med den trykte valgbog, eller opgiv den med --key.",
        "Compare the key with the printed record, or name it with --key.",
    ),
    "election": (
        "{municipality}, {council}, valget den {day}: attestation nr. {revision}, {approved_at}, "
        "af {requested_by} og {approved_by}.",
        "{municipality}, {council}, election of {day}: certification no. {revision}, {approved_at}, "
        "by {requested_by} and {approved_by}.",
    ),
    "not_live": (
        "OBS: det er en prøve ({kind}) uden gyldighed.",
        "NOTE: this is a trial ({kind}) without validity.",
    ),
    "correction": ("Rettelse, fordi: {reason}", "A correction, because: {reason}"),
    "state": (
        "Det, der blev godkendt, er det, der blev anmodet om.",
        "What was approved is what was requested.",
    ),
    "sums": (
        "Stemmerne går op på {blocks} (grupper af) stemmesteder og giver det, der er talt op: {papers} sedler.",
        "The votes add up at {blocks} (groups of) stations and make what was counted: {papers} papers.",
    ),
    "ledger": (
        "Regnskabet over stemmesedler går op; {explained} afvigelser er forklaret.",
        "The ledger of papers adds up; {explained} findings are explained.",
    ),
    "elected": (
        "{elected} af {seats} pladser er besat med kandidater: {names}.",
        "{elected} of {seats} seats are filled with candidates: {names}.",
    ),
    "recounted": (
        "Genberegnet uafhængigt: de samme er valgt.",
        "Recomputed independently: the same are elected.",
    ),
    "by_lot": (
        "Stemmelighed afgjort ved lod: ingen valgt har færre stemmer end en, der ikke er valgt.",
        "A tie decided by lot: nobody elected has fewer votes than somebody who is not.",
    ),
    "not_recounted": (
        "OBS: genberegnes ikke her (lod eller {method}).",
        "NOTE: not recomputed here (lot or {method}).",
    ),
    "uncontested": (
        "Der blev ikke holdt afstemning: alle kandidater er valgt, og ingen tal er opgivet.",
        "No poll was held: all candidates are elected, and no figures are given.",
    ),
    "chains": (
        "Loggens {chains} kæder er hele: {entries} indførsler; {withheld} er tilbageholdt, fordi tallene er små.",
        "The {chains} chains of the log are whole: {entries} entries; {withheld} withheld as small counts.",
    ),
    "no_file": ("filen kan ikke læses ({kind}).", "the file cannot be read ({kind})."),
    "too_large": ("filen er for stor.", "the file is too large."),
    "no_form": ("indholdet har ikke den rette form ({kind}).", "the content has not the right form ({kind})."),
    "no_archive": ("filen er ikke et arkiv af denne slags.", "the file is not an archive of this kind."),
    "changed_container": (
        "arkivet er ikke det, som dets indhold giver: noget er ændret, tilføjet eller fjernet.",
        "the archive is not what its content gives: something was changed, added or removed.",
    ),
    "missing_file": ("filen {name} mangler eller er der for meget.", "the file {name} is missing or too much."),
    "not_canonical": (
        "{name} er ikke skrevet i den ene form, som kan underskrives.",
        "{name} is not written in the one form that can be signed.",
    ),
    "wrong_hash": ("{name} er ændret.", "{name} was changed."),
    "wrong_format": ("{name} er af en anden udgave: {format}.", "{name} is of another version: {format}."),
    "bad_signature": (
        "underskriften på {name} passer ikke til indholdet.",
        "the signature on {name} does not fit the content.",
    ),
    "other_key": (
        "underskrevet med en anden nøgle end den opgivne: {key}.",
        "signed with another key than the one named: {key}.",
    ),
    "wrong_state": (
        "det, der blev godkendt, er ikke det, der blev anmodet om.",
        "what was approved is not what was requested.",
    ),
    "wrong_sum": ("tallene går ikke op: {where}.", "the figures do not add up: {where}."),
    "wrong_ledger": (
        "regnskabet over stemmesedler går ikke op: {where}.",
        "the ledger of papers does not add up: {where}.",
    ),
    "not_explained": ("{code} på {where} er ikke forklaret.", "{code} at {where} is not explained."),
    "wrong_result": ("resultatet følger ikke af stemmerne: {where}.", "the result does not follow: {where}."),
    "broken_chain": (
        "loggens kæde {writer} er ikke hel ved nr. {seq}.",
        "the chain {writer} of the log is not whole at no. {seq}.",
    ),
}


def said(language: str, key: str, facts: Mapping[str, object]) -> str:
    """The sentence; facts come from the archive, so only signs that can be printed are shown."""
    text = TEXTS[key][LANGUAGES.index(language)]
    return text.format(**{name: _printable(str(fact)) for name, fact in facts.items()})


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:2000]
