"""The stages of a job: order, names, the mark, and none is removed with people in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import stages
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind, job_subject
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind, StagePlan
from employer_app.extensions import db
from employer_app.models import Event, Stage
from tests import factories

pytestmark = pytest.mark.both
USUAL = ["Applied", "Phone screen", "Interview", "Final", "Offer", "Hired"]


def rows(job_id: int) -> list[Stage]:
    db.session.rollback()
    query = sa.select(Stage).where(Stage.job_id == job_id).order_by(Stage.position)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def names(job_id: int) -> list[str]:
    found = rows(job_id)
    assert [stage.position for stage in found] == list(range(len(found)))
    return [stage.name for stage in found]


def ids(job_id: int) -> dict[str, int]:
    return {stage.name: stage.id for stage in rows(job_id)}


def events(job_id: int) -> int:
    query = sa.select(sa.func.count()).where(
        Event.subject == job_subject(job_id), Event.kind == EventKind.JOB_EDITED
    )
    return db.session.scalar(query) or 0


def test_new_stage_stands_behind_the_last_that_is_not_deeper(app: Flask, bob: Person) -> None:
    job = factories.job()
    stages.add_stage(actor=bob, job_id=job, plan=StagePlan("Case study", StageKind.INTERVIEW, True))
    assert names(job) == ["Applied", "Phone screen", "Interview", "Case study", "Final", "Offer", "Hired"]
    assert events(job) == 1


def test_order_is_changed_as_a_whole_or_by_one_place(app: Flask, bob: Person) -> None:
    job = factories.job()
    by_name = ids(job)
    stages.reorder_stages(actor=bob, job_id=job, stage_ids=[by_name[name] for name in USUAL[::-1]])
    assert names(job) == USUAL[::-1]
    stages.move_stage_by(actor=bob, job_id=job, stage_id=by_name["Hired"], places=1)
    assert names(job)[:2] == ["Offer", "Hired"]
    stages.move_stage_by(actor=bob, job_id=job, stage_id=by_name["Offer"], places=-1)
    assert names(job)[:2] == ["Offer", "Hired"]


def test_order_with_a_missing_double_or_foreign_stage_is_refused(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job()
    mine, foreign = list(ids(job).values()), list(ids(other).values())
    for wrong in (mine[1:], [*mine[1:], mine[1]], [*mine[1:], foreign[0]], []):  # attack 15
        with pytest.raises(Refused):
            stages.reorder_stages(actor=bob, job_id=job, stage_ids=wrong)
    assert names(job) == USUAL


def test_names_are_one_line_and_one_of_a_kind(app: Flask, bob: Person) -> None:
    job = factories.job()
    interview = ids(job)["Interview"]
    for wrong in ("", "  ", "final", "a\nb", "x" * 61):
        with pytest.raises(Refused):
            stages.rename_stage(actor=bob, job_id=job, stage_id=interview, name=wrong)
    stages.rename_stage(actor=bob, job_id=job, stage_id=interview, name="interview")
    stages.rename_stage(actor=bob, job_id=job, stage_id=interview, name=" On board ")
    assert names(job)[2] == "On board"


def test_mark_decides_whether_people_there_count_as_interviewed(app: Flask, bob: Person) -> None:
    job = factories.job()
    by_name = ids(job)
    stages.mark_stage(actor=bob, job_id=job, stage_id=by_name["Phone screen"], counts_as_interview=True)
    stages.mark_stage(actor=bob, job_id=job, stage_id=by_name["Interview"], counts_as_interview=False)
    found = {stage.name: (stage.kind, stage.counts_as_interview) for stage in rows(job)}
    assert found["Phone screen"] == (StageKind.INTERVIEW, True)
    assert found["Interview"] == (StageKind.SCREEN, False)
    with pytest.raises(Refused, match="counts as interviewed"):
        stages.mark_stage(actor=bob, job_id=job, stage_id=by_name["Final"], counts_as_interview=False)


def test_only_an_empty_stage_is_removed_and_never_the_last(app: Flask, bob: Person) -> None:
    job = factories.job()
    factories.application(job, stage=StageKind.INTERVIEW)
    by_name = ids(job)
    with pytest.raises(Refused, match="1 person is in “Interview”"):
        stages.delete_stage(actor=bob, job_id=job, stage_id=by_name["Interview"])
    for name in ("Applied", "Phone screen", "Final", "Offer", "Hired"):
        stages.delete_stage(actor=bob, job_id=job, stage_id=by_name[name])
    assert names(job) == ["Interview"]
    with pytest.raises(Refused, match="at least one stage"):
        stages.delete_stage(actor=bob, job_id=job, stage_id=by_name["Interview"])


def test_stage_of_another_job_is_not_found(app: Flask, bob: Person) -> None:  # attack 14
    job, other = factories.job(), factories.job("Purser")
    foreign = ids(other)["Final"]
    with pytest.raises(NotFound):
        stages.rename_stage(actor=bob, job_id=job, stage_id=foreign, name="Mine")
    with pytest.raises(NotFound):
        stages.mark_stage(actor=bob, job_id=job, stage_id=foreign, counts_as_interview=True)
    with pytest.raises(NotFound):
        stages.delete_stage(actor=bob, job_id=job, stage_id=foreign)
    with pytest.raises(NotFound):
        stages.move_stage_by(actor=bob, job_id=2**31 - 1, stage_id=foreign, places=1)
    assert names(other) == USUAL


def test_number_of_stages_is_bounded(app: Flask, bob: Person) -> None:
    job = factories.job()
    for number in range(stages.MOST_STAGES - len(USUAL)):
        stages.add_stage(actor=bob, job_id=job, plan=StagePlan(f"Round {number}", StageKind.SCREEN, False))
    with pytest.raises(Refused, match="at most"):
        stages.add_stage(actor=bob, job_id=job, plan=StagePlan("One more", StageKind.SCREEN, False))


def test_nobody_without_a_role_changes_stages(app: Flask, charlie: Person) -> None:
    job = factories.job()
    stage = ids(job)["Final"]
    with pytest.raises(NotAllowed):
        stages.add_stage(actor=charlie, job_id=job, plan=StagePlan("Mine", StageKind.SCREEN, False))
    with pytest.raises(NotAllowed):
        stages.delete_stage(actor=charlie, job_id=job, stage_id=stage)
    with pytest.raises(NotAllowed):
        stages.reorder_stages(actor=charlie, job_id=job, stage_ids=list(ids(job).values()))
    assert names(job) == USUAL
