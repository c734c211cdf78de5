"""What an explanation explains: one finding with its figures. Other figures of the same kind ask again. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from election.counting.records import Explanation
from registry.findings import Finding


def facts_of(finding: Finding) -> str:
    """The figures of a finding as they are kept with its explanation."""
    return json.dumps(dict(finding.facts), sort_keys=True, ensure_ascii=False, default=str)


def holds_for(one: Explanation, finding: Finding) -> bool:
    """Whether it was written about this finding; one from before figures were kept holds for its kind."""
    return one.code == finding.kind.code and one.facts in (None, facts_of(finding))


def explained_now(findings: Iterable[Finding], texts: Sequence[Explanation]) -> dict[str, str]:
    """The explanation of each finding; whoever explains it again adds to what stands there."""
    own = {finding.kind.code: [e.text for e in texts if holds_for(e, finding)] for finding in findings}
    return {code: " · ".join(said) for code, said in own.items() if said}
