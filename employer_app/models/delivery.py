"""One attempt to hand a message over, and the mail server's words. Append-only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.delivery import Outcome
from employer_app.extensions import Base


class Delivery(Base):
    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("message_id", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))
    attempt: Mapped[int]
    outcome: Mapped[Outcome]
    code: Mapped[int | None]
    #: the server's own words, bounded
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    #: how far the talk had come: connect, mail, rcpt, data, dot
    at_stage: Mapped[str] = mapped_column(sa.String(20), default="")
    relay: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)
