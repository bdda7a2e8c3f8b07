"""`employer-app demo`: the main job on a sample list, with nothing faked but the mail server.

It lives in an instance folder of its own. The mail server takes every message and delivers none; what would
have left lies in a folder as .eml files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask

from employer_app import create_app, tasks
from employer_app.actions import batches, demo, users
from employer_app.actions.imports.judging import read
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import look_at
from employer_app.cli.audit import print_audit
from employer_app.cli.close_out import prepare as prepare_close_out
from employer_app.cli.demo_seed import seed
from employer_app.cli.migrations import upgrade
from employer_app.cli.serve import end_alike, listen, refuse_taken_port
from employer_app.cli.supervise import SupervisedWorker
from employer_app.config import BadSettings, instance_path, unusable
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.clock import monotonic, now
from employer_app.domain.close_out import Cause
from employer_app.domain.role import OPERATOR, Person
from employer_app.domain.sample import personal_lines, sample_list
from employer_app.extensions import db
from employer_app.outbox import settle
from employer_app.outbox.demo_server import DemoMailServer
from employer_app.outbox.evidence import settle_from_archive
from employer_app.queries.batches import batch_head, plan_head, plan_rows
from employer_app.queries.messages import message_counts

_POLL = 0.2
#: so long without any movement means that something is wrong
_PATIENCE = 120.0
_MOVING = ("queued", "claimed", "handing_over")


@dataclass(frozen=True)
class Batch:
    """What was confirmed."""

    id: int
    messages: int


@click.group("demo", invoke_without_command=True)
@click.option("--serve/--no-serve", default=True, help="Serve the app afterwards, until Ctrl-C.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--undo", default=5, show_default=True, type=click.IntRange(1, 600), help="Seconds to undo.")
@click.pass_context
def demo_command(context: click.Context, serve: bool, port: int, undo: int) -> None:
    """Import 412 rows, answer everybody, deliver to a local mail server, and prove it."""
    if context.invoked_subcommand is None:
        _run(serve, port, undo)


demo_command.add_command(seed)


def _run(serve: bool, port: int, undo: int) -> None:
    instance = instance_path() / "demo"
    end_alike()
    with ExitStack() as stack:
        stack.enter_context(suppress(KeyboardInterrupt))
        stack.enter_context(_alone(instance.parent))
        if serve:
            refuse_taken_port("127.0.0.1", port)
        _begin_anew(instance)
        mail = stack.enter_context(DemoMailServer(instance / "mail"))
        settings = _settings(instance, mail.port, port, undo)
        app = create_app(settings, instance)
        stack.enter_context(app.app_context())
        click.echo(f"Instance folder: {instance}")
        upgrade()
        seeded = demo.seed(today=now().date(), actor=OPERATOR)
        _import(seeded)
        click.echo("\nBefore anybody was answered")
        print_audit()
        batch = _close_out(seeded, undo)
        stack.enter_context(SupervisedWorker(instance, _environment(settings)))
        _deliver(batch, mail)
        click.echo("\nAfter the delivery")
        print_audit()
        _still_owed(batch)
        click.echo(f"\nThe {mail.count()} messages as they would have left: {instance / 'mail'}")
        if serve:
            _serve(app, port, seeded.recruiter)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder, so that no second demo throws away what this one works on. Ends with the process."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise unusable(folder, error) from error
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadSettings("A demo is running in this folder. End it first, with Ctrl-C.") from error


def _begin_anew(instance: Path) -> None:
    try:
        if instance.exists():
            shutil.rmtree(instance)
        instance.mkdir(mode=0o700)
    except OSError as error:
        raise unusable(instance, error) from error


def _settings(instance: Path, mail_port: int, port: int, undo: int) -> dict[str, object]:
    """All that could lead to a database or a mail server, whatever the environment says of the real ones."""
    return {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance / 'employer.sqlite'}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": mail_port,
        "MAIL_USE_TLS": False,
        "MAIL_USE_SSL": False,
        "MAIL_USERNAME": "",
        "MAIL_PASSWORD": "",
        "MAIL_OAUTH_TOKEN_FILE": "",
        "MAIL_HELO_NAME": "",
        "UNDO_SECONDS_UPDATE": undo,
        "UNDO_SECONDS_DECISION": undo,
        "UNDO_SECONDS_BULK": undo,
        "UNDO_SECONDS_LARGE": undo,
        "SECOND_PERSON_FROM": 0,
        "PILOT_SIZE": 0,
        "SEND_WINDOW": "always",
        "DIGEST_AT": "off",
        "SAFE_MODE": False,
        "ENVELOPE_TOKEN": "",
    }


def _environment(settings: Mapping[str, object]) -> dict[str, str]:
    return {f"EMPLOYER_{name}": str(value) for name, value in settings.items()}


def _import(seeded: demo.Seeded) -> None:
    sheet = read(sample_list(now().date()), "applicants.csv")
    found = look_at(sheet, ListChoices(job_id=seeded.job_id, late_at_home=True), actor=seeded.recruiter)
    imported = keep_look(found, actor=seeded.recruiter, good_only=True)
    click.echo(
        f"Imported the sample list: {imported.rows} rows = {imported.created} applications "
        f"+ {imported.bad} row that cannot be read + {imported.duplicates} that stands there twice"
    )
    for problem in found.judged.problems:
        click.echo(f"  row {problem.row}: {problem.message}")


def _close_out(seeded: demo.Seeded, undo: int) -> Batch:
    actor = seeded.recruiter
    plan_id = prepare_close_out(seeded.job_id, Cause.FILLED, dict(personal_lines()), actor)
    head = plan_head(actor, plan_id)
    own = sum(1 for row in plan_rows(OPERATOR, plan_id, skipped=False) if row.personal_line)
    click.echo(
        f"\nClose-out: {head.chosen} people = {head.messages - own} in bulk + {own} interviewed, each with a "
        f"line of their own + {head.skipped} skipped"
    )
    for row in plan_rows(OPERATOR, plan_id, skipped=True):
        click.echo(f"  no message to {row.name}: {row.skip_reason}")
    batch_id = batches.confirm(plan_id=plan_id, digest=head.digest, actor=actor, typed_count=head.messages)
    batch = batch_head(OPERATOR, batch_id)
    tasks.deliver(batch.due_at)
    click.echo(f"Confirmed {batch.messages} messages. Undo: {undo} seconds (in real use 10 to 60 minutes).")
    click.echo(
        "All leave at once (in real use a second person looks first when there are more than 200, and 10 of "
        "the first large list go ahead of the others)."
    )
    click.echo("Send window: open at any hour (in real use a “no” leaves on business days, 08:00 to 18:00).")
    return Batch(batch_id, batch.messages)


def _deliver(batch: Batch, mail: DemoMailServer) -> None:
    last, moved_at = -1, monotonic()
    with click.progressbar(length=batch.messages, label="Delivering") as bar:
        while True:
            counts = message_counts(OPERATOR, batch.id)
            db.session.rollback()
            done = batch.messages - sum(counts[status] for status in _MOVING)
            bar.update(done - max(last, 0))
            if done == batch.messages:
                break
            if done != last:
                last, moved_at = done, monotonic()
            if monotonic() - moved_at > _PATIENCE:
                raise click.ClickException("Nothing moved for two minutes. See employer-app outbox list.")
            time.sleep(_POLL)
    if counts["uncertain"]:
        _settle_uncertain(batch, mail)


def _settle_uncertain(batch: Batch, mail: DemoMailServer) -> None:
    """The worker was stopped in the middle of a hand-over: the mail server's archive knows the answer."""
    evidence = settle_from_archive(mail.folder, actor_id=None)
    click.echo(
        f"A worker stopped while it handed a message over: {len(evidence.arrived)} had arrived, as the mail "
        f"server's archive shows; {len(evidence.missing)} had not and are sent again."
    )
    for message_id in evidence.missing:
        settle.send_again(message_id, actor_id=None)
    if evidence.missing:
        tasks.deliver()
        _deliver(batch, mail)


def _still_owed(batch: Batch) -> None:
    head = batch_head(OPERATOR, batch.id)
    click.echo(f"\nStill waiting for an answer: {head.skipped}")
    for row in plan_rows(OPERATOR, head.plan_id, skipped=True):
        click.echo(f"  {row.name}: {row.skip_reason}")


def _serve(app: Flask, port: int, recruiter: Person) -> None:
    server = listen(app, "127.0.0.1", port, 8)
    link = users.make_sign_in_link(actor=OPERATOR, user_id=recruiter.user_id or 0)
    db.session.remove()
    url = app.config["PUBLIC_URL"]
    click.echo(f"\nThe app is at {url}\nSign in once with this link: {url}{link}\nCtrl-C ends everything.")
    server.run()
