"""A link as a QR code in a page or on paper."""

from __future__ import annotations

from typing import Any

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

_QUIET_ZONE = 4


def qr_path(text: str) -> tuple[int, str]:
    """The side of the square in modules, quiet zone included, and the dark modules as one SVG path."""
    code: Any = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    dark = (
        f"M{x + _QUIET_ZONE} {y + _QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(code.modules)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return code.modules_count + 2 * _QUIET_ZONE, "".join(dark)
