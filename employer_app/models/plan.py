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
    #: of several the one that gives language and tone
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
    #: the message about that application of the same person speaks of this one too; `action` is a skip
    lead_id: Mapped[int | None]
    group: Mapped[str] = mapped_column(sa.String(40))
    action: Mapped[PlanAction]
    #: why there is no message, in words; empty for a message
    skip_reason: Mapped[str] = mapped_column(default="")
    #: the next step that is offered for a skip: "call", "address", "name", "line", "decide"
    remedy: Mapped[str] = mapped_column(sa.String(40), default="")
    #: what to look at: findings of domain/preflight as JSON
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
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


class FindingSeen(Base):
    """Somebody looked at what the check before sending found of a person, and said that it is right so."""

    __tablename__ = "finding_seen"
    __table_args__ = (sa.PrimaryKeyConstraint("candidate_id", "check", "about"),)

    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id", ondelete="CASCADE"))
    check: Mapped[str] = mapped_column(sa.String(20))
    about: Mapped[str] = mapped_column(sa.String(32))
    seen_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    seen_at: Mapped[datetime]


def told(item: type[PlanItem]) -> sa.ColumnElement[bool]:
    """Those of whom a message speaks: their own, or the one about another application of theirs."""
    return sa.or_(item.action == PlanAction.MESSAGE, item.lead_id.is_not(None))


def skipped(item: type[PlanItem]) -> sa.ColumnElement[bool]:
    """Those of whom no message speaks. Each item is one or the other."""
    return sa.and_(item.action == PlanAction.SKIP, item.lead_id.is_(None))
