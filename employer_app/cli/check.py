"""`employer-app check`: who was never answered, by lists that are kept nowhere. Nothing is stored or sent.

Law: the numbers are those of an import of the same files. So the files are really imported, by the app's own
verbs, into a database in memory, which is gone when the command ends.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from employer_app import create_app
from employer_app.actions.imports.jobs import LONGEST_TITLE
from employer_app.actions.imports.judging import read
from employer_app.actions.imports.lists import keep_look, plain_filename
from employer_app.actions.imports.look import Look, first_choices, look_at
from employer_app.actions.places import PlaceFields, add_place
from employer_app.actions.settings import ensure_organisation
from employer_app.cli import check_words as say
from employer_app.cli.check_words import Checked, Result
from employer_app.cli.reading import reading_options
from employer_app.domain.applicant_list.choices import JobChoice, ListChoices, Told
from employer_app.domain.applicant_list.dates import DateOrder
from employer_app.domain.applicant_list.reading import Reading
from employer_app.domain.applicant_list.sheet import MOST_BYTES
from employer_app.domain.applicant_list.vendors import bundle
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import t
from employer_app.extensions import db
from employer_app.queries.picture import Of, Part, every_person, picture, picture_people
from employer_app.web import paper

_FOUND_LATE, _REFUSED = 1, 2


@dataclass(frozen=True)
class _How:
    """What was said on the command line. `told`: a stage or state to the day on which all there were told."""

    title: str
    date_order: str | None
    told: dict[str, str]
    reading: Reading


@click.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--job", "title", default="", help="Everybody is in this job; else the list's own, or its name."
)
@click.option(
    "--place", nargs=2, metavar="COUNTRY ZONE", help="Whose holidays and clock; else GB Europe/London."
)
@click.option(
    "--told", multiple=True, metavar="STAGE=DATE", help="All who stand there were told on that day."
)
@click.option(
    "--date-order", type=click.Choice([each.value for each in DateOrder]), help="What 03/04/2026 means."
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page to this file.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="The same as a PDF.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@reading_options
@click.option("--fail-if-waiting", is_flag=True, help="End with 1 when the answer to anybody is late.")
def check(
    files: tuple[Path, ...],
    title: str,
    place: tuple[str, str] | None,
    told: tuple[str, ...],
    date_order: str | None,
    html: Path | None,
    pdf: Path | None,
    as_json: bool,
    fail_if_waiting: bool,
    reading: Reading,
) -> None:
    """Who was never answered in the lists FILES. Stores nothing, sends nothing, needs no set-up."""
    how = _How(title, date_order, dict(map(_told, told)), reading)
    with _nowhere(place):
        result = _check(files, how)
        for label in how.told:
            if label.casefold() not in result.labels and result.checked:
                raise click.UsageError(t("checked.unknown_told", label=label))
        if as_json:
            people = list(every_person(OPERATOR, Part(waiting=True)))
            click.echo(json.dumps(say.document(result, people), ensure_ascii=False))
        elif result.checked:
            say.terminal(result)
        _write(result, html, pdf)
    for name, refused in result.refused:
        click.echo(say.plain(t("checked.refused", file=name, why=str(refused))), err=True)
    if result.refused:
        raise SystemExit(_REFUSED)
    if fail_if_waiting and result.found.late:
        raise SystemExit(_FOUND_LATE)


@contextmanager
def _nowhere(place: tuple[str, str] | None) -> Iterator[None]:
    """The app with a database in memory. Its folder holds nobody and goes with the command."""
    with tempfile.TemporaryDirectory(prefix="employer-check-") as folder:
        settings = {
            "SQLALCHEMY_DATABASE_URI": "sqlite://",
            "SQLALCHEMY_ENGINE_OPTIONS": {},
            "SECRET_KEY": secrets.token_hex(32),
            "SECURITY_PASSWORD_SALT": secrets.token_hex(32),
            "MAIL_SERVER": "",
        }
        with create_app(settings, Path(folder)).app_context():
            connection = db.engine.raw_connection()
            connection.cursor().execute("PRAGMA temp_store = MEMORY")  # large sorts would go to a file
            connection.close()
            db.create_all()
            if place:
                country, _, region = place[0].partition("-")
                add_place(actor=OPERATOR, fields=PlaceFields("-", country, region or None, place[1], ()))
            ensure_organisation()
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


def _check(files: Sequence[Path], how: _How) -> Result:
    checked: list[Checked] = []
    refused: list[tuple[str, Refused]] = []
    labels: set[str] = set()
    given: list[tuple[str, bytes]] = []
    for file in files:
        try:
            given.append((plain_filename(file.name), _bytes(file)))
        except Refused as problem:
            refused.append((plain_filename(file.name), problem))
    for name, data in bundle(given):
        try:
            found = _look(name, data, how)
        except Refused as problem:
            refused.append((name, problem))
            continue
        labels |= {label.casefold() for label in (*found.stages, *found.states)}
        checked.append(_checked(name, found))
        if found.judged.good:
            keep_look(found, actor=OPERATOR, good_only=True, filename=name, data=data)
    moment = now()
    first = picture_people(OPERATOR, Part(grave=True), limit=paper.FIRST, at=moment).rows
    return Result(checked, refused, picture(OPERATOR, at=moment), first, frozenset(labels))


def _look(name: str, data: bytes, how: _How) -> Look:
    """The list as it would be imported, with what a person would be asked answered. Raises Refused."""
    sheet = read(data, name, how.reading)
    said = ListChoices(job_title=how.title, date_order=how.date_order, reading=how.reading)
    found = look_at(sheet, first_choices(db.session(), sheet, said), actor=OPERATOR)
    choices = _answered(found, how, name.rpartition(".")[0] or "List")
    if choices != found.choices:
        found = look_at(sheet, choices, actor=OPERATOR)
    if found.job_trouble and found.judged.good:
        raise found.job_trouble
    return found


def _bytes(file: Path) -> bytes:
    """Raises Refused. A file that is too large is not read at all."""
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"It cannot be read: {error.strerror}.") from error


def _answered(found: Look, how: _How, stem: str) -> ListChoices:
    """People of whom the list names no job are in one that is called as the file."""
    choices = found.choices
    told = Told(
        states={label: how.told[known] for label in found.states if (known := _same(label, how.told))},
        stages={label: how.told[known] for label in found.stages if (known := _same(label, how.told))},
    )
    if told != Told():
        choices = replace(choices, told=told)
    if not found.jobs.trouble or how.title:
        return choices
    if found.jobs.one:
        return replace(choices, job_title=stem[:LONGEST_TITLE])
    named = {}
    for key in found.jobs.trouble:
        title = found.jobs.titles[key] or stem
        named[key] = JobChoice(title=title[:LONGEST_TITLE], public_title=f"{stem} {title}"[:LONGEST_TITLE])
    return replace(choices, jobs={**choices.jobs, **named})


def _same(label: str, told: dict[str, str]) -> str:
    return next((known for known in told if known.casefold() == label.casefold()), "")


def _told(text: str) -> tuple[str, str]:
    label, _, day = text.rpartition("=")
    try:
        return label.strip() or _wrong(text), date.fromisoformat(day.strip()).isoformat()
    except ValueError:
        return _wrong(text), ""


def _wrong(text: str) -> Any:
    raise click.UsageError(t("checked.told_form", text=text))


def _checked(name: str, found: Look) -> Checked:
    twice = len(found.matched.twice)
    good = len(found.judged.good) - len(found.matched.conflicts) - twice
    sums = paper.ReadFile(
        name,
        found.judged.rows,
        good,
        found.bad,
        len(found.judged.duplicates) + twice,
    )
    return Checked(
        sums,
        found.sheet.source,
        found.bad_rows,
        [label for label, stage in found.stages.items() if stage is None],
        [label for label, state in found.states.items() if state is None],
        found.judged.warnings,
    )


def _write(result: Result, html: Path | None, pdf: Path | None) -> None:
    if not result.checked:
        return
    read = [checked.sums for checked in result.checked]
    page = paper.picture_paper(OPERATOR, t("checked.title"), Of(), read, result.found.at)
    try:
        if html:
            html.write_text(paper.as_html(page), encoding="utf-8")
        if pdf:
            pdf.write_bytes(paper.as_pdf(page))
    except paper.NoPdf as missing:
        raise Refused("A PDF cannot be made here.", t("checked.no_pdf")) from missing
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error
