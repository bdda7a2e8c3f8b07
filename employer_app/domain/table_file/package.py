"""A zip archive of a workbook, whose one long part is written as its rows come."""

import io
import zipfile
from collections.abc import Iterable, Mapping

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PIECE = 64 * 1024


def packed(parts: Mapping[str, str], long_part: str, content: Iterable[str], first: str = "") -> bytes:
    """`first`: what stands at the beginning, not compressed, as OpenDocument asks for its "mimetype".

    Entries carry no time: the same table makes the same bytes.
    """
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w") as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, text in parts.items():
            archive.writestr(_entry(name), text)
        with archive.open(_entry(long_part), "w") as part:
            for piece in _pieces(content):
                part.write(piece)
    return archive_bytes.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _pieces(content: Iterable[str]) -> Iterable[bytes]:
    waiting: list[str] = []
    size = 0
    for text in content:
        waiting.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()
