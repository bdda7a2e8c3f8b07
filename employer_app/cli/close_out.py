"""`employer-app close-out`: a final answer to everybody in a job who is still owed one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from employer_app.actions import plans
from employer_app.cli.database import with_database
from employer_app.cli.people_file import read_lines
from employer_app.cli.send_list import EXIT_CODES, Asked, chosen, job_named, options, run
from employer_app.domain.close_out import Cause, Choices
from employer_app.domain.message import Purpose
from employer_app.domain.role import OPERATOR, Person
from employer_app.queries.batches import plan_head
from employer_app.queries.recipients import recipients


@click.command("close-out", epilog=EXIT_CODES)
@click.argument("job", required=False)
@click.option("--job", "title", help="Title of the job, or its number.")
@click.option("--cause", type=click.Choice([cause.value for cause in Cause]), default=Cause.FILLED.value)
@click.option("--lines", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A list with Email and Line: a sentence for each person who was interviewed.")  # fmt: skip
@options
@with_database
def close_out(job: str | None, title: str | None, cause: str, lines: Path | None, **asked: Any) -> None:
    """Answer everybody left in a job. Shows the list; --confirm with the number of messages sends it."""
    wanted = Asked(**asked)

    def begin() -> tuple[int, Sequence[str]]:
        job_id = job_named(title or job)
        ids, unknown = chosen(job_id, wanted)
        own = read_lines(lines) if lines else {}
        return prepare(job_id, Cause(cause), own, application_ids=ids), unknown

    run(wanted, Purpose.DECISION, begin)


def prepare(
    job_id: int,
    cause: Cause,
    lines: Mapping[str, str],
    actor: Person = OPERATOR,
    application_ids: Sequence[int] = (),
) -> int:
    """A plan for these people or for everybody in the job, with the personal lines put in by address."""
    plan_id = plans.start_close_out(job_id=job_id, cause=cause, actor=actor, application_ids=application_ids)
    if lines:
        choices = Choices.from_json(plan_head(actor, plan_id).choices)
        rows = recipients(actor, choices.application_ids, choices.purpose)
        own = {
            row.application_id: lines[row.address_key]
            for row in rows
            if row.address_key and row.address_key in lines
        }
        plans.change(plan_id=plan_id, choices=replace(choices, lines=own), actor=actor)
    return plan_id
