# mypy: disable-error-code="no-untyped-call"
"""What a candidate is written to, in the candidate's language: what happened, what to do now, and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call.records import Election, Kind
from election.call.records import election as read_election
from election.candidacy.deadlines import Deadlines, deadlines
from election.candidacy.mails import Mail
from election.candidacy.records import Candidacy
from election.candidacy.rules import PART_NAMES, Part
from registry.mail.records import Message
from registry.mail.transports import Letter, NotSent
from registry.regulation.calendar import instant
from registry.wording import apart, say_instant, say_term


@dataclass(frozen=True, slots=True)
class LetterWriter:
    """Puts the words of a mail together, inside an application context. `address` is that of the site."""

    address: str

    def __call__(self, session: Session, message: Message, facts: Mapping[str, Any]) -> Letter:
        """Raises NotSent when the case is gone."""
        row = session.get(Candidacy, (message.municipality, message.council, message.about))
        if row is None:
            raise NotSent("case gone", is_permanent=True)
        election = read_election(session, message.scope, row.election_id)
        told = _Told(election, deadlines(session, election), facts, self.address)
        with force_locale(message.language):
            subject, paragraphs = _SUBJECTS[Mail(message.kind)](), _PARAGRAPHS[Mail(message.kind)](told)
            is_played = {Kind.DEMO: "DEMO", Kind.REHEARSAL: _("PRØVE")}.get(Kind(election.kind))
            of_case = _("%(subject)s (anmeldelse nr. %(number)s)", subject=subject, number=told.number)
            body = "\n\n".join([told.greeting(), *paragraphs, told.farewell()])
            return Letter(f"{is_played}: {of_case}" if is_played else of_case, body + "\n")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the paragraphs of a mail are made of."""

    election: Election
    until: Deadlines
    facts: Mapping[str, Any]
    address: str

    @property
    def number(self) -> str:
        return apart(str(self.facts["number"]))

    @property
    def council(self) -> str:
        return apart(self.election.regulation.council.name.value)

    def text(self, name: str) -> str:
        return apart(str(self.facts.get(name) or ""))

    def instant(self, name: str) -> str:
        return _said(datetime.fromisoformat(self.facts[name]))

    def greeting(self) -> str:
        name = self.text("name")
        return _("Hej %(name)s", name=name) if name else _("Hej")

    def farewell(self) -> str:
        office = _("Valgkontoret, %(name)s", name=apart(self.election.regulation.municipality.name.value))
        return _("Venlig hilsen") + "\n" + office

    def reason(self) -> Iterator[str]:
        if self.facts.get("reason"):
            yield _("Begrundelse: %(reason)s", reason=self.text("reason"))

    def own_page(self) -> str:
        page = self.page("own_case.case")
        if self.address:
            return _("Her er din sag:") + "\n" + page
        return _("Din anmeldelse er på valgets hjemmeside under “Min anmeldelse”.")

    def page(self, endpoint: str, **values: str) -> str:
        """The address of a page; without the host when nobody has told where the site is."""
        of = {"municipality": self.election.municipality, "council": self.election.council}
        paths = current_app.url_map.bind("localhost")
        return self.address + paths.build(endpoint, of | {"slug": self.election.slug} | values)


def _said(instant: datetime) -> str:
    return apart(_("%(instant)s (dansk tid)", instant=say_instant(instant)))


def _received(told: _Told) -> Iterator[str]:
    yield _(
        "Vi modtog din anmeldelse til %(council)s %(at)s. Den har nr. %(number)s.",
        council=told.council,
        at=told.instant("at"),
        number=told.number,
    )
    yield _(
        "Det er ikke en afgørelse. Valgkontoret ser på anmeldelsen, og du får en mail, når der sker noget. "
        "På din side kan du se, om der mangler noget."
    )
    yield _("Du kan rette i anmeldelsen indtil %(until)s.", until=_said(told.until.cure_until))
    yield _("Du kan trække den tilbage indtil %(until)s.", until=_said(told.until.withdrawal_until))
    yield told.own_page()


def _received_late(told: _Told) -> Iterator[str]:
    yield _(
        "Vi modtog din anmeldelse til %(council)s %(at)s. Det var efter fristen. "
        "Den er gemt og har nr. %(number)s.",
        council=told.council,
        at=told.instant("at"),
        number=told.number,
    )
    yield _("Valgkontoret afgør, hvad der sker med den. Du får en mail. Du skal ikke gøre noget nu.")
    yield told.own_page()


def _mended(told: _Told) -> Iterator[str]:
    yield _("Vi modtog dine rettelser %(at)s. Valgkontoret ser på anmeldelsen igen.", at=told.instant("at"))
    yield _("Du får en mail, når den er afgjort.")
    yield told.own_page()


def _returned(told: _Told) -> Iterator[str]:
    yield _("Der er noget, du skal rette i din anmeldelse til %(council)s:", council=told.council)
    named = [(say_term(PART_NAMES[Part(one["part"])]), one["text"]) for one in told.facts["defects"]]
    yield "\n".join(f"- {part}: {apart(text)}" for part, text in named)
    if [text for _part, text in named] != [told.facts.get("reason")]:
        yield from told.reason()
    yield _("Ret det, og send anmeldelsen igen senest %(until)s.", until=told.instant("until"))
    yield _(
        "Når du ikke at rette det, kan anmeldelsen blive afvist. Ring til valgkontoret, hvis du vil have hjælp."
    )
    yield told.own_page()


def _accepted(told: _Told) -> Iterator[str]:
    yield _(
        "Din anmeldelse til %(council)s er godkendt. Du er kandidat, og på stemmesedlen står du som %(name)s.",
        council=told.council,
        name=told.text("name"),
    )
    yield _(
        "Fortryder du, kan du trække anmeldelsen tilbage indtil %(until)s.",
        until=_said(told.until.withdrawal_until),
    )
    yield told.own_page()


def _refused(told: _Told) -> Iterator[str]:
    yield _(
        "Din anmeldelse til %(council)s er afvist. To personer har set på den. Du er ikke kandidat.",
        council=told.council,
    )
    yield from told.reason()
    yield _("Bestemmelse: %(section)s", section=told.text("section"))
    yield _(
        "Er du uenig, kan du klage. Skriv din klage på din side, eller send den til valgkontoret. "
        "Valgbestyrelsen afgør klagen. Klag hurtigst muligt: det skal nås, før stemmesedlerne trykkes."
    )
    yield told.own_page()


def _complaint_received(told: _Told) -> Iterator[str]:
    yield _("Vi har modtaget din klage. Valgbestyrelsen afgør den, og du får en mail. Du skal ikke gøre mere nu.")
    yield told.own_page()


def _complaint_upheld(told: _Told) -> Iterator[str]:
    yield _("Du har fået medhold i din klage. Afvisningen gælder ikke mere, og anmeldelsen bliver afgjort igen.")
    yield from told.reason()
    yield _("Du får en mail, når den er afgjort. Du skal ikke gøre noget nu.")
    yield told.own_page()


def _complaint_rejected(told: _Told) -> Iterator[str]:
    yield _("Du har ikke fået medhold i din klage. Afvisningen af din anmeldelse står ved magt.")
    yield from told.reason()
    after = told.election.regulation.after
    if not (after.complaint_to.is_unset or after.complaint_until.is_unset):
        yield _(
            "Mener du, at valget ikke går rigtigt til, kan du klage over det til %(board)s senest %(until)s.",
            board=apart(after.complaint_to.value),
            until=_said(instant(after.complaint_until.value, told.election.election_on)),
        )
    yield told.own_page()


def _withdrawn(told: _Told) -> Iterator[str]:
    yield _("Din anmeldelse til %(council)s er trukket tilbage. Du er ikke kandidat.", council=told.council)
    yield _("Er det ikke dig, der har gjort det, så ring straks til valgkontoret.")
    yield told.own_page()


def _struck(told: _Told) -> Iterator[str]:
    yield _("Du er ikke længere kandidat til %(council)s, fordi du ikke kan stille op mere.", council=told.council)
    yield from told.reason()
    yield _("Er det forkert, så ring straks til valgkontoret.")
    yield told.own_page()


def _extended(told: _Told) -> Iterator[str]:
    yield _(
        "Fristen for at anmelde sig til %(council)s er forlænget til %(until)s.",
        council=told.council,
        until=told.instant("until"),
    )
    yield from told.reason()
    yield _("Har du sendt din anmeldelse, skal du ikke gøre noget. Har du ikke sendt den, kan du nå det endnu.")
    yield told.own_page()


def _in_time(told: _Told) -> Iterator[str]:
    yield _(
        "Fristen for at anmelde sig til %(council)s er forlænget til %(until)s. Din anmeldelse er derfor kommet i "
        "tide, og valgkontoret ser på den.",
        council=told.council,
        until=told.instant("until"),
    )
    yield from told.reason()
    yield _("Du får en mail, når den er afgjort. Du skal ikke gøre noget nu.")
    yield told.own_page()


def _link(told: _Told) -> Iterator[str]:
    page = told.page("own_case.link", token=told.facts["token"])
    if told.address:
        yield _("Med dette link kommer du ind på din sag:") + "\n" + page
    else:
        yield _("Åbn valgets hjemmeside, og sæt dette i stedet for det, der står efter navnet:") + "\n" + page
    yield _("Linket virker én gang og indtil %(until)s. Giv det ikke til andre.", until=told.instant("until"))
    yield _("Har du ikke bedt om det, skal du ikke gøre noget. Ingen kan se din sag uden linket.")


_SUBJECTS: Mapping[Mail, Callable[[], str]] = {
    Mail.RECEIVED: lambda: _("Vi har modtaget din anmeldelse"),
    Mail.RECEIVED_LATE: lambda: _("Din anmeldelse kom efter fristen"),
    Mail.MENDED: lambda: _("Vi har modtaget dine rettelser"),
    Mail.RETURNED: lambda: _("Du skal rette noget i din anmeldelse"),
    Mail.ACCEPTED: lambda: _("Din anmeldelse er godkendt"),
    Mail.REFUSED: lambda: _("Din anmeldelse er afvist"),
    Mail.COMPLAINT_RECEIVED: lambda: _("Vi har modtaget din klage"),
    Mail.COMPLAINT_UPHELD: lambda: _("Du har fået medhold i din klage"),
    Mail.COMPLAINT_REJECTED: lambda: _("Du har ikke fået medhold i din klage"),
    Mail.WITHDRAWN: lambda: _("Din anmeldelse er trukket tilbage"),
    Mail.STRUCK: lambda: _("Du er ikke længere kandidat"),
    Mail.EXTENDED: lambda: _("Fristen er forlænget"),
    Mail.IN_TIME: lambda: _("Din anmeldelse er kommet i tide"),
    Mail.LINK: lambda: _("Dit link til din sag"),
}
_PARAGRAPHS: Mapping[Mail, Callable[[_Told], Iterator[str]]] = {
    Mail.RECEIVED: _received,
    Mail.RECEIVED_LATE: _received_late,
    Mail.MENDED: _mended,
    Mail.RETURNED: _returned,
    Mail.ACCEPTED: _accepted,
    Mail.REFUSED: _refused,
    Mail.COMPLAINT_RECEIVED: _complaint_received,
    Mail.COMPLAINT_UPHELD: _complaint_upheld,
    Mail.COMPLAINT_REJECTED: _complaint_rejected,
    Mail.WITHDRAWN: _withdrawn,
    Mail.STRUCK: _struck,
    Mail.EXTENDED: _extended,
    Mail.IN_TIME: _in_time,
    Mail.LINK: _link,
}
