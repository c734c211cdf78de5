"""The rule that a step names, as people read it: a section stands as it is, a key of the regulation in words."""

from __future__ import annotations

from flask_babel import gettext as _

_RESERVED = "reserved_seats."


def cited(cite: str) -> str:
    """In the language of the reader."""
    if not cite.startswith(_RESERVED):
        return cite
    return _("regulativets regel om pladser til %(group)s", group=cite.removeprefix(_RESERVED))


def cited_in_danish(cite: str) -> str:
    """On a paper that is signed, whoever prints it."""
    if not cite.startswith(_RESERVED):
        return cite
    return f"regulativets regel om pladser til {cite.removeprefix(_RESERVED)}"
