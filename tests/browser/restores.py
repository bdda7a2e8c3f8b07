"""A house whose database was put back: many messages wait, and some of them had left before."""

from __future__ import annotations

from datetime import timedelta

from employer_app.domain.clock import now
from employer_app.domain.restore import Cause
from employer_app.outbox import restore
from tests import factories
from tests.actions.mail import queue

#: more than may go on without their number
WAITING, GONE = 34, 3


def put_back() -> dict[str, int | str]:
    job = factories.job("Engine Room Rating")
    messages = [queue(factories.application(job, name=f"Person {n} Example")) for n in range(WAITING + GONE)]
    restore.pause(Cause.OLDER, dict.fromkeys(messages[:GONE], now() - timedelta(hours=2)))
    return {"restored": GONE}
