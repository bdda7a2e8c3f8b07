"""Filters of a list under a name. They find people anew each time, and hold nobody's name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.filter_page import LONGEST_NAME, FilterPage
from employer_app.extensions import Base


class SavedFilter(Base):
    __tablename__ = "saved_filter"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    page: Mapped[FilterPage]
    #: where it names a stage, and so makes sense in one job alone
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    #: as parts of an address, text to text
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: everybody on the team sees it; only its owner changes it
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    #: it can be put back for a while
    deleted_at: Mapped[datetime | None]
