"""Text that was read in a wrong encoding before it came here: "MÃ¼ller" was "Müller" once.

Law: it is said with its row and what to do, and never mended behind anybody's back.
"""

import re

#: a letter of UTF-8 as Windows-1252 or Latin-1 shows its bytes
_SUSPECT = re.compile(
    r"[\u00c2-\u00df][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    r"|\u00e2[\u0080-\u00bf\u20ac][\u0080-\u00bf\u0152-\u2122]"
)
_LOST = "\ufffd"
_LATIN = ("cp1252", "latin-1")


class Garbled:
    """Counts the garbled cells of one list; the first of them is named."""

    def __init__(self) -> None:
        self.count = 0
        self._where = ""

    def look(self, number: int, cells: tuple[str, ...]) -> None:
        if "".join(cells).isascii():
            return
        for cell in cells:
            if not cell.isascii() and (_LOST in cell or is_garbled(cell)):
                self.count += 1
                self._where = self._where or f"row {number}: “{cell.strip()[:40]}”"

    @property
    def warnings(self) -> list[str]:
        if not self.count:
            return []
        many = "1 cell looks" if self.count == 1 else f"{self.count:,} cells look"
        return [
            f"{many} garbled by a wrong text encoding, the first in {self._where}. "
            "Export the list again as UTF-8 or XLSX, or write the text anew."
        ]


def is_garbled(text: str) -> bool:
    """Whether the text makes UTF-8 once its letters are bytes again."""
    return any(_makes_a_letter(found[0]) for found in _SUSPECT.finditer(text))


def _makes_a_letter(pair: str) -> bool:
    for codec in _LATIN:
        try:
            return pair.encode(codec).decode("utf-8") != pair
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return False
