"""Duty profiles: what a law or a code asks of an employer, as data that a lawyer can read and correct.

A profile is a file in `data/duties/`; docs/duties.md explains each key. Nothing here says that anybody
complies with anything: a profile names a duty, its source, and how sure we are of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, TypeVar


class BadProfile(ValueError):
    """A profile that cannot be read: the file, the key, and what may stand there."""


class Force(StrEnum):
    STATUTORY = "statutory"
    GUIDANCE = "guidance"
    VOLUNTARY_CODE = "voluntary_code"
    HOUSE = "house"


class State(StrEnum):
    IN_FORCE = "in_force"
    SCHEDULED = "scheduled"
    PROPOSED = "proposed"
    REPEALED = "repealed"


class DutyType(StrEnum):
    ANSWER = "answer"
    PRIVACY_INFO = "privacy_info"
    PRE_ADVERSE = "pre_adverse"
    ADVERSE = "adverse"
    REASONS_ON_REQUEST = "reasons_on_request"
    AI_PRE_USE = "ai_pre_use"
    AI_POST_ADVERSE = "ai_post_adverse"
    ACCESS_REQUEST = "access_request"
    DELETE_BY = "delete_by"
    KEEP_AT_LEAST = "keep_at_least"
    CONTENT_LIMIT = "content_limit"


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    WITHOUT_DELAY = "without_delay"
    REASONABLE = "reasonable"


class ReasonMode(StrEnum):
    """How much of a reason a letter may give. In falling strictness."""

    NONE = "none"
    NEUTRAL_PROCESS = "neutral_process"
    ROLE_CRITERION = "role_criterion"
    FEEDBACK = "feedback"


#: days that stand for words without a number: a house figure, shown as such
WITHOUT_DELAY, REASONABLE = 3, 5


@dataclass(frozen=True, slots=True)
class Duty:
    id: str
    type: DutyType
    trigger: str
    """The fact that starts the clock, as events are called: "interview.held"."""
    due: int
    """Of `unit`; for words without a number the house's own figure in business days."""
    unit: Unit
    last: bool = True
    """Of several such facts the last one counts, else the first."""
    says: str = ""
    """What has to be told, in one sentence."""
    reasons_required: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    record: str
    since: str
    at_least_months: int | None = None
    at_most_months: int | None = None


@dataclass(frozen=True, slots=True)
class DutyProfile:
    id: str
    name: str
    force: Force
    state: State
    country: str
    """ISO 3166-1 alpha-2; "EU" for all of its members."""
    subdivision: str
    effective_from: date | None
    applies: str
    """To whom, in words."""
    applies_if: Mapping[str, Any]
    duties: Sequence[Duty]
    retention: Sequence[Retention]
    reason_mode: ReasonMode | None
    """None: it says nothing of reasons."""
    comparison_stops: bool
    needs_pay_range: bool
    confidence: str
    verified_on: date
    sources: Sequence[str]

    def binds(self, country: str, subdivision: str | None, on: date) -> bool:
        """Whether it is in force on that day in that place; `applies_if` is for people to judge."""
        started = self.effective_from is None or self.effective_from <= on
        if self.state not in {State.IN_FORCE, State.SCHEDULED} or not started:
            return False
        members = self.applies_if.get("transposed_in", EU)
        here = self.country == country or (self.country == "EU" and country in members)
        return here and self.subdivision in {"", subdivision or ""}


_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(_EU.split(" "))
_Word = TypeVar("_Word", bound=StrEnum)


@cache
def duty_profiles() -> tuple[DutyProfile, ...]:
    """All that ship, by id. Raises BadProfile."""
    folder = resources.files("employer_app.domain").joinpath("data", "duties")
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda one: one.name
    )
    return tuple(read(each.name.removesuffix(".toml"), each.read_text(encoding="utf-8")) for each in files)


def read(profile_id: str, source: str) -> DutyProfile:
    """One profile from the text of its file. Raises BadProfile."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"{profile_id}: {error}") from None
    try:
        return _profile(profile_id, table)
    except KeyError as missing:
        raise BadProfile(f"{profile_id}: the key {missing} is missing") from None


def _profile(profile_id: str, table: Mapping[str, Any]) -> DutyProfile:
    content = table.get("content", {})
    mode = content.get("reason_mode")
    return DutyProfile(
        id=profile_id,
        name=table["name"],
        force=_word(profile_id, Force, table["force"]),
        state=_word(profile_id, State, table["state"]),
        country=table["country"],
        subdivision=table.get("subdivision", ""),
        effective_from=table.get("effective_from"),
        applies=table["applies"],
        applies_if=table.get("applies_if", {}),
        duties=tuple(_duty(profile_id, each) for each in table.get("duties", ())),
        retention=tuple(Retention(**each) for each in table.get("retention", ())),
        reason_mode=_word(profile_id, ReasonMode, mode) if mode else None,
        comparison_stops=content.get("comparison", "warn") == "stop",
        needs_pay_range=content.get("pay_range", False),
        confidence=table["confidence"],
        verified_on=table["verified_on"],
        sources=tuple(table["sources"]),
    )


def _duty(profile_id: str, table: Mapping[str, Any]) -> Duty:
    unit = _word(profile_id, Unit, table["unit"])
    usual = {Unit.WITHOUT_DELAY: WITHOUT_DELAY, Unit.REASONABLE: REASONABLE}
    if "due" not in table and unit not in usual:
        raise BadProfile(f"{profile_id}: the duty {table['id']} gives no number of {unit}")
    return Duty(
        id=table["id"],
        type=_word(profile_id, DutyType, table["type"]),
        trigger=table["trigger"],
        due=table.get("due", usual.get(unit, 0)),
        unit=unit,
        last=table.get("pick", "last") == "last",
        says=table.get("says", ""),
        reasons_required=table.get("reasons_required", False),
    )


def _word(profile_id: str, words: type[_Word], value: str) -> _Word:
    try:
        return words(value)
    except ValueError:
        may = ", ".join(words)
        raise BadProfile(f"{profile_id}: “{value}” is not one of {may}") from None


def reason_mode(country: str, subdivision: str | None, on: date, *, met: bool) -> ReasonMode:
    """How much of a reason a letter may give there: the strictest profile in force, or the house's own rule:
    the process before an interview, a criterion of the advert after one."""
    found = [
        profile.reason_mode
        for profile in duty_profiles()
        if profile.reason_mode and profile.binds(country, subdivision, on)
    ]
    usual = ReasonMode.ROLE_CRITERION if met else ReasonMode.NEUTRAL_PROCESS
    return min(found, key=list(ReasonMode).index) if found else usual
