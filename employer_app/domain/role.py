"""Who may do what: one table, one question. Default is no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from employer_app.domain.errors import NotAllowed


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    RECRUITER = "recruiter"


class Verb(StrEnum):
    READ = "read"
    EDIT = "edit"
    DECIDE = "decide"
    MAIL = "mail"
    IMPORT = "import"
    EXPORT = "export"
    ADMINISTER = "administer"


_TEAM = frozenset({Verb.READ, Verb.EDIT, Verb.DECIDE, Verb.MAIL, Verb.IMPORT, Verb.EXPORT})
MATRIX: Mapping[Role, frozenset[Verb]] = {
    Role.RECRUITER: _TEAM,
    Role.ADMINISTRATOR: _TEAM | {Verb.ADMINISTER},
}


@dataclass(frozen=True)
class Person:
    """Who acts or looks: passed as `actor` to every verb and as `viewer` to every query.

    `user_id` is None for the machine itself and for the command line of the host's own administrator.
    """

    user_id: int | None
    name: str
    roles: frozenset[Role]


#: The machine: the worker, the sweep, a standing rule.
MACHINE = Person(None, "The app", frozenset({Role.RECRUITER}))
#: Whoever may run commands on the host holds the database anyway.
OPERATOR = Person(None, "Command line", frozenset({Role.ADMINISTRATOR}))


def may(person: Person, verb: Verb) -> bool:
    return any(verb in MATRIX[role] for role in person.roles)


def require(person: Person, verb: Verb) -> None:
    """Raises NotAllowed unless the person may."""
    if not may(person, verb):
        raise NotAllowed("You may not do this.", "Ask an administrator of this app.")
