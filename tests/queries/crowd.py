"""People to whom anything may have happened, and the slow way to say how they stand."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.picture import Bucket, Mark, Wait, When, bucket_of, wait_of
from employer_app.domain.stage import StageKind, interviewed
from employer_app.domain.status import LIVE, Status
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, OwedAnswer
from tests import factories

#: a Wednesday morning
NOW = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)
DECIDED = {"decision_id": 1, "disposition": "X", "status": "rejected", "stage_kind": "applied"}


def days(number: float) -> timedelta:
    return timedelta(days=number)


def decided(application_id: int, ago: float = 3, *, owed: bool = True) -> None:
    factories.happened(application_id, EventKind.DECISION_MADE, ago=days(ago), **DECIDED, owed=owed)


def on_the_pile(*ids: int) -> None:
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id.in_(ids)).values(old_pile=True))


def random_world(seed: int, people: int = 60) -> None:
    """People to whom anything happened, some of them more than once here, some on the old pile."""
    dice = random.Random(seed)
    jobs = [factories.job(title) for title in ("Cook", "Deck Officer", "Night Porter")]
    ids: list[int] = []
    known: list[int] = []
    for _ in range(people):
        again = dice.choice(known) if known and dice.random() < 0.3 else None
        someone = again or factories.candidate(None, dice.choice(["auto", "auto", "auto", None]))
        known.append(someone)
        job, kind = dice.choice(jobs), dice.choice(list(StageKind)[:5])
        taken = sa.select(Application.id).where(
            Application.job_id == job, Application.candidate_id == someone
        )
        if db.session.scalar(taken):
            continue
        one = factories.application(
            job, candidate_id=someone, received=days(dice.choice([0, 4, 6, 7, 14, 30, 90, 400])), stage=kind
        )
        ids.append(one)
        happens(dice, one)
    on_the_pile(*dice.sample(ids, len(ids) // 4))
    db.session.rollback()


def happens(dice: random.Random, one: int) -> None:
    what = dice.randrange(9)
    if what == 0:
        factories.happened(
            one, EventKind.INTERVIEW_HELD, ago=days(dice.choice([0, 2, 9])), interview_kind="panel"
        )
    elif what == 1:
        factories.happened(
            one, EventKind.STATUS_CHANGED, status=dice.choice(["withdrawn", "hired", "on_hold"])
        )
    elif what == 2:
        factories.happened(one, EventKind.MESSAGE_FAILED, message_id=one)
    elif what == 3:
        factories.happened(one, EventKind.PROMISE_MADE, ago=days(3), due="2026-11-19")
    elif what in {4, 5, 6}:
        decided(one, owed=dice.random() < 0.8)
        if what == 5:
            factories.happened(one, EventKind.CALL_LOGGED, ago=days(1), tells=True)
        elif what == 6:
            factories.happened(one, EventKind.TOLD_ELSEWHERE, ago=days(1), tells=True)
    elif what == 7:
        factories.happened(one, EventKind.WAIVER_MADE, ago=days(0))


def by_hand() -> Counter[tuple[Bucket, When | None, Wait | None]]:
    """The same in slow Python, row by row, from the rules of the domain."""
    found: Counter[tuple[Bucket, When | None, Wait | None]] = Counter()
    for row in db.session.scalars(sa.select(Application)).all():
        owed = db.session.scalars(sa.select(OwedAnswer).where(OwedAnswer.application_id == row.id)).all()
        person = db.session.get_one(Candidate, row.candidate_id)
        others = db.session.scalars(
            sa.select(Application).where(Application.candidate_id == person.id, Application.id != row.id)
        ).all()
        truths = {
            Mark.WAITS: bool(owed),
            Mark.ELSEWHERE: any(
                other.status is Status.HIRED or (other.status in LIVE and interviewed(other.depth))
                for other in others
            ),
            Mark.UNREACHABLE: person.address is None
            or person.do_not_mail
            or any(debt.reason is Reason.MESSAGE_FAILED for debt in owed),
            Mark.UNTOLD: any(debt.reason is Reason.DECIDED_NOT_TOLD for debt in owed),
            Mark.FINAL: row.depth.depth >= StageKind.FINAL.depth,
            Mark.INTERVIEWED: interviewed(row.depth),
            Mark.HIRED: row.status is Status.HIRED,
            Mark.WITHDRAWN: row.status is Status.WITHDRAWN,
            Mark.TOLD_ELSEWHERE: row.told_how == "told.elsewhere",
            Mark.TOLD: row.told_at is not None,
        }
        bucket = bucket_of([mark for mark, true in truths.items() if true])
        wait = wait_of(row.last_contact_at or row.received_at, NOW) if owed else None
        found[bucket, when_by_hand(row, owed), wait] += 1
    return found


def when_by_hand(row: Application, owed: list[OwedAnswer]) -> When | None:
    midnight = datetime(2026, 11, 18, 23, tzinfo=UTC)  # in Amsterdam
    if not owed:
        return None
    if row.old_pile:
        return When.OLD_PILE
    if any(debt.breach_at < NOW for debt in owed):
        return When.LATE
    if any(debt.target_at <= midnight for debt in owed):
        return When.TODAY
    return When.SOON if any(debt.opens_at <= NOW for debt in owed) else When.LATER
