"""Which numbers of an XLSX workbook are days, times or lengths of time: only their format says so."""

import re
from enum import Enum

from employer_app.domain.applicant_list.xml_stream import Attributes, Reactions, feed


class CellKind(Enum):
    NUMBER = "number"
    MOMENT = "moment"
    DURATION = "duration"


_BUILT_IN = dict.fromkeys([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)], CellKind.MOMENT)
_BUILT_IN[46] = CellKind.DURATION
#: what is written out, colours and languages; [h], [mm] and [s] stay, they count beyond a day
_NOT_FORMAT = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_LASTS = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)


def cell_kinds(styles: bytes) -> list[CellKind]:
    """What a number is, by the index of its cell's style. Raises UnreadableList."""
    formats: dict[str, CellKind] = {}
    used: list[str] = []
    inside: list[bool] = []  # of the styles of cells; others describe named styles

    def number_format(found: Attributes) -> None:
        formats[found.get("numFmtId", "")] = format_kind(found.get("formatCode", ""))

    def style(found: Attributes) -> None:
        if inside:
            used.append(found.get("numFmtId", "0"))

    handler = Reactions(
        {"numFmt": number_format, "xf": style, "cellXfs": lambda _: inside.append(True)},
        {"cellXfs": inside.clear},
    )
    for _ in feed([styles], handler):
        pass
    return [
        formats.get(number) or _BUILT_IN.get(int(number) if number.isdigit() else 0, CellKind.NUMBER)
        for number in used
    ]


def format_kind(code: str) -> CellKind:
    plain = _NOT_FORMAT.sub("", code.partition(";")[0])
    if _LASTS.search(plain):
        return CellKind.DURATION
    if plain.strip().lower() != "general" and _DATE.search(plain):
        return CellKind.MOMENT
    return CellKind.NUMBER
