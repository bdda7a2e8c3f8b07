"""No answer needed, said of a whole heap: by name, with a reason, in one go, and taken back in one."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.waivers import LONGEST_REASON
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.role import Person, Verb, may, require
from employer_app.extensions import transaction
from employer_app.ledger.record import SLICE, NewFact, lock, record
from employer_app.models import Application, Event, LetGo


def checked_reason(reason: str) -> str:
    """Raises Refused."""
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise Refused(
            "Say why no answer is needed.", "Your name and this reason stay in the record.", "reason"
        )
    if len(reason) > LONGEST_REASON:
        raise Refused(f"This is longer than {LONGEST_REASON:,} characters.", "Shorten it.", "reason")
    return reason


def let_go(session: Session, actor: Person, application_ids: Sequence[int], reason: str) -> LetGo:
    """Call inside `transaction()`. All that is owed to them for what happened so far is let go of."""
    made = LetGo(made_by=actor.user_id, made_at=now(), people=[])
    people = []
    for start in range(0, len(application_ids), SLICE):
        rows = lock(session, application_ids[start : start + SLICE])
        piled = {row.id: row.old_pile for row in rows}
        facts = [NewFact(row.id, EventKind.WAIVER_MADE, payload={"reason": reason}) for row in rows]
        record(session, facts, actor_id=actor.user_id)
        people += [[row.id, row.event_seq, int(piled[row.id])] for row in rows]
        _forget(session, rows)
    made.people = people
    session.add(made)
    session.flush()
    return made


def take_back(*, actor: Person, let_go_id: int) -> tuple[int, int]:
    """An answer is needed after all: (who waits again, who was let go of anew since, or is gone, and stays).

    Whoever was on the old pile is on it again. For who did it, and administrators. Raises NotFound for a
    stranger's, and Refused the second time.
    """
    require(actor, Verb.EDIT)
    with transaction() as session:
        made = session.get(LetGo, let_go_id, with_for_update=True, populate_existing=True)
        if made is None or not (made.made_by == actor.user_id or may(actor, Verb.ADMINISTER)):
            raise NotFound("There is nothing to take back here.", "Look at the page as it is now.")
        if made.undone_at is not None:
            raise Refused("This was taken back already.", "Look at the page as it is now.")
        made.undone_at = now()
        back = 0
        for start in range(0, len(made.people), SLICE):
            part = made.people[start : start + SLICE]
            rows = lock(session, [one[0] for one in part])
            last = _last_said(session, [row.id for row in rows])
            ours = {one[0]: one for one in part}
            again = [row for row in rows if row.waived and last.get(row.id) == ours[row.id][1]]
            facts = [NewFact(row.id, EventKind.WAIVER_WITHDRAWN) for row in again]
            untouched = {row.id for row in again if row.event_seq == ours[row.id][1] and ours[row.id][2]}
            record(session, facts, actor_id=actor.user_id)
            for row in again:
                row.old_pile = row.id in untouched
            session.flush()
            back += len(again)
            _forget(session, rows)
        return back, len(made.people) - back


def _last_said(session: Session, application_ids: Sequence[int]) -> dict[int, int]:
    """By application, the number of the last fact that says whether an answer is needed."""
    subjects = {application_subject(one): one for one in application_ids}
    query = (
        sa.select(Event.subject, sa.func.max(Event.seq))
        .where(Event.subject.in_(subjects))
        .where(Event.kind.in_([EventKind.WAIVER_MADE, EventKind.WAIVER_WITHDRAWN]))
        .group_by(Event.subject)
    )
    return {subjects[subject]: seq for subject, seq in session.execute(query)}


def _forget(session: Session, rows: Sequence[Application]) -> None:
    """Memory stays flat."""
    for row in rows:
        session.expunge(row)
