"""A hiring manager is asked about candidates of one job, by one mail with one link.

The partial unique index is the promise that a candidate stands in one ask at a time. What the manager notes
lies in the events alone, where it can be erased.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.manager_ask import Answer, Ending
from employer_app.extensions import Base


class ManagerAsk(Base):
    __tablename__ = "manager_ask"
    __table_args__ = (
        sa.Index("ix_manager_ask_next_mail_at", "next_mail_at",
                 sqlite_where=sa.text("next_mail_at IS NOT NULL"),
                 postgresql_where=sa.text("next_mail_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    address: Mapped[str] = mapped_column(sa.String(320))
    #: one of them has an offer elsewhere: reminders come after hours, not days
    competing: Mapped[bool] = mapped_column(default=False)
    #: a random part of its link
    key: Mapped[str] = mapped_column(sa.String(64))
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    #: from then on the link opens nothing
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    #: how many left, the question among them
    mails: Mapped[int] = mapped_column(default=0)
    mailed_at: Mapped[datetime | None]
    #: None: no mail is to come
    next_mail_at: Mapped[datetime | None]
    #: why the last try did not leave
    trouble: Mapped[str] = mapped_column(sa.Text, default="")
    #: who is mailing it now, and until when nobody else may
    claim_token: Mapped[str | None] = mapped_column(sa.String(64))
    claimed_until: Mapped[datetime | None]


class ManagerAskItem(Base):
    """One of the candidates, and what was said of them last."""

    __tablename__ = "manager_ask_item"
    __table_args__ = (
        sa.UniqueConstraint("ask_id", "application_id"),
        sa.Index("uq_manager_ask_item_open", "application_id", unique=True,
                 sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")),
        sa.CheckConstraint("(answer = 'later') = (until IS NOT NULL)", name="until"),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("manager_ask.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    answer: Mapped[Answer] = mapped_column(default=Answer.OPEN)
    until: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    #: rises with each answer: what is confirmed is what was read
    version: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None]
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
