"""Who may sign in. Accounts come from an administrator or the command line; nobody registers alone.

A sign-in link works once, for one person, and only the newest one works; the database keeps its hash alone.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.settings import locked_organisation, note_change, one_line
from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.role import OPERATOR, Person, Role, Verb, require
from employer_app.extensions import setting, transaction
from employer_app.models import RoleRow, SignInLink, User

LINK_HOURS = 24


def create_user(*, actor: Person, email: str, name: str, role: Role) -> int:
    """A new account without a password; returns its id. Raises Refused for a bad or known address."""
    require(actor, Verb.ADMINISTER)
    with transaction() as session:
        return _new_user(session, actor, email, name, role).id


def first_administrator_link() -> str | None:
    """The whole address that makes the first administrator, once; None when there is one. Older ones end."""
    with transaction() as session:
        locked_organisation(session)
        if _administrator_ids(session):
            return None
        session.execute(sa.delete(SignInLink).where(SignInLink.user_id.is_(None)))
        return str(setting("PUBLIC_URL")).rstrip("/") + _new_link(session, None, LINK_HOURS)


def set_up(*, token: str, email: str, name: str, password_hash: str) -> int:
    """Spend the first administrator's link and make the account; returns its id. Raises NotFound, Refused."""
    with transaction() as session:
        locked_organisation(session)
        if _administrator_ids(session):
            raise _spent()
        if session.execute(_spend(token, SignInLink.user_id.is_(None))).first() is None:
            raise _spent()
        user = _new_user(session, OPERATOR, email, name, Role.ADMINISTRATOR)
        user.password = password_hash
        return user.id


def make_sign_in_link(*, actor: Person, user_id: int, hours: int = LINK_HOURS) -> str:
    """The path of a new one-time link with a 192-bit token; older links of the person stop working."""
    require(actor, Verb.ADMINISTER)
    with transaction() as session:
        organisation = locked_organisation(session)
        user = _user(session, user_id)
        if not user.active:
            raise Refused(f"{user.name} may not sign in.", "Let this person in again first.")
        _void_links(session, user.id)
        _note(session, organisation, actor, user, "link", {})
        return _new_link(session, user.id, hours)


def use_sign_in_link(*, token: str) -> int:
    """Spend the link; returns whom it signs in. Raises NotFound when it is spent, too old, void or wrong."""
    with transaction() as session:
        of_somebody = SignInLink.user_id.in_(sa.select(User.id).where(User.active))
        user_id: int | None = session.scalar(_spend(token, of_somebody))
        if user_id is None:
            raise _spent()
        return user_id


def set_password(*, actor: Person, password_hash: str) -> str:
    """Keep a new password of the actor's own account. Every session and link of it ends.

    Returns the key that new sessions of the account carry.
    """
    with transaction() as session:
        user = _user(session, actor.user_id)
        user.password = password_hash
        user.fs_uniquifier = _uniquifier()
        user.update_datetime = now()
        _void_links(session, user.id)
        return user.fs_uniquifier


def end_sessions(*, user_id: int) -> None:
    """Sign the person out everywhere: whoever holds an old cookie holds nothing."""
    with transaction() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(fs_uniquifier=_uniquifier()))


def set_active(*, actor: Person, user_id: int, active: bool) -> None:
    """Let somebody sign in or not, from this moment. Raises Refused for the last administrator."""
    require(actor, Verb.ADMINISTER)
    with transaction() as session:
        organisation = locked_organisation(session)
        user = _user(session, user_id)
        if user.active is active:
            return
        if not active:
            _keep_an_administrator(session, user)
            _void_links(session, user.id)
            user.fs_uniquifier = _uniquifier()
        user.active = active
        user.update_datetime = now()
        _note(session, organisation, actor, user, "let in" if active else "shut out", {})


def change_role(*, actor: Person, user_id: int, role: Role) -> None:
    """Give the person this one role. Raises Refused for the last administrator."""
    require(actor, Verb.ADMINISTER)
    with transaction() as session:
        organisation = locked_organisation(session)
        user = _user(session, user_id)
        if [row.name for row in user.roles] == [role.value]:
            return
        if role is not Role.ADMINISTRATOR:
            _keep_an_administrator(session, user)
        user.roles = [_role_row(session, role)]
        user.update_datetime = now()
        _note(session, organisation, actor, user, "role", {"role": role.value})


def edit_own_account(*, actor: Person, name: str, title: str, phone: str) -> None:
    """What candidates read under a message from this person. Raises Refused, naming the field."""
    values = {"name": name, "title": title, "phone": phone}
    values = {field: one_line(text, field) for field, text in values.items()}
    if not values["name"]:
        raise Refused("There is no name.", "Give the name that the team knows.", "name")
    with transaction() as session:
        user = _user(session, actor.user_id)
        user.name, user.title, user.phone = values["name"], values["title"], values["phone"]
        user.update_datetime = now()


def _new_user(session: Session, actor: Person, email: str, name: str, role: Role) -> User:
    try:
        address = check_address(email).key
    except BadAddress as problem:
        raise Refused(str(problem), "", "email") from None
    name = one_line(name, "name")
    if not name:
        raise Refused("There is no name.", "Give the name that the team knows.", "name")
    organisation = locked_organisation(session)
    if session.scalar(sa.select(User.id).where(User.email == address)) is not None:
        raise Refused(f"{address} has an account already.", "Make a new sign-in link for it.", "email")
    user = User(
        email=address,
        name=name,
        active=True,
        fs_uniquifier=_uniquifier(),
        create_datetime=now(),
        update_datetime=now(),
        roles=[_role_row(session, role)],
    )
    session.add(user)
    session.flush()
    _note(session, organisation, actor, user, "created", {"name": name, "role": role.value})
    return user


def _new_link(session: Session, user_id: int | None, hours: int) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        SignInLink(user_id=user_id, token_hash=_hash(token), expires_at=now() + timedelta(hours=hours))
    )
    return f"/sign-in/link/{token}"


def _spend(token: str, whose: sa.ColumnElement[bool]) -> sa.Executable:
    """Compare and set: of two who press the button at once, one gets a row back."""
    return (
        sa.update(SignInLink)
        .where(
            SignInLink.token_hash == _hash(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now(),
            whose,
        )
        .values(used_at=now())
        .returning(SignInLink.user_id)
        .execution_options(synchronize_session=False)
    )


def _spent() -> NotFound:
    return NotFound("This sign-in link does not work any more.", "Ask an administrator for a new one.")


def _user(session: Session, user_id: int | None) -> User:
    if user_id is None:
        raise NotAllowed("The command line has no account of its own.")
    user = session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise NotFound("There is no such person.", "Look at the list of people again.")
    return user


def _keep_an_administrator(session: Session, leaving: User) -> None:
    """The organisation's row is locked, so that two administrators cannot remove each other at once."""
    if _administrator_ids(session) == {leaving.id}:
        raise Refused(f"{leaving.name} is the last administrator.", "Make somebody else administrator first.")


def _administrator_ids(session: Session) -> set[int]:
    query = sa.select(User.id).join(User.roles).where(User.active, RoleRow.name == Role.ADMINISTRATOR.value)
    return set(session.scalars(query))


def _role_row(session: Session, role: Role) -> RoleRow:
    row = session.scalar(sa.select(RoleRow).where(RoleRow.name == role.value))
    if row is None:
        row = RoleRow(name=role.value)
        session.add(row)
    return row


def _void_links(session: Session, user_id: int) -> None:
    unused = sa.delete(SignInLink).where(SignInLink.user_id == user_id, SignInLink.used_at.is_(None))
    session.execute(unused)


def _note(
    session: Session, organisation: Any, actor: Person, user: User, what: str, more: dict[str, str]
) -> None:
    payload = {"user_id": user.id, "email": user.email, "what": what, **more}
    note_change(session, organisation, actor, ["people"], payload)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _uniquifier() -> str:
    return secrets.token_hex(16)
