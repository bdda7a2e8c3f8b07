"""A worker that enters in a test leaves with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from employer_app.domain.clock import now
from employer_app.outbox import clock_watch, worker
from tests.outbox.troubles import START, tell_by
from tests.smtp_sink import SmtpSink


@pytest.fixture(autouse=True)
def _worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of PostgreSQL travels with ours, as far as a worker sees it."""
    monkeypatch.setattr(clock_watch, "_database_now", now)
    yield
    worker.leave()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpSink]:
    """The other mail server."""
    with SmtpSink() as sink:
        tell_by(app, sink, monkeypatch)
        yield sink
