"""Who may sign in. Roles are rows because the sign-in library wants them so; the words are domain/role.py."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from employer_app.extensions import Base

user_role = sa.Table(
    "user_role",
    Base.metadata,
    sa.Column("user_id", sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id"), primary_key=True),
)


class RoleRow(Base, RoleMixin):
    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    description: Mapped[str] = mapped_column(default="")


class User(Base, UserMixin):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    #: None until the person has chosen one through a sign-in link
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: wants the mail of each morning; and the last day for which it was taken in hand
    digest: Mapped[bool] = mapped_column(default=True)
    digest_day: Mapped[date | None]
    #: changes with the password: every session signed with the old one ends
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    create_datetime: Mapped[datetime]
    update_datetime: Mapped[datetime]

    roles: Mapped[list[RoleRow]] = relationship(  # type: ignore[assignment]
        secondary=user_role, lazy="selectin"
    )


class SignInLink(Base):
    """A link that works once: it signs a person in. Only the hash of its token is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None for the one that makes the first administrator
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInTries(Base):
    """Failed attempts for one account or one network; the key is a hash, so that the table names nobody."""

    __tablename__ = "sign_in_tries"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(index=True)
