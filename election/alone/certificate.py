"""A certificate made on the spot, so that browsers on the station's own net may use the camera.

Nobody vouches for it: people compare its fingerprint by eye. It holds the machine's names and addresses.
"""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from election.alone.rules import in_fours

_LASTS = timedelta(days=30)
_ASK_ADDRESS = 0x8915  # SIOCGIFADDR


@dataclass(frozen=True, slots=True)
class Certificate:
    certificate: Path
    key: Path

    @property
    def fingerprint(self) -> tuple[str, ...]:
        return fingerprint_of_file(self.certificate)


def fingerprint_of_file(path: Path) -> tuple[str, ...]:
    """SHA-256 in hexadecimal groups of four, as browsers show it."""
    found = x509.load_pem_x509_certificate(path.read_bytes())
    return in_fours(found.fingerprint(hashes.SHA256()).hex().upper())


def certificate_in(folder: Path, hosts: list[str], now: datetime | None = None) -> Certificate:
    """The certificate of this machine; a new one where its addresses have changed or its time runs out."""
    now = now or datetime.now(UTC)
    made = Certificate(folder / "certificate.pem", folder / "certificate.key")
    with suppress(OSError, ValueError, x509.ExtensionNotFound):
        old = x509.load_pem_x509_certificate(made.certificate.read_bytes())
        names = old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        lasts = old.not_valid_after_utc - now > timedelta(days=2)
        if lasts and made.key.exists() and set(names) >= {_name(host) for host in hosts}:
            return made
    _make(made, hosts, now)
    return made


def hosts_here() -> list[str]:
    """The names and IPv4 addresses under which other machines reach this one, this machine's own last."""
    name = socket.gethostname()
    found = [address for address in _addresses() if not address.startswith("127.")]
    return list(dict.fromkeys([*found, name, f"{name}.local", "localhost", "127.0.0.1"]))


def _make(where: Certificate, hosts: list[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Raadsvalg, stemmested")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LASTS)
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    where.key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    where.key.unlink(missing_ok=True)
    descriptor = os.open(where.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    where.certificate.write_bytes(made.public_bytes(Encoding.PEM))


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _addresses() -> list[str]:
    try:
        import fcntl  # noqa: PLC0415 - not to be had on Windows
    except ImportError:
        with suppress(OSError):
            return [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
        return []
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            with suppress(OSError):
                told = fcntl.ioctl(asking.fileno(), _ASK_ADDRESS, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(told[20:24]))
    return found
