"""A job's title for candidates, from the one that a system uses: without its numbers and codes."""

from __future__ import annotations

import re

_CODE = r"(?:(?:req|r|jr|job|id|ref|vac|pos|bid|no|nr)[-_ .:#]*)?\d[\w./-]*|[a-z]{1,5}[-_]?\d{3,}[\w-]*"
_BRACKETED = re.compile(rf"[(\[{{]\s*#?(?:{_CODE})\s*[)\]}}]", re.IGNORECASE)
_BAR = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+|\s*::\s*")
_ONLY_CODE = re.compile(rf"#?(?:{_CODE})", re.IGNORECASE)
_LEADING = re.compile(r"(?:req|jr|r|job|vac|ref)[-_ #]?\d{2,}[\w-]*\s*[:,]?\s+", re.IGNORECASE)


def public_title(title: str) -> str:
    """ "REQ-10233 | Colleague PT 16h" is "Colleague PT 16h"; empty when nothing but codes stands there.

    A proposal: a person looks at it before any letter uses it.
    """
    text = _BRACKETED.sub(" ", " ".join(title.split()))
    parts = [part for part in _BAR.split(text) if part and not _ONLY_CODE.fullmatch(part.strip())]
    if len(parts) < len(_BAR.split(text)):
        text = " - ".join(part.strip() for part in parts)
    text = _LEADING.sub("", text.strip())
    text = " ".join(text.split()).strip(" -–|:,")
    return "" if _ONLY_CODE.fullmatch(text) else text
