"""The ledger writes what the fold says, in the same transaction, and verify finds any difference."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import rebuild, verify
from employer_app.models import Event, EventPayload, OwedAnswer
from tests import factories

pytestmark = pytest.mark.both


def reasons(application_id: int) -> list[Reason]:
    db.session.rollback()
    query = sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == application_id)
    return list(db.session.scalars(query.order_by(OwedAnswer.rank)))


def test_record_opens_and_clears_debts(app: Flask) -> None:
    someone = factories.application(factories.job(), ack_expected=True)
    assert reasons(someone) == [Reason.SILENT, Reason.NOT_ACKNOWLEDGED]
    factories.happened(someone, EventKind.CALL_LOGGED, tells=False)
    assert reasons(someone) == [Reason.SILENT]


def test_record_of_an_interview_asks_for_a_word(app: Flask) -> None:
    someone = factories.application(factories.job(), stage=StageKind.INTERVIEW)
    factories.happened(someone, EventKind.INTERVIEW_HELD, ago=timedelta(days=3), interview_kind="panel")
    assert reasons(someone) == [Reason.INTERVIEWED_NOT_TOLD]


def test_two_promises_are_two_debts(app: Flask) -> None:
    someone = factories.application(factories.job())
    for day in (date(2030, 1, 7), date(2030, 1, 8)):
        factories.happened(someone, EventKind.PROMISE_MADE, due=day.isoformat())
    assert reasons(someone) == [Reason.PROMISE_DUE, Reason.PROMISE_DUE, Reason.SILENT]


def test_verify_passes_on_what_record_wrote(app: Flask) -> None:
    job = factories.job()
    for _ in range(3):
        factories.happened(factories.application(job), EventKind.NOTE_ADDED, payload={"text": "kind"})
    verdict = verify(db.session())
    assert (verdict.applications, verdict.events, verdict.differences) == (3, 6, [])


@pytest.mark.parametrize(
    "tamper",
    [
        sa.update(Event).where(Event.seq == 2).values(kind=EventKind.LETTER_LOGGED),
        sa.update(EventPayload).values(payload={"text": "other"}),
        sa.delete(OwedAnswer),
        sa.update(OwedAnswer).values(rank=9),
    ],
    ids=["event", "payload", "owed-missing", "owed-changed"],
)
def test_verify_finds_tampering(app: Flask, tamper: sa.Update | sa.Delete) -> None:  # attack 83
    someone = factories.application(factories.job())
    factories.happened(someone, EventKind.CALL_LOGGED, tells=False, payload={"summary": "kind"})
    with transaction() as session:
        session.execute(tamper)
    assert len(verify(db.session()).differences) == 1


def test_verify_finds_a_missing_last_event(app: Flask) -> None:  # attack 83
    someone = factories.application(factories.job())
    factories.happened(someone, EventKind.NOTE_ADDED)
    with transaction() as session:
        session.execute(sa.delete(Event).where(Event.seq == 2))
    assert verify(db.session()).differences == [f"application:{someone}: the newest events are missing"]


def test_rebuild_restores_what_was_lost(app: Flask) -> None:
    someone = factories.application(factories.job())
    with transaction() as session:
        session.execute(sa.delete(OwedAnswer))
    with transaction() as session:
        assert rebuild(session) == 1
    assert reasons(someone) == [Reason.SILENT]
    assert verify(db.session()).differences == []


def test_erased_payload_leaves_the_chain_whole(app: Flask) -> None:
    someone = factories.application(factories.job())
    factories.happened(someone, EventKind.NOTE_ADDED, payload={"text": "personal"})
    with transaction() as session:
        session.execute(sa.delete(EventPayload))
    assert verify(db.session()).differences == []
