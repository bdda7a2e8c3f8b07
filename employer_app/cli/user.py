"""employer-app user: accounts from the command line of the host, which is trusted like an administrator.

Exit codes: 0 done · 2 the call was wrong · 3 refused and nothing written.
"""

from __future__ import annotations

import json

import click

from employer_app.actions import users
from employer_app.cli.database import with_database
from employer_app.domain.role import OPERATOR, Role
from employer_app.extensions import setting
from employer_app.queries import users as queries


@click.group()
def user() -> None:
    """Who may sign in."""


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that the team and the candidates read.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.RECRUITER.value)
@as_json
@with_database
def add(email: str, name: str, role: str, as_json: bool) -> None:
    """Make an account and print its one-time sign-in link."""
    user_id = users.create_user(actor=OPERATOR, email=email, name=name, role=Role(role))
    _print_link(user_id, as_json)


@user.command("link")
@click.argument("email")
@as_json
@with_database
def link(email: str, as_json: bool) -> None:
    """Print a new one-time sign-in link; older ones stop working."""
    _print_link(queries.user_id_of(OPERATOR, email), as_json)


@user.command("list")
@as_json
@with_database
def show(as_json: bool) -> None:
    """Everybody with an account."""
    rows = queries.people(OPERATOR)
    if as_json:
        fields = [
            {"id": row.id, "email": row.email, "name": row.name, "role": row.role, "active": row.active}
            for row in rows
        ]
        click.echo(json.dumps(fields, ensure_ascii=False))
        return
    if not rows:
        click.echo("Nobody has an account yet. `employer-app user add` makes one.")
    for row in rows:
        standing = (row.role.value if row.role else "no role") if row.active else "may not sign in"
        click.echo(f"{row.email}  {row.name}  ({standing})")


@user.command("deactivate")
@click.argument("email")
@as_json
@with_database
def deactivate(email: str, as_json: bool) -> None:
    """Shut somebody out at once: sessions and links end."""
    user_id = queries.user_id_of(OPERATOR, email)
    users.set_active(actor=OPERATOR, user_id=user_id, active=False)
    click.echo(
        json.dumps({"id": user_id, "active": False}) if as_json else f"{email} may not sign in any more."
    )


def _print_link(user_id: int, as_json: bool) -> None:
    address = setting("PUBLIC_URL").rstrip("/") + users.make_sign_in_link(actor=OPERATOR, user_id=user_id)
    if as_json:
        click.echo(json.dumps({"id": user_id, "link": address, "hours": users.LINK_HOURS}))
    else:
        click.echo(f"Sign in once within {users.LINK_HOURS} hours: {address}")
