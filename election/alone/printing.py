"""The sheet of a package, which travels apart from the laptop; and the list of what a second laptop did."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from election.alone.parted import Parted
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


def parted_list(
    election: Election, station: Station, package: StationPackage, found: Parted, at: datetime
) -> bytes:
    """PDF: what only the second of two laptops has, for two people to key. Roll numbers, no names."""
    return render(
        "parted_lines.typ",
        document_header(election)
        | {
            "day": danish_day(election.election_on),
            "station": station.name,
            "laptop": package.laptop,
            "number": package.number,
            "printed": shown(at),
            "handed_out": [asdict(one) for one in found.handed_out],
            "exchanged": found.exchanged,
            "returned": found.returned,
            "others": [asdict(one) for one in found.others],
        },
    )


def _qr_svg(text: str) -> str:
    code: Any = QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    picture: bytes = code.make_image(image_factory=SvgPathImage).to_string()
    return picture.decode()
