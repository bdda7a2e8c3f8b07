"""How the filters of the home list read: the selects of its bar, and a chip for each that is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from employer_app.domain.duty import Reason
from employer_app.domain.language import language_name
from employer_app.domain.stage import StageKind
from employer_app.domain.words import t
from employer_app.forms.choices import letter_languages
from employer_app.forms.owed_filters import SILENT_DAYS, address_arg
from employer_app.queries.choices import Choice
from employer_app.queries.owed import Filters, Group, Options
from employer_app.web.owed_wanted import Wanted

Pairs = Sequence[tuple[str, str]]

#: what an id in the address reads as that is none
_GONE = "one that is not here any more"
ADDRESS: Mapping[str, str] = {"yes": "Has a mail address", "no": "No mail address"}


@dataclass(frozen=True)
class Select:
    """One select of a filter bar; its first option is no filter."""

    name: str
    label: str
    options: Pairs
    value: str


@dataclass(frozen=True)
class Bar:
    """The selects that everybody needs, and the others; `open`: one of the others is set."""

    first: Sequence[Select]
    more: Sequence[Select]

    @property
    def open(self) -> bool:
        return any(one.value for one in self.more)


def bar(wanted: Wanted, options: Options) -> Bar:
    of = wanted.chosen
    reasons = [(reason.value, t(f"owed.reason.{reason}")) for reason in Reason]
    reached = [(kind.value, t(f"stage.kind.{kind}")) for kind in StageKind]
    groups = [(group.value, t(f"owed.group.{group}")) for group in Group]
    return Bar(
        [
            select("job", "Job", "Every job", ids(options.jobs), of.job_id),
            select("reason", "Reason", "Every reason", reasons, of.reason),
        ],
        [
            select("reached", "How far they came", "However far they came", reached, of.reached),
            select("silent", "Our last word", "Any last word", silent(of.silent_days), of.silent_days),
            select("group", "How urgent", "However urgent", groups, of.group),
            select("owner", "Owner", "Every owner", ids(options.owners), of.owner_id),
            select("place", "Place", "Every place", ids(options.places), of.place_id),
            select("language", "Language", "Every language", languages(of.language), of.language),
            select("source", "Came from", "From anywhere", tuple(options.sources.items()), of.source),
            select(
                "address",
                "Mail address",
                "Address or not",
                tuple(ADDRESS.items()),
                address_arg(of.has_address),
            ),
        ],
    )


def select(name: str, label: str, none: str, options: Pairs, value: object) -> Select:
    return Select(name, label, [("", none), *options], "" if value is None else str(value))


def ids(choices: Sequence[Choice]) -> Pairs:
    return [(str(one.id), one.name) for one in choices]


def languages(also: str) -> Pairs:
    """Those that we ship letters in, and the one that is set."""
    shipped = [(str(one.value), str(one.label)) for one in letter_languages()]
    known = {code for code, _ in shipped}
    return [*shipped, *([(also, language_name(also))] if also and also not in known else [])]


def silent(also: int | None) -> Pairs:
    offered = sorted({*SILENT_DAYS, *([also] if also else [])})
    return [(str(days), silent_words(days)) for days in offered]


def silent_words(days: int) -> str:
    return "1 day ago or longer" if days == 1 else f"{days} days ago or longer"


def chips(wanted: Wanted, options: Options) -> list[dict[str, str]]:
    """One for each filter that is set, and one for all of them where there are several."""
    said = [
        {"label": label, "href": _at(replace(wanted, chosen=replace(wanted.chosen, **{name: default(name)})))}
        for name, label in _said(wanted.chosen, options)
    ]
    if len(said) > 1:
        said.append({"label": "All filters", "href": _at(replace(wanted, chosen=Filters()))})
    return said


def default(name: str) -> Any:
    return getattr(Filters(), name)


def named(choices: Sequence[Choice], row: int) -> str:
    return next((one.name for one in choices if one.id == row), _GONE)


def source_words(options: Options, source: object) -> str:
    return options.sources.get(str(source), _GONE)


def _said(of: Filters, options: Options) -> list[tuple[str, str]]:
    """The field of each filter that is set, and its words."""
    found: list[tuple[str, str]] = []
    if of.job_id is not None:
        found.append(("job_id", f"Job: {named(options.jobs, of.job_id)}"))
    if of.reason is not None:
        found.append(("reason", f"Reason: {t(f'owed.reason.{of.reason}')}"))
    if of.group is not None:
        found.append(("group", t(f"owed.group.{of.group}")))
    if of.reached is not None:
        found.append(("reached", f"Came as far as: {t(f'stage.kind.{of.reached}')}"))
    if of.silent_days is not None:
        found.append(("silent_days", f"Last word: {silent_words(of.silent_days)}"))
    if of.owner_id is not None:
        found.append(("owner_id", f"Owner: {named(options.owners, of.owner_id)}"))
    if of.place_id is not None:
        found.append(("place_id", f"Place: {named(options.places, of.place_id)}"))
    if of.language:
        found.append(("language", f"Language: {language_name(of.language)}"))
    if of.source is not None:
        found.append(("source", f"Came from: {source_words(options, of.source)}"))
    if of.has_address is not None:
        found.append(("has_address", ADDRESS[address_arg(of.has_address)]))
    return found


def _at(wanted: Wanted) -> str:
    return url_for("waiting.index", **wanted.args())
