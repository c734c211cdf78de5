"""The roof: the only place where both wings are wired together. `flask run` finds `create_app` by itself."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, render_template, request, url_for
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from election.alone.certificate import fingerprint_of_file
from election.alone.door import station_door
from election.alone.laptop import Laptop
from election.alone.laptop_pages import laptop_pages, line_of_page
from election.alone.pages import alone
from election.ballots.pages import ballots
from election.call.frame import frame_of_page
from election.call.here import find_election, keep_address
from election.call.pages import call
from election.candidacy.pages import candidacy
from election.certification.pages import certification
from election.closing.merging_pages import small_counts
from election.closing.pages import closing
from election.constitution.pages import constitution
from election.counting.pages import counting
from election.look_up.pages import look_up
from election.overview.pages import home, overview
from election.own_case.letters import LetterWriter
from election.own_case.list_pages import lists
from election.own_case.pages import own_case
from election.packets.pages import packets
from election.paper_forms.pages import paper_forms
from election.poll_cards.pages import poll_cards
from election.polling.blueprint import WITH_CAMERA
from election.polling.pages import polling
from election.polling.turnout_pages import turnout
from election.postal.pages import postal
from election.presentation.pages import presentation
from election.retention.pages import retention
from election.roll.pages import roll
from election.roll.what_if_pages import what_if
from election.staffing.pages import staffing
from election.staffing.place_clock import PlaceClock
from election.staffing.sign_in_pages import station_sign_in
from election.training.pages import install_training
from registry.accounts.commands import accounts_commands
from registry.accounts.mitid import Citizens
from registry.accounts.mitid_pages import mitid
from registry.accounts.pages import accounts
from registry.accounts.records import holds_role
from registry.accounts.sign_in import Gatekeeper, install
from registry.act import Installation
from registry.appointment.pages import appointment
from registry.audit.commands import log_commands
from registry.audit.pages import audit
from registry.configuration import Configuration, read_configuration
from registry.cookies import Cookies
from registry.councils.here import find_council, keep_council
from registry.database import Database
from registry.doors import who_may_open
from registry.findings import Refused
from registry.keys import KeyFolder
from registry.mail.commands import mail_commands
from registry.mail.here import Post
from registry.mail.postman import Rounds
from registry.mail.transports import site_address, transport_of
from registry.meetings.pages import meetings
from registry.membership.pages import membership
from registry.regulation.pages import regulations
from registry.sealed_files import SealedFiles
from registry.wording import (
    apart,
    direction_of,
    language_of_page,
    say,
    say_date,
    say_instant,
    say_short_date,
    say_term,
    say_time,
)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
)
CAMERA_POLICY = CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""Where a desk may read cards with the camera: its decoder is compiled code (static/vendor/zxing-wasm-3.1.4)."""
LARGEST_REQUEST = 64 * 1024 * 1024
"""Bytes; an extract of 100,000 residents has about 15 million."""


def create_app(configuration: Configuration | None = None, laptop: Laptop | None = None) -> Flask:
    """The application. Raises ConfigurationError, or UndeclaredDoor when a page says not who may open it.

    With `laptop` it is the server of one station that works on its own list.
    """
    configuration = configuration or read_configuration()
    app = Flask(__name__, static_folder="static", template_folder="templates")
    installation = laptop.installation if laptop is not None else assemble(configuration)
    app.extensions["installation"] = installation
    app.extensions["laptop"] = laptop
    if configuration.certificate_file:
        app.extensions["certificate"] = fingerprint_of_file(Path(configuration.certificate_file))
    app.config.update(
        SECRET_KEY=installation.keys.cookie_secret(),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_NAME="__Host-session" if configuration.cookie_is_secure else "session",
        SESSION_COOKIE_SECURE=configuration.cookie_is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        # Referrer-Policy: no-referrer leaves nothing to compare; the token itself is always demanded.
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE=configuration.language,
        BABEL_DEFAULT_TIMEZONE="Europe/Copenhagen",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    app.session_interface = Cookies()
    csrf = CSRFProtect(app)
    csrf.exempt(station_door)  # a machine with a token of its own, and no session that could be misused
    Babel(app, locale_selector=lambda: _language(configuration))
    install(app, Gatekeeper.of(installation, configuration, PlaceClock(installation.database)))
    app.extensions["citizens"] = Citizens(installation, configuration)
    _post(app, installation, configuration)
    if configuration.proxies:
        through = configuration.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=through, x_proto=through, x_host=through)  # type: ignore[method-assign]
    _register(app)
    if configuration.training:
        install_training(app, configuration)
    _handle_trouble(app)
    app.after_request(_protect)
    who_may_open(app)
    return app


def assemble(configuration: Configuration) -> Installation:
    """Database, keys and roles, wired for whoever performs acts: the pages, a rehearsal, a script."""
    configuration.instance.mkdir(parents=True, exist_ok=True)
    return Installation(
        Database(configuration.database_url),
        KeyFolder(configuration.keys_folder),
        holds_role,
        sealed=SealedFiles(configuration.sealed_folder),
    )


def _post(app: Flask, installation: Installation, configuration: Configuration) -> None:
    """Mail, and the postman who begins with the first request of a process."""
    address = site_address(configuration)
    post = Post(transport_of(configuration), LetterWriter(address), address)
    app.extensions["post"] = post
    if post.transport is not None and configuration.mail_every_seconds:
        every = configuration.mail_every_seconds
        rounds = Rounds(installation, post.transport, post.write, every, app.app_context)
        app.extensions["postman"] = rounds
        app.before_request(rounds.begin)


def _register(app: Flask) -> None:
    for blueprint in (
        home,
        accounts,
        mitid,
        audit,
        regulations,
        call,
        roll,
        what_if,
        candidacy,
        own_case,
        lists,
        presentation,
        poll_cards,
        look_up,
        ballots,
        staffing,
        station_sign_in,
        polling,
        alone,
        station_door,
        laptop_pages,
        turnout,
        postal,
        paper_forms,
        packets,
        closing,
        small_counts,
        counting,
        certification,
        meetings,
        constitution,
        retention,
        overview,
        appointment,
        membership,
    ):
        app.register_blueprint(blueprint)
    for group in (log_commands, accounts_commands, mail_commands):
        app.cli.add_command(group)
    app.url_value_preprocessor(find_election)
    app.url_value_preprocessor(find_council)
    app.url_defaults(keep_address)
    app.url_defaults(keep_council)
    app.context_processor(lambda: {"frame": frame_of_page()})
    app.context_processor(line_of_page)
    app.add_template_filter(say_instant, "instant")
    app.add_template_filter(say_time, "clock")
    app.add_template_filter(say_date, "day")
    app.add_template_filter(say_short_date, "dateformat")
    app.add_template_filter(say, "say")
    app.add_template_filter(say_term, "term")
    app.add_template_filter(apart, "apart")
    app.add_template_filter(direction_of, "direction")
    app.add_template_filter(lambda number: f"{number:,}".replace(",", "."), "number")


def _language(configuration: Configuration) -> str:
    chosen = request.cookies.get("language", "") if request else ""
    return language_of_page(chosen, configuration.language)


def _handle_trouble(app: Flask) -> None:
    log = logging.getLogger("raadsvalg")

    @app.errorhandler(Refused)
    def refused(trouble: Refused) -> tuple[str, int]:
        page = render_template(
            "errors/refused.html",
            code=trouble.kind.code,
            text=say(trouble),
            status=trouble.status,
            back_href=_page_before(app),
        )
        return page, trouble.status

    @app.errorhandler(NotFound)
    def not_found(_trouble: NotFound) -> tuple[str, int]:
        return render_template("errors/not_found.html"), 404

    @app.errorhandler(CSRFError)
    def forged(_trouble: CSRFError) -> tuple[str, int]:
        return render_template("errors/csrf.html"), 400

    @app.errorhandler(Exception)
    def fault(trouble: Exception) -> Any:
        if isinstance(trouble, HTTPException):
            return trouble
        fault_id = secrets.token_hex(4)
        log.error("fault %s on endpoint %s", fault_id, request.endpoint, exc_info=trouble)
        return render_template("errors/fault.html", fault_id=fault_id), 500


def _page_before(app: Flask) -> str | None:
    """The page that a refused form stands on, where its address can be opened; else the election's front."""
    adapter = app.create_url_adapter(request)
    if request.method == "POST" and adapter is not None and "GET" in adapter.allowed_methods(request.path):
        return request.path
    return url_for("overview.front") if g.get("election") is not None else None


def _protect(answer: Response) -> Response:
    has_camera = request.endpoint in WITH_CAMERA
    answer.headers["Content-Security-Policy"] = CAMERA_POLICY if has_camera else CONTENT_SECURITY_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    camera = "camera=(self)" if has_camera else "camera=()"
    answer.headers["Permissions-Policy"] = f"{camera}, microphone=(), geolocation=()"
    if request.endpoint != "static" and not answer.cache_control.immutable:
        answer.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return answer
