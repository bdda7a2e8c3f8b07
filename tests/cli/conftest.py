"""A job with three people, and a command as somebody types it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from employer_app.cli import main
from employer_app.extensions import db
from tests import factories
from tests.cli.send_lists import JOB


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Two who can be written to, and one without an address."""
    job = factories.job(title=JOB)
    return {
        "Ana Prieto": factories.application(job, name="Ana Prieto", address="ana@post.example"),
        "Bo Lind": factories.application(job, name="Bo Lind", address="bo@post.example"),
        "Cleo Ray": factories.application(job, name="Cleo Ray", address=None),
    }


@pytest.fixture
def run(app: Flask):
    """A command as somebody types it, by the name `employer-app` knows it by."""

    def run(*arguments: str) -> Result:
        db.session.rollback()
        command = main.commands[arguments[0]]
        said = CliRunner().invoke(_Whole(command), list(arguments[1:]))
        db.session.rollback()
        return said

    return run


class _Whole:
    """The command with what `employer-app` does around it: a refusal is words and a code."""

    def __init__(self, command) -> None:
        self.command, self.name = command, command.name

    def main(self, *, args, prog_name, **extra):
        group = type(main)(name="employer-app", add_default_commands=False, add_version_option=False)
        group.params = []
        group.add_command(self.command)
        return group.main(args=[self.name, *args], prog_name=prog_name, **extra)
