"""`employer-app update`: word in between for everybody in a job who still waits, with the day of the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from employer_app.actions import updates
from employer_app.actions.updates import Word
from employer_app.cli.database import with_database
from employer_app.cli.send_list import EXIT_CODES, Asked, chosen, job_named, options, run
from employer_app.domain.errors import Refused
from employer_app.domain.message import Purpose
from employer_app.domain.role import OPERATOR


@click.command("update", epilog=EXIT_CODES)
@click.argument("job", required=False)
@click.option("--job", "title", help="Title of the job, or its number.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]),
              help="The day by which they hear from you again. It stands in every message.")  # fmt: skip
@click.option("--kind", type=click.Choice([word.value for word in Word]), default=Word.HOLDING_NOTE.value)
@click.option("--missed", type=click.DateTime(["%Y-%m-%d"]),
              help="With delay_apology: the day that is not kept. Only who was given it hears.")  # fmt: skip
@click.option("--because", default="", help="What happened on your side, as one whole sentence.")
@options
@with_database
def update(
    job: str | None,
    title: str | None,
    until: datetime | None,
    kind: str,
    missed: datetime | None,
    because: str,
    **asked: Any,
) -> None:
    """Say that there is no decision yet, and by when they hear. Shows the list; --confirm sends it."""
    wanted = Asked(**asked)

    def begin() -> tuple[int, Sequence[str]]:
        job_id = job_named(title or job)
        if until is None:
            raise click.UsageError("Give the day of the next word: --until 2026-03-31")
        if (kind == Word.DELAY_APOLOGY) is not (missed is not None):
            raise click.UsageError("--kind delay_apology and --missed go together: which day was not kept?")
        ids, unknown = chosen(job_id, wanted)
        try:
            plan_id = updates.start(
                job_id=job_id,
                word=Word(kind),
                until=until.date(),
                actor=OPERATOR,
                application_ids=ids,
                cause_sentence=because,
                missed=missed.date() if missed else None,
            )
        except Refused as refused:
            if refused.field != "next_update_by":
                raise
            raise Refused(f"--until {until.date()}: {refused.message}", refused.remedy) from None
        return plan_id, unknown

    run(wanted, Purpose.UPDATE, begin)
