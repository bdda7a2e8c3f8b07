"""The mail with which a hiring manager is asked, and the reminders: beside the candidates' queue, not in it.

Law: mail of purpose `account`. Who mails it says so in the database first, and takes that back if it did not
leave; a claim whose worker died lapses and is taken anew. Just before the dot the ask is looked at once more.
What stops every message stops these too: somebody stopped everything, a restore, a full disk, trouble of the
mail server; in safe mode they leave to people of the team alone.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain import business_time, times
from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.domain.event import EventKind
from employer_app.domain.manager_ask import Answer, Link, awaited, letter, next_mail_at, sign
from employer_app.domain.status import LIVE
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import (
    Application,
    Candidate,
    Job,
    ManagerAsk,
    ManagerAskItem,
    Organisation,
    Place,
    RelayState,
    User,
    safe_mode,
)
from employer_app.outbox import account_mail, relay
from employer_app.outbox.obstacle import obstacle, stands_still
from employer_app.smtp.line import RelayTrouble, Reply
from employer_app.smtp.mime import Letter, Unbuildable

#: longer than all time limits of one hand-over together
_LEASE = timedelta(minutes=15)
_AGAIN_AFTER = timedelta(minutes=10)
#: of one look; the rest waits a minute
_AT_ONCE = 20
_LEFT = (Outcome.ACCEPTED, Outcome.UNCERTAIN)
NO_SERVER = "No mail server is set up."
NO_SENDER = "There is no sender address yet."
STOPPED = "Somebody stopped everything that leaves."
SAFE_MODE = "Safe mode is on, and this address belongs to nobody of the team."
PAUSED = "The mail server is in trouble."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Question:
    """One mail as it is to leave. `open`: the applications about which something is still to be said."""

    ask_id: int
    token: str
    mails: int
    open: tuple[int, ...]
    calendar: Calendar
    letter: Letter


def why_not(address: str) -> str:
    """Why a mail to this address cannot leave now, in words; empty when it can."""
    return _whatever_it_is() or _for(address)


def _whatever_it_is() -> str:
    if relay.configured() is None:
        return NO_SERVER
    query = sa.select(Organisation.sender_address, Organisation.stopped_at, RelayState.paused_until)
    row = db.session.execute(query.outerjoin(RelayState, RelayState.id == 1)).first()
    if row is None or not row.sender_address:
        return NO_SENDER
    if row.stopped_at:
        return stands_still() or STOPPED
    if row.paused_until is not None and row.paused_until > now():
        return PAUSED
    return stands_still()


def _for(address: str) -> str:
    if not safe_mode(db.session.scalar(sa.select(Organisation.safe_mode))):
        return ""
    ours = sa.exists().where(sa.func.lower(User.email) == address.lower(), User.active)
    return "" if db.session.scalar(sa.select(ours)) else SAFE_MODE


def anything_due() -> bool:
    """Whether some mail is to leave now. One statement."""
    found = bool(db.session.scalar(sa.select(_due().exists())))
    db.session.rollback()
    return found


def send_due() -> None:
    """Mail what is due. Never fails: what cannot leave now waits, and is looked at again."""
    why = obstacle() or _whatever_it_is()
    if why:
        db.session.rollback()
        return
    due = db.session.execute(_due().order_by(ManagerAsk.next_mail_at, ManagerAsk.id)).all()
    may_leave = [ask_id for ask_id, address in due if not _for(address)]
    db.session.rollback()
    for ask_id in may_leave[:_AT_ONCE]:
        try:
            _send(ask_id)
        except Exception:
            db.session.rollback()
            _log.exception("A question to a hiring manager could not be mailed. It is tried again.")


def _due() -> sa.Select[int, str]:
    return sa.select(ManagerAsk.id, ManagerAsk.address).where(*_is_due(now()))


def _is_due(moment: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    free = sa.or_(ManagerAsk.claimed_until.is_(None), ManagerAsk.claimed_until <= moment)
    return ManagerAsk.next_mail_at <= moment, ManagerAsk.withdrawn_at.is_(None), free


def _send(ask_id: int) -> None:
    token = secrets.token_hex(16)
    question = _claim(ask_id, token)
    if question is None:
        return
    try:
        reply = _hand_over(question)
    except (RelayTrouble, Unbuildable) as trouble:
        _log.warning("A question to a hiring manager did not leave: %s", trouble)
        _take_back(question, str(trouble), again=isinstance(trouble, RelayTrouble))
        return
    except BaseException:
        _take_back(question, "", again=True)
        raise
    if reply.outcome in _LEFT:
        _settle(question)
        return
    said = account_mail.words_of(reply)
    _log.warning("A question to a hiring manager was not taken (%s).", reply.code)
    _take_back(question, said, again=reply.outcome is not Outcome.REFUSED)


def _claim(ask_id: int, token: str) -> _Question | None:
    """None when another worker was faster, or nothing is left to ask; then the next mail is put off."""
    moment = now()
    with transaction() as session:
        mine = sa.update(ManagerAsk).where(ManagerAsk.id == ask_id, *_is_due(moment))
        mine = mine.values(claim_token=token, claimed_until=moment + _LEASE)
        if not session.execute(mine.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
            return None
        ask = session.get_one(ManagerAsk, ask_id, populate_existing=True)
        found = session.execute(
            sa.select(Job, Place, User.name, User.email)
            .join(Place, Place.id == Job.place_id)
            .outerjoin(User, User.id == ask.asked_by)
            .where(Job.id == ask.job_id)
        ).one()
        job, place, asker, reply_to = found
        calendar = calendar_of(place)
        today = moment.astimezone(ZoneInfo(calendar.timezone)).date()
        items = _asked_about(ask)
        still = tuple(one.application_id for one in items if awaited(one.answer, one.until, today))
        if not still or ask.expires_at <= moment:
            _put_off(ask, items, calendar)
            return None
        mail = _letter(ask, job, calendar, asker or "", reply_to or "", len(still))
        return _Question(ask.id, token, ask.mails, still, calendar, mail)


def _asked_about(ask: ManagerAsk) -> Sequence[ManagerAskItem]:
    """Those of its candidates about whom an answer still makes sense."""
    query = (
        sa.select(ManagerAskItem)
        .join(Application, Application.id == ManagerAskItem.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            ManagerAskItem.ask_id == ask.id,
            ManagerAskItem.ended_at.is_(None),
            Application.job_id == ask.job_id,
            Application.status.in_(LIVE),
            Candidate.erased_at.is_(None),
        )
        .order_by(ManagerAskItem.application_id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def _put_off(ask: ManagerAsk, items: Sequence[ManagerAskItem], calendar: Calendar) -> None:
    """All was answered, so nobody is reminded, but for the days until which the manager asked to wait."""
    days = [one.until for one in items if one.answer is Answer.LATER and one.until is not None]
    again = business_time.morning_after(calendar, min(days)) if days else None
    ask.next_mail_at = again if again and now() < again < ask.expires_at else None
    ask.claim_token = ask.claimed_until = None


def _letter(ask: ManagerAsk, job: Job, calendar: Calendar, asker: str, reply_to: str, people: int) -> Letter:
    house = db.session.get_one(Organisation, 1)
    token = sign(setting("SECRET_KEY"), Link(ask.id, ask.key))
    subject, text = letter(
        mails=ask.mails,
        job=job.title,
        asker=asker,
        people=people,
        expires_on=times.day(ask.expires_at.astimezone(ZoneInfo(calendar.timezone)).date()),
        link=f"{setting('PUBLIC_URL').rstrip('/')}/manager/{token}",
    )
    return account_mail.written(
        house,
        to_name=ask.name,
        to_address=ask.address,
        subject=subject,
        text=text,
        reply_to=reply_to or house.reply_to,
    )


def _hand_over(question: _Question) -> Reply:
    """Raises RelayTrouble or Unbuildable: nothing has left."""
    server = relay.configured()
    if server is None:
        raise RelayTrouble(NO_SERVER)
    return account_mail.post(server, question.letter, goes=lambda: _still_right(question))


def _still_right(question: _Question) -> bool:
    """Asked when all but the dot was said: nobody took it back, and it may still leave."""
    query = sa.select(ManagerAsk.claim_token, ManagerAsk.withdrawn_at).where(ManagerAsk.id == question.ask_id)
    row = db.session.execute(query).one()
    ours = row.claim_token == question.token and row.withdrawn_at is None
    goes = ours and not why_not(question.letter.to_address)
    db.session.rollback()
    return goes


def _settle(question: _Question) -> None:
    """It left, or may have left; a reminder stands in the history of everybody it was about."""
    moment = now()
    with transaction() as session:
        lock(session, question.open)
        ask = session.get_one(ManagerAsk, question.ask_id, with_for_update=True, populate_existing=True)
        if ask.claim_token != question.token:
            return
        ask.claim_token = ask.claimed_until = None
        ask.mails, ask.mailed_at, ask.trouble = question.mails + 1, moment, ""
        again = next_mail_at(question.calendar, ask.mails, moment, competing=ask.competing)
        ends = ask.withdrawn_at is not None or again is None or again >= ask.expires_at
        ask.next_mail_at = None if ends else again
        if question.mails:
            said = {"ask_id": ask.id}
            facts = [
                NewFact(one, EventKind.MANAGER_REMINDED, said, {"manager": ask.name}) for one in question.open
            ]
            record(session, facts, actor_id=None)


def _take_back(question: _Question, why: str, *, again: bool) -> None:
    """It did not leave. `again`: another try may help; else a person has to look at the address."""
    with transaction() as session:
        ask = session.get_one(ManagerAsk, question.ask_id, with_for_update=True, populate_existing=True)
        if ask.claim_token != question.token:
            return
        ask.claim_token = ask.claimed_until = None
        ask.trouble = why or ask.trouble
        ask.next_mail_at = now() + _AGAIN_AFTER if again and ask.withdrawn_at is None else None
