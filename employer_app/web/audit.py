"""The audit: one rate with its formula, and every number a link to the people behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.domain import times
from employer_app.domain.errors import Refused
from employer_app.domain.percent import percent
from employer_app.domain.words import t, words
from employer_app.forms.audit import AuditFilters, address_of
from employer_app.queries.audit import (
    After,
    Audit,
    By,
    Figure,
    Filters,
    Line,
    audit,
    audit_list,
    breakdown,
    by_reason,
    every_row,
    job_choices,
)
from employer_app.queries.audit.table import HEADER, cells
from employer_app.queries.released import released_lists
from employer_app.web.files import answer_table
from employer_app.web.filters import clock, here
from employer_app.web.viewer import viewer

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

#: lines by owner that are no colleague's
_OF_NOBODY = {
    "": t("audit.page.nobody"),
    "-": t("audit.page.not_split"),
    "old": t("audit.page.old_pile"),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    read = AuditFilters(request.args)
    filters = replace(read.filters, reason=None, owner=None)
    found = audit(viewer(), filters)
    jobs = job_choices(viewer())
    return render_template(
        "audit/index.html",
        found=found,
        filters=filters,
        unread=read.unread,
        jobs=jobs,
        by=read.by,
        Figure=Figure,
        rate=None if found.answer_rate is None else percent(found.answer_rate),
        percent=percent,
        period=_period(filters),
        why=by_reason(viewer(), filters),
        months=breakdown(viewer(), By.MONTH, filters).lines,
        lines=breakdown(viewer(), read.by, filters).lines,
        label=_label,
        ways=[
            {"label": t(f"audit.page.by_{by}"), "href": _index(filters, by) + "#by", "current": by is read.by}
            for by in By
        ],
        people=_people,
        address=address_of(filters),
        chips=_chips(filters, dict(jobs), lambda left: _index(left, read.by)),
        dates=_dates_kept(found),
        counted=t("audit.page.counted", time=clock(found.at)),
        large=released_lists(viewer()),
    )


@blueprint.get("/<name>")
def people(name: str) -> ResponseReturnValue:
    """The people behind one figure."""
    figure, read = _figure(name), AuditFilters(request.args)
    after = _after()
    page = audit_list(viewer(), figure, read.filters, after)
    address = address_of(read.filters)
    following = url_for("audit.people", name=name, **address, after=str(page.after)) if page.after else ""
    return render_template(
        "audit/people.html",
        figure=figure,
        page=page,
        unread=read.unread,
        index=_index(read.filters, By.JOB),
        chips=_chips(read.filters, dict(job_choices(viewer())), lambda left: _people(figure, left)),
        csv=url_for("audit.people_csv", name=name, **address),
        pager={"shown": len(page.rows), "total": page.total, "next": following},
        first=_people(figure, read.filters) if after else "",
        told=_told,
    )


@blueprint.get("/<name>.csv")
def people_csv(name: str) -> ResponseReturnValue:
    figure = _figure(name)
    zone = here()
    rows = every_row(viewer(), figure, AuditFilters(request.args).filters)
    return answer_table(figure.value.replace("_", "-"), HEADER, (cells(row, zone) for row in rows))


def _figure(name: str) -> Figure:
    try:
        return Figure(name.replace("-", "_"))
    except ValueError:
        abort(404)


def _after() -> After | None:
    try:
        return After.parse(request.args["after"]) if request.args.get("after") else None
    except Refused:
        abort(404)


def _index(filters: Filters, by: By) -> str:
    kept = address_of(replace(filters, reason=None, owner=None))
    if by is not By.JOB:
        kept["by"] = by.value
    return url_for("audit.index", **kept)


def _people(figure: Figure, filters: Filters) -> str:
    return url_for("audit.people", name=figure.value.replace("_", "-"), **address_of(filters))


def _chips(filters: Filters, jobs: dict[int, str], without: Any) -> list[dict[str, str]]:
    """What is chosen, each with the address that leaves it out."""
    said = {
        "job_id": jobs.get(filters.job_id or 0, "–") if filters.job_id else "",
        "stage": t(f"stage.kind.{filters.stage}") if filters.stage else "",
        "owner": _owner(filters.owner),
        "from_day": f"{t('audit.page.from')} {_day(filters.from_day)}" if filters.from_day else "",
        "to_day": f"{t('audit.page.to')} {_day(filters.to_day)}" if filters.to_day else "",
        "reason": t(f"owed.reason.{filters.reason}") if filters.reason else "",
    }
    empty: dict[str, None] = dict.fromkeys(said)
    return [
        {"label": label, "href": without(replace(filters, **{name: empty[name]}))}
        for name, label in said.items()
        if label
    ]


def _owner(owner: int | None) -> str:
    if owner is None:
        return ""
    fixed = {0: t("audit.page.nobody"), -1: t("audit.page.not_split"), -2: t("audit.page.old_pile")}
    return f"{t('audit.page.by_owner')}: {fixed[owner]}" if owner in fixed else t("audit.page.by_owner")


def _label(line: Line, by: str) -> str:
    """The name of a line as a person reads it."""
    if by == By.STAGE:
        return t(f"stage.kind.{line.label}")
    if by == By.OWNER:
        return _OF_NOBODY.get(line.label, line.label)
    if by == By.MONTH:
        year, month = line.label.split("-")
        return f"{words().calendar.months[int(month) - 1]} {year}"
    return line.label


def _period(filters: Filters) -> str:
    """ " from 1 Aug to 17 Nov 2026", or nothing."""
    first, last = _day(filters.from_day), _day(filters.to_day)
    if first and last:
        return t("audit.page.period_between", first=first, last=last)
    if first:
        return t("audit.page.period_since", first=first)
    return t("audit.page.period_until", last=last) if last else ""


def _day(value: date | None) -> str:
    return f"{times.day(value)} {value.year}" if value else ""


def _dates_kept(found: Audit) -> tuple[str, str]:
    """The share of dates that we kept, and of how many."""
    kept, broken = found.counts[Figure.PROMISES_KEPT], found.counts[Figure.PROMISES_BROKEN]
    if not kept + broken:
        return "–", t("audit.page.dates_none")
    return percent(kept / (kept + broken)), t("audit.page.of", part=kept, whole=kept + broken)


def _told(how: str) -> str:
    return str(words().audit.how[how])
