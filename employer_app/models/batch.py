"""One confirmed close-out or update of many applications."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.release import Released
from employer_app.extensions import Base, values_of
from employer_app.models.message import Message


class Batch(Base):
    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    plan_digest: Mapped[str] = mapped_column(sa.String(64))
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), index=True)
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    confirmed_at: Mapped[datetime]
    #: until then undo works, and nothing leaves
    due_at: Mapped[datetime]
    #: chosen = messages + joined + skipped
    chosen: Mapped[int]
    messages: Mapped[int]
    #: people of the list of whom the message about another application of theirs speaks
    joined: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int]
    #: none of it leaves until somebody lets it go on; `paused_by` None: it paused itself
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    paused_because: Mapped[str] = mapped_column(sa.Text, default="")
    #: who else looked before it was confirmed, and `released_by` whom it was released by if somebody did
    released: Mapped[Released] = mapped_column(
        # the CHECK of an enum would copy the table on SQLite
        sa.Enum(Released, native_enum=False, create_constraint=False, length=40, values_callable=values_of),
        default=Released.NOT_NEEDED,
    )
    released_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: of the mail to its author, where nobody else could release it: when it left, or else why it did not
    notice_at: Mapped[datetime | None]
    notice_trouble: Mapped[str] = mapped_column(sa.Text, default="")
    #: the last message of those that go first; the others wait until somebody lets them go. None: no pilot
    pilot_last_id: Mapped[int | None]
    rest_let_go_at: Mapped[datetime | None]
    rest_let_go_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


def waits_for_pilot() -> sa.ColumnElement[bool]:
    """Of a message and its list, both in the query: it is of the rest, and nobody has let the rest go."""
    return sa.and_(Message.id > Batch.pilot_last_id, Batch.rest_let_go_at.is_(None))


def waits() -> sa.ColumnElement[bool]:
    """Of a message alone: it waits for the pilot of its list."""
    return sa.exists().where(Batch.id == Message.batch_id, waits_for_pilot()).correlate(Message)


def stands_still() -> sa.ColumnElement[bool]:
    """Of a message: its list is paused, or it is of the rest that waits for the pilot.

    One look at the list by its key for each message: whoever claims asks this.
    """
    still = sa.or_(Batch.paused_at.is_not(None), waits_for_pilot())
    return sa.exists().where(Batch.id == Message.batch_id, still).correlate(Message)


def moves() -> sa.ColumnElement[bool]:
    """The opposite, for whoever counts many: looks closer only at messages of the few lists that wait."""
    waits = sa.and_(Batch.pilot_last_id.is_not(None), Batch.rest_let_go_at.is_(None))
    few = sa.select(Batch.id).where(sa.or_(Batch.paused_at.is_not(None), waits))
    return ~sa.and_(Message.batch_id.in_(few), stands_still())
