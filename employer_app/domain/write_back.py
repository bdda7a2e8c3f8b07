"""What was done here, in the columns and the words of the system that the list came from.

Law: the formats are data, in data/write_back.toml. The reason is what the team chose from the list; no note
ever stands in such a file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

from employer_app.domain.disposition import disposition
from employer_app.domain.status import Status
from employer_app.domain.words import words

GENERIC = "generic"


class Whose(StrEnum):
    """Whom a file holds. A decision that its person does not know leaves only when somebody asks for it."""

    KNOWN = "known"
    ALL = "all"


class What(StrEnum):
    """What can stand in a column."""

    APPLICATION = "application"
    CANDIDATE = "candidate"
    NAME = "name"
    EMAIL = "email"
    JOB = "job"
    STATUS = "status"
    REASON = "reason"
    TOLD_ON = "told_on"
    TOLD_HOW = "told_how"


@dataclass(frozen=True, slots=True)
class Done:
    """One application that was decided or told here. `disposition` is a code, "" without one."""

    application: str
    candidate: str
    name: str
    email: str
    job: str
    status: Status
    disposition: str
    told_on: date | None
    #: the kind of event that proves it, "" for the untold
    told_how: str

    @property
    def known(self) -> bool:
        """The person knows: they were told, or said it themselves."""
        return self.told_on is not None or self.status is Status.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Format:
    key: str
    name: str
    columns: tuple[tuple[str, What], ...]
    status: Mapping[Status, str]
    reason: Mapping[Status, str]

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(title for title, _ in self.columns)

    def cells(self, done: Done) -> tuple[str, ...]:
        """In the order of `header`; dates as ISO text."""
        said = {
            What.APPLICATION: done.application,
            What.CANDIDATE: done.candidate,
            What.NAME: done.name,
            What.EMAIL: done.email,
            What.JOB: done.job,
            What.STATUS: self.status[done.status],
            What.REASON: self.reason.get(done.status) or _label(done.disposition),
            What.TOLD_ON: done.told_on.isoformat() if done.told_on else "",
            What.TOLD_HOW: str(words().audit.how[done.told_how]) if done.told_how else "",
        }
        return tuple(said[what] for _, what in self.columns)


@cache
def formats() -> Mapping[str, Format]:
    """All of them by key, in the order of the list on screen."""
    source = resources.files("employer_app.domain").joinpath("data", "write_back.toml")
    return {
        key: Format(
            key=key,
            name=entry["name"],
            columns=tuple((title, What(what)) for title, what in entry["columns"]),
            status={Status(status): word for status, word in entry["status"].items()},
            reason={Status(status): word for status, word in entry.get("reason", {}).items()},
        )
        for key, entry in tomllib.loads(source.read_text(encoding="utf-8")).items()
    }


def format_for(source: str) -> Format:
    """The format that the name of a source asks for, else the general one."""
    name = "".join(source.casefold().split())
    return next((one for key, one in formats().items() if key in name), formats()[GENERIC])


def _label(code: str) -> str:
    try:
        return disposition(code).label if code else ""
    except KeyError:  # a reason that is no longer in the list
        return ""
