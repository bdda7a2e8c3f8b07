"""We owe this person a word. Rows are the fold's result and nobody writes them but ledger/."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.duty import ClockName, Reason
from employer_app.extensions import Base


class OwedAnswer(Base):
    __tablename__ = "owed_answer"
    __table_args__ = (
        sa.PrimaryKeyConstraint("application_id", "reason", "source_event_id"),
        sa.Index("ix_owed_answer_target", "target_at", "application_id"),
        sa.Index("ix_owed_answer_job_target", "job_id", "target_at", "application_id"),
        sa.Index("ix_owed_answer_owner_target", "owner_id", "target_at", "application_id"),
    )

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    reason: Mapped[Reason]
    source_event_id: Mapped[int]
    #: which house clock gave the dates; None for a date we gave ourselves
    clock: Mapped[ClockName | None]
    since: Mapped[datetime]
    #: from when it shows on the home page
    opens_at: Mapped[datetime]
    target_at: Mapped[datetime]
    breach_at: Mapped[datetime]
    #: 0 is the most urgent reason
    rank: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"))
    rules_version: Mapped[int]
