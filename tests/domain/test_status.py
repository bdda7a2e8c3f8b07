"""Every pair of moves, said once more by hand."""

from __future__ import annotations

from itertools import product

import pytest

from employer_app.domain.status import JOB_MOVES, LIVE, MOVES, JobStatus, Status, job_may_move, may_move

ALLOWED = {
    "active": "on_hold rejected withdrawn hired",
    "on_hold": "active rejected withdrawn hired",
    "rejected": "active",
    "withdrawn": "active",
    "hired": "active withdrawn",
}
JOB_ALLOWED = {"draft": "open", "open": "closed", "closed": "open finished", "finished": "closed"}


@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_application_moves(old: Status, new: Status) -> None:
    assert may_move(old, new) is (new.value in ALLOWED[old.value].split())


@pytest.mark.parametrize(("old", "new"), list(product(JobStatus, JobStatus)))
def test_job_moves(old: JobStatus, new: JobStatus) -> None:
    assert job_may_move(old, new) is (new.value in JOB_ALLOWED[old.value].split())


def test_every_status_has_its_moves_and_none_leads_to_itself() -> None:
    assert set(MOVES) == set(Status)
    assert set(JOB_MOVES) == set(JobStatus)
    assert not any(status in onward for status, onward in MOVES.items())


def test_every_end_can_be_reopened() -> None:
    assert {Status.ACTIVE, Status.ON_HOLD} == LIVE
    assert all(may_move(status, Status.ACTIVE) for status in Status if status is not Status.ACTIVE)
