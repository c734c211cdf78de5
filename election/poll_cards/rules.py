"""The text on a poll card: composing it, reading it back, and saying what is wrong with another text.

34 symbols of the base32 alphabet of Crockford (digits and capital letters without I, L, O, U):

    version 1 · election 2 · station 3 · token 26 (128 random bits) · check 2

Only letters and digits, because a scanner is a keyboard and a wrong layout spoils every other sign.
No I, L, O, U, so that a typed O can only be 0 and a typed I or L only 1. Election and station stand in
clear so that a desk can say where a card belongs; whether it is valid is said by the roll alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.findings import Fact, Finding, FindingKind, finding_kind

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERSION = "1"
ELECTION_SYMBOLS, STATION_SYMBOLS, TOKEN_SYMBOLS, CHECK_SYMBOLS = 2, 3, 26, 2
TOKEN_BYTES = 16
TEXT_SYMBOLS = len(VERSION) + ELECTION_SYMBOLS + STATION_SYMBOLS + TOKEN_SYMBOLS + CHECK_SYMBOLS
GROUPS = (3, 3, 4, 4, 4, 4, 4, 4, 4)  # no group can look like the six digits of a birth date

# The pure system of ISO 7064 with radix 32. 1021 is a prime below 32², prime to 32 and to 31, so a
# wrong symbol (d·32ᵏ, d ≤ 31) and two swapped neighbours (31·d·32ᵏ) never leave a remainder of 1.
_MODULUS = 1021

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = frozenset(
    " -\t\r\n\v\f\u00a0\u00ad\u200b\u2007\u2009\u202f\ufeff\u2010\u2011\u2012\u2013\u2014\u2212_."
)
_QWERTZ = str.maketrans("YZ", "ZY")
# What the digit row gives on a French keyboard, or on a Danish or American one that holds Shift.
_DIGIT_ROW_SIGNS = frozenset("&é\"'(èçà!#¤%/)=@£$^*§")
_ADDRESS_MARKS = ("://", "WWW.", "HTTP", "MAILTO:", "BEGIN:", "WIFI:", "TEL:", "GEO:")
# The same openings typed by a scanner on another layout: "https://" comes out as "httpsÆ--" on a Danish PC.
_MANGLED_MARKS = ("HTTPSÆ", "HTTPÆ", "MAILTOÆ", "BEGINÆ", "WIFIÆ", "TELÆ", "GEOÆ")
_CPR_DIGITS = 10
_LAST_LATIN = 0x24F
_NOT_READ_FURTHER = 500

EMPTY = finding_kind(
    "R400", "Der kom ingen tekst. Intet er ændret. Scan valgkortet igen, eller skriv teksten under koden."
)
TOO_SHORT = finding_kind(
    "R401",
    "Teksten har {found} tegn; et valgkort har {expected}. Kun en del kom med. Intet er ændret. "
    "Scan igen, eller skriv alle grupperne under koden.",
)
TOO_LONG = finding_kind(
    "R402",
    "Teksten har {found} tegn; et valgkort har {expected}. Måske blev to kort læst i ét. Intet er ændret. "
    "Ryd feltet, og scan ét kort ad gangen.",
)
WRONG_SIGN = finding_kind(
    "R403",
    "Tegnet »{sign}« findes ikke på et valgkort. Intet er ændret. Scan igen, eller skriv kun bogstaver og tal.",
)
KEYBOARD_LAYOUT = finding_kind(
    "R404",
    "Kortet er læst, men tastaturet gav andre tegn end dem på kortet. Intet er ændret. "
    "Sæt computerens tastatur til dansk, slå Shift og Caps Lock fra, og scan igen.",
)
WRONG_CHECK = finding_kind(
    "R405",
    "Kontroltegnene passer ikke: mindst ét tegn er forkert eller byttet om. Intet er ændret. "
    "Scan igen, eller sammenlign teksten med grupperne på kortet.",
)
FOREIGN_CODE = finding_kind(
    "R406",
    "Koden er ikke et valgkort, men en adresse eller en anden slags kode. Intet er ændret. "
    "Scan koden på valgkortet.",
)
UNKNOWN_VERSION = finding_kind(
    "R407",
    "Kortet har version {version}, som dette system ikke kender. Intet er ændret. "
    "Se efter, om kortet hører til dette valg, og søg vælgeren frem på fødselsdatoen.",
)
LOOKS_LIKE_CPR = finding_kind(
    "R408",
    "Det ligner et personnummer. Det bruges ikke her og er ikke gemt. "
    "Scan valgkortet, eller søg på de seks cifre i fødselsdatoen.",
)


@dataclass(frozen=True, slots=True)
class CardText:
    """A well-formed card. It says which row of the roll to look at, not that the holder may vote."""

    election_code: str
    station_code: str
    token_text: str

    @property
    def text(self) -> str:
        return _with_check(VERSION + self.election_code + self.station_code + self.token_text)


@dataclass(frozen=True, slots=True)
class CardProblem:
    """Why a text is not a card. The facts never repeat the text."""

    kind: FindingKind
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def in_danish(self) -> str:
        return Finding(self.kind, self.facts).in_danish()


def compose(*, election_code: str, station_code: str, token: bytes) -> str:
    """The text of one card. ValueError when a code or the token has another form than the contract's.

    A card shows which election and station it is for and is otherwise a random token: KRVL § 10.
    """
    _demand_code(election_code, ELECTION_SYMBOLS, "election code")
    _demand_code(station_code, STATION_SYMBOLS, "station code")
    if len(token) != TOKEN_BYTES:
        raise ValueError(f"a token has {TOKEN_BYTES} bytes, this one {len(token)}")
    token_text = numbered_code(int.from_bytes(token, "big"), TOKEN_SYMBOLS)
    return CardText(election_code, station_code, token_text).text


def numbered_code(number: int, symbols: int) -> str:
    """A whole number as that many symbols, for the codes of elections (0-1023) and stations (0-32767)."""
    if not 0 <= number < 32**symbols:
        raise ValueError(f"{number} does not fit in {symbols} symbols")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(symbols)))


def read_card(text: str) -> CardText | CardProblem:
    """Read what a scanner or a hand has typed: any case, with or without the spaces of the groups."""
    if len(text) > _NOT_READ_FURTHER:
        return CardProblem(TOO_LONG, {"found": len(text), "expected": TEXT_SYMBOLS})
    plain = "".join(sign for sign in text if sign not in _SEPARATORS)
    if not plain:
        return CardProblem(EMPTY)
    symbols = plain.upper().translate(_READ_AS) if plain.isascii() else plain
    # One card in 40,000 has HTTP in its random token: what is a card is never taken for an address.
    if not _is_card(symbols) and (foreign := _foreign(text.strip(), plain)):
        return foreign
    for sign in symbols:
        if sign not in _VALUE:
            return _wrong_sign(symbols, sign)
    if len(symbols) != TEXT_SYMBOLS:
        kind = TOO_SHORT if len(symbols) < TEXT_SYMBOLS else TOO_LONG
        return CardProblem(kind, {"found": len(symbols), "expected": TEXT_SYMBOLS})
    if not _is_sound(symbols):
        return CardProblem(KEYBOARD_LAYOUT if _is_sound(symbols.translate(_QWERTZ)) else WRONG_CHECK)
    if not symbols.startswith(VERSION):
        return CardProblem(UNKNOWN_VERSION, {"version": symbols[0]})
    return _split(symbols)


def token_digest(card: CardText | str) -> bytes:
    """SHA-256 of the 16 token bytes: all that the database keeps. ValueError when the text is no card."""
    read = read_card(card) if isinstance(card, str) else card
    if isinstance(read, CardProblem):
        raise ValueError(f"not the text of a poll card: {read.kind.code}")
    return hashlib.sha256(_number(read.token_text).to_bytes(TOKEN_BYTES, "big")).digest()


def in_groups(text: str) -> tuple[str, ...]:
    """The text in the groups that are printed beside the QR code, to be typed when it cannot be scanned."""
    if len(text) != TEXT_SYMBOLS:
        raise ValueError(f"a card has {TEXT_SYMBOLS} symbols, this text {len(text)}")
    starts = [sum(GROUPS[:place]) for place in range(len(GROUPS))]
    return tuple(text[start : start + size] for start, size in zip(starts, GROUPS, strict=True))


def _demand_code(code: str, symbols: int, name: str) -> None:
    if len(code) != symbols or any(sign not in _VALUE for sign in code):
        raise ValueError(f"{name} must be {symbols} symbols of {ALPHABET}, not {code!r}")


def _number(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number * 32 + _VALUE[symbol]
    return number


def _with_check(body: str) -> str:
    rest = _number(body) * 32**CHECK_SYMBOLS % _MODULUS
    return body + numbered_code((1 - rest) % _MODULUS, CHECK_SYMBOLS)


def _is_sound(symbols: str) -> bool:
    """Check symbols right, and no token above 128 bits, so that no two texts stand for one token."""
    if _with_check(symbols[:-CHECK_SYMBOLS]) != symbols:
        return False
    return symbols[0] != VERSION or _number(_split(symbols).token_text) < 256**TOKEN_BYTES


def _is_card(symbols: str) -> bool:
    return len(symbols) == TEXT_SYMBOLS and set(symbols) <= _VALUE.keys() and _is_sound(symbols)


def _split(symbols: str) -> CardText:
    station_at = len(VERSION) + ELECTION_SYMBOLS
    token_at = station_at + STATION_SYMBOLS
    return CardText(
        symbols[len(VERSION) : station_at], symbols[station_at:token_at], symbols[token_at:-CHECK_SYMBOLS]
    )


def _foreign(typed: str, plain: str) -> CardProblem | None:
    upper = typed.upper()
    if any(mark in upper for mark in _ADDRESS_MARKS) or upper.startswith(_MANGLED_MARKS):
        return CardProblem(FOREIGN_CODE)
    if len(plain) == _CPR_DIGITS and plain.isascii() and plain.isdigit():
        return CardProblem(LOOKS_LIKE_CPR)
    return None


def _wrong_sign(symbols: str, sign: str) -> CardProblem:
    """Another alphabet, or several signs of the digit row: that is the keyboard's doing, not the hand's."""
    other_alphabet = sum(ord(s) > _LAST_LATIN for s in symbols)
    digit_row = sum(s in _DIGIT_ROW_SIGNS for s in symbols)
    if other_alphabet > 1 or digit_row > 1:
        return CardProblem(KEYBOARD_LAYOUT)
    return CardProblem(WRONG_SIGN, {"sign": sign if sign.isprintable() else f"U+{ord(sign):04X}"})
