# mypy: disable-error-code="no-untyped-call"
"""Stations alone, at the centre: packages, what has arrived, conflicts to settle, and what came on a stick."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from election.alone import acts
from election.alone.door import heard_of, news_for
from election.alone.findings import EMPTY_FILE
from election.alone.forms import EndForm, PackageForm, PartedForm, StickForm
from election.alone.overview import Row, overview_of, package_here, row_of
from election.alone.package import SUFFIX, drop, kept
from election.alone.parted import parted_lines, sorted_out
from election.alone.printing import parted_list, sheet
from election.alone.records import StationPackage
from election.alone.rules import fingerprint_of
from election.alone.taking_over import hand_in, lines_of_stick
from election.call.here import ADDRESS, act_here, here, installation
from election.call.records import Station, station_by_code
from election.staffing.findings import NOT_ON_DUTY_HERE
from election.staffing.plan import looked_after
from registry.accounts.forms import ActForm, gatekeeper
from registry.accounts.sign_in import signed_in_official
from registry.doors import open_to
from registry.findings import Refused
from registry.roles import Role
from registry.wording import say

alone = Blueprint("alone", __name__, url_prefix=ADDRESS + "/alene")
_MAKERS = (Role.ELECTION_ADMINISTRATOR, Role.STATION_LEADER)
_READERS = frozenset({*_MAKERS, Role.BOARD_MEMBER})


@alone.get("/")
@open_to(*_READERS)
def overview() -> str:
    """Every station: whether it can work alone, and how its laptops stand."""
    own = _own()
    with installation().database.read() as reading:
        rows = [row for row in overview_of(reading, here()) if row.station.id in own]
    return render_template("alone/overview.html", rows=rows, heard_of=heard_of)


@alone.route("/<code>/pakke", methods=["GET", "POST"])
@open_to(*_MAKERS)
def make(code: str) -> str | Response:
    """Make a package, by two."""
    station = _station(code)
    form = PackageForm(address=gatekeeper().configuration.address or request.host_url.rstrip("/"))
    if form.validate_on_submit():
        act = act_here(form, "alone.make_package")
        made = acts.make_package(
            installation(),
            here().scope,
            act,
            here().id,
            station.id,
            form.laptop.data or "",
            _folder(),
            form.address.data or "",
        )
        return redirect(url_for(".package", package_id=made.package_id), 303)
    return render_template("alone/make.html", station=station, form=form)


@alone.get("/pakke/<uuid:package_id>")
@open_to(*_READERS)
def package(package_id: UUID) -> str:
    """One package: its fingerprint, its file, how far it has come, and its end."""
    return _shown(_row(package_id), EndForm(formdata=None))


@alone.post("/pakke/<uuid:package_id>/afslut")
@open_to(*_MAKERS)
def end(package_id: UUID) -> str | Response:
    """The station works at the centre again, or on another laptop."""
    row, form = _row(package_id), EndForm()
    if not form.validate_on_submit():
        return _shown(row, form)
    act = act_here(form, "alone.end_package")
    acts.end_package(installation(), here().scope, act, here().id, package_id, form.lines.data)
    drop(_path(), package_id)
    flash(_("Pakken er afsluttet. Stemmestedet kan bruge centralen, eller få en ny pakke."), "success")
    return redirect(url_for(".package", package_id=package_id), 303)


@alone.post("/pakke/<uuid:package_id>/noegle")
@open_to(*_MAKERS)
def take_stick(package_id: UUID) -> Response:
    """Take over what a stick carries. The same file twice is taken once."""
    found, form = _row(package_id).package, StickForm()
    if not form.validate_on_submit() or not form.file.data:
        raise Refused(EMPTY_FILE)
    sealed = lines_of_stick(form.file.data.read(), found)
    done = hand_in(installation(), found, [line + b"\n" for line in sealed], "stick")
    if done.trouble is not None:
        flash(say(done.trouble), "error")
    told = ngettext(
        "%(num)s ny registrering er overtaget.", "%(num)s nye registreringer er overtaget.", done.taken_now
    )
    if done.conflicts:
        told += " " + ngettext(
            "%(num)s passer ikke med centralen og skal afgøres.",
            "%(num)s passer ikke med centralen og skal afgøres.",
            done.conflicts,
        )
    flash(told, "warning" if done.conflicts else "success")
    return redirect(url_for(".package", package_id=package_id), 303)


@alone.post("/pakke/<uuid:package_id>/to-laptops.pdf")
@open_to(*_MAKERS)
def parted(package_id: UUID) -> Response:
    """What only the file's laptop did, where two went on from the same stick: a list to key as paper forms."""
    row, form = _row(package_id), PartedForm()
    if not form.validate_on_submit() or not form.file.data:
        raise Refused(EMPTY_FILE)
    sealed = lines_of_stick(form.file.data.read(), row.package)
    lines = parted_lines(installation(), row.package, [line + b"\n" for line in sealed])
    with installation().database.read() as reading:
        found = sorted_out(reading, here(), lines)
    act = act_here(form, "alone.list_parted")
    pdf = parted_list(here(), row.station, row.package, found, act.at)
    acts.list_parted(installation(), here().scope, act, here().id, package_id, lines[0].seq, len(lines))
    return _attached(pdf, f"station-{row.station.code}-to-laptops-{row.package.number}.pdf", "application/pdf")


@alone.post("/pakke/<uuid:package_id>/fil")
@open_to(*_MAKERS)
def file(package_id: UUID) -> Response:
    """The package itself, encrypted. Who fetches it is put on record."""
    row, act = _row(package_id), act_here(ActForm(), "alone.fetch_file")
    from_disk = _kept(package_id)
    acts.fetch_file(installation(), here().scope, act, here().id, package_id)
    return _attached(from_disk, f"station-{row.station.code}-pakke-{row.package.number}{SUFFIX}")


@alone.post("/pakke/<uuid:package_id>/ark")
@open_to(*_MAKERS)
def key_sheet(package_id: UUID) -> Response:
    """The sheet with the key, to be carried apart from the laptop, for the two who made the package."""
    row, act = _row(package_id), act_here(ActForm(), "alone.fetch_key")
    acts.fetch_key(installation(), here().scope, act, here().id, package_id)
    pdf = sheet(here(), row.station, row.package, installation().keys.open(here().municipality))
    return _attached(pdf, f"station-{row.station.code}-noegle-{row.package.number}.pdf", "application/pdf")


@alone.get("/pakke/<uuid:package_id>/nyt")
@open_to(*_MAKERS)
def news_file(package_id: UUID) -> Response:
    """News for a laptop without a line, to be carried on a stick."""
    row = _row(package_id)
    return _attached(news_for(row.package)[1], f"station-{row.station.code}-nyt.stationsnyt")


def _shown(row: Row, form: EndForm) -> str:
    return render_template(
        "alone/package.html",
        row=row,
        fingerprint=fingerprint_of(row.package.sha256),
        heard=heard_of(row.package.id),
        has_file=kept(_path(), row.package.id) is not None,
        form=form,
        stick_form=StickForm(formdata=None),
        parted_form=PartedForm(formdata=None),
        file_form=ActForm(formdata=None),
        key_form=ActForm(formdata=None),
        may_fetch=not signed_in_official().roles.isdisjoint(_MAKERS),
        made_it=signed_in_official().official_id in (row.package.by, row.package.cosigned_by),
    )


def _attached(content: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


def _station(code: str) -> Station:
    with installation().database.read() as reading:
        found = station_by_code(reading, here(), code)
    if found is None:
        raise NotFound
    _demand_own(found)
    return found


def _row(package_id: UUID) -> Row:
    """A package of a station that somebody looks after. Raises Refused R675."""
    with installation().database.read() as reading:
        found: StationPackage | None = package_here(reading, here(), package_id)
        if found is None:
            raise NotFound
        row = row_of(reading, here(), found)
    _demand_own(row.station)
    return row


def _demand_own(station: Station) -> None:
    if station.id not in _own():
        raise Refused(NOT_ON_DUTY_HERE, status=403, station=station.name)


def _own() -> frozenset[UUID]:
    """The stations whose packages this person may see."""
    person = signed_in_official()
    with installation().database.read() as reading:
        return looked_after(reading, here(), person.official_id, person.roles & _READERS)


def _kept(package_id: UUID) -> bytes:
    found = kept(_path(), package_id)
    if found is None:
        raise NotFound
    return found


def _folder() -> str:
    return str(_path())


def _path() -> Path:
    return gatekeeper().configuration.instance / "packages"
