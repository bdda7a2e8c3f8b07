"""What happened: append-only, chained per subject. What people wrote lies beside it and can be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.event import EventKind
from employer_app.extensions import Base, values_of


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (sa.UniqueConstraint("subject", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "application:12", "job:3", "organisation:1"
    subject: Mapped[str] = mapped_column(sa.String(40))
    seq: Mapped[int]
    #: without a CHECK: each version knows more kinds, and this table is too long to be written anew for that
    kind: Mapped[EventKind] = mapped_column(
        sa.Enum(EventKind, native_enum=False, create_constraint=False, length=40, values_callable=values_of)
    )
    #: when it happened: what clocks read
    occurred_at: Mapped[datetime]
    #: when we learned of it: what "as of" reads
    recorded_at: Mapped[datetime]
    #: None: the machine or the host's command line
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: codes, numbers, dates; names nobody
    facts: Mapped[dict[str, Any]]
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    payload_digest: Mapped[str] = mapped_column(sa.String(64), default="")


class EventPayload(Base):
    __tablename__ = "event_payload"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    payload: Mapped[dict[str, Any]]
