"""The audit's filters, read from the address. What cannot be read is left out and said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from employer_app.domain.duty import Reason
from employer_app.domain.stage import StageKind
from employer_app.forms.ids import number
from employer_app.queries.audit import By, Filters

T = TypeVar("T")

#: years in which somebody may have applied
FIRST_YEAR, LAST_YEAR = 1900, 2200


class AuditFilters:
    """`filters` as far as the address can be read; `unread` says that a part could not."""

    def __init__(self, address: Mapping[str, str]) -> None:
        self.unread = False
        self._address = address
        self.filters = Filters(
            job_id=self._read("job", _identity),
            stage=self._read("stage", StageKind),
            owner=self._read("owner", _owner),
            from_day=self._read("from", _day),
            to_day=self._read("to", _day),
            reason=self._read("reason", Reason),
        )
        self.by = self._read("by", By) or By.JOB
        first, last = self.filters.from_day, self.filters.to_day
        if first and last and first > last:
            self.unread = True

    def _read(self, name: str, kind: Callable[[str], T]) -> T | None:
        text = self._address.get(name, "").strip()
        if not text:
            return None
        try:
            return kind(text)
        except ValueError:
            self.unread = True
            return None


def address_of(filters: Filters) -> dict[str, Any]:
    """The same filters as parts of an address."""
    named = {
        "job": filters.job_id,
        "stage": filters.stage,
        "owner": filters.owner,
        "from": filters.from_day,
        "to": filters.to_day,
        "reason": filters.reason,
    }
    return {name: str(value) for name, value in named.items() if value is not None}


def _identity(text: str) -> int:
    found = number(text)
    if found is None:
        raise ValueError(text)
    return found


def _day(text: str) -> date:
    """A day that has others beside it in every time zone."""
    found = date.fromisoformat(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found


def _owner(text: str) -> int:
    return int(text) if text in {"0", "-1", "-2"} else _identity(text)
