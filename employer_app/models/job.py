"""A vacancy and its ordered stages."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from employer_app.domain.stage import StageKind
from employer_app.domain.status import JobStatus
from employer_app.extensions import Base
from employer_app.models.organisation import Place
from employer_app.models.user import User


class Job(Base):
    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: as the team calls it; never reaches a candidate
    title: Mapped[str]
    #: as candidates know it
    public_title: Mapped[str]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.OPEN)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    #: None for both means that the job is rolling, or that nobody has said yet
    closing_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    rolling: Mapped[bool] = mapped_column(default=False)
    #: how many people are to be hired
    openings: Mapped[int] = mapped_column(default=1)
    #: other places of work, in words; `place` gives the working days
    also_in: Mapped[str] = mapped_column(default="")
    #: the number that the old system gave it, and which system that is
    external_id: Mapped[str] = mapped_column(sa.String(200), default="", index=True)
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_source.id"))
    #: how its letters are written; empty or None: as the organisation does
    language: Mapped[str] = mapped_column(sa.String(10), default="")
    tone: Mapped[str] = mapped_column(sa.String(40), default="")
    informal: Mapped[bool | None]
    #: words that the law wants in its letters
    notice: Mapped[str] = mapped_column(sa.Text, default="")
    #: whether its letters may tell people their own score, and a place on a reserve list with its last day
    tells_score: Mapped[bool] = mapped_column(default=False)
    tells_reserve: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(default="")
    contact_title: Mapped[str] = mapped_column(default="")
    contact_address: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: a standing rule that a named person confirmed: acknowledge new applications by mail
    acknowledges: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_event_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    event_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(sa.String(64), default="")

    place: Mapped[Place] = relationship()
    owner: Mapped[User | None] = relationship()
    stages: Mapped[list[Stage]] = relationship(order_by="Stage.position", cascade="all, delete-orphan")


class Stage(Base):
    __tablename__ = "stage"
    __table_args__ = (sa.UniqueConstraint("job_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[StageKind]
    counts_as_interview: Mapped[bool] = mapped_column(default=False)
