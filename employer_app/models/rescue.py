"""An old pile that is answered over days or weeks: the plan, who is in it, and who was let go of in bulk."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.close_out import Cause
from employer_app.domain.status import Status
from employer_app.extensions import Base


class Rescue(Base):
    """Locked before any application."""

    __tablename__ = "rescue"
    __table_args__ = (
        sa.CheckConstraint("per_day > 0", name="some_a_day"),
        sa.CheckConstraint("running = (ended_at IS NULL)", name="ends_once"),
        # one at a time: two would each fill the same mailbox
        sa.Index(
            "uq_rescue_running",
            "running",
            unique=True,
            sqlite_where=sa.text("running"),
            postgresql_where=sa.text("running"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None: from the command line
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_at: Mapped[datetime]
    #: the heaps that were chosen, as domain/rescue.py names them
    heaps: Mapped[list[str]] = mapped_column(default=list)
    #: why they get an answer now; it proposes the texts
    cause: Mapped[Cause]
    per_day: Mapped[int]
    starts_on: Mapped[date]
    running: Mapped[bool] = mapped_column(default=True)
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: rises with every change, so that two who prepare a day at once make one list
    version: Mapped[int] = mapped_column(default=1)


class RescueMember(Base):
    """Somebody who was planned. How they stand now is read, not kept; what stood then says who moved."""

    __tablename__ = "rescue_member"
    __table_args__ = (
        sa.PrimaryKeyConstraint("rescue_id", "application_id"),
        sa.Index("ix_rescue_member_application_id", "application_id"),
        sa.Index("ix_rescue_member_plan_id", "plan_id"),
    )

    rescue_id: Mapped[int] = mapped_column(sa.ForeignKey("rescue.id", ondelete="CASCADE"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id", ondelete="CASCADE"))
    stage_id: Mapped[int]
    status: Mapped[Status]
    #: the day whose list they stood on last, and that list
    day: Mapped[date | None]
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id", ondelete="SET NULL"))


class LetGo(Base):
    """People of whom somebody said in one go that they need no answer: what can be taken back together."""

    __tablename__ = "let_go"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_at: Mapped[datetime]
    #: [application, number of the fact in its history, 1 if it was on the old pile]; ids without a key
    people: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]
