"""What a hiring manager answers through the link of one ask.

Law: the link is the whole right of whoever has it: to answer about exactly these candidates, until it is too
old, taken back, or the answer confirmed. An answer is written down and changes nothing else.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.manager_ask import (
    LONGEST_NOTE,
    LONGEST_WAIT,
    MOST_MAILS,
    Answer,
    Given,
    Link,
    awaited,
    next_mail_at,
    read,
)
from employer_app.domain.status import LIVE
from employer_app.extensions import setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Candidate, Job, ManagerAsk, ManagerAskItem, Place
from employer_app.queries.manager_asks import notes_of


@dataclass(frozen=True)
class Saved:
    """How many answers were written down, and for how many it was too late."""

    answers: int
    too_late: int


def answer(*, token: str, given: Mapping[int, Given]) -> Saved:
    """Write down what changed, by the item's id. Raises NotFound for a link that opens nothing."""
    link = read(setting("SECRET_KEY"), token)
    if link is None:
        raise no_link()
    moment = now()
    with transaction() as session:
        mine = sa.select(ManagerAskItem.application_id).where(ManagerAskItem.ask_id == link.ask_id)
        rows = {row.id: row for row in lock(session, session.scalars(mine).all())}
        asked = _ask(session, link, moment)
        items = _items(session, asked)
        notes = notes_of(asked.id, [item.application_id for item in items])
        erased = _erased(session, rows)
        calendar = _calendar(session, asked)
        today = moment.astimezone(ZoneInfo(calendar.timezone)).date()
        facts, too_late = [], 0
        for item in items:
            said = given.get(item.id)
            if said is None or _same(item, said, notes.get(item.application_id, "")):
                continue
            row = rows[item.application_id]
            if item.ended_at or row.status not in LIVE or row.job_id != asked.job_id or row.id in erased:
                too_late += 1
                continue
            facts.append(_write(asked, item, said, moment, today))
        if facts:
            _remind_again(asked, items, calendar, moment)
        session.flush()
        record(session, facts, actor_id=None)
        return Saved(len(facts), too_late)


def no_link() -> NotFound:
    """The same words for every link that opens nothing."""
    return NotFound("This link does not work any more.", "Reply to the mail that it came with.")


def _remind_again(
    asked: ManagerAsk, items: Sequence[ManagerAskItem], calendar: Calendar, moment: datetime
) -> None:
    """All had been answered, so no mail was planned; now something may be open again."""
    today = moment.astimezone(ZoneInfo(calendar.timezone)).date()
    opened = any(item.ended_at is None and awaited(item.answer, item.until, today) for item in items)
    if opened and asked.next_mail_at is None and 0 < asked.mails < MOST_MAILS:
        again = next_mail_at(calendar, asked.mails, moment, competing=asked.competing)
        asked.next_mail_at = again if again and again < asked.expires_at else None


def _ask(session: Session, link: Link, moment: datetime) -> ManagerAsk:
    row = session.get(ManagerAsk, link.ask_id, with_for_update=True, populate_existing=True)
    opens = row is not None and hmac.compare_digest(row.key.encode(), link.key.encode())
    if row is None or not opens or row.withdrawn_at is not None or row.expires_at <= moment:
        raise no_link()
    return row


def _items(session: Session, asked: ManagerAsk) -> Sequence[ManagerAskItem]:
    query = sa.select(ManagerAskItem).where(ManagerAskItem.ask_id == asked.id)
    query = query.order_by(ManagerAskItem.application_id).execution_options(populate_existing=True)
    return session.scalars(query).all()


def _calendar(session: Session, asked: ManagerAsk) -> Calendar:
    query = sa.select(Place).join(Job, Job.place_id == Place.id).where(Job.id == asked.job_id)
    return calendar_of(session.scalars(query).one())


def _erased(session: Session, rows: Mapping[int, Application]) -> set[int]:
    query = (
        sa.select(Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.id.in_(rows), Candidate.erased_at.is_not(None))
    )
    return set(session.scalars(query))


def _same(item: ManagerAskItem, said: Given, note: str) -> bool:
    until = said.until if said.answer is Answer.LATER else None
    return (item.answer, item.until, note) == (said.answer, until, said.note.strip())


def _write(asked: ManagerAsk, item: ManagerAskItem, said: Given, moment: datetime, today: date) -> NewFact:
    """Raises Refused for a day that cannot be right, and for too long a note."""
    later = said.answer is Answer.LATER
    if later and (said.until is None or not 0 <= (said.until - today).days <= LONGEST_WAIT):
        raise Refused("Give a day from today on, within a year.", "", f"until-{item.id}")
    note = said.note.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused("The note is too long.", f"{LONGEST_NOTE} characters are the most.", f"note-{item.id}")
    item.answer, item.until, item.answered_at = said.answer, said.until if later else None, moment
    item.version += 1
    facts = {
        "ask_id": asked.id,
        "answer": said.answer.value,
        "until": item.until.isoformat() if item.until else None,
    }
    payload = {"manager": asked.name, **({"note": note} if note else {})}
    return NewFact(item.application_id, EventKind.MANAGER_ANSWERED, facts, payload)
