"""The pace that all workers of all hosts share: slots, kept in the database, given out as messages are taken.

Law: one row stands for the mail server account that everything leaves by. Whoever gives out slots locks it,
so no two workers give out the same one. Where no pace is set, nothing here is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.pace import COUNTS, DAY, HORIZON, Limits, give_slots, limits_of
from employer_app.extensions import UTCDateTime, transaction
from employer_app.models import Delivery, Message, Organisation, Pace
from employer_app.outbox.hours import ON_TIME, put_off

SENDER = "sender"
DOMAIN = "domain:"
#: of one domain alone there may be so many pages in front of those who can go first
_PAGES = 50
_LATELY = timedelta(seconds=10)
#: looked at again so often while the quota of the day is spent
_LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Chosen:
    """Messages in the order in which they leave, with their slots. `again_at`: when a slot can be had again,
    if messages may be waiting for one."""

    message_ids: Sequence[int] = ()
    slots: Mapping[int, datetime] = field(default_factory=dict)
    again_at: datetime | None = None
    lapsed: bool = False
    interval: timedelta = timedelta(0)
    #: no other process has given out slots lately
    alone: bool = False


@dataclass
class _Known:
    """What this process wrote last, and when it last found that somebody else had written."""

    next_at: datetime | None = None
    others_at: datetime | None = None

    def found(self, next_at: datetime, moment: datetime) -> None:
        if next_at != self.next_at and next_at > moment - _LATELY:
            self.others_at = moment

    def alone(self, moment: datetime) -> bool:
        return self.others_at is None or abs(moment - self.others_at) > _LATELY


_known = _Known()


#: id, lapses, domain and time of what may leave by now, in order
Due = sa.Select[int, int, str, datetime]
DueRow = sa.Row[int, int, str, datetime]
#: whether anything may leave, and how fast
RULES = (
    Organisation.stopped_at,
    Organisation.pace_second,
    Organisation.pace_minute,
    Organisation.pace_day,
    Organisation.pace_domain_minute,
)


def choose(
    session: Session,
    due: Due,
    limits: Limits,
    moment: datetime,
    most: int,
    *,
    among: Callable[[Sequence[DueRow]], Sequence[DueRow]],
) -> Chosen:
    """Those that are due and have a slot soon. Call inside `transaction()`.

    The others stay where they are, and nobody waits behind a domain that has no slot left. `among`: those of
    them that may be taken together.
    """
    next_at = _locked(session, limits, moment)
    until = moment + HORIZON
    if next_at > until:
        return Chosen(again_at=next_at - HORIZON)
    room = _room(session, limits, moment)
    if room is not None and room < 1:
        return Chosen(again_at=moment + _LOOK_AGAIN)
    most = most if room is None else min(most, room)
    rows = _waiting(session, due, limits, until, most)
    if late := put_off(session, [row.id for row in rows if moment - row.due_at > ON_TIME], moment):
        rows = [row for row in rows if row.id not in late]
        if not rows:
            return Chosen(again_at=moment)
    rows = list(among(rows))
    domains = [row.domain if limits.domain_minute else "" for row in rows]
    slots = give_slots(
        domains,
        limits,
        moment=moment,
        until=until,
        next_at=next_at,
        domain_next_at=_domains(session, set(domains)) if limits.domain_minute else {},
    )
    _keep(session, slots.next_at, slots.domain_next_at if limits.domain_minute else {})
    given = {rows[place].id: slot for place, slot in slots.given.items()}
    again_at = None if given else _next_of_a_domain(session, until)
    return Chosen(
        tuple(given), given, again_at, bool(rows and rows[0].lapses), limits.interval, _known.alone(moment)
    )


def slots_again(domains: Sequence[str]) -> list[datetime]:
    """Other slots for messages in hand that missed their own: what was missed is gone for good."""
    with transaction() as session:
        row = session.execute(sa.select(*RULES)).one()
        limits, moment = limits_of(row), now()
        if not limits.domain_minute:
            domains = [""] * len(domains)
        next_at = _locked(session, limits, moment)
        slots = give_slots(
            domains,
            limits,
            moment=moment,
            until=max(next_at, moment) + DAY,
            next_at=next_at,
            domain_next_at=_domains(session, set(domains)) if limits.domain_minute else {},
        )
        _keep(session, slots.next_at, slots.domain_next_at if limits.domain_minute else {})
        return [slots.given[place] for place in range(len(domains))]


def _locked(session: Session, limits: Limits, moment: datetime) -> datetime:
    """When the next message may leave. No other worker gives out slots until this transaction ends.

    What lies farther ahead than any slot can was written by a clock that has been put back since.
    """
    mine = sa.select(Pace.next_at).where(Pace.scope == SENDER).with_for_update()
    next_at = session.scalar(mine)
    if next_at is None:
        first = sa.text("INSERT INTO pace (scope, next_at) VALUES (:scope, :at) ON CONFLICT DO NOTHING")
        first = first.bindparams(sa.bindparam("at", type_=UTCDateTime()))
        session.execute(first, {"scope": SENDER, "at": moment - _LATELY})
        next_at = session.scalars(mine).one()
    _known.found(next_at, moment)
    farthest = moment + 2 * (HORIZON + limits.domain_interval)
    session.execute(
        sa.delete(Pace)
        .where(Pace.scope != SENDER, sa.or_(Pace.next_at <= moment, Pace.next_at > farthest))
        .execution_options(synchronize_session=False)
    )
    farthest = moment + 2 * (HORIZON + limits.interval)
    if next_at > farthest:
        _keep(session, farthest, {})
    return min(next_at, farthest)


def _room(session: Session, limits: Limits, moment: datetime) -> int | None:
    """How many more may leave today; None where no day has a limit. In hand counts as gone."""
    if not limits.day:
        return None
    in_hand = sa.or_(
        Message.status.in_((MessageStatus.CLAIMED, MessageStatus.HANDING_OVER)), Message.answer.is_not(None)
    )
    return limits.day - session.scalars(sa.select(_gone_since(moment - DAY) + _number(in_hand))).one()


def _gone_since(moment: datetime) -> sa.ColumnElement[int]:
    """How many the mail server has, or may have, taken since then."""
    gone = sa.select(sa.func.count()).where(Delivery.at > moment, Delivery.outcome.in_(COUNTS))
    said = sa.exists().where(Delivery.message_id == Message.id, Delivery.at > moment).correlate(Message)
    unknown = _number(Message.status == MessageStatus.UNCERTAIN, Message.fenced_at > moment, ~said)
    return gone.scalar_subquery() + unknown


def _number(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Message).where(*where).scalar_subquery()


def _waiting(session: Session, due: Due, limits: Limits, until: datetime, most: int) -> list[DueRow]:
    """The first so many that could have a slot, locked; of one domain no more than it has slots."""
    if not limits.domain_minute:
        return list(session.execute(due.limit(most)).all())
    spent = sa.select(sa.func.substr(Pace.scope, len(DOMAIN) + 1))
    spent = spent.where(Pace.scope.startswith(DOMAIN), Pace.next_at > until)
    due = due.where(Message.domain.not_in(spent))
    fit = 1 + HORIZON // limits.domain_interval
    found: list[DueRow] = []
    number: Counter[str] = Counter()
    for _ in range(_PAGES):
        full = [domain for domain, count in number.items() if count >= fit]
        page = session.execute(due.where(Message.domain.not_in(full)).limit(most)).all()
        for row in page:
            if number[row.domain] < fit:
                number[row.domain] += 1
                found.append(row)
        if len(page) < most or len(found) >= most:
            break
        last = page[-1]
        after = sa.and_(Message.due_at == last.due_at, Message.id > last.id)
        due = due.where(sa.or_(Message.due_at > last.due_at, after))
    return found[:most]


def _domains(session: Session, domains: set[str]) -> dict[str, datetime]:
    query = sa.select(Pace.scope, Pace.next_at).where(Pace.scope.in_([DOMAIN + one for one in domains]))
    return {row.scope.removeprefix(DOMAIN): row.next_at for row in session.execute(query)}


def _keep(session: Session, next_at: datetime, domains: Mapping[str, datetime]) -> None:
    session.execute(sa.update(Pace).where(Pace.scope == SENDER).values(next_at=next_at))
    _known.next_at = next_at
    if domains:
        rows = [{"scope": DOMAIN + domain, "next_at": at} for domain, at in sorted(domains.items())]
        session.execute(sa.delete(Pace).where(Pace.scope.in_([row["scope"] for row in rows])))
        session.execute(sa.insert(Pace), rows)


def _next_of_a_domain(session: Session, until: datetime) -> datetime | None:
    """When the first domain that has no slot now has one again."""
    query = sa.select(sa.func.min(Pace.next_at)).where(Pace.scope.startswith(DOMAIN), Pace.next_at > until)
    found = session.scalar(query)
    return found - HORIZON if found else None
