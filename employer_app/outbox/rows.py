"""Rows of the outbox, locked in the one order that never deadlocks: candidate, application, message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind
from employer_app.ledger.record import NewFact, lock
from employer_app.models import Application, Message, MessageApplication


def application_ids(session: Session, message_id: int) -> list[int]:
    """The applications that a message speaks of, ascending."""
    query = sa.select(MessageApplication.application_id).where(MessageApplication.message_id == message_id)
    return sorted(session.scalars(query))


@dataclass(frozen=True)
class Around:
    """Messages by id, with the applications that they speak of, locked and read anew."""

    messages: Mapping[int, Message]
    #: by message, in order of application
    links: Mapping[int, Sequence[MessageApplication]]
    applications: Mapping[int, Application]

    def speaks_of(self, message_id: int) -> list[int]:
        return [link.application_id for link in self.links[message_id]]


def around(session: Session, message_ids: Sequence[int]) -> Around:
    """What is said of many messages at once rests on these; `look` is the worker's."""
    links: dict[int, list[MessageApplication]] = {message_id: [] for message_id in message_ids}
    query = sa.select(MessageApplication).where(MessageApplication.message_id.in_(message_ids))
    for link in session.scalars(query.order_by(MessageApplication.application_id)):
        links[link.message_id].append(link)
    ids = {link.application_id for several in links.values() for link in several}
    applications = {row.id: row for row in lock(session, sorted(ids))}
    rows = sa.select(Message).where(Message.id.in_(message_ids)).order_by(Message.id).with_for_update()
    messages = {row.id: row for row in session.scalars(rows.execution_options(populate_existing=True))}
    return Around(messages, links, applications)


def locked(session: Session, message_id: int) -> Message:
    """The message with its applications, locked and read anew. Raises NotFound."""
    lock(session, application_ids(session, message_id))
    query = (
        sa.select(Message)
        .where(Message.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    message = session.scalars(query).one_or_none()
    if message is None:
        raise NotFound("There is no such message.")
    return message


def facts_for(session: Session, message_id: int, event: EventKind, /, **facts: object) -> list[NewFact]:
    """The same fact for every application that the message speaks of."""
    return facts_about(application_ids(session, message_id), message_id, event, **facts)


def facts_about(
    applications: Sequence[int], message_id: int, event: EventKind, /, **facts: object
) -> list[NewFact]:
    return [NewFact(row, event, {"message_id": message_id, **facts}) for row in applications]
