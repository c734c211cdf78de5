"""What a candidate is written to about, and when. The words are put together when the mail is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from election.call.gate import ElectionWork
from election.candidacy.records import Candidacy
from registry.mail.records import queue


class Mail(StrEnum):
    RECEIVED = "received"
    RECEIVED_LATE = "received_late"
    MENDED = "mended"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    COMPLAINT_RECEIVED = "complaint_received"
    COMPLAINT_UPHELD = "complaint_upheld"
    COMPLAINT_REJECTED = "complaint_rejected"
    WITHDRAWN = "withdrawn"
    STRUCK = "struck"
    EXTENDED = "extended"
    IN_TIME = "in_time"
    LINK = "link"


def tell(work: ElectionWork, row: Candidacy, kind: Mail, **facts: Any) -> bool:
    """Queue a mail to the candidate, in the candidate's language. False when there is no address to send it to.

    Facts are texts, numbers and instants (ISO). No CPR number is ever among them.
    """
    if not row.email:
        return False
    told = {"number": row.number, "name": row.ballot_name} | facts
    now = datetime.now(UTC)  # a mail is sent by the world's clock, whatever the election's says
    queue(work.session, work.scope, work.keyring, row.id, kind.value, row.language, row.email, told, now)
    return True
