"""Documents of any shape to piles of records, one pile a system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from employer_app.domain.applicant_list.vendors import (
    ashby,
    bamboohr,
    greenhouse,
    lever,
    recruitee,
    smartrecruiters,
    teamtailor,
    workable,
)
from employer_app.domain.applicant_list.vendors.path import at_list
from employer_app.domain.applicant_list.vendors.vendor import Pile, Vendor

#: those whose signs are plainest come first
VENDORS: tuple[Vendor, ...] = (
    teamtailor.VENDOR,
    greenhouse.VENDOR,
    workable.VENDOR,
    bamboohr.VENDOR,
    ashby.VENDOR,
    smartrecruiters.VENDOR,
    recruitee.VENDOR,
    lever.VENDOR,
)
_DEPTH = 8
_COMMON = frozenset({"id", "name", "type", "text", "title"})
#: what an answer was asked with, and where more of it is
_WRAPPING = frozenset({"headers", "links", "meta", "paging", "pagination"})


def sorted_out(documents: Iterable[Any]) -> dict[str, Pile]:
    """The records of each system that has any, by its name; what no system claims is left."""
    piles: dict[str, Pile] = {}
    for document in documents:
        _sort(document, piles, _DEPTH)
    return piles


def _sort(value: Any, piles: dict[str, Pile], depth: int) -> None:
    if not depth:
        return
    if isinstance(value, list):
        for entry in value:
            if isinstance(entry, (dict, list)):
                _sort(entry, piles, depth - 1)
    elif isinstance(value, dict):
        vendor, what = _told(value)
        if vendor:
            _add(vendor, what, value, piles)
            return
        for name, inside in value.items():
            if name in _WRAPPING or (name == "request" and "response" in value):
                continue
            if isinstance(inside, (dict, list)):
                _sort(inside, piles, depth - 1)


def _told(record: Mapping[str, Any]) -> tuple[Vendor | None, str]:
    """The first system that has a sign for the record, and what it is there."""
    signs = _signs()
    likely = sorted({place for name in record for place in signs.get(name, ())})
    return next(
        (
            (VENDORS[at], VENDORS[at].signs[of].what)
            for at, of in likely
            if VENDORS[at].signs[of].fits(record)
        ),
        (None, ""),
    )


@cache
def _signs() -> Mapping[str, list[tuple[int, int]]]:
    """Where the signs stand that a record of this name could fit: each under one name that it needs."""
    found: dict[str, list[tuple[int, int]]] = {}
    for at, vendor in enumerate(VENDORS):
        for of, sign in enumerate(vendor.signs):
            needed = sorted(sign.every - _COMMON) or sorted(sign.every)
            found.setdefault(needed[0], []).append((at, of))
    return found


def _add(
    vendor: Vendor, what: str, record: Mapping[str, Any], piles: dict[str, Pile], depth: int = 3
) -> None:
    """The record, and those of the same system that stand in it.

    An application that stands in its candidate is an "inner" one: it may come as itself too.
    """
    piles.setdefault(vendor.name, Pile()).add(what, record)
    for path in vendor.inside.get(what, ()) if depth else ():
        found = at_list(record, path)
        for one in found if isinstance(found, list) else [found]:
            kind = vendor.kind(one) if isinstance(one, dict) else ""
            if kind:
                _add(vendor, f"inner {kind}" if kind == "application" else kind, one, piles, depth - 1)
