"""Citizens who sign in by MitID. For pages: `citizen()`, `citizens_cpr()`, and the door `@for_citizens`.

A citizen is signed in for one municipality, whose keys seal the CPR number, and apart from officials: own
cookie, own row, a short life. Who it is, is issuer and subject; the roll is met by the CPR number's keyed
fingerprint. The number itself is in the row only, sealed, and goes with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from flask import current_app, g, request, session
from flask_babel import get_locale
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from registry.accounts import identities
from registry.accounts.broker import Broker, Level, Proof, broker_settings
from registry.accounts.findings import MITID_CANCELLED, MITID_FAILED, MITID_IS_OFF
from registry.accounts.identities import CitizenVisit, MitidRequest, cpr_cell
from registry.accounts.limits import Limit, demand_not_too_often, network_of
from registry.accounts.records import token_digest
from registry.act import Installation
from registry.configuration import Configuration
from registry.database import WHOLE_MUNICIPALITY, Scope
from registry.findings import Refused

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=1)
COMES_BACK_WITHIN = timedelta(minutes=10)
_SEEN_EVERY = timedelta(seconds=60)
_NETWORK = Limit("mitid from a network", 60, timedelta(minutes=15))
_BROWSER = "mitid"


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who has proved who they are: `issuer` and `subject` together are the identity."""

    visit_id: UUID
    municipality: str
    issuer: str
    subject: str
    level: Level
    cpr_index: bytes
    began_at: datetime


def citizen() -> Citizen | None:
    """The citizen behind this request, signed in for the municipality of this page; or None."""
    return _citizens().here()


def citizens_cpr() -> str:
    """The CPR number of the citizen behind this request; only to be called behind `@for_citizens`."""
    return _citizens().cpr()


def mitid_name() -> str | None:
    """What MitID is called on the button, or None when nobody can sign in by it here."""
    return _citizens().name


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody is back from the broker: to which page they go, with the token of the visit or a refusal."""

    page: str
    token: str | None = None
    refused: Refused | None = None


class Citizens:
    """Signs citizens in and out. Instants here are the computer's own: no act of an election."""

    def __init__(self, installation: Installation, configuration: Configuration) -> None:
        settings = broker_settings(configuration)
        self.installation = installation
        self.broker = Broker(settings) if settings else None
        self.name = configuration.mitid_name if settings else None
        self.is_secure = configuration.cookie_is_secure

    @property
    def cookie(self) -> str:
        return "__Host-citizen" if self.is_secure else "citizen"

    def begin(self, municipality: str, return_to: str, callback: str) -> str:
        """Remember a sign-in that is under way. The address of the broker to send the browser to.

        Raises Refused R030, R035, R036.
        """
        broker, now = self._broker(), datetime.now(UTC)
        whose = Scope(municipality, WHOLE_MUNICIPALITY)
        demand_not_too_often(self.installation, whose, {_NETWORK: network_of(request.remote_addr)}, now)
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        browser = session.setdefault(_BROWSER, secrets.token_urlsafe(24))
        address = broker.address(
            state=state, nonce=nonce, verifier=verifier, return_to=callback, language=str(get_locale())
        )
        with self.installation.database.write() as writing:
            _forget(writing, now)
            writing.add(
                MitidRequest(
                    municipality=municipality,
                    council=WHOLE_MUNICIPALITY,
                    id=uuid4(),
                    state_sha256=token_digest(state),
                    browser_sha256=token_digest(browser),
                    nonce=nonce,
                    verifier=verifier,
                    return_to=return_to,
                    began_at=now,
                )
            )
        return address

    def finish(self, answer: Mapping[str, str], callback: str) -> Returned:
        """The browser is back; the state is used up whatever comes of it.

        Raises Refused R030, and R031 when nobody knows where the browser comes from.
        """
        broker, now = self._broker(), datetime.now(UTC)
        with self.installation.database.write() as writing:
            asked = identities.take_request(writing, token_digest(answer.get("state", "")))
            if asked is not None:
                writing.expunge(asked)
        browser = token_digest(session.get(_BROWSER, ""))
        if asked is None or now - asked.began_at > COMES_BACK_WITHIN or asked.browser_sha256 != browser:
            raise Refused(MITID_FAILED, status=400)
        try:
            proof = _proof(broker, answer, asked, callback)
        except Refused as refused:
            return Returned(asked.return_to, refused=refused)
        return Returned(asked.return_to, self._let_in(asked.municipality, proof, now))

    def _let_in(self, municipality: str, proof: Proof, now: datetime) -> str:
        token, visit_id = secrets.token_urlsafe(32), uuid4()
        keyring = self.installation.keys.open(municipality)
        with self.installation.database.write() as writing:
            _forget(writing, now)
            identities.end_visit(writing, self._digest())
            writing.add(
                CitizenVisit(
                    municipality=municipality,
                    council=WHOLE_MUNICIPALITY,
                    id=visit_id,
                    token_sha256=token_digest(token),
                    issuer=proof.issuer,
                    subject=proof.subject,
                    level=proof.level.name.lower(),
                    cpr_index=keyring.blind_index(proof.cpr),
                    cpr_sealed=keyring.seal(proof.cpr, cpr_cell(visit_id)),
                    began_at=now,
                    seen_at=now,
                )
            )
        return token

    def here(self) -> Citizen | None:
        """See `citizen`. Asked once per request."""
        if "citizen" not in g:
            g.citizen = self._load()
        found: Citizen | None = g.citizen
        scope: Scope | None = g.get("scope")
        is_elsewhere = scope is not None and found is not None and scope.municipality != found.municipality
        return None if is_elsewhere else found

    def cpr(self) -> str:
        """See `citizens_cpr`. Raises Refused R030 when the visit has ended meanwhile."""
        with self.installation.database.read() as reading:
            visit = identities.visit_by_token(reading, self._digest())
            if visit is None or self.here() is None:
                raise Refused(MITID_IS_OFF)
            return identities.cpr_of(self.installation.keys.open(visit.municipality), visit)

    def sign_out(self) -> None:
        with self.installation.database.write() as writing:
            identities.end_visit(writing, self._digest())
            _forget(writing, datetime.now(UTC))
        g.citizen = None

    def keep(self, answer: Response, token: str) -> Response:
        """The cookie of a visit. It ends with the browser; the row ends before."""
        answer.set_cookie(self.cookie, token, httponly=True, samesite="Lax", secure=self.is_secure)
        return answer

    def drop(self, answer: Response) -> Response:
        answer.delete_cookie(self.cookie, httponly=True, samesite="Lax", secure=self.is_secure)
        return answer

    def _load(self) -> Citizen | None:
        if self.cookie not in request.cookies:
            return None
        now = datetime.now(UTC)
        with self.installation.database.read() as reading:
            visit = identities.visit_by_token(reading, self._digest())
        if visit is None:
            return None
        if now - visit.seen_at > IDLE or now - visit.began_at > LONGEST:
            self.sign_out()
            return None
        if now - visit.seen_at > _SEEN_EVERY:
            with self.installation.database.write() as writing:
                identities.mark_seen(writing, visit, now)
        return Citizen(
            visit.id,
            visit.municipality,
            visit.issuer,
            visit.subject,
            Level[visit.level.upper()],
            visit.cpr_index,
            visit.began_at,
        )

    def _digest(self) -> bytes:
        return token_digest(request.cookies.get(self.cookie, ""))

    def _broker(self) -> Broker:
        if self.broker is None:
            raise Refused(MITID_IS_OFF, status=404)
        return self.broker


def _proof(broker: Broker, answer: Mapping[str, str], asked: MitidRequest, callback: str) -> Proof:
    if answer.get("error") == "access_denied":
        raise Refused(MITID_CANCELLED, status=400)
    if "error" in answer or not answer.get("code") or not broker.is_itself(answer.get("iss")):
        raise Refused(MITID_FAILED, status=400)
    return broker.redeem(answer["code"], nonce=asked.nonce, verifier=asked.verifier, return_to=callback)


def _forget(writing: Session, now: datetime) -> None:
    identities.forget_the_old(
        writing, idle_since=now - IDLE, begun_before=now - LONGEST, asked_before=now - COMES_BACK_WITHIN
    )


def _citizens() -> Citizens:
    found: Citizens = current_app.extensions["citizens"]
    return found
