"""The stages of a job: add, rename, put in order, say whether they count as an interview, remove.

Law: the job is locked first. A stage with anybody in it is not removed, and a job never loses its last one.
The mark "counts as an interview" goes with the kind of the stage, which is all that the clocks look at. It
holds for whoever is moved there from now on, for what happened is not rewritten.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from employer_app.actions.settings import one_line
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind, job_subject
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind, StagePlan, interviewed
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import Application, Job, Stage

#: more columns than a board can show are a mistake
MOST_STAGES = 20
LONGEST_NAME = 60


def rows_of(plans: Sequence[StagePlan]) -> list[Stage]:
    """The stages of a new job, checked. Raises Refused for none, too many, or two of one name."""
    if not plans:
        raise Refused("A job needs at least one stage.", "Add one.", "stages")
    if len(plans) > MOST_STAGES:
        raise Refused(f"A job has at most {MOST_STAGES} stages.", "Leave some out.", "stages")
    rows: list[Stage] = []
    for position, plan in enumerate(plans):
        kind = counting(plan.kind, plan.counts_as_interview)
        name = _name(plan.name, rows)
        rows.append(Stage(position=position, name=name, kind=kind, counts_as_interview=interviewed(kind)))
    return rows


def counting(kind: StageKind, counts_as_interview: bool) -> StageKind:
    """The kind that the mark asks for. Raises Refused when it cannot be: a final round is an interview."""
    if counts_as_interview == interviewed(kind):
        return kind
    if counts_as_interview:
        return StageKind.INTERVIEW
    if kind is StageKind.INTERVIEW:
        return StageKind.SCREEN
    raise Refused(
        "Whoever comes this far counts as interviewed.", "Leave the mark on.", "counts_as_interview"
    )


def add_stage(*, actor: Person, job_id: int, plan: StagePlan) -> int:
    """Returns the id of the new stage: it stands behind the last one that is not deeper."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job, stages = _lock(session, job_id)
        if len(stages) >= MOST_STAGES:
            raise Refused(f"A job has at most {MOST_STAGES} stages.", "Remove an empty one first.", "name")
        kind = counting(plan.kind, plan.counts_as_interview)
        name = _name(plan.name, stages)
        stage = Stage(
            job_id=job.id, position=len(stages), name=name, kind=kind, counts_as_interview=interviewed(kind)
        )
        session.add(stage)
        session.flush()
        before = sum(1 for other in stages if other.kind.depth <= kind.depth)
        _put_in_order(session, [*stages[:before], stage, *stages[before:]])
        _note(session, job, actor, "stage_added", {"stage_id": stage.id, "name": name})
        return stage.id


def rename_stage(*, actor: Person, job_id: int, stage_id: int, name: str) -> None:
    """Raises Refused when another stage of the job is called so."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job, stages = _lock(session, job_id)
        stage = _one(stages, stage_id)
        wanted = _name(name, [other for other in stages if other.id != stage_id])
        if wanted == stage.name:
            return
        before, stage.name = stage.name, wanted
        _note(session, job, actor, "stage_renamed", {"stage_id": stage_id, "before": before, "after": wanted})


def mark_stage(*, actor: Person, job_id: int, stage_id: int, counts_as_interview: bool) -> None:
    """Say whether being there counts as having been interviewed, for whoever comes there from now on."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job, stages = _lock(session, job_id)
        stage = _one(stages, stage_id)
        kind = counting(stage.kind, counts_as_interview)
        if kind is stage.kind and stage.counts_as_interview is counts_as_interview:
            return
        stage.kind, stage.counts_as_interview = kind, counts_as_interview
        _note(session, job, actor, "stage_marked", {"stage_id": stage_id, "counts": counts_as_interview})


def move_stage_by(*, actor: Person, job_id: int, stage_id: int, places: int) -> None:
    """So many places down the order, or up if negative; at the end it stays."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job, stages = _lock(session, job_id)
        stage = _one(stages, stage_id)
        others = [other for other in stages if other.id != stage_id]
        at = min(max(stages.index(stage) + places, 0), len(others))
        if at == stages.index(stage):
            return
        _reorder(session, job, [*others[:at], stage, *others[at:]], actor)


def reorder_stages(*, actor: Person, job_id: int, stage_ids: Sequence[int]) -> None:
    """`stage_ids`: all stages of the job, each once, as they are to stand."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job, stages = _lock(session, job_id)
        by_id = {stage.id: stage for stage in stages}
        if sorted(stage_ids) != sorted(by_id):
            raise Refused("These are not all the stages of this job.", "Look at them as they are now.")
        _reorder(session, job, [by_id[stage_id] for stage_id in stage_ids], actor)


def delete_stage(*, actor: Person, job_id: int, stage_id: int) -> None:
    """Only an empty one, and never the last."""
    require(actor, Verb.EDIT)
    try:
        _delete(actor, job_id, stage_id)
    except IntegrityError:  # moved there between our count and our commit
        raise Changed("Somebody has just been moved to this stage.", "Look at it as it is now.") from None


def _delete(actor: Person, job_id: int, stage_id: int) -> None:
    with transaction() as session:
        job, stages = _lock(session, job_id)
        stage = _one(stages, stage_id)
        if len(stages) == 1:
            raise Refused("A job needs at least one stage.", "Add another one first.")
        inside = sa.select(sa.func.count()).select_from(Application).where(Application.stage_id == stage_id)
        if people := session.scalar(inside):
            who = "1 person is" if people == 1 else f"{people} people are"
            raise Refused(f"{who} in “{stage.name}”.", "Move them to another stage first.")
        session.delete(stage)
        session.flush()
        _put_in_order(session, [other for other in stages if other.id != stage_id])
        _note(session, job, actor, "stage_removed", {"stage_id": stage_id, "name": stage.name})


def _lock(session: Session, job_id: int) -> tuple[Job, list[Stage]]:
    job = session.get(Job, job_id, with_for_update={"key_share": True}, populate_existing=True)
    if job is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    query = sa.select(Stage).where(Stage.job_id == job_id).order_by(Stage.position)
    return job, list(session.scalars(query.execution_options(populate_existing=True)))


def _one(stages: Sequence[Stage], stage_id: int) -> Stage:
    for stage in stages:
        if stage.id == stage_id:
            return stage
    raise NotFound("This job has no such stage.", "Somebody may have removed it.")


def _name(text: str, others: Sequence[Stage]) -> str:
    name = one_line(text, "name")
    if not name:
        raise Refused("The stage has no name.", "Type one.", "name")
    if len(name) > LONGEST_NAME:
        raise Refused("The name is too long.", f"Use at most {LONGEST_NAME} characters.", "name")
    if name.casefold() in {other.name.casefold() for other in others}:
        raise Refused(f"There is a stage “{name}” already.", "Choose another name.", "name")
    return name


def _reorder(session: Session, job: Job, stages: Sequence[Stage], actor: Person) -> None:
    _put_in_order(session, stages)
    _note(session, job, actor, "stages_reordered", {"stage_ids": [stage.id for stage in stages]})


def _put_in_order(session: Session, stages: Sequence[Stage]) -> None:
    """In two steps, for two stages may not stand in one place even for a moment."""
    for position, stage in enumerate(stages, start=1):
        stage.position = -position
    session.flush()
    for position, stage in enumerate(stages):
        stage.position = position
    session.flush()


def _note(session: Session, job: Job, actor: Person, what: str, payload: dict[str, object]) -> None:
    job.version += 1
    fact = NewFact(0, EventKind.JOB_EDITED, {"fields": ["stages"]}, {"what": what, **payload})
    record_on(session, job_subject(job.id), job, fact, actor_id=actor.user_id)
