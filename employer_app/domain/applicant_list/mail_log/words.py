"""The words of domain/data/mail_log.toml, and what a text means by them."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_STROKES = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"})
_CODE = re.compile(r"(?:smtp )?([245])(?:\d\d|\d? ?[0-9]+ [0-9]+)(?: |$)")

_WHY = {
    "failed": "It says “{said}”: the message did not arrive.",
    "waiting": "It says “{said}”: the message had not left yet.",
    "read": "It says “{said}”, which is not when the message was sent.",
    "": "It says “{said}”, and whether that message arrived is not clear.",
}


def folded(text: str) -> str:
    """Small letters and figures with single blanks, no accents and no signs."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return " ".join("".join(char if char.isalnum() else " " for char in plain if not _mark(char)).split())


def column_of(header: Sequence[str], what: str) -> int | None:
    """Where the column stands that names `what`; the first name of our list wins, then the first column."""
    names = [folded(name) for name in header]
    return next((names.index(name) for name in _words()["columns"][what] if name in names), None)


def why_not(said: str) -> str:
    """Why a message of this state does not count; "" when it does."""
    state = state_of(said)
    return "" if state == "sent" else _WHY[state].format(said=" ".join(said.split())[:60])


@lru_cache(maxsize=4096)
def state_of(said: str) -> str:
    """ "sent", "failed", "waiting", "read", or "" for what we do not know."""
    text = folded(said)
    for state, words in _words()["status"].items():
        if text in words:
            return str(state)
    code = _CODE.match(text)
    if code:
        return "sent" if code[1] == "2" else "failed"
    first = text.split(" ", 1)[0]  # "bounced: no such user"
    return "failed" if first in _words()["status"]["failed"] else ""


def failure_in(text: str) -> str:
    """The first word of a free line that says that a message did not arrive."""
    failed = _words()["status"]["failed"]
    return next((word for word in folded(text).split() if word in failed), "")


def month_number(name: str) -> int | None:
    text = folded(name)
    return next((int(number) for number, names in _words()["months"].items() if text in names), None)


def _mark(char: str) -> bool:
    return unicodedata.combining(char) != 0


@cache
def _words() -> Mapping[str, Any]:
    source = resources.files("employer_app.domain").joinpath("data", "mail_log.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
