"""The zip archive that a workbook is: its parts in pieces, within bounds that hold before it is unpacked.

Law: what the archive says of itself is never believed; what comes out of it is counted. Nothing is written
to disk, so the paths inside it mean nothing.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from employer_app.domain.applicant_list.sheet import UnreadableList

MOST_UNPACKED = 400 * 1024 * 1024  # of one part; it is taken in pieces and never whole
MOST_ENTRIES = 2_000
DAMAGED = "The workbook is damaged or cut off. Open it in the spreadsheet and save it again as XLSX."
SAVE_AS = "Open it in the spreadsheet and save it as XLSX or CSV."
LOCKED = "The workbook is locked with a password. Remove the password and save it again."
_LARGEST_INDEX = 2 * 1024 * 1024
_LARGEST_WHOLE = 16 * 1024 * 1024
_PIECE = 32 * 1024  # small: what it unfolds to is in memory at once
#: what the archive's reader raises at lies, such as an unknown method or a place before the start
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OSError)
_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class Package:
    """Parts by their path, whatever its capitals. Raises UnreadableList for what is no archive of bounds."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(_Bounded(data))
        except UnreadableList:  # a ValueError too
            raise
        except _BROKEN:
            raise UnreadableList(DAMAGED) from None
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise UnreadableList(f"The file holds {len(entries):,} parts and is no plain workbook. {SAVE_AS}")
        self.locked = any(entry.flag_bits & 1 for entry in entries)
        self._entries = {entry.filename.lower().lstrip("/"): entry for entry in reversed(entries)}

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._entries

    def under(self, folder: str) -> bool:
        return any(path.startswith(folder) for path in self._entries)

    def whole(self, path: str) -> bytes | None:
        """A short part, or None if there is none of that path."""
        if path not in self:
            return None
        content = bytearray()
        for piece in self.pieces(path):
            content += piece
            if len(content) > _LARGEST_WHOLE:
                raise UnreadableList(_too_much(_LARGEST_WHOLE))
        return bytes(content)

    def pieces(self, path: str) -> Iterator[bytes]:
        """A part of any length. Raises UnreadableList when the archive unpacks to too much or is broken."""
        entry = self._entries.get(path.lower())
        if entry is None or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise UnreadableList(DAMAGED)
        left = MOST_UNPACKED
        try:
            with self._archive.open(entry) as part:
                while piece := part.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise UnreadableList(_too_much(MOST_UNPACKED))
                    yield piece
        except UnreadableList:
            raise
        except _BROKEN:
            raise UnreadableList(DAMAGED) from None


class _Bounded(io.BytesIO):
    """Refuses the reading of a table of contents that alone would fill the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _LARGEST_INDEX:
            raise UnreadableList(f"The file holds too many parts and is no plain workbook. {SAVE_AS}")
        return super().read(size)


def is_package(data: bytes) -> bool:
    return data.startswith(_STARTS)


def _too_much(most: int) -> str:
    return (
        f"The workbook unpacks to more than {most // 1024 // 1024} MB. "
        "Copy the list alone into a new workbook, or save it as CSV."
    )
