"""A rescue that runs: another number a day, a rest, and its end. Confirmed lists go on as they are."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.rescue import Fate, check_a_day
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import SLICE, lock
from employer_app.models import Rescue
from employer_app.queries.pace import limits
from employer_app.queries.rescue import with_fate


def locked(session: Session, rescue_id: int) -> Rescue:
    """Raises NotFound, and Refused for one that has ended."""
    rescue = session.get(Rescue, rescue_id, with_for_update=True, populate_existing=True)
    if rescue is None:
        raise NotFound("There is no such rescue.", "Look at the page as it is now.")
    if rescue.ended_at is not None:
        raise Refused("This rescue has ended.", "Look at the page as it is now.")
    return rescue


def change(*, actor: Person, rescue_id: int, per_day: int) -> None:
    """Another number a day, from the next list on."""
    require(actor, Verb.DECIDE)
    with transaction() as session:
        rescue = locked(session, rescue_id)
        check_a_day(per_day, limits(actor))
        if rescue.per_day != per_day:
            rescue.per_day = per_day
            rescue.version += 1


def pause(*, actor: Person, rescue_id: int) -> None:
    """No list is prepared until somebody resumes it. Harmless twice."""
    require(actor, Verb.DECIDE)
    with transaction() as session:
        rescue = locked(session, rescue_id)
        if rescue.paused_at is None:
            rescue.paused_at = now()
            rescue.version += 1


def resume(*, actor: Person, rescue_id: int) -> None:
    """Lists can be prepared again. Harmless twice."""
    require(actor, Verb.DECIDE)
    with transaction() as session:
        rescue = locked(session, rescue_id)
        if rescue.paused_at is not None:
            rescue.paused_at = None
            rescue.version += 1


def end(*, actor: Person, rescue_id: int, to_home: bool = False) -> int:
    """Stop, or finish when nobody is left; returns how many were still left. They are on the old pile as
    before, or with `to_home` on the home list."""
    require(actor, Verb.DECIDE)
    with transaction() as session:
        rescue = locked(session, rescue_id)
        left = with_fate(actor, rescue.id, [Fate.LEFT, Fate.TODAY])
        put_on_home_list(session, actor, rescue.id)
        if to_home:
            _off_the_pile(session, left)
        rescue.running, rescue.ended_at = False, now()
        rescue.version += 1
        return len(left)


def put_on_home_list(session: Session, actor: Person, rescue_id: int) -> None:
    """Whoever a confirmed list left out needs a person. Call inside `transaction()`."""
    _off_the_pile(session, with_fate(actor, rescue_id, [Fate.NEEDS_PERSON]))


def _off_the_pile(session: Session, application_ids: Collection[int]) -> None:
    ids = sorted(application_ids)
    for start in range(0, len(ids), SLICE):
        for row in lock(session, ids[start : start + SLICE]):
            row.old_pile = False
        session.flush()
