"""`employer-app outbox adopt`, `outbox release --restored`: what a person says after a restore or a move."""

from __future__ import annotations

import click

from employer_app.actions import restore as verbs
from employer_app.cli.database import with_database
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import t
from employer_app.outbox import instance
from employer_app.queries.restore import standing


@click.command("adopt")
@with_database
def adopt() -> None:
    """This installation sends from this database from now on, and no other one does."""
    verbs.adopt(actor=OPERATOR)
    click.echo(f"This installation sends now: {instance.here().id}")
    if waiting := standing(OPERATOR).waiting:
        click.echo(
            f"Held, since another installation may have sent them: {t('page.messages', n=waiting)}. "
            "If it has not: employer-app outbox release --restored"
        )


def let_go(*, restored: bool, backlog: bool) -> None:
    """Let messages go that wait for a person's word."""
    if restored:
        count = standing(OPERATOR).waiting
        done = verbs.release(actor=OPERATOR, typed_count=count)
        click.echo(f"The outbox is open. Let go: {t('page.messages', n=done)}.")
        if gone := standing(OPERATOR).gone:
            click.echo(f"Held, since they had been handed over before: {t('page.messages', n=gone)}.")
    if backlog:
        verbs.let_backlog_go(actor=OPERATOR)
        click.echo("The backlog goes on.")
