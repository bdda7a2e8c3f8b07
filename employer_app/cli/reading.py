"""How a file is to be read, as options of every command that reads lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from employer_app.domain.applicant_list.reading import ENCODINGS, SEPARATORS, Reading

_SIGNS = {words.rpartition(" ")[2]: sign for sign, words in SEPARATORS.items()}


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --encoding, --separator, --header-row and --sheet; the command gets them as one `reading`."""

    @click.option("--encoding", type=click.Choice(list(ENCODINGS)), help="How the letters are stored.")
    @click.option("--separator", type=click.Choice(list(_SIGNS)), help="What stands between two cells.")
    @click.option("--header-row", type=click.IntRange(1, 1000), help="The row with the names of the columns.")
    @click.option("--sheet", default="", help="The sheet of the workbook.")
    @wraps(command)
    def wrapped(
        *, encoding: str | None, separator: str | None, header_row: int | None, sheet: str, **given: Any
    ) -> Any:
        reading = Reading(encoding or "", _SIGNS.get(separator or "", ""), header_row or 0, sheet)
        return command(reading=reading, **given)

    return wrapped
