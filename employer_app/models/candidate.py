"""A person with an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from employer_app.extensions import Base


class Candidate(Base):
    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: as given; no part of it is ever guessed, cut or recased
    name: Mapped[str]
    #: what the person is called, if they said so; else greeted by the full name
    call_name: Mapped[str] = mapped_column(default="")
    #: None: there is no mail address; a call or a letter is the way
    address: Mapped[str | None] = mapped_column(sa.String(320))
    #: for finding the same person; not unique, for families share addresses
    address_key: Mapped[str | None] = mapped_column(sa.String(320), index=True)
    second_address: Mapped[str | None] = mapped_column(sa.String(320))
    second_address_key: Mapped[str | None] = mapped_column(sa.String(320), index=True)
    phone: Mapped[str] = mapped_column(default="")
    #: digits only, without a leading zero or country code in doubt; for finding the same person
    phone_key: Mapped[str] = mapped_column(sa.String(20), default="", index=True)
    language: Mapped[str] = mapped_column(sa.String(10), default="")
    country: Mapped[str] = mapped_column(sa.String(60), default="")
    location: Mapped[str] = mapped_column(sa.String(120), default="")
    #: the number that the old system gave the person
    external_id: Mapped[str] = mapped_column(sa.String(200), default="", index=True)
    #: name and addresses folded for search
    search_key: Mapped[str] = mapped_column(sa.Text, default="")
    do_not_mail: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]
    #: the record that took this one's applications over; see CandidateMerge
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    #: rises when name, address, language or a flag changes: what was reviewed is stale then
    version: Mapped[int] = mapped_column(default=1)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class CandidateMerge(Base):
    """Two records that are one person: the merged one stays as it was, without its applications."""

    __tablename__ = "candidate_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    merged_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    #: what un-merging restores: the applications that moved with their rounds, and fields that were filled
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    merged_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    merged_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
