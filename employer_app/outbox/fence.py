"""The last look before the dot: one committed step from claimed to handing over, if still ours and true.

Everything before it may be tried again. Everything after it, until the mail server answers, nobody can know.
So the row must say `handing_over` on disk before the dot goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.status import JobStatus
from employer_app.extensions import UTCDateTime, kept_connection
from employer_app.ledger.record import record
from employer_app.models import Message, safe_mode
from employer_app.models.prepared import Ids, Prepared
from employer_app.outbox.enqueue import text_hash
from employer_app.outbox.look import Seen, look
from employer_app.outbox.rows import facts_about

#: why a "no" must not leave
WANTED = "This person is hired or has an offer in another job."
#: longer than the wait for the mail server's answer to the dot (600 s)
HANDING_OVER_LEASE = timedelta(seconds=660)


@dataclass(frozen=True)
class Ask:
    """All but the dot of this message was sent: may the dot follow?"""

    message_id: int
    token: str


def fence(message_id: int, token: str) -> bool:
    """`fence_in` for one message, in a transaction of its own."""
    with kept_connection() as connection, connection.begin():
        moment = now()
        seen = look(connection, [message_id], [], moment)
        return bool(fence_in(connection, [Ask(message_id, token)], seen, moment))


def fence_in(connection: sa.Connection, asks: Sequence[Ask], seen: Seen, moment: datetime) -> dict[int, str]:
    """Message-IDs of those for which it is on disk, after the commit, that they are being handed over: their
    dots must follow.

    The others get no dot. Either it is no longer ours, or nothing may leave just now, or something changed
    since review: then it is `held`, with the reason in words, and the people in it stay owed. Call in the
    transaction which locked all it has `seen`.
    """
    ours = [seen.messages[ask.message_id] for ask in asks if _is_ours(seen, ask)]
    waiting = [row.id for row in ours if safe_mode(bool(row.safe_mode)) or row.stopped or row.paused]
    if waiting:
        _give_back(connection, waiting)
    fresh = []
    for row in ours:
        if row.id in waiting:
            continue
        if stale := _why_stale(row, seen):
            _hold(connection, row, seen, stale)
        else:
            fresh.append(row)
    if not fresh:
        return {}
    until = moment + HANDING_OVER_LEASE
    ids = [row.id for row in fresh]
    fenced = {row.id for row in _hand_over(connection, ids, moment=moment, until=until)}
    return {row.id: row.message_id for row in fresh if row.id in fenced}


def _is_ours(seen: Seen, ask: Ask) -> bool:
    row = seen.messages.get(ask.message_id)
    return row is not None and row.claim_token == ask.token and row.status == MessageStatus.CLAIMED


def _why_stale(row: Any, seen: Seen) -> str:
    """Why the reviewed text is no longer right; empty when it is."""
    candidate, links = seen.candidates[row.candidate_id], seen.links[row.id]
    if candidate.erased:
        return "This person's data were erased."
    if candidate.do_not_mail:
        return "This person asked us not to write by mail."
    if (candidate.address, candidate.name) != (row.address, row.name):
        return "The name or the address was changed after the review."
    if candidate.version != row.candidate_version:
        return "The person's record was changed after the review."
    if any(link.version != link.reviewed_version for link in links):
        return "The stage, the status or the decision was changed after the review."
    if row.purpose == Purpose.DECISION and any(link.told for link in links):
        return "This person has been told in another way meanwhile."
    if row.purpose == Purpose.DECISION and candidate.wanted:
        return WANTED
    if any(link.unread for link in links):
        return "This person wrote to us after the review, and nobody has read it."
    if any(_job_changed(link, row.purpose) for link in links):
        return "The job was closed or opened again after the review."
    if text_hash(row.subject, row.text, row.html) != row.text_hash:
        return "The text is not the one that was reviewed."
    if row.expired:
        return "The date that this text gives has passed."
    return ""


def _job_changed(link: Any, purpose: str) -> bool:
    """A “no” stays true when the job is closed behind it."""
    if not link.reviewed_job or link.job == link.reviewed_job:
        return False
    return purpose != Purpose.DECISION or link.job not in {JobStatus.CLOSED, JobStatus.FINISHED}


def _handing_over(ids: Ids) -> sa.Executable:
    return (
        sa.update(Message)
        .where(Message.id.in_(ids), Message.status == MessageStatus.CLAIMED)
        .values(
            status=MessageStatus.HANDING_OVER,
            fenced_at=sa.bindparam("moment", type_=UTCDateTime()),
            lease_until=sa.bindparam("until", type_=UTCDateTime()),
        )
        .returning(Message.id)
    )


def lift(fenced: Sequence[int]) -> None:
    """No dot followed, as we know for certain: they wait again, and nothing is charged to them."""
    with kept_connection() as connection, connection.begin():
        _lift(connection, fenced)


def _lifting(ids: Ids) -> sa.Executable:
    return (
        sa.update(Message)
        .where(Message.id.in_(ids), Message.status == MessageStatus.HANDING_OVER)
        .values(status=MessageStatus.QUEUED, claim_token=None, lease_until=None, fenced_at=None)
    )


def _giving_back(ids: Ids) -> sa.Executable:
    return (
        sa.update(Message)
        .where(Message.id.in_(ids), Message.status == MessageStatus.CLAIMED)
        .values(status=MessageStatus.QUEUED, claim_token=None, lease_until=None)
    )


_hand_over, _give_back, _lift = Prepared(_handing_over), Prepared(_giving_back), Prepared(_lifting)


def _hold(connection: sa.Connection, row: Any, seen: Seen, why: str) -> None:
    speaks_of = [link.application_id for link in seen.links[row.id]]
    with Session(connection, join_transaction_mode="rollback_only") as session:
        session.execute(
            sa.update(Message)
            .where(Message.id == row.id, Message.status == MessageStatus.CLAIMED)
            .values(status=MessageStatus.HELD, held_because=why, claim_token=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )
        record(session, facts_about(speaks_of, row.id, EventKind.MESSAGE_HELD), actor_id=None)
