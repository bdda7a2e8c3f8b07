"""A newer list against what the last one said and what was done here since.

Law: only what the list says anew counts. What was told is never untold; where somebody worked on a person
here and the list says otherwise, nothing changes and it is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from employer_app.domain.applicant_list.outcome import OPEN, Outcome
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.person_name import for_reading
from employer_app.domain.status import LIVE, Status

_STATUS = {
    Outcome.ACTIVE: Status.ACTIVE,
    Outcome.ON_HOLD: Status.ON_HOLD,
    Outcome.REJECTED: Status.REJECTED,
    Outcome.WITHDRAWN: Status.WITHDRAWN,
    Outcome.HIRED: Status.HIRED,
}


@dataclass(frozen=True)
class Stands:
    """How an application stands here. `moved`: somebody worked on it here since the last list."""

    status: Status
    stage: str
    told: bool
    moved: bool
    name: str
    address: str
    interviews: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """`changes`: what the list says anew, field to value; `conflicts`: sentences, and nothing is done."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()

    @property
    def summary(self) -> list[str]:
        return [*(f"{name}={value}" for name, value in self.changes.items()), *self.conflicts]


def seen(
    applicant: Applicant, outcome: Outcome, stage: str, told_on: date | datetime | None
) -> dict[str, Any]:
    """What the list says of the application, to be compared with what the next one says.

    `told_on`: by the list itself, a mail log, or the word of whoever brings it.
    """
    return {
        "stage": stage,
        "outcome": outcome.value,
        "told": _iso(told_on),
        "name": applicant.name,
        "address": applicant.address.mailbox if applicant.address else "",
        "interviews": sorted({_iso(interview.on)[:10] for interview in applicant.interviews}),
    }


def difference(before: Mapping[str, Any], now: Mapping[str, Any], here: Stands) -> Difference:
    """`before` is empty for somebody whom no list of this system has brought yet."""
    changes: dict[str, Any] = {}
    conflicts: list[str] = []
    if now["outcome"] != before.get("outcome"):
        _outcome(Outcome(now["outcome"]), bool(before), here, changes, conflicts)
    if before and now["stage"] != before["stage"] and now["stage"] != here.stage:
        _stage(before, now, here, changes, conflicts)
    fresh = set(now["interviews"]) - set(before.get("interviews", ())) - here.interviews
    if fresh:
        changes["interviews"] = sorted(fresh)
    if now["told"] and now["told"] != before.get("told") and not here.told:
        changes["told"] = now["told"]
    for name in ("name", "address"):
        if not before or not now[name]:
            continue
        # a list saved by another system may hold the same letters in another form
        told, said, kept = map(for_reading, (now[name], before[name], getattr(here, name)))
        if told not in (said, kept):
            if kept == said:
                changes[name] = now[name]
            else:
                stays = getattr(here, name) or "none"
                conflicts.append(f"The list says {now[name]}; corrected here: {stays}. That stays.")
    return Difference(changes, tuple(conflicts))


def _outcome(
    wanted: Outcome, known: bool, here: Stands, changes: dict[str, Any], conflicts: list[str]
) -> None:
    status = _STATUS.get(wanted)
    if status is None or status is here.status:
        return
    if status in LIVE and here.status in LIVE:
        if known:
            changes["outcome"] = wanted.value
        return
    if here.told:
        conflicts.append(
            "This person knows the decision made here; the list says otherwise. Nothing changes."
        )
    elif here.status not in LIVE and here.moved:
        conflicts.append("It was decided here, and the list says otherwise. Nothing changes.")
    elif here.status not in LIVE and not known and wanted in OPEN:
        conflicts.append("It has ended here; the list says that it goes on. Nothing changes.")
    else:
        changes["outcome"] = wanted.value


def _stage(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    here: Stands,
    changes: dict[str, Any],
    conflicts: list[str],
) -> None:
    if here.status not in LIVE:
        return
    if here.stage == before["stage"]:
        changes["stage"] = now["stage"]
    else:
        conflicts.append(f"Moved here to “{here.stage}”; the list says “{now['stage']}”. That stays.")


def _iso(moment: date | datetime | None) -> str:
    return moment.isoformat() if moment else ""
