"""One mail to one candidate about one or more of their applications: frozen text, and its outbox row.

The CHECKs tie each status to the columns it needs; the partial unique index is the promise that one purpose
reaches one application once per cycle.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.extensions import Base


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        sa.CheckConstraint(
            "(status = 'claimed') = (lease_until IS NOT NULL AND fenced_at IS NULL)", name="lease"
        ),
        sa.CheckConstraint("status != 'handing_over' OR fenced_at IS NOT NULL", name="fenced_first"),
        sa.CheckConstraint("status != 'accepted' OR fenced_at IS NOT NULL", name="accepted_was_fenced"),
        sa.CheckConstraint("status != 'queued' OR claim_token IS NULL", name="queued_is_free"),
        sa.CheckConstraint("status != 'held' OR held_because != ''", name="held_says_why"),
        sa.Index("ix_message_due", "due_at", "id", sqlite_where=sa.text("status = 'queued'"),
                 postgresql_where=sa.text("status = 'queued'")),
        sa.Index("ix_message_status", "status", "id"),
        sa.Index("ix_message_answer", "id", sqlite_where=sa.text("answer IS NOT NULL"),
                 postgresql_where=sa.text("answer IS NOT NULL")),
        sa.Index("ix_message_corrects", "corrects_id", sqlite_where=sa.text("corrects_id IS NOT NULL"),
                 postgresql_where=sa.text("corrects_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    kind: Mapped[Kind]
    purpose: Mapped[Purpose]
    #: sent by a standing rule, not written by a person
    automatic: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: as reviewed; the fence compares them with the candidate's
    name: Mapped[str]
    address: Mapped[str] = mapped_column(sa.String(320))
    #: of the address, in lower case: some mail servers take so many a minute and no more
    domain: Mapped[str] = mapped_column(sa.String(255), default="")
    candidate_version: Mapped[int]
    sender_name: Mapped[str]
    sender_address: Mapped[str] = mapped_column(sa.String(320))
    reply_to: Mapped[str] = mapped_column(sa.String(320), default="")
    subject: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    #: SHA-256 over subject, text and html: what was reviewed is what leaves
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    #: what it was made from: "en/filled.warm" is one we ship, "12/3" the third version of the house's own
    letter: Mapped[str] = mapped_column(sa.String(120), default="")
    #: the message that had left and that this one puts right
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message.id"))
    #: the day by which the text says there will be word
    promise_on: Mapped[str | None] = mapped_column(sa.String(10))
    #: RFC 5322 Message-ID, made with the row and never changed
    message_id: Mapped[str] = mapped_column(sa.String(255), unique=True)
    status: Mapped[MessageStatus] = mapped_column(default=MessageStatus.QUEUED)
    held_because: Mapped[str] = mapped_column(sa.Text, default="")
    #: the worker's id and a random part; a worker's id holds the name of its host
    claim_token: Mapped[str | None] = mapped_column(sa.String(120))
    lease_until: Mapped[datetime | None]
    #: a lapsed lease is charged to the row that was in hand
    lapses: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    #: past it the text would say something untrue
    expires_at: Mapped[datetime | None]
    first_tried_at: Mapped[datetime | None]
    fenced_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    #: what the mail server said, until it is written up as a Delivery, an event and in the ledger
    answer: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: somebody has looked at this failure or doubt
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]

    applications: Mapped[list[MessageApplication]] = relationship(
        order_by="MessageApplication.application_id", lazy="raise"
    )


class MessageApplication(Base):
    """Which applications a message speaks of, and the version of each that was reviewed."""

    __tablename__ = "message_application"
    __table_args__ = (
        sa.PrimaryKeyConstraint("message_id", "application_id"),
        sa.Index("uq_message_application_purpose_cycle", "application_id", "purpose", "cycle", unique=True,
                 sqlite_where=sa.text("NOT cancelled"), postgresql_where=sa.text("NOT cancelled")),
    )  # fmt: skip

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    purpose: Mapped[Purpose]
    cycle: Mapped[int]
    version: Mapped[int]
    #: of its job, as reviewed; empty in rows of older versions
    job_status: Mapped[str] = mapped_column(sa.String(40), default="")
    cancelled: Mapped[bool] = mapped_column(default=False)
