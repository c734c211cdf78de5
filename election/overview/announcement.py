"""What the chair reads aloud when a result is there: turnout, votes in ballot order, who would be elected, and
what is still open. Nobody is called a member: that is decided later, by others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import force_locale, format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from election.call import clock
from election.call.records import Election
from election.certification.rules import complaint_deadline
from election.counting.changes import added_rows
from election.counting.progress import has_more_than_the_result, lot_asked, progress
from election.counting.records import Result, latest_result
from election.overview.afterwards import Standing, afterwards
from election.overview.count_sheet import NO_COUNTED_RESULT
from election.overview.result import Person, ResultView, result_view
from election.roll.printing import document_header
from registry.documents import render
from registry.findings import Refused, finding_kind
from registry.wording import say_date, say_instant

ALREADY_APPOINTED = finding_kind(
    "R346",
    "Rådet er udpeget, så resultatet skal ikke læses op mere. Der er ikke dannet noget. Se siden med resultatet.",
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """The sentences in the order in which they are read, in the language of the page."""

    title: str
    opening: tuple[str, ...]
    votes: tuple[tuple[str, str, int], ...]
    """Name, list or nothing, votes; lists by their key with all their votes first."""
    papers: str
    elected: tuple[str, ...]
    unfilled: str
    still_open: tuple[str, ...]
    warning: str = ""
    """Why these figures must not be read aloud as they are; empty otherwise."""


def announcement(session: Session, election: Election) -> Announcement:
    """Raises Refused R345 before a result is determined, R346 once the council is appointed."""
    result = latest_result(session, election)
    if result is None:
        raise Refused(NO_COUNTED_RESULT)
    standing = afterwards(session, election).standing
    if standing in (Standing.APPOINTED, Standing.SEATED):
        raise Refused(ALREADY_APPOINTED)
    view = result_view(session, election)
    vacant = sum(number for _group, number in view.vacant)
    return Announcement(
        title=_("Fintalt resultat") if result.status == "final" else _("Foreløbigt resultat"),
        opening=_opening(election, result, view),
        votes=_votes(result),
        papers=_papers(view),
        elected=tuple(_called(one) for one in view.elected),
        unfilled=ngettext("%(num)s plads er ikke besat.", "%(num)s pladser er ikke besat.", vacant)
        if vacant
        else "",
        still_open=_still_open(session, election, result, is_certified=standing is Standing.CERTIFIED),
        warning="" if standing is Standing.CERTIFIED else _warning(session, election),
    )


def announcement_pdf(session: Session, election: Election) -> bytes:
    """The same sheet on paper, in Danish and large. Raises as `announcement`."""
    with force_locale("da"):
        sheet = announcement(session, election)
        return render(
            "announcement.typ",
            document_header(election)
            | {
                "day": say_date(election.election_on),
                "title": sheet.title,
                "opening": sheet.opening,
                "votes": [{"name": name, "list": key, "votes": votes} for name, key, votes in sheet.votes],
                "papers": sheet.papers,
                "elected": sheet.elected,
                "unfilled": sheet.unfilled,
                "still_open": sheet.still_open,
                "warning": sheet.warning,
            },
        )


def _warning(session: Session, election: Election) -> str:
    """A result with stations that are counted again is not read aloud as if it stood."""
    waiting = [one.name for one in progress(session, election) if one.unit.figures is None]
    if not waiting:
        return ""
    names = ", ".join(waiting)
    return _("Læs det ikke op endnu: %(stations)s tælles om, og resultatet kan blive et andet.", stations=names)


def _opening(election: Election, result: Result, view: ResultView) -> tuple[str, ...]:
    council, day = election.regulation.council.name.value, say_date(election.election_on)
    if result.status == "final":
        first = _("Her er det fintalte resultat af valget til %(council)s %(day)s.", council=council, day=day)
    else:
        first = _("Her er det foreløbige resultat af valget til %(council)s %(day)s.", council=council, day=day)
    lines = [first, _("Det er opgjort %(at)s.", at=say_instant(result.at))]
    if result.revision > 1:
        lines.append(
            _("Det er opgørelse nummer %(number)s og afløser den, der er læst op før.", number=result.revision)
        )
    turnout = view.turnout
    assert turnout is not None, "a counted result has a turnout"
    if turnout.may_vote and view.share is not None:
        lines.append(
            _(
                "%(voted)s af %(may_vote)s vælgere har stemt. Det er %(share)s procent.",
                voted=turnout.voted,
                may_vote=turnout.may_vote,
                share=format_decimal(100 * view.share, "#,##0.0"),
            )
        )
    else:
        lines.append(_("%(voted)s vælgere har stemt.", voted=turnout.voted))
    return tuple(lines)


def _votes(result: Result) -> tuple[tuple[str, str, int], ...]:
    """Lists with all their votes, then everybody in the order of the counting form, which is the ballot's."""
    given = result.given
    by_id = {one["id"]: one for one in given["candidates"]}
    order = [row for row in added_rows(result.stations) if row in by_id]
    lists = [(_("Liste %(list)s i alt", list=_list_name(one)), "", one["votes"]) for one in given.get("lists", ())]
    return (*lists, *((by_id[one]["name"], by_id[one].get("list", ""), by_id[one]["votes"]) for one in order))


def _list_name(one: dict[str, str]) -> str:
    return one["id"] if one.get("name", one["id"]) == one["id"] else f"{one['id']} ({one['name']})"


def _papers(view: ResultView) -> str:
    return _(
        "Blanke stemmesedler: %(blank)s. Ugyldige: %(invalid)s.",
        blank=view.blank,
        invalid=sum(number for _ground, number in view.invalid),
    )


def _called(one: Person) -> str:
    name = f"{one.name}, {_('liste %(list)s', list=one.list_key)}" if one.list_key else one.name
    return f"{name} ({_('ved lodtrækning')})" if one.by_lot else name


def _still_open(session: Session, election: Election, result: Result, *, is_certified: bool) -> tuple[str, ...]:
    """What may still change it, and who decides it."""
    every = progress(session, election)
    lines = []
    if result.status != "final":
        next_day = election.election_on + timedelta(days=1)
        lines.append(
            _("Stemmesedlerne fintælles i morgen. Tallene kan ændre sig.")
            if clock.local(clock.now(election)).date() < next_day
            else _("Stemmesedlerne er ikke fintalt. Tallene kan ændre sig.")
        )
    if not is_certified and has_more_than_the_result(session, election, every):
        lines.append(_("Nogle stemmesedler tælles eller er talt igen. Resultatet opgøres på ny."))
    asked = None if is_certified else lot_asked(session, election, every)
    if asked is not None:
        among = ", ".join(asked.names[one] for one in asked.among)
        lines.append(_("Der skal trækkes lod mellem %(names)s.", names=among))
    if not is_certified:
        lines.append(_("To attestanter skal bekræfte resultatet."))
    deadline = complaint_deadline(election.regulation, election.election_on)
    if clock.now(election) < deadline:
        lines.append(_("Klager over valget skal være modtaget senest %(at)s.", at=say_instant(deadline)))
    body = election.regulation.after.appointed_by.value
    lines.append(_("%(body)s udpeger rådet. Indtil da er ingen udpeget.", body=body))
    return tuple(lines)
