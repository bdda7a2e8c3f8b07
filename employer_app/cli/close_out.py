"""`employer-app close-out`: a final answer to everybody in a job who is still owed one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from employer_app import tasks
from employer_app.actions import batches, plans
from employer_app.actions.imports.judging import read
from employer_app.cli.database import with_database
from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.close_out import Cause, Choices
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.role import OPERATOR, Person
from employer_app.domain.times import exact
from employer_app.extensions import setting
from employer_app.queries.batches import BatchHead, PlanHead, batch_head, plan_head, plan_rows
from employer_app.queries.health import status
from employer_app.queries.job_titles import job_by_title, job_title
from employer_app.queries.recipients import recipients
from employer_app.queries.released import stood_for_alone

#: what the administrator of the host stands for alone
_WAIVED = {
    "second_person": "a second person's look at so many",
    "pilot": "the first few that would go ahead of the others",
}


@click.command("close-out")
@click.argument("job", required=False)
@click.option("--job", "title", help="Title of the job, or its number.")
@click.option("--cause", type=click.Choice([cause.value for cause in Cause]), default=Cause.FILLED.value)
@click.option("--lines", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A list with Email and Line: a sentence for each person who was interviewed.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show who would get what; nothing is decided or queued.")
@click.option("--confirm", "typed_count", type=int, help="The number of messages, to confirm them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def close_out(
    job: str | None,
    title: str | None,
    cause: str,
    lines: Path | None,
    dry_run: bool,
    typed_count: int | None,
    as_json: bool,
) -> None:
    """Answer everybody left in a job. Shows the list; --confirm with the number of messages sends it."""
    if not (named := title or job):
        raise click.UsageError("Name the job, by its title or its number.")
    plan_id = prepare(_job_id(named), Cause(cause), read_lines(lines) if lines else {})
    head = plan_head(OPERATOR, plan_id)
    result: dict[str, Any] = {
        "chosen": head.chosen,
        "messages": head.messages,
        "skipped": [
            {"name": row.name, "reason": row.skip_reason}
            for row in plan_rows(OPERATOR, plan_id, skipped=True)
        ],
    }
    if not dry_run and typed_count is not None:
        batch = _confirm(head, typed_count)
        waived = stood_for_alone(OPERATOR, batch.id)
        result |= {"batch": batch.id, "leaves_at": batch.due_at.isoformat(), "waived": waived}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        _print(result, dry_run)


def _job_id(named: str) -> int:
    """Of the job of that title, or else of that number. Raises NotFound."""
    try:
        return job_by_title(OPERATOR, named)
    except NotFound:
        if not named.isdecimal():
            raise
        job_title(OPERATOR, int(named))
        return int(named)


def prepare(job_id: int, cause: Cause, lines: dict[str, str], actor: Person = OPERATOR) -> int:
    """A plan for everybody in the job, with the personal lines put in by address."""
    plan_id = plans.start_close_out(job_id=job_id, cause=cause, actor=actor)
    if lines:
        choices = Choices.from_json(plan_head(actor, plan_id).choices)
        rows = recipients(actor, choices.application_ids, choices.purpose)
        own = {row.application_id: lines[row.address_key] for row in rows if row.address_key in lines}
        plans.change(plan_id=plan_id, choices=replace(choices, lines=own), actor=actor)
    return plan_id


def _confirm(head: PlanHead, typed_count: int) -> BatchHead:
    """Raises Refused for any other number, also for a few messages, where a page does not ask."""
    if head.messages not in {0, typed_count}:
        raise Refused(
            f"There are {head.messages:,} messages, not {typed_count:,}. Nothing was sent.",
            f"Look at the list again. To confirm: add --confirm {head.messages}",
        )
    batch_id = batches.confirm(plan_id=head.id, digest=head.digest, actor=OPERATOR, typed_count=typed_count)
    batch = batch_head(OPERATOR, batch_id)
    tasks.deliver(batch.due_at)
    return batch


def read_lines(path: Path) -> dict[str, str]:
    """Address key -> sentence, from CSV or XLSX. Raises Refused with the row that cannot be read."""
    sheet = read(path.read_bytes(), path.name)
    header = [name.casefold() for name in sheet.header]
    if not {"email", "line"} <= set(header):
        raise Refused(f"{path.name} has no columns Email and Line.", "Name them so in its first row.")
    email, line = header.index("email"), header.index("line")
    found: dict[str, str] = {}
    for row in sheet.rows:
        # a sentence with a comma and no quotation marks would lose its end
        if len(row.cells) != len(header):
            counts = f"{len(row.cells)} cells, and its first row {len(header)}"
            raise Refused(
                f"Row {row.number} of {path.name} has {counts}.", "Put the sentence in quotation marks."
            )
        try:
            found[check_address(row.cells[email]).key] = row.cells[line].strip()
        except BadAddress as error:
            raise Refused(f"Row {row.number} of {path.name}: {error}") from error
    return found


def _print(result: dict[str, Any], dry_run: bool) -> None:
    click.echo(
        f"{result['chosen']} chosen = {result['messages']} messages + {len(result['skipped'])} skipped"
    )
    for row in result["skipped"]:
        click.echo(f"  no message: {row['name']}: {row['reason']}")
    if "batch" in result:
        _say_confirmed(batch_head(OPERATOR, result["batch"]), result["waived"])
    elif not result["messages"]:
        click.echo("Nothing can be sent: there is no message to confirm. They still wait for an answer.")
    elif not dry_run:
        click.echo(f"Nothing was sent. To confirm: add --confirm {result['messages']}")


def _say_confirmed(batch: BatchHead, waived: Sequence[str]) -> None:
    state = status(OPERATOR)
    if waived:
        click.echo(
            f"Set aside by the command line, and recorded so: {', '.join(_WAIVED[one] for one in waived)}."
        )
    click.echo(f"Confirmed. They leave from {exact(batch.due_at, ZoneInfo(state.timezone))} on.")
    if not setting("MAIL_SERVER"):
        click.echo("No mail server is set up: they wait here and none leaves until there is one.")
    elif state.safe_mode:
        click.echo("Safe mode is on: they wait here and none leaves until an administrator switches it off.")
    click.echo(f"To undo it before that: {setting('PUBLIC_URL').rstrip('/')}/batches/{batch.id}")
