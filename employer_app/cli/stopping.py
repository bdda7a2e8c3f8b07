"""`employer-app outbox stop` and `go-on`: the button of every page, for whoever has only a terminal."""

from __future__ import annotations

import click

from employer_app import tasks
from employer_app.actions import sending
from employer_app.cli.database import with_database
from employer_app.domain.role import OPERATOR


@click.command()
@click.option("--because", default="", help="Why; every page says it.")
@with_database
def stop(because: str) -> None:
    """Stop everything: from now on nothing leaves to candidates."""
    sending.stop_everything(actor=OPERATOR, because=because)
    click.echo("Everything is stopped. Nothing is lost: employer-app outbox go-on lets messages go on.")


@click.command("go-on")
@with_database
def go_on() -> None:
    """Let messages go on; each leaves at its time."""
    sending.go_on(actor=OPERATOR)
    tasks.deliver()
    click.echo("Messages leave again.")
