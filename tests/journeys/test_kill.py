"""SIGKILL of a real worker process at each point of a hand-over, a restart, and the count of what arrived."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app import create_app
from employer_app.actions import batches, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import OPERATOR
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Message, Plan
from employer_app.outbox import worker
from employer_app.outbox.evidence import settle_from_archive
from employer_app.outbox.sweep import sweep
from tests import factories
from tests.processes import end, start
from tests.smtp_faults import Gate, lose_then_drop
from tests.smtp_sink import WAIT, Script, SmtpSink

PEOPLE = 6


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Flask]:
    """An app with a database file of its own, which another process may open too."""
    app = create_app({"MAIL_SERVER": "127.0.0.1", "MAIL_USE_TLS": False}, tmp_path / "instance")
    factories.migrate(app)
    with app.app_context():
        factories.organisation()
        yield app
        worker.leave()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def queued(own_app: Flask) -> Flask:
    """So many confirmed messages, due now."""
    job = factories.job()
    for _ in range(PEOPLE):
        factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=OPERATOR)
    batches.confirm(plan_id=plan, digest=db.session.get_one(Plan, plan).digest, actor=OPERATOR)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
    return own_app


@contextmanager
def worker_process(app: Flask, port: int, connections: int = 1) -> Iterator[ForkServerProcess]:
    environment = {
        **os.environ,
        "EMPLOYER_INSTANCE": app.instance_path,
        "EMPLOYER_MAIL_SERVER": "127.0.0.1",
        "EMPLOYER_MAIL_PORT": str(port),
        "EMPLOYER_MAIL_USE_TLS": "false",
        "EMPLOYER_CONNECTIONS": str(connections),
    }
    process = start(environment, "worker")
    try:
        yield process
    finally:
        end(process)


def kill_at(app: Flask, script: Script, gate: Gate, connections: int = 1) -> SmtpSink:
    """Run a worker until the mail server reaches the gate, kill it there, let the server go on."""
    with SmtpSink(script) as sink:
        with worker_process(app, sink.port, connections) as process:
            assert gate.reached.wait(WAIT)
            end(process)
        gate.open()
        assert sink.wait_idle()
    return sink


def finish(app: Flask) -> SmtpSink:
    """The next worker, in this process: take back what the dead one held, deliver the rest."""
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        sweep()
        worker.drain()
    return sink


def statuses() -> list[MessageStatus]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Message.status)))


@pytest.mark.parametrize("stage", ["connect", "MAIL", "RCPT", "DATA", "body"])
def test_kill_before_the_dot_costs_nothing(queued: Flask, stage: str) -> None:  # faults 4 5 6
    gate = Gate()
    first = kill_at(queued, {stage: [gate]}, gate)
    second = finish(queued)
    assert first.recipients() == []
    assert len(set(second.recipients())) == len(second.recipients()) == PEOPLE
    assert statuses() == [MessageStatus.ACCEPTED] * PEOPLE
    assert verify(db.session()).differences == []


@pytest.mark.parametrize(("then", "copies"), [(None, 1), (lose_then_drop, 0)])
def test_kill_at_the_dot_leaves_one_in_doubt(queued: Flask, then: object, copies: int) -> None:  # faults 8 9
    gate = Gate(then)  # type: ignore[arg-type]
    first = kill_at(queued, {"dot": [gate]}, gate)
    second = finish(queued)
    assert len(first.recipients()) == copies
    assert len(second.recipients()) == PEOPLE - 1
    assert set(first.recipients()).isdisjoint(second.recipients())
    assert statuses() == [MessageStatus.ACCEPTED] * (PEOPLE - 1) + [MessageStatus.UNCERTAIN]
    assert verify(db.session()).differences == []


def test_archive_copy_settles_the_doubt(queued: Flask, tmp_path: Path) -> None:
    gate = Gate()
    first = kill_at(queued, {"dot": [gate]}, gate)
    finish(queued)
    (tmp_path / "copy.eml").write_bytes(first.accepted[0].raw)
    assert len(settle_from_archive(tmp_path, actor_id=None).arrived) == 1
    assert statuses() == [MessageStatus.ACCEPTED] * PEOPLE


def test_kill_in_the_middle_of_a_batch(queued: Flask) -> None:  # fault 10
    gate = Gate()
    first = kill_at(queued, {"MAIL": [None, None, None, gate]}, gate)
    second = finish(queued)
    everybody = first.recipients() + second.recipients()
    assert len(first.recipients()) == 3
    assert len(set(everybody)) == len(everybody) == PEOPLE
    # the third answer waited for the fourth last look: on disk or in doubt, and sent again in neither case
    assert statuses()[:-1] == [MessageStatus.ACCEPTED] * (PEOPLE - 1)
    assert statuses()[-1] in (MessageStatus.ACCEPTED, MessageStatus.UNCERTAIN)


def test_sigterm_finishes_the_mail_in_hand(queued: Flask) -> None:  # fault 12
    gate = Gate()
    with SmtpSink({"DATA": [gate]}) as sink, worker_process(queued, sink.port) as process:
        assert gate.reached.wait(WAIT)
        process.terminate()
        gate.open()
        process.join(WAIT)
        assert process.exitcode == 0
    assert len(sink.recipients()) == 1
    assert MessageStatus.UNCERTAIN not in statuses()
    second = finish(queued)
    assert len(second.recipients()) == PEOPLE - 1


@pytest.mark.parametrize("stage", ["MAIL", "DATA", "dot", "QUIT"])
def test_kill_with_several_connections_doubles_nobody_and_doubts_one_each(  # faults 5 8 10
    queued: Flask, stage: str
) -> None:
    gate = Gate()
    first = kill_at(queued, {stage: [None, gate]}, gate, connections=4)
    second = finish(queued)
    everybody = first.recipients() + second.recipients()
    assert len(set(everybody)) == len(everybody)
    found = statuses()
    doubtful = found.count(MessageStatus.UNCERTAIN)
    assert found.count(MessageStatus.ACCEPTED) + doubtful == PEOPLE
    assert doubtful <= 4
    assert len(everybody) >= PEOPLE - doubtful
    assert verify(db.session()).differences == []
