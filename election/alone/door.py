# mypy: disable-error-code="no-untyped-call"
"""The machines' door at the centre: a laptop hands over and fetches news. The package's token opens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from election.alone.news import news_of
from election.alone.package import end_of
from election.alone.records import StationPackage, last_taken
from election.alone.rules import is_skewed
from election.alone.sealing import close_news, secrets_of
from election.alone.taking_over import hand_in, of_token
from election.call.here import installation
from election.call.records import Station
from election.call.records import election as read_election
from election.call.rules import Phase
from registry.doors import public

station_door = Blueprint("station_door", __name__, url_prefix="/stationspakke/<uuid:package_id>")
LARGEST = 4 * 1024 * 1024
"""Bytes of one handing over; a line has under two thousand."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a laptop last said of itself to this process."""

    at: datetime
    lines: int
    skew: timedelta | None

    @property
    def is_skewed(self) -> bool:
        return is_skewed(self.skew)


def heard_of(package_id: UUID) -> Heard | None:
    """None when no laptop with this package has spoken to this process."""
    found: Heard | None = current_app.extensions.setdefault("laptops", {}).get(package_id)
    return found


@station_door.post("/linjer")
@public
def lines(package_id: UUID) -> Response:
    """Lines in their order; also none, to ask how far the centre has come."""
    package = _package(package_id)
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    sealed = [line + b"\n" for line in request.get_data(cache=False).splitlines() if line.strip()]
    done = hand_in(installation(), package, sealed, "line")
    _note(package_id)
    answer = jsonify(
        last_seq=done.last_seq,
        clock=datetime.now(UTC).isoformat(),
        code=done.trouble.kind.code if done.trouble else "",
        text=done.trouble.in_danish() if done.trouble else "",
    )
    answer.status_code = 409 if done.trouble else 200
    return answer


@station_door.get("/nyt")
@public
def news(package_id: UUID) -> Response:
    """The station's list now, closed for this laptop; 304 when it has it, 404 when it is not to know any more."""
    package = _package(package_id)
    if not _learns(package):
        raise NotFound
    sha256, content = news_for(package)
    if request.headers.get("If-None-Match") == sha256:
        return Response(status=304)
    return Response(content, mimetype="application/octet-stream")


def news_for(package: StationPackage) -> tuple[str, bytes]:
    """Fingerprint and file. The number rises with the centre's clock."""
    number = int(datetime.now(UTC).timestamp() * 1000)
    keyring = installation().keys.open(package.municipality)
    with installation().database.read() as session:
        election = read_election(session, package.scope, package.election_id)
        station = session.get(Station, (package.municipality, package.council, package.station_id))
        assert station is not None
        through, _ = last_taken(session, package)
        sha256, content = news_of(session, election, station, number, through)
    return sha256, close_news(content, secrets_of(keyring, package.id), keyring.signing)


def _package(package_id: UUID) -> StationPackage:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = of_token(installation(), package_id, token)
    if found is None:
        raise NotFound
    return found


def _learns(package: StationPackage) -> bool:
    """A laptop that was lost must not go on fetching the list: only while its package is in use."""
    with installation().database.read() as session:
        election = read_election(session, package.scope, package.election_id)
    is_in_time = datetime.now(UTC) <= end_of(election, package.made_at)
    return package.ended_at is None and is_in_time and election.in_phase in (Phase.PREPARATION, Phase.POLLING)


def _note(package_id: UUID) -> None:
    now, skew = datetime.now(UTC), None
    try:
        skew = datetime.fromisoformat(request.headers.get("X-Clock", "")) - now
        in_all = int(request.headers.get("X-Lines", "0"))
    except (ValueError, TypeError):
        in_all = 0
    current_app.extensions.setdefault("laptops", {})[package_id] = Heard(now, in_all, skew)
