"""A candidate who can sign in, at an election for which candidates may register."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from election.call.rules import Phase
from tests.broker import BrokerOfTests, serving_broker
from tests.election.own_case.phone import Phone, at_clock
from tests.scenarios import CANDIDACY_AT, play_to

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from registry.act import Installation
    from registry.configuration import Configuration
    from tests.scenarios import Played


@pytest.fixture(scope="session")
def broker() -> Iterator[BrokerOfTests]:
    with serving_broker() as served:
        yield served


@pytest.fixture
def played(installation: Installation) -> Played:
    found = play_to(Phase.CANDIDACY, installation)
    at_clock(found, CANDIDACY_AT)
    return found


@pytest.fixture
def with_mitid(configuration: Configuration, broker: BrokerOfTests) -> Configuration:
    return broker.configured(configuration)


@pytest.fixture
def phone(played: Played, client: FlaskClient) -> Phone:
    return Phone(client)
