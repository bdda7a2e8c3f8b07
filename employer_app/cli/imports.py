"""`employer-app import`: take in lists from the command line. Bad rows: nothing is written, exit 3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from employer_app.actions.imports.judging import read
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import Look, first_choices, look_at
from employer_app.cli.database import with_database
from employer_app.cli.reading import reading_options
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.reading import Reading
from employer_app.domain.applicant_list.vendors import bundle
from employer_app.domain.errors import Refused
from employer_app.domain.role import OPERATOR
from employer_app.domain.table_file import FileKind, table_file
from employer_app.extensions import db


@dataclass(frozen=True)
class _How:
    """What was said on the command line."""

    title: str
    date_order: str | None
    dry_run: bool
    good_only: bool
    reading: Reading


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--job", "title", default="", help="Put everybody into this job; it is made if there is none.")
@click.option("--dry-run", is_flag=True, help="Judge every row; keep nothing.")
@click.option("--good-only", is_flag=True, help="Import the good rows although others are bad.")
@click.option(
    "--bad-rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the bad rows here, as the name ends: .csv, .xlsx or .ods.",
)
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="What 03/04/2026 means.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@reading_options
@with_database
def import_list(
    files: tuple[Path, ...],
    title: str,
    dry_run: bool,
    good_only: bool,
    bad_rows: Path | None,
    date_order: str | None,
    as_json: bool,
    reading: Reading,
) -> None:
    """Import the applicants in FILES. Without --job, each goes into the job that the list names.

    Each file is kept whole or not at all. JSON files of one system are one list: one names the people,
    another their applications or the jobs.
    """
    lists = bundle([(str(file), file.read_bytes()) for file in files])
    if bad_rows and len(lists) > 1:
        raise Refused("The bad rows of several files do not fit into one.", "Import the files one by one.")
    how = _How(title, date_order, dry_run, good_only, reading)
    reports = [_import(name, data, how, bad_rows) for name, data in lists]
    if as_json:
        document = reports[0] if len(reports) == 1 else {"files": reports}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        for report in reports:
            _print(report)
    if not dry_run and not good_only and any(report["problems"] for report in reports):
        click.echo("Mend the rows, or add --good-only (and --bad-rows FILE).", err=True)
        raise SystemExit(3)


def _import(name: str, data: bytes, how: _How, bad_rows: Path | None) -> dict[str, Any]:
    sheet = read(data, name, how.reading)
    choices = ListChoices(job_title=how.title, date_order=how.date_order, reading=how.reading)
    found = look_at(sheet, first_choices(db.session(), sheet, choices), actor=OPERATOR)
    if found.job_trouble:
        raise found.job_trouble
    report = {"file": name, **_report(found)}
    if bad_rows and found.bad:
        _hand_back(bad_rows, found)
    if not how.dry_run and (how.good_only or not report["problems"]):
        imported = keep_look(found, actor=OPERATOR, good_only=how.good_only, filename=name, data=data)
        report |= {
            "imported": imported.created,
            "changed": imported.changed,
            "job_id": imported.job_id,
            "job_ids": list(imported.job_ids),
            "old_pile": imported.old_pile,
        }
    return report


def _hand_back(path: Path, found: Look) -> None:
    """Before anything is kept: who cannot have the bad rows has imported nothing."""
    kind = FileKind.of(path.suffix.lstrip(".").lower())
    try:
        path.write_bytes(table_file(kind, *found.bad_rows_table()))
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.", "Nothing was imported.") from error


def _report(found: Look) -> dict[str, Any]:
    """rows = good + bad + duplicates; of the good, `already_here` are in their job already."""
    judged = found.judged
    twice = len(found.matched.twice)
    return {
        "source": found.sheet.source,
        "rows": judged.rows,
        "good": len(judged.good) - len(found.matched.conflicts) - twice,
        "bad": found.bad,
        "duplicates": len(judged.duplicates) + twice,
        "already_here": len(found.matched.here),
        "with_news": len(found.compared.changed),
        "in_conflict": len(found.compared.in_conflict),
        "gone": len(found.compared.gone),
        "mapping": {header: mapped.value for header, mapped in judged.mapping.items()},
        "ignored": [*judged.ignored, *judged.sensitive],
        "sensitive": list(judged.sensitive),
        "problems": [
            {"row": p.row, "field": p.field.value if p.field else None, "message": p.message}
            for row in found.bad_rows
            for p in row.problems
        ],
        "warnings": list(judged.warnings),
        "jobs": [
            {"title": job.title, "public_title": job.public_title or job.title, "new": job.id is None}
            for job in found.jobs.found.values()
        ],
        "unknown_stages": [label for label, stage in found.stages.items() if stage is None],
        "unknown_states": [label for label, state in found.states.items() if state is None],
    }


def _print(report: dict[str, Any]) -> None:
    click.echo(f"{report['file']}: read as {report['source']}")
    click.echo(
        f"{report['rows']} rows = {report['good']} good + {report['bad']} bad + {report['duplicates']} twice"
    )
    for header, mapped in report["mapping"].items():
        click.echo(f"  {header} -> {mapped}")
    for name, label in (
        ("ignored", "Left out"),
        ("unknown_stages", "Stages nobody knows, taken as interviewed"),
        ("unknown_states", "States nobody knows, taken as still waiting"),
    ):
        if report[name]:
            click.echo(f"{label}: {', '.join(report[name])}")
    for job in report["jobs"]:
        shown = f", candidates read “{job['public_title']}”" if job["public_title"] != job["title"] else ""
        click.echo(f"Job: {job['title']}{shown}{' (new)' if job['new'] else ''}")
    for warning in report["warnings"]:
        click.echo(f"Note: {warning}")
    for problem in report["problems"]:
        click.echo(f"Row {problem['row']}: {problem['message']}")
    if "imported" in report:
        click.echo(
            f"{report['imported']} imported, {report['changed']} changed, "
            f"{report['already_here']} {'was' if report['already_here'] == 1 else 'were'} here already."
        )
        if report["old_pile"]:
            click.echo(f"{report['old_pile']} were late already and are on the old pile.")
    else:
        click.echo(f"Nothing was written. {report['already_here']} of the good ones are in the job already.")
