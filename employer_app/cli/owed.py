"""`employer-app owed`: whom we owe an answer, most urgent first."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from employer_app.cli.database import with_database
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import t
from employer_app.queries.job_titles import job_by_title
from employer_app.queries.owed import After, Filters, OwedRow, due, explain, owed_counts, owed_page

_SLICE = 500


@click.command("owed")
@click.option("--job", "title", help="Only this job, by its title.")
@click.option("--all", "everybody", is_flag=True, help="Also those whose date is not near yet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def owed(title: str | None, everybody: bool, as_json: bool) -> None:
    """Whom we owe an answer: since when, until when, and why that date."""
    job_id = job_by_title(OPERATOR, title) if title else None
    counts = owed_counts(OPERATOR, Filters(job_id=job_id))
    rows = _rows(job_id, everybody)
    if as_json:
        numbers = {group: getattr(counts, group) for group in ("late", "today", "soon", "later")}
        click.echo(
            json.dumps({"counts": numbers, "people": [_plain(row) for row in rows]}, ensure_ascii=False)
        )
        return
    click.echo(t("owed.title", n=counts.shown) if counts.shown else t("owed.title_none"))
    group = None
    for row in rows:
        if row.group is not group:
            group = row.group
            click.echo(f"\n{t(f'owed.group.{group}')} ({getattr(counts, group.value):,})")
        _print(row)


def _rows(job_id: int | None, everybody: bool) -> Iterator[OwedRow]:
    after: After | None = None
    while True:
        page = owed_page(OPERATOR, Filters(job_id=job_id), later=everybody, after=after, limit=_SLICE)
        yield from page.rows
        if page.after is None:
            return
        after = page.after


def _print(row: OwedRow) -> None:
    more = f" {t('owed.more_reasons', n=row.more)}" if row.more else ""
    how_far, day = due(row)
    click.echo(f"  {row.name} ({row.job_title}, {row.stage}): {t(f'owed.reason.{row.reason}')}{more}")
    click.echo(f"    {how_far}, {day}. {' '.join(explain(row))}")


def _plain(row: OwedRow) -> dict[str, object]:
    return {
        "application": row.application_id,
        "name": row.name,
        "job": row.job_title,
        "stage": row.stage,
        "group": row.group.value,
        "reason": row.reason.value,
        "more": row.more,
        "since": row.since.isoformat(),
        "due": row.target_at.isoformat(),
        "late": row.breach_at.isoformat(),
        "owner": row.owner,
        "last_contact": row.last_contact_at.isoformat() if row.last_contact_at else None,
        "address": row.has_address,
        "old_pile": row.old_pile,
        "why": explain(row),
    }
