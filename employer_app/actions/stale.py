"""Whether a text that a person reviewed is still right: what a stopped message must pass before it is let go.

Law: refuses at least what the last look before the dot would refuse, for else a message is let go only to be
stopped again. That look stays the one that counts.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.around import Around
from employer_app.domain.clock import now
from employer_app.domain.message import CONFIRMS_A_CALL, MessageStatus, Purpose
from employer_app.domain.restore import is_restore
from employer_app.domain.status import LIVE, JobStatus, Status
from employer_app.models import Job, Message
from employer_app.models.application import wanted
from employer_app.outbox.enqueue import text_hash
from employer_app.outbox.fence import WANTED

AFTER_RESTORE = "It was stopped because it may have left before the database was put back."


def stopped_by_restore(message: Message) -> bool:
    return message.status is MessageStatus.HELD and is_restore(message.held_because)


def why_stale(session: Session, message: Message, found: Around) -> str:
    """Why the text must not leave as it is; empty when a person may let it go."""
    candidate = found.candidates[message.candidate_id]
    links = found.links[message.id]
    rows = [found.applications[link.application_id] for link in links]
    decision = message.purpose is Purpose.DECISION
    confirms = not decision and message.kind in CONFIRMS_A_CALL
    status_fits = {Status.REJECTED} if decision or confirms else LIVE
    reasons = (
        (stopped_by_restore(message), AFTER_RESTORE),
        (candidate.erased_at is not None, "This person's data were erased."),
        (candidate.do_not_mail, "This person asked us not to write by mail."),
        (candidate.address != message.address, "The address is another one now."),
        (candidate.name != message.name, "The name is another one now."),
        (decision and any(row.told_at for row in rows), "This person has been told already."),
        (
            any(row.status not in status_fits for row in rows),
            "The application does not stand where this text says.",
        ),
        (
            text_hash(message.subject, message.text, message.html) != message.text_hash,
            "The text is not the one that was reviewed.",
        ),
        (message.expires_at is not None and message.expires_at < now(), "The date in this text has passed."),
        (
            [row.version for row in rows] != [link.version for link in links],
            "The stage, the status or the decision was changed after the review.",
        ),
        (
            candidate.version != message.candidate_version,
            "The person's record was changed after the review.",
        ),
        (
            decision and bool(session.scalar(sa.select(wanted(sa.literal(candidate.id))))),
            WANTED,
        ),
        (
            any(row.unread_since and row.unread_since >= message.created_at for row in rows),
            "This person has written to us since the review, and nobody has read it.",
        ),
        (_job_changed(session, message, found), "The job was opened or closed after the review."),
    )
    return next((words for applies, words in reasons if applies), "")


def _job_changed(session: Session, message: Message, found: Around) -> bool:
    reviewed = {
        found.applications[link.application_id].job_id: link.job_status
        for link in found.links[message.id]
        if link.job_status  # empty in rows of older versions
    }
    rows = session.execute(sa.select(Job.id, Job.status).where(Job.id.in_(list(reviewed))))
    changed = {row.status for row in rows if reviewed[row.id] != row.status.value}
    if message.purpose is Purpose.DECISION:  # a "no" stays true when the job is closed behind it
        changed -= {JobStatus.CLOSED, JobStatus.FINISHED}
    return bool(changed)
