"""How a job and its people read on the page: words, tones and links, made from what the queries found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from employer_app.domain import explain
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.language import language_name
from employer_app.domain.stage import StageKind
from employer_app.domain.status import JobStatus
from employer_app.domain.times import day
from employer_app.domain.words import t
from employer_app.forms.owed_filters import address_arg
from employer_app.queries.jobs import Filters, JobHead, Owed, PersonRow, Standing
from employer_app.queries.owed import Group, Options
from employer_app.web import filter_looks
from employer_app.web.filter_looks import Bar, select

Link = Callable[..., str]

STANDING: Mapping[Standing, str] = {
    Standing.ACTIVE: t("application.status.active"),
    Standing.ON_HOLD: t("application.status.on_hold"),
    Standing.HIRED: t("application.status.hired"),
    Standing.NOT_TOLD: t("application.knows.not_told"),
    Standing.TOLD_NO: "Told no",
    Standing.NO_ANSWER: "No answer needed",
    Standing.WITHDRAWN: t("application.status.withdrawn"),
}
OWED: Mapping[Owed, str] = {
    Owed.ANY: "Owed an answer",
    Owed.WAITING: "Waiting by now",
    Owed.LATE: "Late",
}
#: always in the strip, zero or not; the others only when there is somebody
_ALWAYS = (Standing.HIRED, Standing.TOLD_NO, Standing.WITHDRAWN)


@dataclass(frozen=True)
class Row:
    """A person as the table and the board show them. `quiet`: nothing is to be said yet."""

    of: PersonRow
    standing: str
    reason: str
    more: int
    quiet: bool
    tone: str
    due: str
    due_sub: str
    #: the arithmetic, in sentences
    why_date: str


_TONES = {Group.LATE: "late", Group.TODAY: "soon"}


def row(one: PersonRow, head: JobHead) -> Row:
    if one.debt is None or one.group is None:
        return Row(one, STANDING[one.standing], "", 0, True, "", "", "", "")
    quiet = one.group is Group.LATER
    due, sub = explain.due(one.debt.target_at, head.calendar, now())
    return Row(
        of=one,
        standing=STANDING[one.standing],
        reason="Next word" if quiet else t(f"owed.reason.{one.debt.reason}"),
        more=one.debts - 1,
        quiet=quiet,
        tone=_TONES.get(one.group, ""),
        due=due,
        due_sub=sub,
        why_date=" ".join(explain.explain(one.debt, head.calendar)),
    )


def lead(head: JobHead) -> str:
    """The job in two sentences: how it stands, how many people, who owes the answers."""
    parts = [_standing(head)]
    if head.people and head.first_received_at and head.last_received_at:
        first, last = _on(head.first_received_at, head), _on(head.last_received_at, head)
        who = "1 person" if head.people == 1 else f"{head.people:,} people"
        parts.append(
            f"{who} applied on {first}." if first == last else f"{who} applied between {first} and {last}."
        )
    hired = head.standings[Standing.HIRED]
    if head.openings > 1 or hired:
        parts.append(f"{hired:,} of {head.openings:,} hired.")
    if head.owed:
        parts.append(
            f"{head.owner} owes the answers." if head.owner else "Nobody is named yet who owes the answers."
        )
    return " ".join(parts)


def _standing(head: JobHead) -> str:
    if head.status is JobStatus.OPEN:
        if head.rolling:
            return "Open, without a closing date."
        closing = f" until {_day(head.closing_on)}" if head.closing_on else ""
        deciding = f", decision by {_day(head.decide_by)}" if head.decide_by else ""
        return f"Open{closing}{deciding}."
    if head.status is JobStatus.DRAFT:
        return f"{t('job.status.draft')}. {t('job.status_help.draft')}"
    closed = f" on {_on(head.closed_at, head)}" if head.closed_at else ""
    if head.status is JobStatus.FINISHED:
        return f"Finished; closed{closed}."
    return f"Closed{closed}: it takes no more applications."


def _on(moment: datetime, head: JobHead) -> str:
    return _day(moment.astimezone(ZoneInfo(head.timezone)).date())


def _day(value: object) -> str:
    today = now().date()
    return day(value, today=today)  # type: ignore[arg-type]


def said(head: JobHead, total: int, filters: Filters) -> str:
    """How many of how many the list shows."""
    whole = next((one.live for one in head.stages if one.id == filters.stage_id), head.people)
    if filters.standing is not None or total > whole:
        whole = head.people
    who = "1 person" if total == 1 else f"{total:,} people"
    counted = who if total == whole else f"{total:,} of {whole:,} people"
    return f"{counted}, longest wait first."


def owed_sentence(head: JobHead) -> str:
    """What keeps a closed job from being finished."""
    who = "1 person in it is" if head.owed == 1 else f"{head.owed:,} people in it are"
    if head.due_at is None:
        return f"{who} owed an answer."
    local = head.due_at.astimezone(ZoneInfo(head.timezone))
    on_day = (
        "today" if local.date() == now().astimezone(ZoneInfo(head.timezone)).date() else _day(local.date())
    )
    verb = "the first was due" if head.due_at < now() else "due"
    return (
        f"{who} owed an answer, {verb} {on_day} by {local:%H:%M}. "
        "It can be finished when the last of them knows."
    )


def strip(head: JobHead, filters: Filters, link: Link) -> list[dict[str, object]]:
    """The stages, then where the others stand: together everybody who applied."""
    items: list[dict[str, object]] = []
    for stage in head.stages:
        if stage.kind is StageKind.HIRED and not stage.live:
            continue  # whoever was hired stands further on
        days = stage.median_days
        age = "" if days is None else ("1 day" if days == 1 else f"{days} days")
        items.append(
            {
                "label": stage.name,
                "count": stage.live,
                "age": f"{age}, median" if age and not items else age,
                "href": link(Filters(stage_id=stage.id)),
                "current": filters.stage_id == stage.id,
                "past": False,
            }
        )
    for one in Standing:
        count = head.standings[one]
        if one in {Standing.ACTIVE, Standing.ON_HOLD} or not (count or one in _ALWAYS):
            continue
        items.append(
            {
                "label": STANDING[one],
                "count": count,
                "age": "",
                "href": link(Filters(standing=one), view=None),
                "current": filters.standing is one and filters.stage_id is None,
                "past": True,
            }
        )
    return items


def chips(head: JobHead, filters: Filters, link: Link, offered: Options) -> list[dict[str, str]]:
    """Each says what it holds back, and goes away with its link."""
    names = {stage.id: stage.name for stage in head.stages}
    said: list[tuple[str, Filters]] = []
    if filters.stage_id is not None:
        said.append((f"Stage: {names[filters.stage_id]}", replace(filters, stage_id=None)))
    if filters.standing is not None:
        said.append((f"Status: {STANDING[filters.standing]}", replace(filters, standing=None)))
    if filters.silent_days is not None:
        said.append((f"Last word: over {filters.silent_days} days ago", replace(filters, silent_days=None)))
    if filters.reason is not None:
        said.append((f"Because: {t(f'owed.reason.{filters.reason}')}", replace(filters, reason=None)))
    if filters.owed is not None:
        said.append((OWED[filters.owed], replace(filters, owed=None)))
    if filters.text:
        said.append((f"Name: {filters.text}", replace(filters, text="")))
    if filters.owner_id is not None:
        owner = filter_looks.named(offered.owners, filters.owner_id)
        said.append((f"Owner: {owner}", replace(filters, owner_id=None)))
    if filters.language:
        said.append((f"Language: {language_name(filters.language)}", replace(filters, language="")))
    if filters.source is not None:
        came_from = filter_looks.source_words(offered, filters.source)
        said.append((f"Came from: {came_from}", replace(filters, source=None)))
    if filters.has_address is not None:
        words = filter_looks.ADDRESS[address_arg(filters.has_address)]
        said.append((words, replace(filters, has_address=None)))
    return [{"label": label, "href": link(without)} for label, without in said]


def bar(filters: Filters, silent_days: Sequence[int], offered: Options) -> Bar:
    """The selects of the filter bar."""
    standings = [(one.value, STANDING[one]) for one in Standing]
    silent = [(str(n), f"Over {n} days ago") for n in silent_days]
    reasons = [(one.value, t(f"owed.reason.{one}")) for one in Reason]
    owners, sources = filter_looks.ids(offered.owners), tuple(offered.sources.items())
    spoken, address = filter_looks.languages(filters.language), address_arg(filters.has_address)
    return Bar(
        [
            select("standing", "Status", "Any status", standings, filters.standing),
            select("silent", "Last word", "Any last word", silent, filters.silent_days),
            select("reason", "Reason", "Any reason", reasons, filters.reason),
            select("owed", "Owed", "Owed or not", list(OWED.items()), filters.owed),
        ],
        [
            select("owner", "Owner", "Every owner", owners, filters.owner_id),
            select("language", "Language", "Every language", spoken, filters.language),
            select("source", "Came from", "From anywhere", sources, filters.source),
            select("address", "Mail address", "Address or not", tuple(filter_looks.ADDRESS.items()), address),
        ],
    )
