"""The archive as bytes: read strictly, then built anew from what was read, and compared."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from .trouble import Rejected, demand

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_FIRST_DAY = 0x0021


def read_archive(data: bytes) -> dict[str, bytes]:
    """Names and contents. Raises Rejected when one byte is not as the contents give it."""
    files: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == _LOCAL:
        if len(data) < place + 30:
            raise Rejected("no_archive")
        size, name_length = (
            struct.unpack_from("<I", data, place + 22)[0],
            struct.unpack_from("<H", data, place + 26)[0],
        )
        begin = place + 30 + name_length
        name = data[place + 30 : begin].decode("ascii", errors="replace")
        demand(name not in files, "changed_container")
        files[name] = data[begin : begin + size]
        place = begin + size
    demand(bool(files), "no_archive")
    demand(all(name.isascii() for name in files), "changed_container")
    demand(build_archive(files) == data, "changed_container")
    return files


def build_archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive that depends on names and contents only: sorted, stored, no date and no attribute."""
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(files):
        content, encoded = files[name], name.encode("ascii")
        head = struct.pack("<HHHHH", 20, 0, 0, 0, _FIRST_DAY)
        head += struct.pack("<IIIHH", zlib.crc32(content), len(content), len(content), len(encoded), 0)
        parts += [_LOCAL, head, encoded, content]
        directory += [_CENTRAL, struct.pack("<H", 20), head, struct.pack("<HHHII", 0, 0, 0, 0, offset), encoded]
        offset += 30 + len(encoded) + len(content)
    listed = b"".join(directory)
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(listed), offset, 0)
    return b"".join(parts) + listed + _END + end
