"""The table of faults is whole, and each line is tried where it says."""

from __future__ import annotations

import re

from tests.docs.test_docs import CODE, ROOT, rows

#: restores and lost journals have pages of their own
NUMBERS = [*range(1, 46), 51]


def numbers_of(text: str) -> set[int]:
    found = re.findall(r"# faults? ([\d ]+)", text)
    return {int(number) for several in found for number in several.split()}


def test_every_fault_has_its_line() -> None:
    assert [int(cells[0]) for cells in rows("faults.md", "## Faults")] == NUMBERS


def test_every_fault_is_tried_where_the_table_says() -> None:
    missing = []
    for number, _, _, where in rows("faults.md", "## Faults"):
        for path in CODE.findall(where):
            if path.startswith("tests/") and int(number) not in numbers_of((ROOT / path).read_text("utf-8")):
                missing.append(f"{number}: {path}")
    assert missing == []
