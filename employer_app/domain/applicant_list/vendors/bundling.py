"""Files given together that belong together: one names the people, another their applications or the jobs.

Law: what does not surely belong together stays as it came, bytes and name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from employer_app.domain.applicant_list.encoding import decode
from employer_app.domain.applicant_list.sheet import MOST_BYTES, UnreadableList
from employer_app.domain.applicant_list.vendors.parse import documents, is_json
from employer_app.domain.applicant_list.vendors.sort import sorted_out

_MAY_BE_JSON = re.compile(rb"[\xef\xbb\xbf\xff\xfe\x00\s]*[\[{]")
_LONGEST_NAME = 200


def bundle(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """`files` (name, content), where the JSON files of one system became one, at the place of the first."""
    if sum(bool(_MAY_BE_JSON.match(data[:2000])) for _, data in files) < 2:
        return list(files)
    texts: dict[int, str] = {}
    groups: dict[str, list[int]] = {}
    for index, (_, data) in enumerate(files):
        system, text = _system(data)
        if system:
            texts[index] = text
            groups.setdefault(system, []).append(index)
    joined: dict[int, tuple[str, bytes]] = {}
    gone: set[int] = set()
    for members in groups.values():
        content = "\n".join(texts[index] for index in members).encode()
        if len(members) > 1 and len(content) <= MOST_BYTES:
            joined[members[0]] = _name([files[index][0] for index in members]), content
            gone |= set(members[1:])
    return [joined.get(index, file) for index, file in enumerate(files) if index not in gone]


def _system(data: bytes) -> tuple[str, str]:
    """The only system whose records the file holds, and its text; empty for all others."""
    if not _MAY_BE_JSON.match(data[:2000]) or len(data) > MOST_BYTES:
        return "", ""
    try:
        text = decode(data).text
        piles = sorted_out(documents(text)) if is_json(text) else {}
    except UnreadableList:
        return "", ""
    return (next(iter(piles)), text.removeprefix("\ufeff")) if len(piles) == 1 else ("", "")


def _name(names: Sequence[str]) -> str:
    """All names, as far as they fit; without folders."""
    plain = [name.replace("\\", "/").rpartition("/")[2] for name in names]
    whole = " + ".join(plain)
    return whole if len(whole) <= _LONGEST_NAME else f"{plain[0][:120]} and {len(plain) - 1} more"
