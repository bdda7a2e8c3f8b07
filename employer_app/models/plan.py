"""A batch that nobody has confirmed yet: stored texts and skips. It changes no application."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.message import Kind
from employer_app.extensions import Base


class Plan(Base):
    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: becomes the batch's token: two confirms of one plan are one batch
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: the choices, so that going back loses nothing: groups, texts, reasons, personal lines
    choices: Mapped[dict[str, Any]]
    #: over every item's recipient, text and versions
    digest: Mapped[str] = mapped_column(sa.String(64))


class PlanAction(StrEnum):
    MESSAGE = "message"
    SKIP = "skip"


class PlanItem(Base):
    __tablename__ = "plan_item"
    __table_args__ = (sa.PrimaryKeyConstraint("plan_id", "application_id"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"))
    group: Mapped[str] = mapped_column(sa.String(40))
    action: Mapped[PlanAction]
    #: why there is no message, in words; empty for a message
    skip_reason: Mapped[str] = mapped_column(default="")
    #: the next step that is offered for a skip: "call", "address", "name", "line", "decide"
    remedy: Mapped[str] = mapped_column(sa.String(40), default="")
    #: what to look at, in words
    warnings: Mapped[list[str]] = mapped_column(default=list)
    kind: Mapped[Kind | None]
    disposition: Mapped[str] = mapped_column(sa.String(20), default="")
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="")
    subject: Mapped[str] = mapped_column(sa.Text, default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    html: Mapped[str] = mapped_column(sa.Text, default="")
    #: the same with merged parts marked, for the preview page only
    preview: Mapped[str] = mapped_column(sa.Text, default="")
    personal_line: Mapped[str] = mapped_column(sa.Text, default="")
    promise_on: Mapped[str | None] = mapped_column(sa.String(10))
    application_version: Mapped[int]
    candidate_version: Mapped[int]
    cycle: Mapped[int]
