"""A file to rows that are judged: the long part of a look, and the same for whoever looks again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.columns import (
    ColumnMap,
    SensitiveColumn,
    labels,
    recognise,
    with_choices,
)
from employer_app.domain.applicant_list.field import SEVERAL
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.reading import Candidate, Reading
from employer_app.domain.applicant_list.sheet import Row, Sheet, UnreadableList
from employer_app.domain.applicant_list.verdict import Judged
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused


class Doing(StrEnum):
    READING = "reading"
    JUDGING = "judging"
    WRITING = "writing"


#: told of how many of how many rows that is done
Progress = Callable[[Doing, int, int], None]


@dataclass(frozen=True)
class JudgedSheet:
    sheet: Sheet
    columns: ColumnMap
    judged: Judged


class InDoubt(Refused):
    """The file can be read in more than one way. `doubt` is the part of a Reading that decides it."""

    def __init__(self, message: str, doubt: str, candidates: Sequence[Candidate]) -> None:
        super().__init__(message, field=doubt)
        self.doubt, self.candidates = doubt, candidates


def read(data: bytes, filename: str, reading: Reading | None = None) -> Sheet:
    """Raises Refused, saying why and what to do; InDoubt where a person can say how to read it."""
    try:
        return read_list(data, filename, reading or Reading())
    except UnreadableList as problem:
        if problem.doubt:
            raise InDoubt(str(problem), problem.doubt, problem.candidates) from problem
        raise Refused(str(problem), field="file") from problem


def corrected(sheet: Sheet, edits: Mapping[int, Mapping[int, str]]) -> Sheet:
    """The sheet with the cells that a person corrected on the page."""
    if not edits:
        return sheet
    return replace(sheet, rows=tuple(_corrected(row, edits.get(row.number, {})) for row in sheet.rows))


def _corrected(row: Row, cells: Mapping[int, str]) -> Row:
    if not cells:
        return row
    width = max(len(row.cells), *(index + 1 for index in cells))
    padded = [*row.cells, *[""] * (width - len(row.cells))]
    for index, text in cells.items():
        padded[index] = text
    return Row(row.number, tuple(padded))


def judge_sheet(
    sheet: Sheet, choices: ListChoices, progress: Callable[[int], None] | None = None
) -> JudgedSheet:
    """Raises Refused. `progress` is told how many rows are judged."""
    mended = corrected(sheet, choices.edits)
    try:
        found = recognise(mended.header, mended.rows)
        columns = with_choices(mended.header, found, choices.columns, choices.insisted)
        judged = judge(
            mended,
            columns,
            today=now().date(),
            date_order=choices.date_order,
            insisted=choices.insisted,
            progress=progress,
        )
    except SensitiveColumn as problem:
        raise Refused(str(problem), field="columns") from problem
    _one_column_each(columns, sheet)
    return JudgedSheet(sheet, columns, judged)


def _one_column_each(columns: ColumnMap, sheet: Sheet) -> None:
    for about in set(columns.fields.values()) - SEVERAL:
        found = columns.columns(about)
        if len(found) > 1:
            named = labels(sheet.header)
            names = " and ".join(f"“{named[index]}”" for index in found)
            raise Refused(
                f"{names} were both chosen for the same thing.", "Leave one of them out.", "columns"
            )


def read_and_judge(
    content: bytes, filename: str, choices: ListChoices, progress: Progress | None = None
) -> JudgedSheet:
    """Raises Refused. Without `progress` the last list that was judged so is not judged again."""
    if progress is None:
        told = ListChoices(
            columns=choices.columns,
            insisted=choices.insisted,
            edits=choices.edits,
            reading=choices.reading,
            date_order=choices.date_order,
        )
        return _remembered(content, filename, json.dumps(told.to_json(), sort_keys=True), now().date())
    progress(Doing.READING, 0, 0)
    sheet = read(content, filename, choices.reading)
    return judge_sheet(sheet, choices, lambda done: progress(Doing.JUDGING, done, len(sheet.rows)))


def forget() -> None:
    """A long list takes much memory; nobody looks at one again that is imported."""
    _remembered.cache_clear()


@lru_cache(maxsize=1)
def _remembered(content: bytes, filename: str, choices: str, today: date) -> JudgedSheet:
    """`choices` as JSON. The content itself is compared, so what is found is never of another list or day."""
    told = ListChoices.from_json(json.loads(choices))
    return judge_sheet(read(content, filename, told.reading), told)
