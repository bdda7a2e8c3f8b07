"""Who delivers, how fast, and how the mail server is: what the footer, the banner and the circuit read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.extensions import Base


class Worker(Base):
    __tablename__ = "worker"

    instance_id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    journal_id: Mapped[str] = mapped_column(sa.String(40), default="")


class RelayState(Base):
    """One row. Trouble with the mail server pauses everybody and is charged to no message."""

    __tablename__ = "relay_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: no attempt before then
    paused_until: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(sa.Text, default="")
    troubles_in_a_row: Mapped[int] = mapped_column(default=0)
    last_trouble_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]


class Pace(Base):
    """When the next message of a scope (a sender, a recipient's domain) may leave; shared by all workers."""

    __tablename__ = "pace"

    scope: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    next_at: Mapped[datetime]


class Journal(Base):
    """A file of fences outside the database, one for each worker host, and how far it had come."""

    __tablename__ = "journal"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    host: Mapped[str] = mapped_column(sa.String(255))
    last_seq: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime]


class Alarm(Base):
    """A trouble that lasts, and when the administrator was told of it by mail."""

    __tablename__ = "alarm"

    kind: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
