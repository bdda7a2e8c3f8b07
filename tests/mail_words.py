"""The name in a To header by the letter of RFC 5322 and 2047, without the standard library's parser."""

from __future__ import annotations

import base64
import quopri
import re

_WORD = re.compile(r"=\?([^?*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_ADDRESS = re.compile(r"(?s)(.*?)\s*<([^<>]*)>\s*")
_QUOTED = re.compile(r'(?s)"((?:[^"\\]|\\.)*)"')


def to_header(raw: bytes) -> tuple[str, str]:
    """The name and the address. Raises AssertionError unless it is one mailbox in lines of at most 78."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    assert max(map(len, head.split("\r\n"))) <= 78
    unfolded = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    found = [line.removeprefix("To: ") for line in unfolded if line.startswith("To: ")]
    assert len(found) == 1, found
    whole = _ADDRESS.fullmatch(found[0])
    assert whole, found
    return _phrase(whole[1]), whole[2]


def _phrase(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    # section 6.2: blanks between two encoded words are none
    return _WORD.sub(_decoded, re.sub(r"(\?=)[ \t]+(?==\?)", r"\1", text))


def _decoded(word: re.Match[str]) -> str:
    charset, coding, text = word.groups()
    assert len(word[0]) <= 75
    if coding in "qQ":
        return quopri.decodestring(text, header=True).decode(charset)
    return base64.b64decode(text, validate=True).decode(charset)  # by itself: no character may be parted
