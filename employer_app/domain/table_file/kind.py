"""The kinds of file that a table leaves in."""

from enum import StrEnum


class FileKind(StrEnum):
    """The value is the ending of the file's name and the word in an address."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]

    @classmethod
    def of(cls, text: str) -> "FileKind":
        """What an address asks for; CSV when it asks for nothing that we have."""
        return cls(text) if text in set(cls) else cls.CSV


_CONTENT_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}
