"""Owed answers that somebody gave to a colleague in one go: what can be taken back together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.extensions import Base


class Handover(Base):
    """Who had them before, and the note to the new owner, stand in the facts of each application."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None: from the command line
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_at: Mapped[datetime]
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    #: all that this person owed was given away, with the jobs of `job_ids`; None: people one by one
    from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: ids without a key: who was removed since is passed over
    application_ids: Mapped[list[Any]] = mapped_column(default=list)
    job_ids: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]
