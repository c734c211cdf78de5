"""What an official does about mail."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from registry.act import Work, official_act
from registry.findings import Refused
from registry.mail.findings import NO_SUCH_MAIL
from registry.mail.records import HAS_MAIL, message
from registry.roles import Role


@official_act("mail.retry", [Role.ELECTION_ADMINISTRATOR])
def retry(work: Work, message_id: UUID) -> bool:
    """Try a mail again that was given up. False when it is sent or still tried anyway. Raises Refused R660."""
    found = message(work.session, work.scope, message_id)
    if found is None:
        raise Refused(NO_SUCH_MAIL, status=404)
    work.note(message=str(message_id))
    if not found.can_be_retried:
        return False
    found.tries, found.failure = 0, ""
    found.next_try_at = datetime.now(UTC)  # a mail is sent by the world's clock
    work.session.info[HAS_MAIL] = True
    return True
