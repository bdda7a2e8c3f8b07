"""The one place that answers with a file to keep: never opened inside our pages, never kept on the way.

`?format=csv|xlsx|ods` in the address chooses the kind; the links to them are macros/files.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response, request

from employer_app.domain.table_file import FileKind, table_file

#: without it a spreadsheet takes a CSV for the letters of an old computer, and "ü" for two of them
_MARK = b"\xef\xbb\xbf"


def answer_table(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A list in the kind that the address asks for. `name`: of the file, without its ending.

    Raises Refused when no spreadsheet can hold it.
    """
    kind = wanted_kind()
    data = table_file(kind, header, rows, name.replace("-", " ").capitalize())
    return answer_file(name, kind, _MARK + data if kind is FileKind.CSV else data)


def answer_file(name: str, kind: FileKind, data: bytes) -> Response:
    """These very bytes."""
    return _answer(f"{name}.{kind}", kind.content_type, data)


def answer_pdf(name: str, data: bytes) -> Response:
    return _answer(f"{name}.pdf", "application/pdf", data)


def _answer(filename: str, content_type: str, data: bytes) -> Response:
    answer = Response(data, content_type=content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def wanted_kind() -> FileKind:
    """CSV when the address asks for nothing, or for nothing that we have."""
    return FileKind.of(request.args.get("format", ""))
