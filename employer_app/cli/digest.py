"""`employer-app digest`: the mail of the morning, as somebody would get it now."""

from __future__ import annotations

import click

from employer_app.actions.digest import text_of
from employer_app.cli.database import with_database
from employer_app.domain.errors import NotFound
from employer_app.domain.role import OPERATOR
from employer_app.queries.digest import digest_of, reader_by_email


@click.command("digest")
@click.option("--print", "email", required=True, metavar="USER", help="Whose: the address they sign in with.")
@with_database
def digest(email: str) -> None:
    """Print the mail of the morning to one person, as it would be now. Nothing is sent."""
    reader = reader_by_email(OPERATOR, email)
    if reader is None:
        raise NotFound(f"There is no account for {email}.", "`employer-app user list` shows all of them.")
    found = digest_of(OPERATOR, reader.user_id)
    if found is None:
        click.echo(f"Nobody waits for an answer from {reader.name}: there would be no mail.")
        return
    subject, text = text_of(reader, found)
    click.echo(f"To: {reader.email}\nSubject: {subject}\n\n{text}", nl=False)
