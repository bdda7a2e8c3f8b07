"""A send list as a table on a terminal, as CSV and as JSON: one line for each person, nobody left out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from employer_app.cli.check_words import plain
from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices
from employer_app.domain.role import OPERATOR
from employer_app.domain.table_file import FileKind, table_file
from employer_app.domain.words import t
from employer_app.queries.batches import PlanHead, plan_rows

HEADER = ("Application", "Name", "E-mail", "Message", "Why no message", "Look at")


class Shape(StrEnum):
    """How it is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True)
class Line:
    """What one person gets, or why nothing, and what to look at first."""

    application: int
    name: str
    address: str
    message: str
    why_none: str
    look_at: Sequence[str]


def lines_of(head: PlanHead) -> list[Line]:
    """By name."""
    choices = Choices.from_json(head.choices)
    return [
        Line(
            row.application_id,
            row.name,
            row.address,
            "" if row.skip_reason else _named(choices, row.group),
            row.skip_reason,
            tuple(one["words"] for one in row.warnings),
        )
        for row in plan_rows(OPERATOR, head.id)
    ]


def _named(choices: Choices, audience: str) -> str:
    text = choices.groups[Audience.parse(audience)]
    words = t(f"message.kind.{text.kind}")
    return f"{words}, {t('message.variant.on_hold')}" if text.paused else words


def as_csv(lines: Sequence[Line]) -> bytes:
    """With the guards of every list that leaves the app. It can be handed back to `--to`."""
    rows = (
        (line.application, line.name, line.address, line.message, line.why_none, " ".join(line.look_at))
        for line in lines
    )
    return table_file(FileKind.CSV, HEADER, rows)


def as_table(lines: Sequence[Line]) -> Iterator[str]:
    """The columns that are short come first; what is said at length stands last, and is never cut."""
    rows = [("Application", "Name", "Gets", "Look at")]
    for line in lines:
        gets = line.message or f"no message: {line.why_none}"
        rows.append((str(line.application), plain(line.name), plain(gets), plain(" ".join(line.look_at))))
    wide = [max(map(_width, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        cells = (f"{cell}{' ' * (most - _width(cell))}" for cell, most in zip(row, wide, strict=False))
        yield "  ".join((*cells, row[-1])).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: signs of the far east take two, marks above a letter none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def document(head: PlanHead, lines: Sequence[Line], unknown: Sequence[str]) -> dict[str, Any]:
    """Beyond what `--json` has said from the first: which list it is, and everybody in it."""
    return {
        "plan": head.id,
        "digest": head.digest,
        "expires_at": head.expires_at.isoformat(),
        "job": head.job_title,
        "purpose": head.purpose.value,
        "people": [
            {
                "application": line.application,
                "name": line.name,
                "address": line.address,
                "message": line.message,
                "why_none": line.why_none,
                "look_at": list(line.look_at),
            }
            for line in lines
        ],
        "unknown": list(unknown),
    }


def one_line(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)
