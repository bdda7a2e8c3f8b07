"""What the box of an application says: what is owed, each clock with its date, the earliest wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from employer_app.domain import times
from employer_app.domain.duty import Reason
from employer_app.domain.explain import explain
from employer_app.domain.words import t
from employer_app.queries.applications import ApplicationPage, Debt
from employer_app.web.owed_rows import when


@dataclass(frozen=True)
class Missed:
    """A date that we gave and that passed without a word."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Box:
    """For macros/owed_box.html. `tone` done: nothing is owed."""

    tone: str
    heading: str
    what: str
    why: str = ""
    clocks: Sequence[tuple[str, str]] = ()
    wins: tuple[str, str] | None = None
    missed: Sequence[Missed] = ()


def box(page: ApplicationPage, me: int | None, now: datetime) -> Box:
    """The worst reason that shows by now speaks; every clock is listed, the earliest wins."""
    if not page.owed:
        return Box("done", t("owed.nobody"), _why_nothing(page))
    showing = [debt for debt in page.owed if debt.opens_at <= now]
    debts = showing or list(page.owed)
    worst, first = debts[0], min(debts, key=lambda debt: debt.target_at)
    late = any(debt.breach_at < now for debt in debts)
    soon = _day(page, first.target_at) <= _day(page, now)
    return Box(
        tone="late" if late else "soon" if soon else "",
        heading=_heading(page, me) if showing else t("owed.group.later"),
        what=t(f"owed.what.{worst.reason.value}"),
        why=" ".join(explain(worst.reckoned, page.calendar)[1:]),
        clocks=[_clock(page, debt) for debt in debts],
        wins=(t("owed.earliest"), when(first.target_at, page.calendar, late=first.breach_at < now)[0]),
        missed=[
            Missed(debt.target_at, f"We said by {times.day(_day(page, debt.target_at))}; no word followed.")
            for debt in page.owed
            if debt.reason is Reason.PROMISE_DUE and debt.target_at < now
        ],
    )


def _clock(page: ApplicationPage, debt: Debt) -> tuple[str, str]:
    """The sum and what it comes to: ("Interview Tue 3 Nov + 3 business days", "Fri 6 Nov")."""
    total = times.day(_day(page, debt.target_at)).replace(" ", "\u00a0")
    if debt.clock is None:
        return f"We gave a date on {times.day(_day(page, debt.since))}", total
    how, _, _ = explain(debt.reckoned, page.calendar)[0].partition(" = ")
    return how, total


def _heading(page: ApplicationPage, me: int | None) -> str:
    if page.owner_id is None:
        return t("owed.by_nobody")
    return t("owed.by_you") if page.owner_id == me else t("owed.by", name=page.owner)


def _why_nothing(page: ApplicationPage) -> str:
    if page.waived:
        return "Somebody said that no answer is needed, and why."
    return "They know the decision." if page.told_at else "Nothing is open on our side."


def _day(page: ApplicationPage, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(page.timezone)).date()
