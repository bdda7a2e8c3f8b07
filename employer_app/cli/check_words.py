"""What `employer-app check` prints: the picture as lines, or one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click

from employer_app.domain.applicant_list.verdict import BadRow
from employer_app.domain.errors import Refused
from employer_app.domain.picture import Picture
from employer_app.domain.words import t
from employer_app.queries.picture import PersonRow
from employer_app.web.paper import ReadFile

#: of the bad rows of each file
_MOST_ROWS = 20
#: names in Persian, Hindi and others need them
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Checked:
    """What one file came to."""

    sums: ReadFile
    source: str
    bad: Sequence[BadRow]
    unknown_stages: Sequence[str]
    unknown_states: Sequence[str]
    warnings: Sequence[str]


@dataclass(frozen=True)
class Result:
    """`refused`: each file that is no list, and why.

    `labels`: the stages and states of all lists, in small letters.
    """

    checked: Sequence[Checked]
    refused: Sequence[tuple[str, Refused]]
    found: Picture
    first: Sequence[PersonRow]
    labels: frozenset[str]


def plain(text: str) -> str:
    """As it may stand on a terminal: what comes from a file moves no cursor and turns no line around."""
    return "".join(char if char.isprintable() or char in _JOINERS else "\ufffd" for char in text)


def terminal(result: Result) -> None:
    for line in _lines(result):
        click.echo(plain(line))


def _lines(result: Result) -> Iterator[str]:
    for checked in result.checked:
        yield from _read(checked)
    yield ""
    yield from _picture(result.found)
    if result.first:
        yield ""
        yield t("picture.first")
        at = result.found.at
        for row in result.first:
            days = t("picture.days", n=max((at - row.since).days, 0))
            yield f"  {row.name} ({row.job_title}, {row.stage}): {t(f'picture.bucket.{row.bucket}')}, {days}"
    yield ""
    yield t("checked.lead", n=sum(checked.sums.rows for checked in result.checked))


def _read(checked: Checked) -> Iterator[str]:
    sums = checked.sums
    yield t("checked.read_as", file=sums.name, source=checked.source)
    yield "  " + t("checked.sum", rows=sums.rows, good=sums.good, bad=sums.bad, twice=sums.twice)
    for label in checked.unknown_stages:
        yield "  " + t("checked.unknown_stage", label=label)
    for label in checked.unknown_states:
        yield "  " + t("checked.unknown_state", label=label)
    for warning in checked.warnings:
        yield f"  {warning}"
    for bad in checked.bad[:_MOST_ROWS]:
        for problem in bad.problems:
            yield "  " + t("checked.row", row=problem.row, problem=problem.message)
    if len(checked.bad) > _MOST_ROWS:
        yield "  " + t("checked.more_rows", n=len(checked.bad) - _MOST_ROWS)


def _picture(found: Picture) -> Iterator[str]:
    yield t("picture.head", n=found.waiting) if found.waiting else t("picture.head_none")
    yield t("picture.lead", n=found.people)
    for line in found.whom:
        late = f", {t('checked.late', n=line.late)}" if line.late else ""
        yield f"{line.people:9,}  {t(f'picture.bucket.{line.bucket}')}{late}"
    for title, numbers in (
        (t("picture.when"), {t(f"picture.due.{when}"): n for when, n in found.when.items()}),
        (t("picture.wait"), {t(f"picture.since.{wait}"): n for wait, n in found.wait.items()}),
        (t("picture.ended"), {t(f"picture.bucket.{line.bucket}"): line.people for line in found.ended}),
    ):
        yield title
        yield from (f"{n:9,}  {label}" for label, n in numbers.items())


def document(result: Result, people: Sequence[PersonRow]) -> dict[str, Any]:
    """`people`: everybody who waits, the longest wait first."""
    found = result.found
    return {
        "at": found.at.isoformat(),
        "files": [_file(checked) for checked in result.checked],
        "refused": [{"file": name, "why": str(refused)} for name, refused in result.refused],
        "people": found.people,
        "waiting": found.waiting,
        "late": found.late,
        "whom": {line.bucket.value: {"people": line.people, "late": line.late} for line in found.whom},
        "when": {when.value: n for when, n in found.when.items()},
        "wait": {wait.value: n for wait, n in found.wait.items()},
        "ended": {line.bucket.value: line.people for line in found.ended},
        "who_waits": [_person(row) for row in people],
    }


def _file(checked: Checked) -> dict[str, Any]:
    sums = checked.sums
    return {
        "file": sums.name,
        "source": checked.source,
        "rows": sums.rows,
        "good": sums.good,
        "bad": sums.bad,
        "duplicates": sums.twice,
        "problems": [
            {"row": p.row, "field": p.field.value if p.field else None, "message": p.message}
            for bad in checked.bad
            for p in bad.problems
        ],
        "unknown_stages": list(checked.unknown_stages),
        "unknown_states": list(checked.unknown_states),
        "warnings": list(checked.warnings),
    }


def _person(row: PersonRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "job": row.job_title,
        "stage": row.stage,
        "bucket": row.bucket.value,
        "when": row.when.value if row.when else None,
        "late": row.late,
        "since": row.since.isoformat(),
        "reason": row.reason.value if row.reason else None,
        "due": row.target_at.isoformat() if row.target_at else None,
    }
