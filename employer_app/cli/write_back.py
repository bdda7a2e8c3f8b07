"""`employer-app write-back`: what was decided and told here, for the system that a list came from."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from employer_app.cli.database import with_database
from employer_app.domain.errors import Refused
from employer_app.domain.role import OPERATOR
from employer_app.domain.table_file import FileKind, table_file
from employer_app.domain.write_back import Whose, formats
from employer_app.queries.audit.figures import zone
from employer_app.queries.write_back import changed, source_by_name, source_name


@click.command("write-back")
@click.option("--source", "name", required=True, help="The system, by its name here.")
@click.option("--format", "key", type=click.Choice(list(formats())), required=True, help="Whose columns.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="The file; its ending says whether CSV, XLSX or ODS.")  # fmt: skip
@click.option("--all", "everybody", is_flag=True, help="Also who was not told yet.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was written down from this day on."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def write_back(
    name: str, key: str, out: Path, everybody: bool, since: datetime | None, as_json: bool
) -> None:
    """Write what was decided and told here, and is not from its lists, in a system's own columns."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in set(FileKind):
        raise Refused(f"{out.name} ends in none of .csv, .xlsx and .ods.", "Nothing was written.")
    source_id = source_by_name(OPERATOR, name)
    moment = since.replace(tzinfo=zone()) if since else None
    rows = list(changed(OPERATOR, source_id, Whose.ALL if everybody else Whose.KNOWN, moment))
    columns = formats()[key]
    data = table_file(FileKind(kind), columns.header, map(columns.cells, rows), name)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.", "Nothing was written.") from error
    known = sum(row.known for row in rows)
    report = {
        "source": source_name(OPERATOR, source_id),
        "format": key,
        "file": str(out),
        "rows": len(rows),
        "known": known,
        "not_told": len(rows) - known,
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(f"{out}: {len(rows):,} rows, {known:,} who know, {len(rows) - known:,} not told yet.")
