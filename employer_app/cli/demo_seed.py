"""`employer-app demo seed`: people to try things on, in the database that the settings name."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from employer_app.actions import trial
from employer_app.cli.migrations import upgrade
from employer_app.domain.clock import now
from employer_app.domain.role import OPERATOR
from employer_app.domain.trial import MOST


@click.command("seed")
@click.option("--people", default=300, show_default=True, type=click.IntRange(1, MOST))
@with_appcontext
def seed(people: int) -> None:
    """Make a job with invented people who wait for an answer. Refused where there is real data.

    Prints one JSON document: job_id, title, people.
    """
    upgrade()
    click.echo(json.dumps(asdict(trial.seed(people=people, today=now().date(), actor=OPERATOR))))
