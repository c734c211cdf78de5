"""A poll card where the voter may choose between many stations: the places stand on its back."""

from __future__ import annotations

import pytest

from registry.documents import render
from tests.registry.test_documents import card, card_header, pages, station


@pytest.mark.parametrize(("places", "sides"), [(1, 1), (3, 1), (4, 2), (16, 2), (40, 2)])
def test_more_than_three_places_stand_on_the_back(places: int, sides: int) -> None:
    keys = [f"{number:03d}" for number in range(1, places + 1)]
    stations = {key: station(f"Kulturhuset {key}") for key in keys}
    pdf = render("poll_card.typ", card_header(stations=stations, cards=[card(1, "Zoë", stations=keys)]))
    found = pages(pdf)
    assert len(found) == sides
    assert all(f"Kulturhuset {key}" in found[-1] for key in keys)
    assert (f"Alle {places} afstemningssteder står på bagsiden" in found[0]) == (sides == 2)


def test_a_place_without_an_address_has_no_comma_after_its_name() -> None:
    stations = {key: station(name) | {"address": []} for key, name in (("001", "Valby"), ("002", "Vanløse"))}
    (page,) = pages(
        render("poll_card.typ", card_header(stations=stations, cards=[card(1, "Zoë", stations=["001", "002"])]))
    )
    assert "Valby" in page
    assert "Valby," not in page
