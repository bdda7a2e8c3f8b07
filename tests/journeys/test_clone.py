"""A copied folder beside the living installation: its worker, its own process, takes nothing. Fault 48."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from flask import Flask

from employer_app.domain.message import MessageStatus
from employer_app.extensions import db
from tests.journeys import test_kill
from tests.journeys.test_kill import PEOPLE, finish, statuses
from tests.smtp_sink import SmtpSink

own_app, queued = test_kill.own_app, test_kill.queued
COMMAND = (sys.executable, "-c", "from employer_app.cli import main; main()", "worker")
SAID = "Another installation sends from this database"


def test_copy_beside_the_living_one_takes_nothing(queued: Flask, tmp_path: Path) -> None:
    """The first worker makes the folder the one that sends; then it is copied with everything in it."""
    with SmtpSink() as sink:
        queued.config["MAIL_PORT"] = sink.port
        queued.config["CONNECTIONS"] = 1
        test_kill.worker.enter()
        assert test_kill.worker._here.watch is not None
        assert test_kill.worker._here.watch.look() == ""
        db.session.remove()
        db.engine.dispose()
        copy = tmp_path / "copy"
        shutil.copytree(queued.instance_path, copy)
        said = _run_until_it_says(copy, sink.port)
        assert sink.sessions == 0
    assert SAID in said
    assert len(finish(queued).recipients()) == PEOPLE
    assert statuses() == [MessageStatus.ACCEPTED] * PEOPLE


def _run_until_it_says(instance: Path, port: int) -> str:
    """What the worker of that folder says first of why it takes nothing."""
    environment = {
        **os.environ,
        "EMPLOYER_INSTANCE": str(instance),
        "EMPLOYER_MAIL_SERVER": "127.0.0.1",
        "EMPLOYER_MAIL_PORT": str(port),
        "EMPLOYER_MAIL_USE_TLS": "false",
    }
    process = subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        return next((line for line in process.stderr if "Nothing is taken" in line), "")
    finally:
        process.kill()
        process.wait()
