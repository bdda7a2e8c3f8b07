"""How one person, or many with one reason, read as a row of the home page (macros/line.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from employer_app.domain import times
from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.explain import due as due_words
from employer_app.domain.handover import OwnerChange
from employer_app.domain.words import t
from employer_app.queries import owed
from employer_app.queries.owed import Group, OwedCounts, OwedRow, Page, Pile
from employer_app.web.filters import here
from employer_app.web.owed_wanted import Wanted

#: the answer is a decision that has been made, or a job that has ended: no holding note helps
_NEEDS_DECISION_TOLD = frozenset({Reason.DECIDED_NOT_TOLD, Reason.JOB_CLOSED})
_TONE = {Group.LATE: "late", Group.TODAY: "soon"}


@dataclass(frozen=True)
class Act:
    label: str
    href: str
    key: str = ""


@dataclass(frozen=True)
class Row:
    """As macros/line.html wants it."""

    id: int
    name: str
    href: str
    place: str
    reason: str
    evidence: str
    tone: str
    due: str
    due_sub: str
    acts: Sequence[Act]
    more: int = 0
    why_date: str = ""
    owner: str = ""
    #: who gave it to its owner, when, and with which words
    handed: str = ""


@dataclass(frozen=True)
class Section:
    """One group of the list; `people` counts all of them, also those on later pages."""

    name: Group
    tone: str
    people: int
    rows: Sequence[Row]


def sections(
    page: Page,
    piles: Sequence[Pile],
    counts: OwedCounts,
    wanted: Wanted,
    changes: Mapping[int, OwnerChange] = MappingProxyType({}),
) -> list[Section]:
    """The groups that have anybody on this page, most urgent first; the folded ones lead.

    `wanted`: the list whose people a folded row opens. `changes`: how each came to whoever has it now.
    """
    found = []
    for group in Group:
        rows = [_pile_row(pile, wanted) for pile in piles if pile.group is group]
        rows += [row_of(row, changes.get(row.application_id)) for row in page.rows if row.group is group]
        if rows:
            found.append(Section(group, _TONE.get(group, ""), getattr(counts, group.value), rows))
    return found


def when(target_at: datetime, calendar: Calendar, *, late: bool) -> tuple[str, str]:
    """("6 business days late", "was due Tue 10 Nov"); what is due and not late yet is not called late."""
    at, zone = now(), ZoneInfo(calendar.timezone)
    day = target_at.astimezone(zone).date()
    if day < at.astimezone(zone).date() and not late:
        return "Due, not late yet", f"since {times.day(day)}"
    return due_words(target_at, calendar, at)


def write_href(job_id: int, application_id: int, reason: Reason) -> str:
    """Where one writes to one person: what is owed is the decision, or a word on where things stand."""
    step = "close-out" if reason in _NEEDS_DECISION_TOLD else "update"
    return f"/jobs/{job_id}/{step}?only={application_id}"


def row_of(row: OwedRow, change: OwnerChange | None = None) -> Row:
    page = url_for("applications.show", application_id=row.application_id)
    due, sub = when(row.target_at, row.calendar, late=row.group is Group.LATE)
    day = times.day(row.target_at.astimezone(here()).date())
    return Row(
        id=row.application_id,
        name=row.name,
        href=page,
        place=f"{row.job_title} · {row.stage}",
        reason=_reason(row.reason, row.group),
        evidence=_evidence(row),
        tone=_TONE.get(row.group, ""),
        due=due,
        due_sub=sub,
        acts=_acts(row, page),
        more=row.more,
        why_date=f"{t('owed.why_date', day=day)} {' '.join(owed.explain(row))}",
        owner=row.owner,
        handed=_handed(row, change),
    )


def _handed(row: OwedRow, change: OwnerChange | None) -> str:
    """As long as whoever got it has it."""
    if change is None or change.handover_id is None or change.owner_id != row.owner_id:
        return ""
    day = times.day(change.at.astimezone(here()).date())
    said = f"Handed over by {change.by or 'the command line'}, {day}"
    return f"{said}: “{change.note}”" if change.note else f"{said}."


def _acts(row: OwedRow, page: str) -> list[Act]:
    call = Act(t("button.call"), f"{page}?open=call", "c")
    if not row.has_address or row.do_not_mail:
        return [call, Act(t("button.no_answer_needed"), f"{page}?open=no-answer-needed", "v")]
    return [Act(t("button.write"), write_href(row.job_id, row.application_id, row.reason), "w"), call]


def _evidence(row: OwedRow) -> str:
    said = (
        f"Last word {times.ago(row.last_contact_at, now())}."
        if row.last_contact_at
        else f"Applied {times.ago(row.received_at, now())}, no word from us yet."
    )
    if not row.has_address:
        return f"{said} No address: call or write a letter."
    return f"{said} Asked us not to write by mail." if row.do_not_mail else said


def _pile_row(pile: Pile, wanted: Wanted) -> Row:
    due, sub = when(pile.target_at, pile.calendar, late=pile.group is Group.LATE)
    them = wanted.of_pile(pile).args()
    return Row(
        id=0,
        name=t("page.people", n=pile.people),
        href=url_for("waiting.index", **them),
        place=pile.job_title,
        reason=_reason(pile.reason, pile.group),
        evidence="Open the list, or answer all of them at once.",
        tone=_TONE.get(pile.group, ""),
        due=due,
        due_sub=sub,
        acts=_pile_acts(pile, {**them, "counted": pile.people}),
    )


def _pile_acts(pile: Pile, them: Mapping[str, Any]) -> list[Act]:
    def at(what: str) -> str:
        return url_for("batches.several_of", what=what, **them)

    close_out = Act(t("button.close_out", n=pile.people), at("close-out"))
    if pile.reason in _NEEDS_DECISION_TOLD:
        return [close_out]
    return [close_out, Act("Holding note", at("update"))]


def _reason(reason: Reason, group: Group) -> str:
    return t(f"owed.reason_late.{reason.value}" if group is Group.LATE else f"owed.reason.{reason.value}")
