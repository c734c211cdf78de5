"""What each generated page says."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from babel.messages.pofile import read_po

import election
import registry
from election.call.readiness import DUTIES
from election.call.rules import ACTS, PHASE_NAMES, Phase
from registry.accounts.rules import clash
from registry.findings import CATALOGUE
from registry.roles import EVERY_ROLE, Role
from scripts.documentation.data_page import data_page

NOTE = "<!-- Made from the code by scripts/document. Do not edit: change the code, and run it again. -->\n"
KINDS = {"F": "finding that blocks", "W": "finding to be explained", "R": "refused"}


def every_page(root: Path) -> dict[str, str]:
    """File name in docs/ → its whole content."""
    _import_every_room()
    return {
        "findings.md": _findings(root),
        "lifecycle.md": _lifecycle(),
        "roles.md": _roles(),
        "data.md": NOTE + data_page(),
    }


def _import_every_room() -> None:
    """Kinds and tables are known once the file that declares them has been read."""
    for wing in (election, registry):
        for info in pkgutil.walk_packages(wing.__path__, f"{wing.__name__}."):
            if not info.name.endswith("__main__"):
                importlib.import_module(info.name)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _english(root: Path) -> dict[str, str]:
    """Code → English sentence, where it has been translated (the code is the context of the message)."""
    path = root / "translations/en/LC_MESSAGES/messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.context): str(m.string) for m in read_po(file) if m.context and m.string}


def _findings(root: Path) -> str:
    english = _english(root)
    rows = [
        (kind.code, KINDS[kind.code[0]], kind.text, english.get(kind.code, "–"))
        for kind in sorted(CATALOGUE.values(), key=lambda kind: (kind.code[1:], kind.code[0]))
    ]
    return (
        NOTE
        + "# Everything the system can say\n\n"
        + "`F…` is a finding of the law that blocks an act, `W…` one that a person must explain, `R…` a "
        "refusal: the act was not done and nothing has changed. A code never changes its meaning. `{…}` are the "
        "facts of the case; none is ever a CPR number or a country.\n\n"
        + table(("code", "kind", "Danish", "English"), rows)
    )


def _lifecycle() -> str:
    steps = [
        f"    {before.value} --> {permission.leads_to.value}: {name}"
        for name, permission in ACTS.items()
        if permission.leads_to is not None
        for before in Phase
        if before in permission.phases
    ]
    onward = [q for name, q in ACTS.items() if name != "certification.reopen"]
    ends = [p for p in Phase if not any(p in q.phases and q.leads_to not in (None, p) for q in onward)]
    diagram = ["stateDiagram-v2", f"    [*] --> {Phase.CALLED.value}: call.call_election", *steps]
    diagram += [f"    {phase.value} --> [*]" for phase in ends]
    names = [f"- `{phase.value}` – {PHASE_NAMES[phase]}" for phase in Phase]
    rows = [
        (f"`{name}`", *("•" if phase in permission.phases else "" for phase in Phase))
        for name, permission in ACTS.items()
    ]
    return (
        NOTE
        + "# The phases of an election\n\n"
        + "An election is in one phase at a time. Only reopening a certified result leads back, by two people "
        "with a reason; a pair of phase and act that is not in the table is refused (R080).\n\n"
        + "\n".join(names)
        + "\n\n```mermaid\n"
        + "\n".join(diagram)
        + "\n```\n\n## Which act in which phase\n\n"
        + table(("act", *(phase.value for phase in Phase)), rows)
    )


def _roles() -> str:
    roles = [role for role in Role if role in EVERY_ROLE]
    may = [
        (f"`{name}`", ", ".join(f"`{role.value}`" for role in Role if role in permission.roles))
        for name, permission in ACTS.items()
    ]
    matrix = [
        (f"`{one.value}`", *("" if one is two else "no" if clash({one}, two) else "yes" for two in roles))
        for one in roles
    ]
    clashing = sum(1 for one, two in combinations(roles, 2) if clash({one}, two))
    duties = [
        (duty.text, f"`{duty.act}`", ", ".join(f"`{r.value}`" for r in Role if r in duty.roles), str(duty.people))
        for group in DUTIES
        for duty in group
    ]
    return (
        NOTE + "# Roles\n\nA role is granted for one council or for the whole municipality, from one instant "
        "to another. `candidate` is granted to nobody: whoever registers as a candidate acts on their own "
        "behalf.\n\n"
        + "## Who may do which act of an election\n\n"
        + table(("act", "roles"), may)
        + "\n## Roles that one person may hold together\n\n"
        + f"{clashing} pairs clash: who runs the machine has no part in the election, and who audits has no part "
        "in what is audited. Being enterer and certifier of the same count, or both enterers of one station, is "
        "refused by the act itself, because it depends on what the person has done. A candidate holds no station "
        "or counting role.\n\n"
        + table(("", *(f"`{role.value}`" for role in roles)), matrix)
        + "\n## How many different people an election needs\n\n"
        + "The readiness check names every set of these duties that the people assigned cannot fill. Entering, "
        "returning and certifying must be done by people who are all different.\n\n"
        + table(("duty", "act", "roles", "people"), duties)
    )
