"""One candidate in one job. The lower half is what the ledger's fold says; only ledger/ writes it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.extensions import Base
from employer_app.models.candidate import Candidate
from employer_app.models.job import Job, Stage


class Application(Base):
    __tablename__ = "application"
    __table_args__ = (
        sa.UniqueConstraint("job_id", "candidate_id", "round"),
        sa.Index("ix_application_job_stage", "job_id", "stage_id", "id"),
        sa.Index("ix_application_job_status", "job_id", "status", "id"),
        sa.Index("ix_application_source_external", "source_id", "external_id"),
        sa.Index(
            "ix_application_old_pile",
            "id",
            sqlite_where=sa.text("old_pile"),
            postgresql_where=sa.text("old_pile"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"))
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    #: a person may apply again: 1, 2, 3 …
    round: Mapped[int] = mapped_column(default=1)
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    source: Mapped[str] = mapped_column(default="")
    #: the number that the old system gave it, and which system that is
    external_id: Mapped[str] = mapped_column(default="")
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_source.id"))
    #: came from an old list when it was late already; not on the home list until somebody plans it
    old_pile: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    #: the same application in another job, which it was moved to or came from
    moved_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("application.id"))
    moved_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("application.id"))
    #: rises on stage, status, decision, name, address, merge, erasure; never on notes, calls or deliveries
    version: Mapped[int] = mapped_column(default=1)
    #: rises when one more message of the same purpose may be right: undone, bounced, reopened, corrected
    cycle: Mapped[int] = mapped_column(default=1)

    status: Mapped[Status] = mapped_column(default=Status.ACTIVE)
    depth: Mapped[StageKind] = mapped_column(default=StageKind.APPLIED)
    event_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    first_word_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    #: the kind of event that proves it
    told_how: Mapped[str | None] = mapped_column(sa.String(40))
    #: a decision to tell, or the closing of the job around this person; None while nothing final is owed
    final_owed_since: Mapped[datetime | None]
    waived: Mapped[bool] = mapped_column(default=False)
    #: since when an answer of theirs lies unread; whoever reviewed before did not know it
    unread_since: Mapped[datetime | None]

    job: Mapped[Job] = relationship()
    candidate: Mapped[Candidate] = relationship()
    stage: Mapped[Stage] = relationship()


def wanted(candidate_id: sa.ColumnElement[int] | InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """Whether this person is hired, or has an offer that stands, in any job: then no other job says "no"."""
    other = Application.__table__.alias("other_application")
    # without IN, so that it may stand in a Prepared statement
    live = sa.or_(*(other.c.status == status for status in sorted(LIVE)))
    offered = sa.or_(*(other.c.depth == depth for depth in (StageKind.OFFER, StageKind.HIRED)))
    return sa.exists().where(
        other.c.candidate_id == candidate_id,
        sa.or_(other.c.status == Status.HIRED, sa.and_(live, offered)),
    )
