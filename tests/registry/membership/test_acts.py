from __future__ import annotations
from registry.act import Installation
from registry.membership.records import council_on
from tests.councils import TERM_STARTS_ON, people, seated

def test_seated(installation: Installation) -> None:
    council = seated(installation)
    with installation.database.read() as session:
        places = council_on(session, council.read(), TERM_STARTS_ON)
    assert sum(p.membership is not None for p in places) == 15
    assert len(people(council)) == 19
