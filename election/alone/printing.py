"""The sheet of a package: its key and its fingerprint. It travels apart from the laptop."""

from __future__ import annotations

from typing import Any

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from election.alone.records import StationPackage
from election.alone.rules import fingerprint_of, key_text
from election.alone.sealing import secrets_of
from election.call.clock import shown
from election.call.records import Election, Station
from election.roll.printing import document_header
from registry.documents import danish_day, render
from registry.keys import Keyring


def sheet(election: Election, station: Station, package: StationPackage, keyring: Keyring) -> bytes:
    """PDF, one page. The key is made anew from the municipality's keys and stored nowhere."""
    groups = key_text(secrets_of(keyring, package.id).key)
    return render(
        "station_package.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": station.name,
            "laptop": package.laptop,
            "number": package.number,
            "voters": package.voters,
            "made": shown(package.made_at),
            "key": list(groups),
            "key_qr": _qr_svg("".join(groups)),
            "fingerprint": list(fingerprint_of(package.sha256)),
        },
    )


def _qr_svg(text: str) -> str:
    code: Any = QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    picture: bytes = code.make_image(image_factory=SvgPathImage).to_string()
    return picture.decode()
