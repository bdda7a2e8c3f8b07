"""People and workers who all act on the same applicants at once, each in a process of its own.

Each does what real ones do, through the app's own verbs, and is refused where the app says so. On SQLite a
writer may be told that the lock is busy; whatever else goes wrong comes back to the test.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from employer_app import create_app
from employer_app.actions import batch_undo, batches, plans
from employer_app.actions.applications import change_status, move_stage
from employer_app.actions.candidates import Details, edit_person
from employer_app.actions.contacts import log_call
from employer_app.actions.decisions import decide, undo_decision
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import OPERATOR
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import DatabaseTrouble, db, transaction
from employer_app.models import Application, Candidate, Message, Plan, Stage
from employer_app.outbox import worker
from employer_app.outbox.sweep import sweep

ROUNDS = 25
#: at most so many in one list: below the number that a person has to type
MOST = 12
_EARLY = (StageKind.APPLIED, StageKind.SCREEN)


def race(role: str, settings: Mapping[str, Any], instance: str, seed: int) -> int:
    """Play one role to its end; returns how many of its acts were not refused."""
    app = create_app(settings, Path(instance))
    chance, act, done = random.Random(seed), ACTS[role], 0
    with app.app_context():
        try:
            if role == "worker":
                return _deliver(app.instance_path)
            for _ in range(ROUNDS):
                done += _try(lambda: act(chance))
        finally:
            worker.leave()
            db.session.remove()
            db.engine.dispose()
    return done


def _try(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return False
    except DatabaseTrouble as trouble:
        if "database is locked" not in str(trouble):
            raise
        return False
    finally:
        db.session.rollback()
        db.session.expire_all()
    return True


def _deliver(instance: str) -> int:
    """Until everybody else has gone, and once more."""
    rounds, last = 0, False
    while not last:
        last = (Path(instance) / "others have gone").exists()
        _try(sweep)
        _try(worker.drain)
        rounds += 1
    return rounds


def _close_out(chance: random.Random) -> None:
    rows = db.session.execute(sa.select(Application.id, Application.job_id)).all()
    chosen = [row.id for row in chance.sample(rows, chance.randint(1, MOST))]
    plan_id = plans.start_close_out(
        job_id=rows[0].job_id, cause=Cause.FILLED, actor=OPERATOR, application_ids=chosen
    )
    digest = db.session.get_one(Plan, plan_id).digest
    batch_id = batches.confirm(plan_id=plan_id, digest=digest, actor=OPERATOR)
    if chance.random() < 0.3:
        batch_undo.undo(batch_id=batch_id, actor=OPERATOR)
        return
    with transaction() as session:  # the time to undo has passed
        ids = session.scalars(
            sa.select(Message.id)
            .where(Message.batch_id == batch_id, Message.status == MessageStatus.QUEUED)
            .order_by(Message.id)
            .with_for_update()
        ).all()
        session.execute(
            sa.update(Message).where(Message.id.in_(ids)).values(due_at=now() - timedelta(seconds=1))
        )
    if chance.random() < 0.5:
        batch_undo.undo(batch_id=batch_id, actor=OPERATOR)


def _edit(chance: random.Random) -> None:
    rows = db.session.execute(sa.select(Candidate.id, Candidate.version, Candidate.name)).all()
    one = chance.choice(rows)
    details = Details(name=one.name, address=f"moved{one.version}-{one.id}@post.example")
    edit_person(actor=OPERATOR, candidate_id=one.id, version=one.version, details=details, force=True)


def _move(chance: random.Random) -> None:
    query = sa.select(Application.id, Application.version).where(Application.status == Status.ACTIVE)
    rows = db.session.execute(query).all()
    several = chance.sample(rows, min(len(rows), 3))
    stage = chance.choice(db.session.scalars(sa.select(Stage.id).where(Stage.kind.in_(_EARLY))).all())
    versions = {row.id: row.version for row in several}
    move_stage(actor=OPERATOR, versions=versions, stage_id=stage, force=True)


def _decide(chance: random.Random) -> None:
    query = sa.select(Application.id, Application.version, Application.status, Application.told_at)
    one = chance.choice(db.session.execute(query).all())
    if one.status is Status.ACTIVE:
        decide(actor=OPERATOR, application_id=one.id, code="LESS-SCREEN", version=one.version, force=True)
    elif one.told_at or chance.random() < 0.3:
        change_status(
            actor=OPERATOR, application_id=one.id, status=Status.ACTIVE, version=one.version, force=True
        )
    elif chance.random() < 0.5:
        undo_decision(actor=OPERATOR, application_id=one.id, version=one.version)
    else:
        log_call(actor=OPERATOR, application_id=one.id, summary="Said it", tells=True)


ACTS: Mapping[str, Callable[[random.Random], None]] = {
    "recruiter": _close_out,
    "editor": _edit,
    "mover": _move,
    "decider": _decide,
    "worker": lambda chance: None,
}
