"""Plan heaps of the pile: write to these, ask later about those, and let go of others; one transaction.

Law: nobody is let go of unseen. Whoever presses says what each heap was when they looked; if one more or less
is in it now, nothing is done. Those who are only planned need no such check: each is seen again on a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from employer_app.actions.rescue.let_go import checked_reason, let_go
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.rescue import Choice, HeapName, check_a_day, local_day
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import SLICE, lock_only
from employer_app.models import Rescue, RescueMember
from employer_app.models.bulk import insert_rows
from employer_app.queries.digest import house_calendar
from employer_app.queries.pace import limits
from employer_app.queries.rescue import people_of, seen_of

#: a rescue begins within a year, or the number was mistyped
_FURTHEST = timedelta(days=365)


@dataclass(frozen=True)
class Drip:
    """So many a working day, from that day on; `cause` proposes the texts."""

    per_day: int
    starts_on: date
    cause: Cause


@dataclass(frozen=True)
class Planned:
    """`let_go_id` None: nobody was let go of. `rescue_id` None: nobody is written to, and none runs."""

    rescue_id: int | None
    people: int
    let_go_id: int | None = None
    let_go: int = 0


def plan(
    *,
    actor: Person,
    choices: Mapping[HeapName, Choice],
    seen: Mapping[HeapName, str],
    drip: Drip,
    reason: str = "",
) -> Planned:
    """Begin a rescue, or add to the one that runs; its number a day then stays as it is.

    Raises Refused, and Changed when a heap that is let go of is not what was seen.
    """
    require(actor, Verb.DECIDE)
    write = [name for name, choice in choices.items() if choice is Choice.WRITE]
    waive = [name for name, choice in choices.items() if choice is Choice.NOT_NEEDED]
    if not write and not waive:
        raise Refused("Nobody is chosen to be written to.", "Choose what is done with at least one group.")
    if any(not name.press.may_be_let_go for name in waive):
        raise Refused(
            "A law or a date that we gave stands behind some of these.",
            "They are written to, or let go of one by one on their own pages.",
        )
    reason = checked_reason(reason) if waive else ""
    try:
        with transaction() as session:
            return _plan(session, actor, write, waive, seen, drip, reason)
    except IntegrityError:
        raise Changed("Somebody else has just planned these people.", "Look at the page again.") from None


def _plan(
    session: Session,
    actor: Person,
    write: list[HeapName],
    waive: list[HeapName],
    seen: Mapping[HeapName, str],
    drip: Drip,
    reason: str,
) -> Planned:
    rescue = session.scalar(sa.select(Rescue).where(Rescue.running).with_for_update())
    _hold(session, [one.id for one in people_of(actor, waive)])
    people = people_of(actor, [*write, *waive])
    found = seen_of(people)
    if any(found.get(name, "") != seen.get(name, "") for name in waive):
        raise Changed(
            "The people of a group are not the same any more.",
            "Nobody was let go of, and nothing was planned. Look at the numbers again.",
        )
    written = [one for one in people if one.heap in set(write)]
    if write and not written and not waive:
        raise Refused("Nobody is left in these groups.", "Look at the numbers again.")
    if written and rescue is None:
        rescue = _begin(session, actor, drip)
    if written and rescue is not None:
        rescue.heaps = sorted({*rescue.heaps, *(str(name) for name in write)})
        rescue.version += 1
        rows = [
            {"rescue_id": rescue.id, "application_id": one.id, "stage_id": one.stage_id, "status": one.status}
            for one in written
        ]
        insert_rows(session, RescueMember, rows)
    ids = [one.id for one in people if one.heap in set(waive)]
    made = let_go(session, actor, ids, reason) if ids else None
    return Planned(rescue.id if rescue else None, len(written), made.id if made else None, len(ids))


def _hold(session: Session, application_ids: Sequence[int]) -> None:
    """Nothing happens to them from here on, so that nobody is let go of who was answered a moment ago."""
    for start in range(0, len(application_ids), SLICE):
        lock_only(session, application_ids[start : start + SLICE])


def _begin(session: Session, actor: Person, drip: Drip) -> Rescue:
    check_a_day(drip.per_day, limits(actor))
    today = local_day(house_calendar(actor), now())
    if not today <= drip.starts_on <= today + _FURTHEST:
        raise Refused("Begin today or later, within a year.", "Nothing was planned.", "starts_on")
    rescue = Rescue(
        made_by=actor.user_id,
        made_at=now(),
        heaps=[],
        cause=drip.cause,
        per_day=drip.per_day,
        starts_on=drip.starts_on,
    )
    session.add(rescue)
    session.flush()
    return rescue
