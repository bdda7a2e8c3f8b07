"""`employer-app rescue`: the backlog in groups, and how far a rescue is. It plans and sends nothing."""

from __future__ import annotations

import json

import click

from employer_app.cli.database import with_database
from employer_app.domain.in_words import day_in_words
from employer_app.domain.rescue import HEAPS, Pile
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import t
from employer_app.queries.rescue import Progress, pile, running


@click.command("rescue")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def rescue(as_json: bool) -> None:
    """The backlog: who is late, by what presses and how long they wait, and who is apart."""
    found, going = pile(OPERATOR), running(OPERATOR)
    if as_json:
        click.echo(json.dumps({**_plain(found), "rescue": _plain_progress(going)}, ensure_ascii=False))
        return
    click.echo(t("rescue.people", n=found.in_heaps) if found.in_heaps else t("rescue.nobody"))
    for name in HEAPS:
        if name in found.heaps:
            words = f"{t(f'rescue.press.{name.press}')}, {t(f'rescue.span.{name.span}')}"
            click.echo(f"  {found.heaps[name].people:>9,}  {words}")
    parts = [
        f"{found.in_heaps:,}",
        *(f"{n:,} {t(f'rescue.apart.{one}')}" for one, n in found.apart.items() if n),
    ]
    click.echo(f"{found.people:,} in all = {' + '.join(parts)}")
    if going:
        _print_progress(going)


def _print_progress(going: Progress) -> None:
    click.echo(f"\n{t('rescue.running', n=going.answered, of=going.people)}")
    for fate, people in going.fates.items():
        if people:
            click.echo(f"  {people:>9,}  {t(f'rescue.fate.{fate}')}")
    if going.finish_on:
        click.echo(f"{going.per_day:,} a working day: the last list is on {day_in_words(going.finish_on)}.")
    if going.paused_at:
        click.echo("It is paused.")


def _plain(found: Pile) -> dict[str, object]:
    return {
        "people": found.people,
        "backlog": found.in_heaps,
        "groups": [
            {"presses": name.press.value, "waits": name.span.value, "people": found.heaps[name].people}
            for name in HEAPS
            if name in found.heaps
        ],
        "apart": {one.value: people for one, people in found.apart.items()},
    }


def _plain_progress(going: Progress | None) -> dict[str, object] | None:
    if going is None:
        return None
    return {
        "people": going.people,
        "standing": {fate.value: people for fate, people in going.fates.items()},
        "per_day": going.per_day,
        "starts_on": going.starts_on.isoformat(),
        "finish_on": going.finish_on.isoformat() if going.finish_on else None,
        "paused": going.paused_at is not None,
    }
