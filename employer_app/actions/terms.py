"""On what terms a send list is confirmed: how long it waits, who else must look, whether a few go first.

Only decisions have any. What is counted here is counted again inside the transaction that confirms.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.release import ROLLING, Released
from employer_app.domain.role import MATRIX, Person, Verb
from employer_app.extensions import setting
from employer_app.models import Batch, Message, Plan, RoleRow, User


@dataclass(frozen=True)
class Terms:
    released: Released = Released.NOT_NEEDED
    #: it waits as long as a large list, whatever its size
    slow: bool = False
    #: why: it is the first list of decisions here
    first: bool = False
    #: so many leave before the others; 0: no pilot
    pilot: int = 0
    #: what the command line stood for alone, in words of the record
    waived: tuple[str, ...] = ()


#: both may be waived by whoever runs commands on the host, who holds the database anyway
SECOND_PERSON, PILOT = "second_person", "pilot"


def needs_typed_count(purpose: Purpose, messages: int) -> bool:
    """Above so many decisions a person types the number."""
    return purpose is Purpose.DECISION and messages > setting("TYPED_COUNT_FROM")


def terms_of(session: Session, purpose: Purpose, messages: int, actor: Person) -> Terms:
    """As they are at this moment."""
    if purpose is not Purpose.DECISION:
        return Terms()
    released = _released(session, messages, actor)
    first = session.scalar(sa.select(_decisions().exists())) is False
    pilot = _pilot(session, messages)
    waived = (SECOND_PERSON,) if released is Released.COMMAND_LINE else ()
    if actor.user_id is None and pilot:
        pilot, waived = 0, (*waived, PILOT)
    return Terms(released, first or released is Released.ALONE, first, pilot, waived)


def _released(session: Session, messages: int, actor: Person) -> Released:
    """Who must release it: nobody, or a second person, if there is one."""
    limit = setting("SECOND_PERSON_FROM")
    if not limit or messages < setting("BULK_FROM"):
        return Released.NOT_NEEDED
    if actor.user_id is None:
        return Released.COMMAND_LINE if messages > limit else Released.NOT_NEEDED
    if messages + decided_lately(session, actor.user_id) <= limit:
        return Released.NOT_NEEDED
    return Released.SECOND_PERSON if others(session, actor) else Released.ALONE


def decided_lately(session: Session, user_id: int) -> int:
    """Bulk decisions that this person confirmed in the last 24 hours; what was undone does not count."""
    query = (
        sa.select(sa.func.count())
        .select_from(Message)
        .join(Batch, Batch.id == Message.batch_id)
        .where(
            Batch.confirmed_by == user_id,
            Batch.confirmed_at > now() - ROLLING,
            Batch.messages >= setting("BULK_FROM"),
            Message.purpose == Purpose.DECISION,
            Message.status != MessageStatus.CANCELLED,
        )
    )
    return session.scalar(query) or 0


def others(session: Session, actor: Person) -> list[int]:
    """Ids of those who could release what this person confirms: they may sign in, decide and mail."""
    may = [role.value for role, verbs in MATRIX.items() if {Verb.DECIDE, Verb.MAIL} <= verbs]
    query = sa.select(User.id).where(
        User.active, User.id != actor.user_id, User.roles.any(RoleRow.name.in_(may))
    )
    return list(session.scalars(query.order_by(User.id)))


def _decisions() -> sa.Select[int]:
    """Send lists of decisions that were ever confirmed."""
    decides = Plan.choices["purpose"].as_string() == Purpose.DECISION.value
    return sa.select(Batch.id).join(Plan, Plan.id == Batch.plan_id).where(decides)


def _pilot(session: Session, messages: int) -> int:
    """How many go first: until a list of more than these has gone out to its end, each such list has a pilot.

    It stays with a list that is confirmed in safe mode, and takes effect when that list may leave.
    """
    size = int(setting("PILOT_SIZE"))
    if not size or messages <= size:
        return 0
    left = sa.exists().where(Message.batch_id == Batch.id, Message.status == MessageStatus.ACCEPTED)
    proven = _decisions().where(
        Batch.messages > size,
        sa.or_(Batch.rest_let_go_at.is_not(None), sa.and_(Batch.pilot_last_id.is_(None), left)),
    )
    return 0 if session.scalar(sa.select(proven.exists())) else size
