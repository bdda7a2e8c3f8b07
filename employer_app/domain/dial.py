"""A telephone number as people write it, in the form that a telephone dials."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(r"\+?\d(?:[\s()./\u2010-\u2015-]*\d){4,19}")
#: "+31 (0)10": the zero is for those who call from inside the country
_TRUNK = re.compile(r"\(0\)")


def dialled(text: str) -> str:
    """ "+31105550199"; the first of several, without what is written behind it; empty where there is none."""
    text = unicodedata.normalize("NFKC", text)
    found = _NUMBER.search(_TRUNK.sub("", text) if "+" in text else text)
    if found is None:
        return ""
    return "".join(
        str(unicodedata.digit(char)) if char.isdigit() else char
        for char in found[0]
        if char in "+" or char.isdigit()
    )
