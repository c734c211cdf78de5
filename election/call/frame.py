"""What stands around every page: municipality, election, phase, clock, who is signed in, where one can go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from flask import current_app, g, request, url_for
from flask_babel import get_locale, gettext, lazy_gettext
from flask_login import current_user

from election.call import clock
from election.call.here import installation
from election.call.records import Election, holds_demo
from election.call.rules import PHASE_NAMES
from registry.councils import clock as council_clock
from registry.councils.records import CouncilTerm
from registry.roles import EVERY_ROLE, ROLE_NAMES, Role
from registry.wording import apart, languages_here, say_instant


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """See templates/base.html for where each of these is shown."""

    locale: str
    text_direction: str
    is_demo: bool = False
    is_training: bool = False
    municipality_name: str | None = None
    election_title: str | None = None
    phase_text: str | None = None
    clock_text: str | None = None
    clock_is_set: bool = False
    clock_label: str | None = None
    official_name: str | None = None
    roles_text: str = ""
    navigation: list[NavItem] = field(default_factory=list)
    languages: list[tuple[str, str, str, bool]] = field(default_factory=list)


_ADMIN = frozenset({Role.ELECTION_ADMINISTRATOR})
_SECRETARIES = frozenset({Role.COUNCIL_SECRETARY, Role.ELECTION_ADMINISTRATOR})
_DESK = frozenset({Role.POLLING_OFFICIAL, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR})
_COUNT = frozenset({Role.ENTERER, Role.BOARD_MEMBER, Role.STATION_LEADER, Role.ELECTION_ADMINISTRATOR})
_CERTIFY = frozenset({Role.CERTIFIER, Role.BOARD_MEMBER, Role.ELECTION_ADMINISTRATOR, Role.AUDITOR})
_PAPERS = frozenset({Role.ELECTION_ADMINISTRATOR, Role.BOARD_MEMBER, Role.STATION_LEADER})
_ROLL = frozenset({Role.ROLL_KEEPER, Role.ELECTION_ADMINISTRATOR})
_IN_ELECTION = (
    ("overview.front", lazy_gettext("Valget"), EVERY_ROLE),
    ("roll.overview", lazy_gettext("Valgliste"), _ROLL),
    ("candidacy.inbox", lazy_gettext("Kandidater"), _ADMIN | {Role.BOARD_MEMBER}),
    ("poll_cards.overview", lazy_gettext("Valgkort"), _ROLL),
    ("ballots.overview", lazy_gettext("Stemmesedler"), _PAPERS),
    ("staffing.overview", lazy_gettext("Vagtplan"), _ADMIN | {Role.BOARD_MEMBER}),
    ("polling.stations", lazy_gettext("Stemmesteder"), _DESK),
    ("counting.overview", lazy_gettext("Optælling"), _COUNT),
    ("certification.overview", lazy_gettext("Attestation"), _CERTIFY | {Role.COUNCIL_SECRETARY}),
    ("own_case.start", lazy_gettext("Stil op"), None),
    ("presentation.candidates", lazy_gettext("Kandidaterne"), None),
    ("look_up.page", lazy_gettext("Kan jeg stemme?"), None),
    ("overview.result", lazy_gettext("Resultat"), None),
    ("retention.overview", lazy_gettext("Opbevaring"), _ROLL | {Role.AUDITOR}),
)
_WITH_LISTS = (
    ("lists.overview", lazy_gettext("Lister"), _ADMIN | {Role.BOARD_MEMBER}),
    ("lists.public", lazy_gettext("Listerne"), None),
)
_IN_TRAINING = (("training.page", lazy_gettext("Øvelse"), _DESK),)
_IN_COUNCIL = (
    ("membership.council", lazy_gettext("Rådet"), None),
    ("appointment.overview", lazy_gettext("Udpegning"), _SECRETARIES),
    ("membership.manage", lazy_gettext("Medlemmer"), _SECRETARIES),
    ("meetings.page", lazy_gettext("Møder"), _SECRETARIES),
)
_OUTSIDE = (
    ("home.home", lazy_gettext("Forside"), None),
    ("accounts.officials", lazy_gettext("Medarbejdere"), frozenset({Role.SYSTEM_ADMINISTRATOR})),
    ("regulations.overview", lazy_gettext("Regulativer"), frozenset({Role.ELECTION_ADMINISTRATOR, Role.AUDITOR})),
    ("audit.log", lazy_gettext("Log"), frozenset({Role.AUDITOR})),
)


def frame_of_page() -> Frame:
    election: Election | None = g.get("election")
    council: CouncilTerm | None = g.get("council_term")
    visitor: Any = current_user
    roles = visitor.roles if visitor and visitor.is_authenticated else frozenset()
    locale = get_locale() or Locale("da")
    own: dict[str, Any] = {}
    if roles or (visitor and visitor.is_authenticated):
        own["official_name"] = visitor.name
        own["roles_text"] = ", ".join(sorted(gettext(ROLE_NAMES[role]) for role in roles))
    if election is not None:
        regulation = election.regulation
        own |= {
            "is_demo": not election.is_live,
            "municipality_name": regulation.municipality.name.value,
            "election_title": gettext(
                "%(council)s – valg den %(day)s",
                council=apart(regulation.council.name.value),
                day=apart(f"{election.election_on:%d.%m.%Y}"),
            ),
            "phase_text": gettext(PHASE_NAMES[election.in_phase]),
            "clock_text": say_instant(clock.now(election)),
            "clock_is_set": not election.is_live,
        }
    elif council is not None:
        own |= _of_council(council)
    else:
        with installation().database.read() as session:
            own["is_demo"] = holds_demo(session)
    items: tuple[tuple[str, Any, frozenset[Role] | None], ...] = _OUTSIDE
    if election is not None or council is not None:
        items = _OUTSIDE[:1] + (_IN_ELECTION if election is not None else _IN_COUNCIL)
    if election is not None and election.regulation.lists.are_allowed.value:
        items += _WITH_LISTS
    is_training = bool(current_app.config.get("IS_TRAINING"))
    if is_training and election is not None:
        items += _IN_TRAINING
    return Frame(
        locale=str(locale),
        is_training=is_training,
        text_direction=locale.text_direction,
        navigation=[
            NavItem(str(label), url_for(endpoint), request.endpoint == endpoint)
            for endpoint, label, wanted in items
            if wanted is None or roles & wanted
        ],
        languages=[
            (code, name, url_for("home.language", code=code, next=request.path), code == str(locale))
            for code, name in languages_here().items()
        ],
        **own,
    )


def _of_council(council: CouncilTerm) -> dict[str, Any]:
    """What stands around a page of the council: its own name, term and clock."""
    return {
        "is_demo": not council.is_live,
        "municipality_name": council.regulation.municipality.name.value,
        "election_title": council.council_name,
        "phase_text": gettext("%(first)s–%(last)s", first=council.starts_on.year, last=council.ends_on.year),
        "clock_text": say_instant(council_clock.now(council)),
        "clock_is_set": not council.is_live,
        "clock_label": gettext("Rådets ur:"),
    }
