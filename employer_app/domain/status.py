"""Where applications and jobs can stand, and every move between those places. A test walks each pair."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """Of an application."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HIRED = "hired"


#: Still in the running: we owe these people a next word.
LIVE = frozenset({Status.ACTIVE, Status.ON_HOLD})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.ACTIVE: frozenset({Status.ON_HOLD, Status.REJECTED, Status.WITHDRAWN, Status.HIRED}),
    Status.ON_HOLD: frozenset({Status.ACTIVE, Status.REJECTED, Status.WITHDRAWN, Status.HIRED}),
    Status.REJECTED: frozenset({Status.ACTIVE}),
    Status.WITHDRAWN: frozenset({Status.ACTIVE}),
    Status.HIRED: frozenset({Status.ACTIVE, Status.WITHDRAWN}),
}


class JobStatus(StrEnum):
    """`closed` takes no more applications; `finished` means nobody in it is owed an answer."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    FINISHED = "finished"


JOB_MOVES: Mapping[JobStatus, frozenset[JobStatus]] = {
    JobStatus.DRAFT: frozenset({JobStatus.OPEN}),
    JobStatus.OPEN: frozenset({JobStatus.CLOSED}),
    JobStatus.CLOSED: frozenset({JobStatus.OPEN, JobStatus.FINISHED}),
    JobStatus.FINISHED: frozenset({JobStatus.CLOSED}),
}


def may_move(old: Status, new: Status) -> bool:
    return new in MOVES[old]


def job_may_move(old: JobStatus, new: JobStatus) -> bool:
    return new in JOB_MOVES[old]
