"""Figures for a monitor, in the text format of Prometheus: numbers and our own words for states, and nothing
that belongs to a person. Two statements, when they are asked for; no process keeps a count of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from employer_app.domain.delivery import Outcome
from employer_app.domain.message import MessageStatus
from employer_app.extensions import db
from employer_app.models import Delivery, Message
from employer_app.queries import health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Type(StrEnum):
    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True)
class Metric:
    """`samples`: by the value of its one label, which is a word of ours; "" stands for no label."""

    name: str
    type: Type
    help: str
    samples: Mapping[str, float]
    label: str = ""


def gauge(name: str, help_: str, value: float) -> Metric:
    return Metric(name, Type.GAUGE, help_, {"": value})


def text(metrics: Iterable[Metric]) -> str:
    """As Prometheus reads it. Names, helps and labels are ours and plain, so nothing is escaped."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} {metric.type.value}"
    for word, value in metric.samples.items():
        label = f'{{{metric.label}="{word}"}}' if word else ""
        yield f"{metric.name}{label} {value}"


def figures(*, stuck: bool = False) -> Sequence[Metric]:
    """`stuck`: something that is in no table keeps everything here."""
    status = health.of_the_outbox()
    by_state, by_outcome, size = _counts()
    db.session.rollback()
    metrics = [
        Metric("employer_messages", Type.GAUGE, "Messages by state.", by_state, "state"),
        gauge("employer_messages_due", "Due by now, and of no list that is paused.", status.due),
        gauge(
            "employer_oldest_due_age_seconds", "Of the oldest of them.", _age(status.oldest_due_at, status)
        ),
        gauge("employer_messages_unseen", "Failures and doubts that nobody looked at.", status.unseen),
        Metric(
            "employer_messages_accepted_total",
            Type.COUNTER,
            "Messages that the mail server has taken.",
            {"": by_state[MessageStatus.ACCEPTED.value]},
        ),
        Metric("employer_attempts_total", Type.COUNTER, "Attempts by outcome.", by_outcome, "outcome"),
        gauge("employer_relay_paused", "1 while the mail server is in trouble.", int(status.in_trouble)),
        gauge("employer_stopped", "1 while somebody stopped everything.", int(bool(status.stopped_at))),
        gauge("employer_safe_mode", "1 while nothing may leave to candidates.", int(status.safe_mode)),
        gauge("employer_outbox_stuck", "1 while /healthz/outbox says 503.", int(stuck or status.stuck)),
        gauge("employer_people_owed", "People who wait for a word from us.", status.waiting),
        gauge("employer_people_late", "Those of them whose day has passed.", status.late),
        gauge("employer_database_bytes", "Size of the database.", size),
    ]
    if status.worker_seen_at:
        age = _age(status.worker_seen_at, status)
        metrics.append(gauge("employer_worker_seen_age_seconds", "Since a worker was last there.", age))
    return metrics


def _age(moment: datetime | None, status: health.Status) -> float:
    return max(0.0, (status.at - moment).total_seconds()) if moment else 0.0


def _counts() -> tuple[dict[str, float], dict[str, float], int]:
    """Messages by state, attempts by outcome, each state and outcome named, zeros too; and bytes."""
    word: Any = sa.String()
    number = sa.func.count()
    query = sa.union_all(
        sa.select(sa.literal("state").label("what"), sa.cast(Message.status, word).label("word"), number)
        .group_by(Message.status),
        sa.select(sa.literal("outcome"), sa.cast(Delivery.outcome, word), number).group_by(Delivery.outcome),
        sa.select(sa.literal("size"), sa.literal(""), _size()),
    )  # fmt: skip
    by_state: dict[str, float] = {status.value: 0 for status in MessageStatus}
    by_outcome: dict[str, float] = {outcome.value: 0 for outcome in Outcome}
    size = 0
    for what, name, count in db.session.execute(query):
        match what:
            case "state":
                by_state[name] = count
            case "outcome":
                by_outcome[name] = count
            case _:
                size = count
    return by_state, by_outcome, size


def _size() -> sa.ColumnElement[int]:
    if db.session.get_bind().dialect.name == "postgresql":
        return sa.func.pg_database_size(sa.func.current_database())
    return sa.text("(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())")  # type: ignore[return-value]
