"""Who is looking: the signed-in user as the `Person` that verbs and queries take."""

from __future__ import annotations

from flask_security import current_user

from employer_app.domain.role import Person, Role


def viewer() -> Person:
    """The signed-in person. Somebody without an account has no rights at all."""
    if not current_user.is_authenticated:
        return Person(None, "", frozenset())
    known = {role.value for role in Role}
    roles = frozenset(Role(row.name) for row in current_user.roles if row.name in known)
    return Person(current_user.id, current_user.name, roles)
