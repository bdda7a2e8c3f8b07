"""One confirmed close-out or update of many applications."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.extensions import Base


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
