"""The employer: one row. And its places, which give time zone and holidays to the clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.extensions import Base, setting


def safe_mode(stored: bool | None) -> bool:
    """Whether nothing may leave to candidates now: as the settings of this machine say, or else as stored.

    Nothing stored means yes.
    """
    fixed: bool | None = setting("SAFE_MODE")
    return stored is not False if fixed is None else fixed


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(sa.Text, default="")
    retention_months: Mapped[int | None]
    #: how letters are written where a job does not say otherwise
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    tone: Mapped[str] = mapped_column(sa.String(40), default="warm")
    informal: Mapped[bool] = mapped_column(default=False)
    #: rules of the wording check that are tuned here: by rule, what was chosen, by whom, when and why
    wording: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: nothing leaves to candidates until an administrator switches it off
    safe_mode: Mapped[bool] = mapped_column(default=True)
    #: somebody stopped everything; `stopped_by` None: the app did
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    stopped_because: Mapped[str] = mapped_column(sa.Text, default="")
    #: the one installation that may send from this database
    instance_id: Mapped[str] = mapped_column(sa.String(80), default="")
    #: messages in a second, a minute, a day, and a minute to one domain; None: no limit
    pace_preset: Mapped[str] = mapped_column(sa.String(40), default="")
    pace_second: Mapped[int | None]
    pace_minute: Mapped[int | None]
    pace_day: Mapped[int | None]
    pace_domain_minute: Mapped[int | None]
    event_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(sa.String(64), default="")


class Place(Base):
    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: ISO 3166-1 alpha-2, with an optional subdivision ("BY", "ON", "ENG") for regional holidays
    country: Mapped[str] = mapped_column(sa.String(2))
    subdivision: Mapped[str | None] = mapped_column(sa.String(10))
    timezone: Mapped[str] = mapped_column(sa.String(64))
    #: ISO dates on which the house is closed beside the holidays
    closed_days: Mapped[list[str]] = mapped_column(default=list)
