"""“May I vote?”, in every language. What is typed comes by POST, and no address tells anything of anybody."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from election.call import clock
from election.call.here import ADDRESS, here, installation
from election.look_up.answers import by_card, own, stage_of_roll, uses_poll_cards
from election.look_up.records import has_cards
from election.look_up.rules import moment, plain_number, read_birth_date
from registry.accounts.forms import required
from registry.accounts.limits import Limit, demand_not_too_often, network_of
from registry.accounts.mitid import IDLE, citizen, mitid_name
from registry.doors import public
from registry.findings import Refused
from registry.wording import in_all_languages

look_up = Blueprint("look_up", __name__, url_prefix=ADDRESS)

_CPR = re.compile(r"\d{6}[ -]?\d{4}")
_QUARTER = timedelta(minutes=15)
CARD = Limit("card", 5, _QUARTER)
CARD_IN_A_DAY = Limit("card in a day", 20, timedelta(days=1))
NETWORK = Limit("look-ups from a network", 60, _QUARTER)
ALL = Limit("look-ups", 3000, _QUARTER)


class CardForm(FlaskForm):
    number = StringField(
        _l("Valgkortets nummer"),
        validators=[required()],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "dir": "ltr",
            "maxlength": "100",
        },
    )
    born_on = StringField(
        _l("Fødselsdato"),
        validators=[required()],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "dir": "ltr", "maxlength": "20"},
    )

    def validate_born_on(self, field: StringField) -> None:
        if read_birth_date(field.data or "") is None:
            raise ValidationError(_l("Skriv dag, måned og år, fx 31-12-1980."))


@look_up.route("/kan-jeg-stemme", methods=["GET", "POST"])
@public
@in_all_languages
def page() -> str | tuple[str, int]:
    """Somebody asks about themself: by the number on the poll card and a birth date, or by MitID."""
    form = CardForm()
    if not form.validate_on_submit():
        return _page(form)
    number, born_on = plain_number(form.number.data or ""), read_birth_date(form.born_on.data or "")
    assert born_on is not None
    if _CPR.fullmatch(number.strip()):
        form.number.data = ""  # a CPR number typed by mistake is not shown again
    try:
        _demand_not_too_often(number)
    except Refused as refused:
        return _page(form, refused=refused), refused.status
    return _page(form, asked=(number, born_on))


def _emptied(form: CardForm, is_confirmed: bool) -> CardForm:
    """What was typed stays to be corrected; once it is confirmed it need not stand on a borrowed screen."""
    return CardForm(formdata=None) if is_confirmed else form


def _demand_not_too_often(number: str) -> None:
    """Counted before anything is looked up, and for a right pair as for a wrong one. Raises Refused R036."""
    asked = {NETWORK: network_of(request.remote_addr), ALL: str(here().id)}
    asked |= {CARD: _symbols(number), CARD_IN_A_DAY: _symbols(number)}
    demand_not_too_often(installation(), here().scope, asked, datetime.now(UTC))


def _symbols(number: str) -> str:
    """However a card's number is parted or written, it is one card."""
    return "".join(sign for sign in number.upper() if sign.isalnum()).translate(str.maketrans("OIL", "011"))


def _page(form: CardForm, asked: tuple[str, date] | None = None, refused: Refused | None = None) -> str:
    person, election, now = citizen(), here(), clock.now(here())
    with installation().database.read() as session:
        stage = stage_of_roll(session, election)
        cards_are_out = has_cards(session, election)
        card = by_card(session, election, *asked) if asked and stage.has_a_poll else None
        return render_template(
            "look_up/page.html",
            election=election,
            form=_emptied(form, bool(card and card.stations)),
            stage=stage,
            stage_day=moment(election.regulation.roll.frozen_by, election.election_on),
            takes_cards=cards_are_out and stage.has_a_poll,
            waits_for_cards=not cards_are_out and stage.has_a_poll and uses_poll_cards(election),
            card=card,
            person=person,
            own=own(session, election, person.cpr_index, now) if person and stage.answers else None,
            refused=refused,
            mitid=mitid_name(),
            idle_minutes=int(IDLE.total_seconds() // 60),
        )
