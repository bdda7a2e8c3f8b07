"""The filters of the home list, as they stand in its address.

Law: an address is typed by anybody, so each part of it is read into a type with bounds, or it is as if it was
not there. Where people are taken by their filters instead of by their ticks, that would take more than were
looked at: there it must not be `said_wrongly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from employer_app.domain.duty import Reason
from employer_app.domain.language import language_codes
from employer_app.domain.stage import StageKind
from employer_app.forms.ids import number
from employer_app.queries.owed import Filters, Group, Source, SourceKind

#: ten years: nobody waits longer
MOST_DAYS = 3650
SILENT_DAYS = (7, 14, 21, 30, 60, 90, 180, 365)
NAMES = ("reason", "group", "reached", "silent", "owner", "job", "place", "language", "source", "address")
_ADDRESS = {"yes": True, "no": False}
_Choice = TypeVar("_Choice", bound=StrEnum)


def owed_filters_of(args: Mapping[str, str]) -> Filters:
    """Whose answers is asked apart from it: see web/waiting.py."""
    return Filters(
        reason=one_of(Reason, args.get("reason")),
        group=one_of(Group, args.get("group")),
        reached=one_of(StageKind, args.get("reached")),
        silent_days=number(args.get("silent"), MOST_DAYS),
        owner_id=number(args.get("owner")),
        job_id=number(args.get("job")),
        place_id=number(args.get("place")),
        language=language_of(args.get("language")),
        source=source_of(args.get("source")),
        has_address=address_of(args.get("address")),
    )


def owed_filter_args(filters: Filters) -> dict[str, Any]:
    """The same for an address of ours; what is not filtered is left out."""
    said = {
        "reason": filters.reason,
        "group": filters.group,
        "reached": filters.reached,
        "silent": filters.silent_days,
        "owner": filters.owner_id,
        "job": filters.job_id,
        "place": filters.place_id,
        "language": filters.language,
        "source": filters.source,
        "address": address_arg(filters.has_address),
    }
    return {name: str(value) for name, value in said.items() if value}


def said_wrongly(args: Mapping[str, str]) -> bool:
    """Whether a filter is named with something that is none, so that it would count as not said."""
    said = {name: args[name] for name in NAMES if args.get(name)}
    return said != owed_filter_args(owed_filters_of(args))


def source_of(text: str | None) -> Source | None:
    kind, dash, row = (text or "").partition("-")
    found, of = number(row), one_of(SourceKind, kind)
    return Source(of, found) if dash and of is not None and found is not None else None


def language_of(text: str | None) -> str:
    return text if text in set(language_codes()) else ""


def address_of(text: str | None) -> bool | None:
    return _ADDRESS.get(text or "")


def address_arg(has_address: bool | None) -> str:
    return "" if has_address is None else "yes" if has_address else "no"


def one_of(kind: type[_Choice], text: str | None) -> _Choice | None:
    return kind(text) if text in {member.value for member in kind} else None
