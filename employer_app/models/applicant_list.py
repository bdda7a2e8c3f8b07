"""A file that somebody dropped in, the system it came from, and what its import did: enough to undo it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.extensions import Base


class ImportSource(Base):
    """The system that lists of one shape come from. What was said of one list is offered for the next."""

    __tablename__ = "import_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: as people call it: "Greenhouse", or the name of the first file
    name: Mapped[str]
    #: of the shape of its lists; domain/applicant_list/source.py
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: what was said last of columns, jobs, stages and states; domain/applicant_list/source.py
    remembered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class ApplicantList(Base):
    """A file, kept until it is imported or thrown away, so nothing is lost between."""

    __tablename__ = "applicant_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_source.id"))
    uploaded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    uploaded_at: Mapped[datetime]
    #: what a person chose for it: jobs, columns, stages, states, order of dates, corrected cells
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: somebody pressed "import" and the work is in the background: when, who, and what they had looked at
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: why that came to nothing, in words for a person
    trouble: Mapped[str] = mapped_column(default="")
    imported_at: Mapped[datetime | None]
    imported_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: rows = created + already_here + bad + duplicates
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class ImportEffect(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    #: was here already, and nothing was done about it
    SEEN = "seen"


class ImportItem(Base):
    """What an import did to one application. `before` is what undoing it restores."""

    __tablename__ = "import_item"

    list_id: Mapped[int] = mapped_column(
        sa.ForeignKey("applicant_list.id", ondelete="CASCADE"), primary_key=True
    )
    application_id: Mapped[int] = mapped_column(
        sa.ForeignKey("application.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    effect: Mapped[ImportEffect]
    #: the event number of the application after this import: anything later was done here
    event_seq: Mapped[int]
    #: what the list said of the application, so that the next one shows only what is new
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
