"""A table as a file to take along: CSV, XLSX or ODS, with the same text in each cell of all three."""

from employer_app.domain.table_file.kind import FileKind
from employer_app.domain.table_file.table import table_file

__all__ = ["FileKind", "table_file"]
