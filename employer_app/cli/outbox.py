"""`employer-app outbox`: what is on its way, what became of it, and stopping what has not left."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from employer_app.actions import messages as verbs
from employer_app.cli.database import with_database
from employer_app.cli.restoring import adopt, let_go
from employer_app.domain.errors import Refused
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import t
from employer_app.outbox.evidence import settle_from_archive
from employer_app.queries.dump import dump
from employer_app.queries.messages import message_counts, needs_person


@click.group()
def outbox() -> None:
    """Messages on their way."""


outbox.add_command(adopt)


@outbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def list_messages(as_json: bool) -> None:
    """How many messages stand where, and those that need a person."""
    counts = message_counts(OPERATOR)
    rows = needs_person(OPERATOR)
    if as_json:
        click.echo(json.dumps({"counts": counts, "needs_person": rows}, ensure_ascii=False, default=str))
        return
    shown: Counter[str] = Counter()
    for status, count in counts.items():  # what a worker has picked up is still queued to a reader
        shown[t(f"message.state.{status}")] += count
    for state, count in shown.items():
        click.echo(f"{count:7,}  {state}")
    for row in rows:
        click.echo(f"  {row['id']}  {row['name']} <{row['address']}>: {row['why']}")


@outbox.command("settle")
@click.argument("message_id", type=int, required=False)
@click.option("--arrived", "answer", flag_value="arrived", help="It arrived.")
@click.option(
    "--send-again", "answer", flag_value="again", help="Send it once more with the same Message-ID."
)
@click.option(
    "--archive",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of .eml copies of all mail that arrived: settles every message that lies in it.",
)
@with_database
def settle_messages(message_id: int | None, answer: str | None, archive: Path | None) -> None:
    """Say what became of a message that may have arrived."""
    if archive:
        evidence = settle_from_archive(archive, actor_id=None)
        click.echo(f"{len(evidence.arrived)} arrived, {len(evidence.missing)} have no copy there.")
    elif message_id is not None and answer:
        verb = verbs.arrived if answer == "arrived" else verbs.send_again
        _said(verb(message_ids=[message_id], actor=OPERATOR))
    else:
        raise click.UsageError("Give a message with --arrived or --send-again, or --archive FOLDER.")


@outbox.command("hold")
@click.argument("message_id", type=int)
@click.option("--reason", required=True, help="Why; whoever lets it go reads this.")
@with_database
def hold_message(message_id: int, reason: str) -> None:
    """Stop a message that has not left, until somebody lets it go."""
    _said(verbs.hold(message_ids=[message_id], reason=reason, actor=OPERATOR))


@outbox.command("release")
@click.argument("message_id", type=int, required=False)
@click.option("--restored", is_flag=True, help="What a restore stopped and had not left before.")
@click.option("--backlog", is_flag=True, help="What was due over a day ago while no worker was there.")
@with_database
def release_message(message_id: int | None, restored: bool, backlog: bool) -> None:
    """Let a stopped message go as it is, or those that a restore or an old backlog stopped."""
    if message_id is not None:
        _said(verbs.release(message_ids=[message_id], actor=OPERATOR))
    elif not restored and not backlog:
        raise click.UsageError("Say which: a message, --restored or --backlog.")
    let_go(restored=restored, backlog=backlog)


@outbox.command("cancel")
@click.argument("message_id", type=int)
@with_database
def cancel_message(message_id: int) -> None:
    """Call a message back before it leaves. Its person still waits for an answer."""
    _said(verbs.call_off(message_ids=[message_id], actor=OPERATOR))


def _said(answered: verbs.Answered) -> None:
    for why in answered.missed.values():
        raise Refused(why, "Nothing was done.")
    click.echo("Done.")


@outbox.command("dump")
@click.option("--json", "as_json", is_flag=True, required=True, help="One JSON document a line.")
@with_database
def dump_messages(as_json: bool) -> None:
    """Every message with where it stands, one line each, in the order in which they were made."""
    for row in dump(OPERATOR):
        click.echo(json.dumps(row, ensure_ascii=False))
