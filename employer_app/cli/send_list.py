"""What `close-out` and `update` have in common: a stored list, looked at in three shapes and then confirmed.

Law: what is confirmed is a stored list, by the number of its messages or by its digest; nothing is rendered
between the look and the confirm. A dry run never sends, whatever stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from click.core import ParameterSource

from employer_app import tasks
from employer_app.actions import batches
from employer_app.cli.check_words import plain
from employer_app.cli.people_file import find_people
from employer_app.cli.send_list_rows import Shape, as_csv, as_table, document, lines_of, one_line
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.message import Purpose
from employer_app.domain.role import OPERATOR
from employer_app.domain.times import exact
from employer_app.extensions import setting
from employer_app.queries.batches import BatchHead, PlanHead, batch_head, plan_head, plan_rows
from employer_app.queries.health import status
from employer_app.queries.job_titles import job_by_title, job_title
from employer_app.queries.released import stood_for_alone

C = TypeVar("C", bound=Callable[..., Any])

EXIT_CODES = """\b
Exit codes:
  0  done; without a confirmation nothing was sent
  2  the call was wrong
  3  refused: nothing was decided and nothing was sent; standard error says where, why and what to do
"""
#: these say which stored list and what becomes of it; all others make a new one
_STORED = {"dry_run", "shape", "as_json", "typed_count", "digest", "plan", "keep"}
#: what the administrator of the host stands for alone
_WAIVED = {
    "second_person": "a second person's look at so many",
    "pilot": "the first few that would go ahead of the others",
}
_COMMANDS = {Purpose.DECISION: "close-out", Purpose.UPDATE: "update"}


@dataclass(frozen=True)
class Asked:
    """The options that both commands take."""

    to: Path | None
    skip_unknown: bool
    dry_run: bool
    shape: str | None
    as_json: bool
    typed_count: int | None
    digest: str | None
    plan: int | None
    keep: int | None


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NUMBER = click.IntRange(1, 2**31 - 1)
#: in the order in which the help lists them
_OPTIONS = (
    click.option("--to", type=_FILE, help="Only these people: a list with Email or Application."),
    click.option("--skip-unknown", is_flag=True, help="Go on without those of --to who are not in the job."),
    click.option("--dry-run", is_flag=True, help="Show who would get what; nothing is decided or queued."),
    click.option(
        "--format",
        "shape",
        type=click.Choice([one.value for one in Shape]),
        help="One line a person, as a table, CSV or JSON.",
    ),
    click.option("--json", "as_json", is_flag=True, help="One JSON document: the numbers, who is skipped."),
    click.option("--confirm", "typed_count", type=int, help="The number of messages, to confirm them."),
    click.option("--confirm-digest", "digest", help="As a dry run printed it: confirm exactly that list."),
    click.option("--plan", type=_NUMBER, help="The number of that list."),
    click.option("--keep", type=_NUMBER, help="Look again at the stored list of that number."),
)


def options(command: C) -> C:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def job_named(title: str | None) -> int:
    """Of the job of that title, or else of that number. Raises NotFound, and UsageError without a name."""
    if not title:
        raise click.UsageError("Name the job, by its title or its number.")
    try:
        return job_by_title(OPERATOR, title)
    except NotFound:
        if not title.isdecimal() or len(title) > 9:
            raise
        job_title(OPERATOR, int(title))
        return int(title)


def chosen(job_id: int, asked: Asked) -> tuple[Sequence[int], Sequence[str]]:
    """Whom `--to` means, and the rows that mean nobody here; two empty lists without it.

    Raises Refused for unknown rows unless they may be skipped, and when nobody is left.
    """
    if asked.to is None:
        return (), ()
    found = find_people(job_id, asked.to)
    title = job_title(OPERATOR, job_id)
    for line in found.unknown:
        click.echo(plain(f"  {line}"), err=True)
    if found.unknown and not asked.skip_unknown:
        rows = "1 row means" if len(found.unknown) == 1 else f"{len(found.unknown):,} rows mean"
        raise Refused(
            f"--to {asked.to.name}: {rows} nobody in “{title}”.",
            "Nothing was done. Mend the list, or add --skip-unknown to go on without them.",
        )
    if not found.application_ids:
        raise Refused(f"--to {asked.to.name} names nobody in “{title}”.", "Nothing was done.")
    return found.application_ids, found.unknown


def run(asked: Asked, purpose: Purpose, begin: Callable[[], tuple[int, Sequence[str]]]) -> None:
    """Show a stored list, or the one that `begin` makes; confirm it when that was asked for."""
    _check(asked)
    unknown: Sequence[str] = ()
    if stored := asked.keep or asked.plan:
        head = _stored(stored, purpose)
    else:
        plan_id, unknown = begin()
        head = plan_head(OPERATOR, plan_id)
    batch = None
    if asked.digest is not None and not asked.dry_run:
        _refuse_other(head, asked.digest)
        batch = _confirm(head, asked.digest, head.messages)
    elif asked.typed_count is not None and not asked.dry_run:
        _refuse_number(head, asked.typed_count)
        batch = _confirm(head, head.digest, asked.typed_count)
    _print(head, asked, batch, unknown)


def _check(asked: Asked) -> None:
    """Raises UsageError for options that do not go together."""
    if asked.as_json and asked.shape:
        raise click.UsageError("--json and --format are two ways to say it: leave one out.")
    if asked.skip_unknown and asked.to is None:
        raise click.UsageError("--skip-unknown goes with --to.")
    if (asked.plan is None) is not (asked.digest is None):
        raise click.UsageError("--confirm-digest and --plan go together. To look at a stored list: --keep.")
    if asked.digest is not None and asked.typed_count is not None:
        raise click.UsageError("Confirm by --confirm or by --confirm-digest, not by both.")
    if asked.keep is not None and (asked.plan, asked.typed_count) != (None, None):
        raise click.UsageError("--keep only looks. To confirm a stored list: --confirm-digest with --plan.")
    if asked.plan is None and asked.keep is None:
        return
    context = click.get_current_context()
    others = [
        each.opts[0] if isinstance(each, click.Option) else "the job"
        for each in context.command.params
        if each.name not in _STORED
        and context.get_parameter_source(each.name or "") is ParameterSource.COMMANDLINE
    ]
    if others:
        raise click.UsageError(f"A stored list is taken as it is: leave out {', '.join(others)}.")


def _stored(plan_id: int, purpose: Purpose) -> PlanHead:
    """Raises NotFound, and Refused for a list of the other command."""
    try:
        head = plan_head(OPERATOR, plan_id)
    except NotFound as missing:
        raise NotFound(
            f"Send list {plan_id}: {missing.message}", "Nothing was sent. Make one with --dry-run."
        ) from None
    if head.purpose is not purpose:
        other = _COMMANDS.get(head.purpose)
        remedy = f"Nothing was sent. Use: employer-app {other}" if other else "Nothing was sent."
        raise Refused(f"Send list {plan_id} is not one of this command.", remedy)
    return head


def _refuse_other(head: PlanHead, digest: str) -> None:
    """Raises Refused unless it is the list that was looked at and can still be confirmed."""
    again = f"Make a new one: employer-app {_COMMANDS[head.purpose]} … --dry-run"
    if head.batch_id is not None:
        raise Refused(
            f"Send list {head.id} was confirmed before.",
            f"Nothing more was sent. See {_address(head.batch_id)}",
        )
    if head.digest != digest.strip().casefold():
        raise Changed(
            f"Send list {head.id} has another digest: it was changed, or the digest is of another list.",
            f"Nothing was sent. Look at it again: employer-app {_COMMANDS[head.purpose]} --keep {head.id}",
        )
    if head.expires_at < now():
        raise Refused(f"Send list {head.id} is too old to be confirmed.", f"Nothing was sent. {again}")


def _refuse_number(head: PlanHead, typed_count: int) -> None:
    """Raises Refused for any other number, also for a few messages, where a page does not ask."""
    if head.messages not in {0, typed_count}:
        raise Refused(
            f"There are {head.messages:,} messages, not {typed_count:,}. Nothing was sent.",
            f"Look at the list again. To confirm: add --confirm {head.messages}",
        )


def _confirm(head: PlanHead, digest: str, typed_count: int) -> BatchHead:
    try:
        batch_id = batches.confirm(
            plan_id=head.id, digest=digest.strip().casefold(), actor=OPERATOR, typed_count=typed_count
        )
    except Changed as changed:
        again = f"Make a new one: employer-app {_COMMANDS[head.purpose]} … --dry-run"
        raise Changed(f"Send list {head.id}: {changed.message}", f"Nothing was sent. {again}") from None
    batch = batch_head(OPERATOR, batch_id)
    tasks.deliver(batch.due_at)
    return batch


def _print(head: PlanHead, asked: Asked, batch: BatchHead | None, unknown: Sequence[str]) -> None:
    shape = Shape(asked.shape) if asked.shape else None
    skipped = plan_rows(OPERATOR, head.id, skipped=True)
    result: dict[str, Any] = {
        "chosen": head.chosen,
        "messages": head.messages,
        "skipped": [{"name": row.name, "reason": row.skip_reason} for row in skipped],
    }
    if batch:
        result |= {"batch": batch.id, "leaves_at": batch.due_at.isoformat()}
        if waived := stood_for_alone(OPERATOR, batch.id):
            result["waived"] = waived
    if asked.as_json:
        click.echo(one_line(result))
    elif shape is Shape.JSON:
        click.echo(one_line({**result, **document(head, lines_of(head), unknown)}))
    elif shape is Shape.CSV:
        click.echo(as_csv(lines_of(head)), nl=False)
        _say_what_next(head, asked, batch, err=True)
    else:
        click.echo(f"{head.chosen} chosen = {head.messages} messages + {len(skipped)} skipped")
        if shape or asked.dry_run or asked.keep:
            for line in as_table(lines_of(head)):
                click.echo(line)
        else:
            for row in skipped:
                click.echo(plain(f"  no message: {row.name}: {row.skip_reason}"))
        _say_what_next(head, asked, batch, err=False)


def _say_what_next(head: PlanHead, asked: Asked, batch: BatchHead | None, *, err: bool) -> None:
    if batch:
        _say_confirmed(batch, err=err)
    elif head.batch_id is not None:
        click.echo(f"Send list {head.id} was confirmed: {_address(head.batch_id)}", err=err)
    elif not head.messages:
        click.echo(
            "Nothing can be sent: there is no message to confirm. They still wait for an answer.", err=err
        )
    elif head.expires_at < now():
        click.echo(
            f"Nothing was sent. Send list {head.id} is too old to be confirmed: make a new one.", err=err
        )
    else:
        if not asked.dry_run and not asked.keep:
            click.echo(f"Nothing was sent. To confirm: add --confirm {head.messages}", err=err)
        until = exact(head.expires_at, ZoneInfo(status(OPERATOR).timezone))
        click.echo(f"Send list {head.id}, digest {head.digest}, can be confirmed until {until}:", err=err)
        command = f"employer-app {_COMMANDS[head.purpose]} --plan {head.id} --confirm-digest {head.digest}"
        click.echo(f"  {command}", err=err)


def _say_confirmed(batch: BatchHead, *, err: bool) -> None:
    state = status(OPERATOR)
    if aside := ", ".join(_WAIVED[one] for one in stood_for_alone(OPERATOR, batch.id)):
        click.echo(f"Set aside by the command line, and recorded so: {aside}.", err=err)
    click.echo(f"Confirmed. They leave from {exact(batch.due_at, ZoneInfo(state.timezone))} on.", err=err)
    if not setting("MAIL_SERVER"):
        click.echo("No mail server is set up: they wait here and none leaves until there is one.", err=err)
    elif state.safe_mode:
        click.echo(
            "Safe mode is on: they wait here and none leaves until an administrator switches it off.", err=err
        )
    click.echo(f"To undo it before that: {_address(batch.id)}", err=err)


def _address(batch_id: int) -> str:
    return f"{setting('PUBLIC_URL').rstrip('/')}/batches/{batch_id}"
