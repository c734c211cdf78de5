"""Who stands, for everybody: the list, each candidate, photos, the booklet, and open data. Nobody is tracked."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.exceptions import NotFound

from election.call.here import ADDRESS, here, installation
from election.candidacy.deadlines import deadlines
from election.presentation import open_data
from election.presentation.booklet import booklet_of
from election.presentation.records import photo_bytes
from election.presentation.rules import NAME_WITHHELD, first_lines, is_public
from election.presentation.shown import Shown, languages_of, searched, shown
from election.presentation.small_photos import small
from registry.doors import public
from registry.languages import EVERY_LANGUAGE
from registry.wording import in_all_languages

presentation = Blueprint("presentation", __name__, url_prefix=ADDRESS + "/kandidater")

_LONGEST_QUERY = 100
_KEPT_SECONDS = 3600
"""How long a browser keeps a photo: somebody who takes a consent back must not wait for days."""


@presentation.get("/liste")
@public
@in_all_languages
def candidates() -> str:
    """Everybody who stands, or those in whom the words searched for are found."""
    query = request.args.get("q", "")[:_LONGEST_QUERY].strip()
    wanted = request.args.get("sprog", "")
    with installation().database.read() as session:
        every, closes_at = shown(session, here()), deadlines(session, here()).closes
    by_language = languages_of(every)
    wanted = wanted if wanted in by_language else ""
    found = [one for one in searched(every, query) if not wanted or wanted in one.languages]
    return render_template(
        "presentation/candidates.html",
        election=here(),
        is_public=is_public(here().in_phase),
        closes_at=closes_at,
        every=every,
        rows=[(one, *_beginning(one, wanted)) for one in found],
        query=query,
        wanted=wanted,
        by_language=by_language,
        names=EVERY_LANGUAGE,
        order=here().regulation.ballot.order.value.value,
        is_settled=here().ballot_order_settled_at is not None,
        withheld=NAME_WITHHELD,
    )


def _beginning(one: Shown, wanted: str) -> tuple[str, str]:
    """The first lines of a candidate's text in the reader's language, or in one that it has."""
    texts = one.text_by_language
    for code in (wanted, str(get_locale()), "da", *texts):
        if code in texts:
            return code, first_lines(texts[code])
    return "", ""


@presentation.get("/liste/<int:number>")
@public
@in_all_languages
def candidate(number: int) -> str:
    """One candidate in every language that there is a text in, by the number on the list."""
    with installation().database.read() as session:
        every = shown(session, here())
    one = next((one for one in every if one.place == number), None)
    if one is None:
        raise NotFound
    return render_template(
        "presentation/candidate.html",
        election=here(),
        one=one,
        texts=_own_language_first(one),
        names=EVERY_LANGUAGE,
        before=next((other for other in every if other.place == number - 1), None),
        after=next((other for other in every if other.place == number + 1), None),
        withheld=NAME_WITHHELD,
    )


def _own_language_first(one: Shown) -> list[tuple[str, str]]:
    return sorted(one.texts, key=lambda text: text[0] != str(get_locale()))


@presentation.get("/foto/<sha256>.jpg")
@public
def photo(sha256: str) -> Response:
    """A photo that its candidate lets everybody see, as it was cropped."""
    return _jpeg(sha256, _photo(sha256))


@presentation.get("/foto/<sha256>-lille.jpg")
@public
def small_photo(sha256: str) -> Response:
    """The same photo, for the list."""
    return _jpeg(sha256, small(_photo(sha256)))


def _photo(sha256: str) -> bytes:
    """Whoever knows the hash of a photo that is not public learns nothing from it."""
    with installation().database.read() as session:
        may_be_seen = any(one.photo == sha256 for one in shown(session, here()))
        found = photo_bytes(session, here(), sha256) if may_be_seen else None
    if found is None:
        raise NotFound
    return found


def _jpeg(sha256: str, jpeg: bytes) -> Response:
    answer = Response(jpeg, mimetype="image/jpeg")
    answer.set_etag(sha256)
    answer.cache_control.public = True
    answer.cache_control.max_age = _KEPT_SECONDS
    answer.cache_control.immutable = True
    answer.make_conditional(request)
    return answer


@presentation.get("/pjece-<language>.pdf")
@public
def booklet(language: str) -> Response:
    """The booklet in one language; there is one for each language that somebody has written in."""
    with installation().database.read() as session:
        every = shown(session, here())
        if language not in languages_of(every):
            raise NotFound
        pdf = booklet_of(session, here(), every, language)
    name = f"valgpjece-{here().council}-{here().slug}-{language}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f"inline; filename={name}"})


@presentation.get("/kandidater.csv")
@public
def data_csv() -> Response:
    """Everybody who stands, for a spreadsheet."""
    with installation().database.read() as session:
        body = open_data.as_csv(here(), shown(session, here()), _address)
    headers = {"Content-Disposition": f"attachment; filename=kandidater-{here().council}-{here().slug}.csv"}
    return Response(body, mimetype="text/csv", headers=headers)


@presentation.get("/kandidater.json")
@public
def data_json() -> Response:
    """Everybody who stands, for a program."""
    with installation().database.read() as session:
        document = open_data.as_json(session, here(), shown(session, here()), _address)
    return Response(json.dumps(document, ensure_ascii=False, indent=1), mimetype="application/json")


def _address(sha256: str) -> str:
    return url_for("presentation.photo", sha256=sha256, _external=True)
