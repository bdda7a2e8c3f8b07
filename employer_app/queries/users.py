"""Who may sign in, and what a sign-in link is good for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.extensions import db
from employer_app.models import SignInLink, User


class LinkUse(StrEnum):
    SIGN_IN = "sign in"
    #: makes the first administrator
    SET_UP = "set up"


@dataclass(frozen=True)
class PersonRow:
    id: int
    name: str
    email: str
    role: Role | None
    active: bool
    has_password: bool
    #: until when an unused sign-in link works
    link_until: datetime | None


def people(viewer: Person) -> Sequence[PersonRow]:
    """Everybody with an account, those who may sign in first."""
    require(viewer, Verb.ADMINISTER)
    query = sa.select(SignInLink.user_id, SignInLink.expires_at)
    links = {row.user_id: row.expires_at for row in db.session.execute(query.where(*_works()))}
    users = db.session.scalars(sa.select(User).order_by(User.active.desc(), User.name, User.id))
    return [_person(user, links.get(user.id)) for user in users]


def user_id_of(viewer: Person, email: str) -> int:
    """Whose account this address is. Raises NotFound."""
    require(viewer, Verb.ADMINISTER)
    found = db.session.scalar(sa.select(User.id).where(User.email == email.strip().casefold()))
    if found is None:
        raise NotFound(f"There is no account for {email}.", "`employer-app user list` shows all of them.")
    return found


def link_use(token: str) -> LinkUse | None:
    """What the link would do now; None when it is spent, too old, void or wrong. Asking spends nothing."""
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    query = sa.select(SignInLink).where(SignInLink.token_hash == token_hash, *_works())
    link = db.session.scalar(query)
    if link is None:
        return None
    return LinkUse.SET_UP if link.user_id is None else LinkUse.SIGN_IN


def _works() -> tuple[sa.ColumnElement[bool], ...]:
    return (SignInLink.used_at.is_(None), SignInLink.expires_at > now())


def _person(user: User, link_until: datetime | None) -> PersonRow:
    names = {row.name for row in user.roles}
    role = next((role for role in Role if role.value in names), None)
    return PersonRow(user.id, user.name, user.email, role, user.active, bool(user.password), link_until)
