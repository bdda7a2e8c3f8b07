"""employer-app: the one command. A command parses, calls a verb or a query, and prints; it holds no rule.

Exit codes: 0 done · 1 a check failed (`ledger verify`, `check`, `check-sender`, `courtesy check`) · 2 the
call was wrong, and of `check` that a file is no list · 3 the input was refused and nothing was written.
Nothing prompts when standard input is not a terminal. `--json` prints one document and nothing else.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError, ProgrammingError

from employer_app import create_app
from employer_app.cli import migrations
from employer_app.cli.audit import audit
from employer_app.cli.check import check
from employer_app.cli.check_sender import check_sender
from employer_app.cli.close_out import close_out
from employer_app.cli.courtesy import courtesy
from employer_app.cli.demo import demo_command
from employer_app.cli.digest import digest
from employer_app.cli.imports import import_list
from employer_app.cli.ledger import ledger
from employer_app.cli.outbox import outbox
from employer_app.cli.owed import owed
from employer_app.cli.rescue import rescue
from employer_app.cli.serve import serve
from employer_app.cli.stopping import go_on, stop
from employer_app.cli.update import update
from employer_app.cli.user import user
from employer_app.cli.worker import worker
from employer_app.cli.write_back import write_back
from employer_app.config import BadSettings
from employer_app.domain.errors import Refused


class Commands(FlaskGroup):
    """Says refusals in words instead of a stack trace."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except (Refused, BadSettings) as refused:
            click.echo(str(refused), err=True)
            raise SystemExit(3) from None
        except (DBAPIError, sqlite3.Error) as error:
            said = " ".join(str(getattr(error, "orig", error)).split()).rstrip(".?")
            click.echo(f"The database cannot be used: {said}.", err=True)
            click.echo(_remedy(error, said), err=True)
            raise SystemExit(3) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Without building the app, so that --help makes no folder and works when a setting does not."""
        return sorted([*self.commands, "db"])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return migrations.commands() if name == "db" else super().get_command(ctx, name)


def _remedy(error: Exception, said: str) -> str:
    if isinstance(error, ProgrammingError) or "no such table" in said or "no such column" in said:
        return "It is older than the app. Bring it up to date: employer-app db upgrade"
    if "locked" in said:
        return "Somebody else was writing for too long. Try again."
    return (
        "Check that it runs, that SQLALCHEMY_DATABASE_URI names it, and that you may write in the instance "
        "folder and its disk is not full."
    )


main = Commands(
    name="employer-app",
    help="No applicant goes unanswered.",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
)
# Flask's own options name another app, or a debugger: here they could only do harm
main.params = []

for command in (
    audit,
    check,
    check_sender,
    close_out,
    courtesy,
    demo_command,
    digest,
    import_list,
    ledger,
    outbox,
    owed,
    rescue,
    serve,
    update,
    user,
    worker,
    write_back,
):
    main.add_command(command)
for command in (stop, go_on):
    outbox.add_command(command)
