"""A mail to whoever confirmed a large list with nobody else there to release it: it was you, was it?

Law: it goes to the author's own address and names no applicant. The list waits whether the mail leaves or
not, for the wait is what protects; until the list leaves it is tried again each minute. Who sends it says so
in the database first, so that no two do, and takes it back if the mail did not leave.
"""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain import times
from employer_app.domain.clock import now
from employer_app.domain.release import Released
from employer_app.domain.words import t
from employer_app.extensions import db, setting, transaction
from employer_app.models import Batch, Job, Place, User
from employer_app.outbox.own_mail import Ended, hand_over, of_a_copy

_log = logging.getLogger(__name__)


def notify() -> None:
    """Mail each author who waits for it, if this is our own database. Never fails."""
    query = sa.select(Batch.id).where(
        Batch.released == Released.ALONE, Batch.notice_at.is_(None), Batch.due_at > now()
    )
    due = db.session.scalars(query.order_by(Batch.id)).all()
    here = due and not of_a_copy()
    db.session.rollback()
    for batch_id in due if here else ():
        try:
            _notify(batch_id)
        except Exception:
            db.session.rollback()
            _log.exception("The mail about send list %s could not be sent. It is tried again.", batch_id)


def _notify(batch_id: int) -> None:
    moment = now()
    if not _write(batch_id, None, moment, ""):
        return  # somebody else is at it
    try:
        trouble = _post(batch_id)
    except BaseException:
        _write(batch_id, moment, None, "it could not be built or handed over")
        raise
    if trouble:
        _write(batch_id, moment, None, trouble)
        _log.warning("The mail about send list %s did not leave: %s", batch_id, trouble)


def _write(batch_id: int, was: datetime | None, notice_at: datetime | None, trouble: str) -> bool:
    before = Batch.notice_at.is_(None) if was is None else Batch.notice_at == was
    with transaction() as session:
        changed = session.execute(
            sa.update(Batch)
            .where(Batch.id == batch_id, before)
            .values(notice_at=notice_at, notice_trouble=trouble)
            .execution_options(synchronize_session=False)
        )
        return bool(changed.rowcount)  # type: ignore[attr-defined]


def _post(batch_id: int) -> str:
    """Hand it over; why it did not leave, in words, or nothing."""
    row = db.session.execute(
        sa.select(Batch.messages, Batch.due_at, Job.public_title, Place.timezone, User.name, User.email)
        .join(Job, Job.id == Batch.job_id)
        .join(Place, Place.id == Job.place_id)
        .join(User, User.id == Batch.confirmed_by)
        .where(Batch.id == batch_id)
    ).one()
    result = hand_over(
        to_name=row.name,
        to_address=row.email,
        subject=t("notice.subject", n=row.messages),
        text=t(
            "notice.text",
            name=row.name,
            messages=t("page.messages", n=row.messages),
            job=row.public_title,
            when=f"{times.exact(row.due_at, ZoneInfo(row.timezone))} ({row.timezone})",
            url=f"{setting('PUBLIC_URL').rstrip('/')}/batches/{batch_id}",
        ),
    )
    return "" if result.ended is Ended.LEFT else result.said or "the mail server did not take it"
