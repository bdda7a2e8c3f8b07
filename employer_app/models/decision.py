"""Who decided what, when, and for which reason. Telling is another matter: see Message."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.domain.status import Status
from employer_app.extensions import Base


class Decision(Base):
    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    #: a code of domain/data/dispositions.toml
    disposition: Mapped[str] = mapped_column(sa.String(20))
    status: Mapped[Status]
    #: as it was before, so that undo can restore it
    previous_status: Mapped[str] = mapped_column(sa.String(40))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
