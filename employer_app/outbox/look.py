"""Everything that a last look compares, locked in the one order that never deadlocks: candidate, application,
message, ids ascending. Three statements for a whole group of messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.delivery import EXPIRES_AFTER
from employer_app.models import Application, Batch, Candidate, Job, Message, MessageApplication, Organisation
from employer_app.models.application import wanted
from employer_app.models.prepared import Ids, Prepared, in_one_go


def _candidates(ids: Ids) -> sa.Executable:
    whom = sa.select(Message.candidate_id).where(Message.id.in_(ids))
    return (
        sa.select(
            Candidate.id,
            Candidate.version,
            Candidate.name,
            Candidate.address,
            Candidate.do_not_mail,
            Candidate.erased_at.is_not(None).label("erased"),
            wanted(Candidate.id).label("wanted"),
        )
        .where(Candidate.id.in_(whom))
        .order_by(Candidate.id)
        # not FOR UPDATE: PostgreSQL looks the candidate up again when an application is updated twice in one
        # transaction, and would wait here for us while we wait for that application
        .with_for_update(key_share=True)
    )


def _links(ids: Ids) -> sa.Executable:
    return (
        sa.select(
            MessageApplication.message_id,
            MessageApplication.application_id,
            MessageApplication.version.label("reviewed_version"),
            MessageApplication.job_status.label("reviewed_job"),
            Application.version,
            Application.told_at.is_not(None).label("told"),
            (Application.unread_since > Message.created_at).label("unread"),
            Job.status.label("job"),
        )
        .join(Message, Message.id == MessageApplication.message_id)
        .join(Application, Application.id == MessageApplication.application_id)
        .join(Job, Job.id == Application.job_id)
        .where(MessageApplication.message_id.in_(ids))
        .order_by(Application.id)
        .with_for_update(key_share=True, of=Application)
    )


def _messages(ids: Ids) -> sa.Executable:
    return (
        sa.select(
            Message.id,
            Message.status,
            Message.claim_token,
            Message.attempts,
            Message.message_id,
            Message.candidate_id,
            Message.candidate_version,
            Message.name,
            Message.address,
            Message.purpose,
            Message.subject,
            Message.text,
            Message.html,
            Message.text_hash,
            (Message.expires_at < sa.bindparam("moment")).label("expired"),
            (Message.first_tried_at <= sa.bindparam("long_ago")).label("tried_long"),
            Batch.paused_at.is_not(None).label("paused"),
            sa.func.coalesce(_organisation(Organisation.safe_mode), sa.true()).label("safe_mode"),
            _organisation(Organisation.stopped_at.is_not(None)).label("stopped"),
        )
        .outerjoin(Batch, Batch.id == Message.batch_id)
        .where(Message.id.in_(ids))
        .order_by(Message.id)
        .with_for_update(of=Message)
    )


def _organisation(column: Any) -> sa.ScalarSelect[Any]:
    return sa.select(column).scalar_subquery()


_look_at_candidates, _look_at_links = Prepared(_candidates), Prepared(_links)
_look_at_messages = Prepared(_messages)


@dataclass(frozen=True)
class Seen:
    """Messages as they stand, under lock; and for those that are to be fenced, all that they rest on."""

    messages: Mapping[int, Any]
    candidates: Mapping[int, Any] = field(default_factory=dict)
    #: by message, in order of application
    links: Mapping[int, Sequence[Any]] = field(default_factory=dict)


def look(
    connection: sa.Connection, fencing: Sequence[int], answered: Sequence[int], moment: datetime
) -> Seen:
    """`fencing`: ids of messages before their dots; `answered`: those to which the mail server answered."""
    ids = sorted({*fencing, *answered})
    with in_one_go(connection):
        candidates = _look_at_candidates.ask(connection, fencing) if fencing else tuple
        found = _look_at_links.ask(connection, fencing) if fencing else tuple
        messages = _look_at_messages.ask(connection, ids, moment=moment, long_ago=moment - EXPIRES_AFTER)
    links: dict[int, list[Any]] = {message_id: [] for message_id in fencing}
    for link in found():
        links[link.message_id].append(link)
    return Seen({row.id: row for row in messages()}, {row.id: row for row in candidates()}, links)
