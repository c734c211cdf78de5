"""The OpenID Connect broker in front of MitID: where somebody is sent, and what is believed when they return.

Code flow with PKCE, state and nonce by authlib. The ID token must be signed by a key of the issuer with an
asymmetric algorithm, be ours (`aud`), of the issuer (`iss`), of this sign-in (`nonce`), fresh (`exp`,
`auth_time`) and of a sufficient level. Nothing that the browser carries is believed but the code.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from registry.accounts.findings import MITID_DOES_NOT_ANSWER, MITID_FAILED, MITID_TOO_WEAK, MITID_WITHOUT_CPR
from registry.configuration import Configuration, ConfigurationError
from registry.findings import Refused

_log = logging.getLogger("raadsvalg")
_CLIENT: Any = OAuth2Session  # authlib carries no types
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_LEEWAY_SECONDS = 30
_FRESH_FOR_SECONDS = 600
"""How long ago the person may have proved who they are to the broker."""
_WAIT_SECONDS = 10
_METADATA_HOLDS = timedelta(hours=1)
_CPR = re.compile(r"(\d{6})-?(\d{4})")
_LONGEST_CLAIM = 255


class Level(IntEnum):
    """Levels of assurance (NSIS and eIDAS), weakest first."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3


_LEVEL_WORDS = {
    "low": Level.LOW,
    "lav": Level.LOW,
    "substantial": Level.SUBSTANTIAL,
    "betydelig": Level.SUBSTANTIAL,
    "high": Level.HIGH,
    "høj": Level.HIGH,
}


def level_of(claim: object) -> Level | None:
    """`substantial`, `SUBSTANTIAL` and `https://data.gov.dk/concept/core/nsis/loa/Substantial` are one level."""
    if not isinstance(claim, str):
        return None
    return _LEVEL_WORDS.get(re.split(r"[/:#]", claim)[-1].strip().casefold())


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """The agreement with a broker, as the configuration has it."""

    issuer: str
    client: str
    secret: str | None
    scopes: str
    cpr_claim: str
    level_claim: str
    least_level: Level


def broker_settings(configuration: Configuration) -> BrokerSettings | None:
    """None when MitID is not configured. Raises ConfigurationError when it is only half, or unsafe."""
    issuer = configuration.mitid_issuer.rstrip("/")
    if not issuer:
        return None
    place = urlsplit(issuer)
    if place.scheme != "https" and not (place.scheme == "http" and place.hostname == "localhost"):
        raise ConfigurationError(f"RAADSVALG_MITID_ISSUER must begin with https://, not {issuer!r}")
    if not configuration.mitid_client:
        raise ConfigurationError("RAADSVALG_MITID_CLIENT is missing")
    least = level_of(configuration.mitid_least_level)
    if least is None:
        raise ConfigurationError("RAADSVALG_MITID_LEAST_LEVEL must be low, substantial or high")
    return BrokerSettings(
        issuer,
        configuration.mitid_client,
        _secret(configuration.mitid_secret_file),
        configuration.mitid_scopes,
        configuration.mitid_cpr_claim,
        configuration.mitid_level_claim,
        least,
    )


def _secret(file: str) -> str | None:
    if not file:
        return None
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"RAADSVALG_MITID_SECRET_FILE cannot be read: {file}") from error
    if not secret:
        raise ConfigurationError(f"RAADSVALG_MITID_SECRET_FILE is empty: {file}")
    return secret


@dataclass(frozen=True, slots=True)
class Proof:
    """What the broker says about the person: issuer and subject are who it is, the rest is about them."""

    issuer: str
    subject: str
    level: Level
    cpr: str


class Broker:
    """One broker. What it publishes about itself is fetched when first needed and kept for an hour."""

    def __init__(self, settings: BrokerSettings) -> None:
        self.settings = settings
        self._metadata: dict[str, Any] = {}
        self._fetched_at: datetime | None = None
        self._keys: KeySet | None = None

    def address(self, *, state: str, nonce: str, verifier: str, return_to: str, language: str) -> str:
        """Where to send the browser. Raises Refused R035."""
        with self._client(return_to) as client:
            url, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                prompt="login",  # on a borrowed computer nobody inherits the sign-in of the one before
                max_age=_FRESH_FOR_SECONDS,
                ui_locales=language,
            )
        return str(url)

    def is_itself(self, issuer: str | None) -> bool:
        """Whether an answer comes from this issuer, as far as the answer names one (RFC 9207)."""
        return issuer is None or bool(issuer == self._published()["issuer"])

    def redeem(self, code: str, *, nonce: str, verifier: str, return_to: str) -> Proof:
        """Exchange the code of a returning browser for a proof. Raises Refused R031, R032, R033, R035."""
        try:
            with self._client(return_to) as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=_WAIT_SECONDS,
                )
                claims = self._claims(token, nonce)
                return self._proof(client, claims)
        except RequestException as error:
            raise Refused(MITID_DOES_NOT_ANSWER, status=503) from error
        except (OAuthError, JoseError, ValueError, KeyError, TypeError) as error:
            raise _failed(error.__class__.__name__, error) from error

    def _claims(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token, once everything about it has been checked."""
        mine = self.settings
        signed = self._verified(str(token["id_token"]))
        issuer = self._published()["issuer"]
        claims: Any = CodeIDToken(
            signed.claims,
            signed.header,
            {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": mine.client}},
            {"nonce": nonce, "client_id": mine.client, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=_LEEWAY_SECONDS)
        told = dict(claims)
        proved_at = told.get("auth_time")
        if isinstance(proved_at, bool) or not isinstance(proved_at, int | float):
            raise _failed("no auth_time")
        age = datetime.now(UTC).timestamp() - proved_at
        if not -_LEEWAY_SECONDS <= age <= _FRESH_FOR_SECONDS + _LEEWAY_SECONDS:
            raise _failed("auth_time is not now")
        return told

    def _verified(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # The issuer may have taken a new key into use since its keys were fetched.
            return jwt.decode(id_token, self._key_set(anew=True), algorithms=_ALGORITHMS)

    def _proof(self, client: Any, claims: Mapping[str, Any]) -> Proof:
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_CLAIM:
            raise _failed("no sub")
        level = level_of(claims.get(self.settings.level_claim))
        if level is None or level < self.settings.least_level:
            raise Refused(MITID_TOO_WEAK, status=400)
        cpr = claims.get(self.settings.cpr_claim) or self._asked(client, subject)
        found = _CPR.fullmatch(cpr.strip()) if isinstance(cpr, str) and cpr.isascii() else None
        if found is None:
            raise Refused(MITID_WITHOUT_CPR, status=400)
        return Proof(self.settings.issuer, subject, level, found[1] + found[2])

    def _asked(self, client: Any, subject: str) -> object:
        """The CPR number from the userinfo endpoint, where a broker tells it there."""
        where = self._published().get("userinfo_endpoint")
        if not where:
            return None
        answer = client.get(where, timeout=_WAIT_SECONDS)
        answer.raise_for_status()
        told = answer.json()
        return told.get(self.settings.cpr_claim) if told.get("sub") == subject else None

    def _client(self, return_to: str) -> Any:
        mine = self.settings
        return _CLIENT(
            client_id=mine.client,
            client_secret=mine.secret,
            scope=mine.scopes,
            redirect_uri=return_to,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if mine.secret else "none",
        )

    def _endpoint(self, name: str) -> str:
        address = self._published().get(name)
        if not isinstance(address, str):
            raise _failed(f"the broker publishes no {name}")
        return address

    def _published(self) -> Mapping[str, Any]:
        now = datetime.now(UTC)
        if self._fetched_at is None or now - self._fetched_at > _METADATA_HOLDS:
            found = _fetched(self.settings.issuer + "/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer:
                raise _failed("the broker calls itself another issuer")
            self._metadata, self._fetched_at, self._keys = found, now, None
        return self._metadata

    def _key_set(self, *, anew: bool = False) -> KeySet:
        where = self._endpoint("jwks_uri")
        if self._keys is None or anew:
            published: Any = _fetched(where)
            self._keys = KeySet.import_key_set(published)
        return self._keys


def _fetched(address: str) -> dict[str, Any]:
    """A JSON object from the broker. Raises Refused R035."""
    try:
        with _CLIENT() as session:
            answer = session.request("GET", address, withhold_token=True, timeout=_WAIT_SECONDS)
            answer.raise_for_status()
            found = answer.json()
    except (RequestException, ValueError) as error:
        _log.warning("the MitID broker does not answer: %s", error.__class__.__name__)
        raise Refused(MITID_DOES_NOT_ANSWER, status=503) from error
    if not isinstance(found, dict):
        raise _failed("the broker publishes no object")
    return found


def _failed(why: str, error: Exception | None = None) -> Refused:
    """One answer for everything that is wrong with a sign-in; the log says what, never of whom."""
    claim = getattr(error, "claim", None)
    _log.warning("a MitID sign-in was refused: %s%s", why, f" ({claim})" if claim else "")
    return Refused(MITID_FAILED, status=400)
