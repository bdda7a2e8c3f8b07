"""The list of a day: an ordinary send list of the most urgent who are left, for a person to confirm.

Law: a day has one list. What a day did not confirm is not added to the next: those people come first on it.
Nobody is on it who was answered, moved or decided on meanwhile, and nobody twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from employer_app.actions.plans import start_close_out
from employer_app.actions.rescue.running import locked, put_on_home_list
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.in_words import day_in_words
from employer_app.domain.rescue import Fate, next_working_day
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import SLICE
from employer_app.models import RescueMember
from employer_app.queries.rescue import Progress, next_people, progress, with_fate


def prepare(*, actor: Person, rescue_id: int) -> int:
    """The plan of today. Preparing again returns the same one; a colleague's is made anew in one's own name,
    with the same people, for its letters carry the name of who prepared it.

    Raises Refused when there is no list today, and Changed when somebody else was faster.
    """
    require(actor, Verb.DECIDE)
    with transaction() as session:
        locked(session, rescue_id)
        put_on_home_list(session, actor, rescue_id)
    at = now()
    found = progress(actor, rescue_id, at)
    _check(found)
    ready = found.open_list(at)
    if ready and ready.author_id == actor.user_id:
        return ready.plan_id
    if ready:
        ids: Sequence[int] = with_fate(actor, rescue_id, [Fate.TODAY], at)
    else:
        ids = next_people(actor, rescue_id, found.room, at)
    if not ids:
        raise Refused("Nobody is left to be written to.", "Look at who is still with a person, and finish.")
    plan_id = start_close_out(cause=found.cause, actor=actor, application_ids=ids)
    with transaction() as session:
        rescue = locked(session, rescue_id)
        if rescue.version != found.version:
            raise Changed("Somebody else has just changed this rescue.", "Look at it again.")
        rescue.version += 1
        for start in range(0, len(ids), SLICE):
            part = RescueMember.application_id.in_(ids[start : start + SLICE])
            session.execute(
                sa.update(RescueMember)
                .where(RescueMember.rescue_id == rescue_id, part)
                .values(plan_id=plan_id, day=found.today)
                .execution_options(synchronize_session=False)
            )
    return plan_id


def _check(found: Progress) -> None:
    """Raises Refused when no list may be prepared today."""
    if found.paused_at is not None:
        raise Refused("This rescue is paused.", "Resume it first.")
    first = next_working_day(found.calendar, max(found.today, found.starts_on))
    if found.today < found.starts_on:
        raise Refused("It has not begun.", f"The first list is for {day_in_words(first)}.")
    if not business_time.is_business_day(found.calendar, found.today):
        raise Refused("Today is no working day.", f"The next list is for {day_in_words(first)}.")
    if not found.room:
        raise Refused("The list of today is confirmed.", "The next one is for the next working day.")
