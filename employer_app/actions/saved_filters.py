"""Keep the filters of a list under a name, rename them, share them, and throw them away.

Law: a saved filter is its owner's own. The team may see it where its owner says so, and never changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.filter_page import LONGEST_NAME, MOST_SAVED, FilterPage
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.models import Job, SavedFilter, User

#: how long one that was thrown away can be put back
KEPT = timedelta(days=1)


def save(
    *,
    actor: Person,
    page: FilterPage,
    name: str,
    args: Mapping[str, str],
    shared: bool = False,
    job_id: int | None = None,
) -> int:
    """`args`: what filters, as parts of an address. `job_id`: where it makes sense in that job alone.

    Saving the same once more changes nothing. Raises Refused for a name that is taken, and for too many.
    """
    require(actor, Verb.EDIT)
    name, user_id = _name(name), _somebody(actor)
    if not args:
        raise Refused("Nothing is filtered, so there is nothing to keep.", "Set a filter first.")
    with transaction() as session:
        known = _known(session, user_id)
        if job_id is not None and session.get(Job, job_id) is None:
            raise NotFound("There is no such job.", "It may have been removed.")
        same = next((one for one in known if _taken(one, page, name)), None)
        if same is not None and (dict(same.args), same.job_id, same.shared) == (dict(args), job_id, shared):
            return same.id
        if same is not None:
            raise Refused(f"You have a filter named “{same.name}” here.", "Choose another name.", "name")
        _room(known)
        row = SavedFilter(
            user_id=user_id,
            page=page,
            job_id=job_id,
            name=name,
            args=dict(args),
            shared=shared,
            created_at=now(),
        )
        session.add(row)
        session.flush()
        return row.id


def change(*, actor: Person, filter_id: int, name: str, shared: bool) -> None:
    """Another name, and whether the team sees it."""
    require(actor, Verb.EDIT)
    name, user_id = _name(name), _somebody(actor)
    with transaction() as session:
        known = _known(session, user_id)
        row = _own(known, filter_id)
        if any(_taken(one, row.page, name) for one in known if one.id != row.id):
            raise Refused(f"You have a filter named “{name}” here.", "Choose another name.", "name")
        row.name, row.shared = name, shared


def delete(*, actor: Person, filter_id: int) -> str:
    """Throw one away; returns its name. For a day it can be put back."""
    require(actor, Verb.EDIT)
    user_id = _somebody(actor)
    with transaction() as session:
        row = _own(_known(session, user_id), filter_id)
        row.deleted_at = now()
        return row.name


def put_back(*, actor: Person, filter_id: int) -> str:
    """One that was thrown away; returns its name. Where it is back already, nothing changes."""
    require(actor, Verb.EDIT)
    user_id = _somebody(actor)
    with transaction() as session:
        known = _known(session, user_id)
        row = session.get(SavedFilter, filter_id)
        if row is None or row.user_id != user_id:
            raise _not_there()
        if row.deleted_at is None:
            return row.name
        if any(_taken(one, row.page, row.name) for one in known):
            raise Refused(f"You have another filter named “{row.name}” by now.", "Rename that one first.")
        _room(known)
        row.deleted_at = None
        return row.name


def _somebody(actor: Person) -> int:
    if actor.user_id is None:
        raise Refused("Saved filters belong to somebody who signs in.", "Sign in.")
    return actor.user_id


def _name(name: str) -> str:
    name = " ".join(name.replace("\0", " ").split())
    if not name:
        raise Refused("Type a name.", "Nothing was changed.", "name")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A name has at most {LONGEST_NAME} characters.", "Shorten it.", "name")
    return name


def _known(session: Session, user_id: int) -> list[SavedFilter]:
    """This person's own. Locks the person, so that two windows do not save the same name or one too many."""
    session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    gone = SavedFilter.deleted_at < now() - KEPT
    session.execute(sa.delete(SavedFilter).where(SavedFilter.user_id == user_id, gone))
    query = sa.select(SavedFilter).where(SavedFilter.user_id == user_id, SavedFilter.deleted_at.is_(None))
    return list(session.scalars(query.order_by(SavedFilter.id)))


def _taken(one: SavedFilter, page: FilterPage, name: str) -> bool:
    return one.page is page and one.name.casefold() == name.casefold()


def _room(known: list[SavedFilter]) -> None:
    if len(known) >= MOST_SAVED:
        raise Refused(f"You have {MOST_SAVED} saved filters, which is the most.", "Throw one away first.")


def _own(known: list[SavedFilter], filter_id: int) -> SavedFilter:
    row = next((one for one in known if one.id == filter_id), None)
    if row is None:
        raise _not_there()
    return row


def _not_there() -> NotFound:
    return NotFound("There is no such saved filter.", "Look at your saved filters again.")
