"""Arrange what a mail server said to a message, once it was tried."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.extensions import transaction
from employer_app.models import Message
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.settle import settle
from employer_app.smtp.line import Reply, SmtpStage
from tests import factories
from tests.actions.mail import queue

LOST = Reply(Outcome.UNCERTAIN, None, "No answer for 600 seconds.", SmtpStage.DOT)
TAKEN = Reply(Outcome.ACCEPTED, 250, "2.0.0 Ok", SmtpStage.DOT)
REFUSED = Reply(Outcome.REFUSED, 550, "5.1.1 No such user", SmtpStage.RCPT)
LATER = Reply(Outcome.TRY_LATER, 451, "4.7.1 Try again later", SmtpStage.RCPT)


def due_now(message_id: int) -> None:
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.id == message_id).values(due_at=now()))


def tried(job: int, reply: Reply) -> tuple[int, str]:
    """A message that got this answer, and the token with which it was tried."""
    message_id = queue(factories.application(job))
    return message_id, try_once(message_id, reply)


def try_once(message_id: int, reply: Reply) -> str:
    due_now(message_id)
    token = claim("worker").token
    if reply.stage is SmtpStage.DOT:
        assert fence(message_id, token)
    settle(message_id, token, reply, "mail.example")
    return token
