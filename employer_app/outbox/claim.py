"""Take due messages for one worker, under a lease. The token decides whose they are, never the time."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.pace import limits_of
from employer_app.extensions import setting, transaction
from employer_app.models import Message, stands_still
from employer_app.outbox.pace import RULES, Chosen, Due, DueRow, choose


@dataclass(frozen=True)
class Claim:
    """Messages in hand, in the order in which they leave."""

    token: str
    message_ids: Sequence[int]
    #: where a pace is kept: no hand-over begins before its slot
    slots: Mapping[int, datetime] = field(default_factory=dict)
    #: when to look again, if messages may be waiting for a slot
    again_at: datetime | None = None
    #: one row whose lease lapsed
    lapsed: bool = False
    #: between two hand-overs of ours, where a pace is kept
    interval: timedelta = timedelta(0)
    #: and no other process gives out slots now
    alone: bool = False


def claim(worker: str, limit: int = 100) -> Claim:
    """Claim up to `limit` due messages. A row whose lease lapsed is claimed alone: perhaps poison."""
    return _claim(f"{worker}.{secrets.token_hex(8)}", limit, with_lapsed=True)


def claim_more(token: str, limit: int = 100) -> Claim:
    """The same under a token that has others in hand, so never a row whose lease lapsed."""
    return _claim(token, limit, with_lapsed=False)


def _claim(token: str, limit: int, *, with_lapsed: bool) -> Claim:
    moment = now()
    with transaction() as session:
        rules = session.execute(sa.select(*RULES)).first()
        if rules and rules.stopped_at:
            return Claim(token, [])
        due = _due(moment, with_lapsed)
        if rules and (limits := limits_of(rules)):
            chosen = choose(session, due, limits, moment, limit, among=_alone_if_lapsed)
        else:
            rows = _alone_if_lapsed(session.execute(due.limit(limit)).all())
            chosen = Chosen([row.id for row in rows], lapsed=any(row.lapses for row in rows))
        if chosen.message_ids:
            session.execute(
                sa.update(Message)
                .where(Message.id.in_(chosen.message_ids))
                .values(
                    status=MessageStatus.CLAIMED,
                    claim_token=token,
                    lease_until=_lease_end(moment),
                )
            )
    return Claim(
        token, chosen.message_ids, chosen.slots, chosen.again_at, chosen.lapsed, chosen.interval, chosen.alone
    )


def _due(moment: datetime, with_lapsed: bool) -> Due:
    """What may leave by now, first come first served, each locked; nothing that stands still: of a list that
    is paused, or of the rest that waits for a pilot."""
    query = sa.select(Message.id, Message.lapses, Message.domain, Message.due_at).where(
        Message.status == MessageStatus.QUEUED,
        Message.due_at <= moment,
        Message.answer.is_(None),
        ~stands_still(),
    )
    if not with_lapsed:
        query = query.where(Message.lapses == 0)
    return query.order_by(Message.due_at, Message.id).with_for_update(skip_locked=True)


def _lease_end(moment: datetime) -> datetime:
    return moment + timedelta(seconds=setting("LEASE_SECONDS"))


def _alone_if_lapsed(rows: Sequence[DueRow]) -> Sequence[DueRow]:
    """All that never lapsed; else the one that lapsed least, so that a machine which stops again and again
    charges each of them in turn, and only true poison is charged each time."""
    fresh = [row for row in rows if not row.lapses]
    return fresh or sorted(rows, key=lambda row: row.lapses)[:1]


def extend(token: str) -> None:
    """Keep what is still in hand: its turn has not come yet, for the mail server is slow."""
    with transaction() as session:
        _write(session, token, lease_until=_lease_end(now()))


def release(token: str) -> None:
    """Give back what is still in hand and was not handed over; nothing is charged to it."""
    with transaction() as session:
        _write(session, token, status=MessageStatus.QUEUED, claim_token=None, lease_until=None)


def _write(session: Session, token: str, **values: object) -> None:
    in_hand = sa.select(Message.id).where(
        Message.claim_token == token, Message.status == MessageStatus.CLAIMED
    )
    ids = session.scalars(in_hand.order_by(Message.id).with_for_update()).all()
    session.execute(sa.update(Message).where(Message.id.in_(ids)).values(**values))
