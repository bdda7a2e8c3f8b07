"""What changes between the review and the dot stops the mail; what does not matter stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batch_undo
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.status import JobStatus
from employer_app.extensions import db, transaction
from employer_app.models import (
    Application,
    Batch,
    Candidate,
    Job,
    Message,
    Organisation,
)
from tests import factories
from tests.outbox.driving import drain, queue, reasons, statuses
from tests.smtp_sink import Script, Session

pytestmark = pytest.mark.both


def _while_at(stage: str, act: object) -> Script:
    def action(session: Session) -> None:
        act()  # type: ignore[operator]
        session.sink.act(session, None)

    return {stage: [action]}


def _changed_elsewhere(app: Flask, statement: sa.Update) -> object:
    """Another process writes while the line waits."""

    def act() -> None:
        with app.app_context(), transaction() as session:
            session.execute(statement)

    return act


_LONG_AGO, _SOON = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
STALE = {
    "stage": sa.update(Application).values(version=Application.version + 1),
    "address": sa.update(Candidate).values(address="other@post.example", version=Candidate.version + 1),
    "name": sa.update(Candidate).values(name="Other", version=Candidate.version + 1),
    "do-not-mail": sa.update(Candidate).values(do_not_mail=True),
    "erased": sa.update(Candidate).values(erased_at=sa.func.current_timestamp()),
    "text": sa.update(Message).values(text="Something else"),
    "job": sa.update(Job).values(status=JobStatus.DRAFT),
    "unread": sa.update(Application).values(unread_since=_SOON),
    "date": sa.update(Message).values(expires_at=_LONG_AGO),
}


@pytest.mark.parametrize("statement", STALE.values(), ids=STALE.keys())
def test_change_during_the_talk_stops_the_mail(app: Flask, bob: Person, statement: sa.Update) -> None:
    # faults 32 35
    queue(bob)
    sink = drain(app, _while_at("DATA", _changed_elsewhere(app, statement)))
    assert sink.recipients() == []
    assert statuses() == [MessageStatus.HELD]
    why = db.session.scalar(sa.select(Message.held_because))
    assert why
    assert "The app stopped" not in why
    assert reasons() == {Reason.DECIDED_NOT_TOLD}


HARMLESS = {
    "phone": sa.update(Candidate).values(phone="010 555 0199"),
    "title": sa.update(Job).values(title="Something else"),
    "closed": sa.update(Job).values(status=JobStatus.CLOSED),  # a "no" stays true
    "read": sa.update(Application).values(unread_since=_LONG_AGO),  # whoever reviewed knew it
}


@pytest.mark.parametrize("harmless", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_the_letter_does_not_rest_on_stops_nothing(app: Flask, bob: Person, harmless: sa.Update) -> None:
    queue(bob)
    sink = drain(app, _while_at("DATA", _changed_elsewhere(app, harmless)))
    assert len(sink.recipients()) == 1


def test_cancelled_during_the_talk_never_arrives(app: Flask, bob: Person) -> None:  # fault 37
    queue(bob)

    def cancel() -> None:
        with app.app_context():
            batch = db.session.scalar(sa.select(Message.batch_id))
            assert batch_undo.undo(batch_id=batch, actor=bob).stopped == 1

    assert drain(app, _while_at("RCPT", cancel)).recipients() == []
    assert statuses() == [MessageStatus.CANCELLED]


STOPS = {
    "safe mode": sa.update(Organisation).values(safe_mode=True),
    "stop": sa.update(Organisation).values(stopped_at=_LONG_AGO),
    "pause": sa.update(Batch).values(paused_at=_LONG_AGO),
}


@pytest.mark.parametrize("switch", STOPS.values(), ids=STOPS.keys())
def test_a_stop_in_the_middle_stops_the_very_next_dot(app: Flask, bob: Person, switch: sa.Update) -> None:
    queue(bob, 3)
    sink = drain(app, _while_at("DATA", _changed_elsewhere(app, switch)))
    assert sink.recipients() == []
    assert statuses() == [MessageStatus.QUEUED] * 3


def test_told_by_call_after_the_confirm_stops_the_mail(app: Flask, bob: Person) -> None:
    queue(bob)
    someone = db.session.scalar(sa.select(Application.id))
    factories.happened(someone, EventKind.CALL_LOGGED, tells=True)
    assert drain(app).recipients() == []
    assert statuses() == [MessageStatus.HELD]
