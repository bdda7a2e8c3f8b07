"""A "no" that the pace delayed past the hours of its reader waits for the next ones.

When it was confirmed it got a time within those hours; a pace or a quota may bring its turn to the middle of
the night, or to a Sunday.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain import business_time
from employer_app.domain.duty import Reason
from employer_app.domain.message import Purpose
from employer_app.domain.send_time import Wishes, leaves_at
from employer_app.extensions import setting
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Job, Message, MessageApplication, OwedAnswer, Place

#: so soon after its time it is not late
ON_TIME = timedelta(minutes=15)


def put_off(session: Session, message_ids: Collection[int], moment: datetime) -> set[int]:
    """Of these late messages, those that must wait, by then with a new time. Call inside `transaction()`."""
    if not message_ids or setting("SEND_WINDOW") != "business":
        return set()
    query = (
        sa.select(Message.id, Place)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .join(Application, Application.id == MessageApplication.application_id)
        .join(Job, Job.id == Application.job_id)
        .join(Place, Place.id == Job.place_id)
        .where(Message.id.in_(message_ids), Message.purpose == Purpose.DECISION)
    )
    opens: dict[int, datetime] = {}
    promised = _promised(session, message_ids)
    for message_id, place in session.execute(query.order_by(Message.id)):
        wishes = Wishes(promised=promised.get(message_id))
        at = leaves_at(calendar_of(place), moment, business_time.SendWindow(), wishes)
        opens[message_id] = max(at, opens.get(message_id, at))
    waiting = {message_id: at for message_id, at in opens.items() if at > moment}
    for at in sorted(set(waiting.values())):
        session.execute(
            sa.update(Message)
            .where(Message.id.in_([one for one, when in waiting.items() if when == at]))
            .values(due_at=at)
            .execution_options(synchronize_session=False)
        )
    return set(waiting)


def _promised(session: Session, message_ids: Collection[int]) -> Mapping[int, datetime]:
    """By message: the first open date that somebody was given of whom it speaks."""
    query = (
        sa.select(MessageApplication.message_id, sa.func.min(OwedAnswer.target_at).label("by"))
        .join(OwedAnswer, OwedAnswer.application_id == MessageApplication.application_id)
        .where(MessageApplication.message_id.in_(message_ids), OwedAnswer.reason == Reason.PROMISE_DUE)
        .group_by(MessageApplication.message_id)
    )
    return {row.message_id: row.by for row in session.execute(query)}
