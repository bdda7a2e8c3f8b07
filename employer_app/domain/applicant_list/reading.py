"""How a person says that a file is to be read, where the file itself does not prove it."""

from __future__ import annotations

from dataclasses import dataclass

#: codec to its name on screen; what a person may choose from
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western)",
    "iso-8859-15": "ISO 8859-15 (Western)",
    "mac_roman": "Macintosh",
    "cp1250": "Windows-1250 (Central European)",
    "iso-8859-2": "ISO 8859-2 (Central European)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "cp874": "Windows-874 (Thai)",
    "cp932": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB 18030 (simplified Chinese)",
    "big5": "Big5 (traditional Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp850": "DOS 850 (Western)",
}
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class Reading:
    """What was chosen; empty or 0 where the file itself decides.

    `encoding` is a key of ENCODINGS, `separator` one of SEPARATORS.
    """

    encoding: str = ""
    separator: str = ""
    #: the row of the column names, counted as a spreadsheet does
    header_row: int = 0
    sheet_name: str = ""


@dataclass(frozen=True)
class Candidate:
    """One way to read a file that is in doubt: what Reading takes, its name on screen, how it would look."""

    value: str
    words: str
    samples: tuple[str, ...] = ()
