"""The session's cookie, signed as Flask signs it, but made for an answer that somebody in a line waits for.

Flask makes a new signer for every request and compresses what it signs. Here the signer is made once, and a
cookie of a few hundred bytes is not compressed: both took longer than signing itself.
"""

from __future__ import annotations

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode


class _Uncompressed(URLSafeTimedSerializer):
    def dump_payload(self, obj: object) -> bytes:
        return base64_encode(self.serializer.dumps(obj))


class Cookies(SecureCookieSessionInterface):
    """Signs with the secret that the application has when it first reads or writes a cookie."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None and app.secret_key:
            self._signer = _Uncompressed(
                app.secret_key,
                salt=self.salt,
                serializer=self.serializer,
                signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
            )
        return self._signer
