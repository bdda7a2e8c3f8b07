"""A request that a second person release a send list: which one exactly, and what was answered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.release import RequestStatus
from employer_app.extensions import Base

_OPEN = sa.text("status = 'asked'")


class ReleaseRequest(Base):
    __tablename__ = "release_request"
    __table_args__ = (
        sa.Index("uq_release_request_open", "plan_id", unique=True, sqlite_where=_OPEN,
                 postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    #: of the list as it was asked for: another one is another list
    plan_digest: Mapped[str] = mapped_column(sa.String(64))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    #: as the author typed it
    messages: Mapped[int]
    #: chooses the messages that a second person is shown at random: the same whenever they look
    seed: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[RequestStatus] = mapped_column(default=RequestStatus.ASKED)
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    #: why it was refused
    because: Mapped[str] = mapped_column(sa.Text, default="")
    #: what the list became
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id", ondelete="CASCADE"))
