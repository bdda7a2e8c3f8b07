"""Lists of applicants as other systems answer them: JSON of eight systems, of others as far as it goes.

Law: a record ends as a row, whatever it is; one that must not be imported says why in the row itself.
"""

from __future__ import annotations

from collections import Counter

from employer_app.domain.applicant_list.sheet import Sheet, UnreadableList
from employer_app.domain.applicant_list.vendors.bundling import bundle
from employer_app.domain.applicant_list.vendors.generic import generic_sheet
from employer_app.domain.applicant_list.vendors.parse import documents, is_json
from employer_app.domain.applicant_list.vendors.sort import VENDORS, sorted_out
from employer_app.domain.applicant_list.vendors.table import Cells, Column, sheet_of
from employer_app.domain.applicant_list.vendors.vendor import Pile, Vendor

__all__ = ["bundle", "is_json", "read_json"]


def read_json(text: str) -> Sheet:
    """The rows that the records of a JSON text are. Raises UnreadableList with place, reason and remedy."""
    found = documents(text)
    piles = sorted_out(found)
    rows: list[tuple[str, Cells]] = []
    for vendor in VENDORS:
        if vendor.name in piles:
            rows += vendor.rows(piles[vendor.name])
    if rows:
        here = [vendor for vendor in VENDORS if vendor.name in piles]
        source = "; ".join(f"{vendor.name}: {_counted(piles[vendor.name])}" for vendor in here)
        return sheet_of(rows, f"JSON, {source}", _warnings(rows, here, piles), one_word=here[0].one_word)
    if piles:
        held = ", ".join(f"{_counted(pile)} of {name}" for name, pile in piles.items())
        raise UnreadableList(
            f"This JSON names no applicants, only {held}. "
            "Choose it together with the file of the candidates or applications."
        )
    return generic_sheet(found)


def _counted(pile: Pile) -> str:
    counts: Counter[str] = Counter()
    for what, count in pile.counts().items():
        counts[what.removeprefix("inner ")] += count
    return ", ".join(f"{count:,} {_word(what, count)}" for what, count in counts.items())


def _word(what: str, count: int) -> str:
    word = "candidate" if what == "person" else what
    if count == 1:
        return word
    return {"status": "statuses", "activity": "activities", "opportunity": "opportunities"}.get(
        word, f"{word}s"
    )


def _warnings(rows: list[tuple[str, Cells]], here: list[Vendor], piles: dict[str, Pile]) -> list[str]:
    said = []
    if not any(cells.get(name) for _, cells in rows for name in (Column.NAME, Column.FIRST, Column.LAST)):
        said.append(
            "These records name nobody, only their numbers. "
            "Choose the file of the candidates together with this one."
        )
    archived = sum(
        cells.get(Column.STATE) == "archived" and not cells.get(Column.REASON) for _, cells in rows
    )
    if archived and any(vendor.name == "Lever" for vendor in here) and not piles["Lever"].all("reason"):
        said.append(
            f"{archived} are archived for reasons that are numbers here, so they count as still waiting. "
            "Choose the file of the archive reasons together with this one."
        )
    return said
