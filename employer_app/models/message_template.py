"""A letter of the organisation's own, and every version of it: a message names the one it was made from."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from employer_app.extensions import Base


class MessageTemplate(Base):
    __tablename__ = "message_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: as in the starters: kind, variant, tone, language and form of address
    kind: Mapped[str] = mapped_column(sa.String(40))
    variant: Mapped[str] = mapped_column(sa.String(40), default="")
    tone: Mapped[str] = mapped_column(sa.String(40))
    language: Mapped[str] = mapped_column(sa.String(10))
    informal: Mapped[bool] = mapped_column(default=False)
    #: the letter for one reason, or for one job; empty: for all
    disposition: Mapped[str] = mapped_column(sa.String(20), default="")
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    #: the number of its newest version
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    #: not offered any more; messages that name it keep its words
    retired_at: Mapped[datetime | None]

    versions: Mapped[list[TemplateVersion]] = relationship(order_by="TemplateVersion.number", lazy="raise")


class TemplateVersion(Base):
    """Never changed once written: a change is the next number."""

    __tablename__ = "template_version"
    __table_args__ = (sa.PrimaryKeyConstraint("template_id", "number"),)

    template_id: Mapped[int] = mapped_column(sa.ForeignKey("message_template.id", ondelete="CASCADE"))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]
    #: somebody has read it and stands for its style
    pinned_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    pinned_at: Mapped[datetime | None]
    #: and says that it does say no, where no pattern of ours can tell
    says_no: Mapped[bool] = mapped_column(default=False)
