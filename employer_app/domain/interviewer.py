"""Who took part in an interview: names with titles, as a list says them and as a letter does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

_TITLED = re.compile(r"^(?P<name>[^()]+?)\s*\((?P<title>[^()]*)\)$")
_APART = re.compile(r"[;|\n]| & ")


@dataclass(frozen=True)
class Interviewer:
    name: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.title})" if self.title else self.name


def read_interviewers(text: str) -> tuple[Interviewer, ...]:
    """ "Jonas Lindholm (Head of Depots); Priya Raman": apart by semicolons, bars, lines or "&".

    Commas part people only where each part is a whole name, for "Lindholm, Jonas" is one person.
    """
    parts = _APART.split(text)
    if len(parts) == 1 and all(len(part.split()) > 1 for part in text.split(",")) and "(" not in text:
        parts = text.split(",")
    return tuple(_read(part.strip()) for part in parts if part.strip())


def _read(part: str) -> Interviewer:
    found = _TITLED.match(part)
    return Interviewer(found["name"], found["title"].strip()) if found else Interviewer(part)


def stored(interviewers: Sequence[Interviewer]) -> dict[str, list[dict[str, str]]]:
    """As the payload of an interview keeps them; empty when nobody was named."""
    named = [asdict(each) for each in interviewers if each.name]
    return {"interviewers": named} if named else {}


def restored(payload: Mapping[str, list[dict[str, str]]] | None) -> tuple[Interviewer, ...]:
    """The other way round."""
    return tuple(Interviewer(**each) for each in (payload or {}).get("interviewers", []))
