"""What must hold before a send list is confirmed, or a second person is asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.terms import needs_typed_count
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.message import Purpose
from employer_app.ledger.record import SLICE
from employer_app.models import Application, Candidate, Plan, PlanItem
from employer_app.models.application import wanted
from employer_app.models.plan import told


def locked_plan(session: Session, plan_id: int) -> Plan:
    """Nobody swaps its items between a look at the digest and the look at them."""
    return session.scalars(sa.select(Plan).where(Plan.id == plan_id).with_for_update()).one()


def one_at_a_time(session: Session, user_id: int | None) -> None:
    """Lists of one sender are counted one after the other, so that two halves are not each found small.

    Before any row is locked. On SQLite there is one writer anyway.
    """
    if user_id is not None and session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_SENDER, user_id)))


#: "send", to keep these locks apart from any others
_SENDER = 0x73656E64


def chosen_of(session: Session, plan_id: int) -> tuple[int, Sequence[Any]]:
    """How many people the list holds, and without their texts those of whom a message speaks: by message,
    and of each first the application that it is made for."""
    of_plan = PlanItem.plan_id == plan_id
    people = session.scalar(sa.select(sa.func.count()).select_from(PlanItem).where(of_plan)) or 0
    light = sa.select(
        PlanItem.application_id,
        PlanItem.application_version,
        PlanItem.candidate_id,
        PlanItem.candidate_version,
        PlanItem.name,
        PlanItem.group,
        PlanItem.lead_id,
    ).where(of_plan, told(PlanItem))
    message = sa.func.coalesce(PlanItem.lead_id, PlanItem.application_id)
    rows = session.execute(light.order_by(message, PlanItem.lead_id.is_not(None), PlanItem.application_id))
    return people, rows.all()


def messages_in(chosen: Sequence[Any]) -> int:
    """How many messages speak of these people."""
    return sum(1 for row in chosen if row.lead_id is None)


def check(
    plan: Plan,
    digest: str,
    choices: Choices,
    chosen: int,
    typed_count: int | None,
    moment: datetime,
) -> None:
    if plan.digest != digest:
        raise Changed("This send list was changed after you looked at it.", "Look at it again.")
    if plan.expires_at < moment:
        raise Refused("This send list is older than a day.", "Refresh it and look at it again.")
    if not chosen:
        raise Refused("There is no message in this send list.", "Every person in it was skipped.")
    if needs_typed_count(choices.purpose, chosen) and typed_count != chosen:
        raise Refused(
            f"Please type {chosen} to confirm that many messages.", "Nothing was sent.", "typed_count"
        )


def lock_unchanged(session: Session, chosen: Sequence[Any], purpose: Purpose) -> None:
    """Lock candidates, then applications; raise Changed when one is not as it was reviewed."""
    people = sa.select(Candidate.id, Candidate.version, wanted(Candidate.id).label("wanted"))
    candidates = _locked(session, people, [row.candidate_id for row in chosen])
    standing = sa.select(Application.id, Application.version, Application.told_at)
    applications = _locked(session, standing, [row.application_id for row in chosen])

    def is_changed(item: Any) -> bool:
        candidate, row = candidates.get(item.candidate_id), applications.get(item.application_id)
        if candidate is None or row is None:
            return True
        reviewed = (item.candidate_version, item.application_version)
        needs_no_answer = purpose is Purpose.DECISION and (row.told_at is not None or candidate.wanted)
        return (candidate.version, row.version) != reviewed or needs_no_answer

    changed = [item.name for item in chosen if is_changed(item)]
    if changed:
        names = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        raise Changed(f"Changed since you looked: {names}.", "Nothing was sent. Look at the list again.")


def _locked(session: Session, query: Any, ids: Sequence[int]) -> Mapping[int, Any]:
    """The rows by id, the first column of the query, locked in its order."""
    column = query.selected_columns[0]
    ascending, found = sorted(set(ids)), dict[int, Any]()
    for start in range(0, len(ascending), SLICE):
        part = query.where(column.in_(ascending[start : start + SLICE])).order_by(column)
        found |= {row.id: row for row in session.execute(part.with_for_update(key_share=True))}
    return found
