"""`employer-app audit`: the answer rate and every figure behind it, and the people behind every figure."""

from __future__ import annotations

import json

import click

from employer_app.cli.database import with_database
from employer_app.domain.applicant_list.export import neutral_csv
from employer_app.domain.percent import percent
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import t
from employer_app.queries.audit import Audit, Figure, Filters, Spread, every_row
from employer_app.queries.audit import audit as count
from employer_app.queries.audit.figures import zone
from employer_app.queries.audit.table import HEADER, cells
from employer_app.queries.job_titles import job_by_title

#: the keys of the JSON document, in this order, before `answer_rate`
KEYS = (
    *(Figure.APPLICATIONS, Figure.OWED, Figure.DUE, Figure.LATE, Figure.ANSWERED, Figure.TOLD_ELSEWHERE),
    *(Figure.WAIVED, Figure.WITHDRAWN, Figure.HELD, Figure.QUEUED, Figure.ACCEPTED, Figure.FAILED),
    Figure.UNCERTAIN,
)


@click.command("audit")
@click.option("--job", "title", help="Only this job, by its title.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--list", "figure", type=click.Choice([each.value for each in Figure]),
              help="The people behind this figure, as CSV.")  # fmt: skip
@with_database
def audit(title: str | None, as_json: bool, figure: str | None) -> None:
    """Who was answered, who was not, and how long it took."""
    filters = Filters(job_id=job_by_title(OPERATOR, title) if title else None)
    if figure:
        _list(Figure(figure), filters, as_json)
    elif as_json:
        found = count(OPERATOR, filters)
        rate = found.answer_rate
        document = {key.value: found.counts[key] for key in KEYS}
        click.echo(json.dumps({**document, "answer_rate": None if rate is None else round(rate, 4)}))
    else:
        print_audit(filters)


def print_audit(filters: Filters | None = None) -> None:
    """The figures as a person reads them on a terminal."""
    found = count(OPERATOR, filters)
    answered, whole = found.counts[Figure.ANSWERED], found.counts[Figure.FELL_DUE]
    rate = found.answer_rate
    said = f"{answered:,} ÷ {whole:,} = {percent(rate)}" if rate is not None else t("audit.page.rate_none")
    click.echo(f"{t('audit.answer_rate')}: {said} ({t('audit.formula')})")
    for figure in Figure:
        click.echo(f"{found.counts[figure]:9,}  {t(f'audit.figure.{figure}')}")
    for name in ("first_word", "decided_to_told"):
        click.echo(f"{'':11}{t(f'audit.page.{name}')}: {_spread(getattr(found, name))}")
    _say_bounces(found)


def _say_bounces(found: Audit) -> None:
    if not found.bounces_known:
        click.echo(f"{'':11}{t('audit.page.bounces_unknown')}")


def _spread(spread: Spread) -> str:
    if spread.median is None or spread.p90 is None:
        return t("audit.page.median_none")
    middle = t("audit.page.median", n=f"{spread.median:.1f}")
    return f"{middle} ({t('audit.page.spread', n=f'{spread.p90:.1f}')})"


def _list(figure: Figure, filters: Filters, as_json: bool) -> None:
    here = zone()
    rows = [cells(row, here) for row in every_row(OPERATOR, figure, filters)]
    if as_json:
        click.echo(json.dumps([dict(zip(HEADER, row, strict=True)) for row in rows], ensure_ascii=False))
    else:
        click.echo(neutral_csv(HEADER, rows), nl=False)
