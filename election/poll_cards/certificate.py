"""The certificate of whoever receives a dispatch: read, judged, its fingerprint shown to be compared by eye."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from election.call import clock
from election.poll_cards import findings as say
from registry.findings import Refused

LEAST_BITS = 2048
LARGEST_PEM = 20_000
"""Characters; a certificate with a 4096-bit key has about 2,500."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a package is encrypted to."""

    name: str
    fingerprint: str
    """SHA-256 in pairs: “A1:B2:…”, as the receiver reads it aloud."""
    ends_at: datetime
    certificate: x509.Certificate

    def encrypt(self, content: bytes) -> bytes:
        """A CMS envelope (RFC 5652) in DER with AES-256; `openssl cms -decrypt -inform DER` opens it."""
        builder = PKCS7EnvelopeBuilder().set_data(content).add_recipient(self.certificate)
        return builder.set_content_encryption_algorithm(AES256).encrypt(Encoding.DER, [PKCS7Options.Binary])


def receiver_of(pem: str, at: datetime) -> Receiver:
    """The receiver behind a certificate that may be used at `at`. Raises Refused R442, R443, R444."""
    try:
        if len(pem) > LARGEST_PEM:
            raise ValueError("too long for a certificate")
        certificate = x509.load_pem_x509_certificate(pem.strip().encode())
        key, name = certificate.public_key(), certificate.subject.rfc4514_string()
    except (ValueError, TypeError) as error:
        raise Refused(say.CERTIFICATE_UNREADABLE) from error
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= at <= ends:
        raise Refused(say.CERTIFICATE_EXPIRED, begins=clock.shown(begins), ends=clock.shown(ends))
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise Refused(say.CERTIFICATE_WEAK)
    return Receiver(name, certificate.fingerprint(SHA256()).hex(":").upper(), ends, certificate)
