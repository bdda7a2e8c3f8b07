"""`employer-app ledger verify`: compute everything anew and compare. Exit code 1 on any difference."""

from __future__ import annotations

import json
import sys

import click
import sqlalchemy as sa

from employer_app.cli.database import with_database
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import Verdict, rebuild
from employer_app.ledger.rebuild import verify as verify_all
from employer_app.models import Application


@click.group()
def ledger() -> None:
    """What we owe, and the proof that it follows from what happened."""


@ledger.command()
@click.option(
    "--rebuild", "rebuilding", is_flag=True, help="Write anew what follows from the events, then verify."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def verify(rebuilding: bool, as_json: bool) -> None:
    """Compare all that is stored with a computation from scratch. Exits 1 on a difference."""
    if rebuilding:
        with transaction() as session:
            rebuild(session)
    verdict = _verify(quiet=as_json)
    if as_json:
        click.echo(json.dumps(vars(verdict), ensure_ascii=False))
    else:
        _print(verdict)
    if verdict.differences:
        raise SystemExit(1)


def _verify(*, quiet: bool) -> Verdict:
    session = db.session()
    if quiet or not sys.stderr.isatty():
        return verify_all(session)
    length = session.scalar(sa.select(sa.func.count()).select_from(Application)) or 0
    with click.progressbar(length=length, label="Verifying", file=sys.stderr) as bar:
        return verify_all(session, bar.update)


def _print(verdict: Verdict) -> None:
    click.echo(
        f"{verdict.applications:,} applications, {verdict.events:,} events, {verdict.owed:,} owed answers."
    )
    for difference in verdict.differences:
        click.echo(difference)
    count = len(verdict.differences)
    click.echo("No difference." if not count else f"{count:,} difference{'s' if count > 1 else ''}.")
